"""rules graph: what rules read, conclude and override, as a drawing or as data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import Layers, knowledge_layers

if TYPE_CHECKING:
    from neurobalance_expert.rules.ir import RuleSet
    from neurobalance_expert.vocabulary import Vocabulary

Form = Literal["mermaid", "dot", "json", "text"]


def add_to(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command()(graph)


def graph(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH]...", help="Rule files or folders; all rules of the knowledge base when left out.")
    ] = None,
    rule: Annotated[list[str] | None, typer.Option("--rule", metavar="ID", help="Only what is around this rule. May be repeated.")] = None,
    code: Annotated[
        list[str] | None, typer.Option("--code", metavar="CODE", help="Only what is around the rules that conclude it. May be repeated.")
    ] = None,
    steps: Annotated[int, typer.Option("--around", metavar="N", min=0, max=100, help="How many steps around --rule and --code.")] = 1,
    form: Annotated[Form, typer.Option("--format", help="text for reading; mermaid or dot to draw; json for programs.")] = "text",
    kb: Layers = None,
) -> None:
    """Strata, relations and rules: what each reads, concludes, negates and overrides, and who uses it.

    A step leads from rule to rule, over a relation that one concludes and the other reads, or over an override.

    Example: neurobalance rules graph --rule lab-below-limit --format mermaid
    """
    from neurobalance_expert.graphs import drawn
    from neurobalance_expert.graphs.build import around, rule_graph

    rules, vocabulary, chosen = _read(paths, kb)
    if rule or code:
        chosen = around(rules, _asked(rules, rule or (), code or ()), steps)
    found = rule_graph(rules, vocabulary, chosen)
    if form == "json":
        print(output.json_text(drawn.as_data(found)))
    else:
        print({"mermaid": drawn.mermaid, "dot": drawn.dot, "text": drawn.text}[form](found), end="")


def _read(paths: list[Path] | None, kb: list[Path] | None) -> tuple[RuleSet, Vocabulary, set[str] | None]:
    """The rules, and the ids of those that stand in the paths; None for all. Raises Misuse for paths beside a pack."""
    from neurobalance_expert.cli import rules as reading
    from neurobalance_expert.cli.knowledge_base import load_terms

    folder, packs = knowledge_layers(kb)
    if packs:
        knowledge = reading.with_packs(paths, folder, packs)
        return knowledge.rules, knowledge.vocabulary, None
    terms = load_terms(folder)
    rules = reading.load(paths, terms, folder)
    return rules, terms.vocabulary, {one.id for one in reading.selected(rules, paths, folder)} if paths else None


def _asked(rules: RuleSet, ids: list[str] | tuple[()], codes: list[str] | tuple[()]) -> set[str]:
    """The rules of these ids and those that conclude these codes. Raises Misuse for one that there is not."""
    from neurobalance_expert.errors import Misuse, did_you_mean
    from neurobalance_expert.explain.findings import code_text, may_conclude

    known = {rule.id for rule in rules.rules}
    for name in ids:
        if name not in known:
            raise Misuse(f"there is no rule '{name}'; {did_you_mean(name, known, otherwise='check the spelling')}")
    found = set(ids)
    for code in codes:
        concluding = {rule.id for rule in rules.rules if rule.head.code and may_conclude(rule, code)}
        if not concluding:
            known_codes = {code_text(rule) for rule in rules.rules if rule.head.code}
            raise Misuse(f"no rule concludes '{code}'; {did_you_mean(code, known_codes, otherwise='docs/codes.md lists the codes')}")
        found |= concluding
    return found
