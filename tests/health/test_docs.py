"""The documents are held to the code: every command and every problem code has its place, and every link its target."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from neurobalance_expert.cli import app

CODE = re.compile(r"NB-[A-Z]\d{3}")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def commands() -> Iterator[tuple[str, typer.main.CommandInfo]]:
    """Every command by its full name."""

    def walk(group: typer.Typer, prefix: str) -> Iterator[tuple[str, typer.main.CommandInfo]]:
        for command in group.registered_commands:
            assert command.callback is not None
            yield f"{prefix} {command.name or command.callback.__name__}", command
        for sub in group.registered_groups:
            assert sub.typer_instance is not None
            yield from walk(sub.typer_instance, f"{prefix} {sub.name}")

    return walk(app, "neurobalance")


def pages(root: Path) -> list[Path]:
    """Every Markdown page of the project."""
    folders = [path for name in ("docs", "rules", "knowledge") for path in (root / name).rglob("*.md")]
    return sorted([*root.glob("*.md"), *folders])


def test_every_command_is_in_the_docs(root: Path) -> None:
    """README.md or docs/commands.md names it as one types it."""
    text = (root / "README.md").read_text(encoding="utf-8") + (root / "docs" / "commands.md").read_text(encoding="utf-8")

    assert [] == [name for name, _ in commands() if name not in text]


@pytest.mark.parametrize(("name", "command"), list(commands()), ids=lambda value: value if isinstance(value, str) else "")
def test_the_help_of_every_command_has_an_example_of_it(name: str, command: typer.main.CommandInfo) -> None:
    """One line 'Example: neurobalance …' in each help text."""
    assert command.callback is not None

    assert f"Example: {name}" in (command.callback.__doc__ or "")


def test_every_problem_code_has_a_section(root: Path) -> None:
    """A code that a user may see is explained under a heading of docs/errors*.md or docs/lints.md."""
    used = {code for path in (root / "neurobalance_expert").rglob("*.py") for code in CODE.findall(path.read_text(encoding="utf-8"))}
    headings = [
        line
        for page in [*(root / "docs").glob("errors*.md"), root / "docs" / "lints.md"]
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.startswith("#")
    ]
    explained = set(CODE.findall("\n".join(headings)))

    assert sorted(used - explained) == []
    assert sorted(explained - used) == []


def test_every_link_between_pages_has_a_target(root: Path) -> None:
    """Relative links only; a page that was renamed is noticed."""
    broken = []
    for page in pages(root):
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            if not target.startswith(("http:", "https:", "mailto:")) and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(root)} -> {target}")

    assert broken == []
