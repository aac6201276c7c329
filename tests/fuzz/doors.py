"""The doors of the program, one input at a time: a result or problems of our own, soon, and nothing corrupt accepted in silence."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from random import Random

from msgspec import Struct, field

from neurobalance_expert import source
from neurobalance_expert.assessment import Knowledge, assess, load_knowledge
from neurobalance_expert.cases.load import parse_case
from neurobalance_expert.editing.canonical import format_text
from neurobalance_expert.engines.testing import missing_tests, run_tests
from neurobalance_expert.errors import InputProblems, NeurobalanceError, Problems, render_all
from neurobalance_expert.kb import read_knowledge
from neurobalance_expert.knowledge.condition_effects import parse_condition_effects
from neurobalance_expert.knowledge.interaction_types import Interactions
from neurobalance_expert.knowledge.interactions import parse_interactions
from neurobalance_expert.knowledge.names_data import load_names
from neurobalance_expert.knowledge.policy import rank
from neurobalance_expert.layers import EFFECTS, INTERACTIONS, lay_over
from neurobalance_expert.lint.run import Linter
from neurobalance_expert.lint.sarif import to_sarif
from neurobalance_expert.loaded import all_references
from neurobalance_expert.packs import parse_pack, read_pack
from neurobalance_expert.report.render import render
from neurobalance_expert.rules.check import build_ruleset
from neurobalance_expert.rules.parse import parse_rules
from neurobalance_expert.source import Document
from tests.fuzz import cases, mutate
from tests.fuzz.knowledge import readers

LIMIT_S = 2.0
FORMATS = ("text", "md", "html", "json", "jsonl")


class Failure(Struct, frozen=True):
    """What went wrong with one input: seed and mutator to make it again, the text, and what happened."""

    seed: int
    how: str
    text: str
    told: str


class Tally(Struct):
    """What a run did."""

    inputs: int = 0
    failures: list[Failure] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0


class TooSlow(BaseException):
    """Raised by the alarm clock; no handler of the program catches it."""


class Doors:
    """Everything that is loaded once: the knowledge, the originals, and what their cases say before they are changed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.knowledge: Knowledge = load_knowledge(root, cache=False)
        self.cases = [path.read_text(encoding="utf-8") for path in sorted((root / "tests" / "data" / "cases").glob("*.yaml"))]
        self.rules = [(p.relative_to(root).as_posix(), p.read_text(encoding="utf-8")) for p in sorted((root / "rules").rglob("*.yaml"))]
        self.readers = readers(root, self.knowledge)
        self.base = read_knowledge(root, None).documents
        self.pack = read_pack(root / "examples" / "packs" / "clinic-north")
        self.before = [self._remarks(text) for text in self.cases]
        assess(parse_case(source.parse_yaml(self.cases[0], "case.yaml"), self.knowledge.names), self.knowledge)  # reads the food table
        self.kinds: dict[str, Callable[[int], str]] = {
            "case, corrupted": self.corrupted_case,
            "case, changed": self.changed_case,
            "rules": self.rule_file,
            "layout": self.layout,
            "knowledge": self.knowledge_file,
            "pack": self.pack_file,
        }

    def run(self, kind: str, seed: int, tally: Tally) -> None:
        """One input through its door."""
        self._text = self._how = ""
        start = time.perf_counter()
        try:
            with alarm(LIMIT_S):
                outcome = self.kinds[kind](seed)
            told = outcome.removeprefix("failed: ") if outcome.startswith("failed: ") else ""
        except TooSlow:
            outcome, told = "hang", f"took more than {LIMIT_S} s"
        except Exception as error:  # noqa: BLE001  that nothing but its own exceptions leaves the program is what is tried
            outcome, told = "exception", f"{type(error).__name__}: {error} {_where(error)}"
        tally.inputs += 1
        tally.outcomes[f"{kind}: {outcome.split(':')[0]}"] += 1
        tally.slowest_s = max(tally.slowest_s, time.perf_counter() - start)
        if told:
            tally.failures.append(Failure(seed, f"{kind}, {self._how}", self._text, told))

    def corrupted_case(self, seed: int) -> str:
        """One field made impossible: it must be named."""
        random = Random(seed)
        number = random.randrange(len(self.cases))
        data = source.parse_yaml(self.cases[number], "case.yaml").data
        self._how, (self._text, keys) = cases.corrupted(data, random)
        as_json = random.random() < 0.5
        document: Document | None = None
        try:
            document = _parsed(self._text, as_json)
            case = parse_case(document, self.knowledge.names)
        except InputProblems as error:
            render_all(error)
            syntax = error.problems[0].code == "NB-S003"  # the whole file is refused, with the place
            return "refused" if syntax or cases.refusal_names(error, document, keys) else f"failed: refused without naming {keys}: {error}"
        assessment = assess(case, self.knowledge, engine="reference")
        if not cases.report_names(case, assessment, document, keys, self.before[number]):
            return f"failed: accepted in silence: {keys}"
        return "named in the report"

    def changed_case(self, seed: int) -> str:
        """Anything changed anywhere: it must only be survived, and each format rendered."""
        random = Random(seed)
        text = random.choice(self.cases)
        self._how = random.choice(("tangled", "garbled"))
        if self._how == "tangled":
            text = mutate.written(mutate.tangled(source.parse_yaml(text, "case.yaml").data, random))
        else:
            text = mutate.garbled(text, random)
        self._text = text
        try:
            case = parse_case(_parsed(text, self._how == "tangled" and random.random() < 0.5), self.knowledge.names)
        except InputProblems as error:
            render_all(error)
            return "refused"
        assessment = assess(case, self.knowledge, engine="reference")
        render(assessment, FORMATS[seed % len(FORMATS)], self.root).encode()
        return "assessed"

    def rule_file(self, seed: int) -> str:
        """A rule file changed: problems with places, or rules that can be run."""
        random = Random(seed)
        name, text = random.choice(self.rules)
        self._how = random.choice(("tangled", "garbled"))
        problems = Problems()
        try:
            if self._how == "tangled":
                self._text = mutate.written(mutate.tangled(source.parse_yaml(text, name).data, random))
            else:
                self._text = mutate.garbled(text, random)
            document = source.parse_yaml(self._text, name)
        except InputProblems as error:
            render_all(error)
            return "refused"
        k = self.knowledge
        if seed % 4 == 0:
            report = Linter(k, date(2026, 11, 25)).check({name: self._text})
            to_sarif(report.findings, report.sources)
        rules, exclusive = parse_rules(document, k.vocabulary, k.thresholds, k.references, problems)
        ruleset = build_ruleset(rules, exclusive, k.vocabulary, problems)
        if problems.found:
            render_all(InputProblems(problems.found, problems.sources))
            return "refused"
        run_tests(ruleset, k.vocabulary)
        missing_tests(ruleset, k.vocabulary, k.thresholds)
        return "loaded"

    def layout(self, seed: int) -> str:
        """A rule file changed and laid out: a problem, or a text that stays; that it says the same is for the layout itself to check."""
        random = Random(seed)
        name, text = random.choice(self.rules)
        self._how, self._text = "garbled", mutate.garbled(text, random)
        try:
            out = format_text(self._text, name)
        except InputProblems as error:
            render_all(error)
            return "refused"
        return "laid out" if out == format_text(out, name) else "failed: the layout is not one that stays"

    def knowledge_file(self, seed: int) -> str:
        """A file of the knowledge base changed: problems, or a table."""
        random = Random(seed)
        name = random.choice(sorted(self.readers))
        text = (self.root / name).read_text(encoding="utf-8")
        self._how = f"{name}, {random.choice(('tangled', 'garbled'))}"
        if self._how.endswith("tangled"):
            self._text = mutate.written(mutate.tangled(source.parse_yaml(text, name).data, random))
        else:
            self._text = mutate.garbled(text, random)
        try:
            self.readers[name](source.parse_yaml(self._text, name))
        except InputProblems as error:
            render_all(error)
            return "refused"
        except NeurobalanceError:
            return "refused"
        return "loaded"

    def pack_file(self, seed: int) -> str:
        """A file of a pack changed: problems, or tables that only gained by it."""
        random = Random(seed)
        name = random.choice(sorted(self.pack.texts))
        text = self.pack.texts[name]
        self._how = f"{name}, {random.choice(('tangled', 'garbled'))}"
        try:
            if self._how.endswith("tangled"):
                self._text = mutate.written(mutate.tangled(source.parse_yaml(text, name).data, random))
            else:
                self._text = mutate.garbled(text, random)
            pack = parse_pack(self.pack.root, {**self.pack.texts, name: self._text})
            documents = lay_over(self.base, [pack]).documents
            names, references = load_names(documents), all_references(documents)
            rows = parse_interactions(documents[INTERACTIONS], names, references, self.knowledge.nutrients)
            parse_condition_effects(documents[EFFECTS], names, references)
        except InputProblems as error:
            render_all(error)
            return "refused"
        return self._lowered(rows) or "loaded"

    def _lowered(self, rows: Interactions) -> str:
        """What a pack took away from the interactions of the base, if anything."""
        for ingredient, members in self.knowledge.interactions.of.items():
            now = {(m.row.id, m.together_with, m.without): m.row.severity_for(ingredient) for m in rows.of.get(ingredient, ())}
            for member in members:
                severity = now.get((member.row.id, member.together_with, member.without))
                if severity is None or rank(severity) < rank(member.row.severity_for(ingredient)):
                    return f"failed: {member.row.id} of {ingredient} is gone or lower"
        return ""

    def _remarks(self, text: str) -> frozenset[tuple[str, str, str]]:
        case = parse_case(source.parse_yaml(text, "case.yaml"), self.knowledge.names)
        return frozenset(map(cases.key_of, case.remarks))


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Stop what runs inside after so many seconds, also in the middle of a loop."""

    def ring(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _parsed(text: str, as_json: bool) -> Document:
    return source.parse_json(text, "case.json", keep=True) if as_json else source.parse_yaml(text, "case.yaml", keep=True)


def _where(error: Exception) -> str:
    trace = error.__traceback__
    found = ""
    while trace:
        found = f"({trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno})"
        trace = trace.tb_next
    return found
