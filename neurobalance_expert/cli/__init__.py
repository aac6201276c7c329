"""The command line: one module per group of commands; each parses its arguments, calls the API and prints.

Only typer is imported here, and nothing of the program: ``--help`` and shell completion stay quick. A command imports what it needs
when it runs.
"""

from __future__ import annotations

from typing import Annotated

import typer

from neurobalance_expert.cli import (
    assess,
    audit,
    editing,
    export,
    foods,
    guard,
    impact,
    lsp,
    model,
    project,
    records,
    rules,
    rules_analyze,
    rules_check,
    rules_docs,
    rules_graph,
    rules_measure,
    rules_profile,
    rules_suggest,
    rules_test,
    whatif,
    where,
    why,
)

app = typer.Typer(
    name="neurobalance",
    no_args_is_help=True,
    rich_markup_mode=None,  # importing rich would double the time of --help
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from neurobalance_expert.version import VERSION

        typer.echo(f"neurobalance {VERSION}")
        raise typer.Exit


@app.callback()
def neurobalance(
    version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")] = False,
) -> None:
    """From a day's diary to a written assessment of neurotransmitter precursor balance.

    Begin with: neurobalance assess examples/a-real-day.yaml

    Exit codes: 0 done, 1 problems in the input, 2 the command was misused, 3 a bug of ours.
    Decision support for a professional who can review the basis; not a medical device and not a diagnosis.
    """


assess.add_to(app)
why.add_to(app)
audit.add_to(app)
whatif.add_to(app)
export.add_to(app)
rules_check.add_to(rules.app)
rules_test.add_to(rules.app)
rules_measure.add_to(rules.app)
rules_suggest.add_to(rules.app)
editing.add_to(rules.app)
rules_analyze.add_to(rules.app)
app.add_typer(rules.app, name="rules")
rules_docs.add_to(rules.app)
rules_graph.add_to(rules.app)
rules_profile.add_to(rules.app)
app.add_typer(foods.app, name="foods")
app.add_typer(model.app, name="model")
records.add_to(app)
project.add_to(app)
lsp.add_to(app)
impact.add_to(app, rules.app, project.knowledge_app)
where.add_to(project.knowledge_app)


def main() -> None:
    """Entry point of the ``neurobalance`` script: run the command and turn every exception into a message and an exit code."""
    guard.run(app)
