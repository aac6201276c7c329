"""The project stands alone: no file speaks of a machine or a package registry, and product code executes no text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".txt", ".in", ".sh", ".j2", ".json", ".jsonl", ".csv", ".html", ".cfg", ""}
SKIPPED = {".git", ".venv", "out", "dist", "build", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}
# Written in pieces, so that this file does not contain what it looks for.
OUTSIDE = [
    "/wor" + "k/",
    "/tm" + "p/venv",
    r"(?<![\w.])/hom" + "e/",  # not that of an address
    "/roo" + "t/",
    r"\.\./sha" + "red",
    "pyp" + r"i\.org",
    "pythonhos" + "ted",
    r"(?:^|\s)--(?:extra-)?index" + "-url",
    r"(?:^|\s)--find" + "-links",
]
CALLS = {"eval", "exec", "compile", "__import__"}
METHODS = {("yaml", "load"), ("yaml", "unsafe_load"), ("yaml", "full_load"), ("os", "system"), ("os", "popen")}
MODULES = {"pickle", "marshal", "shelve", "dill", "joblib"}


def files(root: Path) -> Iterator[Path]:
    """Every text file of the project."""
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix in TEXT and not SKIPPED & set(path.relative_to(root).parts):
            yield path


def test_no_file_speaks_of_a_machine_or_a_registry(root: Path) -> None:
    """A clone works anywhere, and a lock file works with any mirror."""
    looked_for = re.compile("|".join(OUTSIDE))
    hits = []
    for path in files(root):
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if looked_for.search(line):
                hits.append(f"{path.relative_to(root)}:{number}: {line.strip()[:100]}")

    assert hits == []


def test_product_code_executes_no_text_and_unpickles_nothing(root: Path) -> None:
    """Rules, cases, caches and templates are data. jinja2 compiles templates, in its sandbox, and nothing else compiles."""
    hits = []
    for path in sorted((root / "neurobalance_expert").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (found := _forbidden(node)) is not None:
                hits.append(f"{path.relative_to(root)}:{getattr(node, 'lineno', 0)}: {found}")

    assert hits == []


def _forbidden(node: ast.AST) -> str | None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
        return node.func.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in METHODS:
        return f"{node.value.id}.{node.attr}"
    if (
        isinstance(node, ast.keyword)
        and node.arg in ("shell", "allow_pickle")
        and isinstance(node.value, ast.Constant)
        and node.value.value is True
    ):
        return f"{node.arg}=True"
    if isinstance(node, ast.Import):
        return next((alias.name for alias in node.names if alias.name in MODULES), None)
    if isinstance(node, ast.ImportFrom) and node.module in MODULES:
        return node.module
    return None
