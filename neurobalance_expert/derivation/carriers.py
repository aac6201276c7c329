"""Rules that a shared carrier implies: its substrates compete, and who pushes one starves another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from neurobalance_expert.derivation.draft import Body, Draft, Test, case, conditions_apart, evidence, not_usable, step
from neurobalance_expert.derivation.thresholds import Limits
from neurobalance_expert.yaml_text import Line

FAMILY = "carriers"
NOTICEABLE = "knowledge.thresholds.free_precursor_noticeable"
TRUSTED = [{"trusted": {"is": True}}]
OPEN = ("influx", "pushed", "starved")  # relations of which a fact that is not there is not known
OTHER_AA, OTHER_WINDOW = "his", "w9"  # of which and in which no test has a fact
GRAMS, WINDOW = "{{ grams | grams }}", "{{ w | window }}"
ENTERED = "entered the brain at an estimated {{ ratio | percent }} of the fasting rate"


class Pusher(Struct, frozen=True):
    """An amino acid on the carrier that is taken to push a line of transmitters."""

    aa: str
    name: str
    limits: Limits


class Target(Struct, frozen=True):
    """A precursor on the carrier whose share is judged, with what the model says about it."""

    aa: str
    name: str
    system: str
    system_name: str
    not_in: tuple[str, ...]  # conditions with aims of their own
    move: str
    caution: str
    limits: Limits
    doses_g: Mapping[str, Decimal]  # smallest crowding dose by rival
    pushers: tuple[Pusher, ...]  # others on the carrier that do not become this one
    elasticity: float  # of the first step to this precursor
    follows: bool  # whether synthesis is said to follow it

    @property
    def enough_g(self) -> Decimal:
        """The smallest of the crowding doses."""
        return min(self.doses_g.values())

    @property
    def consequence(self) -> str:
        """What a smaller entry means for synthesis, as the model has it."""
        if self.follows:
            follows = "In the model the first step to the transmitter follows this precursor; "
            return f"{follows}what that does to mood or sleep is not shown for everyday doses."
        return f"At rest the synthesis of the {self.system_name} hardly follows {self.name}."


def carrier_drafts(carrier: str, targets: Sequence[Target], pushers: Sequence[Pusher], inputs: Mapping[str, Any]) -> list[Draft]:
    """The rules of one carrier.

    Args:
        carrier: Name of the carrier, LAT1.
        targets: Precursors whose share is judged.
        pushers: Amino acids that may be pushed.
        inputs: Constants that all rules of the carrier depend on; each rule adds its own numbers.
    """
    made: list[tuple[str, str, Body, Mapping[str, Any]]] = []
    for target in targets:
        low = {"low": target.limits.low}
        dosed = {**low, "doses_g": dict(target.doses_g)}
        follows = {"elasticity": f"{target.elasticity:.3f}", "follows": target.follows}
        made += [
            (target.aa, f"meal-lowers-the-share-of-{target.aa}", _meal(target), low),
            (target.aa, f"free-rivals-crowd-out-{target.aa}", _crowd_out(target), {**dosed, **follows}),
            (target.aa, f"rivals-taken-with-{target.aa}", _taken_with(target), dosed),
            (target.aa, f"{target.aa}-starved", _starved(target), low),
        ]
        made += [(target.aa, f"pushed-{p.aa}-starves-{target.aa}", _imbalance(target, p), follows) for p in target.pushers]
    made += [(p.aa, f"{p.aa}-pushed", _pushed(p), {"raised": p.limits.raised}) for p in pushers]
    return [
        Draft(FAMILY, f"{carrier.lower()}-{name}", body, {"carrier": carrier, "substrate": aa}, {**inputs, "substrate": aa, **own})
        for aa, name, body, own in made
    ]


def _meal(t: Target) -> Body:
    below, at = step(str(t.limits.low), -1), t.limits.low
    start = f"just under {at}"
    influx = {"of": t.aa, "window": "w4", "vs_fasting": below}
    return {
        "code": f"COMPETE:lnaa:{t.aa}",
        "title": f"A meal lowered the share of {t.name} for some hours",
        "kind": "competition",
        "status": "stable",
        "severity": "info",
        "evidence": evidence(("smith1987", "A", "mechanism"), ("benton1999", "D", "that an effect on the brain is contested")),
        "params": {"low": at},
        "scope": TRUSTED,
        "when": [_window("fed"), _low_influx(t)],
        "unless": _own_aims(t),
        "then": {"about": t.aa, "system": t.system, "window": "$w"},
        "say": f"After {WINDOW} {t.name} {ENTERED}. A meal with protein can do this; it is normal, and whether it changes "
        "anything in the brain is contested.",
        "tests": [
            case(start, Line(fired=Line(w="w4", ratio=below)), facts={"trusted": {"is": True}, "window": _fed("w4"), "influx": influx}),
            case("at the limit", Line(blocked="influx", margin=0), like=start, change=Line({"influx.vs_fasting": at})),
            case("by night", Line(blocked="window"), like=start, change=Line({"window.phase": "night"})),
            case("the course is not known", Line(unknown=["influx"]), like=start, change=Line(influx="unknown")),
            case("free rivals did it", "overridden", like=start, change=Line(free_competitors=Line(of=t.aa, window="w4", g=t.enough_g))),
            case(
                f"{t.name} was taken with its rivals",
                "overridden",
                like=start,
                change=Line(
                    free_competitors=Line(of=t.aa, window="w4", g=t.enough_g), free_amino_acid=Line(window="w4", aa=t.aa, g=Decimal("0.5"))
                ),
            ),
            *_others(start, influx__of=OTHER_AA, influx__window=OTHER_WINDOW),
            case("another window", Line(unknown=["influx"]), like=start, change=Line({"window.id": OTHER_WINDOW})),
            *_shared_tests(t, start),
        ],
    }


def _crowd_out(t: Target) -> Body:
    below, at, enough = step(str(t.limits.low), -1), t.limits.low, t.enough_g
    start = f"{enough} g and just under {at}"
    facts = {
        "trusted": {"is": True},
        "free_competitors": {"of": t.aa, "window": "w2", "g": enough},
        "window": _fed("w2"),
        "influx": {"of": t.aa, "window": "w2", "vs_fasting": below},
    }
    return {
        "code": f"COMPETE:lnaa:{t.aa}",
        "title": f"Free amino acids left {t.name} little of the carrier",
        "kind": "competition",
        "status": "stable",
        "severity": "minor" if t.follows else "info",
        "evidence": evidence(
            ("smith1987", "A", "mechanism"),
            ("badawy_2010", "B", "that BCAA lower the plasma ratios in people"),
            ("yoshii2018", "B", "the rise of plasma leucine"),
        ),
        "params": {"low": at, "enough": _grams(enough)},
        "scope": TRUSTED,
        "when": [
            {"free_competitors": Line(of=t.aa, window="$w", g=Line(bind="$grams", at_least="$enough"))},
            _window("fed"),
            _low_influx(t),
        ],
        "unless": _own_aims(t),
        "overrides": [f"lat1-meal-lowers-the-share-of-{t.aa}"],
        "then": {"about": t.aa, "system": t.system, "window": "$w"},
        "say": f"{GRAMS} of free amino acids that use the same carrier were taken with {WINDOW}. {t.name.capitalize()} {ENTERED} in that "
        f"time, so that its plasma availability to the brain fell for some hours. {t.consequence}",
        "do": "Take the free amino acids at another time of day, or leave them out where protein from food already covers the need.",
        "tests": [
            case(start, Line(fired=Line(w="w2", ratio=below, grams=enough)), facts=facts),
            case("at the limit of entry", Line(blocked="influx", margin=0), like=start, change=Line({"influx.vs_fasting": at})),
            case(
                "a pinch of free amino acids",
                Line(blocked="free_competitors", margin=Decimal("0.01")),
                like=start,
                change=Line({"free_competitors.g": step(str(enough), -1)}),
            ),
            case("a mean over the night is another rule's", Line(blocked="window"), like=start, change=Line({"window.phase": "night"})),
            case("the course is not known", Line(unknown=["influx"]), like=start, change=Line(influx="unknown")),
            case(
                f"taken together with {t.name}",
                "overridden",
                like=start,
                change=Line(free_amino_acid=Line(window="w2", aa=t.aa, g=Decimal("0.5"))),
            ),
            *_others(start, free_competitors__of=OTHER_AA, influx__of=OTHER_AA, influx__window=OTHER_WINDOW),
            case("another window", Line(blocked="window"), like=start, change=Line({"window.id": OTHER_WINDOW})),
            *_shared_tests(t, start),
        ],
    }


def _taken_with(t: Target) -> Body:
    enough, dose = t.enough_g, Decimal("0.1")
    facts = {
        "trusted": {"is": True},
        "free_amino_acid": {"window": "w7", "aa": t.aa, "g": dose},
        "free_competitors": {"of": t.aa, "window": "w7", "g": enough},
    }
    return {
        "code": f"COMPETE:lnaa:{t.aa}",
        "title": f"{t.name.capitalize()} was taken together with its competitors",
        "kind": "competition",
        "status": "stable",
        "severity": "minor",
        "evidence": evidence(
            ("scarna_2005", "B", "that added tryptophan does not make up for BCAA"),
            ("smith1987", "A", "mechanism"),
            ("badawy_2010", "B", "that BCAA lower the plasma ratios in people"),
        ),
        "params": {"enough": _grams(enough), "dose": NOTICEABLE},
        "scope": TRUSTED,
        "when": [
            {"free_amino_acid": Line(window="$w", aa=t.aa, g=Line(bind="$taken", at_least="$dose"))},
            {"free_competitors": Line(of=t.aa, window="$w", g=Line(bind="$grams", at_least="$enough"))},
        ],
        "unless": _own_aims(t),
        "overrides": [f"lat1-free-rivals-crowd-out-{t.aa}", f"lat1-meal-lowers-the-share-of-{t.aa}"],
        "then": {"about": t.aa, "system": t.system, "window": "$w"},
        "say": f"{{{{ taken | grams }}}} of free {t.name} was taken with {WINDOW} together with {GRAMS} of free amino acids that use the "
        f"same carrier into the brain. They take most of it, so that much of what the {t.name} could have done for its plasma "
        f"availability to the brain is lost. The point is timing and competition, not the amount of {t.name}.",
        "do": f"Move the other amino acids {t.move}, or leave them out where protein from food covers the need. "
        f"More {t.name} is not the answer. {t.caution}",
        "tests": [
            case("together", Line(fired=Line(w="w7", taken=dose, grams=enough)), facts=facts),
            case(
                f"hardly any {t.name}",
                Line(blocked="free_amino_acid", margin=Decimal("0.01")),
                like="together",
                change=Line({"free_amino_acid.g": Decimal("0.09")}),
            ),
            case(
                "hardly any competitor",
                Line(blocked="free_competitors", margin=Decimal("0.01")),
                like="together",
                change=Line({"free_competitors.g": step(str(enough), -1)}),
            ),
            *_others("together", free_amino_acid__aa=OTHER_AA, free_competitors__of=OTHER_AA),
            case("at different times", Line(blocked="free_competitors"), like="together", change=Line({"free_competitors.window": "w3"})),
            *_shared_tests(t, "together"),
        ],
    }


def _starved(t: Target) -> Body:
    below, at = step(str(t.limits.low), -1), t.limits.low
    start = f"just under {at}"
    facts = {"influx": {"of": t.aa, "window": "w2", "vs_fasting": below}, "window": _fed("w2")}
    return {
        "concludes": {"starved": Line(aa=t.aa, window="$w")},
        "title": f"{t.name.capitalize()} had little of the carrier",
        "status": "stable",
        "evidence": evidence(("smith1987", "A", "mechanism")),
        "params": {"low": at},
        "when": [{"influx": Line(of=t.aa, window="$w", vs_fasting=Line(below="$low"))}, _window("fed")],
        "tests": [
            case(start, Line(fired=Line(w="w2")), facts=facts),
            case("at the limit", Line(blocked="influx", margin=0), like=start, change=Line({"influx.vs_fasting": at})),
            case("by night", Line(blocked="window"), like=start, change=Line({"window.phase": "night"})),
            case("the course is not known", Line(unknown=["influx"]), like=start, change=Line(influx="unknown")),
            *_others(start, influx__of=OTHER_AA, influx__window=OTHER_WINDOW),
            case("another window", Line(unknown=["influx"]), like=start, change=Line({"window.id": OTHER_WINDOW})),
        ],
    }


def _pushed(p: Pusher) -> Body:
    above, at = step(str(p.limits.raised), 1), p.limits.raised
    facts = {
        "free_amino_acid": {"window": "w2", "aa": p.aa, "g": Decimal("0.1")},
        "influx": {"of": p.aa, "window": "w2", "vs_fasting": above},
    }
    return {
        "concludes": {"pushed": Line(aa=p.aa, window="$w")},
        "title": f"{p.name.capitalize()} was pushed as a free amino acid",
        "status": "stable",
        "evidence": evidence(("smith1987", "A", "mechanism")),
        "params": {"dose": NOTICEABLE, "raised": at},
        "when": [
            {"free_amino_acid": Line(window="$w", aa=p.aa, g=Line(at_least="$dose"))},
            {"influx": Line(of=p.aa, window="$w", vs_fasting=Line(above="$raised"))},
        ],
        "tests": [
            case("pushed", Line(fired=Line(w="w2")), facts=facts),
            case("no rise to speak of", Line(blocked="influx", margin=0), like="pushed", change=Line({"influx.vs_fasting": at})),
            case(
                "hardly any",
                Line(blocked="free_amino_acid", margin=Decimal("0.01")),
                like="pushed",
                change=Line({"free_amino_acid.g": Decimal("0.09")}),
            ),
            case("the course is not known", Line(unknown=["influx"]), like="pushed", change=Line(influx="unknown")),
            *_others("pushed", free_amino_acid__aa=OTHER_AA, influx__of=OTHER_AA, influx__window=OTHER_WINDOW),
        ],
    }


def _imbalance(t: Target, p: Pusher) -> Body:
    start = f"{p.name} over {t.name}"
    facts = {"trusted": {"is": True}, "pushed": {"aa": p.aa, "window": "w2"}, "starved": {"aa": t.aa, "window": "w2"}}
    return {
        "code": f"IMBALANCE:{p.aa}:{t.aa}",
        "title": f"{p.name.capitalize()} was pushed and {t.name} had little of the carrier",
        "kind": "imbalance",
        "status": "stable",
        "severity": "minor" if t.follows else "info",
        "evidence": evidence(("smith1987", "A", "mechanism"), ("choi2013", "C", "competition between precursors in rats")),
        "scope": TRUSTED,
        "when": [{"pushed": Line(aa=p.aa, window="$w")}, {"starved": Line(aa=t.aa, window="$w")}],
        "unless": _own_aims(t),
        "then": {"about": p.aa, "system": t.system, "window": "$w"},
        "say": f"Free {p.name} was taken with {WINDOW} and raised its own share of the carrier, while the share of {t.name} was low in the "
        f"same hours. Pushing one precursor takes room from the other. {t.consequence}",
        "do": "Spread over the day or left out, the free amino acid would leave the balance to the meals.",
        "tests": [
            case(start, Line(fired=Line(w="w2")), facts=facts),
            case("not in the same hours", Line(unknown=["starved"]), like=start, change=Line({"starved.window": "w4"})),
            *_others(start, pushed__aa=OTHER_AA, starved__aa=OTHER_AA),
            case("not known to be pushed", Line(unknown=["pushed"]), like=start, change=Line(pushed="unknown")),
            case("not known to be starved", Line(unknown=["starved"]), like=start, change=Line(starved="unknown")),
            *_shared_tests(t, start),
        ],
    }


def _shared_tests(t: Target, start: str) -> list[Test]:
    return [*conditions_apart(start, t.not_in), *not_usable(start)]


def _others(start: str, **places: str) -> list[Test]:
    """Facts about something else than the rule asks for: of open relations they leave it unknown, of closed ones they block it.

    Args:
        places: ``relation__slot`` with the value that the fact has there.
    """
    made = []
    for place, value in places.items():
        relation, slot = place.split("__")
        expect = Line(unknown=[relation]) if relation in OPEN else Line(blocked=relation)
        name = f"{relation.replace('_', ' ')} {'in another window' if slot == 'window' else f'of {value}'}"
        made.append(case(name, expect, like=start, change=Line({f"{relation}.{slot}": value})))
    return made


def _low_influx(t: Target) -> Body:
    return {"influx": Line(of=t.aa, window="$w", vs_fasting=Line(bind="$ratio", below="$low"))}


def _window(phase: str) -> Body:
    return {"window": Line(id="$w", phase=phase)}


def _fed(window: str) -> Body:
    return {"id": window, "phase": "fed", "start_h": 10, "end_h": 14}


def _own_aims(t: Target) -> list[Body]:
    chosen: Any = t.not_in[0] if len(t.not_in) == 1 else {"in": list(t.not_in)}
    return [{"condition": Line(id=chosen), "missing": "absent"}] if t.not_in else []


def _grams(value: Decimal) -> str:
    return f"{value} g"
