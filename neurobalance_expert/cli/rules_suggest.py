"""rules suggest-tests: the tests that a rule lacks, printed or put into its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import Layers, TextOrJson
from neurobalance_expert.cli.rule_choice import Chosen, choose
from neurobalance_expert.cli.rules import count

if TYPE_CHECKING:
    from neurobalance_expert.measure.mutants import Mutant
    from neurobalance_expert.measure.suggest import Suggested
    from neurobalance_expert.source import Document

INDENT = 6  # columns before a test in the files of rules/


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("suggest-tests")(suggest_tests)


def said(mutant: Mutant) -> str:
    """What was changed, with the slot that it stands in."""
    return f"{mutant.where}: {mutant.text}" if mutant.where.part else mutant.text


def _untested(mutant: Mutant) -> str:
    """A mutant that no test of its rule can kill, or that none was found for."""
    from neurobalance_expert.measure.mutants import DROP_OVERRIDE

    elsewhere = f" (a test of '{mutant.where.slot}' would show it)" if mutant.operator == DROP_OVERRIDE else ""
    return f"{said(mutant)}{elsewhere}"


def stop_at_failures(chosen: Chosen) -> None:
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
    stop_at_failures(chosen)
    bench = Bench(chosen.rules, chosen.terms.vocabulary)
    found = suggest(bench, chosen.chosen[0], known_constants(chosen.rules.rules))
    made_texts = texts(found, chosen)
    written = _write(found, chosen) if write and found.tests else ""
    made = bench.mutants(found.rule)
    without = [*(_untested(made[n]) for n in found.without), *(f"{c.where}: {c.text}" for c in found.uncovered)]
    if form == "json":
        tests = [{"name": s.test.name, "test": text} for s, text in zip(found.tests, made_texts, strict=True)]
        print(output.json_text({"rule": rule, "tests": tests, "without": without, "written": written or None}))
        return
    print(printable("".join(made_texts)), end="")
    for gap in without:
        output.note(f"no test was found for {gap}")
    end = f"written to {written}" if written else "nothing is lacking" if not made_texts else "read them before you paste them"
    output.note(f"{count(len(made_texts), 'test')} for '{rule}': {end}")


def texts(found: Suggested, chosen: Chosen) -> list[str]:
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
    from neurobalance_expert.atomic import write_over
    from neurobalance_expert.errors import InputProblems, Misuse, changed_meanwhile
    from neurobalance_expert.kb import is_packaged
    from neurobalance_expert.measure.insert import insert
    from neurobalance_expert.measure.places import Places
    from neurobalance_expert.source import BOM, decode

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
        raw = path.read_bytes()
        mark = BOM if raw.startswith(BOM) else b""
        if decode(raw, document.file) != document.text or not write_over(path, raw, mark + text.encode()):
            raise InputProblems([changed_meanwhile(document.file)])
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
