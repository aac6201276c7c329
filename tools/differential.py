"""Random stratified programs through the reference, experta, clingo and CLIPS; stops with exit code 1 when any two disagree.

python tools/differential.py 10000 [--from SEED]
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from neurobalance_expert.engines.base import Engine
from neurobalance_expert.engines.experta_engine import ExpertaEngine
from neurobalance_expert.engines.reference import ReferenceEngine, evaluate
from tests.oracles.clingo_oracle import ClingoOracle
from tests.oracles.clips_oracle import ClipsOracle
from tests.oracles.day_program import day
from tests.oracles.random_programs import KINDS, Program, program

SHOWN = 3  # facts of a disagreement
REPEATS = 20  # of the program of real size, for timing


def compare(made: Program, engines: tuple[Engine, ...], seconds: dict[str, float]) -> list[str]:
    """Run one program through every engine and describe each disagreement with the first."""
    models = []
    for engine in engines:
        start = perf_counter()
        models.append(engine.run(made.rules, made.vocabulary, made.facts))
        seconds[engine.name] += perf_counter() - start
    out = []
    for engine, model in zip(engines[1:], models[1:], strict=True):
        if model != models[0]:
            extra, missing = sorted(model - models[0], key=str)[:SHOWN], sorted(models[0] - model, key=str)[:SHOWN]
            out.append(f"{made.name}: {engine.name} has {extra} too many and lacks {missing}")
    return out


def show_progress(done: int, count: int, bad: int) -> None:
    """One line that is written over, on a terminal only."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done}/{count} programs, {bad} disagreements")
        sys.stderr.write("\n" if done == count else "")
        sys.stderr.flush()


def best_ms(engine: Engine, made: Program) -> float:
    """Shortest of several runs."""
    times = []
    for _ in range(REPEATS):
        start = perf_counter()
        engine.run(made.rules, made.vocabulary, made.facts)
        times.append(perf_counter() - start)
    return min(times) * 1000


def main() -> int:
    """Compare, print what was found and how long each engine took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", type=int, nargs="?", default=1000, help="how many programs, half of each kind")
    parser.add_argument("--from", dest="first", type=int, default=0, help="first seed")
    options = parser.parse_args()
    engines: tuple[Engine, ...] = (ReferenceEngine(), ExpertaEngine(), ClingoOracle(), ClipsOracle())
    seconds: dict[str, float] = defaultdict(float)
    wrong: list[str] = []
    derivations = 0
    for done in range(options.programs):
        made = program(KINDS[done % len(KINDS)], options.first + done // len(KINDS))
        found = compare(made, engines, seconds)
        for line in found:
            print(line)
        wrong += found
        derivations += len(evaluate(made.rules, made.vocabulary, made.facts).derivations)
        show_progress(done + 1, options.programs, len(wrong))
    each = ", ".join(f"{name} {total / max(options.programs, 1) * 1000:.2f}" for name, total in seconds.items())
    print(f"{options.programs} programs, {derivations} derivations, {len(wrong)} disagreements; ms per program: {each}")
    real = day()
    size = f"{len(real.rules.rules)} rules and {len(real.facts)} facts"
    print(f"{size}, best of {REPEATS}, ms: " + ", ".join(f"{engine.name} {best_ms(engine, real):.2f}" for engine in engines[:2]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
