"""Two assessments side by side: findings, facts, steps of proofs, values, lines of the report, and the digests behind them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Literal

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from neurobalance_expert.fact import FINDING, SEVERITIES
from neurobalance_expert.records.proved import Proved
from neurobalance_expert.records.read import Digests, Record

PLACE = ("code", "about", "system", "window")  # what makes two findings the same finding
APART = ("findings", "record", "schema")  # parts of an assessment that are compared in another way, or follow from the rest
BEHIND = ("knowledge", "program")  # told by the digests, where there are any
ABSENT = "(absent)"
What = Literal["gained", "lost", "severity", "changed"]


class Side(Struct, frozen=True):
    """One of the two: an assessment, and what a record keeps beside it."""

    assessment: Mapping[str, Any]
    proofs: Mapping[str, Any] | None = None
    digests: Digests | None = None
    report: str | None = None


class FindingChange(Struct, frozen=True):
    """A finding that only one side has, or that they word or weigh differently. ``fields`` has both values; ``because`` the cause."""

    what: What
    code: str
    rule: str
    about: str
    system: str
    window: str
    before: str  # severity, '' when gained
    after: str  # '' when lost
    fields: dict[str, tuple[Any, Any]] = {}
    because: tuple[str, ...] = ()


class FactChange(Struct, frozen=True):
    """A fact that only one side has, or whose numbers differ."""

    what: Literal["gained", "lost", "changed"]
    relation: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class ValueChange(Struct, frozen=True):
    """A value that differs, by its dotted path; ``(absent)`` where one side does not have it."""

    path: str
    before: Any
    after: Any


class LineChange(Struct, frozen=True):
    """Lines of the report that differ; line numbers count from 1."""

    line_before: int
    line_after: int
    before: tuple[str, ...]
    after: tuple[str, ...]


class Difference(Struct, frozen=True):
    """Everything in which two assessments differ; empty parts where they agree."""

    findings: tuple[FindingChange, ...] = ()
    facts: tuple[FactChange, ...] = ()
    steps: tuple[str, ...] = ()
    values: tuple[ValueChange, ...] = ()
    report: tuple[LineChange, ...] = ()
    digests: tuple[ValueChange, ...] = ()

    def __bool__(self) -> bool:
        return any((self.findings, self.facts, self.steps, self.values, self.report, self.digests))


def side_of(record: Record) -> Side:
    """A record as one side."""
    return Side(record.assessment, record.proofs, record.content.digests, record.content.report.text)


def compare(before: Side, after: Side) -> Difference:
    """What differs between two sides; proofs, digests and reports only where both have them."""
    proofs = (Proved(before.proofs), Proved(after.proofs)) if before.proofs is not None and after.proofs is not None else None
    facts = _facts(*(p.facts() for p in proofs)) if proofs else _facts(_because(before.assessment), _because(after.assessment))
    values = ((key, before.assessment.get(key, ABSENT), after.assessment.get(key, ABSENT)) for key in _keys(before, after))
    return Difference(
        findings=_findings(before, after, proofs),
        facts=facts,
        steps=_steps(*proofs) if proofs else (),
        values=tuple(change for key, a, b in values for change in value_changes(a, b, key)),
        report=_lines(before.report, after.report) if before.report is not None and after.report is not None else (),
        digests=digest_changes(before.digests, after.digests) if before.digests and after.digests else (),
    )


def _keys(before: Side, after: Side) -> list[str]:
    apart = (*APART, *BEHIND) if before.digests and after.digests else APART
    return [key for key in dict.fromkeys((*before.assessment, *after.assessment)) if key not in apart]


# --- values -----------------------------------------------------------------------------------------------------------


def value_changes(before: Any, after: Any, path: str) -> Iterator[ValueChange]:
    """Every value that differs, the deepest path that tells it."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from value_changes(before.get(key, ABSENT), after.get(key, ABSENT), f"{path}.{key}")
    elif isinstance(before, (list, tuple)) and isinstance(after, (list, tuple)) and len(before) == len(after):
        for number, (a, b) in enumerate(zip(before, after, strict=True)):
            yield from value_changes(a, b, f"{path}[{number}]")
    elif before != after:
        yield ValueChange(path, before, after)


