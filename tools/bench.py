"""Times the commands against their floors and prints ratios from one run: ``make bench``.

Absolute times vary from machine to machine, so every number stands beside the floor it is compared with, and the processes that are
compared take turns. A floor is what the named imports cost alone: no program that uses these libraries can start faster.
Nothing here fails: it prints, and the reader judges.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

if TYPE_CHECKING:
    from neurobalance_expert.assessment import Knowledge
    from neurobalance_expert.records.write import Recorder

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # also without an installed package
CASE = ROOT / "examples" / "a-real-day.yaml"
PYTHON = sys.executable
ALIASES = (
    "import collections, collections.abc; [setattr(collections, n, getattr(collections.abc, n)) for n in ('Mapping', 'MutableMapping')]"
)
LIBRARIES = f"{ALIASES}; import typer, jinja2, numpy, experta"


@dataclass(slots=True)
class Timing:
    """Wall-clock milliseconds of one kind of process or call."""

    ms: list[float] = field(default_factory=list)

    @property
    def best(self) -> float:
        """The least disturbed round."""
        return min(self.ms)

    @property
    def median(self) -> float:
        """The middle round."""
        return statistics.median(self.ms)


def neurobalance(*arguments: str) -> list[str]:
    """The installed script beside this interpreter, or the module when there is none."""
    script = Path(PYTHON).with_name("neurobalance")
    return [*([str(script)] if script.exists() else [PYTHON, "-m", "neurobalance_expert"]), *arguments]


def processes(commands: Mapping[str, tuple[Sequence[str], Callable[[], str]]], rounds: int) -> dict[str, Timing]:
    """Each command in turn, ``rounds`` times after one round that does not count. The callable names the cache folder of a run.

    Compiled modules are kept, as they are on a user's machine.
    """
    timings = {name: Timing() for name in commands}
    for number in range(rounds + 1):
        for name, (command, cache) in commands.items():
            environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"NEUROBALANCE_CACHE": cache()}
            start = time.perf_counter()
            done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
            elapsed = (time.perf_counter() - start) * 1e3
            if done.returncode:
                raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode()}")
            if number:
                timings[name].ms.append(elapsed)
    return timings


def cold(rounds: int) -> None:
    """Whole processes, cold: interpreter start included, files in the page cache."""
    with tempfile.TemporaryDirectory() as kept, tempfile.TemporaryDirectory() as fresh:
        number = iter(range(10**6))
        assess = ("assess", str(CASE), "--format", "json")
        commands: dict[str, tuple[Sequence[str], Callable[[], str]]] = {
            "python -c pass": ([PYTHON, "-c", "pass"], lambda: kept),
            "import typer": ([PYTHON, "-c", "import typer"], lambda: kept),
            "neurobalance --help": (neurobalance("--help"), lambda: kept),
            "import typer, jinja2, numpy, experta": ([PYTHON, "-c", LIBRARIES], lambda: kept),
            "assess --format json": (neurobalance(*assess), lambda: kept),
            "assess --format text": (neurobalance("assess", str(CASE)), lambda: kept),
            "assess, reference engine": (neurobalance(*assess, "--engine", "reference"), lambda: kept),
            "assess, empty cache": (neurobalance(*assess), lambda: str(Path(fresh) / str(next(number)))),
            "assess, cache off": (neurobalance(*assess), lambda: "off"),
        }
        timings = processes(commands, rounds)
    print(f"Cold start, {rounds} rounds in turn\n")
    print(f"  {'':38}{'best ms':>9}{'median':>9}")
    for name, timing in timings.items():
        print(f"  {name:38}{timing.best:>9.1f}{timing.median:>9.1f}")
    libraries = "import typer, jinja2, numpy, experta"
    print(f"\n  {'ratio':58}{'best':>7}{'median':>9}   aim")
    for name, floor, aim in (
        ("neurobalance --help", "import typer", "<= 1.5"),
        ("assess --format json", libraries, "<= 2"),
        ("assess --format text", libraries, ""),
        ("assess, reference engine", libraries, ""),
        ("assess, empty cache", "assess --format json", ""),
        ("assess, cache off", "assess --format json", ""),
    ):
        one, other = timings[name], timings[floor]
        label = f"{name} : {'libraries alone' if floor == libraries else floor}"
        print(f"  {label:58}{one.best / other.best:>7.2f}{one.median / other.median:>9.2f}   {aim}")


def warm(rounds: int) -> None:
    """One process, knowledge and case loaded: facts, rules and findings with their derivations."""
    from neurobalance_expert.assessment import assess, conclude, load_case_file, load_knowledge

    knowledge = load_knowledge(ROOT)
    case = load_case_file(CASE, knowledge)
    work: dict[str, Callable[[], object]] = {
        "core": lambda: conclude(case, knowledge, "reference"),
        "reference": lambda: assess(case, knowledge, "reference"),
        "experta": lambda: assess(case, knowledge, "experta"),
    }
    timings = {name: Timing() for name in work}
    for number in range(rounds + 3):
        for name, timing in timings.items():
            start = time.perf_counter()
            work[name]()
            if number > 2:
                timing.ms.append((time.perf_counter() - start) * 1e3)
    core, reference, checked = timings["core"], timings["reference"], timings["experta"]
    print(f"\nWarm, one case, {rounds} rounds in turn\n")
    print(f"  {'':38}{'best ms':>9}{'median':>9}   aim")
    suggested = len(assess(case, knowledge, "reference").recommendations)
    print(f"  {'findings with all derivations':38}{core.best:>9.2f}{core.median:>9.2f}   <= 10")
    print(f"  {f'assess: and {suggested} change(s) simulated, tables':38}{reference.best:>9.2f}{reference.median:>9.2f}")
    print(f"  {'assess, experta and the comparison':38}{checked.best:>9.2f}{checked.median:>9.2f}")
    print(f"  {'what experta adds':38}{checked.best - reference.best:>9.2f}{checked.median - reference.median:>9.2f}")


def printed(path: Path, knowledge: Knowledge) -> str:
    """The report of a case file as text."""
    from neurobalance_expert.assessment import assess, load_case_file
    from neurobalance_expert.report.render import render

    return render(assess(load_case_file(path, knowledge), knowledge), "text", ROOT)


def recorded(path: Path, knowledge: Knowledge, recorder: Recorder) -> str:
    """The same, once its record is written: read again, flushed to the disk, and logged."""
    from neurobalance_expert.cases.load import load_entered

    return recorder.assess(load_entered(path, knowledge.names)).report


def unflushed(path: Path, knowledge: Knowledge, recorder: Recorder) -> str:
    """The same without waiting for the disk: what the program itself does for a record."""
    with patch("os.fsync"):
        return recorded(path, knowledge, recorder)


def proved(rounds: int) -> None:
    """What proofs, made and checked, and a record of them add: in one process, from the case file to the report, and to whole commands.

    Garbage is not collected meanwhile, as in a command on one case. Each record is a new file in a folder that has the knowledge already.
    """
    from neurobalance_expert.assessment import conclude, load_case_file, load_knowledge, prove
    from neurobalance_expert.records.read import Options
    from neurobalance_expert.records.write import Recorder

    knowledge = load_knowledge(ROOT)
    print(f"\nProofs and records, {rounds} rounds in turn, best ms; shares of the assessment without either\n")
    print(f"  {'':24}{'assess, print':>14}{'prove':>8}{'record':>8}{'with a record':>15}{'no disk':>9}{'proofs':>9}   aim")
    with tempfile.TemporaryDirectory() as name:
        recorder = Recorder(Path(name), knowledge, Options())
        for path in sorted((ROOT / "examples").glob("*day.yaml")):
            trial, explainer, _ = conclude(load_case_file(path, knowledge), knowledge)
            work: dict[str, Callable[[], object]] = {
                "prove": partial(prove, trial, explainer, knowledge),
                "print": partial(printed, path, knowledge),
                "record": partial(recorded, path, knowledge, recorder),
                "no disk": partial(unflushed, path, knowledge, recorder),
            }
            timings = {name: Timing() for name in work}
            for number in range(rounds + 3):
                for which, what in work.items():
                    for made in Path(name).glob("*.json"):
                        made.unlink()
                    gc.collect()
                    gc.disable()
                    start = time.perf_counter()
                    what()
                    gc.enable()
                    if number > 2:
                        timings[which].ms.append((time.perf_counter() - start) * 1e3)
            making, whole, kept, computed = (timings[which].best for which in ("prove", "print", "record", "no disk"))
            bare = whole - making
            both, alone = (kept - bare) / bare, (computed - bare) / bare
            print(
                f"  {path.stem:24}{whole:>14.2f}{making:>8.2f}{kept - whole:>8.2f}{both:>15.1%}{alone:>9.1%}{making / bare:>9.1%}   <= 25 %"
            )
    commands(rounds)


def commands(rounds: int) -> None:
    """Whole processes, cold: ``assess`` without and with a record, into a folder that has the knowledge already."""
    with tempfile.TemporaryDirectory() as kept, tempfile.TemporaryDirectory() as folder:
        cases = sorted((ROOT / "examples").glob("*day.yaml"))
        both: dict[str, tuple[Sequence[str], Callable[[], str]]] = {}
        for case in cases:
            both[case.stem] = neurobalance("assess", str(case)), lambda: kept
            both[f"{case.stem} --record"] = neurobalance("assess", str(case), "--record", folder), lambda: kept
        timings = processes(both, min(rounds, 15))
    print(f"\n  {'whole command':24}{'assess':>14}{'--record':>16}{'with a record':>15}{'':>9}   aim")
    for case in cases:
        plain, kept_ms = timings[case.stem].best, timings[f"{case.stem} --record"].best
        print(f"  {case.stem:24}{plain:>14.1f}{kept_ms:>16.1f}{kept_ms / plain - 1:>15.1%}{'':>9}   <= 25 %")


def asked(rounds: int) -> None:
    """Whole processes, cold: each question about a case."""
    day, quiet = "examples/a-real-day.yaml", "examples/balanced-day.yaml"
    questions = {
        "why": ("why", day, "COMPETE:lnaa:trp"),
        "why-not": ("why-not", day, "COMPETE:lnaa:trp"),
        "missing": ("missing", day),
        "change, to clear": ("change", day, "COMPETE:lnaa:tyr"),
        "change, to raise": ("change", quiet, "COMPETE:lnaa:trp"),
        "robust, 100 draws": ("robust", day),
    }
    with tempfile.TemporaryDirectory() as kept:
        timings = processes({name: (neurobalance(*words), lambda: kept) for name, words in questions.items()}, rounds)
    print(f"\nQuestions, cold, {rounds} rounds in turn\n\n  {'':38}{'best ms':>9}{'median':>9}   aim")
    for name, timing in timings.items():
        print(f"  {name:38}{timing.best:>9.1f}{timing.median:>9.1f}   <= 1000")


def main() -> None:
    """Parse the arguments and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=11, help="rounds of each measurement (default 11)")
    rounds = parser.parse_args().rounds
    print(f"Python {sys.version.split()[0]} on {sys.platform}, {os.cpu_count()} processors\n")
    cold(rounds)
    warm(max(rounds, 30))
    proved(max(rounds, 30))
    asked(rounds)


if __name__ == "__main__":
    main()
