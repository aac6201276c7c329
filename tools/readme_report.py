"""Puts a shortened sample report into README.md: ``make samples`` runs it after rendering the samples.

The pieces are named by the line they begin with and the line that the next piece begins with.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FENCE, END = "```text\n", "```"
COMPETITION = "MINOR  Tryptophan was taken together with its competitors"
PIECES = (
    ("NEUROBALANCE ASSESSMENT", "Person:"),
    ("MODERATE  ", "MINOR  "),
    (COMPETITION, "MINOR  "),
    ("Changes (each simulated on its own)", "For information"),
)
PROOF = ("  because these conditions hold", "  sources  ")


def excerpt(report: list[str]) -> list[str]:
    """The lines that open the README: head, two findings, the change, and the proof of the second finding. Cuts are marked by '…'."""
    lines: list[str] = []
    for start, end in PIECES:
        first = _find(report, start)
        lines += [*_without_blank_end(report[first : _find(report, end, first + 1)]), "…"]
    details = _find(report, COMPETITION, _find(report, COMPETITION) + 1)
    proof = _find(report, PROOF[0], details)
    return [*lines, *report[proof : _find(report, PROOF[1], proof) + 1], "…"]


def _find(lines: list[str], start: str, begin: int = 0) -> int:
    return next(i for i in range(begin, len(lines)) if lines[i].startswith(start))


def _without_blank_end(lines: list[str]) -> list[str]:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def main() -> None:
    """Rewrite the block."""
    readme = ROOT / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(FENCE)
    _, _, after = rest.partition(END)
    report = (ROOT / "reports" / "samples" / "a-real-day.txt").read_text(encoding="utf-8").splitlines()
    readme.write_text(before + FENCE + "\n".join(excerpt(report)) + "\n" + END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
