"""A rule to be filled in: every blank is something that ``rules check`` names, with what to write there."""

from __future__ import annotations

from neurobalance_expert.editing.canonical import MODELINE, arrange_rule, format_text
from neurobalance_expert.editing.printer import print_tree
from neurobalance_expert.editing.tree import Entry, Group, Scalar, read_tree
from neurobalance_expert.fact import SEVERITIES
from neurobalance_expert.rules.ir import KINDS
from neurobalance_expert.rules.parse import GRADES, LANGUAGE

_BLANK = """\
# What this file is about, in a line or two.
language: {language}
rules:
  - id: {id}
    code:  # the finding: a family in capitals, a colon and what it is about, such as "COMPETE:lnaa:trp"
    title:  # what was found, in a line
    kind:  # {kinds}
    status: draft  # a draft does not run; experimental, review and stable do
    review_by:  # the day by which its sources are read again, such as 2027-11-30
    severity:  # {severities}
    evidence:
      - ref:  # a key of knowledge/references.yaml
        grade:  # {grades}
        supports: mechanism
    # params: {{low: knowledge.thresholds.NAME}}  # a limit, with unit and source in knowledge/thresholds.yaml
    when:  # - influx: {{of: trp, window: $w, vs_fasting: {{bind: $ratio, below: $low}}}}
    then:
      about:  # a substance, a nutrient, or a variable such as $analyte
    say:  # the claim in a sentence; {{{{ ratio | percent }}}} prints a value
    tests:
      - name: it holds
        facts:  # {{influx: {{of: trp, window: w2, vs_fasting: 0.84}}}}
        expect: fired
      - name: just short of it
        like: it holds
        change:  # {{influx.vs_fasting: 0.85}}
        expect:
          blocked:  # influx
          margin: 0
      - name: not known
        like: it holds
        change:  # {{influx: unknown}}
        expect:
          unknown:  # [influx]
"""


def skeleton(rule_id: str, *, modeline: str = "") -> str:
    """A rule file with one rule of this id and its tests, all blank. ``modeline``: see ``format_text``."""
    listed = {"kinds": KINDS, "severities": SEVERITIES, "grades": GRADES}
    text = _BLANK.format(language=LANGUAGE, id=rule_id, **{name: ", ".join(choices) for name, choices in listed.items()})
    return format_text(text, f"{rule_id}.yaml", modeline=modeline)


def copied(text: str, from_id: str, rule_id: str, *, modeline: str = "") -> str:
    """A rule file with one rule: that of ``from_id`` in ``text``, as a draft under another id. Raises KeyError when it is not there."""
    root = read_tree(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    rule = _find(root, from_id) if isinstance(root, Group) else None
    if rule is None:
        raise KeyError(from_id)
    rule.entries = [entry for entry in rule.entries if entry.key and entry.key.text not in ("id", "status", "derived_from")]
    rule.entries[:0] = [Entry(Scalar(rule_id), Scalar("id")), Entry(Scalar("draft"), Scalar("status"))]
    arrange_rule(rule)
    file = Group(
        True, [Entry(Scalar(str(LANGUAGE)), Scalar("language")), Entry(Group(False, [Entry(rule)], form="block"), Scalar("rules"))]
    )
    file.form = "block"
    file.entries[0].before = [f"{MODELINE}{modeline}"] if modeline else []
    return format_text(print_tree(file), f"{rule_id}.yaml")


def _find(root: Group, rule_id: str) -> Group | None:
    rules = next((entry.value for entry in root.entries if entry.key and entry.key.text == "rules"), None)
    for item in rules.entries if isinstance(rules, Group) else ():
        rule = item.value
        if isinstance(rule, Group) and any(_is_id(entry, rule_id) for entry in rule.entries):
            return rule
    return None


def _is_id(entry: Entry, rule_id: str) -> bool:
    return bool(entry.key and entry.key.text == "id" and isinstance(entry.value, Scalar) and entry.value.text == rule_id)
