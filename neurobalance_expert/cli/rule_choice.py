"""Which rules a command is about: those of paths, of a knowledge base or of packs, all or by their ids."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import knowledge_layers
from neurobalance_expert.cli.rules import _terms, load, selected, with_packs

if TYPE_CHECKING:
    from neurobalance_expert.cli.knowledge_base import Terms
    from neurobalance_expert.loaded import Knowledge
    from neurobalance_expert.rules.ir import Rule, RuleSet

RuleIds = Annotated[list[str] | None, typer.Option("--rule", metavar="ID", help="Only this rule. May be repeated.")]


class Chosen(NamedTuple):
    """All rules that were read, those that are asked for, and the terms they are written in."""

    rules: RuleSet
    chosen: list[Rule]
    terms: Terms | Knowledge
    folder: Path

    @property
    def ids(self) -> list[str]:
        """The ids of the rules that are asked for."""
        return [rule.id for rule in self.chosen]


def choose(paths: list[Path] | None, ids: Collection[str] | None, kb: list[Path] | None) -> Chosen:
    """Read the rules and choose among them. What their texts mean is not looked at: 'rules check' does that.

    Raises:
        InputProblems: what is wrong in the files, also that a folder holds none.
        Misuse: an id that no running rule has, or PATHS together with packs.
    """
    folder, packs = knowledge_layers(kb)
    terms: Terms | Knowledge
    if packs:
        terms = layered = with_packs(paths, folder, packs)
        rules = layered.rules
    else:
        terms = _terms(folder)
        rules = load(paths, terms, folder, trusted=True)
    here = selected(rules, paths, folder)
    if not here and not ids:
        output.note("no rule here runs; draft and retired rules are neither tested nor measured")
    known = {rule.id: rule for rule in here}
    for name in ids or ():
        if name not in known:
            _refuse(name, paths or [folder / "rules"], known, rules)
    return Chosen(rules, [known[name] for name in dict.fromkeys(ids)] if ids else here, terms, folder)


def _refuse(name: str, paths: list[Path], known: Collection[str], rules: RuleSet) -> None:
    """Say why there is no rule to work on. Raises Misuse."""
    from neurobalance_expert.errors import Misuse, did_you_mean

    if status := _status(name, paths):
        raise Misuse(f"the rule '{name}' is {status} and does not run; what does not run is not measured")
    if any(rule.id == name for rule in rules.rules):
        raise Misuse(f"the rule '{name}' stands in another file than those that are named")
    raise Misuse(f"there is no rule '{name}'; {did_you_mean(name, known, otherwise='check the spelling')}")


def _status(name: str, paths: list[Path]) -> str:
    """The status of a rule that does not run, '' when no file has it."""
    from neurobalance_expert import source
    from neurobalance_expert.errors import Problems
    from neurobalance_expert.rules.ir import RUNNING
    from neurobalance_expert.rules.load import rule_files

    for path in rule_files(paths, Problems()):
        for item in source.load(path).data["rules"]:
            if item["id"] == name and item["status"] not in RUNNING:
                return str(item["status"])
    return ""
