"""Each foreign portal does what a portal does: signs in, shows its people, saves one permission and nothing else."""

from __future__ import annotations

import re
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from .bootstrap_tabs import BootstrapTabs
from .frames import Frames
from .kendo import Kendo
from .portal_site import Person, PortalSite
from .react_hash import ReactHash
from .shadow import Shadow
from .webforms import WebForms

pytestmark = pytest.mark.full

ALL: tuple[type[PortalSite], ...] = (BootstrapTabs, WebForms, ReactHash, Frames, Kendo, Shadow)


def somebody(site: PortalSite, last_practice: bool = True) -> Person:
    """The last person of the staff list who has no Messaging yet: far down the list, in the practice to be chosen."""
    practice = list(site.practices)[-1 if last_practice else 0]
    members = [m for m in site.office.listed(practice, "staff") if "Messaging" not in m.own | m.by_role]
    return next(p for p in site.people if p.practice == practice and p.email == members[-1].email)


def check_one_change(site: PortalSite, person: Person) -> None:
    audit = site.audit()
    assert audit.sign_ins == [(site.user_name, True)]
    assert audit.saves == 1 and audit.refused == 0
    assert audit.changes == [(person.practice, person.list, person.email, "Messaging", False, True)]
    assert site.permission(person.practice, person.email, "Messaging")


def test_every_portal_has_the_people_that_make_it_hard() -> None:
    """45 people or more a practice, in both lists, with twins, and Messaging on, off and by role."""
    for kind in ALL:
        site = kind()
        for practice in site.practices:
            people = [p for p in site.people if p.practice == practice]
            assert len(people) >= 45
            assert {(p.list, p.messaging) for p in people} == {
                (people_list, state) for people_list in ("providers", "staff") for state in ("on", "off", "role")
            }
            names = [(p.list, p.name) for p in people]
            twins = [p for p in people if names.count((p.list, p.name)) == 2]
            assert len(twins) == (4 if site.same_address else 2)
            assert len({(p.name, p.email, p.location) for p in people}) == len(people)


@pytest.mark.parametrize(
    ("kind", "cookie", "path", "body"),
    [
        (BootstrapTabs, "clinicboard_session", "users/101/edit", "csrf=forged&permission=6"),
        (WebForms, "ASP.NET_SessionId", "Default.aspx", "__VIEWSTATE=forged&ctl00%24main%24btnSave=Save"),
        (ReactHash, "", "api/users/101", '{"revision": 0, "fields": {}, "permissions": ["Messaging"]}'),
        (Frames, "CGISESSID", "user.cgi", "check=forged&id=101&perm+Messaging=on"),
        (Kendo, "ASP.NET_SessionId", "Users/Update", '{"Id": 101, "Fields": {}, "Checked": [3]}'),
        (Shadow, "northstar", "api/people/101", '{"fields": {}, "ticked": [4]}'),
    ],
)
def test_a_forged_write_changes_nothing(kind: type[PortalSite], cookie: str, path: str, body: str) -> None:
    """Without the token of its own page a write is refused, also with the session's cookie."""
    with kind() as site:
        key = site.sign_in(site.user_name, site.password)
        content = "application/json" if body.startswith("{") else "application/x-www-form-urlencoded"
        headers = {"Content-Type": content, "Cookie": f"{cookie}={key}"}
        method = "PUT" if kind is ReactHash else "POST"
        wish = urllib.request.Request(site.url + path, body.encode(), headers, method=method)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(wish)
        refused.value.close()
        audit = site.audit()
        assert refused.value.code in (400, 401, 403, 419, 500)
        assert (audit.saves, audit.changes, audit.refused) == (0, [], 1)


def test_bootstrap_tabs(page: Page) -> None:
    """Cards, tabs and a location filter lead to the record; the lower Save goes back to the list."""
    with BootstrapTabs() as site:
        person = somebody(site)
        page.goto(site.url)
        page.get_by_label("E-mail Address").fill(site.user_name)
        page.get_by_label("Password").fill(site.password)
        page.get_by_role("button", name="Sign In").click()
        page.get_by_label("Practice").select_option(person.practice)
        expect(page.get_by_role("heading", level=2)).to_have_text(person.practice)
        page.get_by_role("link", name="User Administration").click()
        page.get_by_role("tab", name="Staff Members").click()
        page.get_by_label("Locations").select_option(person.location)
        page.locator(".card:visible", has_text=person.email).get_by_role("link", name="Edit").click()
        page.get_by_role("tab", name="Permissions").click()
        page.get_by_role("button", name="Communication").click()
        page.get_by_label("Messaging", exact=True).check()
        page.get_by_role("button", name="Save").last.click()
        expect(page.get_by_role("alert")).to_have_text("The user has been updated.")
        check_one_change(site, person)
        page.get_by_role("link", name="Sign out").click()
        expect(page).to_have_url(re.compile("/sign-in"))


