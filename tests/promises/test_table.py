"""The table of promises: each quirk, and what must come of it by outcome, exit code and the portal's own audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from portal_bot.model.exit_codes import Exit
from tests.helpers.robot import Robot, rows

from .office import HELEN, JUNE, NORA, OSCAR, RUTH, TOMAS, VICTOR, in_words
from .portal import QuirkyPortal
from .quirks import NOTHING, REFUSED, Answer, Leaving, Place, Quirks

TWO = (NORA, TOMAS)
THREE = (NORA, TOMAS, JUNE)
FOUR = (NORA, TOMAS, JUNE, VICTOR)
BOTH_PRACTICES = (NORA, RUTH)
EVERY_LIST = (NORA, HELEN, RUTH, OSCAR)
GRANTED, FAILED, NOT_TRIED = "granted", "failed", "not-tried"


@dataclass(frozen=True)
class Row:
    """One portal, one run, and everything that must come of it."""

    quirk: str
    quirks: Quirks
    people: tuple[str, ...] = TWO
    outcomes: tuple[str, ...] = (GRANTED, GRANTED)
    exit: Exit = Exit.OK
    saves: int | None = None
    """Presses of Save; ``None``: one for each person."""
    has: tuple[str, ...] | None = None
    """Who has the permission in the end; ``None``: everybody who is granted, and nobody else."""
    strays: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    """What the error or a row's detail says."""
    limits: Mapping[str, Any] = field(default_factory=dict)
    full: bool = False
    """The row runs with ``-m full`` only."""

    @property
    def marks(self) -> list[pytest.MarkDecorator]:
        """Drafts come in many kinds: those refused by a page run before each merge, the rest with the soak."""
        if self.quirk.startswith("draft in") and "refused by a page" not in self.quirk:
            return [pytest.mark.soak]
        return [pytest.mark.full] if self.full else []

    @property
    def expected(self) -> tuple[str, str, str]:
        has = self.has if self.has is not None else [n for n, o in zip(self.people, self.outcomes, strict=True) if o == GRANTED]
        saves = len(self.people) if self.saves is None else self.saves
        return ", ".join(self.outcomes), f"exit {self.exit.value}", in_words(has, saves, self.strays)


def drafts() -> list[Row]:
    """Nobody gets the permission, whatever the page shows: the first person fails, and a run of one person ends with 4."""
    saves = {
        "Save refused by a page": REFUSED,
        "Save answers 500": Answer(stores=False, status=500),
        "Save answers 422": Answer(stores=False, status=422),
        "Save stores nothing": NOTHING,
    }
    quick = {"localStorage": "Save refused by a page"}
    places: tuple[Place, ...] = ("localStorage", "sessionStorage", "indexedDB", "cookie")
    return [draft_row(place, how, answer, full=quick.get(place) != how) for place in places for how, answer in saves.items()]


def draft_row(place: Place, how: str, answer: Answer, *, full: bool) -> Row:
    said = (str(answer.status),) if answer.status >= 400 else ()
    return Row(f"draft in {place}, {how}", Quirks(draft=place, save=answer), (NORA,), (FAILED,), Exit.NOT_DONE, said=said, full=full)


def caches() -> list[Row]:
    """A stored change is granted, though the browser could have shown an old page."""
    kinds = {
        "record page with max-age": Quirks(cache="max-age"),
        "record page with Expires": Quirks(cache="expires"),
        "record page with Last-Modified alone": Quirks(cache="last-modified"),
        "record page with ETag, server answers 304": Quirks(cache="etag"),
        "record data with max-age": Quirks(cache="data"),
        "service worker keeps record pages": Quirks(service_worker=True),
    }
    quick = ("record page with max-age",)
    return [Row(words, quirks, (NORA,), (GRANTED,), full=words not in quick) for words, quirks in kinds.items()]


def refusals() -> list[Row]:
    """Save that does not store stops the run soon, and a busy portal gets one more press."""
    nothing = ((FAILED, FAILED, NOT_TRIED), Exit.PORTAL)
    return [
        Row("Save refused by a page", Quirks(save=REFUSED), THREE, *nothing, saves=2, full=True),
        Row("Save stores nothing", Quirks(save=NOTHING), THREE, *nothing, saves=2),
        Row(
            "Save answers 500, not stored", Quirks(save=Answer(stores=False, status=500)), FOUR,
            (FAILED, FAILED, FAILED, NOT_TRIED), Exit.PORTAL, 3, said=("500",), full=True,
        ),
        Row(
            "Save answers 422, not stored", Quirks(save=Answer(stores=False, status=422)), THREE, *nothing,
            saves=2, said=("422",), limits={"stop_after_failures": 2}, full=True,
        ),
        Row("Save answers 500, stored", Quirks(save=Answer(status=500)), (NORA,), (GRANTED,), said=("500",), full=True),
        Row("Save answers 503 once", Quirks(save=Answer(stores=False, status=503, presses=1)), saves=3, full=True),
        Row(
            "Save answers 429 once, Retry-After: 1", Quirks(save=Answer(stores=False, status=429, presses=1, retry_after=1)),
            (NORA,), (GRANTED,), saves=2,
        ),
        Row(
            "Save answers 503 always", Quirks(save=Answer(stores=False, status=503)), (NORA,), (FAILED,), Exit.NOT_DONE, 2,
            said=("503",), full=True,
        ),
    ]  # fmt: skip


