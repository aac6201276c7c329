"""Why: every minimal proof, each fact once, and what is assumed before anything else."""

from __future__ import annotations

import pytest

from neurobalance_expert.engines.reference import evaluate
from neurobalance_expert.explain.document import proofs
from neurobalance_expert.explain.findings import Explainer
from neurobalance_expert.explain.why import MOST_PROOFS, as_data, names, proposed, why
from neurobalance_expert.explain.why_text import proposal, render
from neurobalance_expert.explain.wording import Labels
from neurobalance_expert.fact import Fact, Number, Origin, Working
from neurobalance_expert.proof import Proofs
from tests.oracles.build import pattern, relation, rule, rule_set, vocabulary

WORDS = vocabulary(
    relation("seen", {"x": "id"}),
    relation("dose", {"x": "id", "mg": "number 0.1 mg"}, ["x"]),
    relation("listed", {"x": "id"}),
    relation("mid", {"x": "id"}, derived=True),
    relation("top", {"x": "id"}, derived=True),
)
RULES = rule_set(
    WORDS,
    [
        rule(WORDS, "mid-by-seeing", [pattern(WORDS, "seen", x="$x")], {"x": "$x"}, concludes="mid"),
        rule(WORDS, "mid-by-dose", [pattern(WORDS, "dose", x="$x", mg={"above": "2"})], {"x": "$x"}, concludes="mid"),
        rule(
            WORDS,
            "top-by-mid",
            [pattern(WORDS, "mid", x="$x"), pattern(WORDS, "seen", "again", x="$x")],
            {"x": "$x"},
            unless=[pattern(WORDS, "listed", "listed", True, x="$x")],
            concludes="top",
        ),
        rule(WORDS, "top-by-dose", [pattern(WORDS, "dose", x="$x", mg={"above": "2"})], {"x": "$x"}, concludes="top"),
    ],
)


def document(*facts: Fact, origins: dict[Fact, Origin] | None = None) -> Proofs:
    """The proofs of what follows from these facts."""
    explainer = Explainer({r.id: r for r in RULES.rules}, WORDS, origins or {}, {}, {}, Labels({}, {}))
    return proofs(evaluate(RULES, WORDS, facts), explainer)


SEEN, DOSE = WORDS.fact("seen", x="a"), WORDS.fact("dose", x="a", mg=2.5)
PLAIN = {"id": "c", "digest": "d"}


def test_every_minimal_proof_is_found_and_none_that_needs_more() -> None:
    """top(a) follows from seen alone, by way of mid, and from the dose alone; mid by dose and seen together would be in vain."""
    made = document(SEEN, DOSE)
    (answer,) = why(made, [], "top")

    given = [[made.facts[fact].relation for fact in proof.given] for proof in answer.proofs]
    rules = [[made.steps[step].rule for step in proof.steps] for proof in answer.proofs]
    assert given == [["dose"], ["seen"]]
    assert rules == [["top-by-dose"], ["mid-by-seeing", "top-by-mid"]]


def test_a_rule_and_a_relation_can_be_asked_for() -> None:
    """What was concluded on the way has proofs as well."""
    made = document(SEEN)

    assert [a.code for a in why(made, [], "mid")] == ["mid"]
    assert [a.rule for a in why(made, [], "mid-by-seeing")] == ["mid-by-seeing"]
    assert why(made, [], "nothing") == ()
    assert names(made) == ["mid-by-seeing", "top-by-mid", "mid", "top"]


def test_what_was_not_recorded_is_said_to_be_assumed() -> None:
    """An exception over an open list."""
    (answer,) = why(document(SEEN), [], "top")

    assert answer.assumed == (
        "Not recorded counts as absent: no listed (x a) is recorded (nor any other); nothing says that the list is complete.",
    )


def test_each_fact_stands_once_and_later_lines_refer_to_it() -> None:
    """seen(a) serves mid and top."""
    text = render(document(SEEN), why(document(SEEN), [], "top"), "full", {})

    assert text.count("1. seen: x a") == 1
    assert text.count("[1] ") == 2
    assert text.index("Assumed and not known") < text.index("Proof")


