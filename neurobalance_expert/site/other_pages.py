"""The pages of finding codes, of values that rules compare with, of relations, and of the files of knowledge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from neurobalance_expert.fact import SEVERITIES
from neurobalance_expert.knowledge.status import Entry
from neurobalance_expert.knowledge.values import KnownValue
from neurobalance_expert.rules.ir import Rule
from neurobalance_expert.site.catalogue import Catalogue
from neurobalance_expert.site.families import Family, meaning_of
from neurobalance_expert.site.markup import badge, badges, boxed, code, facts, items, page, slug, table, text
from neurobalance_expert.site.reference_page import cited
from neurobalance_expert.site.rule_page import NO_REASON, mark
from neurobalance_expert.vocabulary import Relation, SlotType


def code_page(finding: str, catalogue: Catalogue, families: Sequence[Family]) -> str:
    """A finding code: what it means, and which rules conclude it, the most severe first."""
    rules = sorted(catalogue.by_code[finding], key=lambda rule: (-_rank(rule), rule.id))
    severities = sorted({rule.severity or "severity of its row" for rule in rules}, key=lambda s: -_order(s))
    found = meaning_of(finding, families)
    exclusive = catalogue.exclusive_with(finding)
    body = badges(("severity", severity) for severity in severities)
    if found is not None:
        body += [found.says, "", f"Grammar: {found.grammar}", ""]
    if "$" in finding:
        body += [f"{code(finding)} stands for a family of codes: each name with {code('$')} is filled in by the rule.", ""]
    body += ["## Rules that conclude it", "", *rule_table(rules, catalogue)]
    if exclusive:
        body += [f"Never beside: {', '.join(code(one) for one in exclusive)}", ""]
    return page(finding, body)


def value_page(value: KnownValue, catalogue: Catalogue) -> str:
    """A value that rules compare with."""
    name = value.path.rsplit(".", 1)[-1]
    rules = catalogue.users_of_value.get(value.path, ())
    rows = [
        ("value", f"**{text(f'{value.value:f} {value.unit}'.removesuffix(' 1'))}**"),
        ("smallest step that means something", text(f"{value.step:f} {value.unit}".removesuffix(" 1"))),
        ("evidence", text(value.evidence)),
        ("mark", mark(value.verified)),
        ("path", code(value.path)),
        ("place", code(f"{value.at.file}:{value.at.line}") if value.at else ""),
    ]
    marks = badges([("mark", mark(value.verified)), ("grade", f"grade {value.evidence}")])
    body = [text(value.meaning), "", *marks, *facts(rows)]
    if value.note:
        body += [f"> {text(value.note)}", ""]
    body += ["## Sources", "", *items(": ".join(filter(None, [catalogue.to("reference", r), cited(r, catalogue)])) for r in value.sources)]
    used = rule_table(rules, catalogue) or ["No running rule compares with it; the program reads it itself.", ""]
    return page(name, [*body, "## Rules that compare with it", "", *used])


def relation_page(relation: Relation, catalogue: Catalogue) -> str:
    """A relation of the vocabulary: its slots, what a missing fact means, who concludes it and who reads it."""
    given = "concluded by rules" if relation.derived else "given by the case and the model"
    is_open = relation.name in catalogue.knowledge.rules.open_relations if relation.derived else relation.open
    world = "open: a fact that is not there is not known" if is_open else "closed: a fact that is not there is not so"
    rows = [("comes from", given), ("world", world), ("key", ", ".join(map(code, relation.key)) or "none: there is one such fact at most")]
    rows += [("read as", text(relation.reads))] if relation.reads else []
    rows += [("entered in a case", text(relation.enter))] if relation.enter else []
    if relation.closed_by:
        other, values = relation.closed_by
        listed = ", ".join(f"{slot}: {value}" for slot, value in values)
        rows.append(("closed for a case with", f"{catalogue.to('relation', other)} {code(listed)}"))
    body = [text(relation.meaning), "", *facts(rows), "## Slots", "", *table(_SLOT_HEADS, map(_slot, relation.slots))]
    for title, rules in (("Rules that conclude it", catalogue.concluders), ("Rules that read it", catalogue.readers)):
        found = rules.get(relation.name, ())
        if found:
            body += [f"## {title}", "", *rule_table(found, catalogue)]
    return page(relation.name, body)


_SLOT_HEADS = ("slot", "type", "unit", "resolution", "meaning")


def _slot(slot: SlotType) -> tuple[str, str, str, str, str]:
    kind = "one of " + ", ".join(map(text, slot.enum)) if slot.kind == "enum" else slot.kind
    resolution = f"{slot.resolution:f}" if slot.kind == "number" else ""
    return code(slot.name), kind, text(slot.unit), text(resolution), text(slot.meaning)


def rule_table(rules: Iterable[Rule], catalogue: Catalogue) -> list[str]:
    """Rules with what they say, a row each."""
    rows = [
        (catalogue.to("rule", rule.id), text(rule.title), badge(rule.severity or "of its row") if rule.head.code else "", text(rule.kind))
        for rule in rules
    ]
    return boxed("nb-rules", table(("rule", "title", "severity", "kind"), rows))


def resting_table(catalogue: Catalogue) -> list[str]:
    """Drafts and retired rules with the reason, a row each."""
    rows = [
        (catalogue.to("rule", one.rule.id), text(one.rule.title), badge(one.rule.status), text(one.why or NO_REASON))
        for one in catalogue.resting.values()
    ]
    return boxed("nb-rules", table(("rule", "title", "status", "why"), rows))


def file_path(file: str) -> str:
    """The page of a file of knowledge."""
    return f"files/{slug(file)}"


def file_page(file: str, entries: Sequence[Entry], catalogue: Catalogue) -> str:
    """The marked values of a file: which were read in their source."""
    rows = [
        (code(entry.name), text(entry.mark), ", ".join(catalogue.to("reference", ref) for ref in entry.sources), text(entry.read))
        for entry in entries
    ]
    checked = sum(entry.verified for entry in entries)
    said = f"{len(entries)} marked values, {checked} of them checked in their source."
    return page(file, [said, "", *table(("entry", "mark", "source", "read on"), rows)])


def _rank(rule: Rule) -> int:
    return _order(rule.severity)


def _order(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)
