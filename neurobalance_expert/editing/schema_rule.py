"""The JSON Schema of a rule file, made from the vocabulary and from the tables that the reader of rules uses.

It knows names, types, units and shapes. What more than one place decides, such as a variable that nothing binds, ``rules check`` finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from neurobalance_expert.editing.schema_entries import Words
from neurobalance_expert.editing.schema_parts import (
    ANY,
    NUMBER,
    TEXT,
    VARIABLE_NAME,
    Schema,
    either,
    head,
    listed,
    offered,
    one_or_more,
    quantity,
    record,
    words,
)
from neurobalance_expert.fact import FINDING, SEVERITIES
from neurobalance_expert.knowledge.values import KnownValue
from neurobalance_expert.rules.examples import BARE, REMOVE
from neurobalance_expert.rules.examples import KEYS as TEST_KEYS
from neurobalance_expert.rules.heads import CODE_PART, FAMILY, THEN_KEYS
from neurobalance_expert.rules.ir import KINDS, STATUSES
from neurobalance_expert.rules.parse import EVIDENCE_KEYS, FINDING_KEYS, GRADES, ID, LANGUAGE, PARAM, RULE_KEYS, TOP_KEYS
from neurobalance_expert.rules.patterns import CHOICES, LABEL, ORDERINGS
from neurobalance_expert.rules.wording import FILTERS
from neurobalance_expert.units import spellings
from neurobalance_expert.vocabulary import Relation, SlotType, Vocabulary

_DATE: Schema = {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_RULE_ID: Schema = {"type": "string", "pattern": f"^{ID.pattern}$"}
_A_RULE: Schema = {"$ref": "#/$defs/rule_id"}
_CONDITION: Schema = {"type": "string", "pattern": f"^{LABEL.pattern}$", "description": "The label of a condition of this rule."}
_STATUS_SAID = {"draft": "does not run", "retired": "does not run any more", "stable": "runs; needs evidence and tests"}


def rule_schema(known: Words) -> Schema:
    """JSON Schema 2020-12 of a rule file, with the names that a rule may use."""
    vocabulary = known.vocabulary
    relations = [relation for name, relation in vocabulary.relations.items() if name != FINDING]
    parts = _parts(known, relations)
    rule = record({key: parts[key] for key in RULE_KEYS}, said="A conjunction of conditions over facts, and what it concludes.")
    rule["required"] = ["id", "title", "status", "when"]
    rule["if"] = {"required": ["concludes"]}
    rule["then"] = {"properties": dict.fromkeys(FINDING_KEYS, False)}
    rule["else"] = {"required": ["code", "kind", "severity", "say"]}
    plain = [code for code in known.codes if "$" not in code]
    top: dict[str, Schema] = {
        "language": {"const": LANGUAGE, "description": "Version of the rule language."},
        "rules": listed({"$ref": "#/$defs/rule"}),
        "exclusive": listed(listed(offered(plain, {"type": "string", "pattern": r"^[^$]+$"}), least=2) | {"uniqueItems": True})
        | {"description": "Groups of codes that must not appear together for the same about, system and window."},
        "together": listed(record({"rules": listed(_A_RULE, least=2), "because": TEXT}, ("rules", "because")))
        | {"description": "Rules that may fire together about one thing, and why that is meant (for 'rules analyze')."},
        "partition": listed(
            record(
                {"name": TEXT, "over": listed({"$ref": "#/$defs/condition"}), "rules": listed(_A_RULE, least=2)}, ("name", "over", "rules")
            )
        )
        | {"description": "Rules of which one has to speak wherever facts meet the conditions of 'over' (for 'rules analyze')."},
    }
    body = record({key: top[key] for key in TOP_KEYS}, ("language", "rules"))
    rule_id = offered(tuple(known.rules), _RULE_ID, known.rules)  # a rule that was written since may be named as well
    definitions = {"rule": rule, "condition": _pattern(relations), "rule_id": rule_id}
    for relation in relations:
        definitions[f"ask.{relation.name}"] = _asked(relation)
        definitions[f"fact.{relation.name}"] = _fact(relation)
    return head("rule", "neurobalance rules") | body | {"$defs": definitions}


def _parts(known: Words, relations: list[Relation]) -> dict[str, Schema]:
    conditions = listed({"$ref": "#/$defs/condition"})
    filters = ", ".join(FILTERS)
    return {
        "id": _RULE_ID | {"description": "Unique, in kebab-case; reads as a statement."},
        "code": offered(
            known.codes, {"type": "string", "pattern": f"^{FAMILY.pattern}(:({CODE_PART.pattern}|{VARIABLE_NAME['pattern'][1:-1]}))+$"}
        )
        | {"description": 'The finding. Parts may be variables: "LAB:$analyte:low".'},
        "title": TEXT | {"description": "What was found, in a line."},
        "kind": words(KINDS, what="What kind of finding it is; reports sort by it."),
        "status": words(STATUSES, _STATUS_SAID, what="How far the rule is; draft and retired do not run."),
        "review_by": _DATE | {"description": "The day by which its sources are to be read again; a lint warns from then on."},
        "severity": either(words(SEVERITIES), VARIABLE_NAME, said="Harm; or a variable that holds it."),
        "evidence": listed(_evidence(known.references)) | {"description": "The first is the finding's."},
        "params": _params(known.vocabulary, known.thresholds),
        "scope": conditions | {"description": "Where one is known not to hold the rule is out of scope."},
        "when": conditions | {"minItems": 1, "description": "Conditions that must all hold."},
        "unless": conditions | {"description": "Exceptions: over closed relations, or with 'missing: absent'."},
        "overrides": listed(_A_RULE) | {"description": "Rules that this one speaks instead of, for the same shared variables."},
        "then": record(dict.fromkeys(THEN_KEYS, either(TEXT, VARIABLE_NAME)), said="What the finding is about."),
        "concludes": _concludes(relations),
        "say": TEXT
        | {"description": f"The claim in a sentence. {{{{ name | filter }}}} prints a variable or parameter; filters: {filters}."},
        "do": TEXT | {"description": "Advice, shown under what to do."},
        "tests": listed(_test(relations)) | {"description": "Both sides of each threshold, each exception, each open fact missing."},
        "derived_from": record({"digest": TEXT}, ("digest",), more=True, said="Written by 'neurobalance rules derive'."),
    }


def _evidence(references: Mapping[str, object]) -> Schema:
    said = {key: str(value.get("cite", "")) for key, value in references.items() if isinstance(value, dict)}
    parts: dict[str, Schema] = {
        "ref": either(words(list(references), said), VARIABLE_NAME, said="Key of knowledge/references.yaml, or a variable that holds one."),
        "grade": either(
            words(GRADES), VARIABLE_NAME, said="A several human studies agree, B one good one, C animal or in vitro, D contested."
        ),
        "supports": TEXT | {"description": "What of the rule it supports."},
    }
    return record({key: parts[key] for key in EVIDENCE_KEYS}, ("ref", "grade"))


def _params(vocabulary: Vocabulary, thresholds: Mapping[str, KnownValue]) -> Schema:
    said = {path: f"{value.value} {value.unit}, step {value.step}. {value.meaning}" for path, value in thresholds.items()}
    own = {slot.unit for relation in vocabulary.relations.values() for slot in relation.slots if slot.unit}
    units = dict.fromkeys(spelling for unit in sorted(own) for spelling in spellings(unit))
    value = either(words(list(thresholds), said), NUMBER, quantity(units))
    return {
        "type": "object",
        "propertyNames": {"pattern": f"^{PARAM.pattern}$"},
        "additionalProperties": value,
        "description": "Named limits: a path of knowledge/thresholds.yaml, or a constant with its unit. Conditions name them as $name.",
    }


# --- conditions ---------------------------------------------------------------------------------------------------


def _pattern(relations: Iterable[Relation]) -> Schema:
    """One relation with its slots, beside it ``as`` and ``missing: absent``; a mapping under one of these names is a relation."""
    options: dict[str, Schema] = {
        "as": _CONDITION | {"description": "A label, to tell two conditions over one relation apart."},
        "missing": {"const": "absent", "description": "A fact that was not recorded counts as one that does not hold."},
    }
    asked: dict[str, Schema] = {relation.name: {"$ref": f"#/$defs/ask.{relation.name}"} for relation in relations}
    both = {name: either(asked[name], option) if name in asked else option for name, option in options.items()}
    given = [{"required": [name], "properties": {name: {"not": {"type": "object"}}}} for name in options]
    count = [{"minProperties": n, "maxProperties": n} for n in (1, 2, 3)]
    one_option = {"if": {"anyOf": given}, "then": count[1], "else": count[0]}
    return record(asked | both) | {"if": {"allOf": given}, "then": count[2], "else": one_option}


def _asked(relation: Relation) -> Schema:
    return record({slot.name: _asked_slot(slot) for slot in relation.slots}, said=_said(relation))


def _asked_slot(slot: SlotType) -> Schema:
    value = _value(slot)
    tests: dict[str, Schema] = {"bind": VARIABLE_NAME | {"description": "Bind the value to a variable."}}
    if slot.kind == "number":
        tests |= dict.fromkeys(ORDERINGS, either(*_numbers(slot), VARIABLE_NAME))
    tests |= {name: value if name == "not" else listed(value, least=1) for name in CHOICES}
    return either(value, VARIABLE_NAME, record(tests) | {"minProperties": 1}, said=_slot_said(slot))


def _value(slot: SlotType) -> Schema:
    """A constant of a slot."""
    if slot.kind == "number":
        return either(*_numbers(slot))
    if slot.kind == "enum":
        return {"enum": list(slot.enum)}
    return {"type": "boolean"} if slot.kind == "bool" else {"type": "string", "pattern": r"^\s*[^$\s]"}


def _numbers(slot: SlotType) -> tuple[Schema, Schema]:
    return NUMBER, quantity(spellings(slot.unit))


def _said(relation: Relation) -> str:
    """What a relation means, for whoever rests on its name."""
    missing = "No fact: not known." if relation.open else "No fact: it is not so."
    key = f"One fact for each {' and '.join(relation.key)}." if relation.key else "At most one fact."
    origin = "Concluded by rules." if relation.derived else ""
    return " ".join(part for part in (_sentence(relation.meaning), key, missing, origin) if part)


def _slot_said(slot: SlotType) -> str:
    number = f"A number{'' if slot.unit == '1' else f' in {slot.unit}'}, step {_plain(slot.resolution)}."
    kinds = {"number": number, "bool": "true or false.", "id": "Any name."}
    return " ".join(part for part in (_sentence(slot.meaning), kinds.get(slot.kind, f"One of {', '.join(slot.enum)}.")) if part)


def _sentence(text: str) -> str:
    return f"{text.rstrip('.')}." if text else ""


def _plain(number: Decimal) -> str:
    return f"{number:f}"


# --- conclusions and tests ----------------------------------------------------------------------------------------


def _concludes(relations: Iterable[Relation]) -> Schema:
    heads = {
        relation.name: record(
            {slot.name: either(_value(slot), VARIABLE_NAME, said=_slot_said(slot)) for slot in relation.slots},
            [slot.name for slot in relation.slots],
            said=_said(relation),
        )
        for relation in relations
        if relation.derived
    }
    return record(heads, said="An intermediate fact that other rules use.") | {"minProperties": 1, "maxProperties": 1}


def _fact(relation: Relation) -> Schema:
    """A fact as tests give it: its key, and the values that matter."""
    return record({slot.name: _given(slot) for slot in relation.slots}, relation.key, said=_said(relation))


def _given(slot: SlotType) -> Schema:
    return _value(slot) | {"description": _slot_said(slot)} if slot.kind != "id" else TEXT | {"description": _slot_said(slot)}


def _test(relations: list[Relation]) -> Schema:
    facts: dict[str, Schema] = {r.name: one_or_more({"$ref": f"#/$defs/fact.{r.name}"}) for r in relations}
    parts: dict[str, Schema] = {
        "name": TEXT | {"description": "A few words on what the test shows."},
        "facts": record(facts, said="The facts of the test, by relation: one fact or a list."),
        "like": TEXT | {"description": "Name of an earlier test whose facts are taken."},
        "change": _change(relations, facts),
        "expect": _expect(),
    }
    shape = record({key: parts[key] for key in TEST_KEYS}, ("name", "expect"))
    return shape | {"oneOf": [{"required": ["facts"]}, {"required": ["like"]}], "dependentRequired": {"change": ["like"]}}


def _change(relations: list[Relation], facts: Mapping[str, Schema]) -> Schema:
    removed = {"enum": list(REMOVE), "description": "Take the facts of the relation away."}
    whole = {name: either(fact, removed) for name, fact in facts.items()}
    slots = {f"{r.name}.{slot.name}": _given(slot) for r in relations for slot in r.slots}
    numbered = {
        rf"^{r.name}\[[0-9]+\]\.({'|'.join(slot.name for slot in r.slots)})$": {"type": ["string", "number", "boolean"]}
        for r in relations
        if r.slots
    }
    said = "relation: a new fact, or unknown; relation.slot or relation[0].slot: a new value."
    return record(whole | slots, said=said) | {"patternProperties": numbered, "minProperties": 1}


def _expect() -> Schema:
    margin: Schema = either({"type": "number", "minimum": 0}, quantity(()))
    some: Schema = {"type": "object", "minProperties": 1, "additionalProperties": ANY}
    return either(
        words(tuple(BARE)),
        record({"fired": some, "concludes": some | {"description": "Slots of what is concluded, such as code and severity."}})
        | {"minProperties": 1},
        record({"blocked": _CONDITION, "margin": margin | {"description": "How far the value was from passing."}}, ("blocked",)),
        record({"unknown": one_or_more(_CONDITION)}, ("unknown",)),
        said="fired, {fired: {variable: value}}, {concludes: {slot: value}}, overridden, out_of_scope, "
        "{blocked: label, margin: number} or {unknown: [labels]}.",
    )
