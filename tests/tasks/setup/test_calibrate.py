"""Pointing at controls: a person's clicks become a map, and the bot works with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page

from portal_bot.config.loader import load_config
from portal_bot.model.entities import Mode
from portal_bot.model.errors import ConfigError
from portal_bot.model.exit_codes import Exit
from portal_bot.portal.map.portal_map import load_map, packaged_map
from portal_bot.run.account.credentials import Credentials
from portal_bot.run.run_options import RunOptions
from portal_bot.sandbox import Sandbox
from portal_bot.tasks.setup.calibrate import QUESTIONS, calibrate
from tests.helpers.altered_sandbox import altered_sandbox
from tests.helpers.robot import Robot, outcomes

PRACTICE = "Meadowlark Pediatrics"
OTHER_WORDS = {
    "User Administration": "Zebra",
    "Providers": "Quagga",
    "Staff Members": "Okapi",
    "Permissions": "Gnu",
    "Save": "Frob",
}
POINTS_AT = {
    "navigation.user_administration": "Zebra",
    "navigation.providers": "Quagga",
    "navigation.staff": "Okapi",
    "record.permissions": "Gnu",
    "save.button": "Frob",
    "record.permission": "Messaging",
    "record.name": "Marcus Bell",
    "sign_out.button": "Sign Out",
}


class Hand:
    """Double-clicks, as some people do, with the browser's own mouse on the words that a control is known by; skips others."""

    def __init__(self, points_at: Mapping[str, str], *, agrees: bool = True) -> None:
        self.questions: dict[str, str] = {}
        self.diff = ""
        self._points_at = points_at
        self._agrees = agrees
        self._words: str | None = None

    def told(self, text: str) -> None: ...

    def asked(self, control: str, question: str) -> None:
        self.questions[control] = question
        self._words = self._points_at.get(control)

    def beat(self, page: Page) -> bool:
        if self._words is None:
            return True
        there = page.get_by_text(self._words, exact=True).or_(page.locator(f'input[value="{self._words}"]')).filter(visible=True)
        if not there.count():
            return True
        there.first.scroll_into_view_if_needed()
        box = there.first.bounding_box()
        assert box is not None
        page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        return False

    def agrees(self, diff: str) -> bool:
        self.diff = diff
        return self._agrees


def robot(sandbox: Sandbox, folder: Path, own_map: str | None = None) -> Robot:
    return Robot(folder, sandbox.url, sandbox.user_name, sandbox.password, own_map=own_map, limits={"wait": "5s"})


def calibrated(bot: Robot, sandbox: Sandbox, hand: Hand, people: dict[str, Any], **asked: Any) -> Any:
    config = load_config(bot.write(people))
    return calibrate(config, RunOptions(Mode.PLAN), hand, credentials=Credentials(sandbox.password), **asked)


