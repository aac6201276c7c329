"""Arms of a study: the intakes and the quantities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from neurobalance_expert.model.constants import AA
from neurobalance_expert.model.studies.fields import Fields
from neurobalance_expert.model.studies.types import (
    BOUNDS,
    DIRECTIONS,
    NO_CHANGE,
    NULL,
    ROUTES,
    SCALE,
    SIX,
    SPREADS,
    TAKE,
    USES,
    WHAT,
    Arm,
    Eaten,
    Protein,
    Quantity,
)
from neurobalance_expert.source import Keys

INTAKE = (
    "hour", "protein", "free_g", "free_mg_per_kg", "mixture", "other_mg", "carbohydrate_g", "carbohydrate", "fat_g", "fibre_g", "digestion",
    "solid",
)  # fmt: skip
BRINGS = ("protein", "free_g", "free_mg_per_kg", "mixture", "other_mg", "carbohydrate_g", "fat_g")
QUANTITY = (
    "what", "of", "over", "minutes", "take", "as", "base_min", "against", "direction", "within", "published", "spread", "spread_kind",
    "bound", "use", "contested", "note",
)  # fmt: skip
NOT_FOLLOWED = ("gly", "ala", "ser", "pro", "arg", "asp", "asn", "glu", "cys", "orn", "cit", "tau")  # may be eaten; no rivals at LAT1
MOST_G = {"protein": 500.0, "free": 300.0, "carbohydrate_g": 1000.0, "fat_g": 500.0, "fibre_g": 200.0}
MOST_OTHER_MG = 20_000.0
MOST_HOUR = 168.0
MOST_MIN = 60 * MOST_HOUR
RELATIVE = ("entry", "carrier")  # are multiples of fasting by nature


def read_arm(
    fields: Fields, name: str, arms: Sequence[str], weight_kg: float, proteins: Mapping[str, Protein], speeds: Mapping[str, Sequence[str]]
) -> Arm:
    """One arm.

    Args:
        arms: Names of all arms of the study.
        weight_kg: Body mass that doses per kg are for.
        speeds: Names of the speeds of the model, by "digestion" and "carbohydrate".
    """
    keys: Keys = ("arms", name)
    spec = fields.value(keys)
    fields.only(spec, ("intakes", "quantities", "assumed", "decarboxylase_inhibitor", "note"), keys)
    if not fields.has(spec, ("intakes", "quantities"), keys):
        return Arm(name, (), (), "", False, fields.doc.at_key(*keys))
    intakes = [_intake(fields, (*keys, "intakes", i), weight_kg, proteins, speeds) for i, _ in enumerate(fields.items((*keys, "intakes")))]
    quantities = [_quantity(fields, (*keys, "quantities", i), name, arms) for i, _ in enumerate(fields.items((*keys, "quantities")))]
    assumed = str(spec.get("assumed", ""))
    inhibitor = fields.flag((*keys, "decarboxylase_inhibitor")) if "decarboxylase_inhibitor" in spec else False
    return Arm(name, tuple(i for i in intakes if i), tuple(q for q in quantities if q), assumed, inhibitor, fields.doc.at_key(*keys))


def _intake(
    fields: Fields, keys: Keys, weight_kg: float, proteins: Mapping[str, Protein], speeds: Mapping[str, Sequence[str]]
) -> Eaten | None:
    spec: Any = fields.value(keys)
    fields.only(spec, INTAKE, keys)
    if not fields.has(spec, ("hour",), keys):
        return None
    if not any(name in spec for name in BRINGS):
        fields.problems.add(
            "NB-M030", "the intake brings nothing", fields.doc.at(*keys), why="a meal without composition is unknown, not empty",
            fix=f"add one of {', '.join(BRINGS)}",
        )  # fmt: skip
        return None
    protein = {}
    for source in fields.mapping((*keys, "protein")) if "protein" in spec else ():
        fields.known(source, proteins, "protein source", (*keys, "protein", source))
        protein[str(source)] = fields.number((*keys, "protein", source), 0, MOST_G["protein"], "g")
    kinds = {name: str(spec.get(name, "")) for name in ("carbohydrate", "digestion")}
    for name, kind in kinds.items():
        if kind:
            fields.known(kind, speeds[name], f"{name} speed", (*keys, name))
    grams = {n: fields.number((*keys, n), 0, MOST_G[n], "g") if n in spec else 0.0 for n in ("carbohydrate_g", "fat_g", "fibre_g")}
    other = {}
    for name in fields.mapping((*keys, "other_mg")) if "other_mg" in spec else ():
        fields.known(name, ROUTES, "precursor", (*keys, "other_mg", name))
        other[str(name)] = fields.number((*keys, "other_mg", name), 0, MOST_OTHER_MG, "mg")
    return Eaten(
        hour=fields.number((*keys, "hour"), 0, MOST_HOUR, "h"),
        protein=protein,
        free_g=_free(fields, keys, spec, weight_kg),
        solid=fields.flag((*keys, "solid")) if "solid" in spec else False,
        other_mg=other,
        carbohydrate_g=grams["carbohydrate_g"],
        carbohydrate=kinds["carbohydrate"],
        fat_g=grams["fat_g"],
        fibre_g=grams["fibre_g"],
        digestion=kinds["digestion"],
    )


def _free(fields: Fields, keys: Keys, spec: Mapping[str, Any], weight_kg: float) -> dict[str, float]:
    """Free amino acids in grams from the three ways to write them."""
    found: dict[str, float] = {}

    def add(aa: object, grams: float, at: Keys) -> None:
        if fields.known(aa, (*AA, *NOT_FOLLOWED), "amino acid", at):
            found[str(aa)] = found.get(str(aa), 0.0) + grams

    for name, most, unit, factor in (("free_g", MOST_G["free"], "g", 1.0), ("free_mg_per_kg", 2000.0, "mg/kg", weight_kg / 1000)):
        for aa in fields.mapping((*keys, name)) if name in spec else ():
            at = (*keys, name, aa)
            add(aa, fields.number(at, 0, most, unit) * factor, at)
    if "mixture" in spec and fields.has(spec["mixture"], ("grams", "of"), (*keys, "mixture")):
        fields.only(spec["mixture"], ("grams", "of"), (*keys, "mixture"))
        grams = fields.number((*keys, "mixture", "grams"), 0, MOST_G["free"], "g")
        total = 0.0
        for aa in fields.mapping((*keys, "mixture", "of")):
            at = (*keys, "mixture", "of", aa)
            share = fields.number(at, 0, 1)
            total += share
            add(aa, grams * share, at)
        if total > 1 + 1e-9:
            what = f"the parts of the mixture add up to {total:.4g}, more than its mass"
            fields.problems.add("NB-M033", what, fields.doc.at(*keys, "mixture", "of"), fix="give each part as a share of the whole mass")
    return found


def _quantity(fields: Fields, keys: Keys, arm: str, arms: Sequence[str]) -> Quantity | None:
    spec: Any = fields.value(keys)
    fields.only(spec, QUANTITY, keys)
    if not fields.has(spec, ("what", "minutes", "as", "use"), keys):
        return None
    named = fields.known(spec["what"], WHAT, "quantity", (*keys, "what"))
    fields.known(spec["as"], SCALE, "scale", (*keys, "as"))
    fields.known(spec["use"], USES, "use", (*keys, "use"))
    span, take = _span(fields, keys, spec)
    against = str(spec.get("against", ""))
    if against:
        fields.known(against, [a for a in arms if a != arm], "other arm", (*keys, "against"))
    of, over = _amino_acids(fields, keys, spec) if named else ((), ())
    found = Quantity(
        what=str(spec["what"]),
        of=of,
        over=over,
        take=take,
        span=span,
        scale=str(spec["as"]),
        base_min=fields.number((*keys, "base_min"), 0, MOST_MIN, "min") if "base_min" in spec else 0.0,
        against=against,
        direction=str(spec.get("direction", "")),
        within=fields.number((*keys, "within"), 0, 1) if "within" in spec else NO_CHANGE,
        published=fields.number((*keys, "published"), -1e5, 1e5) if "published" in spec else None,
        spread=fields.number((*keys, "spread"), 0, 1e5) if "spread" in spec else None,
        spread_kind=str(spec.get("spread_kind", "")),
        bound=str(spec.get("bound", "")),
        use=str(spec["use"]),
        contested=fields.flag((*keys, "contested")) if "contested" in spec else False,
        note=str(spec.get("note", "")),
        at=fields.doc.at(*keys),
    )
    _check(fields, keys, found)
    return found


def _span(fields: Fields, keys: Keys, spec: Mapping[str, Any]) -> tuple[tuple[float, float], str]:
    at = (*keys, "minutes")
    if isinstance(spec["minutes"], Decimal):
        minute = fields.number(at, 0, MOST_MIN, "min")
        span, take = (minute, minute), "at"
    elif isinstance(spec["minutes"], list) and len(spec["minutes"]) == 2:
        span = (fields.number((*at, 0), 0, MOST_MIN, "min"), fields.number((*at, 1), 0, MOST_MIN, "min"))
        take = ""
    else:
        fields.problems.add("NB-M031", "'minutes' must be one minute or [from, to]", fields.doc.at(*at))
        return (0.0, 0.0), "at"
    take = str(spec.get("take", take))
    if not take:
        fields.has(spec, ("take",), keys)
    elif fields.known(take, TAKE, "take", (*keys, "take")) and (take == "at") != (span[0] == span[1]):
        fields.problems.add("NB-M034", f"'{take}' does not fit minutes {list(map(int, span))}", fields.doc.at(*at))
    if span[0] > span[1]:
        fields.problems.add("NB-M034", "the span ends before it begins", fields.doc.at(*at), fix="write [from, to]")
    return span, take


def _amino_acids(fields: Fields, keys: Keys, spec: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """``of`` and ``over``, each where the quantity needs it."""

    def names(key: str) -> tuple[str, ...]:
        value = spec[key]
        listed = value if isinstance(value, list) else [value]
        places = [(*keys, key, i) if isinstance(value, list) else (*keys, key) for i in range(len(listed))]
        return tuple(str(aa) for aa, at in zip(listed, places, strict=True) if fields.amino_acid(aa, at))

    what = spec["what"]
    if what in ("free_trp", "carrier", *ROUTES):
        for key in ("of", "over"):
            if key in spec:
                fields.problems.add("NB-M034", f"'{what}' takes no '{key}'", fields.doc.at(*keys, key), fix="leave it out")
        return (), ()
    if not fields.has(spec, ("of",), keys):
        return (), ()
    of = names("of")
    if what == "entry" and (len(of) != 1 or "lys" in of):
        fields.problems.add("NB-M034", "'entry' is of one amino acid that the carrier LAT1 takes", fields.doc.at(*keys, "of"))
    if what != "ratio":
        if "over" in spec:
            fields.problems.add("NB-M034", f"'{what}' takes no 'over'", fields.doc.at(*keys, "over"), fix="leave it out")
        return of, ()
    return of, names("over") if "over" in spec else tuple(aa for aa in SIX if aa not in of)


def _check(fields: Fields, keys: Keys, q: Quantity) -> None:
    """Whether the parts of a quantity fit each other."""
    at, problems = fields.doc.at(*keys), fields.problems
    words = (("direction", q.direction, DIRECTIONS), ("spread_kind", q.spread_kind, SPREADS), ("bound", q.bound, BOUNDS))
    for name, value, choices in words:
        if value:
            fields.known(value, choices, name, (*keys, name))
    if q.published is None and not q.direction:
        problems.add("NB-M030", "the quantity has neither a published value nor a direction", at, fix="add published: or direction:")
    if (q.spread is None) != (not q.spread_kind):
        problems.add("NB-M030", "a spread needs its kind, and a kind its spread", at, fix=f"spread_kind is one of {', '.join(SPREADS)}")
    timed = q.take == "time_of_highest" and not q.against
    if timed and (q.direction or q.scale != "value"):
        problems.add("NB-M034", "a time of its own has no base and no direction", at, fix="write as: value, or against: another arm")
    if q.published is not None and not q.direction and not timed and q.scale != "value":
        problems.add("NB-M030", "the quantity has no direction", at, fix=f"add direction: {', '.join(DIRECTIONS)}")
    if q.what in RELATIVE and q.scale == "value" and q.take != "time_of_highest":
        problems.add("NB-M034", f"'{q.what}' is a multiple of fasting by nature", at, fix="write as: times or as: change")
    null = NULL.get(q.scale)
    if q.published is not None and null is not None and not q.bound:
        way = "up" if q.published > null else "down" if q.published < null else "none"
        if q.direction in ("up", "down") and q.direction != way:
            problems.add(
                "NB-M034", f"the published {q.published:g} is not '{q.direction}' as {q.scale}", at, fix="check the sign or the scale"
            )
