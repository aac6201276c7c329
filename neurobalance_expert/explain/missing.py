"""Which entries would decide most: the facts that undecided rules wait for, traced down to what a case file can say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice, product

from msgspec import Struct

from neurobalance_expert.engines.base import Entry
from neurobalance_expert.engines.plan import SEVERITY, RulePlan, possible_values
from neurobalance_expert.engines.reference import Evaluation, unify
from neurobalance_expert.explain.answers import Decided, Gap
from neurobalance_expert.explain.findings import Explainer, code_text
from neurobalance_expert.explain.sentences import WORDS, explain_asked, explain_wanted
from neurobalance_expert.explain.told import about, place
from neurobalance_expert.explain.why_not import Never, key_values
from neurobalance_expert.fact import FINDING, SEVERITIES, Value
from neurobalance_expert.rules.ir import Binding, Const, Pattern, Rule, Slot, Var
from neurobalance_expert.vocabulary import Vocabulary

MOST_WAYS = 24  # of one rule and binding; several facts that may each be given by many rules multiply


class Scale(Struct, frozen=True):
    """What 1 stands for in a slot that is a ratio: a limit with its unit, and the name of the quantity."""

    limit: Decimal
    unit: str
    name: str


class Words(Struct, frozen=True):
    """How a missing fact is named for who has to enter it. Both take a relation and its known key values."""

    enter: Callable[[str, Mapping[str, Value]], str]
    scale: Callable[[str, Mapping[str, Value]], Scale | None]


class Need(Struct, frozen=True):
    """A fact that a rule waits for."""

    pattern: Pattern
    rule: Rule
    binding: tuple[tuple[str, Value], ...]
    key: tuple[tuple[str, Value], ...]


class Way(Struct, frozen=True):
    """One way for an undecided rule to be decided: every fact that it waits for."""

    rule: Rule
    binding: tuple[tuple[str, Value], ...]
    needs: tuple[Need, ...]

    @property
    def whole(self) -> dict[str, Value]:
        """The binding of the rule, with what its own missing facts would add."""
        own = [need.binding for need in self.needs if need.rule.id == self.rule.id]
        return dict(pair for binding in (self.binding, *own) for pair in binding)

    @property
    def conclusion(self) -> tuple[str, tuple[object, ...]]:
        """What the way leads to: the rule, and the values of the variables of its head that are known."""
        whole = self.whole
        return self.rule.id, (*possible_values(self.rule.head, whole)[SEVERITY:], _code(self.rule, whole))


def gaps(case: Evaluation, explainer: Explainer, words: Words, never: Never) -> tuple[Gap, ...]:
    """What was not recorded, by where it is entered: the most severe and the most rules that it decides alone first.

    The order does not depend on the order of rules.
    """
    found: dict[str, dict[Way, list[Need]]] = {}
    ways = tuple(_Tracer(case, never).ways())
    for way in ways:
        for need in way.needs:
            found.setdefault(_entry(need, explainer.vocabulary, words), {}).setdefault(way, []).append(need)
    told = _Told(case, explainer, words, Counter(way.conclusion for way in ways))
    made = [told.gap(enter, chosen) for enter, chosen in found.items()]
    return tuple(sorted(made, key=_rank))


def undecided(case: Evaluation) -> int:
    """How many rules with a finding are unknown for some binding."""
    return sum(
        any(entry.status == "unknown" for entry in case.entries[plan.rule.id])
        for plan in case.ready.plans
        if plan.rule.id in case.entries and plan.rule.head.relation == FINDING
    )


class _Tracer:
    """Follows what is missing through intermediate conclusions down to facts of the case."""

    def __init__(self, case: Evaluation, never: Never) -> None:
        self.case, self.never = case, never
        self.vocabulary = case.ready.vocabulary
        self.plans = {plan.rule.id: plan for plan in case.ready.plans if plan.rule.id in case.entries}
        self.written = _written(plan.rule for plan in self.plans.values())

    def ways(self) -> Iterator[Way]:
        """Every way to decide every undecided rule with a finding."""
        for rule_id in sorted(self.plans):
            plan = self.plans[rule_id]
            if plan.rule.head.relation == FINDING:
                for entry in self._unknown(plan):
                    yield from (Way(plan.rule, entry.binding, needs) for needs in dict.fromkeys(self._needs(plan, entry)))

    def _unknown(self, plan: RulePlan) -> list[Entry]:
        return [entry for entry in self.case.entries[plan.rule.id] if entry.status == "unknown"]

    def _needs(self, plan: RulePlan, entry: Entry) -> Iterator[tuple[Need, ...]]:
        """The sets of facts of the case that would meet every missing condition."""
        patterns = [plan.positive[plan.numbers[label]] for label in entry.missing]
        each = [list(self._given(plan, pattern, dict(entry.binding))) for pattern in patterns]
        for chosen in islice(product(*each), MOST_WAYS):
            yield tuple(dict.fromkeys(need for needs in chosen for need in needs))

    def _given(self, plan: RulePlan, pattern: Pattern, binding: dict[str, Value]) -> Iterator[tuple[Need, ...]]:
        relation = self.vocabulary.relations[pattern.relation]
        if not relation.derived:
            yield from ((need,) for need in self._facts(plan.rule, pattern, binding))
            return
        step = plan.step(plan.numbers[pattern.label], frozenset(binding))
        for below in self.plans.values():
            if below.rule.head.relation == pattern.relation:
                for entry in self._unknown(below):
                    if unify(step, possible_values(below.rule.head, dict(entry.binding)), binding) is not None:
                        yield from self._needs(below, entry)

    def _facts(self, rule: Rule, pattern: Pattern, binding: dict[str, Value]) -> Iterator[Need]:
        """The missing fact; where its key is open, one for each value that a rule names and that is not recorded."""
        key = self.vocabulary.relations[pattern.relation].key
        known = key_values(pattern, self.vocabulary, binding)
        free = [slot for slot in pattern.slots if slot.name in key and slot.name not in known]
        choices = [self._named(pattern, slot) for slot in free]
        for values in product(*choices):
            more = {slot.name: value for slot, value in zip(free, values, strict=True) if value is not None}
            named = {slot.term.name: more[slot.name] for slot in free if isinstance(slot.term, Var) and slot.name in more}
            whole = {**known, **more}
            if not self._recorded(pattern.relation, whole) and not self.never(pattern.relation, whole):
                yield Need(pattern, rule, tuple(sorted({**binding, **named}.items())), tuple(sorted(whole.items())))

    def _named(self, pattern: Pattern, slot: Slot) -> Sequence[Value | None]:
        """The values that any rule names for a slot and that this condition allows; None for any value, when none is named."""
        named = self.written.get((pattern.relation, slot.name), ())
        return [value for value in named if all(test.holds(value) for test in slot.tests)] or (None,)

    def _recorded(self, relation: str, key: Mapping[str, Value]) -> bool:
        spec = self.vocabulary.relations[relation]
        if key.keys() != set(spec.key):
            return False
        return any(
            all(fact.values[spec.index(name)] == value for name, value in key.items()) for fact in self.case.store.of.get(relation, ())
        )


def _written(rules: Iterable[Rule]) -> dict[tuple[str, str], tuple[Value, ...]]:
    """The values that rules name, by relation and slot."""
    found: dict[tuple[str, str], set[Value]] = {}
    for rule in rules:
        for pattern in (*rule.scope, *rule.when, *rule.unless):
            for slot in pattern.slots:
                values = [slot.term.value] if isinstance(slot.term, Const) else []
                values += [value for test in slot.tests if test.op == "in" and isinstance(test.bound, tuple) for value in test.bound]
                found.setdefault((pattern.relation, slot.name), set()).update(values)
    return {place: tuple(sorted(values, key=str)) for place, values in found.items()}


def _entry(need: Need, vocabulary: Vocabulary, words: Words) -> str:
    """Where the fact is entered; what it is, where that is not known."""
    return words.enter(need.pattern.relation, dict(need.key)) or _what(need, vocabulary, words)


def _what(need: Need, vocabulary: Vocabulary, words: Words) -> str:
    scale = words.scale(need.pattern.relation, dict(need.key))
    if scale is not None:
        return scale.name
    return explain_wanted(need.pattern, vocabulary, need.rule.params, binding=dict(need.binding))


class _Told:
    """Gaps in words."""

    def __init__(self, case: Evaluation, explainer: Explainer, words: Words, ways: Mapping[object, int]) -> None:
        self.explainer, self.words, self.ways = explainer, words, ways
        self.overriders = {plan.rule.id: tuple(rule for rule, _ in plan.overriders) for plan in case.ready.plans}

    def gap(self, enter: str, ways: Mapping[Way, list[Need]]) -> Gap:
        """One gap: what it is, and what it decides."""
        needs = [need for chosen in ways.values() for need in chosen]
        waiting = {way.rule.id for way in ways}
        told = dict.fromkeys(self._decided(way, chosen, enter, waiting) for way, chosen in ways.items())
        decided = sorted(told, key=_decided_rank)
        alone = [one for one in decided if not one.also_missing]
        return Gap(
            what=tuple(dict.fromkeys(_what(need, self.explainer.vocabulary, self.words) for need in needs)),
            enter=enter if self.words.enter(needs[0].pattern.relation, dict(needs[0].key)) else "",
            highest_severity=max((one.severity for one in alone or decided), key=SEVERITIES.index),
            alone=len({one.rule for one in alone}),
            rules=len({one.rule for one in decided}),
            decides=tuple(decided),
        )

    def _decided(self, way: Way, chosen: Iterable[Need], enter: str, waiting: Collection[str]) -> Decided:
        vocabulary, whole = self.explainer.vocabulary, way.whole
        others = [need for need in way.needs if _entry(need, vocabulary, self.words) != enter]
        return Decided(
            rule=way.rule.id,
            at=place(way.rule),
            concludes=_code(way.rule, whole),
            severity=_severity(way.rule, whole),
            about=about(way.rule, whole, self.explainer),
            when=tuple(dict.fromkeys(_asked(need, self.explainer, self.words) for need in chosen)),
            also_missing=tuple(dict.fromkeys(_what(need, vocabulary, self.words) for need in others)),
            otherwise="excluded" if self.ways[way.conclusion] == 1 else "this_way_excluded",
            spoken_for_by=tuple(rule for rule in self.overriders[way.rule.id] if rule in waiting),
        )


def _asked(need: Need, explainer: Explainer, words: Words) -> str:
    """When the condition would hold: ``below 148 pmol/L``."""
    scale = words.scale(need.pattern.relation, dict(need.key))
    tests = [test for slot in need.pattern.slots for test in slot.tests if isinstance(test.bound, int)]
    if scale is not None and tests:
        slots = explainer.vocabulary.relations[need.pattern.relation].slots
        scaled = [
            f"{WORDS[test.op]} {(scale.limit * slots[slot.index].unscaled(test.bound)).normalize():f} {scale.unit}"
            for slot in need.pattern.slots
            for test in slot.tests
            if isinstance(test.bound, int)
        ]
        return f"{scale.name} is {' and '.join(scaled)}"
    what = explain_wanted(need.pattern, explainer.vocabulary, need.rule.params, binding=dict(need.binding))
    asked = explain_asked(need.pattern, explainer.vocabulary, need.rule.params, binding=dict(need.binding))
    return f"{what}: {', '.join(asked)}" if asked else f"{what} is recorded"


def _code(rule: Rule, binding: Binding) -> str:
    """The code that would be concluded, variables that are not known with a dollar sign."""
    parts = [binding.get(p.name, f"${p.name}") if isinstance(p, Var) else p.value for p in rule.head.code]
    return ":".join(map(str, parts)) or code_text(rule)


def _severity(rule: Rule, binding: Binding) -> str:
    """The severity of the finding; the highest, where the variable that says it is not known."""
    term = rule.head.terms[SEVERITY]
    value = binding.get(term.name) if isinstance(term, Var) else term.value if term is not None else None
    return str(value) if value is not None else SEVERITIES[-1]


def _decided_rank(one: Decided) -> tuple[object, ...]:
    return bool(one.also_missing), -SEVERITIES.index(one.severity), one.concludes, one.rule, one.about, one.when


def _rank(gap: Gap) -> tuple[object, ...]:
    severity = SEVERITIES.index(gap.highest_severity) if gap.alone else -1
    return -severity, -gap.alone, -gap.rules, gap.what, gap.enter
