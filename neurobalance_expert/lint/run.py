"""Rule files as texts to every problem and finding in them: what 'rules check' prints and what an editor shows while one types."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Protocol

from msgspec import Struct

from neurobalance_expert.errors import InputProblems, Problem, Problems
from neurobalance_expert.knowledge.values import KnownValue
from neurobalance_expert.lint import conditions, evidence, layout, names, numbers, suppress, together, trials, wording
from neurobalance_expert.lint.fixes import Mended, mend
from neurobalance_expert.lint.material import FileText, Finding, Level, Material, rule_texts
from neurobalance_expert.lint.registry import LINTS, look
from neurobalance_expert.rules.check import NOTHING_DECLARED, build_ruleset
from neurobalance_expert.rules.declared import Declared, joined, read_declared
from neurobalance_expert.rules.ir import Rule, RuleSet
from neurobalance_expert.rules.parse import parse_rules
from neurobalance_expert.source import Document, parse_yaml
from neurobalance_expert.vocabulary import Vocabulary

FAMILIES = (conditions, names, numbers, trials, wording, evidence, together, layout, suppress)  # importing them registers their lints
OF_OTHER_FILES = ("NB-R073", "NB-R075", "NB-R078")  # a rule of a file that cannot be read may be the one that is missed


class Terms(Protocol):
    """What rules may name."""

    @property
    def vocabulary(self) -> Vocabulary: ...

    @property
    def thresholds(self) -> Mapping[str, KnownValue]: ...

    @property
    def references(self) -> Mapping[str, object]: ...


class Surroundings(Struct, frozen=True):
    """What is known beside the files that are checked.

    ``whole``: they are all rules of a knowledge base. ``tables``: its other YAML files by path, when they are looked at too.
    ``readmes``: the folders of rules that have a README.md.
    """

    whole: bool = False
    tables: Mapping[str, Document] = {}
    readmes: frozenset[str] = frozenset()


class Report(Struct, frozen=True):
    """Every problem and finding in the order of places, with the texts they speak of and the rules that could be read."""

    findings: tuple[Finding, ...]
    rules: tuple[Rule, ...]
    sources: Mapping[str, str]

    def of(self, level: Level) -> tuple[Finding, ...]:
        """The findings of one level."""
        return tuple(finding for finding in self.findings if finding.level == level)

    def within(self, files: Collection[str]) -> Report:
        """Only what stands in these files, or in none."""
        findings = tuple(f for f in self.findings if f.problem.at is None or f.problem.at.file in files)
        return Report(findings, tuple(rule for rule in self.rules if rule.at and rule.at.file in files), self.sources)


class _Parsed(Struct, frozen=True):
    document: Document | None  # None: the text cannot be read at all
    rules: tuple[Rule, ...]
    exclusive: tuple[tuple[str, ...], ...]
    problems: tuple[Problem, ...]
    declared: Declared = NOTHING_DECLARED


class Linter:
    """Checks texts of rule files again and again; a text that is the same as before is not read anew."""

    def __init__(
        self, terms: Terms, today: date, around: Surroundings | None = None, *, tests: bool = False, only: Collection[str] | None = None
    ) -> None:  # fmt: skip
        """A linter without memory yet.

        Args:
            terms: What rules may name.
            today: The day for review dates and suppressions.
            around: What is known beside the files.
            tests: Also run the tests inside the rules and name those that are lacking.
            only: The files that are asked about; the others are read for what these say about them, and not looked at closely.
        """
        self.terms, self.today, self.around, self.tests, self.only = terms, today, around or Surroundings(), tests, only
        self._known: dict[str, tuple[str, _Parsed]] = {}

    def check(self, texts: Mapping[str, str]) -> Report:
        """Every problem and finding of the texts, by file name."""
        parsed = [self._parsed(name, text) for name, text in texts.items()]
        readable = [p.document for p in parsed if p.document is not None]
        complete = len(readable) == len(parsed)
        together, ruleset = self._together(parsed, complete=complete)
        problems = [*(problem for p in parsed for problem in p.problems), *together]  # with any, it is not known what is used
        files = tuple(FileText(p.document, rule_texts(p.document, p.rules, problems)) for p in parsed if p.document is not None)
        around, terms = self.around, self.terms
        material = Material(
            files, ruleset, terms.vocabulary, terms.thresholds, terms.references, self.today,
            around.whole and not problems, around.tables, around.readmes,
        )  # fmt: skip
        found = [Finding(problem, "error") for problem in dict.fromkeys(problems)]
        if self.tests and not problems:
            found += self._tested(ruleset)
        looked_at = [document for document in readable if self._asked(document.file)]
        looked = "some" if problems else "whole" if material.tables else "files"
        lints = look(material, self.only)
        findings = suppress.apply([*found, *lints], [*looked_at, *material.tables.values()], self.today, looked=looked)
        rules = tuple(rule for p in parsed for rule in p.rules)
        sources = {**{name: document.text for name, document in around.tables.items()}, **texts}
        report = Report(tuple(sorted(findings, key=Finding.order)), rules, sources)
        return report if self.only is None else report.within({*self.only, *(f.problem.at.file for f in found if f.problem.at)})

    def mend(self, texts: Mapping[str, str], among: Collection[str]) -> Mended:
        """Mend what is safe in the files ``among`` the texts."""

        def recheck(changed: Mapping[str, str]) -> tuple[Sequence[Finding], Mapping[str, Sequence[Rule]]]:
            report = self.check({**texts, **changed})
            by_file: dict[str, list[Rule]] = {}
            for rule in report.rules:
                by_file.setdefault(rule.at.file if rule.at else "", []).append(rule)
            return report.findings, by_file

        return mend({name: texts[name] for name in among}, recheck)

    def _asked(self, file: str) -> bool:
        return self.only is None or file in self.only

    def _parsed(self, name: str, text: str) -> _Parsed:
        known = self._known.get(name)
        if known is None or known[0] != text:
            known = self._known[name] = (text, self._parse(name, text))
        return known[1]

    def _parse(self, name: str, text: str) -> _Parsed:
        problems = Problems()
        try:
            document = parse_yaml(text, name)
        except InputProblems as error:
            return _Parsed(None, (), (), error.problems)
        try:
            terms, trusted = self.terms, not self._asked(name)
            rules, exclusive = parse_rules(document, terms.vocabulary, terms.thresholds, terms.references, problems, trusted=trusted)
            declared = read_declared(document, terms.vocabulary, problems)
        except InputProblems as error:  # more than anybody reads
            return _Parsed(document, (), (), error.problems)
        return _Parsed(document, tuple(rules), tuple(exclusive), tuple(problems.found), declared)

    def _together(self, parsed: Sequence[_Parsed], *, complete: bool) -> tuple[list[Problem], RuleSet]:
        problems, ruleset = Problems(), RuleSet((), {}, frozenset())
        rules = [rule for p in parsed for rule in p.rules]
        exclusive = [group for p in parsed for group in p.exclusive]
        try:
            ruleset = build_ruleset(rules, exclusive, self.terms.vocabulary, problems, declared=joined([p.declared for p in parsed]))
        except InputProblems as error:
            return list(error.problems), ruleset
        return [problem for problem in problems.found if complete or problem.code not in OF_OTHER_FILES], ruleset

    def _tested(self, ruleset: RuleSet) -> list[Finding]:
        from neurobalance_expert.engines.testing import missing_tests, run_tests

        found = []
        ids = {rule.id for rule in ruleset.rules if rule.at and self._asked(rule.at.file)}
        for outcome in run_tests(ruleset, self.terms.vocabulary, ids):
            if not outcome.passed:
                what = f"the test '{outcome.name}' of '{outcome.rule}' fails: expected {outcome.expected}, got {outcome.got}"
                fix = "correct the rule, or the expectation when the rule is right"
                why = "the rule does not do what its author wrote down"
                found.append(Finding(Problem("NB-R086", what, outcome.at, "", why, fix), "error"))
        gaps = missing_tests(ruleset, self.terms.vocabulary, self.terms.thresholds, ids)
        return [*found, *(Finding(gap, "error") for gap in gaps)]


def lint_texts(texts: Mapping[str, str], terms: Terms, today: date, *, tests: bool = False) -> Report:
    """Every problem and finding of texts of rule files by name; an editor keeps a ``Linter`` instead."""
    return Linter(terms, today, tests=tests).check(texts)


def all_lints() -> Mapping[str, str]:
    """Code to name of every lint, in order of the codes."""
    return {code: LINTS[code].name for code in sorted(LINTS)}
