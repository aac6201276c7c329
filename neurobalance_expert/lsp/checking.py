"""A set of files, checked: what is wrong with them, and what the features of the server need to know about them.

Every step keeps its result until what it was made from changes, so that a key stroke in one rule file costs the parsing of that file and
the checks over all rules. Where a file cannot be parsed, its last readable state stands for it, and what is found there is not told.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property

from msgspec import Struct

from neurobalance_expert.errors import InputProblems, Problem, Problems, Span
from neurobalance_expert.kb import missing_file
from neurobalance_expert.knowledge.values import KnownValue, parse_thresholds
from neurobalance_expert.lint.material import Finding
from neurobalance_expert.loaded import all_references
from neurobalance_expert.lsp.advice import Adviser
from neurobalance_expert.lsp.entries import Entries, entries_of
from neurobalance_expert.lsp.files import Held
from neurobalance_expert.lsp.lints import FileLints
from neurobalance_expert.lsp.tables import table_problems
from neurobalance_expert.rules.check import build_ruleset, overriders
from neurobalance_expert.rules.ir import Rule, RuleSet
from neurobalance_expert.rules.parse import parse_rules
from neurobalance_expert.source import Document
from neurobalance_expert.vocabulary import Vocabulary, parse_vocabulary

VOCABULARY = "knowledge/vocabulary.yaml"
THRESHOLDS = "knowledge/thresholds.yaml"
REFERENCES = "knowledge/references.yaml"
ABOUT = "knowledge/kb.yaml"  # where problems without a place are shown
OF_ALL_RULES = frozenset({"NB-R073", "NB-R075"})  # about names that a file which could never be read may define


class Terms(Struct, frozen=True):
    """What a rule may name."""

    vocabulary: Vocabulary
    thresholds: Mapping[str, KnownValue]
    references: Mapping[str, object]


class View(Struct, frozen=True, dict=True):
    """The state of a set of files.

    ``held`` are the files as they stand, ``documents`` the newest readable state of each; ``stale`` names those that cannot be read now.
    ``rules`` are all rules by file, ``unfit`` the ids of those with problems of their own, ``ruleset`` those that run. ``errors`` must be
    mended, ``advice`` may wait, ``notes`` are only worth knowing.
    """

    held: Mapping[str, Held]
    documents: Mapping[str, Document]
    stale: frozenset[str]
    terms: Terms | None
    rules: Mapping[str, tuple[Rule, ...]]
    unfit: frozenset[str]
    ruleset: RuleSet | None
    errors: tuple[Problem, ...]
    advice: tuple[Problem, ...]
    notes: tuple[Problem, ...] = ()

    @cached_property
    def entries(self) -> Entries:
        """Where each substance, medicine, condition, nutrient, analyte and interaction is made."""
        return entries_of(self.documents)

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        """Every rule by its id, whether it runs or not."""
        found: dict[str, Rule] = {}
        for rules in self.rules.values():
            for rule in rules:
                found.setdefault(rule.id, rule)
        return found

    @cached_property
    def above(self) -> Mapping[str, list[Rule]]:
        """The rules that override each rule, by its id."""
        return overriders(self.by_id.values())


class _Read(Struct, frozen=True):
    document: Document
    terms: object
    rules: tuple[Rule, ...]
    exclusive: tuple[tuple[str, ...], ...]
    problems: tuple[Problem, ...]
    unfit: frozenset[str]


class Checker:
    """Checks one set of files, again and again.

    ``lend`` gives the terms of files that have none of their own; ``lints`` says whether the lints of ``rules check`` look as well.
    """

    def __init__(self, lend: Callable[[], Terms | None] | None = None, *, lints: bool = False) -> None:
        self._lend = lend
        self._documents: dict[str, Document] = {}
        self._terms: Terms | None = None
        self._terms_from: tuple[object, ...] = ()
        self._terms_problems: tuple[Problem, ...] = ()
        self._signature: object = None
        self._rules: dict[str, _Read] = {}
        self._tables_from: tuple[object, ...] = ()
        self._tables: list[Problem] = []
        self._adviser = Adviser()
        self._lints = FileLints() if lints else None

    def check(self, held: Mapping[str, Held]) -> View:
        """The state of the files."""
        errors = [problem for one in held.values() for problem in one.problems]
        self._documents = {n: h.document or self._documents[n] for n, h in held.items() if h.document or n in self._documents}
        stale = frozenset(name for name, one in held.items() if one.document is None)
        later: list[Problem] = []
        if self._lend is not None:
            self._terms = self._signature = self._lend()
        else:
            later += self._read_terms()
            later += self._read_tables()
        ruleset, advice = self._read_rules(later, whole=stale <= self._documents.keys())
        errors += [_placed(problem, held) for problem in later if not (problem.at and problem.at.file in stale)]
        lints = self._look(ruleset, later)
        advice += [finding.problem for finding in lints if finding.level != "info"]
        advice = [problem for problem in advice if not (problem.at and problem.at.file in stale)]
        notes = tuple(f.problem for f in lints if f.level == "info" and not (f.problem.at and f.problem.at.file in stale))
        rules = {name: read.rules for name, read in self._rules.items()}
        unfit = frozenset().union(*(read.unfit for read in self._rules.values()))
        found = tuple(dict.fromkeys(errors))  # an equal key is noted by the text and by some readers
        return View(held, dict(self._documents), stale, self._terms, rules, unfit, ruleset, found, tuple(advice), notes)

    def _read_terms(self) -> tuple[Problem, ...]:
        """Vocabulary, references and thresholds; those of the last time where they cannot be read now."""
        read = tuple(document for name, document in self._documents.items() if name.startswith("knowledge/"))
        if _same(read, self._terms_from):
            return self._terms_problems
        problems: list[Problem] = []
        vocabulary = self._terms.vocabulary if self._terms else None
        thresholds: Mapping[str, KnownValue] = self._terms.thresholds if self._terms else {}
        references: Mapping[str, object] = self._terms.references if self._terms else {}
        try:
            vocabulary = parse_vocabulary(_need(self._documents, VOCABULARY))
        except InputProblems as error:
            problems += error.problems
        try:
            references = all_references(self._documents)
        except InputProblems as error:
            problems += error.problems
        try:
            thresholds = parse_thresholds(_need(self._documents, THRESHOLDS), references)
        except InputProblems as error:
            problems += error.problems
        self._terms_from, self._terms_problems = read, tuple(problems)
        if vocabulary is not None:
            self._terms = Terms(vocabulary, thresholds, references)
            signature = (vocabulary, _numbers(thresholds), frozenset(references))
            self._signature = signature if signature != self._signature else self._signature
        return self._terms_problems

    def _read_tables(self) -> list[Problem]:
        if not _same(self._terms_from, self._tables_from):
            self._tables_from = self._terms_from
            self._tables = table_problems(self._documents, self._terms.references if self._terms else {})
        return self._tables

    def _read_rules(self, problems: list[Problem], *, whole: bool) -> tuple[RuleSet | None, list[Problem]]:
        """The rules of all files together, in layers, and the advice on them; what is wrong is added to ``problems``."""
        if self._terms is None:
            return None, []
        documents = {n: d for n, d in self._documents.items() if not n.startswith("knowledge/")}
        self._rules = {name: self._rules_of(name, document, self._terms) for name, document in documents.items()}
        found = [rule for read in self._rules.values() for rule in read.rules]
        exclusive = [group for read in self._rules.values() for group in read.exclusive]
        for read in self._rules.values():
            problems += read.problems
        together = Problems()
        ruleset = None
        with suppress(InputProblems):  # more than anybody reads; they are in ``together``
            ruleset = build_ruleset(found, exclusive, self._terms.vocabulary, together)
        problems += [problem for problem in together.found if whole or problem.code not in OF_ALL_RULES]
        if ruleset is None:
            return None, []
        return ruleset, self._adviser.advise(ruleset, self._terms.vocabulary, self._terms.thresholds, terms=self._signature)

    def _look(self, ruleset: RuleSet | None, problems: Sequence[Problem]) -> list[Finding]:
        """What the lints find in files and rules without a problem."""
        if ruleset is None or self._terms is None or self._lints is None:
            return []
        files = {name: (read.document, read.rules, problems) for name, read in self._rules.items()}
        known = self._terms
        today = datetime.now(tz=UTC).date()
        return self._lints.look(files, ruleset, known.vocabulary, known.thresholds, known.references, terms=self._signature, today=today)

    def _rules_of(self, name: str, document: Document, terms: Terms) -> _Read:
        before = self._rules.get(name)
        if before is not None and before.document is document and before.terms is self._signature:
            return before
        problems = Problems()
        rules: list[Rule] = []
        exclusive: list[tuple[str, ...]] = []
        with suppress(InputProblems):  # more than anybody reads; they are in ``problems``
            rules, exclusive = parse_rules(document, terms.vocabulary, terms.thresholds, terms.references, problems)
        found = tuple(problems.found)
        return _Read(document, self._signature, tuple(rules), tuple(exclusive), found, _unfit(document, found))


def _unfit(document: Document, problems: tuple[Problem, ...]) -> frozenset[str]:
    """The ids of the rules in which problems stand."""
    listed = document.data.get("rules") if isinstance(document.data, dict) else None
    rules = listed if isinstance(listed, list) else []
    starts = [(document.at("rules", i).line, document.at("rules", i).col) for i in range(len(rules))]
    found = (bisect_right(starts, (problem.at.line, problem.at.col)) - 1 for problem in problems if problem.at)
    return frozenset(str(rules[i].get("id")) for i in found if i >= 0 and isinstance(rules[i], dict))


def _need(documents: Mapping[str, Document], path: str) -> Document:
    if path not in documents:
        raise missing_file(path)
    return documents[path]


def _same(left: tuple[object, ...], right: tuple[object, ...]) -> bool:
    return len(left) == len(right) and all(a is b for a, b in zip(left, right, strict=True))


def _numbers(thresholds: Mapping[str, KnownValue]) -> dict[str, tuple[Decimal, str, Decimal]]:
    """What rules and their tests read of the thresholds; where they stand does not matter to a rule."""
    return {name: (value.value, value.unit, value.step) for name, value in thresholds.items()}


def _placed(problem: Problem, held: Mapping[str, Held]) -> Problem:
    """The problem with a place: one of the whole set is shown at the top of a file that every set has."""
    if problem.at is not None:
        return problem
    file = ABOUT if ABOUT in held else next(iter(held), "")
    return Problem(problem.code, problem.what, Span(file, 1, 1), problem.label, problem.why, problem.fix, problem.also)
