"""Lints about names and keys inside a rule that do nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from neurobalance_expert.lint.material import Found, Material, RuleText
from neurobalance_expert.lint.places import drop_entry
from neurobalance_expert.lint.registry import Lint, in_rule
from neurobalance_expert.rules.ir import Rule, Var

UNUSED = Lint(
    "NB-L012", "variable-unused", "warning",
    what="A variable is bound once and never used.",
    why="it looks as if something depended on it, and where there are several facts the rule speaks once for each value of it",
    fix="remove the variable, or use it in another condition, the conclusion or the wording",
    bad="- window: {id: $w, phase: fed, length_h: $h}",
    good="- window: {id: $w, phase: fed}",
)  # fmt: skip
LABEL = Lint(
    "NB-L013", "label-unneeded", "info",
    what="'as:' gives a condition the name that it has anyway.",
    why="a label is for telling two conditions over one relation apart",
    fix="remove 'as:'",
    bad=(
        "- condition: {id: pku}\n"
        "  as: condition\n"
        "  missing: absent"
    ),
    good=(
        "- condition: {id: pku}\n"
        "  missing: absent"
    ),
    mends=frozenset(),
)  # fmt: skip
ABSENT = Lint(
    "NB-L014", "absent-without-effect", "info",
    what="'missing: absent' stands beside a closed relation.",
    why="a fact of a closed relation that is not there is known not to hold already",
    fix="remove 'missing: absent'",
    bad=(
        "- trusted: {is: true}\n"
        "  missing: absent"
    ),
    good="- trusted: {is: true}",
    mends=frozenset({"scope", "when", "unless"}),
)  # fmt: skip
SAME_NUMBER = Lint(
    "NB-L015", "parameters-of-one-number", "warning",
    what="Two parameters are the same threshold.",
    why="a reader takes them for two limits that may differ",
    fix="keep one of the two names",
    bad=(
        "params: {much: knowledge.thresholds.dose_high, more: knowledge.thresholds.dose_high}\n"
        "when:\n"
        "  - dose: {substance: glycine, mg: {at_least: $more}}\n"
        "    as: glycine"
    ),
    good=(
        "params: {much: knowledge.thresholds.dose_high}\n"
        "when:"
    ),
)  # fmt: skip
EMPTY = Lint(
    "NB-L016", "empty-key", "info",
    what="A key of a rule holds nothing.",
    why="it looks like something that was forgotten",
    fix="remove the key",
    bad=(
        "overrides: []\n"
        "then: {about: trp, window: $w}"
    ),
    good="then: {about: trp, window: $w}",
    mends=frozenset(),
)  # fmt: skip
TWICE_OVERRIDDEN = Lint(
    "NB-L017", "override-repeated", "warning",
    what="A rule names a rule that it overrides twice.",
    why="one of the two was perhaps meant to be another rule",
    fix="remove the second one, or name the rule that was meant",
    bad="overrides: [meal-lowers-tryptophan, meal-lowers-tryptophan]",
    good="overrides: [meal-lowers-tryptophan]",
)  # fmt: skip
OPTIONAL = ("params", "scope", "unless", "overrides", "do", "evidence", "tests")


@in_rule(UNUSED)
def unused(text: RuleText, material: Material) -> Iterator[Found]:
    """A variable that stands in one slot and nowhere else, also in no rule that overrides this one or is overridden by it."""
    rule = text.rule
    count = Counter(slot.term.name for p in (*rule.scope, *rule.when, *rule.unless) for slot in p.slots if isinstance(slot.term, Var))
    used = _used(rule) | _shared(rule, material)
    for pattern in (*rule.scope, *rule.when):
        for slot in pattern.slots:
            if isinstance(slot.term, Var) and count[slot.term.name] == 1 and slot.term.name not in used:
                fix = f"remove '${slot.term.name}', or use it in another condition, the conclusion or the wording"
                what = f"the variable '${slot.term.name}' is bound by '{pattern.label}' and never used"
                yield Found(what, pattern.at or text.at("id"), fix=fix)


def _used(rule: Rule) -> set[str]:
    terms = {term.name for term in (*rule.head.terms, *rule.head.code) if isinstance(term, Var)}
    graded = {value[1:] for e in rule.evidence for value in (e.ref, e.grade) if value.startswith("$")}
    return terms | graded | printed_names(rule)


def printed_names(rule: Rule) -> set[str]:
    """The variables and parameters that ``say`` and ``do`` print."""
    return set(re.findall(r"\{\{\s*(\w+)", rule.say + rule.do))


def _shared(rule: Rule, material: Material) -> set[str]:
    """Variables that decide which instances are overridden."""
    partners = [*material.overriders.get(rule.id, ()), *(material.by_id[name].rule for name in rule.overrides if name in material.by_id)]
    return {name for other in partners for name in other.variables()}


@in_rule(LABEL)
def label_unneeded(text: RuleText, material: Material) -> Iterator[Found]:
    """``as:`` with the name of the relation."""
    for part in ("scope", "when", "unless"):
        for i, item in text.conditions(part):
            if "as" in item and item["as"] in item:
                edits = drop_entry(text.document, (*text.keys, part, i, "as"))
                yield Found(f"'as: {item['as']}' is the label that the condition has without it", text.at_key(part, i, "as"), edits=edits)


@in_rule(ABSENT)
def absent_without_effect(text: RuleText, material: Material) -> Iterator[Found]:
    """``missing: absent`` where a missing fact is known not to hold anyway."""
    closed = material.vocabulary.relations.keys() - material.ruleset.open_relations
    for part in ("scope", "when", "unless"):
        for i, item in text.conditions(part):
            relation = next((name for name in item if name in material.vocabulary.relations), "")
            derived = relation and material.vocabulary.relations[relation].derived and not material.whole
            if item.get("missing") == "absent" and relation in closed and not derived:
                what = f"'{relation}' is closed, so 'missing: absent' changes nothing"
                edits = drop_entry(text.document, (*text.keys, part, i, "missing"))
                yield Found(what, text.at_key(part, i, "missing"), edits=edits)


@in_rule(SAME_NUMBER)
def same_number(text: RuleText, material: Material) -> Iterator[Found]:
    """Two parameters that name one threshold."""
    first: dict[str, str] = {}
    for param in text.rule.params:
        other = first.setdefault(param.source or param.name, param.name)
        if other != param.name:
            also = ((text.at_key("params", other), "the other one"),)
            yield Found(f"'{other}' and '{param.name}' are both {param.source}", text.at_key("params", param.name), also=also)


@in_rule(EMPTY)
def empty_key(text: RuleText, material: Material) -> Iterator[Found]:
    """An optional key with an empty list, mapping or text, or with nothing behind the colon."""
    for name in OPTIONAL:
        if name in text.data and not text.data[name]:
            yield Found(f"'{name}' is empty", text.at_key(name), edits=drop_entry(text.document, (*text.keys, name)))


@in_rule(TWICE_OVERRIDDEN)
def override_repeated(text: RuleText, material: Material) -> Iterator[Found]:
    """An id that stands twice in ``overrides``."""
    listed = text.data.get("overrides")
    seen: set[str] = set()
    for i, name in enumerate(listed if isinstance(listed, list) else []):
        if str(name) in seen:
            yield Found(f"'{name}' is overridden already", text.at("overrides", i))
        seen.add(str(name))
