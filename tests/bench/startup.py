"""How long the program takes to start: ``python -m tests.bench.startup``.

Prints, over several starts, the CPU time of ``portal-bot --help`` and of ``portal-bot validate`` on the packaged example, and how many
times as long that is as a Python that only imports what each cannot do without. Ends with 1 where a ratio is over its bound. Seconds are
no measure: the same start took 0.3 s on one day and 0.5 s on another.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from portal_bot.cli.demo.demo import example_config

STARTS = 7
PROGRAM = "from portal_bot.cli import main; main()"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yaml"
        config.write_text(example_config(), encoding="utf-8")
        rows = [
            ("--help", 3.0, measure(PROGRAM, "--help"), measure("import typer, rich.console")),
            ("validate", 3.0, measure(PROGRAM, "validate", "-c", str(config)), measure("import typer, rich.console, pydantic, yaml")),
        ]
    print(f"{'command':<10} {'median':>7} {'least':>6} {'most':>6} {'bare':>6} {'ratio':>6} {'bound':>6}   CPU seconds, {STARTS} starts")
    over = False
    for command, bound, seconds, bare in rows:
        middle, least = statistics.median(seconds), statistics.median(bare)
        over = over or middle / least > bound
        print(f"{command:<10} {middle:>7.2f} {min(seconds):>6.2f} {max(seconds):>6.2f} {least:>6.2f} {middle / least:>6.2f} {bound:>6.2f}")
    return int(over)


def measure(code: str, *arguments: str) -> list[float]:
    """CPU seconds of each of several starts of Python; the first, which fills caches, is not counted."""
    seconds = []
    for _ in range(STARTS + 1):
        before = children_cpu()
        subprocess.run([sys.executable, "-c", code, *arguments], stdout=subprocess.DEVNULL, check=True)
        seconds.append(children_cpu() - before)
    return seconds[1:]


def children_cpu() -> float:
    """CPU seconds of all ended child processes."""
    used = os.times()
    return used.children_user + used.children_system


if __name__ == "__main__":
    sys.exit(main())
