"""The answer of ``why-not`` as a page: the answer, what came nearest, what is not known and assumed, then every rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from neurobalance_expert.explain.answers import NOT_RECORDED, ConditionTold, StandingTold, WhyNot
from neurobalance_expert.report.page import Page

MEASURED = ("lab",)  # relations whose origin is a value as it was entered
MOST = 6  # bindings of one rule, and unknown facts, that are listed; JSON has all
STATUS = {
    "fired": "fired",
    "overridden": "overridden",
    "blocked": "blocked",
    "unknown": "unknown",
    "out_of_scope": "out of scope",
}


def page(answer: WhyNot) -> Page:
    """The whole answer."""
    out = Page(f"Why not {answer.asked}?")
    out.say(_verdict(answer))
    if answer.nearest is not None:
        which = "Nearest of the rules that do not fire" if answer.conclusions else "Nearest"
        out.say(f"{which}: {_nearest(answer.nearest)}")
    _listed(out, "Not known", answer.unknown, MOST)
    _listed(out, "Assumed", answer.subject.assumptions, len(answer.subject.assumptions))
    out.heading("Rules that could conclude it, nearest first")
    for rule, standings in _by_rule(answer.standings).items():
        _rule(out, rule, standings)
    for rule, status in answer.not_running.items():
        out.item(f"{rule} does not run: its status is {status}")
    return out


def _verdict(answer: WhyNot) -> str:
    case = answer.subject.case_id
    rules = len({one.rule for one in answer.standings})
    could = f"{rules} rule{'' if rules == 1 else 's'} could conclude it" if rules else "No running rule could conclude it"
    if answer.conclusions:
        why = f"'neurobalance why' with the same arguments shows the reasons. {could[0].upper()}{could[1:]}."
        return f"{answer.asked} is concluded for the case '{case}': {'; '.join(answer.conclusions)}. {why}"
    found = {status: sum(one.status == status for one in answer.standings) for status in STATUS}
    counts = ", ".join(f"{count} {STATUS[status]}" for status, count in found.items() if count)
    return f"{answer.asked} is not concluded for the case '{case}'. {could}" + (f"; by status: {counts}." if counts else ".")


def _nearest(standing: StandingTold) -> str:
    named = f"the rule '{standing.rule}'{f' ({standing.about})' if standing.about else ''}"
    if standing.status == "overridden":
        return f"{named}: every condition holds, and the rule '{standing.by}' speaks instead."
    stand = [c.text for c in standing.conditions if c.state == "fails" or (c.state == "missing" and not standing.failed)]
    told = "; ".join(text.removeprefix(NOT_RECORDED) for text in stand)
    measured = [c.origin for c in standing.conditions if c.state == "fails" and c.origin and c.relation in MEASURED]
    return f"{named}, {_counted(standing)}: {told}.{f' The value: {measured[0]}.' if measured else ''}"


def _counted(standing: StandingTold) -> str:
    """How much stands in the way."""
    parts = []
    if standing.failed:
        parts.append(f"{standing.failed} of {len(standing.conditions)} conditions fail{'s' if standing.failed == 1 else ''}")
    if standing.missing:
        parts.append(f"{standing.missing} fact{' is' if standing.missing == 1 else 's are'} not known")
    return " and ".join(parts)


def _listed(out: Page, title: str, lines: Sequence[str], most: int) -> None:
    if not lines:
        return
    out.heading(title)
    for line in lines[:most]:
        out.item(line.removeprefix(NOT_RECORDED))
    if len(lines) > most:
        out.item(f"and {len(lines) - most} more (--format json lists all)")


def _by_rule(standings: Iterable[StandingTold]) -> dict[str, list[StandingTold]]:
    """Standings by rule, the rules in the order of their nearest standing."""
    found: dict[str, list[StandingTold]] = {}
    for standing in standings:
        found.setdefault(standing.rule, []).append(standing)
    return found


def _rule(out: Page, rule: str, standings: list[StandingTold]) -> None:
    first = standings[0]
    out.item(f"{rule} ({first.at}): {first.title}, {first.code}")
    for standing in standings[:MOST]:
        about = f" ({standing.about})" if standing.about else ""
        out.item(f"{STATUS[standing.status]}{about}{_reason(standing)}", 1)
        for condition in _beside(standing):
            out.item(f"also: {_placed(condition)}", 2)
    if len(standings) > MOST:
        out.item(f"and {len(standings) - MOST} more bindings (--format json lists all)", 1)


def _reason(standing: StandingTold) -> str:
    if standing.status == "overridden":
        return f": every condition holds, and the rule '{standing.by}' speaks instead"
    return f": {_placed(standing.blocking)}" if standing.blocking is not None else ": every condition holds"


def _beside(standing: StandingTold) -> list[ConditionTold]:
    """What stands in the way behind the first blocker."""
    return [c for c in standing.conditions if c.state in ("fails", "missing") and c != standing.blocking]


def _placed(condition: ConditionTold) -> str:
    return f"{condition.text}{f' [{condition.at}]' if condition.at else ''}"
