"""Rules taken together: unique ids, open and closed worlds, layers, overriding, exclusive codes, and what a stable rule must have."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from neurobalance_expert.errors import Problems, Span, did_you_mean
from neurobalance_expert.fact import FINDING
from neurobalance_expert.rules.declared import Declared, check_declared
from neurobalance_expert.rules.facts_file import add_left_out
from neurobalance_expert.rules.ir import RUNNING, Const, Rule, RuleSet, Var
from neurobalance_expert.rules.reading import join_types
from neurobalance_expert.rules.values import UnfitError, describe_slot
from neurobalance_expert.vocabulary import SlotType, Vocabulary

NOTHING_DECLARED = Declared()


class Edge(Struct, frozen=True):
    """``upper`` must be evaluated after ``lower``. ``kind`` and ``relation`` say why."""

    upper: str
    lower: str
    kind: str  # uses | negates | overridden
    relation: str = ""

    def sentence(self) -> str:
        """The edge in words."""
        if self.kind == "overridden":
            return f"'{self.lower}' overrides '{self.upper}'"
        return f"'{self.upper}' {self.kind} '{self.relation}', which '{self.lower}' concludes"


def build_ruleset(
    rules: Sequence[Rule],
    exclusive: Sequence[tuple[str, ...]],
    vocabulary: Vocabulary,
    problems: Problems,
    *,
    complete: bool = True,
    declared: Declared = NOTHING_DECLARED,
) -> RuleSet:
    """The rules that run, in layers. All rules are checked, also drafts and retired ones; problems are added, nothing is raised.

    Args:
        rules: Parsed rules of all files.
        exclusive: Groups of codes that must not appear together.
        vocabulary: Relations and slots.
        problems: Where everything wrong is added.
        complete: A stable rule needs evidence and tests. False to try rules out.
        declared: What the files declare for ``rules analyze``.
    """
    by_id = _unique(rules, problems)
    ordered = tuple(by_id[name] for name in sorted(by_id))
    running = tuple(rule for rule in ordered if rule.status in RUNNING)
    open_relations = find_open(running, vocabulary)
    for rule in ordered:
        _check_negation(rule, open_relations, problems)
        if complete:
            _check_complete(rule, problems)
        _check_overrides(rule, by_id, vocabulary, problems)
    _check_tests(ordered, vocabulary, problems)
    _check_cycles(by_id, _edges(ordered), problems)
    _check_exclusive(ordered, exclusive, problems)
    check_declared(declared, by_id, problems)
    groups = tuple(tuple(map(str, group)) for group in exclusive)
    return RuleSet(running, _strata(running), open_relations, groups, declared.together, declared.partition)


def find_open(rules: Iterable[Rule], vocabulary: Vocabulary) -> frozenset[str]:
    """Relations whose missing facts mean "not known": open ones that are given, and those that a rule concludes from an open one."""
    found = {name for name, relation in vocabulary.relations.items() if relation.open and not relation.derived}
    todo = [rule for rule in rules if rule.head.relation != FINDING]
    while True:
        new = {rule.head.relation for rule in todo if any(p.relation in found and not p.absent for p in (*rule.scope, *rule.when))}
        if new <= found:
            return frozenset(found)
        found |= new


def overriders(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """The rules that override each rule, by its id."""
    out: dict[str, list[Rule]] = {}
    for rule in rules:
        for other in rule.overrides:
            out.setdefault(other, []).append(rule)
    return out


def slots_read(rules: Iterable[Rule]) -> dict[str, frozenset[str]]:
    """The slots of each relation that any condition of the rules looks at."""
    out: dict[str, set[str]] = {}
    for rule in rules:
        for pattern in (*rule.scope, *rule.when, *rule.unless):
            out.setdefault(pattern.relation, set()).update(slot.name for slot in pattern.slots)
    return {name: frozenset(slots) for name, slots in out.items()}


def _unique(rules: Sequence[Rule], problems: Problems) -> dict[str, Rule]:
    by_id: dict[str, Rule] = {}
    for rule in rules:
        first = by_id.setdefault(rule.id, rule)
        if first is not rule:
            also = ((first.at, "first defined here"),) if first.at else ()
            why = "findings, records and overrides name a rule by its id"
            what = f"two rules have the id '{rule.id}'"
            problems.add("NB-R070", what, rule.at, label="second rule", why=why, fix="rename one of them", also=also)
    return by_id


def _check_negation(rule: Rule, open_relations: frozenset[str], problems: Problems) -> None:
    for pattern in rule.unless:
        if pattern.relation in open_relations and not pattern.absent:
            problems.add(
                "NB-R071",
                f"'unless' looks at '{pattern.relation}', of which a missing fact means 'not known'",
                pattern.at,
                label="open relation without 'missing: absent'",
                why="what was not recorded would count as known to be absent, and the rule would fire on it",
                fix="add 'missing: absent' beside the relation if that is what is meant",
            )


def _check_complete(rule: Rule, problems: Problems) -> None:
    if rule.status != "stable":
        return
    for name, there in (("evidence", rule.evidence), ("tests", rule.tests)):
        if not there:
            what = f"the stable rule '{rule.id}' has no {name}"
            why = "stable means that others may rely on it: its source can be looked up and its edges are tried"
            problems.add("NB-R076", what, rule.at, why=why, fix=f"add '{name}:', or set 'status: experimental'")


def _check_overrides(rule: Rule, by_id: Mapping[str, Rule], vocabulary: Vocabulary, problems: Problems) -> None:
    for name in rule.overrides:
        at = getattr(name, "at", None) or rule.at
        other = by_id.get(name)
        if other is None and name in {_kebab(r) for r in by_id}:
            continue  # the id of that rule is a problem already
        if other is None:
            why = "a misspelt override would leave both rules speaking"
            known = [r for r in by_id if r != rule.id]
            fix = did_you_mean(name, known, otherwise="check the id; files that are not loaded are not seen")
            problems.add("NB-R073", f"'{rule.id}' overrides '{name}', and there is no such rule", at, why=why, fix=fix)
            continue
        mine, theirs = variable_types(rule, vocabulary), variable_types(other, vocabulary)
        for variable in sorted(mine.keys() & theirs.keys()):
            try:
                join_types(variable, mine[variable], theirs[variable])
            except UnfitError:
                problems.add(
                    "NB-R077",
                    f"'${variable}' means something else in '{name}'",
                    at,
                    label=f"here {describe_slot(mine[variable])}, there {describe_slot(theirs[variable])}",
                    why="an override applies where the shared variables are equal, and these never are",
                    fix=f"rename '${variable}' in one of the two rules",
                )


def _kebab(rule_id: str) -> str:
    """What an id was most likely meant to be."""
    return re.sub(r"[^a-z0-9]+", "-", rule_id.lower()).strip("-")


def variable_types(rule: Rule, vocabulary: Vocabulary) -> dict[str, SlotType]:
    """The narrowest slot type of each variable that the positive conditions bind."""
    out: dict[str, SlotType] = {}
    for pattern in (*rule.scope, *rule.when):
        for slot in pattern.slots:
            if isinstance(slot.term, Var):
                here = vocabulary.relations[pattern.relation].slots[slot.index]
                first = out.setdefault(slot.term.name, here)
                out[slot.term.name] = here if (first.kind, here.kind) == ("id", "enum") else first
    return out


def _check_tests(rules: Sequence[Rule], vocabulary: Vocabulary, problems: Problems) -> None:
    """A fact in a test must have every slot that is compared: one that is left out would count as known to be false."""
    above = overriders(rules)
    for rule in rules:
        read = slots_read((rule, *above.get(rule.id, ())))
        noted: set[tuple[str, tuple[str, ...]]] = set()
        for test in rule.tests:
            for fact in test.facts:
                slots = vocabulary.relations[fact.relation].slots
                wanted = read.get(fact.relation, frozenset())
                lacking = tuple(s.name for s, v in zip(slots, fact.values, strict=True) if v == "" and s.name in wanted)
                if lacking and (fact.relation, lacking) not in noted:
                    noted.add((fact.relation, lacking))
                    add_left_out(problems, fact.relation, lacking, test.at or rule.at or Span("", 1, 1))


# --- layers -------------------------------------------------------------------------------------------------------


def _edges(rules: Sequence[Rule]) -> list[Edge]:
    concluders: dict[str, list[str]] = {}
    for rule in rules:
        concluders.setdefault(rule.head.relation, []).append(rule.id)
    names = {rule.id for rule in rules}
    out: list[Edge] = []
    for rule in rules:
        for kind, patterns in (("uses", (*rule.scope, *rule.when)), ("negates", rule.unless)):
            for pattern in patterns:
                out += [Edge(rule.id, lower, kind, pattern.relation) for lower in concluders.get(pattern.relation, ())]
        out += [Edge(str(other), rule.id, "overridden") for other in rule.overrides if other in names]
    return out


def _strata(rules: Sequence[Rule]) -> dict[str, int]:
    """The layer of each rule: one more than the highest below it. Rules of a circle (a problem already) count as layer 0 to each other."""
    below: dict[str, set[str]] = {rule.id: set() for rule in rules}
    for edge in _edges(rules):
        below[edge.upper].add(edge.lower)
    out: dict[str, int] = {}
    begun: set[str] = set()
    todo = [rule.id for rule in reversed(rules)]
    while todo:
        name = todo.pop()
        if name in out:
            continue
        waiting = [other for other in sorted(below[name]) if other not in begun]
        begun.add(name)
        if waiting:
            todo += [name, *waiting]
        else:
            out[name] = max((out.get(other, 0) + 1 for other in below[name]), default=0)
    return out


def _check_cycles(by_id: Mapping[str, Rule], edges: Sequence[Edge], problems: Problems) -> None:
    """One problem for each group of rules that depend on one another, with the shortest circle through its worst edge."""
    from_upper: dict[str, list[Edge]] = {}
    for edge in edges:
        from_upper.setdefault(edge.upper, []).append(edge)
    done: set[str] = set()
    worst = {"negates": 0, "overridden": 1, "uses": 2}
    for edge in sorted(edges, key=lambda e: (worst[e.kind], e.upper, e.lower, e.relation)):
        if edge.upper in done or edge.lower in done:
            continue
        back = _path(from_upper, edge.lower, edge.upper)
        if back is None:
            continue
        cycle = [edge, *back]
        done |= _group(from_upper, edge.upper)
        _add_cycle(by_id, cycle, problems)


def _path(edges: Mapping[str, list[Edge]], start: str, end: str) -> list[Edge] | None:
    """The shortest way down from one rule to another; [] when they are the same, None when there is none."""
    came: dict[str, Edge] = {}
    todo = deque([start])
    while todo:
        here = todo.popleft()
        if here == end:
            path: list[Edge] = []
            while here != start:
                path.append(came[here])
                here = came[here].upper
            return path[::-1]
        for edge in sorted(edges.get(here, ()), key=lambda e: (e.lower, e.kind)):
            if edge.lower not in came and edge.lower != start:
                came[edge.lower] = edge
                todo.append(edge.lower)
    return None


def _group(edges: Mapping[str, list[Edge]], name: str) -> set[str]:
    """The rules that reach this one and are reached from it."""
    reached: set[str] = set()
    todo = [name]
    while todo:
        here = todo.pop()
        if here not in reached:
            reached.add(here)
            todo += [edge.lower for edge in edges.get(here, ())]
    return {other for other in reached if _path(edges, other, name) is not None}


def _add_cycle(by_id: Mapping[str, Rule], cycle: Sequence[Edge], problems: Problems) -> None:
    kinds = {edge.kind for edge in cycle}
    names = " -> ".join([edge.upper for edge in cycle] + [cycle[0].upper])
    if kinds == {"overridden"}:
        code, what = "NB-R074", "rules override each other in a circle"
        why, fix = "whether a rule fired must be known before it overrides another", "remove one of the overrides"
    elif "overridden" in kinds:
        code, what = "NB-R074", "a rule overrides one that it depends on"
        why = "once it fired, the reason why it fired would be gone"
        fix = "remove the override, or let the two rules share a condition instead"
    elif "negates" in kinds:
        code, what = "NB-R072", "rules depend on each other through 'unless'"
        why = "each would wait for the other to be decided; no order of evaluation can be right"
        fix = "remove one of these conditions, or split a rule so that its conclusion does not depend on itself"
    else:
        code, what = "NB-R072", "rules depend on each other in a circle"
        why, fix = "version 1 of the language has no recursion", "remove one of these conditions"
    also = tuple((at, edge.sentence()) for edge in cycle[1:] if (at := _place(by_id, edge)))
    at = _place(by_id, cycle[0])
    problems.add(code, f"{what}: {names}", at, label=cycle[0].sentence(), why=why, fix=fix, also=also)


def _place(by_id: Mapping[str, Rule], edge: Edge) -> Span | None:
    """Where the condition or override stands that an edge comes from."""
    upper, lower = by_id[edge.upper], by_id[edge.lower]
    if edge.kind == "overridden":
        return next((getattr(name, "at", None) for name in lower.overrides if name == upper.id), None) or lower.at
    patterns = upper.unless if edge.kind == "negates" else (*upper.scope, *upper.when)
    return next((p.at for p in patterns if p.relation == edge.relation), None) or upper.at


# --- exclusive codes ----------------------------------------------------------------------------------------------


def _check_exclusive(rules: Sequence[Rule], exclusive: Sequence[tuple[str, ...]], problems: Problems) -> None:
    codes = [tuple(t.value if isinstance(t, Const) else None for t in rule.head.code) for rule in rules if rule.head.code]
    constant = [":".join(map(str, parts)) for parts in codes if None not in parts]
    for group in exclusive:
        for code in group:
            parts = code.split(":")
            if not any(len(c) == len(parts) and all(a is None or a == b for a, b in zip(c, parts, strict=True)) for c in codes):
                problems.add(
                    "NB-R075",
                    f"no rule concludes the exclusive code '{code}'",
                    getattr(code, "at", None),
                    why="a misspelt code would let both conclusions stand without a word",
                    fix=did_you_mean(code, constant, otherwise="write the code as the rule does, with values for its variables"),
                )
