"""The perfect model by clingo (stable models): the core program as text, solved, read back."""

from __future__ import annotations

from collections.abc import Iterable

import clingo

from neurobalance_expert.engines.lower import Arg, Atom, lower
from neurobalance_expert.fact import Fact, Value
from neurobalance_expert.rules.ir import Const, RuleSet, Test
from neurobalance_expert.vocabulary import Vocabulary

COMPARE = {"below": "<", "at_most": "<=", "above": ">", "at_least": ">="}


class ClingoOracle:
    """clingo as an engine."""

    name = "clingo"

    def run(self, rules: RuleSet, vocabulary: Vocabulary, facts: Iterable[Fact]) -> frozenset[Fact]:
        """The one stable model. Raises AssertionError when there are none or several."""
        core = lower(rules, vocabulary)
        names: dict[str, str] = {}
        lines = [f"{_name(names, f.relation)}{_tuple([_ground(v) for v in f.values])}." for f in facts]
        for number, rule in enumerate(core.rules):
            body = [text for atom in rule.positive for text in _literal(names, atom, "P")]
            for index, atom in enumerate(rule.negative):
                helper = f"none_{number}_{index}"
                shared = sorted({f"V_{arg.term.name}" for arg in atom.args if arg.term is not None and not isinstance(arg.term, Const)})
                lines.append(f"{helper}{_tuple(shared)} :- {', '.join(_literal(names, atom, 'N'))}.")
                body.append(f"not {helper}{_tuple(shared)}")
            for head in rule.heads:
                lines.append(f"{_name(names, head.relation)}{_tuple([_term(arg) for arg in head.args])} :- {', '.join(body)}.")
        control = clingo.Control(["--warn=none", "0"])
        control.add("base", [], "\n".join(lines))
        control.ground([("base", [])])
        back = {short: name for name, short in names.items()}
        models = []
        with control.solve(yield_=True) as handle:
            for model in handle:
                atoms = [(back[s.name], tuple([_value(a) for a in s.arguments])) for s in model.symbols(atoms=True) if s.name in back]
                models.append(core.decode(atoms))
        assert len(models) == 1, f"{len(models)} stable models"
        return models[0]


def _literal(names: dict[str, str], atom: Atom, prefix: str) -> list[str]:
    """The atom and its comparisons; a slot with a comparison and no variable gets a name of its own."""
    args, tests = [], []
    for index, arg in enumerate(atom.args):
        text = _term(arg)
        if text == "_" and arg.tests:
            text = f"{prefix}_{id(atom)}_{index}"
        args.append(text)
        tests += [_compare(text, test) for test in arg.tests]
    return [_name(names, atom.relation) + _tuple(args), *(text for group in tests for text in group)]


def _compare(text: str, test: Test) -> list[str]:
    if not isinstance(test.bound, tuple):
        return [f"{text} {COMPARE[test.op]} {test.bound}"]
    if test.op == "in":
        return [f"{text} = ({';'.join(_ground(v) for v in test.bound)})"]
    return [f"{text} != {_ground(v)}" for v in test.bound]


def _term(arg: Arg) -> str:
    if arg.term is None:
        return "_"
    return _ground(arg.term.value) if isinstance(arg.term, Const) else f"V_{arg.term.name}"


def _tuple(texts: list[str]) -> str:
    return f"({','.join(texts)})" if texts else ""


def _ground(value: Value) -> str:
    return str(value) if isinstance(value, int) else str(clingo.String(value))


def _value(symbol: clingo.Symbol) -> Value:
    return symbol.number if symbol.type == clingo.SymbolType.Number else symbol.string


def _name(names: dict[str, str], relation: str) -> str:
    return names.setdefault(relation, f"r{len(names)}")