def digest_changes(before: Digests, after: Digests) -> tuple[ValueChange, ...]:
    """Which file, pack, rule, template, lock file or program differs. Digests that only gather others are left out."""
    one, other = to_builtins(before), to_builtins(after)
    found = [*value_changes(one["knowledge"]["files"], other["knowledge"]["files"], "knowledge")]
    packs: list[dict[str, Any]] = [{pack["name"]: pack["files"] for pack in data["packs"]} for data in (one, other)]
    found += value_changes(packs[0], packs[1], "packs")
    for part in ("rules", "program", "lock"):
        found += value_changes(one[part] or {}, other[part] or {}, part)
    return tuple(found)


# --- facts and steps --------------------------------------------------------------------------------------------------

Facts = Sequence[tuple[str, dict[str, Any]]]


def _because(assessment: Mapping[str, Any]) -> Facts:
    """The facts that the findings of an assessment rest on, each once."""
    every = {_text(fact): (fact[0], fact[1]) for finding in assessment["findings"] for fact in finding["because"]}
    return list(every.values())


def _facts(before: Facts, after: Facts) -> tuple[FactChange, ...]:
    """Facts of one side only, findings apart; two that differ in numbers alone are one that changed."""
    before, after = ([fact for fact in facts if fact[0] != FINDING] for facts in (before, after))
    texts = ({_text(fact) for fact in before}, {_text(fact) for fact in after})
    lost = _by_words(fact for fact in before if _text(fact) not in texts[1])
    gained = _by_words(fact for fact in after if _text(fact) not in texts[0])
    found = []
    for words in sorted({*lost, *gained}):
        olds, news = lost.get(words, []), gained.get(words, [])
        if len(olds) == len(news) == 1:
            found.append(FactChange("changed", olds[0][0], olds[0][1], news[0][1]))
            continue
        found += [FactChange("lost", relation, slots, None) for relation, slots in olds]
        found += [FactChange("gained", relation, None, slots) for relation, slots in news]
    return tuple(found)


