"""The two layouts have nothing in common but what they say."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, Request, expect

import portal_bot.sandbox
from portal_bot.sandbox import Sandbox, patient_names

HOME = Path(portal_bot.sandbox.__file__).parent / "web"


def text_of(layout: str) -> str:
    files = [*(HOME / "templates" / layout).iterdir(), *(HOME / "static" / layout).iterdir()]
    return "\n".join(file.read_text("utf-8") for file in sorted(files))


def names(layout: str) -> set[str]:
    """Every class and id that a layout uses."""
    found = re.findall(r"""(?:class|id)(?:=|: )["'`]([\w -]+)""", text_of(layout))
    return {name for names in found for name in names.split()}


def test_no_class_and_no_id_is_shared() -> None:
    classic, modern = names("classic"), names("modern")
    assert len(classic) > 30 and len(modern) > 30
    assert classic & modern == set()


def test_nothing_is_marked_for_tests_and_nothing_comes_from_elsewhere() -> None:
    for layout in ("classic", "modern"):
        text = text_of(layout).replace("http://www.w3.org/2000/svg", "")
        assert "data-test" not in text
        assert not re.search(r"https?://|//[a-z]+\.[a-z]|@import", text)


def test_signing_in_and_looking_around_raises_no_error(page: Page, sandbox: Sandbox) -> None:
    """No script error, no missing file, no request to another place; and the dashboard shows patients."""
    wrong: list[str] = []
    asked: list[Request] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("response", lambda answer: wrong.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    page.on("request", lambda request: asked.append(request))
    page.goto(sandbox.url)
    page.locator("input:not([type=hidden])").first.fill(sandbox.user_name)
    page.get_by_label("Password").fill(sandbox.password)
    page.get_by_role("button").click()
    expect(page.get_by_role("heading", name="Manage My Patients")).to_be_visible()
    assert sum(name in page.content() for name in patient_names()) == 12
    for caption in ("Patient Administration", "Portal Management"):
        page.get_by_role("link", name=caption).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(caption)
    assert wrong == []
    assert {request.url.startswith((sandbox.url, "data:")) for request in asked} == {True}
