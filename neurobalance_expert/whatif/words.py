"""What was found, as lines for a reader and as data for programs.

Nothing here advises: a line says what would be concluded, and a finding about safety is answered by a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from msgspec import Struct

from neurobalance_expert.cases.types import FoodItem
from neurobalance_expert.explain.wording import AMINO_ACIDS, number
from neurobalance_expert.fact import SEVERITIES
from neurobalance_expert.facts.placed import MIN_PER_DAY
from neurobalance_expert.loaded import Knowledge
from neurobalance_expert.outcome import number as short
from neurobalance_expert.outcome import robust_json
from neurobalance_expert.recommend import clock
from neurobalance_expert.whatif.inputs import STEP_MIN, STEP_PERCENT, WHOLE, Item, amount_of, apply, entry_of, name_of
from neurobalance_expert.whatif.robust import Robust
from neurobalance_expert.whatif.smallest import MOST_LEFT_OUT, Answer, Beside, Change
from neurobalance_expert.whatif.spread import Range

CHANGE_SCHEMA, ROBUST_SCHEMA = "neurobalance/change/1", "neurobalance/robust/1"
STANDING = (
    "A what-if of this model, and no advice: it says what the rules would conclude, not what is good for the person. Nothing prescribed is "
    "ever changed, and no amount here is a dose to take."
)
SAFETY = (
    "This finding is answered by a clinician or a pharmacist, not by a calculation. Told is only what would be concluded without an item "
    "that the person chose; whether less of it or more distance would do is not told."
)
NO_ADVICE = (
    "For this case the report gives no advice: a clinician who knows the person comes first. So only leaving out a self-chosen supplement "
    "was looked at."
)
BEST = "In a draw every total is known, so that a rule that asks for a whole interval below a limit asks for the drawn number."


class Line(Struct, frozen=True):
    """A line: a title, the head of a part, running text, an item of a list, or what belongs to the item above."""

    kind: Literal["title", "part", "text", "item", "more"]
    text: str


def told(answer: Answer, knowledge: Knowledge) -> Iterator[Line]:
    """The answer in words."""
    goal = answer.goal
    state = f"{answer.severity}: {answer.title}" if goal.clears else f"not concluded: {answer.title}"
    yield Line("title", f"What if: {goal.code} ({state})")
    yield Line("text", _asked(answer))
    if answer.careful:
        yield Line("text", SAFETY if answer.safety else NO_ADVICE)
    if answer.needs:
        yield Line("part", "What it rests on and can change" if goal.clears else "What is in its way")
        yield from (Line("item", need) for need in answer.needs)
    if not answer.changes:
        yield Line("part", "No change")
        yield Line("text", why_none(answer, knowledge))
        yield from (Line("item", fact) for fact in answer.rests_on)
    for head, good in (("Changes that do it, the smallest first", True), ("Not recommended, for what they raise", False)):
        chosen = [c for c in answer.changes if c.recommended is good]
        if chosen:
            yield Line("part", head)
        for change in chosen:
            yield Line("item", action(change, answer))
            yield from (Line("more", text) for text in _beside_it(change, answer, knowledge))
    if answer.prescribed:
        names = ", ".join(name_of(entry_of(answer.p.case, item)) for item in answer.prescribed)
        yield Line("text", f"Not changed, because it is prescribed or may be part of a treatment: {names}.")
    if answer.ranges:
        yield Line("part", "How well the numbers are known")
        yield from (Line("item", f"{_range_words(r, knowledge)}.") for r in answer.ranges)
    yield Line("text", STANDING)


def _asked(answer: Answer) -> str:
    what = "no longer concluded" if answer.goal.clears else "concluded"
    asked = f"Asked: the smallest change of what was eaten and taken with which this is {what}."
    if not answer.changes:
        return asked
    stepped = any(change.smaller_fails for change in answer.changes)
    less = ", and one step less of it was seen not to do it" if stepped else ""
    said = f"{asked} Each was simulated through the whole program{less}; {answer.runs} cases were computed."
    return f"{said} {how_far(answer)}" if stepped else said


def how_far(answer: Answer) -> str:
    """How far it is certain that no smaller change does it, and how the rest was looked at."""
    if answer.exhaustive:
        return "No smaller change of one item does it: each was excluded, to the minute and to 1 % of an amount." if answer.changes else ""
    percent, minutes = int(answer.excluded * WHOLE * STEP_PERCENT), int(answer.excluded * MIN_PER_DAY) // STEP_MIN * STEP_MIN
    rest = "larger changes were looked at in places, so that one between them may be missed."
    if not percent and not minutes:
        return rest.capitalize()
    return f"No change of one item by less than {percent} % of its amount or {minutes} min of its clock time does it; {rest}"


def action(change: Change, answer: Answer) -> str:
    """A change in words: what is different, and how large that is."""
    case, move = answer.p.case, change.move
    if move.kind == "leave_out":
        return "without " + " and without ".join(name_of(entry_of(case, item)) for item in change.items)
    before = entry_of(case, move.item)
    after = entry_of(apply(case, move, change.steps), move.item)
    if move.kind in ("earlier", "later"):
        minutes = abs((after.time_min or 0) - (before.time_min or 0))
        what = f"the foods at {clock(before.time_min or 0)}" if move.item.of == "meal" else name_of(before)
        return f"{what}: at {clock(after.time_min or 0)} instead ({minutes} min {move.kind})"
    old, new = amount_of(before), amount_of(after)
    if old is None or new is None:
        return f"{name_of(before)}: {change.steps} % {move.kind}"
    return f"{name_of(before)}: {number(new[0])} instead of {number(old[0])} {old[1]} ({change.steps} % {move.kind})"


def _beside_it(change: Change, answer: Answer, knowledge: Knowledge) -> Iterator[str]:
    effects = change.effects
    parts = [
        *(f"{code} comes ({severity})" for code, severity in effects.gained),
        *(f"{code} goes ({severity})" for code, severity in effects.lost),
        *(f"{code} from {before} to {after}" for code, before, after in effects.moved),
    ]
    yield f"also: {', '.join(parts)}" if parts else "no other finding changes"
    yield from (f"{_moved_words(b, knowledge)}" for b in change.beside)
    for item in change.items:
        entry = entry_of(answer.p.case, item)
        if isinstance(entry, FoodItem) and entry.grams is None and change.move.kind in ("less", "more"):
            yield "the amount was entered as a household measure; by how much such a measure is off is not known"
        if not isinstance(entry, FoodItem) and entry.prescribed is None:
            yield "it is not said whether it was prescribed; if it was, this is a question for whoever prescribed it"


def _moved_words(beside: Beside, knowledge: Knowledge) -> str:
    r = beside.range
    how = "still inside the range in which it is known" if beside.inside else "outside the range in which it is known"
    return f"{_quantity(r, knowledge)} goes from {r.value:.2f} to {beside.after:.2f}, {how} ({r.low:.2f} to {r.high:.2f})"


def _range_words(r: Range, knowledge: Knowledge) -> str:
    by = "ends of its interval" if r.by == "interval" else "5th and 95th centile over draws of the model"
    return f"{_quantity(r, knowledge)} is {r.value:.2f}, between {r.low:.2f} and {r.high:.2f} ({by})"


def _quantity(r: Range, knowledge: Knowledge) -> str:
    if r.relation == "adequacy":
        return f"intake of {knowledge.nutrients[r.about].label} over its reference"
    what = "entry of {} into brain over fasting" if r.relation == "influx" else "plasma ratio of {} over fasting"
    return what.format(AMINO_ACIDS.get(r.about, r.about)) + f" in {r.window}"


def why_none(answer: Answer, knowledge: Knowledge) -> str:
    """Why there is no change, in one or two sentences."""
    clears = answer.goal.clears
    if answer.reason == "unknown":
        return "It cannot be told: something that its rules need is not known."
    if answer.careful and not clears:
        return "How far a case is from such a finding is not told: that distance is no room to use."
    if answer.reason == "not_reached":
        food = knowledge.names.plausibility.food_item_g.confirm_above
        limits = f"a food up to {food} g, " if food is not None else ""
        up = "" if clears else " or up to what the input gate asks about"
        several = f", nor leaving out up to {MOST_LEFT_OUT} self-chosen supplements together" if clears else ""
        start = "No change of one item reaches it within what is plausible"
        said = f"{start}: {limits}a supplement down to nothing{up}, clock times within their day{several}."
        return said if answer.exhaustive else f"{said} {how_far(answer)}"
    if not clears:
        return "It asks for something that is not in this case, and nothing is added here."
    if answer.rests_on:
        return "It rests on what cannot change here:"
    return "Nothing that it rests on is a self-chosen item that could be changed or left out."


def change_json(answer: Answer, knowledge: Knowledge) -> dict[str, Any]:
    """``neurobalance/change/1``."""
    none = {"reason": answer.reason, "why": why_none(answer, knowledge), "rests_on": list(answer.rests_on)}
    return {
        "schema": CHANGE_SCHEMA,
        "case": {"id": answer.p.case.id, "digest": answer.p.case.digest},
        "knowledge": {"version": f"{knowledge.name} {knowledge.version}", "digest": knowledge.digest},
        "code": answer.goal.code,
        "asked": "clear" if answer.goal.clears else "raise",
        "severity": answer.severity or None,
        "title": answer.title,
        "safety": answer.safety,
        "only_leaving_out": answer.careful,
        "lead": (SAFETY if answer.safety else NO_ADVICE) if answer.careful else None,
        "needs": list(answer.needs),
        "changes": [_change_json(change, answer) for change in answer.changes],
        "none": None if answer.changes else none,
        "every_smaller_one_excluded": answer.exhaustive,
        "excluded_below": None if answer.exhaustive else short(answer.excluded),
        "not_changed": [_item_json(item, answer) for item in answer.prescribed],
        "known_to": [_range_json(r) for r in answer.ranges],
        "cases_computed": answer.runs,
        "standing": STANDING,
    }


def _change_json(change: Change, answer: Answer) -> dict[str, Any]:
    effects = change.effects
    return {
        "action": action(change, answer),
        "kind": change.move.kind,
        "items": [_item_json(item, answer) for item in change.items],
        "steps": change.steps,
        "size": short(change.size),
        "recommended": change.recommended,
        "raises": [{"code": code, "severity": severity} for code, severity in effects.raises],
        "gained": [{"code": code, "severity": severity} for code, severity in effects.gained],
        "lost": [{"code": code, "severity": severity} for code, severity in effects.lost],
        "moved": [{"code": code, "from": before, "to": after} for code, before, after in effects.moved],
        "numbers": [_range_json(b.range) | {"after": short(b.after), "inside": b.inside} for b in change.beside],
        "verified": {"does_it": True, "one_step_less_does_not": change.smaller_fails, "no_smaller_one_does": change.least},
    }


def _item_json(item: Item, answer: Answer) -> dict[str, Any]:
    return {"of": item.of, "index": item.at, "name": name_of(entry_of(answer.p.case, item))}


def _range_json(r: Range) -> dict[str, Any]:
    key = {"standard": r.window} if r.relation == "adequacy" else {"window": r.window}
    numbers = {"value": short(r.value), "low": short(r.low), "high": short(r.high)}
    return {"relation": r.relation, "about": r.about, **key, **numbers, "by": r.by}


# --- robustness ---------------------------------------------------------------------------------------------------


def told_robust(outcome: Robust, case_id: str) -> Iterator[Line]:
    """The robustness of each finding in words, the least certain first."""
    yield Line("title", f"Robustness of the findings of {case_id}: {outcome.draws} draws, seed {outcome.seed}")
    yield Line("text", f"{_what_was_drawn(outcome)} {BEST}")
    drawn = sorted((f for f in outcome.findings if f.robust.drawn), key=lambda f: (f.robust.held, -SEVERITIES.index(f.severity), f.code))
    if drawn:
        yield Line("part", "Findings that rest on what was drawn")
    for f in drawn:
        mark = "fragile: " if f.robust.fragile else ""
        yield Line(
            "item", f"{f.code}{f' in {f.window}' if f.window else ''} ({f.severity}): {mark}holds in {f.robust.held} of {outcome.draws}"
        )
    if outcome.appearing:
        yield Line("part", "Concluded in draws and not in the assessment")
    for a in outcome.appearing:
        than = f" instead of {a.instead_of}" if a.instead_of else ""
        where = f" in {a.window}" if a.window else ""
        yield Line("item", f"{a.code}{where} ({a.severity}{than}): in {a.held} of {outcome.draws}. {a.title}")
    fixed = [f.code for f in outcome.findings if not f.robust.drawn]
    if fixed:
        yield Line("part", "Findings that rest on nothing that was drawn")
        yield Line("text", ", ".join(dict.fromkeys(fixed)))
    yield Line("text", f"Fragile: held in less than {outcome.fragile_share:.0%} of the draws (a choice, knowledge/thresholds.yaml).")


def _what_was_drawn(outcome: Robust) -> str:
    course = "constants of the model and fasting plasma" if outcome.course_drawn else ""
    totals = f"{len(outcome.totals_drawn)} totals of the day between the ends of their intervals" if outcome.totals_drawn else ""
    said = " and ".join(filter(None, (course, totals)))
    lead = f"Drawn: {said}." if said else "Nothing could be drawn."
    lead += "" if outcome.course_drawn else " There is no course of plasma without body mass and the times of what was eaten."
    left = f" Left at their best value, because no upper end can be given: {', '.join(outcome.totals_open)}." if outcome.totals_open else ""
    return lead + left


def robust_as_json(outcome: Robust, case_id: str, case_digest: str, knowledge: Knowledge) -> dict[str, Any]:
    """``neurobalance/robust/1``."""
    return {
        "schema": ROBUST_SCHEMA,
        "case": {"id": case_id, "digest": case_digest},
        "knowledge": {"version": f"{knowledge.name} {knowledge.version}", "digest": knowledge.digest},
        "draws": outcome.draws,
        "seed": outcome.seed,
        "drawn": {"course": outcome.course_drawn, "totals": list(outcome.totals_drawn), "left": list(outcome.totals_open)},
        "fragile_below": outcome.fragile_share,
        "findings": [
            {"code": f.code, "about": f.about or None, "window": f.window or None, "severity": f.severity, "robust": robust_json(f.robust)}
            for f in outcome.findings
        ],
        "appearing": [
            {
                "code": a.code,
                "about": a.about or None,
                "window": a.window or None,
                "severity": a.severity,
                "instead_of": a.instead_of or None,
                "title": a.title,
                "draws": a.held,
                "share": short(a.held / outcome.draws),
            }
            for a in outcome.appearing
        ],
        "note": BEST,
    }
