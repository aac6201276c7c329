"""The parts of the program import each other in one direction, and the picture in docs/architecture.md is the code's."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

PACKAGE = "neurobalance_expert"
ONLY_IN = {
    "experta": {"engines/experta_engine.py"},
    "yaml": {"source.py", "yaml_text.py", "editing/tree.py"},
    "typer": {"cli"},
    "z3": {"analysis"},
    "jinja2": {"report", "rules/wording.py"},
    "rapidfuzz": {"knowledge"},
    "pygls": {"lsp/server.py", "lsp/session.py"},
    "lsprotocol": {"lsp/answers.py", "lsp/server.py", "lsp/session.py"},
}


def modules(root: Path) -> dict[str, Path]:
    """Dotted name to file, for every module of the package."""
    found = {}
    for path in sorted((root / PACKAGE).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, *, for_typing: bool) -> Iterator[str]:
    """Every module that a file imports, at the top or inside a function; imports under TYPE_CHECKING only when asked for."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in typing_only and not for_typing:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part_of(module: str) -> str:
    """The part of the picture that a module belongs to: its folder, or its own name at the top."""
    rest = module.split(".")[1:]
    return rest[0] if rest else "__init__"


def picture(root: Path) -> dict[str, set[str]]:
    """Which part imports which."""
    known = modules(root)
    edges: dict[str, set[str]] = {}
    for name, path in known.items():
        used = edges.setdefault(part_of(name), set())
        for imported in imports(path, for_typing=True):
            if imported in known and imported != PACKAGE:
                used.add(part_of(imported))
    return {part: used - {part} for part, used in edges.items()}


def as_text(edges: dict[str, set[str]]) -> str:
    """The picture as it stands in docs/architecture.md: one line a part, those on top first."""
    order = [part for part in TopologicalSorter(edges).static_order() if part not in ("__init__", "__main__")]
    depth: dict[str, int] = {}
    for part in order:
        depth[part] = max((depth[used] + 1 for used in edges[part] if used in depth), default=0)
    rows = sorted(order, key=lambda part: (-depth[part], part))
    width = max(map(len, rows))
    return "\n".join(f"{part:{width}} -> {', '.join(sorted(edges[part])) or 'nothing of ours'}" for part in rows)


def test_no_part_imports_what_stands_above_it(root: Path) -> None:
    """The parts can be put in one order (TopologicalSorter raises CycleError and names the cycle when they cannot)."""
    edges = picture(root)

    order = list(TopologicalSorter(edges).static_order())

    assert order.index("cli") > order.index("assessment") > order.index("engines") > order.index("rules") > order.index("source")


def test_the_picture_in_the_docs_is_drawn_from_the_code(root: Path) -> None:
    """docs/architecture.md has the block that the code gives. When it differs, read why, and copy the new block."""
    drawn = as_text(picture(root))

    assert f"```imports\n{drawn}\n```" in (root / "docs" / "architecture.md").read_text(encoding="utf-8"), f"the code says:\n\n{drawn}"


def test_a_library_is_imported_where_it_belongs_only(root: Path) -> None:
    """experta behind one module, YAML read in one module, the command line and the templates apart."""
    strays = []
    for name, path in modules(root).items():
        place = path.relative_to(root / PACKAGE).as_posix()
        for library in {imported.split(".")[0] for imported in imports(path, for_typing=False)} & ONLY_IN.keys():
            if not any(place == home or place.startswith(f"{home}/") for home in ONLY_IN[library]):
                strays.append(f"{name} imports {library}")

    assert strays == []