def test_webforms(page: Page) -> None:
    """Postbacks lead through the pager to the record; its address never changes, and a GET is the dashboard again."""
    with WebForms() as site:
        person = somebody(site)
        page.goto(site.url)
        page.get_by_label("User Name:").fill(site.user_name)
        page.get_by_label("Password:").fill(site.password)
        page.get_by_role("button", name="Log In").click()
        page.locator("#ctl00_ddlPractice").select_option(person.practice)
        expect(page.get_by_text(f"Appointments at {person.practice}")).to_be_visible()
        page.get_by_role("link", name="User Administration").click()
        page.get_by_role("link", name="Staff Members").click()
        row = page.get_by_role("row").filter(has=page.get_by_role("cell", name=person.email, exact=True)).last
        for number in range(2, 5):
            page.get_by_role("link", name=str(number), exact=True).click()
            expect(page.locator(".pager span")).to_have_text(str(number))
            if row.is_visible():
                break
        row.get_by_role("link", name="Select").click()
        expect(page.locator("#ctl00_main_txtMail")).to_have_value(person.email)
        page.get_by_role("link", name="Expand Patient Interface").click()
        page.get_by_role("link", name="Expand Requests").click()
        page.get_by_label("Messaging", exact=True).check()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("The record was saved.")).to_be_visible()
        check_one_change(site, person)
        page.goto(page.url)
        expect(page.get_by_role("heading")).to_have_text("Practice Portal Dashboard")
        page.get_by_role("link", name="Log Out").click()
        expect(page).to_have_url(re.compile("/Login.aspx"))


def test_react_hash(page: Page) -> None:
    """A menu of links chooses the practice, "Load more" reaches the person, the switch is saved and a toast says so."""
    with ReactHash() as site:
        person = somebody(site)
        page.goto(site.url)
        page.get_by_label("Username").fill(site.user_name)
        page.get_by_label("Password").fill(site.password)
        page.get_by_role("button", name="Log In").click()
        page.get_by_role("button", name=next(iter(site.practices))).click()
        page.get_by_role("link", name=person.practice).click()
        expect(page.get_by_role("button", name=person.practice)).to_be_visible()
        page.get_by_role("button", name="User Administration").click()
        page.get_by_role("link", name="Staff Members").click()
        row = page.get_by_role("row").filter(has=page.get_by_role("cell", name=person.email, exact=True))
        for shown in (15, 30, len(site.office.listed(person.practice, "staff"))):
            expect(page.get_by_text(f"Showing {shown} of")).to_be_visible()
            if row.is_visible():
                break
            page.get_by_role("button", name="Load more").click()
        row.get_by_role("link").click()
        expect(page).to_have_url(re.compile(r"#/users/staff/\d+$"))
        page.get_by_role("button", name="Messaging Center").click()
        page.get_by_role("switch", name="Messaging", exact=True).click()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_have_text("Changes saved")
        check_one_change(site, person)
        page.reload()
        page.get_by_role("button", name="Messaging Center").click()
        expect(page.get_by_role("switch", name="Messaging", exact=True)).to_be_checked()
        assert page.context.cookies() == []
        page.get_by_role("link", name="Sign out").click()
        expect(page.get_by_role("button", name="Log In")).to_be_visible()


