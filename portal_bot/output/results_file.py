"""``results.json`` and ``results.csv``: their text."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portal_bot import __version__
from portal_bot.model.entities import Mode
from portal_bot.model.exit_codes import Exit
from portal_bot.model.files import replace_text


@dataclass(frozen=True)
class RunHeader:
    """What is known of a run before it begins."""

    mode: Mode
    portal: str | None
    user_name: str | None
    config_sha256: str | None


def results_json(
    header: RunHeader,
    rows: Sequence[Mapping[str, Any]],
    *,
    run_id: str | None,
    started: datetime,
    finished: datetime | None,
    exit_code: Exit | None,
) -> str:
    """The text of ``results.json``, every key always there, ``null`` where unknown."""
    run = {
        "id": run_id,
        "mode": str(header.mode),
        "started": utc(started),
        "finished": None if finished is None else utc(finished),
        "portal": header.portal,
        "user_name": header.user_name,
        "version": __version__,
        "config_sha256": header.config_sha256,
        "exit_code": None if exit_code is None else int(exit_code),
        "exit_meaning": None if exit_code is None else exit_code.meaning,
        "counts": Counter(row["outcome"] for row in rows),
    }
    people = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in rows)
    people = f"[\n  {people}\n ]" if rows else "[]"
    return f'{{"schema": 1,\n "run": {json.dumps(run, ensure_ascii=False)},\n "people": {people}}}\n'


def results_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = " ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    # A spreadsheet would take such a text, which may come from the portal, for a formula.
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def utc(at: datetime, timespec: str = "seconds") -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=timespec) + "Z"


def claim_nothing(results: Path, mode: Mode, code: Exit) -> None:
    """A run that did not begin replaces ``--results`` too: what an earlier run wrote there must not stand for it."""
    now = datetime.now(UTC)
    header = RunHeader(mode, portal=None, user_name=None, config_sha256=None)
    replace_text(results, results_json(header, [], run_id=None, started=now, finished=now, exit_code=code))
