"""What is said of events and results, in the same words on the console, in ``run.log`` and in reports. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from portal_bot.model.entities import ListName, Outcome, Result
from portal_bot.model.events import Event

VENDOR_WARNINGS = (
    "Messages written in the Practice Portal do not reach the EHR, so they are not part of the patient's record. "
    "The vendor advises copying each of them into the EHR by hand: tell everybody who gets the permission.",
    "A person feels the change only after signing out of the portal and in again.",
)
"""What the vendor's help article adds to the job; said to whoever changes permissions."""

DETAIL_KINDS = frozenset(
    {"step", "signed-out", "list-read", "person-started", "about-to-save", "saved", "drift", "picture", "run-finished"}
)
"""Kinds of events that only somebody who asked for every step wants to see."""

_ADVICE: Mapping[Outcome, str] = {
    Outcome.NOT_FOUND: "Check spelling and list. A new record comes from the EHR 15 to 30 minutes after it is saved.",
    Outcome.AMBIGUOUS: "Add the e-mail or the location to the config, so that there is only one such person.",
    Outcome.BLOCKED: "This account may not change that box: look at the record, and at the person's role.",
    Outcome.FAILED: "Look at the record in the portal, then run again: whoever is done is left alone.",
    Outcome.NOT_TRIED: "Run again: whoever is done is left alone.",
}

_PARTICIPLE: Mapping[Outcome, str] = {
    Outcome.BY_ROLE: "by role",
    Outcome.AWAITED: "awaited",
    Outcome.WOULD_GRANT: "to grant",
    Outcome.WOULD_REMOVE: "to remove",
    Outcome.NOT_FOUND: "not found",
    Outcome.NOT_TRIED: "not tried",
}


def outcome_words(outcome: Outcome) -> str:
    return _PARTICIPLE.get(outcome, str(outcome))


def advice(outcome: Outcome) -> str:
    """What a person can do about an outcome; empty where there is nothing to do."""
    return _ADVICE.get(outcome, "")


def needs_somebody(result: Result) -> bool:
    return not result.outcome.done and not result.outcome.pending


def recap(results: Sequence[Result]) -> str:
    """One line: ``Messaging: 7 granted, 3 unchanged, 2 by role. 0 not done.``"""
    parts = []
    for permission in dict.fromkeys(each.assignment.permission for each in results):
        counts = Counter(each.outcome for each in results if each.assignment.permission == permission and not needs_somebody(each))
        said = ", ".join(f"{counts[outcome]} {outcome_words(outcome)}" for outcome in Outcome if counts[outcome])
        parts.append(f"{permission}: {said or 'nobody'}")
    missing = Counter(each.outcome for each in results if needs_somebody(each))
    kinds = ", ".join(f"{missing[outcome]} {outcome_words(outcome)}" for outcome in Outcome if missing[outcome])
    not_done = f"{missing.total()} not done" + (f" ({kinds})" if kinds else "")
    return f"{'; '.join(parts) or 'Nobody was asked for'}. {not_done}."


def on_off(value: bool | None) -> str:
    return {True: "on", False: "off", None: "–"}[value]


def list_caption(name: str | None) -> str:
    """The caption of a list, from its name in an event or a row."""
    return ListName(name).caption if name else ""


def log_line(event: Event) -> str:
    """An event as a sentence; empty where there is nothing to say."""
    say = _SENTENCES.get(event.kind)
    return say(event.fields) if say else ""


def duration(seconds: float) -> str:
    """``40 s``, ``3 min``, ``1 h 20 min``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _who(of: Mapping[str, Any]) -> str:
    places = [list_caption(of.get("list")), of.get("practice")]
    where = ", ".join(place for place in places if place)
    name = of.get("person") or of.get("name") or ""
    return f"{name} ({where})" if where else name


def count(number: Any, one: str, many: str) -> str:
    """``1 person``, ``2 people``."""
    return f"{number} {one if number == 1 else many}"


def _run_started(of: Mapping[str, Any]) -> str:
    where = f"at {of.get('portal')} as {of.get('user_name')}."
    if not of.get("people"):
        return f"Reading the lists, {where}"
    people = count(of["people"], "person", "people")
    practices = count(of.get("practices"), "practice", "practices")
    mode = "Plan, which only reads" if of.get("mode") == "plan" else str(of.get("mode")).capitalize()
    return f"{mode}: {people} in {practices}, {where}"


def _person_done(of: Mapping[str, Any]) -> str:
    row = of["result"]
    outcome = Outcome(row["outcome"])
    took = f" ({row['seconds']:.1f} s)" if row.get("seconds") is not None else ""
    detail = f": {row['detail']}" if row.get("detail") else ""
    return f"[{of.get('n')} of {of.get('of')}] {_who(row)}: {row['permission']} {outcome_words(outcome)}{took}{detail}"


def _step(of: Mapping[str, Any]) -> str:
    article = f" (step {of['article']} of the help article)" if of.get("article") else ""
    return f"{of.get('label')}{article}"


def _list_read(of: Mapping[str, Any]) -> str:
    people, pages = count(of.get("people"), "person", "people"), count(of.get("pages"), "page", "pages")
    return f"Read {list_caption(of.get('list'))} of {of.get('practice') or 'the practice'}: {people} on {pages}."


def _about_to_save(of: Mapping[str, Any]) -> str:
    return f"About to press Save: {of.get('permission')} {on_off(of.get('wanted'))} for {_who(of)}."


def _drift(of: Mapping[str, Any]) -> str:
    return f"'{of.get('control')}' was found by {of.get('candidate')}, not by the map's first way, {of.get('first')}."


def _retry(of: Mapping[str, Any]) -> str:
    pause = f" in {duration(float(of['pause']))}" if of.get("pause") else ""
    return f"{of.get('what')}: {str(of.get('why')).rstrip('.')}. Trying again{pause}."


_SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "run-started": _run_started,
    "step": _step,
    "signed-in": lambda of: f"Signed in as {of.get('user_name')}.",
    "signed-out": lambda _: "Signed out.",
    "practice-started": lambda of: f"Practice {of.get('practice') or '(the only one)'}: {count(of.get('people'), 'person', 'people')}.",
    "list-read": _list_read,
    "person-started": lambda of: f"[{of.get('n')} of {of.get('of')}] {_who(of)}: {of.get('permission')}",
    "about-to-save": _about_to_save,
    "saved": lambda of: f"Save was answered for {_who(of)}. Reading the record again.",
    "person-done": _person_done,
    "drift": _drift,
    "retry": _retry,
    "picture": lambda of: f"Picture of {of.get('of')}: {of.get('path')}",
    "warning": lambda of: f"Warning: {of.get('text')}",
    "note": lambda of: str(of.get("text")),
    "run-finished": lambda of: f"exit {of.get('exit_code')}: {of.get('exit_meaning')}",
}
