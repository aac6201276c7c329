"""How long the language server takes over the shipped knowledge base, in seconds of the processor: ``python tools/time_lsp.py``."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from time import process_time

from neurobalance_expert.kb import default_kb
from neurobalance_expert.lsp.workspace import Workspace

TYPED = ("rules/transport/competition-for-tryptophan.yaml", "rules/derived/cofactors.yaml", "knowledge/vocabulary.yaml")
TIMES = 9


def first_look(root: Path) -> float:
    """Reading and checking everything."""
    documents = Workspace(root)
    start = process_time()
    documents.base(root).view()
    return process_time() - start


def key_strokes(root: Path, name: str) -> list[float]:
    """Each of some changes of one file; in the vocabulary one that makes all rules be read anew."""
    documents = Workspace(root)
    group = documents.base(root)
    text = (root / name).read_text(encoding="utf-8")
    group.view()
    taken = []
    for number in range(TIMES):
        changed = text.replace("meaning: Age in", f"meaning: {number} Age in", 1) + "#" * number + "\n"
        start = process_time()
        documents.put((root / name).as_posix(), changed)
        group.view()
        taken.append(process_time() - start)
    return taken


def main() -> None:
    """Print the table."""
    root = default_kb()
    print(f"first look at everything: {median(first_look(root) for _ in range(3)):.2f} s")
    for name in TYPED:
        taken = key_strokes(root, name)
        print(f"key stroke in {name}: median {1000 * median(taken):.0f} ms, most {1000 * max(taken):.0f} ms")


if __name__ == "__main__":
    main()
