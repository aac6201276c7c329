"""rules profile: what an assessment costs, by phase and by rule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neurobalance_expert.cli import output
from neurobalance_expert.cli.options import Engine, Layers, TextOrJson, knowledge_layers, supported_engine

if TYPE_CHECKING:
    from neurobalance_expert.profiling import Profile


def add_to(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command()(profile)


def profile(
    cases: Annotated[list[Path], typer.Argument(metavar="CASE...", help="Case files.")],
    repeat: Annotated[int, typer.Option(min=1, max=1000, help="How often each phase is done; the quickest counts.")] = 5,
    engine: Engine = "reference",
    top: Annotated[int, typer.Option(min=0, help="Rules that the text lists; JSON has all.")] = 20,
    form: TextOrJson = "text",
    kb: Layers = None,
) -> None:
    """Where the time of an assessment goes: its phases, and each rule in the reference engine with what it looked at.

    The rules, with what is done beside them, sum up to their phase. --engine experta adds that engine, which is measured as a whole.

    Example: neurobalance rules profile examples/a-real-day.yaml --repeat 10
    """
    from neurobalance_expert.profiling import profile as measure

    folder, packs = knowledge_layers(kb)
    found = measure(folder, packs, cases, repeat, supported_engine(engine))
    print(output.json_text(_data(found)) if form == "json" else _text(found, top))


def _data(found: Profile) -> dict[str, Any]:
    whole = found.evaluation
    return {
        "schema": "neurobalance/rule-profile/1",
        "cases": found.cases,
        "repeat": found.repeat,
        "engine": found.engine,
        "seconds": found.seconds,
        "phases": [{"phase": p.name, "seconds": p.seconds, "share": p.seconds / found.seconds, "spread": p.spread} for p in found.phases],
        "rules": [
            {
                "rule": rule.rule,
                "seconds": rule.seconds,
                "share": rule.seconds / whole,
                "joins": rule.joins,
                "candidates": rule.candidates,
                "entries": rule.entries,
                "fired": rule.fired,
            }
            for rule in found.rules
        ],
        "beside_rules": found.aside,
        "evaluation": whole,
    }


def _text(found: Profile, top: int) -> str:
    whole = found.evaluation
    lines = [
        f"{found.cases} case{'s' * (found.cases != 1)}, each phase {found.repeat} times: the quickest, and how much slower the median was",
        "",
        f"{'phase':28} {'ms':>9} {'share':>7} {'median':>8}",
    ]
    lines += [f"{p.name:28} {1000 * p.seconds:9.2f} {p.seconds / found.seconds:7.1%} {p.spread:+8.1%}" for p in found.phases]
    lines += [f"{'all':28} {1000 * found.seconds:9.2f} {1:7.1%}", ""]
    lines.append(f"{'ms':>8} {'share':>7} {'joins':>7} {'facts':>7} {'entries':>7} {'fired':>6}  rule (reference engine)")
    for rule in found.rules[:top]:
        counts = f"{rule.joins:7} {rule.candidates:7} {rule.entries:7} {rule.fired:6}"
        lines.append(f"{1000 * rule.seconds:8.3f} {rule.seconds / whole:7.1%} {counts}  {rule.rule}")
    rest = sum(rule.seconds for rule in found.rules[top:])
    for seconds, what in ((rest, f"{len(found.rules[top:])} other rules"), (found.aside, "taking facts in, putting results in order")):
        lines.append(f"{1000 * seconds:8.3f} {seconds / whole:7.1%} {'':30}  {what}")
    lines.append(f"{1000 * whole:8.3f} {1:7.1%} {'':30}  all")
    return "\n".join(lines)
