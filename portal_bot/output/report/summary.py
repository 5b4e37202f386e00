"""A run's rows put into sentences, bars and groups for its page. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from portal_bot.model.entities import ListName, Outcome
from portal_bot.model.messages import advice, count, on_off, outcome_words

Row = Mapping[str, Any]
"""A row of results.json."""

_TONE: Mapping[Outcome, str] = {
    Outcome.GRANTED: "changed", Outcome.REMOVED: "changed", Outcome.UNCHANGED: "fine", Outcome.BY_ROLE: "fine", Outcome.AWAITED: "fine",
    Outcome.WOULD_GRANT: "pending", Outcome.WOULD_REMOVE: "pending",
}  # fmt: skip
_PROOF: Mapping[Outcome, str] = {
    Outcome.GRANTED: "read in a fresh load after Save",
    Outcome.REMOVED: "read in a fresh load after Save",
    Outcome.UNCHANGED: "read on the record; nothing to do",
    Outcome.BY_ROLE: "read on the record: on through a role",
    Outcome.WOULD_GRANT: "read on the record; nothing was changed",
    Outcome.WOULD_REMOVE: "read on the record; nothing was changed",
    Outcome.AWAITED: "not in the portal yet",
}


@dataclass(frozen=True)
class ReportLine:
    """One person and permission, as the table shows it. ``tone``: changed, fine, pending or needs.

    ``portal``: the name of its config in a run over several portals, empty in others.
    """

    portal: str
    practice: str
    list: str
    name: str
    email: str
    permission: str
    before: str
    after: str
    outcome: str
    tone: str
    proof: str
    advice: str
    at: str
    seconds: str
    pictures: tuple[str, ...]


@dataclass(frozen=True)
class Bar:
    """People by tone, of a practice or, in a run over several portals, of a portal. ``parts``: tone, how many, share in per cent."""

    name: str
    total: int
    parts: tuple[tuple[str, int, float], ...]


@dataclass(frozen=True)
class PortalRow:
    """How one portal of several ended. ``report``: where its own page stands beside the page over all, if it was begun."""

    name: str
    address: str
    said: str
    ended: str
    error: str
    fine: bool
    report: str


def lines(rows: Sequence[Row], times: Mapping[int, str]) -> list[ReportLine]:
    """Every row; ``times``: when each was done, by its place."""
    return [_line(row, times.get(place, "")) for place, row in enumerate(rows)]


def sentence(rows: Sequence[Row], *, mode: str) -> str:
    """The result in one sentence for each permission: ``Messaging is on for 12 of 12 people.``"""
    said = []
    for permission in dict.fromkeys(row["permission"] for row in rows):
        asked = [row for row in rows if row["permission"] == permission]
        on = [row for row in asked if row["wanted"]]
        off = [row for row in asked if not row["wanted"]]
        if on:
            settled = sum(_is_on(row) for row in on)
            would = sum(row["outcome"] == Outcome.WOULD_GRANT for row in on)
            more = f"; apply would give it to {count(would, 'more person', 'more people')}" if mode == "plan" and would else ""
            said.append(f"{permission} is on for {settled} of {count(len(on), 'person', 'people')}{more}.")
        if off:
            gone = sum(row["outcome"] in (Outcome.REMOVED, Outcome.UNCHANGED) for row in off)
            said.append(f"{permission} is off for {gone} of {count(len(off), 'person', 'people')} who shall not have it.")
    return " ".join(said) or "Nobody was asked for."


def bars(told: Sequence[ReportLine]) -> list[Bar]:
    """A bar for each practice, in the config's order; for each portal where there are several."""
    tones: dict[str, Counter[str]] = {}
    for line in told:
        tones.setdefault(line.portal or line.practice, Counter())[line.tone] += 1
    return [Bar(name, of.total(), tuple((each, of[each], round(100 * of[each] / of.total(), 2)) for each in TONES if of[each]))
            for name, of in tones.items()]  # fmt: skip


def portals(rows: Sequence[Row], ended: Sequence[Row], *, mode: str) -> list[PortalRow]:
    """How each of several portals ended: ``portals`` of the results over all. Run folders of one fleet stand side by side."""
    return [
        PortalRow(
            _stem(each), each["portal"],
            sentence([row for row in rows if row.get("config") == each["config"]], mode=mode) if _begun(each) else _WITHOUT[_begun(each)],
            f"{each['exit_code']}: {each['exit_meaning']}", each["error"] or "", each["exit_code"] == 0,
            f"../{PurePath(each['folder']).name}/report.html" if each["folder"] else "",
        )
        for each in ended
    ]  # fmt: skip


def without_results(ended: Sequence[Row]) -> str:
    """What the sentence over all portals says of those that have no results of their own."""
    said = ""
    for begun, words in ((False, "could not be begun"), (None, "gave no results: whether they were changed is not known")):
        if number := sum(_begun(each) is begun for each in ended):
            said += f" {number} of {len(ended)} portals {words}."
    return said


_WITHOUT: Mapping[bool | None, str] = {False: "Not begun.", None: "No results came back: whether it was changed is not known."}


def _begun(ended: Row) -> bool | None:
    """Whether a portal was begun; ``None``: not known. (Results of versions before this one do not say it.)"""
    begun: bool | None = ended.get("begun", bool(ended["folder"]))
    return begun


TONES: Mapping[str, str] = {
    "changed": "changed and proved",
    "fine": "as wanted already",
    "pending": "would change",
    "needs": "needs somebody",
}
"""What each tone means, in the order of a bar."""


def tone(outcome: str) -> str:
    return _TONE.get(Outcome(outcome), "needs")


def _is_on(row: Row) -> bool:
    return row["outcome"] in (Outcome.GRANTED, Outcome.UNCHANGED, Outcome.BY_ROLE)


def _line(row: Row, at: str) -> ReportLine:
    outcome = Outcome(row["outcome"])
    detail = str(row["detail"] or "")
    proof = _PROOF.get(outcome, "") if outcome.done or outcome.pending else detail
    return ReportLine(
        _stem(row), row["practice"] or "", ListName(row["list"]).caption, row["name"], row["email"] or "", row["permission"],
        on_off(row["before"]), on_off(row["after"]), outcome_words(outcome), tone(outcome), proof,
        advice(outcome), at, "" if row["seconds"] is None else f"{row['seconds']:.1f} s", tuple(row["pictures"]),
    )  # fmt: skip


def _stem(row: Row) -> str:
    """``north`` for ``config: north.yaml``."""
    return PurePath(row.get("config") or "").stem
