"""Study files, read strictly: ``knowledge/studies/*.yaml`` or a file of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, isnan, log
from pathlib import Path
from typing import Any, cast

from neurobalance_expert.model.studies import words
from neurobalance_expert.model.studies.inputs import free_acids, shares_by_mass
from neurobalance_expert.model.studies.node import NAN, Node
from neurobalance_expert.model.studies.types import (
    Arm,
    Inputs,
    Marks,
    NotExpressed,
    Quantity,
    Spread,
    Study,
    StudyIntake,
    Subjects,
)

from neurobalance_expert.errors import InputProblems, Problems, did_you_mean
from neurobalance_expert.model.entries import ORIGINS
from neurobalance_expert.source import Document, load

FOLDER = "knowledge/studies"
GRADES = ("A", "B", "C", "D")
_FOOD = ("protein", "carbohydrate", "fat_g", "fibre_g")
_FREE = ("free_g", "free_mg_per_kg", "mixture")
_MARKS = ("origin", "verified", "evidence", "note")
_QUANTITY = ("id", "arm", "what", "of", "as", "direction", "spread")
_QUANTITY_MORE = (
    "over", *words.READINGS, "from_min", "against", "published", "bound", "contested", "calibration", *_MARKS,
)  # fmt: skip


def load_studies(kb: Path, inputs: Inputs, references: Mapping[str, object]) -> tuple[Study, ...]:
    """Every study of a knowledge base, in the order of the file names.

    Raises:
        InputProblems: everything that is wrong with any of the files.
    """
    problems: list[Any] = []
    sources: dict[str, str] = {}
    found = []
    for path in sorted((kb / FOLDER).glob("*.yaml")):
        try:
            found.append(load_study(path, inputs, references, shown_as=path.relative_to(kb).as_posix()))
        except InputProblems as error:
            problems += error.problems
            sources |= error.sources
    if problems:
        raise InputProblems(problems, sources)
    return tuple(found)


def load_study(path: Path, inputs: Inputs, references: Mapping[str, object] | None, *, shown_as: str | None = None) -> Study:
    """One study file.

    Args:
        references: Known reference keys; None accepts any text, for a file that is not part of the knowledge base.

    Raises:
        InputProblems: everything that is wrong with the file, each with its place.
    """
    return parse_study(load(path, shown_as=shown_as), inputs, references)


def parse_study(doc: Document, inputs: Inputs, references: Mapping[str, object] | None) -> Study:
    """The same from a parsed document."""
    problems = Problems(sources={doc.file: doc.text})
    top = Node(doc, (), problems)
    needed = ("study", "ref", "n", "design", "calibration", "marks", "subjects", "arms", "quantities")
    if not top.fields(needed, ("not_expressed",)):
        problems.stop()
    ref = top.text("ref")
    if references is not None and ref not in references:
        hint = did_you_mean(ref, [str(r) for r in references], otherwise="add the key to knowledge/references.yaml")
        problems.add("NB-K012", f"unknown reference '{ref}'", doc.at("ref"), label="not in knowledge/references.yaml", fix=hint)
    subjects = _subjects(top.child("subjects"))
    arms = {key: _arm(key, node, subjects, inputs) for key, node in top.entries("arms").items()}
    usual = (top.choice("calibration", words.CALIBRATIONS), _marks(top.child("marks"), None))
    quantities = tuple(q for node in top.items("quantities") if (q := _quantity(node, arms, usual)))
    _unique(quantities, problems)
    left_out = tuple(NotExpressed(n.text("what"), n.text("why")) for n in top.items("not_expressed") if n.fields(("what", "why")))
    if not quantities and not left_out:
        top.child("quantities").wrong(
            "the study has no quantity", fix="add a published number, or say under not_expressed why there is none"
        )
    number = None if top.data["n"] is None else top.number("n", 1, 100000)
    problems.stop()
    n = None if number is None else int(number)
    return Study(top.text("study"), ref, n, top.text("design"), subjects, arms, quantities, left_out, doc.file)


def _subjects(node: Node) -> Subjects:
    node.fields(("sex", "mass_kg"), ("fasting_uM", "assumed"))
    sex = node.choice("sex", words.SEXES, "both")
    mass = node.number("mass_kg", *words.MASS_LIMITS_KG, unit="kg")
    assumed = _assumed(node, ("sex", "mass_kg", "fasting_uM"))
    return Subjects(cast("Any", sex), mass, _fasting(node), assumed)


def _fasting(node: Node) -> dict[str, float]:
    return node.numbers("fasting_uM", words.AA, "amino acid", 1.0, 5000.0, "uM")


def _assumed(node: Node, possible: tuple[str, ...]) -> dict[str, str]:
    """What is assumed, with the reason; only of what the entry states."""
    assumed = node.texts("assumed")
    stated = [name for name in possible if node.has(name)] + ["free" for name in _FREE if node.has(name)]
    for name in assumed:
        node.child("assumed").known(name, stated, "assumption", node.doc.at_key(*node.keys, "assumed", name))
    return assumed


def _arm(key: str, node: Node, subjects: Subjects, inputs: Inputs) -> Arm:
    node.fields(("label",), ("intakes", "fasting_uM", "plasma_uM", "carrier"))
    given = [name for name in ("intakes", "plasma_uM") if node.has(name)]
    if len(given) != 1:
        node.wrong(
            f"the arm '{key}' needs either intakes or plasma_uM with a carrier", fix="say what was eaten, or which plasma was offered"
        )
    if node.has("plasma_uM") != node.has("carrier"):
        node.wrong(f"the arm '{key}' needs plasma_uM and carrier together", fix="carrier names a set of knowledge/transporters/LAT1.yaml")
    intakes = tuple(one for item in node.items("intakes") for one in _intakes(item, subjects, inputs))
    plasma = node.numbers("plasma_uM", words.FREE_AMINO_ACIDS, "amino acid", 0.0, 20000.0, "uM")
    return Arm(key, node.text("label"), intakes, _fasting(node), plasma, node.text("carrier"), node.doc.at_key(*node.keys))


def _intakes(node: Node, subjects: Subjects, inputs: Inputs) -> list[StudyIntake]:
    """One written intake: one, or as many as its portions."""
    node.fields(("at_min",), ("form", *_FOOD, *_FREE, "portions", "assumed"))
    eaten, free = any(map(node.has, _FOOD)), any(map(node.has, _FREE))
    if not eaten and not free:
        node.wrong("the intake has no composition", fix="give protein, carbohydrate, fat_g and fibre_g of a food, or free_g of amino acids")
    if eaten:
        node.fields(("at_min", *_FOOD), ("form", *_FREE, "portions", "assumed"))
    at = node.number("at_min", 0.0, words.LONGEST_MIN, unit="min")
    limit = words.EXPRESSION_LIMITS_G
    protein = node.numbers("protein", inputs.proteins, "protein source", 0.0, limit["protein"], "g")
    carbohydrate = node.numbers("carbohydrate", inputs.carbohydrates, "kind of carbohydrate", 0.0, limit["carbohydrate"], "g")
    fat, fibre = (node.number(name, 0.0, limit[name], 0.0, "g") for name in ("fat_g", "fibre_g"))
    assumed = _assumed(node, ("at_min", "form", *_FOOD, "portions"))
    times, every = _portions(node)
    grams = _free(node, subjects, inputs)
    form = cast("Any", node.choice("form", words.FORMS, "meal" if eaten else "drink"))

    def share(amounts: Mapping[str, float]) -> dict[str, float]:
        return {name: amount / times for name, amount in amounts.items()}

    return [
        StudyIntake(at + i * every, form, share(protein), share(carbohydrate), share(grams), fat / times, fibre / times, assumed)
        for i in range(times)
    ]


def _portions(node: Node) -> tuple[int, float]:
    if not node.has("portions"):
        return 1, 0.0
    part = node.child("portions")
    part.fields(("times", "every_min"))
    times, every = part.number("times", 1, 200), part.number("every_min", 1, 1440, unit="min")
    return (1, 0.0) if isnan(times) else (int(times), every)


def _free(node: Node, subjects: Subjects, inputs: Inputs) -> dict[str, float]:
    """Free amino acids in grams of free acid."""
    limit = words.EXPRESSION_LIMITS_G["free"]
    names = (*words.FREE_AMINO_ACIDS, *words.SALTS)
    grams = free_acids(node.numbers("free_g", names, "amino acid", 0.0, limit, "g"))
    for aa, mg in free_acids(node.numbers("free_mg_per_kg", names, "amino acid", 0.0, 1000.0, "mg/kg")).items():
        grams[aa] = grams.get(aa, 0.0) + mg * subjects.mass_kg / 1000.0
    if node.has("mixture"):
        part = node.child("mixture")
        part.fields(("grams",), ("name", "mass_fraction"))
        if part.has("name") == part.has("mass_fraction"):
            part.wrong("a mixture needs either the name of a known one or its mass_fraction")
        whole = part.number("grams", 0.0, limit, unit="g")
        name = part.choice("name", inputs.mixtures)
        shares = inputs.mixtures[name] if name else shares_by_mass(part, "mass_fraction")
        for aa, fraction in shares.items():
            grams[aa] = grams.get(aa, 0.0) + fraction * whole
    return grams


def _quantity(node: Node, arms: Mapping[str, Arm], usual: tuple[str, Marks]) -> Quantity | None:
    """One quantity; None when it cannot be used, with the problems noted."""
    if not node.fields(_QUANTITY, _QUANTITY_MORE):
        return None
    before = len(node.problems.found)
    calibration, marks = usual
    arm = node.choice("arm", arms)
    what = node.choice("what", words.WHAT)
    of = _names(node, "of", what)
    over = _names(node, "over", "plasma") if node.has("over") else ()
    reading, first, last = _reading(node, what)
    scale = node.choice("as", words.SCALES)
    published = node.number("published", -inf, inf) if node.has("published") else None
    found = Quantity(
        id=node.text("id"),
        arm=arm,
        what=what,
        of=of,
        over=tuple(aa for aa in over if aa not in of),
        reading=reading,
        first_min=first,
        last_min=last,
        scale=scale,
        from_min=node.number("from_min", 0.0, words.LONGEST_MIN, 0.0, "min"),
        against=node.choice("against", arms),
        published=published,
        bound=node.choice("bound", words.BOUNDS),
        spread=_spread(node, published),
        direction=cast("Any", node.choice("direction", words.DIRECTIONS)),
        contested=node.truth("contested"),
        calibration=cast("Any", node.choice("calibration", words.CALIBRATIONS, calibration)),
        marks=_marks(node, marks) if any(map(node.has, _MARKS)) else marks,
        at=node.doc.at_key(*node.keys) if node.keys else node.at,
    )
    if len(node.problems.found) == before:
        _check(node, found, arms)
    return found if len(node.problems.found) == before else None


def _names(node: Node, key: str, what: str) -> tuple[str, ...]:
    """Amino acids, or a set of them by name."""
    allowed = (*words.AA, *words.SETS, *(words.TRACE if what == "entry" else ()))
    out: list[str] = []
    for word in node.words(key):
        if node.child(key).known(word, allowed, "amino acid"):
            out += words.SETS.get(word, (word,))
    return tuple(dict.fromkeys(out))


def _reading(node: Node, what: str) -> tuple[str, float, float]:
    """How the course is read: the word, first and last minute."""
    given = [word for word in words.READINGS if node.has(word)]
    needed = 0 if what in words.CARRIER_WHAT else 1
    if len(given) != needed:
        wanted = "no time: its plasma is given" if not needed else f"exactly one of {', '.join(words.READINGS)}"
        node.problems.add("NB-M054", f"'{node.name}' needs {wanted}", node.at, label=f"has {', '.join(given) or 'none'}")
        return "", NAN, NAN
    if not needed:
        return "", 0.0, 0.0
    if given[0] == "at_min":
        minute = node.number("at_min", 0.0, words.LONGEST_MIN, unit="min")
        return "at_min", minute, minute
    return given[0], *node.pair(given[0], 0.0, words.LONGEST_MIN, "min")


def _spread(node: Node, published: float | None) -> Spread:
    """The ends of the published spread."""
    part = node.child("spread")
    none = Spread("not_published", NAN, NAN)
    if part.data == "not_published":
        return none
    if not isinstance(part.data, dict) or len(part.data) != 1:
        part.wrong("'spread' must be not_published or one of sd, sem, ci95, range, within", fix="write spread: {sd: 24}")
        return none
    kind = next(iter(part.data))
    if not part.known(kind, words.SPREADS[:-1], "kind of spread", node.doc.at_key(*part.keys, kind)):
        return none
    if published is None:
        part.wrong("a spread needs a published value")
        return none
    if kind in ("ci95", "range"):
        low, high = part.pair(kind, -inf, inf, "")
        if not (isnan(low) or low <= published <= high):
            part.wrong(f"the published value {published:g} lies outside its own {kind}", fix="check the three numbers")
        return Spread(kind, low, high)
    half = part.number(kind, 0.0, inf) * (abs(published) if kind == "within" else 1.0)
    return Spread(kind, published - half, published + half)


def _marks(node: Node, usual: Marks | None) -> Marks:
    if usual is None:
        node.fields(_MARKS)
    usual = usual or Marks("", False, "", "")
    origin = node.choice("origin", ORIGINS, usual.origin)
    evidence = node.choice("evidence", GRADES, usual.evidence)
    verified = node.truth("verified") if node.has("verified") else usual.verified
    if verified and origin == "memory":
        node.child("verified").wrong("what is from memory is not verified", fix="say verified: false, or where it was read")
    return Marks(origin, verified, evidence, node.text("note", usual.note))


def _check(node: Node, q: Quantity, arms: Mapping[str, Arm]) -> None:
    """That the parts of a quantity go together."""

    def wrong(what: str, key: str, fix: str = "") -> None:
        node.problems.add("NB-M054", what, node.child(key).at, fix=fix)

    carrier = q.what in words.CARRIER_WHAT
    if carrier != bool(arms[q.arm].carrier):
        wrong(f"{q.what} is not read from this arm", "what", "km_app and influx need an arm with plasma_uM, all others one with intakes")
    if (q.what == "plasma_ratio") != bool(q.over):
        wrong("'over' belongs to plasma_ratio, and only there", "what", "write over: lnaa5, or the amino acids of the study")
    if q.what in ("plasma_ratio", "free_trp", "entry", "dose_share", *words.CARRIER_WHAT) and len(q.of) != 1:
        wrong(f"{q.what} is of one amino acid", "of")
    if q.what == "free_trp" and q.of != ("trp",):
        wrong("free_trp is of trp", "of")
    if (q.reading == "tmax_min" or carrier or q.what == "dose_share") and (q.scale != "value" or q.direction != "not_applicable"):
        wrong(
            "a time, a constant or a share of the dose is a value without a direction", "as", "write as: value, direction: not_applicable"
        )
    if q.published is None and (q.direction == "not_applicable" or q.bound):
        wrong("without a published value there must be a direction, and no bound", "direction")
    if q.published is not None and q.scale in words.NULLS:
        _direction(q.published, q, wrong)


def _direction(published: float, q: Quantity, wrong: Any) -> None:
    """A published number and its direction must say the same."""
    difference = published - words.NULLS[q.scale]
    if q.scale == "times" and published <= 0:
        wrong("a multiple must be above 0", "published", f"a fall to a third is 0.33; its logarithm would be {log(1 / 3):.2f} as log_times")
    elif q.scale == "change" and published < -1:
        wrong("a change below -1 would leave less than nothing", "published", "a fall by 45 % is -0.45")
    elif (q.direction == "up" and difference <= 0) or (q.direction == "down" and difference >= 0):
        wrong(f"the published value {published:g} does not go {q.direction}", "direction", "correct the direction or the scale (as)")


def _unique(quantities: tuple[Quantity, ...], problems: Problems) -> None:
    seen: dict[str, Quantity] = {}
    for q in quantities:
        if q.id in seen:
            problems.add("NB-M054", f"the quantity '{q.id}' stands twice", q.at, also=((seen[q.id].at, "the other one"),))
        seen.setdefault(q.id, q)
