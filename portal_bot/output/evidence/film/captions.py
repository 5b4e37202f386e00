"""What the film's cards and captions say. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from portal_bot.model.entities import Outcome
from portal_bot.model.messages import VENDOR_WARNINGS, advice, outcome_words

STEPS: Mapping[str, str] = {
    "3": "Choose the practice",
    "4": "Click “User Administration”",
    "5": "Click “Providers” or “Staff Members”",
    "6": "Select the person, which opens the record",
    "7": "Find “Permissions” and tick the box",
    "8": "Click “Save”, and read the record again",
}
"""The steps of the vendor's help article that the film shows, by their number there, in our words."""
_MODES = {"apply": "Permissions are given, and proved", "plan": "Permissions are read; nothing is changed"}


def opening_card(started: Mapping[str, Any]) -> dict[str, Any]:
    """What, when, which portal; of the event ``run-started`` with the local time as ``at``."""
    people, practices, mode = started.get("people", 0), started.get("practices", 0), str(started.get("mode", ""))
    at = started.get("at")
    day = f"{at.day} {at:%B %Y, %H:%M}" if isinstance(at, datetime) else ""
    asked = f"{_number(people, 'person', 'people')} in {_number(practices, 'practice', 'practices')}"
    names = " Names of people are invented." if started.get("anonymise") else ""
    return {
        "title": _MODES.get(mode, mode),
        "under": f"{asked} · {started.get('portal', '')} · {day}",
        "counts": [],
        "foot": "This is the run itself, recorded in the browser. Signing in and pages that may show patients are not recorded, "
        f"and waiting is cut short.{names}",
    }


def practice_card(practice: str | None, people: int) -> dict[str, Any]:
    return {"title": practice or "The practice", "under": _number(people, "person", "people"), "counts": [], "foot": ""}


def list_card(caption: str, practice: str) -> dict[str, Any]:
    return {"title": caption, "under": practice, "counts": [], "foot": ""}


def closing_card(started: Mapping[str, Any], results: Sequence[Mapping[str, Any]], said: Callable[[str], str]) -> dict[str, Any]:
    """The counts. ``said`` stands before names."""
    of = started.get("people", 0)
    tallied = Counter(Outcome(each["outcome"]) for each in results)
    undone = [each for each in results if not (Outcome(each["outcome"]).done or Outcome(each["outcome"]).pending)]
    if len(results) < of:
        title = f"Ended after {len(results)} of {_number(of, 'person', 'people')}"
    elif undone:
        title = f"{of - len(undone)} of {_number(of, 'person', 'people')} are as wanted"
    else:
        title = "Everybody was read" if started.get("mode") == "plan" else "Everybody is as wanted"
    return {
        "title": title,
        "under": f"Needs somebody: {', '.join(dict.fromkeys(said(each['name']) for each in undone))}" if undone else "",
        "counts": [[outcome_words(outcome), str(number)] for outcome, number in tallied.items()],
        "foot": " ".join(VENDOR_WARNINGS) if any(each["outcome"] == "granted" for each in results) else "",
    }


def verdict(result: Mapping[str, Any]) -> dict[str, str]:
    """``kind`` (good, plain, bad), ``text`` and ``why`` of one result."""
    outcome = Outcome(result["outcome"])
    if outcome in (Outcome.GRANTED, Outcome.REMOVED):
        now = "on" if outcome is Outcome.GRANTED else "off"
        return {"kind": "good", "text": f"✓ {result['permission']} is {now}, and proved", "why": ""}
    if outcome.done or outcome.pending:
        return {"kind": "plain", "text": f"{result['permission']}: {outcome_words(outcome)}", "why": ""}
    why = ". ".join(f"{line[:1].upper()}{line[1:].rstrip('.')}" for line in (result["detail"], advice(outcome)) if line)
    return {"kind": "bad", "text": f"{result['permission']}: {outcome_words(outcome)}", "why": f"{why}." if why else ""}


def _number(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"
