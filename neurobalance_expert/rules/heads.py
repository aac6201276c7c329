"""The conclusion of a rule: a finding with its code, or an intermediate fact."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from neurobalance_expert.errors import Span, did_you_mean
from neurobalance_expert.fact import FINDING, FINDING_SLOTS
from neurobalance_expert.rules.ir import Const, Head, Term, Var
from neurobalance_expert.rules.reading import Reading, find_relation, find_slot, join_types, parameter_value, variable_name
from neurobalance_expert.rules.values import UnfitError, describe, describe_slot, read_value
from neurobalance_expert.source import Data, Keys
from neurobalance_expert.vocabulary import Relation, SlotType

THEN_KEYS = ("about", "system", "window")

FAMILY = re.compile(r"[A-Z][A-Z0-9_]*")
CODE_PART = re.compile(r"[^\s$:]+")


def read_finding(rule: Reading, data: Mapping[str, Data], keys: Keys, rule_id: str, severity: Term | None) -> Head:
    """The head that ``code`` and ``then`` describe; what cannot be read is noted."""
    code = tuple(_code(rule, data["code"], (*keys, "code"))) if "code" in data else ()
    then = data.get("then") or {}
    terms: dict[str, Term | None] = {"rule": Const(rule_id), "severity": severity}
    here = (*keys, "then")
    if not isinstance(then, dict):
        rule.wrong_shape(here, "'then' says what the finding is about", then, "write {about: trp, system: serotonin, window: $w}")
        then = {}
    rule.check_keys(then, here, THEN_KEYS, "'then'")
    for name in THEN_KEYS:
        if name in then:
            terms[name] = _term(rule, SlotType(name, "id"), then[name], rule.doc.at(*here, name), "'then'")
    return Head(FINDING, tuple([terms.get(name) for name in FINDING_SLOTS]), code)


def read_concludes(rule: Reading, data: Data, keys: Keys) -> Head:
    """The head that ``concludes`` describes; what cannot be read is noted."""
    if not isinstance(data, dict) or len(data) != 1 or not isinstance(next(iter(data.values())), dict):
        rule.wrong_shape(keys, "'concludes' is one fact, 'relation: {slot: value}'", data, "write {relation: {slot: $variable}}")
        return Head("", ())
    name, values = next(iter(data.items()))
    at = rule.doc.at_key(*keys, name)
    relation = find_relation(rule.vocabulary, rule.problems, name, at)
    if relation is None:
        return Head("", ())
    if not _is_derived(rule, relation, at):
        return Head("", ())
    for word in values:
        find_slot(relation, rule.problems, word, rule.doc.at_key(*keys, name, word))
    lacking = [f"'{s.name}'" for s in relation.slots if s.name not in values]
    if lacking:
        why = "a concluded fact is complete; nothing else could fill the rest in"
        rule.problems.add("NB-R042", f"the conclusion '{name}' lacks {', '.join(lacking)}", at, why=why, fix="give every slot")
    terms: dict[str, Term | None] = {}
    for slot in relation.slots:
        if slot.name in values:
            terms[slot.name] = _term(rule, slot, values[slot.name], rule.doc.at(*keys, name, slot.name), "'concludes'")
    return Head(name, tuple([terms.get(slot.name) for slot in relation.slots]))


def _is_derived(rule: Reading, relation: Relation, at: Span) -> bool:
    """Whether rules may conclude the relation; notes a problem when they may not."""
    what = f"'{relation.name}' cannot be concluded by 'concludes'"
    if relation.name == FINDING:
        rule.problems.add("NB-R041", what, at, fix="use 'code:' and 'then:'")
    elif not relation.derived:
        known = [r.name for r in rule.vocabulary.relations.values() if r.derived and r.name != FINDING]
        why = "it is given by the case and the model; a rule that adds to it would mix what was measured with what was concluded"
        fix = did_you_mean(relation.name, known, otherwise="relations with 'from: rules' are " + (", ".join(known) or "none"))
        rule.problems.add("NB-R041", what, at, why=why, fix=fix)
    return relation.derived and relation.name != FINDING


def _term(rule: Reading, slot: SlotType, data: Data, at: Span, where: str) -> Term | None:
    """A constant, parameter or variable in a conclusion; notes a problem and gives None when it does not fit the slot."""
    try:
        if not isinstance(data, str) or not data.startswith("$"):
            return Const(read_value(slot, data, exact=True))
        name = variable_name(data)
        if name in rule.params:
            return Const(parameter_value(rule.params[name], slot, data))
        known = rule.bound(name, at, where)
        if known is None:
            return None
        joined = join_types(name, known, slot)
        if joined.kind == "enum" and known.kind == "id":
            fix = f"let a condition restrict '${name}': it must be {describe_slot(slot)}"
            raise UnfitError("NB-R023", f"'${name}' may have values that '{slot.name}' does not allow", fix=fix)
        return Var(name)
    except UnfitError as problem:
        rule.unfit(problem, at)
        return None


def _code(rule: Reading, data: Data, keys: Keys) -> Iterator[Term]:
    at = rule.doc.at(*keys)
    parts = data.split(":") if isinstance(data, str) else []
    if len(parts) < 2 or not FAMILY.fullmatch(parts[0]):
        fix = 'write a family in capitals, a colon and what it is about, such as "LAB:$analyte:low"'
        rule.problems.add("NB-R043", f"'code' cannot be {describe(data)}", at, fix=fix)
        return
    for part in parts:
        if part.startswith("$"):
            term = _code_variable(rule, part, at)
            if term is not None:
                yield term
        elif CODE_PART.fullmatch(part):
            yield Const(part)
        else:
            fix = "parts between colons are one word each, or a variable such as $analyte"
            rule.problems.add("NB-R043", f"'{part}' cannot be a part of a code", at, fix=fix)


def _code_variable(rule: Reading, part: str, at: Span) -> Var | None:
    try:
        name = variable_name(part)
    except UnfitError as problem:
        rule.unfit(problem, at)
        return None
    slot = rule.bound(name, at, "'code'")
    if slot is not None and slot.kind not in ("id", "enum"):
        fix = "name things in codes; put numbers into 'say'"
        rule.problems.add("NB-R043", f"'{part}' is not a name and cannot be a part of a code", at, fix=fix)
        return None
    return Var(name) if slot is not None else None
