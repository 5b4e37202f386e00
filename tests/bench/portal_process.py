"""A sandbox portal in a process of its own, so that its work is not counted with a contestant's."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

LIST = "staff"


@dataclass(frozen=True)
class Somebody:
    """A person of the benchmark, and whether the permission is there before."""

    name: str
    email: str
    has_it: bool


class PortalProcess:
    """Serves the modern layout until it is left. ``granted``: everybody has Messaging already."""

    def __init__(self, *, latency_ms: int = 0, people: int, practices: int = 1, granted: bool = False) -> None:
        self._command = [
            sys.executable, "-m", "tests.bench.serve", "--latency", str(latency_ms), "--people", str(people),
            "--practices", str(practices), *(["--granted"] if granted else []),
        ]  # fmt: skip
        self.practice = ""

    def __enter__(self) -> Self:
        here = Path(__file__).parents[2]
        self._process = subprocess.Popen(self._command, cwd=here, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url, self.user_name, self.password = (self._process.stdout.readline().strip() for _ in range(3))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate(timeout=30)

    def everybody(self) -> dict[str, dict[str, list[dict[str, str]]]]:
        """Everybody for whom Messaging is not blocked: practice -> list -> people, as in a config."""
        practices: dict[str, dict[str, list[dict[str, str]]]] = {}
        for row in self._read("audit/state.json")["people"]:
            if row["permissions"]["Messaging"] != "blocked":
                practices.setdefault(row["practice"], {}).setdefault(row["list"], []).append({"name": row["name"], "email": row["email"]})
        return practices

    def people(self, *, lacking: int, having: int) -> list[Somebody]:
        """So many Staff Members who lack Messaging and so many who have it, in the order of the list, nobody's namesake."""
        rows = [row for row in self._read("audit/state.json")["people"] if row["list"] == LIST]
        self.practice = rows[0]["practice"]
        names = Counter(row["name"] for row in rows)
        alone = [row for row in rows if names[row["name"]] == 1]
        chosen = [
            *[row for row in alone if row["permissions"]["Messaging"] == "off"][:lacking],
            *[row for row in alone if row["permissions"]["Messaging"] == "own"][:having],
        ]
        if len(chosen) < lacking + having:
            raise SystemExit(f"the portal has only {len(chosen)} such people: ask for fewer, or give it more")
        chosen.sort(key=rows.index)
        return [Somebody(row["name"], row["email"], row["permissions"]["Messaging"] == "own") for row in chosen]

    def audit(self) -> dict[str, Any]:
        return self._read("audit")

    def _read(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path) as answer:
            return json.load(answer)
