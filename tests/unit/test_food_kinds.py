"""The kinds of protein and carbohydrate of the food table: what is looked up, what a broken file says, and the cache."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from neurobalance_expert import source
from neurobalance_expert.errors import InputProblems, Problem, render
from neurobalance_expert.knowledge.food_kinds import CACHE_FORMAT, PATH, FoodKinds, Kind, load_food_kinds, parse_food_kinds
from neurobalance_expert.loaded import Knowledge

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / PATH).read_text(encoding="utf-8")


def known(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """Names of the speeds of the shipped knowledge base."""
    return {"protein": tuple(knowledge.constants.digestion_speeds), "carbohydrate": tuple(knowledge.constants.carbohydrate_speeds)}


def parse(text: str, knowledge: Knowledge) -> FoodKinds:
    """The kinds of a text in the place of the file."""
    return parse_food_kinds(source.parse_yaml(text, PATH), knowledge.foods, known(knowledge), knowledge.references)


@pytest.mark.parametrize(
    ("ndb", "kind"),
    [
        ("01115", Kind("whey", "", True)),  # Whey, sweet, dried
        ("01129", Kind("egg", "", False)),  # Egg, whole, cooked, hard-boiled
        ("01077", Kind("milk", "low_gi", True)),  # Milk, whole
        ("01095", Kind("milk", "sugar", True)),  # Milk, canned, condensed, sweetened: the longer beginning counts
        ("01009", Kind("casein", "", False)),  # Cheese, cheddar
        ("01036", Kind()),  # Cheese, ricotta: mixed takes it out of the cheeses
        ("05064", Kind("meat", "", False)),  # Chicken breast, roasted
        ("15209", Kind("meat", "", False)),  # Salmon, cooked
        ("16122", Kind("soy", "low_gi", True)),  # Soy protein isolate
        ("16426", Kind("soy", "low_gi", False)),  # Tofu
        ("48052", Kind("gluten", "", False)),  # Vital wheat gluten, which has no group
        ("16070", Kind("", "low_gi")),  # Lentils, cooked
        ("14400", Kind("", "sugar")),  # Cola
        ("20045", Kind("", "starch")),  # White rice, cooked
        ("20121", Kind("", "low_gi")),  # Spaghetti, cooked: a beginning counts before its group
        ("11209", Kind()),  # Eggplant is no egg
        ("12006", Kind()),  # Chia seeds
    ],
)
def test_a_food_has_the_kind_of_its_narrowest_entry(knowledge: Knowledge, ndb: str, kind: Kind) -> None:
    assert kind == knowledge.food_kinds.of_row(knowledge.foods.row(ndb))


def test_no_row_has_no_kind(knowledge: Knowledge) -> None:
    """Row -1 is a food that the table does not have."""
    assert Kind() == knowledge.food_kinds.of_row(-1)


def test_a_stated_kind_is_a_drink_unless_the_file_says_solid(knowledge: Knowledge) -> None:
    kinds = knowledge.food_kinds

    assert (True, False, False) == tuple(kinds.stated(kind, "").drink for kind in ("whey", "egg", ""))


def test_every_entry_is_marked_as_the_choice_that_it_is(knowledge: Knowledge) -> None:
    """Each entry is a choice and says so, with a grade."""
    data = source.parse_yaml(TEXT, PATH).data
    entries = [data["share"], data["stated_solid"], *data["protein"].values(), *data["carbohydrate"].values()]

    assert {"choice"} == {entry["origin"] for entry in entries}
    assert {entry["evidence"] for entry in entries} <= set("ABCD")
    assert 0.8 == knowledge.food_kinds.share


MUTATIONS = {
    "unknown kind": ("{kind: whey, drink: true, begin", "{kind: wey, drink: true, begin", "NB-K035", "did you mean 'whey'?"),
    "unknown kind of carbohydrate": ("{kind: sugar, groups: [B", "{kind: suger, groups: [B", "NB-K035", "did you mean 'sugar'?"),
    "unknown group": ("groups: [Beverages]", "groups: [Beverage]", "NB-K035", "did you mean 'Beverages'?"),
    "unknown food": ('"48052"', '"48059"', "NB-K035", "did you mean"),
    "unknown beginning": ('"Tofu, "', '"Tofuu, "', "NB-K035", "did you mean 'Tofu'?"),
    "unknown solid kind": ("kinds: [egg, meat]", "kinds: [eggs, meat]", "NB-K035", "did you mean 'egg'?"),
    "unknown source": ("source: boirie1997", "source: boirie1998", "NB-K012", "did you mean 'boirie1997'?"),
    "no drink": ("{kind: gluten, drink: false, ", "{kind: gluten, ", "NB-K034", "add the missing fields"),
    "drink is a word": ("{kind: gluten, drink: false, ", "{kind: gluten, drink: no, ", "NB-K034", "write true"),
    "misspelled field": ('begin: ["Tofu, "]', 'begins: ["Tofu, "]', "NB-K034", "did you mean 'begin'?"),
    "unknown origin": ("origin: choice, verified: false, evidence: C", "origin: guess, verified: false, evidence: C", "NB-K034", "choice"),
    "verified is a word": ("verified: false, evidence: C", "verified: no, evidence: C", "NB-K034", "true, false"),
    "unknown grade": ("evidence: C", "evidence: E", "NB-K034", "A, B, C, D"),
    "an empty list of foods": ('foods: ["48052"]', "foods: []", "NB-K034", "add groups, begin or foods"),
    "no food named": (', foods: ["48052"]', "", "NB-K034", "add groups, begin or foods"),
    "food as a number": ('"48052"', "48052", "NB-K034", "in quotes"),
    "text for a list": ("groups: [Sweets]", "groups: Sweets", "NB-K034", "write groups"),
    "said twice": ("groups: [Sweets]", "groups: [Beverages]", "NB-K034", "keep it at one entry"),
    "half is no majority": ("value: 0.8", "value: 0.5", "NB-K034", "0.8"),
    "no note": (', note: "Melts in the mouth."', "", "NB-K034", "add the missing fields"),
    "entry is text": ("\n  drinks: {", "\n  others: sugar\n  drinks: {", "NB-K034", "add the missing fields"),
    "no section": ("\ncarbohydrate:\n", "\ncarbohydrates:\n", "NB-K034", "with at least one entry"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "fix"), MUTATIONS.values(), ids=MUTATIONS)
def test_a_mistake_in_the_file_is_named_with_its_place(knowledge: Knowledge, old: str, new: str, code: str, fix: str) -> None:
    """One fault in the file that ships; its problem stands in this file and says what to do."""
    assert old in TEXT
    with pytest.raises(InputProblems) as caught:
        parse(TEXT.replace(old, new, 1), knowledge)
    found: Problem = caught.value.problems[0]

    assert code in [problem.code for problem in caught.value.problems]
    assert found.at is not None
    assert found.at.file == PATH
    assert any(fix in problem.fix for problem in caught.value.problems)


def test_an_unknown_kind_reads_as_one_would_like_to_be_told(knowledge: Knowledge) -> None:
    """The whole text, with the place under the word."""
    with pytest.raises(InputProblems) as caught:
        parse(TEXT.replace("{kind: gluten,", "{kind: glutin,", 1), knowledge)
    (problem,) = caught.value.problems
    line = next(n for n, text in enumerate(TEXT.splitlines(), 1) if "{kind: gluten," in text)
    text = render(problem, caught.value.sources)

    assert text.startswith(f"error[NB-K035]: unknown kind of protein 'glutin'\n  --> {PATH}:{line}:18\n")
    assert "= fix: did you mean 'gluten'?" in text


def test_a_file_that_is_a_list_is_a_problem(knowledge: Knowledge) -> None:
    with pytest.raises(InputProblems):
        parse("- whey\n- casein\n", knowledge)


def test_the_cache_gives_the_same_kinds_and_a_spoiled_one_is_not_believed(knowledge: Knowledge, tmp_path: Path) -> None:
    """Second load reads the cache; cut in half it is computed anew, and so it is under another digest of the knowledge base."""

    def load(digest: str) -> FoodKinds:
        return load_food_kinds(ROOT, knowledge.foods, known(knowledge), knowledge.references, digest, tmp_path)

    first, again = load("sha256:aa"), load("sha256:aa")
    (file,) = tmp_path.glob(f"{CACHE_FORMAT}-*.npz")
    file.write_bytes(file.read_bytes()[:100])
    for other in (again, load("sha256:aa"), load("sha256:bb")):
        assert np.array_equal(first.rows, other.rows)
        assert (first.share, first.stated_solid, first.names) == (other.share, other.stated_solid, other.names)
    assert 2 == len(list(tmp_path.glob(f"{CACHE_FORMAT}-*.npz")))
