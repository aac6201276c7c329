"""The kind of a meal: what the protein and the carbohydrate of everything eaten at one time count as together.

A meal is of the kind of most of its protein, by a share that ``knowledge/foods/kinds.yaml`` sets, and mixed below that share: the speed of
a mixed meal was fitted on mixed meals, those of the kinds speak for protein eaten as such. docs/model.md#kinds
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import fsum, isfinite

from msgspec.structs import replace

from neurobalance_expert.facts.placed import MATTERS_CARBOHYDRATE_G, MATTERS_G, PlacedIntake
from neurobalance_expert.knowledge.food_kinds import Kind

_ROUNDING = 1e-9  # relative; how a food is split into lines must not decide


KindOf = Callable[[Sequence[PlacedIntake], float], Kind]


def with_meal_kinds(intakes: Sequence[PlacedIntake], share: float, kind_of: KindOf | None = None) -> tuple[PlacedIntake, ...]:
    """Each intake with the kind of its meal; intakes of the same minute are one meal, and one without a time is none.

    Args:
        kind_of: ``meal_kind``, or what remembers its answers.
    """
    kinds = {minute: (kind_of or meal_kind)(members, share) for minute, members in meals_of(intakes).items()}
    return tuple(i if i.minute is None or i.kind == kinds[i.minute] else replace(i, kind=kinds[i.minute]) for i in intakes)


def meals_of(intakes: Iterable[PlacedIntake]) -> dict[int, list[PlacedIntake]]:
    """Minute to everything eaten then, in the order of time."""
    meals: dict[int, list[PlacedIntake]] = {}
    for intake in intakes:
        if intake.minute is not None:
            meals.setdefault(intake.minute, []).append(intake)
    return dict(sorted(meals.items()))


def meal_kind(members: Sequence[PlacedIntake], share: float) -> Kind:
    """The kind of a meal.

    Args:
        members: Everything eaten at one time.
        share: Least share of the grams that is of one kind, above 0.5 to 1.

    Returns:
        A kind of protein and one of carbohydrate, each '' where no kind has the share or some grams are not known. A meal is a drink when
        drinks of its kind alone have the share.
    """
    protein = _most(members, share, lambda m: m.digested_g, lambda m: m.own.protein)
    carbohydrate = _most(members, share, lambda m: m.available_g, lambda m: m.own.carbohydrate)
    drunk = _most(members, share, lambda m: m.digested_g, lambda m: m.own.protein if m.own.drink else "")
    return Kind(protein, carbohydrate, bool(drunk))


def meals_json(intakes: Iterable[PlacedIntake], first_min: float) -> list[dict[str, object]]:
    """Each meal with the kinds that were used, None where it is mixed or of unstated kind; ``t_min`` after the first intake."""
    return [
        {
            "t_min": minute - first_min,
            "items": [m.label for m in members],
            "protein_kind": members[0].kind.protein or None,
            "carbohydrate_kind": members[0].kind.carbohydrate or None,
            "drink": members[0].kind.drink if members[0].kind.protein else None,
        }
        for minute, members in meals_of(intakes).items()
    ]


def kind_text(members: Iterable[PlacedIntake]) -> str:
    """Which kinds were used, in words, for the meals of a window in their order; '' where there was nothing that matters.

    >>> kind_text([PlacedIntake("shake", 480, protein_g=20, kind=Kind("whey", "", True))])
    'protein as whey (drink)'
    """
    meals = list(meals_of(members).values())
    protein = [f"protein as {_protein(m[0].kind)}" for m in meals if fsum(i.digested_g for i in m) >= MATTERS_G]
    carbohydrate = [f"carbohydrate {_carbohydrate(m[0].kind)}" for m in meals if fsum(i.available_g for i in m) >= MATTERS_CARBOHYDRATE_G]
    return ", ".join(dict.fromkeys(protein + carbohydrate))


def _protein(kind: Kind) -> str:
    if not kind.protein:
        return "a mixed meal"
    return f"{kind.protein.replace('_', ' ')} ({'drink' if kind.drink else 'solid'})"


def _carbohydrate(kind: Kind) -> str:
    if kind.carbohydrate == "low_gi":
        return "of low glycaemic index"
    return f"as {kind.carbohydrate.replace('_', ' ')}" if kind.carbohydrate else "of unstated kind"


def _most(
    members: Sequence[PlacedIntake], share: float, grams: Callable[[PlacedIntake], float], kind: Callable[[PlacedIntake], str]
) -> str:
    """The kind that has the share of the grams, or ''."""
    total = fsum(map(grams, members))
    if not isfinite(total) or total <= 0:
        return ""
    for candidate in {kind(m) for m in members} - {""}:
        if fsum(grams(m) for m in members if kind(m) == candidate) >= share * total * (1 - _ROUNDING):
            return candidate
    return ""
