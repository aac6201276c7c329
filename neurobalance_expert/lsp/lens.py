"""The tests of a rule, run from the editor: which lenses a file has, and how its tests went."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from neurobalance_expert.engines.testing import TestOutcome, run_tests
from neurobalance_expert.errors import Problem, Problems, Span
from neurobalance_expert.lsp.checking import View
from neurobalance_expert.rules.check import build_ruleset, overriders
from neurobalance_expert.rules.ir import RUNNING, Rule, RuleSet
from neurobalance_expert.vocabulary import Vocabulary

FAILED = "test-failed"  # the code of the diagnostic; not a code of docs/errors.md, because nothing of the language is wrong


class Run(Struct, frozen=True):
    """The outcomes of the tests of a rule, and what they were run with: they hold as long as none of it changes."""

    rule: Rule
    above: tuple[Rule, ...]
    vocabulary: Vocabulary
    outcomes: tuple[TestOutcome, ...]


class Lens(Struct, frozen=True):
    """A line above a rule or test: what it says, and what it runs (``test`` is '' for all tests of the rule; no ``runs``, nothing)."""

    at: Span
    title: str
    rule: str
    test: str = ""
    runs: bool = True


class Runs:
    """The last outcomes of each rule, by its id."""

    def __init__(self) -> None:
        self._kept: dict[str, Run] = {}

    def run(self, view: View, rule_id: str, test: str = "") -> tuple[TestOutcome, ...]:
        """Run the tests of a rule, or one of them, and keep what came out. Nothing for a rule that cannot be run."""
        rule = view.by_id.get(rule_id)
        ruleset = _with_rule(view, rule) if rule and rule_id not in view.unfit else None
        if rule is None or ruleset is None or view.terms is None:
            return ()
        above = tuple(overriders(ruleset.rules).get(rule_id, ()))
        chosen = tuple(t for t in rule.tests if test in ("", t.name))
        alone = replace(rule, tests=chosen, status=RUNNING[0])
        only = RuleSet((alone, *(replace(other, tests=()) for other in above)), ruleset.stratum, ruleset.open_relations)
        outcomes = run_tests(only, view.terms.vocabulary)
        before = () if not test else [o for o in self.outcomes(view, rule_id) if o.name != test]
        self._kept[rule_id] = Run(rule, above, view.terms.vocabulary, (*before, *outcomes))
        return outcomes

    def outcomes(self, view: View, rule_id: str) -> tuple[TestOutcome, ...]:
        """The kept outcomes of a rule; none when the rule, one that overrides it or the vocabulary has changed since."""
        kept, rule = self._kept.get(rule_id), view.by_id.get(rule_id)
        if kept is None or rule is None or view.terms is None:
            return ()
        above = tuple(other for other in view.above.get(rule_id, ()) if other.status in RUNNING)
        current = kept.rule == rule and set(kept.above) == set(above) and kept.vocabulary == view.terms.vocabulary
        return kept.outcomes if current else ()


def lenses(view: View, runs: Runs, file: str) -> Iterator[Lens]:
    """The lenses of a rule file, with what the last run said."""
    if file in view.stale:
        return
    for rule in view.rules.get(file, ()):
        if rule.at is None:
            continue
        if rule.id in view.unfit:
            yield Lens(rule.at, "has problems: its tests cannot be run", rule.id, runs=False)
            continue
        outcomes = {outcome.name: outcome for outcome in runs.outcomes(view, rule.id)}
        yield Lens(rule.at, _rule_title(rule, outcomes), rule.id)
        for test in rule.tests:
            if test.at is not None:
                yield Lens(test.at, _test_title(outcomes.get(test.name)), rule.id, test.name)


def failures(view: View, runs: Runs, file: str) -> Iterator[Problem]:
    """The kept outcomes of a file that failed, where their tests stand now."""
    for rule in view.rules.get(file, ()):
        places = {test.name: test.at for test in rule.tests}
        for outcome in runs.outcomes(view, rule.id):
            if not outcome.passed and file not in view.stale:
                what = f"the test '{outcome.name}' of '{rule.id}' fails: expected {outcome.expected}, got {outcome.got}"
                yield Problem(FAILED, what, places.get(outcome.name))


def summary(rule_id: str, outcomes: tuple[TestOutcome, ...]) -> str:
    """One sentence on a run."""
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if not outcomes:
        return f"{rule_id}: no test was run"
    if failed:
        first = failed[0]
        more = f" ({len(failed)} of {len(outcomes)} failed)" if len(outcomes) > 1 else ""
        return f"{rule_id}: '{first.name}' failed{more}: expected {first.expected}, got {first.got}"
    return f"{rule_id}: {_count(len(outcomes))} passed"


def _rule_title(rule: Rule, outcomes: dict[str, TestOutcome]) -> str:
    draft = "" if rule.status in RUNNING else f" (status {rule.status}: the rule does not run)"
    if not rule.tests:
        return f"no tests yet{draft}"
    run = f"run {_count(len(rule.tests))}{draft}"
    if not outcomes:
        return run
    failed = sum(not outcome.passed for outcome in outcomes.values())
    return f"{run}: {failed} failed, {len(outcomes) - failed} passed" if failed else f"{run}: {len(outcomes)} passed"


def _test_title(outcome: TestOutcome | None) -> str:
    if outcome is None:
        return "run"
    return "run: passed" if outcome.passed else f"run: failed, got {outcome.got}"


def _count(number: int) -> str:
    return f"{number} test" if number == 1 else f"{number} tests"


def _with_rule(view: View, rule: Rule) -> RuleSet | None:
    """The rules that run, and this one although it is a draft."""
    if view.ruleset is None or view.terms is None:
        return None
    if rule.status in RUNNING:
        return view.ruleset
    rules = [replace(other, status=RUNNING[0]) if other is rule else other for other in view.by_id.values()]
    return build_ruleset(rules, (), view.terms.vocabulary, Problems(), complete=False)
