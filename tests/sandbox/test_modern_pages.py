"""The modern layout in a browser: what a person sees and does."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Request, expect

from portal_bot.sandbox import Sandbox

from .visitor import HARBOR, MEADOWLARK, hand_over


@pytest.fixture
def portal(page: Page, sandbox_modern: Sandbox) -> Sandbox:
    """Signed in, on the dashboard."""
    hand_over(page, sandbox_modern)
    page.goto(sandbox_modern.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Practice Portal Dashboard")
    return sandbox_modern


def open_list(page: Page, caption: str) -> None:
    page.get_by_role("button", name="User Administration").click()
    page.get_by_role("link", name=caption).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"User Administration / {caption}")


def open_record(page: Page, portal: Sandbox, list_name: str, who: str, practice: str = MEADOWLARK) -> None:
    number = portal.site.office.find(practice, list_name, who).id
    page.goto(f"{portal.url}m/{list_name}/{number}")
    page.get_by_role("button", name="Expand All").click()


def test_the_documented_job(page: Page, portal: Sandbox) -> None:
    page.clock.install()
    chooser = page.get_by_role("button", name="Practice")
    expect(chooser).to_have_attribute("aria-haspopup", "listbox")
    chooser.click()
    page.get_by_role("option", name=HARBOR).click()
    expect(chooser).to_have_text(HARBOR)
    open_list(page, "Staff Members")
    page.get_by_label("Locations").select_option("West")
    page.get_by_placeholder("Search").fill("vance")
    page.get_by_role("link", name="Peter Vance").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Peter Vance")
    expect(page.get_by_text("peter.vance@example.com")).to_be_visible()
    for group in ("Communication", "Patient Correspondence", "Inbox"):
        page.get_by_role("button", name=group).click()
    page.get_by_text("Messaging", exact=True).click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Peter Vance has been saved.")
    assert [(c["practice"], c["person"], c["field"]) for c in portal.audit()["changes"]] == [(HARBOR, "Peter Vance", "Messaging")]
    page.clock.fast_forward(4000)
    expect(page.get_by_role("status")).to_be_empty()
    page.get_by_role("link", name="Sign Out").click()
    expect(page.get_by_role("button", name="Sign In")).to_be_visible()
    assert portal.audit()["sign_outs"] == 1


def test_user_administration_starts_closed(page: Page, portal: Sandbox) -> None:
    fold = page.get_by_role("button", name="User Administration")
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("link", name="Providers")).to_be_hidden()
    fold.click()
    expect(page.get_by_role("link", name="Providers")).to_be_visible()
    fold.click()
    expect(page.get_by_role("link", name="Providers")).to_be_hidden()


def test_a_list_shows_one_location_and_ten_people_at_a_time(page: Page, portal: Sandbox) -> None:
    open_list(page, "Staff Members")
    choice = page.get_by_label("Locations")
    expect(choice).to_have_value("Main")
    assert choice.locator("option").all_inner_texts() == ["East", "Main", "West"]
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(11)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    expect(page.get_by_role("link", name="Ana Reyes")).to_have_count(0)
    choice.select_option("East")
    page.get_by_role("searchbox").fill("ana reyes")
    expect(page.get_by_role("row", name="Ana Reyes")).to_contain_text("ana.reyes@example.com")
    page.get_by_role("searchbox").fill("nobody at all")
    expect(page.get_by_text("No people to show.")).to_be_visible()


def test_the_practice_list_works_by_keyboard(page: Page, portal: Sandbox) -> None:
    chooser = page.get_by_role("button", name="Practice")
    chooser.click()
    expect(page.get_by_role("option", selected=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    chooser.click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(chooser).to_have_text(HARBOR)


def test_groups_are_closed_and_boxes_are_styled(page: Page, portal: Sandbox) -> None:
    number = portal.site.office.find(MEADOWLARK, "staff", "Marcus Bell").id
    page.goto(f"{portal.url}m/staff/{number}")
    expect(page.get_by_role("button", name="Communication")).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("checkbox")).to_have_count(0)
    page.get_by_role("button", name="Expand All").click()
    box = page.get_by_role("checkbox", name="Messaging", exact=True)
    expect(page.get_by_role("checkbox", name="Messaging")).to_have_count(4)
    assert box.bounding_box() == {"x": pytest.approx(0, abs=2000), "y": pytest.approx(0, abs=5000), "width": 0, "height": 0}
    expect(box).to_have_css("opacity", "0")
    page.get_by_role("button", name="Select All").click()
    expect(page.get_by_role("checkbox", checked=False, disabled=False)).to_have_count(0)
    page.get_by_role("button", name="Collapse All").click()
    expect(page.get_by_role("checkbox")).to_have_count(0)


def test_a_permission_by_role_is_ticked_and_disabled(page: Page, portal: Sandbox) -> None:
    open_record(page, portal, "staff", "Dolores Quinn")
    box = page.get_by_role("checkbox", name="Messaging", exact=True)
    expect(box).to_be_checked()
    expect(box).to_be_disabled()
    expect(page.get_by_role("listitem").filter(has=box).last).to_contain_text("(from role Front Desk Lead)")


def test_a_blocked_permission_says_why(page: Page, portal: Sandbox) -> None:
    page.get_by_role("button", name="Practice").click()
    with page.expect_response("**/m/api/home"):
        page.get_by_role("option", name=HARBOR).click()
    open_record(page, portal, "staff", "Nora Ahmadi", HARBOR)
    box = page.get_by_role("checkbox", name="Messaging", exact=True)
    expect(box).not_to_be_checked()
    expect(box).to_be_disabled()
    expect(page.get_by_title("Managed by corporate policy")).to_be_visible()


def test_a_record_costs_one_page_and_one_data_request(page: Page, portal: Sandbox) -> None:
    number = portal.site.office.find(MEADOWLARK, "staff", "Marcus Bell").id
    fetched: list[str] = []

    def note(request: Request) -> None:
        fetched.append(request.url.removeprefix(portal.url))

    before = portal.audit()["requests"]
    page.on("requestfinished", note)
    page.goto(f"{portal.url}m/staff/{number}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Marcus Bell")
    assert [url for url in fetched if not url.startswith("assets/")] == [f"m/staff/{number}", f"m/api/staff/{number}"]
    assert portal.audit()["requests"] - before == 2


def test_a_record_of_another_practice_is_said_to_be_missing(page: Page, portal: Sandbox) -> None:
    number = portal.site.office.find(HARBOR, "staff", "Peter Vance").id
    page.goto(f"{portal.url}m/staff/{number}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")


def test_whoever_is_signed_out_comes_back_to_the_record(page: Page, portal: Sandbox) -> None:
    open_list(page, "Staff Members")
    portal.end_sessions()
    page.get_by_role("link", name="Marcus Bell").click()
    page.get_by_label("E-mail Address").fill(portal.user_name)
    page.get_by_label("Password").fill(portal.password)
    page.get_by_role("button", name="Sign In").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Marcus Bell")


def test_roles_can_be_looked_at(page: Page, portal: Sandbox) -> None:
    open_list(page, "Roles")
    page.get_by_role("link", name="Front Desk Lead").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Front Desk Lead")
    page.get_by_role("button", name="Expand All").click()
    expect(page.get_by_role("checkbox", name="Messaging", exact=True)).to_be_checked()