def test_frames(page: Page) -> None:
    """The practice's frame, the menu's and the content's work together, and Save saves after "Save changes?" only."""
    with Frames() as site:
        person = somebody(site)
        page.goto(site.url)
        page.locator("[name=login]").fill(site.user_name)
        page.locator("[name=pass]").fill(site.password)
        page.get_by_role("button", name="Login").click()
        page.frame_locator("[name=banner]").get_by_title("Select practice").select_option(person.practice)
        menu, content = page.frame_locator("[name=menu]"), page.frame_locator("[name=content]")
        expect(content.get_by_text(person.practice)).to_be_visible()
        menu.get_by_role("link", name="+").nth(1).click()
        menu.get_by_role("link", name="Staff Members").click()
        row = content.get_by_role("row").filter(has=content.get_by_role("cell", name=person.email, exact=True))
        for number in range(1, 5):
            expect(content.get_by_text(f"Page {number} of")).to_be_visible()
            if row.is_visible():
                break
            content.get_by_role("link", name="Next").click()
        row.get_by_role("link").click()
        for group in ("Correspondence", "Secure Mail", "Day to day"):
            content.get_by_text(group, exact=True).click()
        content.get_by_label("Messaging", exact=True).check()
        content.get_by_role("button", name="Save").click()  # nobody listens to the dialog: dismissed
        assert site.audit().saves == 0
        page.once("dialog", lambda dialog: dialog.accept())
        content.get_by_role("button", name="Save").click()
        expect(content.get_by_text("Changes saved.")).to_be_visible()
        check_one_change(site, person)
        page.frame_locator("[name=banner]").get_by_role("link", name="Sign Out").click()
        expect(page).to_have_url(re.compile("login.cgi"))


def test_kendo(page: Page) -> None:
    """Pop-up lists, the grid's arrows and a tree view in a window lead to the box; Save closes the window."""
    with Kendo() as site:
        person = somebody(site)
        page.goto(site.url)
        page.get_by_placeholder("Username").fill(site.user_name)
        page.get_by_placeholder("Password").fill(site.password)
        page.get_by_role("button", name="Login").click()
        page.locator("#practice").click()
        page.get_by_role("option", name=person.practice).click()
        expect(page.get_by_text(f"Today's Appointments - {person.practice}")).to_be_visible()
        page.get_by_text("User Administration").click()
        page.get_by_role("link", name="Staff Members").click()
        row = page.get_by_role("row").filter(has=page.get_by_role("gridcell", name=person.email, exact=True))
        for first in (1, 11, 21, 31):
            expect(page.get_by_text(re.compile(rf"^ *{first} - \d+ of"))).to_be_visible()
            if row.is_visible():
                break
            page.get_by_title("Go to the next page").click()
        row.get_by_role("button", name="Edit").click()
        record = page.get_by_role("dialog", name=person.name)
        for group in ("Patient Interface", "Messages"):
            record.locator("li", has_text=group).last.locator(".k-i-expand").first.click()
        record.get_by_role("treeitem", name="Messaging", exact=True).get_by_role("checkbox").check()
        record.get_by_role("button", name="Save").click()
        expect(record).to_have_count(0)
        check_one_change(site, person)
        page.get_by_role("link", name="Log off").click()
        expect(page).to_have_url(re.compile("/Account/Login"))


def test_shadow(page: Page) -> None:
    """Two steps sign in, scrolling brings the person, and the survey must go before the box can be ticked and saved."""
    with Shadow() as site:
        person = somebody(site)
        page.goto(site.url)
        page.get_by_label("User name").fill(site.user_name)
        page.get_by_role("button", name="Next").click()
        page.get_by_label("PASSWORD").fill(site.password)
        page.get_by_role("button", name="Sign In").click()
        page.get_by_role("button", name="user administration").click()
        page.get_by_role("button", name="staff members").click()
        rows = page.get_by_role("listitem")
        row = rows.filter(has_text=person.email)
        for shown in (12, 24, 35):
            expect(rows).to_have_count(shown)
            if row.count():
                break
            rows.last.scroll_into_view_if_needed()
            page.mouse.move(*centre(page))
            page.mouse.wheel(0, 4000)
        row.get_by_role("button").click()
        page.get_by_role("button", name="No thanks").click()
        page.get_by_role("button", name="inbox").click()
        page.get_by_role("checkbox", name="MESSAGING", exact=True).click()
        page.get_by_role("button", name="save").click()
        expect(page.get_by_role("status")).to_have_text("SAVED")
        check_one_change(site, person)
        page.get_by_role("button", name="SIGN OUT").click()
        expect(page.get_by_role("button", name="Next")).to_be_visible()


def centre(page: Page) -> tuple[float, float]:
    box = page.locator(".scroll").bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
