"""The classic layout in a browser: what a person sees and does."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from portal_bot.sandbox import Sandbox

from .visitor import HARBOR, MEADOWLARK, hand_over


@pytest.fixture
def portal(page: Page, sandbox_classic: Sandbox) -> Sandbox:
    """Signed in, on the dashboard."""
    hand_over(page, sandbox_classic)
    page.goto(sandbox_classic.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Practice Portal Dashboard")
    return sandbox_classic


def open_list(page: Page, caption: str) -> None:
    page.get_by_role("link", name="User Administration").click()
    page.get_by_role("link", name=caption, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"User Administration / {caption}")


def test_the_documented_job(page: Page, portal: Sandbox) -> None:
    with page.expect_event("load"):
        page.get_by_label("Practice:").select_option(HARBOR)
    expect(page.get_by_label("Practice:").locator("option:checked")).to_have_text(HARBOR)
    open_list(page, "Staff Members")
    page.get_by_role("link", name="Next").click()
    page.get_by_role("link", name="Vance, Peter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Edit Staff Member")
    expect(page.get_by_label("First Name")).to_have_value("Peter")
    expect(page.get_by_label("E-mail")).to_have_value("peter.vance@example.com")
    page.get_by_role("checkbox", name="Messaging", exact=True).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Peter Vance has been saved.")).to_be_visible()
    assert [(c["practice"], c["person"], c["field"]) for c in portal.audit()["changes"]] == [(HARBOR, "Peter Vance", "Messaging")]
    page.get_by_role("link", name="Log Off").click()
    expect(page.get_by_role("button", name="Login")).to_be_visible()


def test_a_list_is_paged_and_filtered_by_the_server(page: Page, portal: Sandbox) -> None:
    open_list(page, "Staff Members")
    expect(page.get_by_label("Locations").locator("option:checked")).to_have_text("All Locations")
    rows = page.locator("#people tbody tr")
    expect(rows).to_have_count(20)
    page.get_by_role("link", name="Next").click()
    expect(rows).to_have_count(16)
    expect(page.get_by_role("link", name="Next")).to_have_count(0)
    page.get_by_label("Locations").select_option("West")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("row", name="Reyes, Ana")).to_contain_text("ana.reyes2@example.com")
    assert set(rows.locator("td:nth-child(3)").all_inner_texts()) == {"West"}


def test_select_opens_the_record_too(page: Page, portal: Sandbox) -> None:
    open_list(page, "Providers")
    page.get_by_role("row", name="Irwin, Wen, MD").get_by_role("link", name="Select").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Edit Provider")
    expect(page.get_by_label("Credentials")).to_have_value("MD")
    expect(page.get_by_role("group", name="Associated Users").get_by_role("listitem")).not_to_have_count(0)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("User Administration / Providers")


def test_a_permission_by_role_is_ticked_and_disabled(page: Page, portal: Sandbox) -> None:
    number = portal.site.office.find(MEADOWLARK, "staff", "Dolores Quinn").id
    page.goto(f"{portal.url}UserAdministration/Edit/{number}")
    box = page.get_by_role("checkbox", name="Messaging", exact=True)
    expect(box).to_be_checked()
    expect(box).to_be_disabled()
    expect(page.get_by_role("listitem").filter(has=box)).to_contain_text("(from role Front Desk Lead)")
    expect(page.get_by_role("checkbox", name="Messaging")).to_have_count(4)


def test_a_blocked_permission_says_why(page: Page, portal: Sandbox) -> None:
    with page.expect_event("load"):
        page.get_by_label("Practice:").select_option(HARBOR)
    number = portal.site.office.find(HARBOR, "staff", "Nora Ahmadi").id
    page.goto(f"{portal.url}UserAdministration/Edit/{number}")
    box = page.get_by_role("checkbox", name="Messaging", exact=True)
    expect(box).not_to_be_checked()
    expect(box).to_be_disabled()
    expect(page.get_by_title("Managed by corporate policy").filter(has=box)).to_be_visible()


def test_switching_on_a_record_leads_to_the_other_list(page: Page, portal: Sandbox) -> None:
    open_list(page, "Staff Members")
    page.get_by_role("link", name="Bell, Marcus").click()
    page.get_by_label("Practice:").select_option(HARBOR)
    expect(page.get_by_role("heading", level=1)).to_have_text("User Administration / Staff Members")
    expect(page.get_by_role("link", name="Ahmadi, Nora")).to_be_visible()


def test_a_mistake_in_the_form_is_shown_and_nothing_is_stored(page: Page, portal: Sandbox) -> None:
    open_list(page, "Staff Members")
    page.get_by_role("link", name="Bell, Marcus").click()
    page.get_by_label("E-mail").fill("nothing")
    page.get_by_role("checkbox", name="Messaging", exact=True).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("E-mail is not a valid address.")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Messaging", exact=True)).to_be_checked()
    assert portal.audit()["saves"] == 0


def test_roles_can_be_looked_at(page: Page, portal: Sandbox) -> None:
    open_list(page, "Roles")
    page.get_by_role("link", name="Front Desk Lead").click()
    page.get_by_role("button", name="Select All").click()
    expect(page.get_by_role("checkbox", checked=False)).to_have_count(0)