def replicas() -> list[Row]:
    """A stored change is granted once the server shows it, if that is within ``settle``."""
    old, patient = Quirks(stale=1.5), {"settle": "3s"}
    return [
        Row("stale for 1.5 s", old, (NORA,), (GRANTED,), limits=patient, full=True),
        Row("stale for 1.5 s, draft in localStorage", Quirks(stale=1.5, draft="localStorage"), limits=patient, full=True),
        Row("stale for longer than settle", Quirks(stale=60), (NORA,), (FAILED,), Exit.NOT_DONE, has=(NORA,), full=True),
        Row(
            "stale, draft in localStorage, longer than settle", Quirks(stale=60, draft="localStorage"), (NORA,), (FAILED,),
            Exit.NOT_DONE, has=(NORA,), full=True,
        ),
    ]  # fmt: skip


def sign_ins() -> list[Row]:
    """Whatever the portal knows a sign-in or a practice by: everybody is granted, in the right practice."""
    return [
        Row("refresh token, good once", Quirks(token="rotating"), full=True),
        Row("token in the page's memory", Quirks(token="memory"), full=True),
        Row("token in memory, records without address", Quirks(token="memory", opens="script"), full=True),
        Row("practice in the tab, sent in a header", Quirks(practice="header"), BOTH_PRACTICES, full=True),
        Row("practice in the tab, sent in the address", Quirks(practice="query"), BOTH_PRACTICES, full=True),
        Row("practice in the tab, refresh token", Quirks(practice="header", token="rotating"), EVERY_LIST, (GRANTED,) * 4, full=True),
    ]


def left_records() -> list[Row]:
    """The open record is kept in the session, and a page that is left makes its record the open one again: only the right ones change."""
    ways = {
        "beacon": Leaving(),
        "beacon answered after 0.5 s": Leaving(delay=0.5),
        "beacon answered after 2 s": Leaving(delay=2),
        "keepalive request": Leaving(by="keepalive"),
        "keepalive request answered after 2 s": Leaving(by="keepalive", delay=2),
        "beacon on unload": Leaving(event="unload"),
        "beacon on visibilitychange": Leaving(event="visibilitychange"),
    }
    three: dict[str, Any] = {"people": THREE, "outcomes": (GRANTED,) * 3}
    left = Quirks(record_in_session=True, leaving=Leaving(delay=0.5))
    return [
        *[
            Row(f"record in session, {words}", Quirks(record_in_session=True, leaving=way), **three, full=words not in ("beacon",))
            for words, way in ways.items()
        ],
        Row(
            "record in session, beacon, Save leads back to it", Quirks(record_in_session=True, leaving=Leaving(), after_save="record"),
            **three, full=True,
        ),
        Row(
            "record in session, beacon, two practices", Quirks(record_in_session=True, leaving=Leaving()), EVERY_LIST,
            (GRANTED,) * 4, full=True,
        ),
        Row("no address (POST), record in session, beacon", replace(left, opens="post"), **three, full=True),
        Row("no address (script), record in session, beacon", replace(left, opens="script"), **three, full=True),
    ]  # fmt: skip


def elsewhere() -> list[Row]:
    """A change of somebody else's record stops the run and is named."""
    over_nora = (f"{NORA}: email", f"{NORA}: phone")
    return [
        Row(
            "Save number 2 goes to the record before", Quirks(misdirected=2), THREE, (GRANTED, FAILED, NOT_TRIED), Exit.PORTAL, 2,
            strays=over_nora, said=(NORA,),
        ),
        Row(
            "Save number 3 goes to the record before", Quirks(misdirected=3), FOUR, (GRANTED, GRANTED, FAILED, NOT_TRIED), Exit.PORTAL, 3,
            strays=(f"{TOMAS}: email", f"{TOMAS}: phone"), said=(TOMAS,), full=True,
        ),
        Row(
            "Save flips the next person's Messaging", Quirks(flips_next=True), (NORA, JUNE), (GRANTED, NOT_TRIED), Exit.PORTAL, 1,
            has=TWO, strays=(f"{TOMAS}: messaging",), said=(TOMAS,), full=True,
        ),
        Row(
            "Save flips a person who is due next", Quirks(flips_next=True), THREE, (GRANTED, NOT_TRIED, NOT_TRIED), Exit.PORTAL, 1,
            has=TWO, said=(TOMAS,), full=True,
        ),
    ]  # fmt: skip


TABLE = [
    Row("none", Quirks(), THREE, (GRANTED,) * 3, full=True),
    *drafts(), *caches(), *refusals(), *replicas(), *sign_ins(), *left_records(), *elsewhere(),
]  # fmt: skip


@pytest.mark.parametrize("row", [pytest.param(row, id=row.quirk, marks=row.marks) for row in TABLE])
def test_what_the_bot_says_is_what_the_portal_holds(
    row: Row,
    start_portal: Callable[[Quirks], QuirkyPortal],
    bot_on: Callable[..., Robot],
    record_property: Callable[[str, object], None],
) -> None:
    """Outcome of each person, exit code, and by the portal's own audit: who has the permission, presses of Save, stray changes."""
    portal = start_portal(row.quirks)
    office = portal.office

    report = bot_on(portal, **row.limits).apply(office.config(row.people))

    results = rows(report)
    audit = office.audit
    outcomes = ", ".join(each["outcome"] for each in results)
    held = in_words(office.has_messaging(), len(audit.saves), office.strays(set(row.people)))
    seen = (outcomes, f"exit {report.exit.value}", held)
    record_property("promise", " | ".join([row.quirk, *row.expected, "as expected" if seen == row.expected else "; ".join(seen)]))
    said = " ".join([str(report.error or ""), *(each["detail"] for each in results)])
    assert seen == row.expected, said
    for words in row.said:
        assert words in said
    assert audit.accepted >= 1 and audit.refused == 0
