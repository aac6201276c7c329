"""Lints about numbers: where they are written, and how fine they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from neurobalance_expert.errors import Span
from neurobalance_expert.knowledge.values import KnownValue
from neurobalance_expert.lint.logic import slot_type
from neurobalance_expert.lint.material import Found, Material, RuleText
from neurobalance_expert.lint.places import replace, written
from neurobalance_expert.lint.registry import Lint, in_all, in_rule
from neurobalance_expert.rules.patterns import ORDERINGS
from neurobalance_expert.rules.values import UnfitError, in_unit, plain, read_quantity
from neurobalance_expert.source import Data, Keys
from neurobalance_expert.units import Quantity, UnitError, convert, normal
from neurobalance_expert.vocabulary import SlotType

NAMED = Lint(
    "NB-L020", "number-has-a-name", "warning",
    what="A rule compares with a number that other rules take from knowledge.thresholds for the same slot.",
    why="the two would come apart when the threshold moves, and a report could not cite the number",
    fix="add the threshold to 'params' and compare with the parameter",
    bad=(
        "- crowded: {aa: {bind: $aa, in: [trp, tyr]}, window: $w}\n"
        "- dose: {substance: tyrosine, mg: {at_least: 500}}"
    ),
    good="- crowded: {aa: {bind: $aa, in: [trp, tyr]}, window: $w}",
)  # fmt: skip
QUOTED = Lint(
    "NB-L021", "number-in-quotes", "info",
    what="A bare number stands in quotes.",
    why="quotes are for a number with its unit, and a reader looks for the unit",
    fix="remove the quotes",
    bad='margin: "0"',
    good="margin: 0",
    mends=frozenset(),
)  # fmt: skip
STEP = Lint(
    "NB-L022", "step-finer-than-slot", "warning",
    what="A threshold moves in steps that its slot does not have.",
    why="values are rounded to the resolution of the slot, so two neighbouring thresholds would act as one",
    fix="give the threshold the step of the slot, or the slot a finer resolution",
    bad='influx_low: {value: 0.85, unit: "1", step: 0.001,',
    good='influx_low: {value: 0.85, unit: "1", step: 0.01,',
)  # fmt: skip
IDLE = Lint(
    "NB-L023", "threshold-unused", "warning",
    what="No rule compares with a threshold of knowledge.thresholds.",
    why="whoever changes it expects that something changes",
    fix="remove the threshold, or name it in the 'params' of the rule that it was meant for",
    bad=(
        'night_low: {value: 0.9, unit: "1", step: 0.01, source: smith1987, evidence: C, verified: true, meaning: Low}\n'
        "dose_high: {value: 500, unit: mg,"
    ),
    good="dose_high: {value: 500, unit: mg,",
    whole=True,
)  # fmt: skip
IN_TEXT = Lint(
    "NB-L018", "number-in-the-text", "warning",
    what="A text says in digits what a condition compares with.",
    why="when the threshold moves, the text goes on to say the old number",
    fix="print the parameter, such as {{ limit | mg }}",
    bad="say: The entry of tryptophan fell to {{ ratio | percent }}, less than 0.85 of the fasting rate.",
    good="say: The entry of tryptophan fell to {{ ratio | percent }}.",
)  # fmt: skip
UNIT = Lint(
    "NB-L024", "unit-nearly-known", "warning",
    what="A slot has a unit that the program does not know and that looks like one that it knows.",
    why="an unknown unit is a unit of its own, to which nothing can be converted",
    fix="correct the unit",
    bad="length_h: {type: number, unit: hh, resolution: 0.1}",
    good="length_h: {type: number, unit: h, resolution: 0.1}",
    whole=True,
)  # fmt: skip
VOCABULARY = "knowledge/vocabulary.yaml"
PROGRAM_USES = ("coverage_limit", "ranking_coverage_limit", "fragile_share")  # read by name, not by a rule
_DIGITS = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\d)")
TELLING = (Decimal(0), Decimal(1))  # numbers that mean themselves: nothing, and the meeting point of a ratio


@in_rule(NAMED)
def has_a_name(text: RuleText, material: Material) -> Iterator[Found]:
    """A number in an ordering, or in ``params``, that is a threshold which another rule compares with the same slot."""
    for relation, slot_name, value, at in _own_numbers(text, material):
        for threshold in material.compared.get((relation, slot_name), ()):
            slot = material.vocabulary.relations[relation].slot(slot_name)
            if value not in TELLING and _in_unit(threshold, slot.unit) == value:
                fix = f"name it in 'params', such as {{limit: {threshold.path}}}, and compare with $limit"
                yield Found(f"{value} is the threshold '{threshold.path}'", at, fix=fix)


def _bounds(text: RuleText, material: Material) -> Iterator[tuple[str, SlotType, int, str]]:
    """Relation, slot, bound in steps of the slot and name of the parameter ('' for none) of each ordering."""
    for pattern in (*text.rule.scope, *text.rule.when, *text.rule.unless):
        for slot in pattern.slots:
            for test in slot.tests:
                if isinstance(test.bound, int):
                    yield pattern.relation, slot_type(pattern, slot, material.vocabulary), test.bound, test.param


def _own_numbers(text: RuleText, material: Material) -> Iterator[tuple[str, str, Decimal, Span]]:
    """Relation, slot, number in the unit of the slot and place of each number of an ordering that stands in the rule itself."""
    for keys, relation, slot_name, data in _orderings(text, material):
        kind = material.vocabulary.relations[relation].slot(slot_name)
        try:
            number = read_quantity(slot_name, data, own=(kind.unit,))
            yield relation, slot_name, in_unit(kind, number) if isinstance(number, Quantity) else number, text.at(*keys)
        except UnfitError:
            continue  # the name of a parameter
    own = {param.name for param in text.rule.params if not param.source}
    for relation, kind, bound, param in _bounds(text, material):
        if param in own:
            yield relation, kind.name, kind.unscaled(bound), text.at("params", param)


def _orderings(text: RuleText, material: Material) -> Iterator[tuple[Keys, str, str, Data]]:
    for part in ("scope", "when", "unless"):
        for i, item in text.conditions(part):
            for relation, slots in item.items():
                for slot, test in slots.items() if isinstance(slots, dict) and relation in material.vocabulary.relations else ():
                    for name, data in test.items() if isinstance(test, dict) else ():
                        if name in ORDERINGS:
                            yield (part, i, relation, slot, name), relation, slot, data


def _in_unit(known: KnownValue, unit: str) -> Decimal | None:
    try:
        return convert(known.value, known.unit, unit)
    except UnitError:
        return None


@in_rule(IN_TEXT)
def in_text(text: RuleText, material: Material) -> Iterator[Found]:
    """A number of an ordering as a number of its own in title, say or do, but for 0 and 1."""
    bounds = {plain(kind, bound) for _, kind, bound, _ in _bounds(text, material)}
    for key, words in (("title", text.rule.title), ("say", text.rule.say), ("do", text.rule.do)):
        for number in dict.fromkeys(_DIGITS.findall(words)):
            if number in bounds and Decimal(number) not in TELLING:
                yield Found(f"'{key}' says {number}, which a condition compares with", text.at_key(key))


@in_rule(QUOTED)
def in_quotes(text: RuleText, material: Material) -> Iterator[Found]:
    """A quoted number without unit, where the quotes change nothing: orderings, params, margins."""
    places: list[tuple[Keys, Data]] = [(keys, data) for keys, _, _, data in _orderings(text, material)]
    params, tests = text.data.get("params"), text.data.get("tests")
    places += [(("params", name), data) for name, data in params.items()] if isinstance(params, dict) else []
    for i, test in enumerate(tests if isinstance(tests, list) else []):
        expect = test.get("expect") if isinstance(test, dict) else None
        if isinstance(expect, dict) and "margin" in expect:
            places.append((("tests", i, "expect", "margin"), expect["margin"]))
    for keys, data in places:
        raw = written(text.document, text.at(*keys))
        if isinstance(data, str) and raw[:1] in "\"'" and _is_number(data):
            yield Found(f"the number {data} stands in quotes", text.at(*keys), edits=replace(text.document, text.at(*keys), data))


def _is_number(data: str) -> bool:
    return data.replace(".", "", 1).isdecimal() and data[:1] != "." and data[-1:] != "."


@in_rule(STEP)
def step_too_fine(text: RuleText, material: Material) -> Iterator[Found]:
    """A threshold whose step is below the resolution of a slot that it is compared with."""
    sources = {p.name: material.thresholds[p.source] for p in text.rule.params if p.source in material.thresholds}
    for _, kind, _, param in _bounds(text, material):
        known = sources.get(param)
        if known is not None and _step(known, kind.unit) < kind.resolution:
            what = f"'{known.path}' moves by {known.step} {known.unit}, and '{kind.name}' is rounded to {kind.resolution} {kind.unit}"
            yield Found(what, text.at("params", param), also=((known.at, "the threshold"),) if known.at else ())


def _step(known: KnownValue, unit: str) -> Decimal:
    try:
        return convert(known.step, known.unit, unit)
    except UnitError:
        return Decimal("Infinity")


@in_all(IDLE)
def threshold_unused(material: Material) -> Iterator[Found]:
    """Thresholds that neither a rule nor the program names."""
    if not (material.whole and material.tables):
        return
    used = {param.source for text in material.rules for param in text.rule.params}
    for path, known in material.thresholds.items():
        if path not in used and path.rsplit(".", 1)[-1] not in PROGRAM_USES and known.at:
            yield Found(f"no rule compares with '{path}'", known.at)


@in_all(UNIT)
def unit_nearly_known(material: Material) -> Iterator[Found]:
    """A unit of the vocabulary for which there is a near one."""
    document = material.tables.get(VOCABULARY)
    for relation in material.vocabulary.relations.values() if document is not None else ():
        for slot in relation.slots:
            hint = _near_unit(slot.unit) if slot.kind == "number" else ""
            if hint and document is not None:
                at = document.at("relations", relation.name, "slots", slot.name, "unit")
                yield Found(f"'{slot.name}' of '{relation.name}' has the unit '{slot.unit}'", at, fix=hint)


def _near_unit(unit: str) -> str:
    """What an unknown unit was most likely meant to be; '' for a known one, and for one like none."""
    try:
        normal(unit)
    except UnitError as error:
        hint = str(error).rpartition("; ")[2]
        return hint if hint.startswith("did you mean") else ""
    return ""
