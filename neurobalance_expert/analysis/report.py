"""An analysis in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from neurobalance_expert.analysis.analyze import Analysis
from neurobalance_expert.analysis.unfold import Reason
from neurobalance_expert.analysis.witness import MOST_CASES, Shown
from neurobalance_expert.errors import Span
from neurobalance_expert.fact import Fact
from neurobalance_expert.rules.check import slots_read
from neurobalance_expert.rules.ir import RuleSet
from neurobalance_expert.vocabulary import Vocabulary


def as_json(analysis: Analysis, shown: Sequence[Shown], rules: RuleSet, vocabulary: Vocabulary) -> dict[str, Any]:
    """``{rules, pairs, partitions, findings: [{kind, rules, at, what, facts, case, tries, core}, …], clean}``."""
    findings = [
        {
            "kind": s.found.kind,
            "rules": list(s.found.rules),
            "at": _place(s.found.at),
            "what": s.found.what,
            "facts": [[relation, slots] for relation, slots in plain(s.found.facts, rules, vocabulary)],
            "case": s.case.text or None,
            "tries": s.case.tries,
            "core": [{"what": reason.text, "rule": reason.rule, "at": _place(reason.at)} for reason in s.found.core],
        }
        for s in shown
    ]
    counts = {"rules": analysis.rules, "pairs": analysis.pairs, "partitions": analysis.partitions}
    return {**counts, "findings": findings, "clean": not findings}


def as_text(analysis: Analysis, shown: Sequence[Shown], rules: RuleSet, vocabulary: Vocabulary) -> str:
    """What was found, one finding after the other, and how much was looked at."""
    lines: list[str] = []
    for s in shown:
        lines += [f"{s.found.kind}: {s.found.what}", *([f"  --> {s.found.at}"] if s.found.at else [])]
        lines += [f"  because {_reason(reason)}" for reason in s.found.core]
        lines += [f"  with {line}" for line in _facts(plain(s.found.facts, rules, vocabulary))]
        lines += [*_case(s), ""]
    looked = f"{_count(analysis.rules, 'rule')}, {_count(analysis.pairs, 'pair')} and {_count(analysis.partitions, 'partition')}"
    lines.append(f"{looked} examined for every possible input: {_count(len(shown), 'finding') if shown else 'nothing found'}")
    return "\n".join(lines)


def plain(facts: Iterable[Fact], rules: RuleSet, vocabulary: Vocabulary) -> list[tuple[str, dict[str, object]]]:
    """Facts with the slots that rules look at, and their key."""
    read = slots_read(rules.rules)
    out = []
    for fact in facts:
        relation, slots = vocabulary.plain(fact)
        wanted = {*read.get(relation, ()), *vocabulary.relations[relation].key}
        out.append((relation, {name: value for name, value in slots.items() if name in wanted}))
    return out


def _facts(facts: Iterable[tuple[str, dict[str, object]]]) -> Iterator[str]:
    for relation, slots in facts:
        yield f"{relation}({', '.join(f'{name}={_shown(value)}' for name, value in slots.items())})"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _reason(reason: Reason) -> str:
    return f"{reason.text}{f' ({reason.at})' if reason.at else ''}"


def _case(shown: Shown) -> list[str]:
    if shown.case.text:
        return [f"  case file: {shown.name}.yaml, found in {_count(shown.case.tries, 'try', 'tries')}"]
    if shown.found.facts and not shown.case.tries:
        return [f"  no case file was looked for: that is done for the first {MOST_CASES} findings"]
    if shown.found.facts:
        return [f"  no case file found in {_count(shown.case.tries, 'try', 'tries')}: the facts may not be reachable together"]
    return []


def _place(at: Span | None) -> dict[str, object] | None:
    return {"file": at.file, "line": at.line, "col": at.col} if at else None


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one}" if number == 1 else f"{number} {many or one + 's'}"
