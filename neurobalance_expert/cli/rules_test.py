"""rules test: the tests inside rules, once or whenever a file changes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import Layers, TextOrJson
from neurobalance_expert.cli.rule_choice import Chosen, RuleIds, choose
from neurobalance_expert.cli.rules import RulePaths, count

if TYPE_CHECKING:
    from neurobalance_expert.engines.testing import TestOutcome
    from neurobalance_expert.errors import Problem, Span
    from neurobalance_expert.rules.ir import RuleSet

LOOK_MS = 200  # between two looks of --watch


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("test")(test)


def test(
    paths: RulePaths = None,
    rule: RuleIds = None,
    watch: Annotated[bool, typer.Option("--watch", help="Run again whenever a rule file changes; end with Ctrl-C.")] = False,
    form: TextOrJson = "text",
    kb: Layers = None,
) -> None:
    """Run the tests inside the rules, and name those that are not there.

    A test that fails is followed by the proof, or by each condition as it holds, fails or is not known. Ends with 1 when a test fails or
    shows nothing, or a rule has a threshold, an exception or a missing fact that no test tries.

    Example: neurobalance rules test --rule lnaa-crowd-out-tryptophan
    """
    if watch:
        _watch(paths, rule, form, kb)
    elif not _run(choose(paths, rule, kb), form):
        raise typer.Exit(1)


def _run(chosen: Chosen, form: str) -> bool:
    """Run and print; whether all is well."""
    from neurobalance_expert.engines.testing import missing_tests, run_tests
    from neurobalance_expert.measure.mutate import Bench
    from neurobalance_expert.measure.vacuous import vacuous

    rules, vocabulary, ids = chosen.rules, chosen.terms.vocabulary, set(chosen.ids)
    outcomes = run_tests(rules, vocabulary, ids)
    gaps = [gap for gap in missing_tests(rules, vocabulary, chosen.terms.thresholds) if _rule_at(gap.at, rules) in ids]
    bench = Bench(rules, vocabulary)
    gaps += [problem for rule in chosen.chosen for problem in vacuous(bench, rule)]
    failed = [outcome for outcome in outcomes if not outcome.passed]
    reasons = _reasons(bench, failed)
    if form == "json":
        tests = [
            {
                "rule": o.rule, "test": o.name, "passed": o.passed, "expected": o.expected, "got": o.got,
                "because": reasons.get((o.rule, o.name), ()), "at": str(o.at),
            }
            for o in outcomes
        ]  # fmt: skip
        print(output.json_text({"tests": tests, "missing": [gap.as_dict() for gap in gaps]}), flush=True)
    else:
        _print_outcomes(failed, reasons, gaps)
        tried = f"{count(len(ids), 'rule')}, {count(len(outcomes), 'test')}"
        print(f"{tried}: {len(outcomes) - len(failed)} passed, {len(failed)} failed, {len(gaps)} missing", flush=True)
    return not failed and not gaps


def _reasons(bench: Any, failed: Sequence[TestOutcome]) -> dict[tuple[str, str], tuple[str, ...]]:
    from neurobalance_expert.measure.because import because

    out = {}
    for outcome in failed:
        rule = bench.by_id[outcome.rule]
        of = next(test for test in rule.tests if test.name == outcome.name)
        out[outcome.rule, outcome.name] = because(bench.trial(rule), of, bench.vocabulary)
    return out


def _rule_at(place: Span | None, rules: RuleSet) -> str:
    """The id of the rule that a place in a file belongs to: the last one that begins at or before it."""
    before = [rule for rule in rules.rules if place and rule.at and rule.at.file == place.file and rule.at.line <= place.line]
    return max(before, key=lambda rule: rule.at.line if rule.at else 0).id if before else ""


def _print_outcomes(failed: Sequence[TestOutcome], reasons: dict[tuple[str, str], tuple[str, ...]], gaps: Sequence[Problem]) -> None:
    from neurobalance_expert.cli.guard import printable
    from neurobalance_expert.errors import render

    for outcome in failed:
        because = "".join(f"\n    - {line}" for line in reasons[outcome.rule, outcome.name])
        text = (
            f"FAILED {outcome.rule}: {outcome.name}\n  --> {outcome.at}\n  expected {outcome.expected}\n  got      {outcome.got}{because}\n"
        )
        print(printable(text))
    for gap in gaps:
        print(printable(f"{render(gap)}\n"))


# --- again and again ----------------------------------------------------------------------------------------------


def _watch(paths: list[Path] | None, ids: list[str] | None, form: str, kb: list[Path] | None) -> None:
    """Run, then run the rules of every file that changes; a file that cannot be read is said, and the watch goes on."""
    import gc

    from neurobalance_expert.cli.options import knowledge_layers
    from neurobalance_expert.errors import Misuse

    try:
        from watchfiles import watch
    except ImportError:
        raise Misuse("--watch needs the library watchfiles, which is not installed: pip install 'neurobalance[watch]'") from None
    folder, packs = knowledge_layers(kb)
    watched = [*(paths or [folder / "rules"]), folder / "knowledge", *packs]
    if absent := [path for path in watched if not path.exists()]:
        raise Misuse(f"there is no '{absent[0]}' to watch")
    folders = {path if path.is_dir() else path.resolve().parent for path in watched}  # a file that is replaced would be lost sight of
    places = [path.resolve() for path in watched]
    gc.enable()  # this process is not short

    def wanted(_: object, name: str) -> bool:
        path = Path(name).resolve()
        return path.suffix == ".yaml" and any(path.is_relative_to(place) for place in places)

    with suppress(KeyboardInterrupt):
        _attempt(paths, ids, form, kb, None)
        told = False
        for changes in watch(*folders, watch_filter=wanted, raise_interrupt=False, yield_on_timeout=True, rust_timeout=LOOK_MS):
            if changes:
                _attempt(paths, ids, form, kb, {Path(path).resolve() for _, path in changes})
            elif not told:  # only now are the folders surely watched
                output.note("waiting for changes; Ctrl-C ends it")
                told = True


def _attempt(paths: list[Path] | None, ids: list[str] | None, form: str, kb: list[Path] | None, changed: Collection[Path] | None) -> None:
    """Run what is asked for, of it only the rules in changed files where nothing else has changed; say what is wrong and return."""
    from neurobalance_expert.cli.guard import report
    from neurobalance_expert.errors import NeurobalanceError

    try:
        chosen = choose(paths, ids, kb)
        here = [r for r in chosen.chosen if changed is not None and r.at and _file(chosen, r.at.file) in changed]
        known = {_file(chosen, r.at.file) for r in chosen.rules.rules if r.at}
        if changed is not None and known.issuperset(changed):
            chosen = chosen._replace(chosen=here)
        _run(chosen, form)
    except (NeurobalanceError, OSError) as error:
        report(error, as_json=form == "json")


def _file(chosen: Chosen, name: str) -> Path:
    inside = chosen.folder / name
    return (inside if inside.is_file() else Path(name)).resolve()
