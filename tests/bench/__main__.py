"""How fast the job is done: ``python -m tests.bench``.

The same people on a freshly seeded sandbox portal for each contestant, at several latencies, in one run and with one browser.
Prints a table and, with ``--json FILE``, writes it; ratios count, since machines differ.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from .contestants import bot, bot_in_one_browser, limit, script
from .portal_process import PortalProcess, Somebody

Contestant = Callable[[PortalProcess, Sequence[Somebody]], None]
CONTESTANTS: dict[str, tuple[int, Contestant]] = {
    "limit, 1 connection": (1, lambda portal, people: limit(portal, people, connections=1)),
    "limit, 2 connections": (2, lambda portal, people: limit(portal, people, connections=2)),
    "limit, 4 connections": (4, lambda portal, people: limit(portal, people, connections=4)),
    "script": (1, script),
    "bot, 1 worker": (1, lambda portal, people: bot(portal, people, workers=1)),
    "bot, 1 worker, no pictures": (1, lambda portal, people: bot(portal, people, workers=1, pictures="none")),
    "bot, 2 workers": (2, lambda portal, people: bot(portal, people, workers=2)),
    "bot, 2 workers, one sign-in": (2, lambda portal, people: bot(portal, people, workers=2, share=True)),
    "bot, 4 workers": (4, lambda portal, people: bot(portal, people, workers=4)),
    "bot, 4 workers, one sign-in": (4, lambda portal, people: bot(portal, people, workers=4, share=True)),
    "bot, 4 workers, one browser": (4, lambda portal, people: bot_in_one_browser(portal, people, workers=4)),
}
"""Each with how many connections or sessions it has."""
TARGETS = {("bot, 1 worker", 100): 2.0, ("bot, 1 worker", 300): 1.5, ("bot, 4 workers, one sign-in", 300): 1.9}
"""At most so many times the limit with as many connections, at this latency."""
FASTER_THAN_SCRIPT = 1.0
"""So many times as fast as the script has one worker to be, at 100 ms."""


def main() -> int:
    asked = _asked()
    rows = []
    for latency in asked.latency:
        for name in asked.only or CONTESTANTS:
            runs = [measure(CONTESTANTS[name][1], latency, asked) for _ in range(asked.repeat)]
            seconds = [run.seconds for run in runs]
            people = asked.lacking + asked.having

            def each(what: str, runs: Sequence[_Run] = runs, people: int = people) -> float:
                return statistics.median(run.audit[what] for run in runs) / people

            rows.append({
                "latency_ms": latency, "contestant": name, "seconds": [round(each, 2) for each in seconds],
                "requests_a_person": round(each("requests"), 2), "pages_a_person": round(each("pages"), 2),
                "kilobytes_a_person": round(each("bytes") / 1000, 1), "memory_mb": round(max(run.memory for run in runs)),
            })  # fmt: skip
            print(f"  {latency} ms, {name}: {', '.join(f'{each:.1f}' for each in seconds)} s", file=sys.stderr, flush=True)
    table = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": f"{psutil.cpu_count()} cores, {platform.machine()}",
        "people": asked.lacking + asked.having, "changed": asked.lacking, "rows": [_compared(row, rows) for row in rows],
    }  # fmt: skip
    print(as_text(table))
    if asked.json:
        asked.json.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
        asked.json.with_suffix(".txt").write_text(as_text(table) + "\n", encoding="utf-8")
    return 0


@dataclass(frozen=True)
class _Run:
    seconds: float
    memory: float
    """The most in MB: this process and all it started, less the portal."""
    audit: Mapping[str, Any]


def measure(contestant: Contestant, latency: int, asked: argparse.Namespace) -> _Run:
    """One run of a contestant on a portal of its own."""
    with PortalProcess(latency_ms=latency, people=asked.in_portal) as portal:
        people = portal.people(lacking=asked.lacking, having=asked.having)
        with _Memory() as memory:
            began = time.perf_counter()
            contestant(portal, people)
            took = time.perf_counter() - began
        audit = portal.audit()
        if len(audit["changes"]) != asked.lacking:
            raise SystemExit(f"{len(audit['changes'])} changes instead of {asked.lacking}")
        return _Run(took, memory.most, audit)


class _Memory:
    """The most memory while it is entered: the sum over processes of what each has for itself (in MB)."""

    def __init__(self) -> None:
        self.most = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _Memory:
        here = psutil.Process()
        self._not_ours = {child.pid for child in here.children(recursive=True)}
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        here = psutil.Process()
        while not self._over.wait(1.0):
            total = 0
            for process in [here, *here.children(recursive=True)]:
                if process.pid not in self._not_ours:
                    try:
                        total += process.memory_full_info().uss
                    except psutil.Error:
                        continue
            self.most = max(self.most, total / 1e6)


def _compared(row: dict[str, object], rows: Sequence[dict[str, object]]) -> dict[str, object]:
    """The row with what it is compared to: the limit with as many connections, and the script, at the same latency."""

    def middle(name: str) -> float | None:
        found = [r for r in rows if r["latency_ms"] == row["latency_ms"] and r["contestant"] == name]
        return statistics.median(found[0]["seconds"]) if found else None  # type: ignore[call-overload,no-any-return]

    name, mine = str(row["contestant"]), middle(str(row["contestant"]))
    sessions = CONTESTANTS[name][0]
    best, scripted = middle(f"limit, {sessions} connection{'s' * (sessions > 1)}"), middle("script")
    target = TARGETS.get((name, row["latency_ms"]))  # type: ignore[call-overload]
    assert mine is not None
    return row | {
        "times_the_limit": round(mine / best, 2) if best else None, "target": target,
        "times_as_fast_as_the_script": round(scripted / mine, 2) if scripted else None,
    }  # fmt: skip


def as_text(table: dict[str, object]) -> str:
    """The table for people."""
    lines = [
        f"{table['people']} people, {table['changed']} of them changed; {table['machine']}",
        f"{'latency':>7}  {'contestant':<28} {'seconds':>8} {'(least-most)':>14} {'x limit':>8} {'target':>7} {'x script':>9} "
        f"{'requests':>9} {'pages':>6} {'kB':>6} {'MB':>5}",
    ]
    for row in table["rows"]:  # type: ignore[attr-defined]
        seconds = row["seconds"]
        spread = f"{min(seconds):.1f}-{max(seconds):.1f}"
        lines.append(
            f"{row['latency_ms']:>4} ms  {row['contestant']:<28} {statistics.median(seconds):>8.1f} {spread:>14} "
            f"{row['times_the_limit'] or '':>8} {row['target'] or '':>7} {row['times_as_fast_as_the_script'] or '':>9} "
            f"{row['requests_a_person']:>9} {row['pages_a_person']:>6} {row['kilobytes_a_person']:>6} {row['memory_mb']:>5}"
        )
    lines.append(
        f"x limit: times the seconds of the limit with as many connections. x script: times as fast (at 100 ms: {FASTER_THAN_SCRIPT})."
    )
    lines.append("requests, pages, kB: for each person. MB: the most of all processes together.")
    return "\n".join(lines)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--latency", type=int, nargs="+", default=[0, 100, 300], metavar="MS")
    parser.add_argument("--only", nargs="+", choices=CONTESTANTS, metavar="CONTESTANT", help=f"of: {'; '.join(CONTESTANTS)}")
    parser.add_argument("--lacking", type=int, default=23, help="people who lack the permission")
    parser.add_argument("--having", type=int, default=8, help="people who have it")
    parser.add_argument("--in-portal", type=int, default=120, help="people in the portal")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also written as text beside it")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
