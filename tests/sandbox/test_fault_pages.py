"""Faults that only a browser can feel."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from portal_bot.sandbox import Sandbox

from .visitor import MEADOWLARK, hand_over

Open = Callable[..., Sandbox]


@pytest.fixture
def open_marcus(page: Page, start_sandbox: Callable[..., Sandbox]) -> Open:
    """The record of Marcus Bell, in a sandbox with these faults; the browser takes over a session signed in before."""

    def open_record(*faults: str, layout: str = "modern") -> Sandbox:
        sandbox = start_sandbox(people=12, layout=layout, faults=faults)
        visitor = hand_over(page, sandbox)
        number = visitor.number(MEADOWLARK, "staff", "Marcus Bell")
        page.goto(sandbox.url + (f"m/staff/{number}" if layout == "modern" else f"UserAdministration/Edit/{number}"), wait_until="commit")
        expect(page.get_by_role("button", name="Save")).to_be_enabled()
        return sandbox

    return open_record


def tick(page: Page) -> None:
    """Ticks Messaging, also where a dialog has come up over it by now."""
    expand = page.get_by_role("button", name="Expand All")
    if expand.is_visible():
        expand.dispatch_event("click")
    page.get_by_text("Messaging", exact=True).dispatch_event("click")


@pytest.mark.parametrize("layout", ["classic", "modern"])
@pytest.mark.parametrize(("fault", "way_out"), [("survey-popup", "No thanks"), ("session-warning", "Stay signed in")])
def test_a_dialog_lies_over_save(page: Page, open_marcus: Open, layout: str, fault: str, way_out: str) -> None:
    sandbox = open_marcus(fault, layout=layout)
    tick(page)
    expect(page.get_by_role("button", name=way_out)).to_be_visible()
    with pytest.raises(TimeoutError, match="intercepts pointer events"):
        page.locator("text=Save >> visible=true").or_(page.locator("[value=Save]")).click(timeout=2000)
    page.get_by_role("button", name=way_out).click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Marcus Bell has been saved.")).to_be_visible()
    assert sandbox.permission(MEADOWLARK, "staff", "Marcus Bell") == "own"


def test_a_browser_that_repeats_a_lost_save_by_itself_loses_it_again(page: Page, open_marcus: Open) -> None:
    """Chromium sends a request again, unasked, when a connection that it had used before is cut."""
    sandbox = open_marcus()
    tick(page)
    sandbox.add_fault("save-answer-lost")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_have_text("The portal could not be reached. Please try again.")
    assert sandbox.permission(MEADOWLARK, "staff", "Marcus Bell") == "own"
    assert (sandbox.audit()["saves"], len(sandbox.audit()["changes"])) == (1, 1)


@pytest.mark.parametrize("layout", ["classic", "modern"])
def test_a_debounced_save_starts_late(page: Page, open_marcus: Open, layout: str) -> None:
    sandbox = open_marcus("debounced-save:200", layout=layout)
    tick(page)
    page.get_by_role("button", name="Save").click()
    assert sandbox.audit()["saves"] == 0
    expect(page.get_by_text("Marcus Bell has been saved.")).to_be_visible()
    assert sandbox.permission(MEADOWLARK, "staff", "Marcus Bell") == "own"


@pytest.mark.parametrize("layout", ["classic", "modern"])
def test_a_page_that_never_finishes_loading_can_be_used(page: Page, open_marcus: Open, layout: str) -> None:
    open_marcus("never-finishes", layout=layout)
    tick(page)
    assert page.evaluate("document.readyState") == "interactive"
