"""Every tool for rules once on many rules: seconds and peak memory of each, as a child process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from many_rules import ROOT, write_base

RULES = 10_000
EXAMPLES = str(ROOT / "examples")
ENDS = (0, 1)  # 1: something was found or differs


def commands(base: str, other: str, out: str) -> list[list[str]]:
    """What is run: each command of ``neurobalance rules`` that looks at all rules."""
    return [
        ["check", "--kb", base],
        ["test", "--kb", base],
        ["coverage", "--kb", base, "--format", "json"],
        ["mutate", "--kb", base, "--format", "json"],
        ["analyze", "--kb", base],
        ["diff", base, other, "--cases", EXAMPLES],
        ["docs", "--kb", base, "--no-build", "-o", out],
    ]


def run(command: list[str]) -> tuple[int, float, int, str]:
    """A command: its exit code, seconds, peak memory in MB, and the last line that it printed."""
    start = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "neurobalance_expert", "rules", *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as child:
        assert child.stdout is not None
        last = ""
        for line in child.stdout:
            last = line.strip() or last
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, time.monotonic() - start, usage.ru_maxrss // 1024, last


def main(rules: int) -> int:
    """Print one line for each command; 1 when one of them broke down."""
    broken = 0
    with TemporaryDirectory() as folder:
        base, other = Path(folder, "base"), Path(folder, "other")
        write_base(base, rules)
        write_base(other, rules)
        file = other / "rules" / "many" / "many-00000.yaml"
        file.write_text(file.read_text(encoding="utf-8").replace("Many 1:", "Many one:"), encoding="utf-8")
        for command in commands(str(base), str(other), str(Path(folder, "site"))):
            code, seconds, memory, last = run(command)
            broken |= code not in ENDS
            print(f"rules {command[0]:9} exit {code} {seconds:7.1f} s {memory:5} MB  {last[:90]}", flush=True)
    return int(broken)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else RULES))
