"""From the perfect model to findings: the author's wording, the generated conditions, the facts with their origins, the sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from neurobalance_expert.engines.base import Derivation, Entry, Result
from neurobalance_expert.explain.proof import by_conclusion, prove
from neurobalance_expert.explain.sentences import explain_derivation, explain_entry, show
from neurobalance_expert.explain.wording import Labels, say
from neurobalance_expert.fact import FINDING, FINDING_SLOTS, SEVERITIES, Fact, Origin
from neurobalance_expert.knowledge.values import KnownValue
from neurobalance_expert.outcome import FactLine, Finding, NotAssessed
from neurobalance_expert.rules.ir import Rule, Var
from neurobalance_expert.vocabulary import Vocabulary, from_value

CONCLUDED = "concluded by rules"
FLAGS = "FLAG:"  # warning signs come before everything, whatever else is severe
ABOUT_ENTRIES = ("invalid", "conflict", "missing", "confirm")  # relations whose origin is a sentence about one entry or more


class Explainer(Struct, frozen=True, dict=True):
    """What is needed to put a result into words."""

    rules: Mapping[str, Rule]
    vocabulary: Vocabulary
    origins: Mapping[Fact, Origin]
    thresholds: Mapping[str, KnownValue]
    references: Mapping[str, object]
    labels: Labels


def findings(result: Result, explainer: Explainer) -> tuple[Finding, ...]:
    """Every finding: warning signs first, then the most severe, then by code, window and rule."""
    ways = by_conclusion(result)
    found = [_finding(fact, ways[fact], result, explainer) for fact in result.facts if fact.relation == FINDING]
    return tuple(
        sorted(found, key=lambda f: (not f.code.startswith(FLAGS), -SEVERITIES.index(f.severity), f.code, f.window, f.rule, f.statement))
    )


def not_assessed(result: Result, explainer: Explainer) -> tuple[NotAssessed, ...]:
    """Every rule that could not be decided for some binding, with the facts that are missing."""
    out = []
    for rule_id in sorted(result.entries):
        rule = explainer.rules[rule_id]
        missing = _missing(rule, result.entries[rule_id], explainer)
        if missing:
            out.append(NotAssessed(rule_id, rule.title, code_text(rule), missing))
    return tuple(out)


def code_text(rule: Rule) -> str:
    """The code of a rule as its author wrote it, variables with a dollar sign; '' for a rule without a finding."""
    return ":".join(f"${part.name}" if isinstance(part, Var) else str(part.value) for part in rule.head.code)


def may_conclude(rule: Rule, asked: str) -> bool:
    """Whether the code of a rule, its variables standing for any text, can read like the code asked for."""
    template, parts = code_text(rule).split(":"), asked.split(":")
    return len(template) == len(parts) and all(t.startswith("$") or t == p for t, p in zip(template, parts, strict=True))


def _missing(rule: Rule, entries: Iterable[Entry], explainer: Explainer) -> tuple[str, ...]:
    unknown = [entry for entry in entries if entry.status == "unknown"]
    return tuple(dict.fromkeys(explain_entry(entry, rule, explainer.vocabulary) for entry in unknown))


def _finding(fact: Fact, ways: tuple[Derivation, ...], result: Result, explainer: Explainer) -> Finding:
    slots = dict(zip(FINDING_SLOTS, map(str, fact.values), strict=True))
    first = ways[0]
    rule = explainer.rules[first.rule]
    each = _merged([_values(rule, way, explainer.vocabulary) for way in ways])
    values = each[0]
    premises = [line.fact for line in prove(result, fact).lines if line.fact != fact]
    because = tuple(fact_line(premise, explainer) for premise in premises)
    below = by_conclusion(result)
    conditions = tuple(
        dict.fromkeys(
            line
            for way in ways
            for line in explain_derivation(way, rule, explainer.vocabulary, result.facts, ways=below, rules=explainer.rules)
        )
    )
    known = [explainer.thresholds[p.source] for p in rule.params if p.source in explainer.thresholds]
    evidence = [tuple(_named(word, values) for word in (e.ref, e.grade)) for e in rule.evidence]
    refs = [*(ref for ref, _ in evidence), *(ref for k in known for ref in k.sources), *(ref for line in because for ref in line.sources)]
    return Finding(
        code=slots["code"],
        rule=rule.id,
        rule_at=f"{rule.at.file}:{rule.at.line}" if rule.at else "",
        title=rule.title,
        kind=rule.kind,
        severity=slots["severity"],
        evidence=evidence[0][1] if evidence else "",
        about=slots["about"],
        system=slots["system"],
        window=slots["window"],
        statement=" ".join([*_entries(premises, explainer.origins), *_said(rule.say, each, explainer.labels)]),
        advice=" ".join(_said(rule.do, each, explainer.labels)),
        conditions=conditions,
        because=because,
        sources=tuple(ref for ref in dict.fromkeys(refs) if ref in explainer.references),
        unverified=tuple(_marked(k) for k in known if not k.verified),
    )


def _marked(known: KnownValue) -> str:
    """A threshold with its mark."""
    return f"{known.path.rsplit('.', 1)[1]} = {f'{known.value:f} {known.unit}'.removesuffix(' 1')}: {known.mark}"


def _merged(ways: list[dict[str, object]]) -> list[dict[str, object]]:
    """The values of several ways to one finding: ways that differ in one name only are told together, with all of its names.

    >>> _merged([{"drug": "levodopa", "hours": 1}, {"drug": "carbidopa", "hours": 1}])
    [{'drug': ('levodopa', 'carbidopa'), 'hours': 1}]
    """
    for name, first in ways[0].items() if len(ways) > 1 else ():
        if isinstance(first, str) and any(way[name] != first for way in ways):
            together: dict[tuple[object, ...], list[dict[str, object]]] = {}
            for way in ways:
                together.setdefault(tuple(value for other, value in way.items() if other != name), []).append(way)
            each = [tuple(dict.fromkeys(way[name] for way in same)) for same in together.values()]
            ways = [{**same[0], name: told if len(told) > 1 else told[0]} for same, told in zip(together.values(), each, strict=True)]
    return ways


def _said(template: str, each: Iterable[Mapping[str, object]], labels: Labels) -> tuple[str, ...]:
    """What is said of each way, once."""
    return tuple(dict.fromkeys(say(template, values, labels) for values in each)) if template else ()


def _named(word: str, values: Mapping[str, object]) -> str:
    """A word of the rule, or the value of the variable that it names, the first of several."""
    value = values[word[1:]] if word.startswith("$") else word
    return str(value[0] if isinstance(value, tuple) else value)


def _entries(premises: Iterable[Fact], origins: Mapping[Fact, Origin]) -> tuple[str, ...]:
    """What was wrong with which entry, for a finding about the record: the rule knows the field only."""
    return tuple(origins[fact].text for fact in premises if fact.relation in ABOUT_ENTRIES and fact in origins)


def _values(rule: Rule, derivation: Derivation, vocabulary: Vocabulary) -> dict[str, object]:
    """Variables and parameters of a rule as plain values."""
    types = {}
    for pattern in (*rule.scope, *rule.when):
        for slot in pattern.slots:
            if isinstance(slot.term, Var):
                types[slot.term.name] = vocabulary.relations[pattern.relation].slots[slot.index]
    values: dict[str, object] = {param.name: param.value for param in rule.params}
    return values | {name: from_value(types[name], value) for name, value in derivation.binding}


def fact_line(fact: Fact, explainer: Explainer) -> FactLine:
    relation = explainer.vocabulary.relations[fact.relation]
    words = ", ".join(f"{slot.name} {show(slot, value)}" for slot, value in zip(relation.slots, fact.values, strict=True) if value != "")
    origin = explainer.origins.get(fact, Origin(CONCLUDED))
    name, slots = explainer.vocabulary.plain(fact)
    return FactLine(name, slots, f"{name.replace('_', ' ')}: {words}" if words else name, origin.text, origin.sources)
