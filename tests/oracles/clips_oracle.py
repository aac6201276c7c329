"""The perfect model by CLIPS: the core program as ordered facts and rules with salience by stratum."""

from __future__ import annotations

from collections.abc import Iterable

import clips

from neurobalance_expert.engines.lower import Arg, Atom, CoreRule, lower
from neurobalance_expert.fact import Fact, Value
from neurobalance_expert.rules.ir import Const, RuleSet, Test
from neurobalance_expert.vocabulary import Vocabulary

COMPARE = {"below": "<", "at_most": "<=", "above": ">", "at_least": ">="}


class ClipsOracle:
    """CLIPS as an engine."""

    name = "clips"

    def run(self, rules: RuleSet, vocabulary: Vocabulary, facts: Iterable[Fact]) -> frozenset[Fact]:
        """The facts at the end of the run."""
        core = lower(rules, vocabulary)
        names: dict[str, str] = {}
        given = [_fact(names, f.relation, [_ground(v) for v in f.values]) for f in facts]
        built = [_rule(names, number, rule) for number, rule in enumerate(core.rules)]
        environment = clips.Environment()
        for text in built:
            environment.build(text)
        for text in given:
            environment.assert_string(text)
        environment.run()
        back = {short: name for name, short in names.items()}
        atoms = [(back[f.template.name], tuple(f)) for f in environment.facts() if f.template.name in back]
        return core.decode(atoms)


def _rule(names: dict[str, str], number: int, rule: CoreRule) -> str:
    positive = " ".join(_pattern(names, atom) for atom in rule.positive)
    negative = " ".join(f"(not {_pattern(names, atom)})" for atom in rule.negative)
    heads = " ".join(f"(assert {_fact(names, head.relation, [_term(arg) for arg in head.args])})" for head in rule.heads)
    return f"(defrule rule-{number} (declare (salience {-rule.stratum})) {positive} {negative} => {heads})"


def _pattern(names: dict[str, str], atom: Atom) -> str:
    return _fact(names, atom.relation, [_constraint(arg, f"?free_{id(atom)}_{index}") for index, arg in enumerate(atom.args)])


def _constraint(arg: Arg, free: str) -> str:
    if isinstance(arg.term, Const):
        return "&".join([_ground(arg.term.value), *(_compare("", test) for test in arg.tests)])
    variable = f"?v_{arg.term.name}" if arg.term is not None else free if arg.tests else "?"
    return "&".join([variable, *(_compare(variable, test) for test in arg.tests)])


def _compare(variable: str, test: Test) -> str:
    if not isinstance(test.bound, tuple):
        return f":({COMPARE[test.op]} {variable} {test.bound})"
    same = " ".join(f"(eq {variable} {_ground(v)})" for v in test.bound)
    return f":(or FALSE {same})" if test.op == "in" else f":(not (or FALSE {same}))"


def _term(arg: Arg) -> str:
    assert arg.term is not None
    return _ground(arg.term.value) if isinstance(arg.term, Const) else f"?v_{arg.term.name}"


def _fact(names: dict[str, str], relation: str, texts: list[str]) -> str:
    return f"({' '.join([names.setdefault(relation, f'r{len(names)}'), *texts])})"


def _ground(value: Value) -> str:
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
