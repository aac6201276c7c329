"""Facts about time: windows of the day, what stands in them, the course of the model over each, and distances between supplements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations
from math import ceil, fsum, isfinite

import numpy as np
from msgspec import Struct

from neurobalance_expert.errors import Misuse
from neurobalance_expert.facts.book import FactBook
from neurobalance_expert.facts.meal_kinds import kind_text, meals_of
from neurobalance_expert.facts.placed import MIN_PER_H, UNKNOWN, PlacedIntake
from neurobalance_expert.facts.worked_day import Made, free_work, influx_work, meal_work, ratio_work, window_work
from neurobalance_expert.facts.worked_doses import gap_work, to_sleep_work
from neurobalance_expert.model.constants import AA, INDEX, RIVALS_OF_TRP, Array, Assumptions, ModelConstants
from neurobalance_expert.model.day import AFTER_LAST_H, DAY_H, DayCourse, Intake, simulate, stack
from neurobalance_expert.model.windows import DAY_MIN, Window, cut_windows, each_window_means

UNKNOWN_LASTS_MIN = 360.0  # an intake of unknown composition leaves the course unknown for this long
COMPETITORS = ("trp", "tyr", "phe", "leu", "ile", "val", "met", "thr", "his")
PRECURSORS = ("trp", "tyr")  # whose free competitors are counted
OF_MEAL = ("protein_g", "carbohydrate_g", "fat_g")  # slots of a meal
NO_RIVALS = {"trp": (), "tyr": ("phe",)}  # what becomes the precursor takes its place on the carrier and gives it back
Members = Mapping[str, tuple[PlacedIntake, ...]]  # window id -> what was eaten or taken at its start
EQUATION = "mean of J/J(fasting) with J = Vmax·C/(Km·S), S = 1 + sum of C/Km (docs/model.md)"


class DayModel(Struct, frozen=True):
    """The course of one case and its windows. A window whose course cannot be known has no means."""

    windows: tuple[Window, ...]
    members: Members
    influx: Mapping[str, Mapping[str, float]]  # window id -> amino acid -> over fasting
    trp_lnaa: Mapping[str, float]  # window id -> plasma ratio
    ratio_vs_fasting: Mapping[str, Mapping[str, float]]  # window id -> trp, tyr -> over fasting
    course: DayCourse | None
    fasting_uM: Array  # (aa,)


def run_day(
    intakes: Sequence[PlacedIntake], weight_kg: float | None, fasting_uM: Array, constants: ModelConstants, assumptions: Assumptions
) -> DayModel:
    """Windows and their means. Without a body mass, or with an untimed intake of amino acids, there are windows and no course."""
    return run_days([intakes], weight_kg, fasting_uM, constants, assumptions)[0]


def run_days(
    each: Sequence[Sequence[PlacedIntake]], weight_kg: float | None, fasting_uM: Array, constants: ModelConstants, assumptions: Assumptions
) -> tuple[DayModel, ...]:
    """Several days of one person in one batch; each as ``run_day`` has it alone."""
    cut = [_cut(intakes, assumptions) for intakes in each]
    timed = [[i for i in intakes if i.minute is not None] for intakes in each]
    at = [n for n, intakes in enumerate(each) if weight_kg is not None and _has_course(intakes)]
    days = [DayModel(windows, members, {}, {}, {}, None, fasting_uM) for windows, members in cut]
    if weight_kg is None or not at:
        return tuple(days)
    as_model = _Eaten(constants) if len(at) > 1 else None
    eaten = [as_model.meals(timed[n]) if as_model else [_as_model(i, constants) for i in timed[n]] for n in at]
    batch = stack([(weight_kg, intakes, fasting_uM) for intakes in eaten])
    course = simulate(batch, constants, until_h=max(_length_h(timed[n], cut[n][0]) for n in at))
    means = _means(course, [fasting_uM] * len(at), [cut[n] for n in at], [timed[n] for n in at])
    for n, day in zip(at, means, strict=True):
        days[n] = day
    return tuple(days)


def draw_days(
    intakes: Sequence[PlacedIntake],
    weight_kg: float | None,
    fasting_uM: Array,
    constants: ModelConstants,
    assumptions: Assumptions,
    number: int,
    seed: int,
) -> tuple[DayModel, ...]:
    """The same day with each draw of the constants and of fasting plasma, in one batch; none where ``run_day`` has no course.

    Raises:
        ValueError: ``number`` is out of range.
    """
    from neurobalance_expert.model.draws import draw

    if weight_kg is None or not _has_course(intakes):
        return ()
    windows, members = _cut(intakes, assumptions)
    timed = [i for i in intakes if i.minute is not None]
    batch, drawn = draw(weight_kg, [_as_model(i, constants) for i in timed], fasting_uM, constants, number, seed)
    course = simulate(batch, drawn, until_h=_length_h(timed, windows))
    return tuple(_means(course, list(batch.fasting_uM), [(windows, members)] * number, [timed] * number))


def _cut(intakes: Sequence[PlacedIntake], assumptions: Assumptions) -> tuple[tuple[Window, ...], Members]:
    """The windows, and what opened each."""
    timed = [i for i in intakes if i.minute is not None]
    windows = cut_windows([float(i.minute) for i in timed if i.minute is not None], assumptions)
    return windows, {w.id: tuple(timed[e] for e in w.events) for w in windows}


def _has_course(intakes: Sequence[PlacedIntake]) -> bool:
    return any(i.minute is not None for i in intakes) and not any(i.minute is None and i.matters for i in intakes)


def _row(course: DayCourse, row: int) -> DayCourse:
    """The course of one case of a batch."""
    one = slice(row, row + 1)
    per_case = [getattr(course, name)[one] for name in DayCourse.__slots__[1:]]
    return DayCourse(course.t_min, *per_case)


def _means(
    course: DayCourse,
    fasting_uM: Sequence[Array],
    cut: Sequence[tuple[tuple[Window, ...], Members]],
    timed: Sequence[Sequence[PlacedIntake]],
) -> Iterator[DayModel]:
    """What the course of each case of a batch means for its windows."""
    windows = [its for its, _ in cut]
    influx = each_window_means(course.t_min, course.first_intake_min, windows, course.influx_vs_fasting)  # (window, aa) of each
    trp = each_window_means(course.t_min, course.first_intake_min, windows, course.trp_lnaa)
    tyr = each_window_means(course.t_min, course.first_intake_min, windows, course.tyr_lnaa)
    for row, (its, members) in enumerate(cut):
        known = [(n, w.id) for n, w in enumerate(its) if not _unknown_before(w, timed[row])]
        bases = _fasting_ratio("trp", fasting_uM[row]), _fasting_ratio("tyr", fasting_uM[row])
        ratios = [(window, float(trp[row][n]), float(tyr[row][n])) for n, window in known]
        entry = {window: influx[row][n].tolist() for n, window in known}
        yield DayModel(
            its,
            members,
            {window: {aa: v for aa, v in zip(AA, values, strict=True) if isfinite(v)} for window, values in entry.items()},
            {window: of_trp for window, of_trp, _ in ratios},
            {window: {"trp": of_trp / bases[0], "tyr": of_tyr / bases[1]} for window, of_trp, of_tyr in ratios},
            _row(course, row),
            fasting_uM[row],
        )


class _Eaten:
    """Intakes of many days that differ in a few of them, for the kernel: those of one minute as one, each put together once."""

    def __init__(self, constants: ModelConstants) -> None:
        self.constants = constants
        self.made: dict[tuple[int, ...], tuple[Sequence[PlacedIntake], Intake]] = {}  # by the identity of what it was made from

    def meals(self, timed: Iterable[PlacedIntake]) -> list[Intake]:
        """The meals of a day. What is eaten at one time is of one kind and acts as one intake (``model/gut.py``)."""
        return [self._meal(members) for members in meals_of(timed).values()]

    def _meal(self, members: Sequence[PlacedIntake]) -> Intake:
        key = tuple(map(id, members))
        if key not in self.made:
            self.made[key] = members, _added([_as_model(member, self.constants) for member in members])
        return self.made[key][1]


def _added(intakes: Sequence[Intake]) -> Intake:
    """Intakes of one time and one kind as one."""
    if len(intakes) == 1:
        return intakes[0]
    return replace(
        intakes[0],
        bound_g={aa: fsum(i.bound_g.get(aa, 0.0) for i in intakes) for aa in AA},
        free_g={aa: fsum(i.free_g.get(aa, 0.0) for i in intakes) for aa in AA},
        carbohydrate_g=fsum(i.carbohydrate_g for i in intakes),
        fat_g=fsum(i.fat_g for i in intakes),
        fibre_g=fsum(i.fibre_g for i in intakes),
        protein_g=fsum(i.protein_g for i in intakes),
    )


def day_to_simulate(
    intakes: Sequence[PlacedIntake], weight_kg: float | None, sex: str | None, constants: ModelConstants
) -> tuple[float, tuple[Intake, ...], Array]:
    """Body mass, intakes and fasting plasma, for ``simulate``. Carbohydrate, fat and fibre that are not stated count as none here.

    Raises:
        Misuse: there is no body mass, no intake with a time, or an intake that matters has no time or no known composition.
    """
    timed = [i for i in intakes if i.minute is not None]
    if weight_kg is None:
        raise Misuse("the course needs the body mass (person.weight_kg)")
    if not timed:
        raise Misuse("the course needs at least one intake with a clock time")
    left_out = [i.label for i in intakes if not i.known or (i.minute is None and i.matters)]
    if left_out:
        raise Misuse(f"the course needs the time and the composition of every intake; not known for: {', '.join(dict.fromkeys(left_out))}")
    return weight_kg, tuple(_as_model(i, constants) for i in timed), constants.fasting_uM(sex, weight_kg)


def add_windows(book: FactBook, day: DayModel, constants: ModelConstants, assumptions: Assumptions, made: Made) -> None:
    """``window``, ``meal``, ``free_amino_acid``, ``free_competitors``, ``last_before_night``, ``influx`` and ``plasma_ratio``."""
    add_spans(book, day, assumptions)
    for window in day.windows:
        add_meal(book, window, day.members[window.id], made)
    add_course(book, day, constants)


def add_spans(book: FactBook, day: DayModel, assumptions: Assumptions) -> None:
    """``window`` and ``last_before_night``."""
    for here, window in enumerate(day.windows):
        cut, work = "cut around the intakes of the day; night as assumed", partial(window_work, here, day.windows, assumptions)
        start_h, end_h = window.start_min / MIN_PER_H, window.end_min / MIN_PER_H
        book.add("window", cut, (), work, id=window.id, phase=window.phase, start_h=start_h, end_h=end_h)
    for window in last_before_night(day.windows):
        book.add("last_before_night", "the last fed window that starts before the night", window=window.id)


def add_course(book: FactBook, day: DayModel, constants: ModelConstants) -> None:
    """``influx`` and ``plasma_ratio`` of every window where they are known."""
    if day.course is not None:
        for window in day.windows:
            _add_means(book, window, day, day.course, constants)


def _add_means(book: FactBook, window: Window, day: DayModel, course: DayCourse, constants: ModelConstants) -> None:
    for aa, value in day.influx.get(window.id, {}).items():
        work = partial(influx_work, aa, window, course, day.fasting_uM, constants)
        book.add("influx", EQUATION, ("smith1987",), work, of=aa, window=window.id, vs_fasting=value)
    for aa, value in day.ratio_vs_fasting.get(window.id, {}).items():
        text, work = "mean molar ratio to the other LNAA over its fasting value", partial(ratio_work, aa, window, course, day.fasting_uM)
        book.add("plasma_ratio", text, (), work, of=aa, window=window.id, vs_fasting=value)


def last_before_night(windows: Sequence[Window]) -> tuple[Window, ...]:
    """The last fed window before the first night that follows it, for each night."""
    found = []
    for here, window in enumerate(windows):
        if window.phase == "night":
            fed = [w for w in windows[:here] if w.phase == "fed"]
            if fed and fed[-1] not in found:
                found.append(fed[-1])
    return tuple(found)


def add_distances(book: FactBook, intakes: Sequence[PlacedIntake], assumptions: Assumptions) -> None:
    """``gap`` between every two supplements with known times, ``to_sleep`` from the last dose before a night.

    The night is that of the clock: a window of the night begins later when a dose opens a fed window before it.
    """
    times: dict[str, list[float]] = {}
    for intake in intakes:
        if intake.minute is not None:
            for substance in intake.substances:
                times.setdefault(substance, []).append(float(intake.minute))
    for a, b in combinations(sorted(times), 2):
        hours, work = min(abs(x - y) for x in times[a] for y in times[b]) / MIN_PER_H, partial(gap_work, {a: times[a], b: times[b]})
        book.add("gap", "smallest distance of their clock times", (), work, a=a, b=b, hours=hours)
    for substance, minutes in times.items():
        hours, work = (
            min(_until_night(m, assumptions) for m in minutes) / MIN_PER_H,
            partial(to_sleep_work, substance, minutes, assumptions),
        )
        book.add("to_sleep", "from the last dose to the assumed start of the night", (), work, substance=substance, hours=hours)


def _until_night(minute: float, assumptions: Assumptions) -> float:
    """Minutes to the next assumed night, 0 within it."""
    into = (minute - assumptions.night_start_min) % DAY_MIN
    return 0.0 if into < (assumptions.night_end_min - assumptions.night_start_min) % DAY_MIN else DAY_MIN - into


def add_meal(book: FactBook, window: Window, members: Sequence[PlacedIntake], made: Made) -> None:
    """``meal``, ``free_amino_acid`` and ``free_competitors`` of one window."""
    if not members:
        return
    eaten = [sum(getattr(m, name) for m in members) for name in OF_MEAL]
    if all(np.isfinite(eaten)):
        names = ", ".join(m.label for m in members)
        book.add(
            "meal",
            "; ".join(filter(None, (names, kind_text(members)))),
            (),
            partial(meal_work, members, OF_MEAL, made),
            window=window.id,
            protein_g=eaten[0],
            carbohydrate_g=eaten[1],
            fat_g=eaten[2],
        )
    free = {aa: sum(m.free_g.get(aa, 0.0) for m in members) for aa in AA}
    takers = ", ".join(m.label for m in members if m.free_g)
    for aa, grams in free.items():
        if grams > 0:
            book.add("free_amino_acid", takers, (), partial(free_work, (aa,), members, made), window=window.id, aa=aa, g=grams)
    for precursor in PRECURSORS:
        counted = [aa for aa in COMPETITORS if aa != precursor and aa not in NO_RIVALS[precursor]]
        rivals = sum(free[aa] for aa in counted)
        if rivals > 0:
            text, work = f"{takers}: sum of free {', '.join(counted)}", partial(free_work, counted, members, made)
            book.add("free_competitors", text, (), work, of=precursor, window=window.id, g=rivals)


def _as_model(intake: PlacedIntake, constants: ModelConstants) -> Intake:
    """The intake of the kernel, with the speeds of its meal; NaN where the meal is mixed or of unstated kind."""
    kind = intake.kind
    return Intake(
        time_h=float(intake.minute or 0) / MIN_PER_H,
        bound_g=intake.bound_g,
        free_g=intake.free_g,
        carbohydrate_g=_known(intake.available_g),
        fat_g=_known(intake.fat_g),
        fibre_g=_known(intake.fibre_g),
        protein_g=_known(intake.protein_g),
        digestion_per_h=constants.digestion_of(kind.protein) if kind.protein else UNKNOWN,
        carbohydrate_per_h=constants.carbohydrate_of(kind.carbohydrate) if kind.carbohydrate else UNKNOWN,
        lag_h=(constants.lag_drink if kind.drink else constants.lag) if kind.protein else UNKNOWN,
    )


def _length_h(timed: Sequence[PlacedIntake], windows: Sequence[Window]) -> float:
    """Hours from the first intake that cover every window, and as long after the last intake as ``simulate`` covers by itself."""
    minutes = [float(i.minute) for i in timed if i.minute is not None]
    end = max(max(minutes) + AFTER_LAST_H * MIN_PER_H, windows[-1].end_min)
    return max(DAY_H, float(ceil((end - min(minutes)) / MIN_PER_H)))


def _known(grams: float) -> float:
    """An unknown part does not enter the course; the windows that unknown amino acids or carbohydrate touch are left out
    (``_unknown_before``), unknown fat and fibre slow nothing."""
    return grams if np.isfinite(grams) else 0.0


def _unknown_before(window: Window, timed: Sequence[PlacedIntake]) -> bool:
    return any(
        not (i.known and i.carbohydrate_known)
        and i.minute is not None
        and i.minute < window.end_min
        and i.minute + UNKNOWN_LASTS_MIN > window.start_min
        for i in timed
    )


def _fasting_ratio(aa: str, fasting_uM: Array) -> float:
    rivals = [x for x in ("trp", *RIVALS_OF_TRP) if x != aa]
    return float(fasting_uM[INDEX[aa]] / sum(fasting_uM[INDEX[x]] for x in rivals))
