"""What kills a mutant, what survives, and that the number of processes changes nothing."""

from __future__ import annotations

from msgspec.structs import replace

from neurobalance_expert.measure.mutate import Bench, mutate
from neurobalance_expert.rules.ir import RuleSet
from neurobalance_expert.vocabulary import Vocabulary
from tests.unit.measure.conftest import BEGIN, FIRES, WHOLE, Ready

OTHER = """
  - id: by-night
    code: "COMPETE:lnaa:trp"
    title: By night
    kind: competition
    status: experimental
    severity: info
    when: [pushed: {aa: tyr, window: $w}]
    overrides: [low-share]
    then: {about: trp, window: $w}
    say: By night.
"""


def survivors(bench: Bench, rule: str = "low-share") -> list[str]:
    made = bench.mutants(bench.by_id[rule])
    return [made[s.number].text for s in bench.mutate(bench.by_id[rule]).survivors]


def test_the_whole_set_of_tests_kills_every_mutant(ready: Ready) -> None:
    """36 mutants compile; one of them is proved equivalent."""
    found = ready(BEGIN + FIRES + WHOLE).mutate(ready(BEGIN + FIRES + WHOLE).by_id["low-share"])

    assert (found.mutants, ()) == (found.killed, found.survivors)
    assert (1, 1) == (len(found.equivalent), found.invalid)


def test_without_the_test_at_the_limit_the_limit_may_move(ready: Ready) -> None:
    """0.84 fires under 'below 0.85', 'at most 0.85' and 'below 0.86'; the test alone at 0.85 would tell."""
    less = "".join(line for line in WHOLE.splitlines(keepends=True) if "at the limit" not in line)

    assert ["below 0.85 -> any", "below 0.85 -> at_most 0.85", "below 0.85 -> below 0.86"] == survivors(ready(BEGIN + FIRES + less))


def test_without_a_test_that_names_the_conclusion_all_of_it_may_change(ready: Ready) -> None:
    """Code, severity, what it is about: a status alone does not show them."""
    less = "".join(line for line in WHOLE.splitlines(keepends=True) if "what it says" not in line)

    assert [
        "COMPETE -> COMPETE_another", "lnaa -> lnaa_another", "trp -> trp_another", "minor -> info", "minor -> moderate",
        "about: trp -> another", "about <-> window",
    ] == survivors(ready(BEGIN + FIRES + less))  # fmt: skip


def test_a_dropped_override_is_killed_by_a_test_of_the_rule_that_was_overridden(ready: Ready) -> None:
    """Its own tests cannot tell: overriding changes what the other rule says."""
    speaks = "      - {name: another speaks, like: fires, change: {pushed: {aa: tyr, window: w2}}, expect: overridden}\n"

    assert "no longer overrides low-share" in survivors(ready(BEGIN + FIRES + WHOLE + OTHER), "by-night")
    assert "no longer overrides low-share" not in survivors(ready(BEGIN + FIRES + WHOLE + speaks + OTHER), "by-night")


def test_a_rule_without_tests_kills_nothing(ready: Ready) -> None:
    """Every mutant that compiles and is not equivalent survives."""
    found = ready(BEGIN).mutate(ready(BEGIN).by_id["low-share"])

    assert (0, found.mutants) == (found.killed, len(found.survivors))


def test_more_processes_come_to_the_same(words: Vocabulary, ready: Ready) -> None:
    """Ten rules, some with gaps, on one and on two processes."""
    one = ready(BEGIN + FIRES + WHOLE).by_id["low-share"]
    rules = tuple(replace(one, id=f"low-{n}", tests=one.tests[: n + 1]) for n in range(10))
    bench = Bench(RuleSet(rules, {rule.id: 0 for rule in rules}, frozenset({"life_stage", "influx", "condition"})), words)
    ids = [rule.id for rule in rules]
    steps: list[str] = []
    alone, together = mutate(bench, ids, 1), mutate(bench, ids, 2, lambda: steps.append("one"))

    assert alone == together
    assert 1 < len({m.killed for m in alone})
    assert len(ids) == len(steps)


def test_a_test_more_never_lowers_the_score(ready: Ready) -> None:
    """Killed mutants stay killed, whatever is added."""
    lines = WHOLE.splitlines(keepends=True)
    counts = []
    for number in range(len(lines) + 1):
        bench = ready(BEGIN + FIRES + "".join(lines[:number]))
        counts.append(bench.mutate(bench.by_id["low-share"]).killed)

    assert sorted(counts) == counts
    assert counts[0] < counts[-1]


def test_to_override_what_does_not_run_changes_nothing(ready: Ready) -> None:
    """The other rule is retired: with the override and without it is silent."""
    bench = ready((BEGIN + FIRES + WHOLE).replace("status: experimental", "status: retired", 1) + OTHER)
    found = bench.mutate(bench.by_id["by-night"])

    assert "'low-share' is a draft or retired and does not run" in [spared.why for spared in found.equivalent]
