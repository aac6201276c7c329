"""Study files are read strictly: each mistake is named with its place, and nothing is guessed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from neurobalance_expert import source
from neurobalance_expert.errors import InputProblems, Problems
from neurobalance_expert.model.constants import load_constants
from neurobalance_expert.model.studies.meals import speeds
from neurobalance_expert.model.studies.read import load_proteins, load_studies, parse_study
from neurobalance_expert.model.studies.types import Protein, Study

GOOD = """\
study: good
source: lyons1988
design: One meal.
subjects: {sex: both, weight_kg: 70}
origin: seen
verified: true
evidence: B
arms:
  meal:
    intakes: [{hour: 8, protein: {whey: 20}, carbohydrate_g: 30}]
    quantities:
      - {what: ratio, of: trp, minutes: 180, as: change, published: 0.3, direction: up, use: unseen}
  drink:
    intakes: [{hour: 8, mixture: {grams: 20, of: {leu: 0.5, gly: 0.5}}}]
    quantities:
      - {what: plasma, of: leu, minutes: [0, 240], take: highest, as: times, direction: up, use: calibration}
"""


class Known:
    """What names in a study file may refer to."""

    def __init__(self, root: Path) -> None:
        self.references = source.load(root / "knowledge" / "references.yaml").data["references"]
        self.speeds: dict[str, Any] = dict(speeds(load_constants(root)))
        self.proteins: dict[str, Protein] = load_proteins(root, self.speeds["digestion"], self.references)


@pytest.fixture(scope="module")
def known(root: Path) -> Known:
    """The shipped sources, speeds and references."""
    return Known(root)


def read(text: str, known: Known) -> tuple[Study | None, Problems]:
    """The study in a text, and its problems."""
    problems = Problems()
    return parse_study(source.parse_yaml(text, "s.yaml"), problems, known.proteins, known.speeds, known.references), problems


def test_a_good_file_has_no_problem_and_keeps_what_it_says(known: Known) -> None:
    """Half of a mixture of 20 g is 10 g; a ratio without `over` is over the five rivals."""
    study, problems = read(GOOD, known)

    assert problems.found == []
    assert study is not None
    assert study.arms["drink"].intakes[0].free_g == {"leu": 10.0, "gly": 10.0}
    assert study.arms["meal"].quantities[0].over == ("tyr", "phe", "leu", "ile", "val")


MISTAKES = [
    ("NB-M030", "design: One meal.\n", "", "has no design"),
    ("NB-M030", "subjects: {sex: both, weight_kg: 70}", "subjects: {sex: both}", "has no weight_kg"),
    ("NB-M030", "origin: seen\n", "", "has no origin"),
    ("NB-M030", "source: lyons1988\n", "", "has no source"),
    ("NB-M030", "{hour: 8, protein: {whey: 20}, carbohydrate_g: 30}", "{hour: 8}", "brings nothing"),
    ("NB-M030", "{hour: 8, protein: {whey: 20}, carbohydrate_g: 30}", "{protein: {whey: 20}}", "has no hour"),
    ("NB-M030", "[{hour: 8, protein: {whey: 20}, carbohydrate_g: 30}]", "[]", "at least one entry"),
    ("NB-M030", "published: 0.3, direction: up, ", "", "neither a published value nor a direction"),
    ("NB-M030", "published: 0.3, direction: up, ", "published: 0.3, ", "has no direction"),
    ("NB-M030", "published: 0.3, ", "published: 0.3, spread: 0.1, ", "spread needs its kind"),
    ("NB-M030", "minutes: 180, ", "", "has no minutes"),
    ("NB-M030", "take: highest, ", "", "has no take"),
    ("NB-M031", "whey: 20", "whey: -20", "'whey' is -20 g, outside 0 to 500 g"),
    ("NB-M031", "whey: 20", "whey: 2000", "outside 0 to 500 g"),
    ("NB-M031", "whey: 20", "whey: some", "is not a number"),
    ("NB-M031", "whey: 20", "whey: null", "is not a number"),
    ("NB-M031", "weight_kg: 70", "weight_kg: 700", "outside 2 to 400 kg"),
    ("NB-M031", "minutes: 180", "minutes: -5", "outside 0 to"),
    ("NB-M031", "minutes: 180", "minutes: soon", "one minute or [from, to]"),
    ("NB-M031", "verified: true", "verified: perhaps", "true or false"),
    ("NB-M032", "whey: 20", "wey: 20", "unknown protein source 'wey'"),
    ("NB-M032", "what: ratio", "what: ration", "unknown quantity 'ration'"),
    ("NB-M032", "of: trp", "of: tpr", "unknown amino acid 'tpr'"),
    ("NB-M032", "leu: 0.5", "leucine: 0.5", "unknown amino acid 'leucine'"),
    ("NB-M032", "carbohydrate_g: 30", "carbohydrate_g: 30, carbohydrate: suger", "unknown carbohydrate speed 'suger'"),
    ("NB-M032", "carbohydrate_g: 30", "carbohydrates_g: 30", "unknown field 'carbohydrates_g'"),
    ("NB-M032", "as: change", "as: changed", "unknown scale"),
    ("NB-M032", "use: unseen", "use: unsen", "unknown use"),
    ("NB-M032", "sex: both", "sex: bot", "unknown sex"),
    ("NB-M032", "direction: up, use: unseen", "direction: upp, use: unseen", "unknown direction"),
    ("NB-M032", "use: calibration", "against: meel, use: calibration", "unknown other arm 'meel'"),
    ("NB-M032", "use: calibration", "against: drink, use: calibration", "unknown other arm 'drink'"),
    ("NB-M032", "carbohydrate_g: 30", "other_mg: {5htp: 100}", "unknown precursor '5htp'"),
    ("NB-M031", "carbohydrate_g: 30", "other_mg: {levodopa: -100}", "outside 0 to 20000 mg"),
    ("NB-M033", "leu: 0.5", "leu: 0.6", "add up to 1.1"),
    ("NB-M034", "published: 0.3", "published: -0.3", "is not 'up' as change"),
    ("NB-M034", "minutes: [0, 240]", "minutes: [240, 0]", "ends before it begins"),
    ("NB-M034", "minutes: [0, 240]", "minutes: 240", "does not fit"),
    ("NB-M034", "what: plasma, of: leu", "what: plasma, of: leu, over: [val]", "takes no 'over'"),
    ("NB-M034", "what: plasma, of: leu", "what: carrier, of: leu", "takes no 'of'"),
    ("NB-M034", "what: plasma, of: leu", "what: entry, of: lys", "that the carrier LAT1 takes"),
    ("NB-M034", "take: highest", "take: time_of_highest", "no base and no direction"),
    ("NB-K012", "source: lyons1988", "source: lions1988", "unknown reference 'lions1988'"),
]


@pytest.mark.parametrize(("code", "old", "new", "what"), MISTAKES, ids=[f"{code} {what}" for code, _, _, what in MISTAKES])
def test_one_mistake_is_one_problem_with_its_place(code: str, old: str, new: str, what: str, known: Known) -> None:
    """A good file with one slip gives that problem, on the line of the slip or of the entry that lacks something."""
    assert old in GOOD
    _, problems = read(GOOD.replace(old, new, 1), known)

    assert [code] == [p.code for p in problems.found]
    assert what in problems.found[0].what
    assert problems.found[0].at is not None
    assert problems.found[0].at.file == "s.yaml"


def test_a_name_that_is_nearly_right_is_suggested(known: Known) -> None:
    """The message for a slip has the name that was meant."""
    _, problems = read(GOOD.replace("whey: 20", "casin: 20"), known)

    assert problems.found[0].fix == "did you mean 'casein'?"


def test_a_file_that_is_no_study_is_said_to_be_none(known: Known) -> None:
    """A list, a text or nothing at all is one problem."""
    for text in ("- 1\n", "hello\n", ""):
        study, problems = read(text, known)
        assert study is None
        assert [p.code for p in problems.found] == ["NB-M030"]


def test_an_id_that_stands_twice_is_a_problem(root: Path, known: Known, tmp_path: Path) -> None:
    """Two files with one id would hide each other."""
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")

    with pytest.raises(InputProblems, match="stands in two files") as caught:
        load_studies(root, known.proteins, known.speeds, known.references, [tmp_path / "a.yaml", tmp_path / "b.yaml"])
    assert [p.code for p in caught.value.problems] == ["NB-M035"]


def test_a_study_of_ones_own_may_be_cited_in_words(known: Known) -> None:
    """Who has no key in the references writes the citation."""
    _, problems = read(GOOD.replace("source: lyons1988", "cite: Somebody 2024"), known)

    assert problems.found == []


@pytest.mark.parametrize("text", ["trp: 95", "leu: -1"])
def test_a_protein_that_gives_more_than_its_mass_or_less_than_nothing(root: Path, known: Known, tmp_path: Path, text: str) -> None:
    """100 g of protein give at most about 117 g of free amino acids, and never less than none."""
    name, _ = text.split(":")
    good = (root / "knowledge" / "studies" / "proteins.yaml").read_text(encoding="utf-8")
    line = next(row for row in good.splitlines() if "values:" in row)
    entry = next(part for part in line.split("{")[1].rstrip("}").split(", ") if part.startswith(f"{name}:"))
    (tmp_path / "knowledge" / "studies").mkdir(parents=True)
    (tmp_path / "knowledge" / "studies" / "proteins.yaml").write_text(good.replace(line, line.replace(entry, text)), encoding="utf-8")

    with pytest.raises(InputProblems) as caught:
        load_proteins(tmp_path, known.speeds["digestion"], known.references)
    assert [p.code for p in caught.value.problems] == ["NB-M033"]


def test_every_shipped_study_can_be_read(root: Path, known: Known) -> None:
    """All files, each arm with its intakes and quantities; every word of `use` occurs."""
    studies = load_studies(root, known.proteins, known.speeds, known.references)

    assert len(studies) >= 30
    assert {q.use for s in studies.values() for arm in s.arms.values() for q in arm.quantities} == {"calibration", "unseen"}
    assert [s.id for s in studies.values() if Path(s.file).stem != s.id] == []


def leaves(data: Any, keys: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value of nested data with the keys that lead to it."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield (*keys, key), value
        yield from leaves(value, (*keys, key))


def mutated(data: Any, keys: tuple[Any, ...], change: Callable[[Any, Any], None]) -> str:
    """The data as JSON after a change of the container that holds the last key."""
    copy = json.loads(json.dumps(data, default=float))
    holder = copy
    for key in keys[:-1]:
        holder = holder[key]
    change(holder, keys[-1])
    return json.dumps(copy)


OPTIONAL_OF = {
    "study": ("n", "note", "source", "cite"),
    "subjects and arms": ("assumed", "fasting_uM", "decarboxylase_inhibitor"),
    "intake": ("protein", "free_g", "free_mg_per_kg", "mixture", "other_mg", "carbohydrate_g", "carbohydrate", "fat_g", "fibre_g"),
    "speed": ("digestion", "solid"),
    "reading": ("of", "over", "take", "base_min", "against"),
    "result": ("published", "spread", "spread_kind", "bound", "direction", "within", "contested"),
}
OPTIONAL = {name for names in OPTIONAL_OF.values() for name in names}
NAMES_OF_NUMBERS = {"fasting_uM", "protein", "free_g", "free_mg_per_kg", "of", "other_mg", "arms"}  # their keys are data, not fields


def test_no_number_and_no_needed_field_of_any_shipped_study_can_go_wrong_unseen(root: Path, known: Known) -> None:
    """Each number made absurd, each needed field left out, each field misspelt, in every file: a problem, and never an exception."""
    missed = []
    for path in sorted((root / "knowledge" / "studies").glob("*.yaml")):
        if path.name == "proteins.yaml":
            continue
        data = source.load(path).data
        for keys, value in leaves(data):
            name, holder = keys[-1], keys[-2] if len(keys) > 1 else ""
            is_field = isinstance(name, str) and holder not in NAMES_OF_NUMBERS
            changes: dict[str, Callable[[Any, Any], None]] = {}
            if isinstance(value, Decimal):
                changes["absurd"] = lambda h, k: h.__setitem__(k, -1e9)
            if is_field and name not in OPTIONAL:
                changes["left out"] = lambda h, k: h.__delitem__(k)
            if is_field:
                changes["misspelt"] = lambda h, k: h.__setitem__(f"{k}x", h.pop(k))
            for what, change in changes.items():
                problems = Problems()
                document = source.parse_json(mutated(data, keys, change), "s.json")
                parse_study(document, problems, known.proteins, known.speeds, known.references)
                if not problems.found:
                    missed.append((path.name, keys, what))

    assert missed == []