def _by_words(facts: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """Facts by all that is no number in them."""
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for relation, slots in facts:
        words = {key: value for key, value in slots.items() if not isinstance(value, (int, float)) or isinstance(value, bool)}
        found.setdefault(_text([relation, words]), []).append((relation, slots))
    return found


def _steps(before: Proved, after: Proved) -> tuple[str, ...]:
    """Steps of one side only that conclude a fact which both have."""
    ours, theirs = before.steps(), after.steps()
    shared = {_text(fact) for fact in before.facts()} & {_text(fact) for fact in after.facts()}
    lost = [f"lost: {said}" for key, (fact, said) in ours.items() if key not in theirs and fact in shared]
    gained = [f"gained: {said}" for key, (fact, said) in theirs.items() if key not in ours and fact in shared]
    return (*sorted(lost), *sorted(gained))


def _text(data: object) -> str:
    return json.dumps(data, sort_keys=True)


# --- findings ---------------------------------------------------------------------------------------------------------


def _findings(before: Side, after: Side, proofs: tuple[Proved, Proved] | None) -> tuple[FindingChange, ...]:
    """Gained, lost, moved in severity, or changed in another field, by code."""
    found = []
    for old, new in _pairs(before.assessment["findings"], after.assessment["findings"]):
        change = _finding(old, new)
        if change is not None:
            because = _because_of(old, new, before, after, proofs) if change.what != "changed" else ()
            found.append(replace(change, because=because))
    return tuple(sorted(found, key=lambda change: (change.code, change.about, change.window, change.rule, change.what)))


Finding = Mapping[str, Any]


def _pairs(before: Sequence[Finding], after: Sequence[Finding]) -> Iterator[tuple[Finding | None, Finding | None]]:
    """Findings of the same place, those of the same rule first, then the rest in their order."""
    places: dict[tuple[Any, ...], tuple[list[Finding], list[Finding]]] = {}
    for which, findings in enumerate((before, after)):
        for finding in findings:
            places.setdefault(tuple(finding[key] for key in PLACE), ([], []))[which].append(finding)
    for olds, news in places.values():
        for alike in (("rule", "severity"), ("rule",)):
            for old in list(olds):
                same = next((new for new in news if all(new[key] == old[key] for key in alike)), None)
                if same is not None:
                    olds.remove(old)
                    news.remove(same)
                    yield old, same
        while olds or news:
            yield (olds.pop(0) if olds else None), (news.pop(0) if news else None)


def _finding(old: Finding | None, new: Finding | None) -> FindingChange | None:
    shown = new or old
    assert shown is not None
    about, system, window = (shown[key] or "" for key in PLACE[1:])
    before, after = old["severity"] if old else "", new["severity"] if new else ""
    if old is None or new is None:
        return FindingChange("gained" if old is None else "lost", shown["code"], shown["rule"], about, system, window, before, after)
    keys = [key for key in dict.fromkeys((*old, *new)) if key not in PLACE]
    fields = {key: (old.get(key, ABSENT), new.get(key, ABSENT)) for key in keys if old.get(key, ABSENT) != new.get(key, ABSENT)}
    if not fields:
        return None
    what: What = "severity" if "severity" in fields else "changed"
    return FindingChange(what, shown["code"], shown["rule"], about, system, window, before, after, fields)


def worse(change: FindingChange) -> bool:
    """Whether a finding that moved is more severe now."""
    return SEVERITIES.index(change.after) > SEVERITIES.index(change.before)


def _because_of(
    old: Finding | None, new: Finding | None, before: Side, after: Side, proofs: tuple[Proved, Proved] | None
) -> tuple[str, ...]:
    """The rules that made the difference; where no rule under the finding was touched, the facts; else what else it can be."""
    if proofs is None or before.digests is None or after.digests is None:
        return ()
    under = [proof.under(finding) for proof, finding in zip(proofs, (old, new), strict=True) if finding is not None]
    rules = sorted({rule for names, _ in under for rule in names})
    told = [said for rule in rules if (said := _of_rule(rule, before.digests.rules, after.digests.rules))]
    if told:
        return tuple(told)
    own = {_text(fact) for _, facts in under for fact in facts}  # given ones
    facts = _facts(proofs[0].facts(), proofs[1].facts())
    differing = [f for f in facts if any(_text((f.relation, slots)) in own for slots in (f.before, f.after) if slots is not None)]
    if differing:
        return tuple(fact_words(fact) for fact in differing)
    others = sorted({*before.digests.rules, *after.digests.rules})
    over = {rule: said for rule in others if (said := _of_rule(rule, before.digests.rules, after.digests.rules))}
    one, other = (proof.concluded() for proof in proofs)
    acting = [said for rule, said in over.items() if one.get(rule) != other.get(rule)]
    if acting:
        return tuple(f"{said}, and it is an exception to this one or overrides it" for said in acting)
    named = ", ".join([*over.values()][:5]) or "no rule differs"
    return (f"its own rules and facts are the same: an exception or an overriding rule made it; {named}",)


def _of_rule(rule: str, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    if before.get(rule) == after.get(rule):
        return ""
    how = "is new" if rule not in before else "is gone" if rule not in after else "was changed"
    return f"the rule {rule} {how}"


def fact_words(fact: FactChange) -> str:
    """A changed fact on one line.

    >>> fact_words(FactChange("changed", "influx", {"of": "trp", "vs_fasting": 0.84}, {"of": "trp", "vs_fasting": 0.9}))
    'influx(of trp): vs_fasting 0.84 -> 0.9'
    """
    if fact.before is None or fact.after is None:
        slots = fact.before or fact.after or {}
        return f"{fact.relation}({', '.join(f'{key} {value}' for key, value in slots.items())}) {fact.what}"
    same = ", ".join(f"{key} {value}" for key, value in fact.before.items() if fact.after.get(key) == value)
    moved = ", ".join(f"{key} {value} -> {fact.after.get(key)}" for key, value in fact.before.items() if fact.after.get(key) != value)
    return f"{fact.relation}({same}): {moved}"


# --- the report -------------------------------------------------------------------------------------------------------


def _lines(before: str, after: str) -> tuple[LineChange, ...]:
    if before == after:
        return ()
    old, new = before.splitlines(), after.splitlines()
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return tuple(LineChange(a + 1, c + 1, tuple(old[a:b]), tuple(new[c:d])) for tag, a, b, c, d in blocks if tag != "equal")
