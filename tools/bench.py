"""Times the commands against their floors and prints ratios from one run: ``make bench``.

Absolute times vary from machine to machine, so every number stands beside the floor it is compared with, and the processes that are
compared take turns. A floor is what the named imports cost alone: no program that uses these libraries can start faster.
Nothing here fails: it prints, and the reader judges.
"""

from __future__ import annotations

import argparse
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


def proved(rounds: int) -> None:
    """One process: what proving an assessment and checking the proofs adds to concluding it."""
    from neurobalance_expert.assessment import assess, conclude, load_case_file, load_knowledge, prove

    knowledge = load_knowledge(ROOT)
    print(f"\nProofs, made and checked, {rounds} rounds in turn\n")
    print(f"  {'':38}{'conclude':>9}{'prove':>9}   {'of assess, best':>15}{'median':>9}   aim")
    for path in sorted((ROOT / "examples").glob("*day.yaml")):
        case = load_case_file(path, knowledge)
        trial, explainer, _ = conclude(case, knowledge)
        timings = {name: Timing() for name in ("conclude", "prove", "assess")}
        work: tuple[Callable[[], object], ...] = (
            partial(conclude, case, knowledge),
            partial(prove, trial, explainer, knowledge),
            partial(assess, case, knowledge),
        )
        for number in range(rounds + 3):
            for timing, what in zip(timings.values(), work, strict=True):
                start = time.perf_counter()
                what()
                if number > 2:
                    timing.ms.append((time.perf_counter() - start) * 1e3)
        concluded, making, whole = timings.values()
        best = making.best / (whole.best - making.best)
        median = making.median / (whole.median - making.median)
        print(f"  {path.stem:38}{concluded.best:>9.2f}{making.best:>9.2f}   {best:>15.1%}{median:>9.1%}   <= 25 %")


def main() -> None:
    """Parse the arguments and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=11, help="rounds of each measurement (default 11)")
    rounds = parser.parse_args().rounds
    print(f"Python {sys.version.split()[0]} on {sys.platform}, {os.cpu_count()} processors\n")
    cold(rounds)
    warm(max(rounds, 30))
    proved(max(rounds, 30))


if __name__ == "__main__":
    main()
