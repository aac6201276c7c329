"""rules coverage and rules mutate: how well the tests inside rules would notice a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import Layers, TextOrJson
from neurobalance_expert.cli.rule_choice import RuleIds, choose
from neurobalance_expert.cli.rules import RulePaths, count
from neurobalance_expert.cli.rules_suggest import INDENT, said, stop_at_failures, texts

if TYPE_CHECKING:
    from neurobalance_expert.measure.coverage import Covered
    from neurobalance_expert.measure.differing import Known
    from neurobalance_expert.measure.mutate import Bench, Mutated
    from neurobalance_expert.measure.places import Places
    from neurobalance_expert.measure.suggest import Suggested

SHOWN = 12  # proofs of equivalence that are listed in text; all are in the JSON
MOST_JOBS = 64


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("coverage")(coverage)
    app.command("mutate")(mutate)


def coverage(paths: RulePaths = None, rule: RuleIds = None, form: TextOrJson = "text", kb: Layers = None) -> None:
    """Show which conditions of the compiled rules the tests cover.

    A condition is covered when two tests show that it changes the outcome alone. Layout, order and names of the file do not count.

    Example: neurobalance rules coverage rules/transport
    """
    from neurobalance_expert.engines.plan import programme
    from neurobalance_expert.measure.coverage import cover, share
    from neurobalance_expert.measure.places import Places

    chosen = choose(paths, rule, kb)
    ready = programme(chosen.rules, chosen.terms.vocabulary)
    found = [cover(ready, each) for each in chosen.chosen]
    places = Places(chosen.folder)
    total, covered = sum(len(c.conditions) for c in found), sum(c.count for c in found)
    uncovered = [(c, u, places.at(c.rule, u.where)) for c in found for u in c.uncovered]
    if form == "json":
        rules = {
            c.rule.id: {"coverage": share(c.count, len(c.conditions)), "conditions": len(c.conditions), "covered": c.count} for c in found
        }
        listed = [
            {"rule": c.rule.id, "condition": str(u.where), "part": u.where.part, "kind": u.kind, "text": u.text, "at": str(at)}
            for c, u, at in uncovered
        ]
        print(
            output.json_text(
                {"coverage": share(covered, total), "conditions": total, "covered": covered, "rules": rules, "uncovered": listed}
            )
        )
        return
    _print_coverage(found, {id(u): str(at) for _, u, at in uncovered})
    print(f"{_percent(covered, total)} of {total} conditions in {count(len(found), 'rule')} are covered")


def _print_coverage(found: Sequence[Covered], places: Mapping[int, str]) -> None:
    """What is not covered, by rule; ``places`` are by the identity of the condition."""
    from neurobalance_expert.cli.guard import printable

    for covered in found:
        if covered.uncovered:
            untested = "" if covered.rule.tests else "; it has no test"
            print(printable(f"{covered.rule.id}: {covered.count} of {len(covered.conditions)}{untested}"))
            for condition in covered.uncovered:
                print(printable(f"  {places[id(condition)]}: {condition.where.part} {condition.where}: {condition.text}"))


def mutate(
    paths: RulePaths = None,
    rule: RuleIds = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, max=MOST_JOBS, help="Processes to use.")] = 2,
    form: TextOrJson = "text",
    kb: Layers = None,
) -> None:
    """Change rules in every small way and see whether a test notices.

    Thresholds, operators, units, constants, conditions, missing facts, overrides, severities and codes. What no test notices is printed
    with a test that would.

    Example: neurobalance rules mutate rules/transport --jobs 2
    """
    from neurobalance_expert.measure.coverage import share
    from neurobalance_expert.measure.differing import known_constants
    from neurobalance_expert.measure.mutate import Bench
    from neurobalance_expert.measure.mutate import mutate as mutate_all
    from neurobalance_expert.measure.places import Places
    from neurobalance_expert.measure.suggest import suggest

    chosen = choose(paths, rule, kb)
    stop_at_failures(chosen)
    bench = Bench(chosen.rules, chosen.terms.vocabulary)
    progress = output.Progress("rules mutated")
    found = mutate_all(bench, chosen.ids, jobs, progress.step)
    progress.end()
    known, places = known_constants(chosen.rules.rules), Places(chosen.folder)
    lacking = {m.rule: suggest(bench, bench.by_id[m.rule], known) for m in found if m.survivors}
    survivors = {m.rule: list(_survivors(bench, m, lacking[m.rule], places, known)) for m in found if m.survivors}
    equivalent = [item for m in found for item in _equivalent(bench, m)]
    total, killed = sum(m.mutants for m in found), sum(m.killed for m in found)
    if form == "json":
        rules = {m.rule: {"score": share(m.killed, m.mutants), "mutants": m.mutants, "killed": m.killed} for m in found}
        invalid = sum(m.invalid for m in found)
        data = {"score": share(killed, total), "mutants": total, "killed": killed, "invalid": invalid, "rules": rules}
        print(output.json_text({**data, "survivors": [item for items in survivors.values() for item in items], "equivalent": equivalent}))
        return
    _print_mutation(found, survivors, {name: "".join(texts(one, chosen)) for name, one in lacking.items()})
    _print_equivalent(equivalent)
    others = f"{sum(m.invalid for m in found)} more do not compile, {len(equivalent)} more are proved equivalent"
    print(f"{_percent(killed, total)} of {total} mutants of {count(len(found), 'rule')} are killed; {others}")


def _survivors(bench: Bench, mutated: Mutated, lacking: Suggested, places: Places, known: Known) -> Iterator[dict[str, Any]]:
    """Each mutant that no test notices, with its place and a test that would, to be pasted as it is; None where none was found."""
    from neurobalance_expert.measure.layout import as_text
    from neurobalance_expert.measure.mutants import DROP_OVERRIDE
    from neurobalance_expert.measure.suggest import overridden_by

    rule, made = lacking.rule, bench.mutants(lacking.rule)
    tests = {n: s.test for s in reversed(lacking.tests) for n in s.kills}
    for spared in mutated.survivors:
        mutant, test, of = made[spared.number], tests.get(spared.number), rule
        if mutant.operator == DROP_OVERRIDE:
            of = bench.by_id[mutant.where.slot]
            test = overridden_by(bench, of, rule, known)
        text = as_text(test, of, of.tests, bench.vocabulary, INDENT) if test else None
        at = str(places.at(rule, mutant.where))
        yield {"rule": rule.id, "operator": mutant.operator, "mutation": said(mutant), "at": at, "test": text, "test_of": of.id}


def _equivalent(bench: Bench, mutated: Mutated) -> Iterator[dict[str, str]]:
    made = bench.mutants(bench.by_id[mutated.rule]) if mutated.equivalent else ()
    for spared in mutated.equivalent:
        mutant = made[spared.number]
        yield {"rule": mutated.rule, "operator": mutant.operator, "mutation": said(mutant), "why": spared.why}


def _print_mutation(found: Sequence[Mutated], survivors: Mapping[str, Sequence[dict[str, Any]]], tests: Mapping[str, str]) -> None:
    from neurobalance_expert.cli.guard import printable

    for mutated in found:
        if not mutated.survivors:
            continue
        print(printable(f"{mutated.rule}: {mutated.killed} of {mutated.mutants} killed"))
        for survivor in survivors[mutated.rule]:
            none = "" if survivor["test"] else " (no test found that tells it from the rule)"
            print(printable(f"  {survivor['at']}: {survivor['operator']}: {survivor['mutation']}{none}"))
        print(printable(tests[mutated.rule]), end="")
        for survivor in survivors[mutated.rule]:
            if survivor["test_of"] != mutated.rule and survivor["test"]:
                print(printable(f"  in '{survivor['test_of']}':\n{survivor['test']}"), end="")


def _print_equivalent(equivalent: Sequence[dict[str, str]]) -> None:
    from collections import Counter

    from neurobalance_expert.cli.guard import printable

    reasons = Counter(item["why"] for item in equivalent).most_common()
    for why, number in reasons[:SHOWN]:
        print(printable(f"equivalent ({number}): {why}"))
    if len(reasons) > SHOWN:
        print(f"equivalent: {len(reasons) - SHOWN} more reasons, all in --format json")


def _percent(part: int, whole: int) -> str:
    """Rounded down, so that only all of it is 100 %."""
    from neurobalance_expert.measure.coverage import share

    return f"{int(1000 * share(part, whole)) / 10:g} %"
