"""The next record is asked for while the one before is still looked at: of use, harmless, and never believed too much."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, Response, request

import portal_bot.sandbox.sandbox as sandbox_module
from portal_bot.model import Exit
from portal_bot.run_options import RunReport
from portal_bot.sandbox import Sandbox
from tests.robot import Robot, outcomes

from .test_workers import MEADOWLARK, lacking

RECORD = re.compile(r"/m/(api/)?staff/(\d+)")
LATE_PART = """
document.addEventListener('click', (event) => {
  if (event.target.textContent.trim() !== 'Expand All' || !event.isTrusted) return;
  fetch('/open-record').then((answer) => answer.text()).then((number) => {
    const field = document.createElement('input');
    field.setAttribute('aria-label', 'Record number'); field.readOnly = true; field.value = number;
    event.target.closest('fieldset, form, main').append(field);
  });
});
"""
"""Opening the groups brings a field of whichever record the server takes for the open one."""


TALKS = """
new MutationObserver((changes) => changes.some((change) => [...change.addedNodes].some((node) => node.type === 'speculationrules'))
  && fetch('/open-record')).observe(document.head, {childList: true});
"""
"""A page that asks for something more whenever it has asked for another page ahead."""


class Watched:
    """The sandbox with what it was asked for, and what its answers are made to carry besides."""

    def __init__(self, start: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch, also: Callable[[Response], None]) -> None:
        self.records: list[tuple[str, bool]] = []
        """Each page of a record that was asked for, and whether that was ahead."""
        self.read: list[str] = []
        """Whose data was asked for."""
        self.open = ""
        """The record that the server takes for the open one."""
        create = sandbox_module.create_app

        def create_watched(*given: object) -> Flask:
            app = create(*given)  # type: ignore[arg-type]
            app.before_request(self._note)
            app.after_request(altered)
            return app

        def altered(answer: Response) -> Response:
            also(answer)
            return answer

        monkeypatch.setattr(sandbox_module, "create_app", create_watched)
        self.sandbox = start(layout="modern")
        self.people = lacking(self.sandbox, 5)

    def _note(self) -> str | None:
        if request.path == "/open-record":
            return self.open
        if not (record := RECORD.fullmatch(request.path)):
            return None
        self.open = record[2]
        if record[1] and request.method == "GET":
            self.read.append(record[2])
        if record[1] is None:
            self.records.append((request.path, request.headers.get("Sec-Purpose", "").startswith("prefetch")))
        return None

    def apply(self, folder: Path, **told: str) -> RunReport:
        bot = Robot(folder, self.sandbox.url, self.sandbox.user_name, self.sandbox.password, **told)
        report = bot.apply({MEADOWLARK: {"staff": self.people}})
        assert Counter(outcome for _, outcome in outcomes(report)) == {"granted": len(self.people)}, report.error
        assert report.exit is Exit.OK
        audit = self.sandbox.audit()
        assert [change["email"] for change in audit["changes"]] == [person["email"] for person in self.people]
        assert audit["saves"] == len(self.people)
        return report

    @property
    def ahead(self) -> list[str]:
        return [path for path, ahead in self.records if ahead]


def _as_they_are(_answer: Response) -> None:
    pass


def _refusing_what_is_ahead(answer: Response) -> None:
    if "Sec-Purpose" in request.headers:
        answer.status_code = 503
        answer.headers["Cache-Control"] = "no-store"


def _with_strict_rules(answer: Response) -> None:
    answer.headers["Content-Security-Policy"] = "script-src 'self'; require-trusted-types-for 'script'"


def _with_a_late_part(answer: Response) -> None:
    _add_script(answer, LATE_PART)


def _that_talks(answer: Response) -> None:
    _add_script(answer, TALKS)


def _add_script(answer: Response, more: str) -> None:
    if answer.mimetype == "text/javascript" and "Expand All" in (script := answer.get_data(as_text=True)):
        answer.set_data(script + more)


def test_each_record_but_the_first_is_asked_for_ahead_and_once(
    start_sandbox: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No page is loaded that would not have been: one for each person here, since the proof's comes from the browser's own store."""
    portal = Watched(start_sandbox, monkeypatch, _as_they_are)
    portal.apply(tmp_path)
    assert [path for path, _ in portal.records] == list(dict.fromkeys(path for path, _ in portal.records))
    assert portal.ahead == [path for path, _ in portal.records[1:]]


def test_a_map_may_say_that_nothing_is_asked_for_ahead(
    start_sandbox: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    portal = Watched(start_sandbox, monkeypatch, _as_they_are)
    portal.apply(tmp_path, own_map="record: {ahead: false}")
    assert not portal.ahead


@pytest.mark.parametrize(
    ("also", "asked"),
    [
        pytest.param(_that_talks, 1, id="the page asks for more since, so that the server may take this one for the open record"),
        pytest.param(_refusing_what_is_ahead, 1, id="the portal answers 503 to what is asked for ahead"),
        pytest.param(_with_strict_rules, 0, id="the page's own rules forbid it"),
    ],
)
def test_where_it_is_of_no_use_it_is_tried_once_at_most(
    start_sandbox: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, also: Callable[[Response], None], asked: int
) -> None:
    """Everybody is done as if nothing had been asked for."""
    portal = Watched(start_sandbox, monkeypatch, also)
    portal.apply(tmp_path)
    assert len(portal.ahead) == asked


def test_a_part_that_comes_late_is_not_the_next_records(
    start_sandbox: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A portal that keeps in mind which record is open, and brings a part of it when its groups are opened: the first record that is
    read after the next one was asked for is opened once more, and the next ones are asked for only after the proof."""
    portal = Watched(start_sandbox, monkeypatch, _with_a_late_part)
    portal.apply(tmp_path)
    assert len(portal.ahead) == len(portal.people) - 1
    assert len(portal.read) == 2 * len(portal.people) + 1
