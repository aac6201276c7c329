"""rules coverage, mutate and suggest-tests: how well the tests inside rules would notice a change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import Layers, TextOrJson
from neurobalance_expert.cli.rule_choice import Chosen, RuleIds, choose
from neurobalance_expert.cli.rules import RulePaths

if TYPE_CHECKING:
    from neurobalance_expert.measure.coverage import Covered
    from neurobalance_expert.measure.mutants import Mutant
    from neurobalance_expert.measure.mutate import Bench, Mutated
    from neurobalance_expert.measure.suggest import Suggested
    from neurobalance_expert.source import Document

SHOWN = 12  # proofs of equivalence that are listed in text; all are in the JSON
MOST_JOBS = 64
BOM = b"\xef\xbb\xbf"
INDENT = 6  # columns before a test in the files of rules/


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("coverage")(coverage)
    app.command("mutate")(mutate)
    app.command("suggest-tests")(suggest_tests)


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
    _print_coverage(found, [(u, c.rule.id, str(at)) for c, u, at in uncovered])
    print(f"{_percent(covered, total)} of {total} conditions in {_count(len(found), 'rule')} are covered")


def _print_coverage(found: Sequence[Covered], uncovered: Sequence[tuple[Any, str, str]]) -> None:
    from neurobalance_expert.cli.guard import printable

    for covered in found:
        if not covered.uncovered:
            continue
        untested = "" if covered.rule.tests else "; it has no test"
        print(printable(f"{covered.rule.id}: {covered.count} of {len(covered.conditions)}{untested}"))
        for condition, rule, at in uncovered:
            if rule == covered.rule.id:
                print(printable(f"  {at}: {condition.where.part} {condition.where}: {condition.text}"))


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
    from neurobalance_expert.measure.mutate import Bench
    from neurobalance_expert.measure.mutate import mutate as mutate_all

    chosen = choose(paths, rule, kb)
    _stop_at_failures(chosen)
    bench = Bench(chosen.rules, chosen.terms.vocabulary)
    found = mutate_all(bench, chosen.ids, jobs)
    lacking = _lacking(bench, found, chosen)
    survivors = [item for m in found for item in _survivors(bench, m, lacking.get(m.rule), chosen)]
    equivalent = [item for m in found for item in _equivalent(bench, m, chosen)]
    total, killed = sum(m.mutants for m in found), sum(m.killed for m in found)
    if form == "json":
        rules = {m.rule: {"score": _share(m.killed, m.mutants), "mutants": m.mutants, "killed": m.killed} for m in found}
        invalid = sum(m.invalid for m in found)
        data = {"score": _share(killed, total), "mutants": total, "killed": killed, "invalid": invalid, "rules": rules}
        print(output.json_text({**data, "survivors": survivors, "equivalent": equivalent}))
        return
    _print_mutation(found, survivors, {name: "".join(_texts(one, chosen)) for name, one in lacking.items()})
    _print_equivalent(equivalent)
    others = f"{sum(m.invalid for m in found)} more do not compile, {len(equivalent)} more are proved equivalent"
    print(f"{_percent(killed, total)} of {total} mutants of {_count(len(found), 'rule')} are killed; {others}")


def _lacking(bench: Bench, found: Sequence[Mutated], chosen: Chosen) -> dict[str, Suggested]:
    """The tests that would notice what survives, by rule."""
    from neurobalance_expert.measure.differing import known_constants
    from neurobalance_expert.measure.suggest import suggest

    known = known_constants(chosen.rules.rules)
    return {m.rule: suggest(bench, bench.by_id[m.rule], known) for m in found if m.survivors}


def _survivors(bench: Bench, mutated: Mutated, lacking: Suggested | None, chosen: Chosen) -> Iterator[dict[str, Any]]:
    """Each mutant that no test notices, with its place and a test that would, to be pasted as it is; None where none was found."""
    from neurobalance_expert.measure.differing import known_constants
    from neurobalance_expert.measure.layout import as_text
    from neurobalance_expert.measure.mutants import DROP_OVERRIDE
    from neurobalance_expert.measure.places import Places
    from neurobalance_expert.measure.suggest import overridden_by

    if lacking is None:
        return
    rule, made, places = lacking.rule, bench.mutants(lacking.rule), Places(chosen.folder)
    tests = {n: s.test for s in reversed(lacking.tests) for n in s.kills}
    for spared in mutated.survivors:
        mutant, test, of = made[spared.number], tests.get(spared.number), rule
        if mutant.operator == DROP_OVERRIDE:
            of = bench.by_id[mutant.where.slot]
            test = overridden_by(bench, of, rule, known_constants(bench.ruleset.rules))
        text = as_text(test, of, of.tests, bench.vocabulary, INDENT) if test else None
        at = str(places.at(rule, mutant.where))
        yield {"rule": rule.id, "operator": mutant.operator, "mutation": _said(mutant), "at": at, "test": text, "test_of": of.id}


def _said(mutant: Mutant) -> str:
    """What was changed, with the slot that it stands in."""
    return f"{mutant.where}: {mutant.text}" if mutant.where.part else mutant.text


def _equivalent(bench: Bench, mutated: Mutated, chosen: Chosen) -> Iterator[dict[str, str]]:
    made = bench.mutants(bench.by_id[mutated.rule]) if mutated.equivalent else ()
    for spared in mutated.equivalent:
        mutant = made[spared.number]
        yield {"rule": mutated.rule, "operator": mutant.operator, "mutation": _said(mutant), "why": spared.why}


def _print_mutation(found: Sequence[Mutated], survivors: Sequence[dict[str, Any]], tests: dict[str, str]) -> None:
    from neurobalance_expert.cli.guard import printable

    for mutated in found:
        if not mutated.survivors:
            continue
        print(printable(f"{mutated.rule}: {mutated.killed} of {mutated.mutants} killed"))
        for survivor in survivors:
            if survivor["rule"] == mutated.rule:
                none = "" if survivor["test"] else " (no test found that tells it from the rule)"
                print(printable(f"  {survivor['at']}: {survivor['operator']}: {survivor['mutation']}{none}"))
        print(printable(tests[mutated.rule]), end="")
        for survivor in survivors:
            if survivor["rule"] == mutated.rule != survivor["test_of"] and survivor["test"]:
                print(printable(f"  in '{survivor['test_of']}':\n{survivor['test']}"), end="")


def _print_equivalent(equivalent: Sequence[dict[str, str]]) -> None:
    from neurobalance_expert.cli.guard import printable

    reasons = list(dict.fromkeys(item["why"] for item in equivalent))
    for why in reasons[:SHOWN]:
        print(printable(f"equivalent ({sum(item['why'] == why for item in equivalent)}): {why}"))
    if len(reasons) > SHOWN:
        print(f"equivalent: {len(reasons) - SHOWN} more reasons, all in --format json")


def _stop_at_failures(chosen: Chosen) -> None:
    """A test that fails on the rule as it is would kill every mutant. Raises InputProblems."""
    from neurobalance_expert.engines.testing import run_tests
    from neurobalance_expert.errors import Problems

    problems = Problems()
    names = {name for rule in chosen.chosen for name in (rule.id, *rule.overrides)}
    for outcome in run_tests(chosen.rules, chosen.terms.vocabulary, names):
        if not outcome.passed:
            what = f"the test '{outcome.name}' of '{outcome.rule}' fails: expected {outcome.expected}, got {outcome.got}"
            why = "it would seem to notice every change of the rule"
            problems.add("NB-R086", what, outcome.at, why=why, fix="mend it; 'neurobalance rules test' says more")
    problems.stop()


def suggest_tests(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The id of a rule.")],
    write: Annotated[bool, typer.Option("--write", help="Put them at the end of the tests of the rule.")] = False,
    form: TextOrJson = "text",
    kb: Layers = None,
) -> None:
    """Print the tests that a rule lacks, to be read and pasted.

    At its limits and a step beside them, with facts missing, other constants, exceptions, and what it concludes. With --write they are
    put into the file, whose other lines stay as they are. The knowledge base inside the installed program is never written to.

    Example: neurobalance rules suggest-tests lnaa-crowd-out-tryptophan
    """
    from neurobalance_expert.cli.guard import printable
    from neurobalance_expert.measure.differing import known_constants
    from neurobalance_expert.measure.mutate import Bench
    from neurobalance_expert.measure.suggest import suggest

    chosen = choose(None, [rule], kb)
    _stop_at_failures(chosen)
    bench = Bench(chosen.rules, chosen.terms.vocabulary)
    found = suggest(bench, chosen.chosen[0], known_constants(chosen.rules.rules))
    texts = _texts(found, chosen)
    written = _write(found, chosen) if write and found.tests else ""
    made = bench.mutants(found.rule)
    without = [*(_said(made[n]) for n in found.without), *(f"{c.where}: {c.text}" for c in found.uncovered)]
    if form == "json":
        tests = [{"name": s.test.name, "test": text} for s, text in zip(found.tests, texts, strict=True)]
        print(output.json_text({"rule": rule, "tests": tests, "without": without, "written": written or None}))
        return
    print(printable("".join(texts)), end="")
    for said in without:
        output.note(f"no test was found for {said}")
    end = f"written to {written}" if written else "nothing is lacking" if not texts else "read them before you paste them"
    output.note(f"{_count(len(texts), 'test')} for '{rule}': {end}")


def _texts(found: Suggested, chosen: Chosen) -> list[str]:
    """The suggested tests as they stand in a rule file."""
    from neurobalance_expert.measure.layout import as_text

    out: list[str] = []
    earlier = list(found.rule.tests)
    for suggestion in found.tests:
        out.append(as_text(suggestion.test, found.rule, earlier, chosen.terms.vocabulary, INDENT))
        earlier.append(suggestion.test)
    return out


def _write(found: Suggested, chosen: Chosen) -> str:
    """Put the tests into the file of the rule, and give its name. Raises Misuse where that must not or cannot be."""
    from neurobalance_expert.atomic import write_bytes
    from neurobalance_expert.errors import Misuse
    from neurobalance_expert.kb import is_packaged
    from neurobalance_expert.measure.insert import insert
    from neurobalance_expert.measure.places import Places

    if is_packaged(chosen.folder):
        raise Misuse(
            "the knowledge base inside the installed program is not written to: 'neurobalance init DIR' makes a copy, --kb DIR uses it"
        )
    places, rule = Places(chosen.folder), found.rule
    document = places.document(rule)
    path = places.file(rule)
    if document is None:
        raise Misuse(f"the rule '{rule.id}' stands in a pack ({path}); paste the tests that are printed without --write")
    if "derived_from" in next(item for item in document.data["rules"] if item["id"] == rule.id):
        raise Misuse(f"the rule '{rule.id}' is written by 'neurobalance rules derive'; its tests come from there")
    text = insert(document, rule, [s.test for s in found.tests], chosen.terms.vocabulary)
    _check_readable(text, document, chosen)
    try:
        mark = BOM if path.read_bytes().startswith(BOM) else b""
        write_bytes(path, mark + text.encode())
    except OSError as error:
        raise Misuse(f"cannot write '{path}': {error.strerror or error}") from None
    return str(path)


def _check_readable(text: str, before: Document, chosen: Chosen) -> None:
    """The new text must be as good a rule file as the old one. Raises InputProblems."""
    from neurobalance_expert.errors import Problems
    from neurobalance_expert.rules.parse import parse_rules
    from neurobalance_expert.source import parse_yaml

    problems = Problems(sources={before.file: text})
    terms = chosen.terms
    parse_rules(parse_yaml(text, before.file), terms.vocabulary, terms.thresholds, terms.references, problems, trusted=True)
    problems.stop()


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _percent(part: int, whole: int) -> str:
    """Rounded down, so that only all of it is 100 %."""
    return f"{int(1000 * _share(part, whole)) / 10:g} %"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
