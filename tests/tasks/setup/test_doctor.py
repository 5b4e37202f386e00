"""What the doctor tells of a portal, on the sandbox as it is and with other captions."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from portal_bot.portal.map.map_patch import MapLine, as_document, map_text
from portal_bot.portal.map.portal_map import Candidate
from portal_bot.sandbox import Sandbox
from portal_bot.tasks.setup.control_guesses import Thing, guess, things_in
from tests.helpers.altered_sandbox import altered_sandbox
from tests.helpers.program import Program

OTHER_WORDS = {
    "User Administration": "People",
    "Staff Members": "Employees",
    "Permissions": "Rights",
    "Expand All": "Open All",
    "Save": "Store",
    "Sign In": "Enter",
    "Log On": "Enter",
}
PEOPLE = [{"name": "Meadowlark Pediatrics", "providers": ["Wen Irwin, MD"], "staff": ["Marcus Bell"]}]


def write_config(folder: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, **portal: str) -> Path:
    monkeypatch.setenv("PORTAL_BOT_PASSWORD", sandbox.password)
    told = {"version": 1, "portal": {"url": sandbox.url, "user_name": sandbox.user_name, **portal}, "practices": PEOPLE}
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return path


def lines_of(out: str) -> str:
    """The document that the doctor prints for the map."""
    return out.partition("Lines for your map:")[2].rpartition("exit ")[0]


@pytest.mark.browser
def test_a_documented_portal_is_found_whole_and_left_as_it_was(
    sandbox_classic: Sandbox, portal_bot: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 0, no lines to add, nothing saved; the page of pictures holds no password and no patient's name."""
    code, out, err = portal_bot("doctor", "-c", write_config(tmp_path, sandbox_classic, monkeypatch))
    assert (code, err) == (0, "")
    assert re.search(r"save\.button +found", out)
    assert re.search(r"Proof: a second window takes the session", out)
    assert "Lines for your map" not in out
    assert sandbox_classic.audit()["saves"] == 0
    (page,) = tmp_path.glob("runs/*/doctor.html")
    assert page.stat().st_mode & 0o077 == 0
    told = page.read_text(encoding="utf-8")
    assert sandbox_classic.password not in told
    assert told.count("data:image/png;base64,") == 7  # the sign-in page, the start page, twice menu and list, the record


@pytest.mark.full
@pytest.mark.parametrize("layout", ["classic", "modern"])
def test_changed_captions_are_named_with_what_stands_instead_and_its_lines_mend_them(
    layout: str, start_sandbox: Callable[..., Sandbox], portal_bot: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One walk names each changed control of every screen; with the lines it prints put into the map, it passes."""
    sandbox = altered_sandbox(start_sandbox, monkeypatch, OTHER_WORDS, layout=layout)
    config = write_config(tmp_path, sandbox, monkeypatch)
    code, out, _ = portal_bot("doctor", "-c", config)
    assert code == 6
    changed = {
        "navigation.user_administration": "People",
        "navigation.staff": "Employees",
        "record.permissions": "Rights",
        "save.button": "Store",
    }
    for control, caption in changed.items():
        assert re.search(rf'{re.escape(control)} +not found.*nearest on the page: "{caption}"', " ".join(out.split())), (control, out)
    lines = lines_of(out)
    captions = yaml.safe_load(lines)["captions"]
    assert captions.items() >= {"user_administration": "People", "staff": "Employees", "permissions": "Rights", "save": "Store"}.items()
    assert sandbox.audit()["saves"] == 0

    (tmp_path / "my-portal.yaml").write_text(lines, encoding="utf-8")
    code, out, _ = portal_bot("doctor", "-c", write_config(tmp_path, sandbox, monkeypatch, map="my-portal.yaml"))
    assert (code, lines_of(out)) == (0, ""), out


@pytest.mark.full
def test_words_that_nobody_can_guess_are_told_with_the_captions_that_are_there(
    start_sandbox: Callable[..., Sandbox], portal_bot: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is proposed that is not likely: the menu entry is reported, what is behind it is not reached, exit 6."""
    sandbox = altered_sandbox(start_sandbox, monkeypatch, {"User Administration": "Zebra"}, layout="modern")
    code, out, _ = portal_bot("doctor", "-c", write_config(tmp_path, sandbox, monkeypatch))
    assert code == 6
    assert '"Zebra"' in out
    assert re.search(r"navigation\.staff +not reached", out)
    assert yaml.safe_load(lines_of(out)) == {"version": 1}
    assert "# navigation.user_administration is still missing" in out


@pytest.mark.browser
def test_a_refused_password_ends_the_examination_and_is_told_once(
    sandbox_modern: Sandbox, portal_bot: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 6; the sign-in page's controls are told all the same; the password was sent once."""
    config = write_config(tmp_path, sandbox_modern, monkeypatch)
    monkeypatch.setenv("PORTAL_BOT_PASSWORD", "not-the-password")
    code, out, err = portal_bot("doctor", "-c", config)
    assert code == 6
    assert "refused the user name or password" in err
    assert re.search(r"sign_in\.password +found", out)
    assert len(sandbox_modern.audit()["sign_ins"]) == 1


def test_a_portal_that_is_not_there_is_told_before_anything_else(
    portal_bot: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 2, and it is told how far the checks came."""
    (tmp_path / "config.yaml").write_text(
        yaml.safe_dump({"version": 1, "portal": {"url": "http://127.0.0.1:9/", "user_name": "a@example.com"}, "practices": PEOPLE}),
        encoding="utf-8",
    )
    code, out, err = portal_bot("doctor", "-c", tmp_path / "config.yaml")
    assert code == 2
    assert "password" in err.lower()
    assert not (tmp_path / "runs").exists()
    assert "Config: config.yaml is sound" in out


def test_a_guess_is_sure_only_of_words_in_use_for_the_thing() -> None:
    """What presses a record away, or selects all, is never taken for Save; an unknown word is not either."""
    things = [Thing("button", name) for name in ("Cancel", "Select All", "Store", "Quux")]
    told = guess("save.button", ["Save"], things, [])
    assert (told.thing, told.sure) == (Thing("button", "Store"), True)
    told = guess("save.button", ["Save"], [Thing("button", name) for name in ("Cancel", "Delete", "Frob", "Quux")], [])
    assert not told.sure


def test_a_snapshot_is_read_with_names_that_hold_quotes_and_colons() -> None:
    """Roles, names and what they stand in, as Playwright prints them."""
    told = things_in('- navigation "Menu":\n  - list:\n    - listitem:\n      - link "Say \\"hi\\""\n- \'button "a: b"\'\n- text: x\n')
    assert [(thing.role, thing.name) for thing in told] == [("navigation", "Menu"), ("link", 'Say "hi"'), ("button", "a: b")]
    assert told[1].inside == ("navigation", "list", "listitem")


def test_lines_are_put_into_a_map_and_leave_its_other_controls() -> None:
    """A control that was `none` is replaced; candidates stand on one line each."""
    below = {"version": 1, "practice": "none", "list": {"next": {"title": "Forward"}}}
    lines = [MapLine.caption("save", "Store"), MapLine.control("practice.chooser", [Candidate(role="button", name="Office")])]
    text = map_text(as_document(lines, below))
    assert yaml.safe_load(text) == {
        "version": 1,
        "practice": {"chooser": [{"role": "button", "name": "Office"}]},
        "list": {"next": {"title": "Forward"}},
        "captions": {"save": "Store"},
    }
    assert "- {role: button, name: Office}" in text
