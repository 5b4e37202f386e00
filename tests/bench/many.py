"""What it costs to keep many people as they are: ``python -m tests.bench.many``.

Everybody has the permission already, as in a nightly run. For each size: seconds, seconds for each person, the memory of the
program itself at the beginning, in the middle and at the end, that of its browsers, and how large results and report are.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil

from portal_bot.output.report.run_report import write_report
from tests.helpers.robot import Robot

from .portal_process import PortalProcess

EVERY = 5.0
"""Seconds between two looks at the memory."""
MOST_MB = 300
"""The program itself, without browsers, is to stay below."""


def main() -> int:
    asked = _asked()
    rows = [measure(people, practices, asked.workers) for people, practices in asked.size]
    table = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": f"{psutil.cpu_count()} cores, {platform.machine()}",
        "workers": asked.workers, "note": asked.note, "rows": rows,
    }  # fmt: skip
    print(as_text(table))
    if asked.json:
        asked.json.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
        asked.json.with_suffix(".txt").write_text(as_text(table) + "\n", encoding="utf-8")
    return int(any(max(row["parent_mb"]) > MOST_MB for row in rows))  # type: ignore[arg-type]


def measure(people: int, practices: int, workers: int) -> dict[str, object]:
    """One run over so many people in each of so many practices."""
    with PortalProcess(people=people, practices=practices, granted=True) as portal, tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        everybody = portal.everybody()
        total = sum(len(people) for lists in everybody.values() for people in lists.values())
        Robot(folder, portal.url, portal.user_name, portal.password, run={"workers": workers}).write(everybody)
        command = [sys.executable, "-c", "from portal_bot.cli import main; main()", "apply", "--quiet", "--results", "results.json"]
        began = time.perf_counter()
        # A process of its own, as the scheduler starts it, so that nothing of the benchmark's is measured with it.
        program = subprocess.Popen(
            command, cwd=folder, env={**os.environ, "PORTAL_BOT_PASSWORD": portal.password, "XDG_STATE_HOME": str(folder / "state")}
        )
        with _Memory(psutil.Process(program.pid)) as memory:
            code = program.wait()
        took = time.perf_counter() - began
        audit = portal.audit()
        if code or audit["changes"]:
            raise SystemExit(f"the bot ended with {code} and {len(audit['changes'])} changes")
        run = next((folder / "runs").iterdir())
        row = {
            "people": total, "practices": practices, "seconds": round(took, 1), "seconds_a_person": round(took / total, 3),
            "parent_mb": memory.parent, "browsers_mb": memory.browsers, "pages_a_person": round(audit["pages"] / total, 2),
            "results_mb": round((run / "results.json").stat().st_size / 1e6, 2),
            "report_mb": round(write_report(run).stat().st_size / 1e6, 2),
        }  # fmt: skip
        print(f"  {row}", file=sys.stderr, flush=True)
        return row


class _Memory:
    """What the program itself (resident) and its browsers (each for itself) hold, looked at again and again; in MB."""

    def __init__(self, program: psutil.Process) -> None:
        self._program = program
        self._seen: list[tuple[float, float]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _Memory:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(EVERY if len(self._seen) > 3 else 1.0):
            below = 0
            try:
                own = self._program.memory_info().rss
                for process in self._program.children(recursive=True):
                    below += process.memory_full_info().uss
            except psutil.Error:  # one of them has just ended
                continue
            self._seen.append((own / 1e6, below / 1e6))

    @property
    def parent(self) -> tuple[int, int, int]:
        return self._thirds(0)

    @property
    def browsers(self) -> tuple[int, int, int]:
        return self._thirds(1)

    def _thirds(self, which: int) -> tuple[int, int, int]:
        """The most in each third of the run."""
        seen = [each[which] for each in self._seen] or [0.0]
        third = max(1, len(seen) // 3)
        return round(max(seen[:third])), round(max(seen[third:-third] or seen)), round(max(seen[-third:]))


def as_text(table: dict[str, object]) -> str:
    """The table for people."""
    lines = [
        f"nobody to be changed, {table['workers']} worker(s), no latency; {table['machine']}",
        f"{'people':>7} {'practices':>9} {'seconds':>8} {'a person':>9} {'pages':>6} "
        f" {'program MB':<15} {'browsers MB':<17} {'results':>8} {'report':>7}",
    ]
    for row in table["rows"]:  # type: ignore[attr-defined]
        own, below = (" ".join(f"{each:>4}" for each in row[key]) for key in ("parent_mb", "browsers_mb"))
        lines.append(
            f"{row['people']:>7} {row['practices']:>9} {row['seconds']:>8.1f} {row['seconds_a_person']:>9.3f} {row['pages_a_person']:>6} "
            f" {own:<15} {below:<17} {row['results_mb']:>5} MB {row['report_mb']:>4} MB"
        )
    if note := table.get("note"):
        lines.append(str(note))
    lines.append(f"MB: the most in each third of the run. The program itself, without browsers, is to stay below {MOST_MB} MB.")
    return "\n".join(lines)


def _asked() -> argparse.Namespace:
    def size(said: str) -> tuple[int, int]:
        people, _, practices = said.partition("x")
        return int(people), int(practices or 1)

    parser = argparse.ArgumentParser(prog="python -m tests.bench.many", description=__doc__)
    parser.add_argument("--size", type=size, nargs="+", default=[(n, 1) for n in (10, 100, 500, 2000)], metavar="PEOPLE[xPRACTICES]")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--note", default="", help="to stand below the table, of what else the machine did, say")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also written as text beside it")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
