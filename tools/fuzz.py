"""Changed and corrupted case, rule and knowledge files at every door: no traceback, no hang, nothing corrupt accepted in silence.

python tools/fuzz.py 20000 [--from SEED] [--only KIND]

Prints each failure once (equal ones are counted) with the seed that makes it again; ends with 1 when there is any.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.fuzz.doors import Doors, Failure, Tally

SHARES = {"case, corrupted": 3, "case, changed": 2, "rules": 2, "layout": 1, "knowledge": 1, "pack": 1}  # of ten inputs
SHOWN = 40  # different failures
CUT = 400  # characters of a text


def plan() -> list[str]:
    """The kinds of ten inputs in a row."""
    return [kind for kind, share in SHARES.items() for _ in range(share)]


def fuzz(doors: Doors, count: int, first: int = 0, only: str = "") -> Tally:
    """So many inputs, the same for the same first seed."""
    tally, order = Tally(), plan()
    for seed in range(first, first + count):
        doors.run(only or order[seed % len(order)], seed, tally)
        if sys.stderr.isatty() and seed % 100 == 0:
            sys.stderr.write(f"\r{seed - first}/{count} inputs, {len(tally.failures)} failures")
            sys.stderr.flush()
    return tally


def report(tally: Tally, seconds: float) -> str:
    """What a run did, and its failures."""
    lines = [f"{number:>7}  {outcome}" for outcome, number in sorted(tally.outcomes.items())]
    kinds = Counter(_kind(failure) for failure in tally.failures)
    seen: set[str] = set()
    for failure in tally.failures:
        kind = _kind(failure)
        if kind not in seen and len(seen) < SHOWN:
            seen.add(kind)
            lines += ["", f"{kinds[kind]} x {failure.how}, seed {failure.seed}: {failure.told}", f"    {failure.text[:CUT]!r}"]
    lines += [
        "",
        f"{tally.inputs} inputs in {seconds:.0f} s, slowest {tally.slowest_s:.2f} s, {len(tally.failures)} failures of {len(kinds)} kinds",
    ]
    return "\n".join(lines)


def _kind(failure: Failure) -> str:
    return failure.how + "".join(c for c in failure.told if not c.isdigit())[-60:]


def main() -> int:
    """Parse the arguments, run, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("count", type=int, nargs="?", default=20_000)
    parser.add_argument("--from", dest="first", type=int, default=0, metavar="SEED")
    parser.add_argument("--only", choices=sorted(SHARES), default="")
    args = parser.parse_args()
    doors = Doors(Path(__file__).resolve().parents[1])
    start = perf_counter()
    tally = fuzz(doors, args.count, args.first, args.only)
    print(report(tally, perf_counter() - start))
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
