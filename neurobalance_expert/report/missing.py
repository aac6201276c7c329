"""The answer of ``missing`` as a page: what would decide most first, how to enter it, and what each outcome would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from neurobalance_expert.explain.answers import Decided, Gap, Missing
from neurobalance_expert.report.page import Page

MOST = 5  # facts and conclusions of one gap that are listed; JSON has all


def page(answer: Missing) -> Page:
    """The whole answer."""
    out = Page("What would decide most?")
    out.say(_verdict(answer))
    for number, gap in enumerate(answer.gaps, 1):
        _gap(out, gap, number, answer.subject.windows)
    if answer.gaps:
        out.say("A finding is no diagnosis, and not every missing value needs to be measured: that is for the clinician to judge.")
    return out


def _verdict(answer: Missing) -> str:
    case = answer.subject.case_id
    if not answer.gaps:
        return f"Nothing that was left out of the case '{case}' would decide a rule."
    first = answer.gaps[0]
    rules = f"{answer.undecided} rule{' waits' if answer.undecided == 1 else 's wait'} for a fact that was not recorded"
    return f"In the case '{case}' {rules}. {_named(first.what)[:1].upper()}{_named(first.what)[1:]} would decide most: {_decides(first)}."


def _decides(gap: Gap) -> str:
    """How much the gap decides."""
    rules = f"{gap.alone or gap.rules} rule{'' if (gap.alone or gap.rules) == 1 else 's'}"
    more = f", and part of what {gap.rules - gap.alone} more wait for" if gap.alone and gap.rules > gap.alone else ""
    alone = "" if gap.alone else ", none of them alone"
    return f"{rules}, up to {gap.highest_severity}{alone}{more}"


def _gap(out: Page, gap: Gap, number: int, windows: Mapping[str, str]) -> None:
    if number == 1:
        out.heading("What was not recorded, most decisive first")
    out.item(f"{_named(gap.what)}: {_decides(gap)}", 0, f"{number}.")
    if gap.enter:
        out.item(f"to enter it: {gap.enter}", 1)
    outcomes = _outcomes(gap.decides)
    for condition, decided in list(outcomes.items())[:MOST]:
        out.item(_outcome(condition, decided, windows), 1)
    if len(outcomes) > MOST:
        out.item(f"and {len(outcomes) - MOST} more (--format json lists all)", 1)


def _outcomes(decides: Sequence[Decided]) -> dict[str, list[Decided]]:
    """What is concluded, by when it is."""
    found: dict[str, list[Decided]] = {}
    for one in decides:
        also = f", and {', '.join(one.also_missing)} (not recorded either) as the rule asks" if one.also_missing else ""
        found.setdefault(f"if {' and '.join(one.when)}{also}", []).append(one)
    return found


def _outcome(condition: str, decided: Sequence[Decided], windows: Mapping[str, str]) -> str:
    """One sentence: if …, this is concluded; otherwise it is excluded."""
    named = dict.fromkeys(label for one in decided for name, label in windows.items() if f"= {name}," in f"{one.about},")
    where = f" for {', '.join(named)}" if named else ""
    said = "; ".join(dict.fromkeys(map(_concluded, decided)))
    open_still = any(one.otherwise != "excluded" for one in decided)
    otherwise = "excluded, as far as no other missing fact leads to it" if open_still else "excluded"
    return f"{condition}{where}: {said}. Otherwise {otherwise}."


def _concluded(one: Decided) -> str:
    instead = f", unless {' or '.join(one.spoken_for_by)} speaks instead" if one.spoken_for_by else ""
    return f"{one.concludes} ({one.severity}) is concluded by {one.rule}{instead}"


def _named(what: Sequence[str]) -> str:
    """The first of the facts, and how many more there are."""
    if len(what) <= MOST:
        return ", ".join(what)
    return f"{', '.join(what[:MOST])} and {len(what) - MOST} more"
