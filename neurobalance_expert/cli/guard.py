"""One place that turns exceptions into messages and exit codes.

0 done, 1 problems in the input, 2 misuse, 3 our bug. Nobody sees a traceback or their own data in a crash message, unless
``NEUROBALANCE_DEBUG=1`` asks for it.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

OUR_BUG = 3
FULL = 2  # the output cannot be written


def run(app: typer.Typer, argv: Sequence[str] | None = None) -> None:
    """Run the application and leave with its exit code.

    The collector of cycles is off: a command is short, and searching the freshly loaded knowledge for cycles took a tenth of a cold
    ``assess``. A command that works through many cases turns it on again.
    """
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal without µ shows \xb5 instead of failing
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        app(arguments, prog_name="neurobalance")
    except SystemExit as stop:
        code = _settle(stop.code)
    except Exception as error:  # noqa: BLE001  the last line of defence: every exception becomes a message
        code = _settle(report(error, as_json=wants_json(arguments)))
    else:
        code = _settle(None)
    if argv is not None:
        raise SystemExit(code)
    os._exit(code)  # all is written; taking the loaded knowledge apart first would be a tenth of a cold assess


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether the last ``--format`` among the arguments asks for JSON. Works when the arguments themselves are the problem."""
    chosen = ""
    for here, following in pairwise([*arguments, ""]):
        if here == "--format":
            chosen = following
        elif here.startswith("--format="):
            chosen = here.removeprefix("--format=")
    return chosen in ("json", "jsonl")


def report(error: Exception, *, as_json: bool) -> int:
    """Print the error (text on stderr; with ``as_json`` also ``{"errors": […]}`` on stdout) and return the exit code."""
    from neurobalance_expert.errors import InputProblems, Misuse, NeurobalanceError, Problem, render_all

    if os.environ.get("NEUROBALANCE_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return _full(error)
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        error = Misuse("the name of a file or folder is longer than the system allows")
    if isinstance(error, InputProblems):
        text, problems, code = render_all(error), list(error.problems), error.exit_code
    elif isinstance(error, NeurobalanceError):
        number = "NB-U001" if error.exit_code == 2 else "NB-E900"
        text, problems, code = f"error[{number}]: {error}", [Problem(number, str(error))], error.exit_code
    else:
        what = f"something went wrong inside neurobalance (bug {bug_id(error)})"
        why = "this is our bug, not a fault of your file; no report was written"
        fix = "run again with NEUROBALANCE_DEBUG=1 to see the details, and report the bug with its id"
        problem = Problem("NB-E901", what, None, "", why, fix)
        text, problems, code = f"error[NB-E901]: {what}\n   = why: {why}\n   = fix: {fix}", [problem], OUR_BUG
    print(printable(text), file=sys.stderr)
    if as_json:
        from neurobalance_expert.cli.output import json_text

        print(json_text({"errors": [p.as_dict() for p in problems]}))
    return code


def bug_id(error: BaseException) -> str:
    """Eight hex digits from the kind of exception and the lines of ours that it passed: equal for equal bugs, free of data."""
    from hashlib import sha256

    places = [type(error).__name__]
    trace: TracebackType | None = error.__traceback__
    while trace:
        places.append(f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}")
        trace = trace.tb_next
    return sha256(" ".join(places).encode()).hexdigest()[:8]


def printable(text: str) -> str:
    """The text without control characters, so that a name in a file cannot steer the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)


def _settle(code: object) -> int:
    """Everything written, and the exit code. A full disk is said; a reader (head, less) that has seen enough is no error."""
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError) and code != FULL:
            code = _full(error)
    with suppress(OSError):
        sys.stderr.flush()
    return code if isinstance(code, int) else 0 if code is None else 1


def _full(error: OSError) -> int:
    print(f"error[NB-U001]: the output cannot be written: {error.strerror}", file=sys.stderr)
    return FULL
