"""Where results go: the terminal, standard output or a file, and never half a file."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

SUFFIXES = {".txt": "text", ".md": "md", ".html": "html", ".htm": "html", ".json": "json", ".jsonl": "jsonl", ".pdf": "pdf"}
EXTENSIONS = {"text": ".txt", "md": ".md", "html": ".html", "json": ".json", "jsonl": ".jsonl"}


def json_text(data: object, *, indent: int | None = 2) -> str:
    """JSON for programs: ASCII, no NaN, Decimal as a plain number."""
    import json

    return json.dumps(data, indent=indent, allow_nan=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def colour() -> bool:
    """Whether to colour what goes to standard output: only on a terminal, and not when NO_COLOR is set (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Columns to wrap text to: the terminal's, at most 110; 100 when the output is not a terminal."""
    import shutil

    return min(110, shutil.get_terminal_size().columns) if sys.stdout.isatty() else 100


def format_of(path: Path) -> str:
    """The format that the suffix of an output file stands for. Raises Misuse."""
    from neurobalance_expert.errors import Misuse

    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise Misuse(f"cannot tell the format from the name '{path}'; add --format, or end it in {', '.join(EXTENSIONS.values())}")
    return SUFFIXES[suffix]


def check_target(path: Path, inputs: Iterable[Path]) -> None:
    """Refuse an output path that would destroy something. Raises Misuse.

    An existing report may be replaced; a file that is being read, any case file and anything that is not a plain file may not.
    """
    from neurobalance_expert.errors import Misuse

    for given in inputs:
        if path.exists() and given.exists() and path.samefile(given):
            raise Misuse(f"'{path}' is the case file itself; choose another name for the report")
    if path.exists() and not path.is_file():
        raise Misuse(f"'{path}' is there already and is not a plain file; choose another name")
    if path.is_file() and _is_case(path):
        raise Misuse(f"'{path}' is a case file or other YAML; it is not overwritten. Choose another name for the report")


def _is_case(path: Path) -> bool:
    if path.suffix.lower() in (".yaml", ".yml"):
        return True
    with path.open("rb") as file:
        return b"neurobalance/case/" in file.read(4096)


def write(path: Path, text: str) -> None:
    """Write a result with mode 0600 in one step, making its folder when there is none. Raises Misuse."""
    from neurobalance_expert.atomic import write_bytes
    from neurobalance_expert.errors import Misuse

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, text.encode())
    except OSError as error:
        raise Misuse(f"cannot write '{path}': {error.strerror or error}. Choose another folder with -o") from None


def note(text: str) -> None:
    """One line for the person at the keyboard, beside the result."""
    from neurobalance_expert.cli.guard import printable

    print(printable(text), file=sys.stderr)


class Progress:
    """A counter on stderr: only on a terminal, and only after the first second."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.done = 0
        self.shown_at = time.monotonic()
        self.visible = False

    def step(self) -> None:
        """One more is done."""
        self.done += 1
        now = time.monotonic()
        if sys.stderr.isatty() and now - self.shown_at > 1.0:
            print(f"\r{self.done} {self.what}", end="", file=sys.stderr, flush=True)
            self.shown_at, self.visible = now, True

    def end(self) -> None:
        """Clear the line."""
        if self.visible:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