@pytest.mark.full
def test_five_other_captions_and_no_ids_are_mended_by_pointing_and_apply_then_works(
    start_sandbox: Callable[..., Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is asked for once in plain words; nothing is saved or ticked meanwhile, double click or not; the map's other controls
    stay."""
    sandbox = altered_sandbox(start_sandbox, monkeypatch, OTHER_WORDS, without_ids=True, layout="modern")
    people = {PRACTICE: {"providers": ["Wen Irwin, MD"], "staff": ["Marcus Bell"]}}
    bot = robot(sandbox, tmp_path, own_map="# Ours.\nversion: 1\nsign_out:\n  button: {role: link, name: Sign Out}\n")
    hand = Hand(POINTS_AT)
    told = calibrated(bot, sandbox, hand, people)
    assert (told.exit, told.problems, told.skipped) == (Exit.OK, [], [])
    assert list(hand.questions) == [
        "navigation.user_administration", "navigation.providers", "navigation.staff", "record.permissions", "save.button",
    ]  # fmt: skip
    assert hand.questions["save.button"].startswith("Click the Save button of the record.")
    assert sandbox.audit()["saves"] == 0
    written = (tmp_path / "my-portal.yaml").read_text(encoding="utf-8")
    assert written.startswith("# Ours.\n")
    assert yaml.safe_load(written)["sign_out"] == {"button": {"role": "link", "name": "Sign Out"}}
    assert "+save:" in hand.diff
    assert {"role": "button", "name": "Frob"} in yaml.safe_load(written)["save"]["button"]

    report = bot.apply(people)
    assert (report.exit, outcomes(report)) == (Exit.OK, [("Wen Irwin, MD", "granted"), ("Marcus Bell", "granted")])
    assert [change["field"] for change in sandbox.audit()["changes"]] == ["Messaging", "Messaging"]


@pytest.mark.full
def test_controls_asked_for_by_name_are_asked_though_found_and_nothing_is_written_unasked(sandbox_classic: Sandbox, tmp_path: Path) -> None:
    """A permission becomes {permission}, also when its caption was clicked; the box is not ticked; a No leaves the file alone."""
    people = {PRACTICE: {"staff": ["Marcus Bell"]}}
    bot = robot(sandbox_classic, tmp_path)
    hand = Hand(POINTS_AT, agrees=False)
    told = calibrated(bot, sandbox_classic, hand, people, controls=["record.permission", "save.button", "sign_out.button"])
    assert list(hand.questions) == ["sign_out.button", "record.permission", "save.button"]
    assert told.skipped == ["sign_out.button", "save.button"]  # "Sign Out" and "Frob" are not words of this layout
    assert '"Messaging"' in hand.questions["record.permission"]
    (line,) = told.lines
    assert str(line.value[0]) == "{role: checkbox, name: {permission}}"
    assert told.written is None
    assert not (tmp_path / "my-portal.yaml").exists()
    assert sandbox_classic.audit()["saves"] == 0


@pytest.mark.full
def test_a_control_that_is_skipped_stays_missing_and_is_told(
    start_sandbox: Callable[..., Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 6 names it; there is nothing to write."""
    sandbox = altered_sandbox(start_sandbox, monkeypatch, {"User Administration": "Zebra"}, layout="classic")
    hand = Hand({})
    told = calibrated(robot(sandbox, tmp_path), sandbox, hand, {PRACTICE: {"staff": ["Marcus Bell"]}})
    assert told.exit is Exit.PORTAL
    assert told.skipped == ["navigation.user_administration"]
    assert "navigation.user_administration" in [finding.control for finding in told.problems]
    assert (told.lines, told.diff) == ([], "")


@pytest.mark.browser
def test_a_code_is_left_to_the_person_and_waited_for(start_sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """Where the portal asks for a one-time code and there is no secret, somebody types it in the window, and the walk goes on."""
    import pyotp

    secret = pyotp.random_base32()
    sandbox = start_sandbox(layout="modern", totp_secret=secret)

    class Typist(Hand):
        def beat(self, page: Page) -> bool:
            if "sign_in" in self.questions and page.locator("input:not([type=hidden])").count() == 1:
                page.locator("input:not([type=hidden])").fill(pyotp.TOTP(secret).now())
                page.keyboard.press("Enter")
                page.wait_for_url("**/home")
            return False

    hand = Typist({})
    told = calibrated(robot(sandbox, tmp_path), sandbox, hand, {PRACTICE: {"staff": ["Marcus Bell"]}})
    assert (told.exit, list(hand.questions)) == (Exit.OK, ["sign_in"])


def test_a_control_that_does_not_exist_is_refused_before_anything_is_opened(sandbox_modern: Sandbox, tmp_path: Path) -> None:
    config = load_config(robot(sandbox_modern, tmp_path).write({PRACTICE: {"staff": ["Marcus Bell"]}}))
    with pytest.raises(ConfigError, match=r"save\.buton"):
        calibrate(config, RunOptions(Mode.PLAN), Hand({}), controls=["save.buton"])
    assert sandbox_modern.audit()["sign_ins"] == []


def test_every_control_that_is_asked_for_is_one_of_the_map() -> None:
    known = dict(load_map(None, packaged_map()).controls())
    assert set(QUESTIONS) <= set(known)
