"""``report.html`` of a run folder, or of the folder over several portals, made of what it holds. It can be made again at any time."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from portal_bot.model.errors import RunFolderError
from portal_bot.model.events import Event
from portal_bot.model.files import replace_text
from portal_bot.model.messages import VENDOR_WARNINGS, log_line
from portal_bot.output.report.summary import TONES, bars, lines, portals, sentence, without_results

MOST_STEPS = 1500
"""Lines of the timeline; a longer run's has no single steps, and run.log has everything."""
LARGEST_PICTURE = 400_000
MOST_PICTURES = 12_000_000
"""Bytes: of one picture and of all together that are put into the page."""


def write_report(folder: Path) -> Path:
    """Writes ``report.html`` into a run folder. Raises RunFolderError where it has no results, OSError where it cannot be written."""
    path = folder / "report.html"
    replace_text(path, report_page(_results(folder), list(_events(folder)), _pictures(folder)))
    return path


def report_page(results: Mapping[str, Any], events: Sequence[Event], pictures: Mapping[str, bytes]) -> str:
    """The page as HTML, in one file. Whatever comes from the portal or the config is escaped."""
    from jinja2 import Environment, StrictUndefined

    run, rows = results["run"], results["people"]
    times = {event["index"]: event.at.astimezone().strftime("%H:%M:%S") for event in events if event.kind == "person-done"}
    told = lines(rows, times)
    several = portals(rows, results.get("portals", ()), mode=run["mode"])
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    environment.filters["picture"] = lambda name: _as_address(pictures[name])
    template = files("portal_bot.output.report").joinpath("report.html.j2").read_text(encoding="utf-8")
    return environment.from_string(template).render(
        run=run, sentence=sentence(rows, mode=run["mode"]) + without_results(results.get("portals", ())), lines=told, portals=several,
        needs=[line for line in told if line.tone == "needs"], bars=bars(told), tones=TONES, steps=_timeline(events), pictures=pictures,
        warnings=[event["text"] for event in events if event.kind == "warning"], advice=VENDOR_WARNINGS,
        started=_local(run["started"]), took=_took(run), finished=bool(run["finished"]),
    )  # fmt: skip


def _results(folder: Path) -> Mapping[str, Any]:
    try:
        results: Mapping[str, Any] = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunFolderError(f"{folder} holds no results of a run, so there is no report of it.", hint="Name another run.") from error
    return results


def _events(folder: Path) -> Iterator[Event]:
    try:
        with (folder / "events.jsonl").open(encoding="utf-8") as file:
            for line in file:
                with suppress(ValueError):  # the last line of a run that was killed may be half a line
                    fields = json.loads(line)
                    at = datetime.fromisoformat(fields.pop("at"))
                    yield Event(fields.pop("kind"), fields, at, fields.pop("worker", 0))
    except FileNotFoundError:
        return


def _pictures(folder: Path) -> dict[str, bytes]:
    """The pictures that results name and that are small enough, by the name that stands there."""
    found: dict[str, bytes] = {}
    for path in sorted((folder / "pictures").glob("*.png")) if (folder / "pictures").is_dir() else []:
        content = path.read_bytes()
        if len(content) <= LARGEST_PICTURE and sum(map(len, found.values())) + len(content) <= MOST_PICTURES:
            found[f"pictures/{path.name}"] = content
    return found


def _timeline(events: Sequence[Event]) -> list[tuple[str, str, bool]]:
    """Time, sentence, and whether it is a mere step."""
    told = [(event, line) for event in events if (line := log_line(event))]
    if len(told) > MOST_STEPS:
        told = [(event, line) for event, line in told if event.kind in _MILESTONES][:MOST_STEPS]
    return [(event.at.astimezone().strftime("%H:%M:%S"), line, event.kind == "step") for event, line in told]


_MILESTONES = frozenset(
    {"run-started", "signed-in", "signed-out", "practice-started", "list-read", "saved", "warning", "retry", "run-finished"}
)


def _as_address(picture: bytes) -> str:
    return "data:image/png;base64," + b64encode(picture).decode("ascii")


def _local(utc: str) -> str:
    return datetime.fromisoformat(utc.replace("Z", "+00:00")).astimezone().strftime("%A, %d %B %Y, %H:%M")


def _took(run: Mapping[str, Any]) -> str:
    if not run["finished"]:
        return ""
    begin, end = (datetime.fromisoformat(run[key].replace("Z", "+00:00")).astimezone(UTC) for key in ("started", "finished"))
    minutes, seconds = divmod(round((end - begin).total_seconds()), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
