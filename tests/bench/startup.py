"""How long the program takes to start: ``python -m tests.bench.startup``.

Prints, over several starts, the CPU time of ``portal-bot --help`` and of ``portal-bot validate`` on the packaged example, each with
its bound. Ends with 1 where the median is over it. Not wall time: a busy machine made the same start take 0.36 to 1.5 s.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from portal_bot.cli.demo.demo import example_config

STARTS = 7


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yaml"
        config.write_text(example_config(), encoding="utf-8")
        rows = [
            ("--help", "CPU", 0.4, measure(children_cpu, "--help")),
            ("validate", "CPU", 0.8, measure(children_cpu, "validate", "-c", str(config))),
        ]
    print(f"{'command':<10} {'what':<5} {'bound':>6} {'median':>7} {'least':>6} {'most':>6}   seconds, {STARTS} starts")
    for command, what, bound, seconds in rows:
        middle = statistics.median(seconds)
        print(f"{command:<10} {what:<5} {bound:>6.2f} {middle:>7.2f} {min(seconds):>6.2f} {max(seconds):>6.2f}")
    return int(any(statistics.median(seconds) > bound for _, _, bound, seconds in rows))


def measure(clock: Callable[[], float], *arguments: str) -> list[float]:
    """Seconds by ``clock`` of each of several starts of the program; the first, which fills caches, is not counted."""
    command = [sys.executable, "-c", "from portal_bot.cli import main; main()", *arguments]
    seconds = []
    for _ in range(STARTS + 1):
        before = clock()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        seconds.append(clock() - before)
    return seconds[1:]


def children_cpu() -> float:
    """CPU seconds of all ended child processes."""
    used = os.times()
    return used.children_user + used.children_system


if __name__ == "__main__":
    sys.exit(main())
