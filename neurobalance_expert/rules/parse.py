"""Rule files to typed rules. Everything that is wrong with a file is noted with its place; nothing is guessed.

A rule with a problem is still returned, as far as it could be read and with the status ``draft``, so that it never runs and that other
rules may still refer to it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal

from neurobalance_expert.errors import Problems, Span, did_you_mean, nearest
from neurobalance_expert.fact import SEVERITIES
from neurobalance_expert.knowledge.values import KnownValue
from neurobalance_expert.rules.examples import read_tests
from neurobalance_expert.rules.heads import read_concludes, read_finding
from neurobalance_expert.rules.ir import KINDS, STATUSES, Const, Evidence, Param, Pattern, Rule, Term, Var
from neurobalance_expert.rules.meanings import find_meanings
from neurobalance_expert.rules.patterns import read_patterns
from neurobalance_expert.rules.reading import Parameter, Reading, variable_name
from neurobalance_expert.rules.values import Placed, UnfitError, describe, read_quantity
from neurobalance_expert.rules.wording import Shape, check_wording
from neurobalance_expert.source import Data, Document, Keys, is_date
from neurobalance_expert.units import Quantity
from neurobalance_expert.vocabulary import Vocabulary

LANGUAGE = 1
TOP_KEYS = ("language", "rules", "exclusive", "together", "partition")
RULE_KEYS = (
    "id", "code", "title", "kind", "status", "review_by", "severity", "evidence", "params", "scope", "when", "unless", "overrides", "then",
    "concludes", "say", "do", "tests", "derived_from",
)  # fmt: skip
FINDING_KEYS = ("code", "then", "say", "do")
EVIDENCE_KEYS = ("ref", "grade", "supports")
GRADES = ("A", "B", "C", "D")
THRESHOLDS = "knowledge.thresholds."

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_THRESHOLD = re.compile(r"[a-z_][\w.]*")  # text that looks like the name of a number, not like a number
PARAM = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def parse_rules(
    document: Document,
    vocabulary: Vocabulary,
    thresholds: Mapping[str, KnownValue],
    references: Mapping[str, object] | None,
    problems: Problems,
    *,
    trusted: bool = False,
) -> tuple[list[Rule], list[tuple[str, ...]]]:
    """The rules and the exclusive groups of one file.

    Args:
        document: The file as ``source`` read it.
        vocabulary: Relations and slots.
        thresholds: ``knowledge.thresholds.NAME`` to its value.
        references: Known reference keys; None: they are not looked up.
        problems: Where everything wrong is added; nothing is raised for bad content.
        trusted: The file is known to be good: the wording is not checked again.
    """
    problems.sources[document.file] = document.text
    data = document.data
    if not isinstance(data, dict) or not isinstance(data.get("rules"), list):
        what = "a rule file has 'language: 1' and a list 'rules:'"
        problems.add("NB-R001", what, document.at("rules"), fix="start with the two keys, and each rule with '- id:'")
        return [], []
    top = Reading(document, vocabulary, problems)
    top.check_keys(data, (), TOP_KEYS, "a rule file")
    if data.get("language") != LANGUAGE:
        unsaid = ", and the file does not say which it is" if "language" not in data else ""
        what = f"this program reads rule language {LANGUAGE}{unsaid}"
        problems.add("NB-R002", what, document.at("language"), fix=f"write 'language: {LANGUAGE}' at the top of the file")
    context = _File(document, vocabulary, thresholds, references, problems, trusted)
    found = [context.rule(item, ("rules", i)) for i, item in enumerate(data["rules"])]
    return [rule for rule in found if rule is not None], _read_exclusive(document, problems, data.get("exclusive"))


def is_id(text: str) -> bool:
    """Whether a text can be the id of a rule: kebab-case.

    >>> is_id("plp-limits-aadc"), is_id("PLP limits")
    (True, False)
    """
    return ID.fullmatch(text) is not None


def _read_exclusive(doc: Document, problems: Problems, data: Data) -> list[tuple[str, ...]]:
    out: list[tuple[str, ...]] = []
    if data is None:
        return out
    for i, group in enumerate(data if isinstance(data, list) else [None]):
        texts = isinstance(group, list) and all(isinstance(code, str) and "$" not in code for code in group)
        if not texts or len(set(group)) < 2 or len(set(group)) < len(group):
            what = "an exclusive group is a list of two or more different codes"
            fix = 'write exclusive: [["LAB:ferritin:low", "LAB:ferritin:high"]], without variables'
            problems.add("NB-R075", what, doc.at("exclusive", i), fix=fix)
            continue
        out.append(tuple(Placed.text(code, doc.at("exclusive", i, j)) for j, code in enumerate(group)))
    return out


class _File:
    """What the rules of one file are read with."""

    def __init__(
        self,
        document: Document,
        vocabulary: Vocabulary,
        thresholds: Mapping[str, KnownValue],
        references: Mapping[str, object] | None,
        problems: Problems,
        trusted: bool,
    ) -> None:
        self.doc, self.vocabulary, self.thresholds, self.references = document, vocabulary, thresholds, references
        self.problems, self.trusted = problems, trusted
        self.own_units = {slot.unit for relation in vocabulary.relations.values() for slot in relation.slots}
        self.misspelt: set[str] = set()  # keys that the rule being read most likely means by an unknown one

    def rule(self, data: Data, keys: Keys) -> Rule | None:
        """One rule; None when not even its id can be read."""
        reading = Reading(self.doc, self.vocabulary, self.problems)
        if not isinstance(data, dict):
            reading.wrong_shape(keys, "a rule has keys such as 'id' and 'when'", data, "write them below '- id:'")
            return None
        before = len(self.problems.found)
        reading.check_keys(data, keys, RULE_KEYS, "a rule")
        self.misspelt = {nearest(key, RULE_KEYS) for key in data if key not in RULE_KEYS} - set(data)
        rule_id = self._text(data, keys, "id")
        if rule_id and not is_id(rule_id):
            fix = "use small letters, digits and '-', such as plp-limits-aadc"
            why = "ids stand in file names, records and other rules, so they are written in one way"
            self.problems.add("NB-R007", f"'{rule_id}' is not an id in kebab-case", self.doc.at(*keys, "id"), why=why, fix=fix)
        concludes = "concludes" in data
        self._check_form(data, keys)
        title = self._text(data, keys, "title")
        kind = self._choice(data, keys, "kind", KINDS, "note" if concludes else None)
        status = self._choice(data, keys, "status", STATUSES, None)
        review_by = self._date(data, keys, "review_by")
        graded = isinstance(data.get("severity"), str) and str(data["severity"]).startswith("$") and not concludes
        severity = "" if graded else self._choice(data, keys, "severity", SEVERITIES, "info" if concludes else None)
        self._read_params(reading, data.get("params"), (*keys, "params"))
        scope = read_patterns(reading, data.get("scope"), (*keys, "scope"), "scope")
        when = read_patterns(reading, data.get("when"), (*keys, "when"), "when")
        if not data.get("when"):
            reading.unread.add("when")
        if not data.get("when") and "when" not in self.misspelt:
            fix = "add at least one condition under 'when:'"
            self.problems.add("NB-R004", "the rule has no condition", self.doc.at_key(*keys, "when"), fix=fix)
        unless = read_patterns(reading, data.get("unless"), (*keys, "unless"), "unless")
        overrides = self._overrides(data.get("overrides"), (*keys, "overrides"), reading)
        evidence = tuple(self._evidence(data.get("evidence"), (*keys, "evidence"), reading))
        head = (
            read_concludes(reading, data["concludes"], (*keys, "concludes"))
            if concludes
            else read_finding(reading, data, keys, rule_id, self._severity(reading, data, keys) if graded else Const(severity))
        )
        say, do = (self._wording(reading, data, keys, name, (*scope, *when)) for name in ("say", "do"))
        self._check_params_used(reading, say + do)
        tests = read_tests(reading, data.get("tests"), (*keys, "tests"), head.relation)
        origin = data.get("derived_from", {"digest": ""})
        if not isinstance(origin, dict) or not isinstance(origin.get("digest"), str):
            form = "write {transporter: LAT1, substrate: trp, digest: ...}, or leave it out of a rule written by hand"
            reading.wrong_shape((*keys, "derived_from"), "'derived_from' says what a rule was derived from, with its digest", origin, form)
        if not rule_id:
            return None
        params = tuple(Param(n, p.value, p.unit or "1", p.source) for n, p in reading.params.items())
        if not self.trusted:
            self._check_meanings({"title": title, "say": say, "do": do}, evidence[0].grade if evidence else "", keys)
        if len(self.problems.found) > before:
            status = "draft"
        at = self.doc.at(*keys, "id")
        return Rule(
            rule_id, title, kind, status, severity, evidence, params, scope, when, unless, head, overrides, say, do, tests, at, review_by
        )  # fmt: skip

    def _check_form(self, data: Mapping[str, Data], keys: Keys) -> None:
        if "concludes" in data:
            extra = [k for k in FINDING_KEYS if k in data]
            if extra:
                what = f"a rule with 'concludes' has no '{extra[0]}'"
                why = "it adds a fact for other rules; findings and their wording belong to a rule with 'code'"
                fix = "split the rule in two, or remove one of them"
                self.problems.add("NB-R040", what, self.doc.at_key(*keys, extra[0]), why=why, fix=fix)
        elif self.misspelt & {"code", "concludes", "say"}:
            return
        elif "code" not in data:
            fix = "add 'code:' for a finding, or 'concludes:' for an intermediate fact"
            self.problems.add("NB-R040", "the rule concludes nothing", self.doc.at(*keys), fix=fix)
        elif "say" not in data:
            fix = "add 'say:', the claim in a sentence"
            self.problems.add("NB-R004", "the finding has no 'say'", self.doc.at_key(*keys, "code"), fix=fix)

    def _text(self, data: Mapping[str, Data], keys: Keys, name: str, *, needed: bool = True) -> str:
        value = data.get(name)
        if isinstance(value, str) and value.strip():
            return value
        if name not in data:
            if needed and name not in self.misspelt:
                self.problems.add("NB-R004", f"the rule has no '{name}'", self.doc.at(*keys), fix=f"add '{name}:'")
            return ""
        fix = "write text, in quotes if need be"
        self.problems.add("NB-R005", f"'{name}' needs text, not {describe(value)}", self.doc.at(*keys, name), fix=fix)
        return ""

    def _choice(self, data: Mapping[str, Data], keys: Keys, name: str, choices: Collection[str], otherwise: str | None) -> str:
        value = data.get(name, otherwise)
        listed = ", ".join(choices)
        if name not in data and name in self.misspelt:
            return "draft" if name == "status" else next(iter(choices))
        if value is None and name not in data:
            self.problems.add("NB-R004", f"the rule has no '{name}'", self.doc.at(*keys), fix=f"add '{name}:' with one of {listed}")
        elif value not in choices:
            fix = did_you_mean(str(value), choices, otherwise=f"use one of {listed}")
            shown = f"'{value}'" if isinstance(value, str) else describe(value)
            why = "reports sort and select by it, so it is one of a closed list"
            self.problems.add("NB-R006", f"'{name}' cannot be {shown}", self.doc.at(*keys, name), why=why, fix=fix)
        else:
            return str(value)
        return "draft" if name == "status" else next(iter(choices))

    def _date(self, data: Mapping[str, Data], keys: Keys, name: str) -> str:
        value = data.get(name)
        if name in data and not is_date(value):
            fix = "write year, month and day, such as 2027-11-30"
            self.problems.add("NB-R009", f"'{name}' is a date, not {describe(value)}", self.doc.at(*keys, name), fix=fix)
            return ""
        return str(value or "")

    def _evidence(self, data: Data, keys: Keys, reading: Reading) -> Iterator[Evidence]:
        if data is not None and not isinstance(data, list):
            reading.wrong_shape(keys, "'evidence' needs a list", data, "write [{ref: key, grade: A, supports: mechanism}]")
            return
        for i, item in enumerate(data or ()):
            here = (*keys, i)
            if not isinstance(item, dict):
                reading.wrong_shape(here, "evidence is {ref: ..., grade: ..., supports: ...}", item, "write its keys in braces")
                continue
            reading.check_keys(item, here, EVIDENCE_KEYS, "evidence")
            ref = self._text(item, here, "ref")
            if ref.startswith("$"):
                self._bound_name(reading, ref, (*here, "ref"), None)
            elif ref and self.references is not None and ref not in self.references:
                self.problems.add(
                    "NB-R033",
                    f"unknown reference '{ref}'",
                    self.doc.at(*here, "ref"),
                    label="not in knowledge/references.yaml",
                    why="a report cites the rule by this reference, so the key must resolve",
                    fix=did_you_mean(ref, self.references, otherwise="add the key to knowledge/references.yaml"),
                )
            written = item.get("grade")
            if isinstance(written, str) and written.startswith("$"):
                grade = written
                self._bound_name(reading, written, (*here, "grade"), GRADES)
            else:
                grade = self._choice(item, here, "grade", GRADES, None)
            yield Evidence(ref, grade, self._text(item, here, "supports", needed=False))

    def _severity(self, reading: Reading, data: Mapping[str, Data], keys: Keys) -> Term | None:
        """The variable that a finding takes its severity from."""
        written = str(data["severity"])
        return Var(written[1:]) if self._bound_name(reading, written, (*keys, "severity"), SEVERITIES) else None

    def _bound_name(self, reading: Reading, written: str, keys: Keys, allowed: Collection[str] | None) -> bool:
        """Whether a variable is bound to a name, and to one of those allowed; notes a problem when it is not."""
        at = self.doc.at(*keys)
        try:
            slot = reading.bound(variable_name(written), at, f"'{keys[-1]}'")
        except UnfitError as problem:
            reading.unfit(problem, at)
            return False
        if slot is None:
            return False
        if slot.kind not in ("id", "enum") or (allowed is not None and not (slot.kind == "enum" and set(slot.enum) <= set(allowed))):
            what = f"'{written}' may have values that '{keys[-1]}' does not allow"
            fix = (
                f"bind it to a slot of an enum with some of {', '.join(allowed)}"
                if allowed is not None
                else "bind it to a slot that holds a name"
            )
            self.problems.add("NB-R023", what, at, why="reports sort and select by it, so it is one of a closed list", fix=fix)
            return False
        return True

    def _overrides(self, data: Data, keys: Keys, reading: Reading) -> tuple[str, ...]:
        if data is None:
            return ()
        if not isinstance(data, list) or not all(isinstance(item, str) for item in data):
            reading.wrong_shape(keys, "'overrides' needs a list of rule ids", data, "write [rule-id]")
            return ()
        return tuple(dict.fromkeys(Placed.text(item, self.doc.at(*keys, i)) for i, item in enumerate(data)))

    def _read_params(self, reading: Reading, data: Data, keys: Keys) -> None:
        if data is None:
            return
        if not isinstance(data, dict):
            reading.wrong_shape(keys, "'params' maps names to thresholds", data, "write {low: knowledge.thresholds.name}")
            return
        for name, item in data.items():
            at = self.doc.at(*keys, name)
            try:
                if not PARAM.fullmatch(name):
                    raise UnfitError("NB-R025", f"'{name}' is not a name for a parameter", fix="use a letter, then letters, digits and '_'")
                reading.params[name] = self._param(name, item, at)
            except UnfitError as problem:
                reading.unfit(problem, at)
                reading.params[name] = Parameter(Decimal(0), None, "", at, used=True)

    def _param(self, name: str, data: Data, at: Span) -> Parameter:
        if isinstance(data, str) and (data.startswith("knowledge.") or _THRESHOLD.fullmatch(data)):
            known = self.thresholds.get(data)
            if known is None:
                near = nearest(data.rsplit(".", 1)[-1], [k.removeprefix(THRESHOLDS) for k in self.thresholds])
                hint = f"did you mean '{THRESHOLDS}{near}'?" if near else ""
                raise UnfitError(
                    "NB-R030",
                    f"unknown threshold '{data}'",
                    label="not in knowledge/thresholds.yaml",
                    why="the number, its unit and its source are kept there, so that a report can cite them",
                    fix=hint or "add it to knowledge/thresholds.yaml",
                )
            return Parameter(known.value, known.unit, known.path, at)
        value = read_quantity(name, data, own=self.own_units)
        return Parameter(value.value, value.unit, "", at) if isinstance(value, Quantity) else Parameter(value, None, "", at)

    def _check_params_used(self, reading: Reading, wording: str) -> None:
        for name, param in reading.params.items():
            if not param.used and not reading.unread and not re.search(rf"\{{\{{[^}}]*\b{name}\b", wording):
                fix = f"compare a slot with ${name}, or remove it"
                self.problems.add("NB-R031", f"the parameter '{name}' is never used", param.at, fix=fix)

    def _wording(self, reading: Reading, data: Mapping[str, Data], keys: Keys, name: str, patterns: Iterable[Pattern]) -> str:
        if name not in data:
            return ""
        text = self._text(data, keys, name)
        if self.trusted:
            return text
        shapes: dict[str, Shape] = {n: "number" if slot.kind == "number" else "name" for n, (slot, _) in reading.variables.items()}
        shapes |= dict.fromkeys(reading.params, "number")
        for problem in check_wording(text, shapes):
            if problem.code == "NB-R051":
                if reading.unsure:
                    continue
                problem.fix = _say_how_to_bind(problem.near, patterns) or problem.fix
            reading.unfit(problem, self._inside(self.doc.at(*keys, name), problem))
        return text

    def _check_meanings(self, texts: Mapping[str, str], grade: str, keys: Keys) -> None:
        for name, text in texts.items():
            for hit in find_meanings(text, grade):
                said = " ".join(hit.text.split())
                near = UnfitError(hit.meaning.code, "", near=hit.text, nth=text.count("{{", 0, hit.start))
                what = f"{hit.meaning.what}: '{said}'"
                at = self._inside(self.doc.at(*keys, name), near)
                self.problems.add(hit.meaning.code, what, at, label=f"in '{name}'", why=hit.meaning.why, fix=hit.meaning.fix)

    def _inside(self, at: Span, problem: UnfitError) -> Span:
        """The place of a problem within a wording that may run over several lines; the wording itself when it is not found."""
        text = self.doc.text
        lines = text.splitlines(keepends=True)
        start = sum(map(len, lines[: at.line - 1])) + at.col - 1
        for _ in range(problem.nth):
            start = text.find("{{", start) + 2
        near = problem.near
        if not near and problem.nth:
            near, start = "{{", start - 2
        found = re.compile(r"\s*".join(map(re.escape, near.split()))).search(text, start) if near else None
        if found is None:
            return at
        before = text[: found.start()]
        return Span(self.doc.file, before.count("\n") + 1, found.start() - before.rfind("\n"), len(found.group().split("\n", 1)[0]))


def _say_how_to_bind(name: str, patterns: Iterable[Pattern]) -> str:
    """How to print the value of a slot that is named where a variable is meant; '' when no condition looks at such a slot."""
    for pattern in patterns:
        for slot in pattern.slots:
            if slot.name == name and isinstance(slot.term, Var):
                return f"the slot '{name}' of '{pattern.relation}' is bound as '{slot.term.name}': write {{{{ {slot.term.name} }}}}"
            if slot.name == name:
                return f"bind the slot '{name}' of '{pattern.relation}' to a variable: {{bind: ${name}, ...}}"
    return ""