def test_three_depths() -> None:
    """A line, a paragraph, everything: each says more."""
    made = document(SEEN, DOSE)
    answers = why(made, [], "top")
    short, middle, long = (render(made, answers, depth, {}) for depth in ("line", "paragraph", "full"))  # type: ignore[arg-type]

    assert short == "top: dose (x a): 2.5 mg is above 2.0 mg (and in 1 other way)\n"
    assert "This follows by the rule top-by-dose" in middle
    assert "It follows as well by the rule top-by-mid" in middle
    assert "0.5 mg from the limit" in long
    assert "In 2 ways" in long
    assert len(short) < len(middle) < len(long)


def test_arithmetic_is_shown_with_its_numbers() -> None:
    """Equation, result, numbers with units, and of a series the first four."""
    working = Working(
        "mg",
        (("all", "sum(each)"), ("mg", "all / days")),
        (Number("each", (1.0, 2.0, 1.0, 0.5, 0.5), "mg", "as entered"), Number("days", 2.0, "d")),
    )
    made = document(DOSE, origins={DOSE: Origin("two days", ("book",), lambda: (working,))})
    text = render(made, why(made, [], "top"), "full", {"book": "A book (1999)"})

    assert "mg = all / days = 2.5" in text
    assert "all = sum(each)" in text
    assert "each = 1, 2, 1, 0.5, … (5 values) mg: as entered" in text
    assert "days = 2 d" in text
    assert "- book: A book (1999)" in text


def test_more_proofs_than_are_listed_are_said_to_be_there() -> None:
    """Two ways to each of seven facts that one conclusion needs are 128 proofs."""
    sides = [(side, i) for i in range(7) for side in ("left", "right")]
    words = vocabulary(
        *(relation(f"{kind}{i}", {"x": "id"}, derived=kind == "mid") for i in range(7) for kind in ("left", "right", "mid")),
        relation("top", {"x": "id"}, derived=True),
    )
    rules = [
        rule(words, f"{side}-{i}", [pattern(words, f"{side}{i}", x="$x")], {"x": "$x"}, concludes=f"mid{i}")
        for i in range(7)
        for side in ("left", "right")
    ]
    rules.append(rule(words, "top", [pattern(words, f"mid{i}", x="$x") for i in range(7)], {"x": "$x"}, concludes="top"))
    ready = rule_set(words, rules)
    facts = [words.fact(f"{side}{i}", x="a") for side, i in sides]
    made = proofs(evaluate(ready, words, facts), Explainer({r.id: r for r in ready.rules}, words, {}, {}, {}, Labels({}, {})))
    (answer,) = why(made, [], "top")

    assert (len(answer.proofs), answer.more) == (MOST_PROOFS, True)
    assert all(len(proof.given) == 7 for proof in answer.proofs)
    assert "more than 50 ways" in render(made, [answer], "full", {})


def test_the_data_hold_what_the_answers_use_and_no_more() -> None:
    """Facts and steps under their places."""
    made = document(SEEN, WORDS.fact("seen", x="b"))
    data = as_data(made, why(made, [], "mid-by-seeing")[:1], "mid-by-seeing", PLAIN)

    assert data["schema"] == "neurobalance/why/1"
    assert [fact["relation"] for fact in data["facts"].values()] == ["mid", "seen"]
    assert len(data["steps"]) == 1
    assert data["case"] == PLAIN


def test_a_recommendation_is_explained_by_what_it_is_for() -> None:
    """By its id, with what was predicted."""
    predicted = {"metric": "entry", "before": 0.9, "after": 1.5}
    one = {"id": "leave-out-1", "action": "Leave it out", "for": ["A:b", "C:d"], "predicted": predicted, "raises": []}

    assert proposed([one], "leave-out-1") is one
    assert proposed([one], "leave-out-2") is None
    text = proposal(one)
    assert text.startswith(
        "Leave it out\nProposed for A:b, C:d. The changed case went through the whole program: entry goes from 0.9 to 1.5"
    )
    assert "adds no finding above information" in text
    assert "would add E:f" in proposal({**one, "raises": ["E:f"]}, markdown=True)


@pytest.mark.parametrize("markdown", [False, True])
def test_markdown_has_headings(markdown: bool) -> None:
    """And text has none."""
    made = document(SEEN)

    assert ("### top" in render(made, why(made, [], "top"), "full", {}, markdown=markdown)) is markdown
