"""The way through each portal of the tests, page after page, with what is what on each."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from portal_bot.sandbox import Sandbox, SandboxOptions
from tests.admin_sites.admin_site import AdminSite
from tests.admin_sites.django_site import DjangoSite
from tests.admin_sites.fastadmin_site import FastAdminSite
from tests.kits.by_hand import BY_HAND
from tests.kits.kit_site import KitSite
from tests.kits.sites import ALL as KITS
from tests.kits.sites import Quasar, Vuetify
from tests.looks.record import Recorder, rows
from tests.sites.bootstrap_tabs import BootstrapTabs
from tests.sites.frames import Frames
from tests.sites.invented_office import Member
from tests.sites.kendo import Kendo
from tests.sites.react_hash import ReactHash
from tests.sites.shadow import Shadow
from tests.sites.webforms import WebForms

Where = Page | FrameLocator | Locator


def role(where: Where, name: str, caption: str | re.Pattern[str], nth: int = 0) -> Locator:
    return where.get_by_role(name, name=caption, exact=True).nth(nth)  # type: ignore[arg-type]


def said(member: Member, form: str) -> tuple[str, str, str]:
    return member.name(form), member.email, member.location


def form(user: Locator, password: Locator, button: Locator) -> dict[str, Any]:
    return {"user_name": user, "password": password, "button": button}


# -- the sandbox ---------------------------------------------------------------------------------------------------------


def sandbox_classic(browser: Browser) -> None:
    with Sandbox(SandboxOptions(layout="classic", people=60)) as site:
        kept = Recorder(browser, "sandbox_classic")
        page = kept.page

        def frame(**more: Any) -> dict[str, Any]:
            menu = {"user_administration": role(page, "link", "User Administration")}
            if page.get_by_role("link", name="Providers", exact=True).count():
                menu |= {"providers": role(page, "link", "Providers"), "staff": role(page, "link", "Staff Members")}
            chooser = page.get_by_label("Practice:")
            practice = {"chooser": chooser, "chosen": chooser.locator("option:checked").inner_text()}
            return {"signed_in": True, "practice": practice, "navigation": menu, **more}

        def people() -> dict[str, Any]:
            lines = page.locator("#people tbody tr").all()
            shown = [
                (
                    [line.locator("td").nth(n).inner_text() for n in (0, 1, 2)],
                    [line.get_by_role("link").first, line.get_by_role("link").last],
                )
                for line in lines
            ]
            return frame(
                heading="Staff Members", rows=rows(shown), locations=page.get_by_label("Locations"), apply=role(page, "button", "Apply")
            )

        page.goto(site.url)
        entry = form(page.get_by_label("User Name"), page.locator("[type=password]"), role(page, "button", "Login"))
        kept.keep("sign_in", signed_in=False, sign_in=entry)
        page.get_by_label("User Name").fill(site.user_name)
        page.locator("[type=password]").fill("wrong")
        page.keyboard.press("Enter")
        page.wait_for_timeout(500)
        entry = form(page.get_by_label("User Name"), page.locator("[type=password]"), role(page, "button", "Login"))
        kept.keep("refused", signed_in=False, sign_in=entry, refused=True)
        page.get_by_label("User Name").fill(site.user_name)
        page.locator("[type=password]").fill(site.password)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Practice Portal Dashboard")
        kept.keep("dashboard", **frame())
        role(page, "link", "User Administration").click()
        role(page, "link", "Staff Members").click()
        kept.keep("list", **people(), next=[role(page, "link", "Next"), role(page, "link", "2")], complete=False)
        page.get_by_label("Locations").select_option("West")
        role(page, "button", "Apply").click()
        kept.keep("list_west", **people(), complete=True)
        role(page, "link", "Staff Members").click()
        role(page, "link", "Next").click()
        kept.keep("list_last", **people(), complete=False)
        role(page, "link", "Staff Members").click()
        page.get_by_role("link", name="Bell, Marcus").click()
        record = {
            "owner": {"name": "Marcus Bell", "email": "marcus.bell@example.com"},
            "box": role(page, "checkbox", "Messaging"),
            "save": role(page, "button", "Save"),
        }
        kept.keep("record", **frame(**record), on=False, enabled=True)
        role(page, "checkbox", "Messaging").check()
        kept.keep("record_ticked", **frame(**record), on=True, enabled=True, changed_from="record")
        role(page, "button", "Save").click()
        kept.keep(
            "saved",
            **people(),
            next=[role(page, "link", "Next"), role(page, "link", "2")],
            complete=False,
            notice="Marcus Bell has been saved.",
        )
        number = site.site.office.find("Meadowlark Pediatrics", "staff", "Dolores Quinn").id
        page.goto(f"{site.url}UserAdministration/Edit/{number}")
        record["owner"] = {"name": "Dolores Quinn", "email": "dolores.quinn@example.com"}
        kept.keep("record_by_role", **frame(**record), on=True, enabled=False)
        for fault, way_out in (("survey-popup", "No thanks"), ("session-warning", "Stay signed in"), ("announcement-banner", None)):
            site.clear_faults()
            site.add_fault(fault)
            page.goto(f"{site.url}UserAdministration/Edit/{number}")
            page.wait_for_timeout(700)
            kept.keep(
                fault.replace("-", "_"), **frame(**record), on=True, enabled=False, interruption=way_out and role(page, "button", way_out)
            )
        site.clear_faults()
        site.add_fault("empty-list")
        page.goto(f"{site.url}UserAdministration/StaffMembers")
        kept.keep("list_empty", **people(), complete=True, empty=True)


def sandbox_modern(browser: Browser) -> None:
    with Sandbox(SandboxOptions(layout="modern", people=60)) as site:
        kept = Recorder(browser, "sandbox_modern")
        page = kept.page

        def frame(**more: Any) -> dict[str, Any]:
            menu = {"user_administration": role(page, "button", "User Administration")}
            if page.get_by_role("link", name="Providers", exact=True).count():
                menu |= {"providers": role(page, "link", "Providers"), "staff": role(page, "link", "Staff Members")}
            chooser = page.get_by_role("button", name=re.compile("^Practice "))
            practice = {"chooser": chooser, "chosen": chooser.inner_text().strip()}
            return {"signed_in": True, "practice": practice, "navigation": menu, **more}

        def people() -> dict[str, Any]:
            lines = page.get_by_role("main").get_by_role("row").filter(has=page.get_by_role("cell")).all()
            shown = [([line.get_by_role("cell").nth(n).inner_text() for n in (0, 1, 2)], line.get_by_role("link").first) for line in lines]
            return frame(
                heading="Staff Members", rows=rows(shown), locations=page.get_by_label("Locations"), search=page.get_by_role("searchbox")
            )

        page.goto(site.url)
        entry = form(page.get_by_label("E-mail Address"), page.locator("[type=password]"), role(page, "button", "Sign In"))
        kept.keep("sign_in", signed_in=False, sign_in=entry)
        page.get_by_label("E-mail Address").fill(site.user_name)
        page.locator("[type=password]").fill("wrong")
        page.keyboard.press("Enter")
        page.wait_for_timeout(500)
        entry = form(page.get_by_label("E-mail Address"), page.locator("[type=password]"), role(page, "button", "Sign In"))
        kept.keep("refused", signed_in=False, sign_in=entry, refused=True)
        page.get_by_label("E-mail Address").fill(site.user_name)
        page.locator("[type=password]").fill(site.password)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Practice Portal Dashboard")
        kept.keep("dashboard", **frame())
        page.get_by_role("button", name=re.compile("^Practice ")).click()
        names = ("Meadowlark Pediatrics", "Harbor Street Family Medicine", "Pinecrest Children's Clinic")
        kept.keep("practices_open", **frame(entries={name: role(page, "option", name) for name in names}))
        page.keyboard.press("Escape")
        page.reload()
        role(page, "button", "User Administration").click()
        role(page, "link", "Staff Members").click()
        expect(page.get_by_role("main").get_by_role("row").nth(3)).to_be_visible()
        page.get_by_label("Locations").select_option("East")
        kept.keep("list", **people(), next=nextable(page), complete=not nextable(page))
        page.get_by_role("searchbox").fill("marcus")
        page.get_by_label("Locations").select_option("Main")
        kept.keep("list_search", **people(), complete=True)
        page.get_by_role("searchbox").fill("zzz")
        kept.keep("list_none", **people(), complete=True, empty=True)
        number = site.site.office.find("Meadowlark Pediatrics", "staff", "Marcus Bell").id
        page.goto(f"{site.url}m/staff/{number}")
        expect(role(page, "button", "Save")).to_be_enabled()
        record = {"owner": {"name": "Marcus Bell", "email": "marcus.bell@example.com"}, "save": role(page, "button", "Save")}
        kept.keep(
            "record",
            **frame(**record),
            groups={"all": role(page, "button", "Expand All"), "closed": page.locator("[aria-expanded=false].tree-fold:visible").all()},
        )
        role(page, "button", "Expand All").click()
        box = role(page, "checkbox", "Messaging")
        kept.keep(
            "record_open",
            **frame(**record, box=box),
            on=False,
            enabled=True,
            groups={"all": role(page, "button", "Expand All"), "closed": []},
        )
        page.get_by_text("Messaging", exact=True).click()
        kept.keep(
            "record_ticked",
            **frame(**record, box=box),
            on=True,
            enabled=True,
            changed_from="record_open",
            groups={"all": role(page, "button", "Expand All"), "closed": []},
        )
        role(page, "button", "Save").click()
        kept.keep(
            "saved",
            **frame(**record, box=box),
            on=True,
            enabled=True,
            notice="Marcus Bell has been saved.",
            groups={"all": role(page, "button", "Expand All"), "closed": []},
        )
        for fault, way_out in (("survey-popup", "No thanks"), ("session-warning", "Stay signed in"), ("announcement-banner", None)):
            site.clear_faults()
            site.add_fault(fault)
            page.goto(f"{site.url}m/staff/{number}")
            expect(page.get_by_role("button", name="Save")).to_be_enabled()
            page.wait_for_timeout(700)
            closed = page.locator("[aria-expanded=false].tree-fold:visible").all()
            kept.keep(
                fault.replace("-", "_"), **frame(**record), interruption=way_out and role(page, "button", way_out),
                groups={"all": role(page, "button", "Expand All"), "closed": closed},
            )  # fmt: skip


def nextable(page: Page) -> Locator | None:
    button = role(page, "button", "Next")
    return button if button.is_enabled() else None


# -- the six portals -----------------------------------------------------------------------------------------------------


def bootstrap_tabs(browser: Browser) -> None:
    with BootstrapTabs() as site:
        kept = Recorder(browser, "bootstrap_tabs")
        page = kept.page
        practice = list(site.practices)[-1]

        def frame(**more: Any) -> dict[str, Any]:
            chooser = page.get_by_label("Practice")
            menu = {"user_administration": page.locator("nav").get_by_role("link", name="User Administration", exact=True).first}
            shown = {"chooser": chooser, "chosen": chooser.locator("option:checked").inner_text()}
            return {"signed_in": True, "practice": shown, "navigation": menu, **more}

        page.goto(site.url)
        entry = form(page.locator("#email"), page.locator("#password"), role(page, "button", "Sign In"))
        kept.keep("sign_in", signed_in=False, sign_in=entry)
        page.locator("#email").fill(site.user_name)
        page.locator("#password").fill("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        entry = form(page.locator("#email"), page.locator("#password"), role(page, "button", "Sign In"))
        kept.keep("refused", signed_in=False, sign_in=entry, refused=True)
        page.locator("#email").fill(site.user_name)
        page.locator("#password").fill(site.password)
        page.keyboard.press("Enter")
        page.get_by_label("Practice").select_option(practice)
        expect(page.get_by_role("heading", level=2)).to_have_text(practice)
        kept.keep("dashboard", **frame())

        def people(tab: str, **more: Any) -> dict[str, Any]:
            place = page.get_by_label("Locations").locator("option:checked").inner_text()
            members = site.office.listed(practice, tab, place)
            cards = [(said(m, site.name_form), page.locator(f'a[href="/users/{m.key}/edit"]')) for m in members]
            answer = frame(
                heading={"providers": "Providers", "staff": "Staff Members"}[tab],
                rows=rows(cards),
                locations=page.get_by_label("Locations"),
            )
            answer["navigation"] |= {"providers": role(page, "tab", "Providers"), "staff": role(page, "tab", "Staff Members")}
            return {**answer, **more}

        page.goto(site.url + "user-administration")
        kept.keep("list_providers", **people("providers"), complete=True)
        role(page, "tab", "Staff Members").click()
        kept.keep("list", **people("staff"), complete=True)
        page.get_by_label("Locations").select_option("Mall")
        kept.keep("list_mall", **people("staff"), complete=True)
        member = next(m for m in site.office.listed(practice, "staff", "Mall") if "Messaging" not in m.own | m.by_role)
        page.locator(f'a[href="/users/{member.key}/edit"]').click()
        owner = {"name": member.name(site.name_form), "email": member.email}
        both = [role(page, "button", "Save", n) for n in (0, 1)]
        kept.keep("record", **frame(owner=owner, save=both, groups={"closed": [role(page, "tab", "Permissions")]}))
        role(page, "tab", "Permissions").click()
        closed = page.locator("#permissions .accordion-button[aria-expanded=false]")
        kept.keep("record_permissions", **frame(owner=owner, several=["save"]), groups={"closed": closed.all()})
        role(page, "button", "Communication").click()
        box = page.get_by_label("Messaging", exact=True)
        kept.keep("record_open", **frame(owner=owner, save=both, box=box), on=False, enabled=True, groups={"closed": closed.all()})
        box.check()
        kept.keep(
            "record_ticked",
            **frame(owner=owner, save=both, box=box),
            on=True,
            enabled=True,
            changed_from="record_open",
            groups={"closed": closed.all()},
        )
        role(page, "button", "Save", 1).click()
        kept.keep("saved", **people("staff"), complete=True, notice="The user has been updated.")


def webforms(browser: Browser) -> None:
    with WebForms() as site:
        kept = Recorder(browser, "webforms")
        page = kept.page
        practice = list(site.practices)[-1]

        def frame(**more: Any) -> dict[str, Any]:
            chooser = page.locator("#ctl00_ddlPractice")
            menu = {"user_administration": page.locator("#ctl00_nav_lnkUserAdmin")}
            if page.locator("#ctl00_nav_lnkStaff").count():
                menu |= {"providers": page.locator("#ctl00_nav_lnkProviders"), "staff": page.locator("#ctl00_nav_lnkStaff")}
            shown = {"chooser": chooser, "chosen": chooser.locator("option:checked").inner_text()}
            return {"signed_in": True, "practice": shown, "navigation": menu, **more}

        page.goto(site.url)
        entry = form(page.get_by_label("User Name:"), page.get_by_label("Password:"), role(page, "button", "Log In"))
        kept.keep("sign_in", signed_in=False, sign_in=entry)
        page.get_by_label("User Name:").fill(site.user_name)
        page.get_by_label("Password:").fill("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_text("was not successful")).to_be_visible()
        entry = form(page.get_by_label("User Name:"), page.get_by_label("Password:"), role(page, "button", "Log In"))
        kept.keep("refused", signed_in=False, sign_in=entry, refused=True)
        page.get_by_label("User Name:").fill(site.user_name)
        page.get_by_label("Password:").fill(site.password)
        page.keyboard.press("Enter")
        page.locator("#ctl00_ddlPractice").select_option(practice)
        expect(page.get_by_text(f"Appointments at {practice}")).to_be_visible()
        kept.keep("dashboard", **frame())
        page.locator("#ctl00_nav_lnkUserAdmin").click()
        kept.keep("menu_open", **frame())
        page.locator("#ctl00_nav_lnkStaff").click()
        expect(page.locator(".pager span")).to_have_text("1")
        members = site.office.listed(practice, "staff")

        def people(number: int) -> dict[str, Any]:
            shown = members[10 * (number - 1) : 10 * number]
            opens = page.locator("#ctl00_main_gvUsers").get_by_role("link", name="Select")
            lines = [
                ((f"{m.fields['First Name']} {m.fields['Last Name']}", m.email, m.location), opens.nth(n)) for n, m in enumerate(shown)
            ]
            turn = page.locator(".pager").last.get_by_role("link", name=str(number + 1), exact=True)
            return frame(
                heading="Staff Members", rows=rows(lines), locations=page.locator("[name='ctl00$main$ddlLocation']"),
                next=turn if turn.count() else None, complete=False, number=number,
            )  # fmt: skip

        kept.keep("list", **people(1))
        page.locator(".pager").last.get_by_role("link", name="2", exact=True).click()
        expect(page.locator(".pager span")).to_have_text("2")
        kept.keep("list_second", **people(2))
        page.locator(".pager").last.get_by_role("link", name="4", exact=True).click()
        expect(page.locator(".pager span")).to_have_text("4")
        kept.keep("list_last", **people(4))
        member = members[30:][[("Messaging" in m.own | m.by_role) for m in members[30:]].index(False)]
        page.locator("#ctl00_main_gvUsers").get_by_role("link", name="Select").nth(members[30:].index(member)).click()
        record = {
            "owner": {"name": f"{member.fields['First Name']} {member.fields['Last Name']}", "email": member.email},
            "save": role(page, "button", "Save"),
            "heading": "Staff Members",
        }
        opener = page.locator("#ctl00_main_tvw a:visible", has=page.locator("img[alt^=Expand]"))
        box = page.get_by_label("Messaging", exact=True)
        kept.keep("record", **frame(**record), groups={"closed": opener.all()})
        page.get_by_role("link", name="Expand Patient Interface").click()
        kept.keep("record_half_open", **frame(**record), groups={"closed": opener.all()})
        page.get_by_role("link", name="Expand Requests").click()
        kept.keep("record_open", **frame(**record, box=box), on=False, enabled=True, groups={"closed": opener.all()})
        box.check()
        kept.keep(
            "record_ticked", **frame(**record, box=box), on=True, enabled=True, changed_from="record_open", groups={"closed": opener.all()}
        )
        role(page, "button", "Save").click()
        expect(page.get_by_text("The record was saved.")).to_be_visible()
        kept.keep("saved", **frame(**record), notice="The record was saved.", groups={"closed": opener.all()})


def react_hash(browser: Browser) -> None:
    with ReactHash() as site:
        kept = Recorder(browser, "react_hash")
        page = kept.page
        practice = list(site.practices)[-1]

        def frame(**more: Any) -> dict[str, Any]:
            name = practice if page.get_by_role("button", name=practice).count() else next(iter(site.practices))
            menu = {"user_administration": role(page, "button", "User Administration")}
            if page.get_by_role("link", name="Staff Members", exact=True).count():
                menu |= {"providers": role(page, "link", "Providers"), "staff": role(page, "link", "Staff Members")}
            return {"signed_in": True, "practice": {"chooser": role(page, "button", name), "chosen": name}, "navigation": menu, **more}

        page.goto(site.url)
        entry = form(page.get_by_label("Username"), page.get_by_label("Password"), role(page, "button", "Log In"))
        kept.keep("sign_in", signed_in=False, sign_in=entry)
        page.get_by_label("Username").fill(site.user_name)
        page.get_by_label("Password").fill("wrong")
        role(page, "button", "Log In").click()
        expect(page.get_by_role("alert")).to_be_visible()
        page.get_by_label("Password").fill("")
        entry = form(page.get_by_label("Username"), page.get_by_label("Password"), role(page, "button", "Log In"))
        kept.keep("refused", signed_in=False, sign_in=entry, refused=True)
        page.get_by_label("Password").fill(site.password)
        role(page, "button", "Log In").click()
        expect(role(page, "button", "User Administration")).to_be_visible()
        page.evaluate("for (let number = 0; number < 1000; number += 1) clearInterval(number)")  # it draws everything anew twice a second
        role(page, "button", next(iter(site.practices))).click()
        kept.keep("practices_open", **frame(entries={name: role(page, "link", name) for name in site.practices}))
        role(page, "link", practice).click()
        kept.keep("dashboard", **frame())
        role(page, "button", "User Administration").click()
        role(page, "link", "Staff Members").click()
        members = site.office.listed(practice, "staff")

        def people(count: int) -> dict[str, Any]:
            lines = [(said(m, site.name_form), page.locator(f'a[href="#/users/staff/{m.key}"]')) for m in members[:count]]
            more = page.get_by_role("button", name="Load more")
            return frame(
                heading="Staff Members", rows=rows(lines), locations=page.get_by_label("Locations"), more=more if more.count() else None,
                complete=not more.count(),
            )  # fmt: skip

        kept.keep("list", **people(15))
        role(page, "button", "Load more").click()
        page.wait_for_timeout(300)
        role(page, "button", "Load more").click()
        expect(page.get_by_role("row")).to_have_count(len(members) + 1)
        kept.keep("list_all", **people(len(members)))
        member = [m for m in members if "Messaging" not in m.own | m.by_role][-1]
        page.locator(f'a[href="#/users/staff/{member.key}"]').click()
        record = {"owner": {"name": member.name(site.name_form), "email": member.email}, "save": role(page, "button", "Save")}
        closed = page.get_by_role("main").locator("[aria-expanded=false]")
        box = role(page, "switch", "Messaging")
        expect(role(page, "button", "Save")).to_be_visible()
        kept.keep("record", **frame(**record), groups={"closed": closed.all()})
        role(page, "button", "Messaging Center").click()
        kept.keep("record_open", **frame(**record, box=box), on=False, enabled=True, groups={"closed": closed.all()})
        box.click()
        kept.keep(
            "record_ticked", **frame(**record, box=box), on=True, enabled=True, changed_from="record_open", groups={"closed": closed.all()}
        )
        role(page, "button", "Save").click()
        expect(page.get_by_role("status")).to_be_visible()
        kept.keep("saved", **frame(**record, box=box), on=True, enabled=True, notice="Changes saved", groups={"closed": closed.all()})


def frames(browser: Browser) -> None:
    with Frames() as site:
        kept = Recorder(browser, "frames")
        page = kept.page
        practice = list(site.practices)[-1]
        top, menu, content = (page.frame_locator(f"[name={name}]") for name in ("banner", "menu", "content"))

        def frame(**more: Any) -> dict[str, Any]:
            chooser = top.locator("select")
            entries: dict[str, Any] = {"user_administration": role(menu, "link", "User Administration")}
            if menu.get_by_role("link", name="Staff Members", exact=True).is_visible():
                entries |= {"providers": role(menu, "link", "Providers"), "staff": role(menu, "link", "Staff Members")}
            shown = {"chooser": chooser, "chosen": chooser.locator("option:checked").inner_text()}
            return {"signed_in": True, "practice": shown, "navigation": entries, **more}

        page.goto(site.url)
        entry = form(page.locator("[name=login]"), page.locator("[name=pass]"), role(page, "button", "Login"))
        kept.keep("sign_in", signed_in=False, sign_in=entry)
        page.locator("[name=login]").fill(site.user_name)
        page.locator("[name=pass]").fill("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_text("is wrong")).to_be_visible()
        entry = form(page.locator("[name=login]"), page.locator("[name=pass]"), role(page, "button", "Login"))
        kept.keep("refused", signed_in=False, sign_in=entry, refused=True)
        page.locator("[name=login]").fill(site.user_name)
        page.locator("[name=pass]").fill(site.password)
        page.keyboard.press("Enter")
        top.get_by_title("Select practice").select_option(practice)
        expect(content.get_by_text(practice)).to_be_visible()
        kept.keep("dashboard", **frame())
        menu.get_by_role("link", name="+").nth(1).click()
        menu.get_by_role("link", name="Staff Members").click()
        members = site.office.listed(practice, "staff")

        def people(number: int) -> dict[str, Any]:
            lines = [
                (said(m, site.name_form), content.locator(f'a[href="/user.cgi?id={m.key}"]'))
                for m in members[12 * (number - 1) : 12 * number]
            ]
            turn = content.get_by_role("link", name="Next »")
            return frame(
                heading="Staff Members",
                rows=rows(lines),
                locations=content.locator("select"),
                next=turn if turn.count() else None,
                complete=False,
            )

        kept.keep("list", **people(1))
        for number in (2, 3):
            content.get_by_role("link", name="Next »").click()
            expect(content.get_by_text(f"Page {number} of")).to_be_visible()
        kept.keep("list_last", **people(3))
        member = next(m for m in members[24:] if "Messaging" not in m.own | m.by_role)
        content.locator(f'a[href="/user.cgi?id={member.key}"]').click()
        record = {
            "owner": {"name": member.name(site.name_form), "email": member.email},
            "save": role(content, "button", "Save"),
            "heading": "Staff Members",
        }
        everything = role(content, "button", "Expand All")
        closed = content.locator("details:not([open]) > summary:visible")
        box = content.get_by_label("Messaging", exact=True)
        kept.keep("record", **frame(**record), groups={"all": everything, "closed": closed.all()})
        for group in ("Correspondence", "Secure Mail", "Day to day"):
            content.get_by_text(group, exact=True).click()
        kept.keep(
            "record_half_open", **frame(**record, box=box), on=False, enabled=True, groups={"all": everything, "closed": closed.all()}
        )
        everything.click()
        kept.keep("record_open", **frame(**record, box=box), on=False, enabled=True, groups={"all": everything, "closed": []})
        box.check()
        kept.keep(
            "record_ticked",
            **frame(**record, box=box),
            on=True,
            enabled=True,
            changed_from="record_open",
            groups={"all": everything, "closed": []},
        )
        page.once("dialog", lambda dialog: dialog.accept())
        role(content, "button", "Save").click()
        expect(content.get_by_text("Changes saved.")).to_be_visible()
        kept.keep("saved", **frame(**record), notice="Changes saved.", groups={"all": everything, "closed": closed.all()})


def kendo(browser: Browser) -> None:
    with Kendo() as site:
        kept = Recorder(browser, "kendo")
        page = kept.page
        practice = list(site.practices)[-1]

        def frame(**more: Any) -> dict[str, Any]:
            entries: dict[str, Any] = {"user_administration": page.locator("[role=menuitem]:has(> .k-header)")}
            if page.get_by_role("link", name="Staff Members", exact=True).is_visible():
                entries |= {"providers": role(page, "link", "Providers"), "staff": role(page, "link", "Staff Members")}
            chooser = page.locator("#practice")
            shown = {"chooser": chooser, "chosen": chooser.locator(".k-input").inner_text()}
            return {"signed_in": True, "practice": shown, "navigation": entries, **more}

        page.goto(site.url)
        entry = form(page.locator("[name=Username]"), page.locator("[name=Password]"), role(page, "button", "Login"))
        kept.keep("sign_in", signed_in=False, sign_in=entry)
        page.locator("[name=Username]").fill(site.user_name)
        page.locator("[name=Password]").fill("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_text("is incorrect")).to_be_visible()
        entry = form(page.locator("[name=Username]"), page.locator("[name=Password]"), role(page, "button", "Login"))
        kept.keep("refused", signed_in=False, sign_in=entry, refused=True)
        page.locator("[name=Username]").fill(site.user_name)
        page.locator("[name=Password]").fill(site.password)
        page.keyboard.press("Enter")
        page.locator("#practice").click()
        kept.keep("practices_open", **frame(entries={name: role(page, "option", name) for name in site.practices}))
        page.get_by_role("option", name=practice).click()
        expect(page.get_by_text(f"Today's Appointments - {practice}")).to_be_visible()
        kept.keep("dashboard", **frame())
        page.get_by_text("User Administration").click()
        page.wait_for_timeout(300)
        kept.keep("menu_open", **frame())
        page.get_by_role("link", name="Staff Members").click()
        members = site.office.listed(practice, "staff")

        def people(number: int) -> dict[str, Any]:
            shown = members[10 * (number - 1) : 10 * number]
            expect(page.get_by_text(re.compile(rf"^ *{10 * number - 9} - \d+ of"))).to_be_visible()
            opens = page.locator(".k-grid-content").get_by_role("button", name="Edit")
            lines = [(said(m, site.name_form), opens.nth(n)) for n, m in enumerate(shown)]
            turn = page.get_by_title("Go to the next page") if 10 * number < len(members) else None
            return frame(heading="Staff Members", rows=rows(lines), locations=page.locator("#location"), next=turn, complete=False)

        kept.keep("list", **people(1))
        for _ in (2, 3, 4):
            page.get_by_title("Go to the next page").click()
            page.wait_for_timeout(400)
        kept.keep("list_last", **people(4))
        page.locator("#location").click()
        kept.keep("locations_open", **people(4), entries={name: role(page, "option", name) for name in ("All", *site.practices[practice])})
        page.locator("#location").click()
        member = next(m for m in members[30:] if "Messaging" not in m.own | m.by_role)
        page.locator(".k-grid-content").get_by_role("button", name="Edit").nth(members[30:].index(member)).click()
        record_window = page.get_by_role("dialog")
        record = {"owner": {"name": member.name(site.name_form), "email": member.email}, "save": role(record_window, "button", "Save")}
        closed = record_window.locator(".k-i-expand:visible")
        item = record_window.get_by_role("treeitem", name="Messaging", exact=True)
        box = item.get_by_role("checkbox")
        expect(role(record_window, "button", "Save")).to_be_visible()
        kept.keep("record", **frame(**record), groups={"closed": closed.all()})
        for group in ("Patient Interface", "Messages"):
            record_window.locator("li").filter(has_text=re.compile(rf"^\s*{group}")).locator(".k-i-expand").first.click()
        kept.keep("record_open", **frame(**record, box=box), on=False, enabled=True, groups={"closed": closed.all()})
        box.check()
        kept.keep(
            "record_ticked", **frame(**record, box=box), on=True, enabled=True, changed_from="record_open", groups={"closed": closed.all()}
        )
        role(record_window, "button", "Save").click()
        expect(record_window).to_have_count(0)
        page.wait_for_timeout(500)
        kept.keep("saved", **people(4))


def shadow(browser: Browser) -> None:
    with Shadow() as site:
        kept = Recorder(browser, "shadow")
        page = kept.page
        practice = next(iter(site.practices))

        def button(caption: str) -> Locator:
            return page.get_by_role("button", name=re.compile(f"^{caption}$", re.IGNORECASE)).first

        def frame(**more: Any) -> dict[str, Any]:
            entries: dict[str, Any] = {"user_administration": button("user administration")}
            if button("staff members").count():
                entries |= {"providers": button("providers"), "staff": button("staff members")}
            return {"signed_in": True, "navigation": entries, **more}

        page.goto(site.url)
        user = page.get_by_label("User name")
        expect(user).to_be_visible()
        kept.keep("sign_in", signed_in=False, sign_in={"user_name": user, "button": role(page, "button", "Next")})
        user.fill(site.user_name)
        role(page, "button", "Next").click()
        expect(page.locator("[type=password]")).to_be_visible()
        kept.keep("sign_in_password", signed_in=False, sign_in={"password": page.locator("[type=password]"), "button": button("sign in")})
        page.locator("[type=password]").fill(site.password)
        button("sign in").click()
        expect(button("user administration")).to_be_visible()
        page.wait_for_timeout(600)
        kept.keep("dashboard", **frame())
        button("user administration").click()
        button("staff members").click()
        members = site.office.listed(practice, "staff")
        listed = page.get_by_role("listitem")
        expect(listed).to_have_count(12)

        def people(count: int, complete: bool | None) -> dict[str, Any]:
            lines = [(said(m, site.name_form), listed.nth(n).get_by_role("button")) for n, m in enumerate(members[:count])]
            return frame(heading="Staff Members", rows=rows(lines), locations=page.locator("select"), complete=complete)

        kept.keep("list", **people(12, False))
        for _ in range(12):
            box = page.locator(".scroll").bounding_box()
            assert box
            page.mouse.move(box["x"] + 50, box["y"] + 50)
            page.mouse.wheel(0, 4000)
            page.wait_for_timeout(400)
        expect(listed).to_have_count(len(members))
        kept.keep("list_all", **people(len(members), True))
        member = [m for m in members if "Messaging" not in m.own | m.by_role][-1]
        listed.nth(members.index(member)).get_by_role("button").click()
        expect(button("save")).to_be_visible()
        record = {"owner": {"name": member.name(site.name_form), "email": member.email}, "save": button("save")}
        closed = page.locator("perm-group").locator("[aria-expanded=false]")
        expect(page.get_by_role("button", name="No thanks")).to_be_visible()
        kept.keep("survey", **frame(**record), interruption=role(page, "button", "No thanks"), groups={"closed": closed.all()})
        page.get_by_role("button", name="No thanks").click()
        kept.keep("record", **frame(**record), groups={"closed": closed.all()})
        button("inbox").click()
        tick = page.get_by_role("checkbox", name=re.compile("^messaging$", re.IGNORECASE))
        kept.keep("record_open", **frame(**record, box=tick), on=False, enabled=True, groups={"closed": closed.all()})
        tick.click()
        kept.keep(
            "record_ticked", **frame(**record, box=tick), on=True, enabled=True, changed_from="record_open", groups={"closed": closed.all()}
        )
        button("save").click()
        expect(page.get_by_role("status")).to_have_text("SAVED")
        kept.keep("saved", **frame(**record, box=tick), on=True, enabled=True, notice="SAVED", groups={"closed": closed.all()})


# -- the admin sites -----------------------------------------------------------------------------------------------------


def plain_user(site: AdminSite) -> dict[str, Any]:
    return [user for user in site.users() if user["flags"]["is_active"] and not user["flags"]["is_staff"]][-1]


def django(browser: Browser) -> None:
    with DjangoSite() as site:
        kept = Recorder(browser, "django", captions={"staff": "Users", "practice": None}, permission="Staff status")
        page = kept.page
        user = plain_user(site)

        def frame(**more: Any) -> dict[str, Any]:
            return {"signed_in": True, **more}

        page.goto(site.url)
        entry = form(page.get_by_label("Username:"), page.get_by_label("Password:"), role(page, "button", "Log in"))
        kept.keep("sign_in", signed_in=False, sign_in=entry)
        page.get_by_label("Username:").fill(site.user_name)
        page.get_by_label("Password:").fill("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Please enter the correct")).to_be_visible()
        entry = form(page.get_by_label("Username:"), page.get_by_label("Password:"), role(page, "button", "Log in"))
        kept.keep("refused", signed_in=False, sign_in=entry, refused=True)
        page.get_by_label("Username:").fill(site.user_name)
        page.get_by_label("Password:").fill(site.password)
        page.keyboard.press("Enter")
        kept.keep("dashboard", **frame(navigation={"staff": role(page, "link", "Users")}))
        role(page, "link", "Users").click()
        expect(page.locator("#result_list tbody tr").first).to_be_visible()

        def people(number: int) -> dict[str, Any]:
            lines = page.locator("#result_list tbody tr").all()
            shown = [
                ((f"{line.locator('.field-first_name').inner_text()} {line.locator('.field-last_name').inner_text()}",
                  line.locator(".field-email").inner_text(), None), line.locator("th a"))
                for line in lines
            ]  # fmt: skip
            turn = page.locator(".paginator").get_by_role("link", name=str(number + 1), exact=True)
            return frame(
                heading="Users", rows=rows(shown), next=turn if turn.count() else None, search=page.locator("#searchbar"), complete=False,
                navigation={"staff": role(page.locator("#nav-sidebar"), "link", "Users")} if page.locator("#nav-sidebar").count() else None,
            )  # fmt: skip

        kept.keep("list", **people(1))
        role(page, "link", "6").click()
        page.wait_for_timeout(300)
        kept.keep("list_last", **people(6))
        page.locator("#searchbar").fill(user["email"])
        page.keyboard.press("Enter")
        page.wait_for_timeout(300)
        kept.keep("list_search", **{**people(99), "complete": True})
        page.locator("#result_list tbody th a").first.click()
        expect(page.get_by_label("Email address:")).to_have_value(user["email"])
        box = page.get_by_label("Staff status")
        record = {
            "owner": {"name": user["name"], "email": user["email"]}, "save": role(page, "button", "Save"), "box": box,
            "navigation": {"staff": role(page.locator("#nav-sidebar"), "link", "Users")},
        }  # fmt: skip
        kept.keep("record", **frame(**record), on=False, enabled=True)
        box.check()
        kept.keep("record_ticked", **frame(**record), on=True, enabled=True, changed_from="record")
        role(page, "button", "Save").click()
        expect(page.locator(".messagelist li")).to_be_visible()
        kept.keep("saved", **{**people(99), "complete": True}, notice=page.locator(".messagelist li").inner_text())


def fastadmin(browser: Browser) -> None:
    with FastAdminSite() as site:
        kept = Recorder(browser, "fastadmin", captions={"staff": "User", "practice": None}, permission="Is Staff")
        page = kept.page
        page.goto(site.url)
        expect(page.get_by_label("Username")).to_be_visible()
        entry = form(page.get_by_label("Username"), page.get_by_label("Password"), role(page, "button", "Sign In"))
        kept.keep("sign_in", signed_in=False, sign_in=entry)
        page.get_by_label("Username").fill(site.user_name)
        page.get_by_label("Password").fill("wrong")
        role(page, "button", "Sign In").click()
        expect(page.get_by_text("Invalid credentials.")).to_be_visible()
        page.get_by_label("Password").fill("")
        page.wait_for_timeout(500)
        kept.keep("refused", signed_in=False, sign_in=entry, refused=True)
        page.get_by_label("Password").fill(site.password)
        role(page, "button", "Sign In").click()
        menu = page.get_by_role("complementary").get_by_role("menuitem", name="User", exact=True)
        expect(menu).to_be_visible()
        page.wait_for_timeout(4000)
        kept.keep("dashboard", signed_in=True, navigation={"staff": menu})
        menu.click()
        expect(page.locator("tbody tr.ant-table-row").first).to_be_visible()
        page.wait_for_timeout(500)
        users = {user["user_name"]: user for user in site.users()}

        def people(turns: bool) -> dict[str, Any]:
            lines = page.locator("tbody tr.ant-table-row").all()
            shown = []
            for line in lines:
                key = line.get_by_role("button").first.inner_text()
                cells = line.locator("td").all_inner_texts()
                user = users.get(key)
                shown = (user["name"] if user else key, next((c for c in cells if "@" in c), None), None)
                shown.append((shown, [line.get_by_role("button").first, line.locator("button", has=page.locator(".anticon-edit"))]))
            turn = page.locator(".ant-pagination-next")
            return {
                "signed_in": True, "navigation": {"staff": menu}, "rows": rows(shown), "next": turn if turns else None, "complete": False,
                "search": page.get_by_role("searchbox"),
            }  # fmt: skip

        kept.keep("list", **people(True))
        page.get_by_role("listitem", name="3", exact=True).click()
        page.wait_for_timeout(1500)
        kept.keep("list_last", **people(False))
        user = plain_user(site)
        page.get_by_role("button", name=user["user_name"], exact=True).click()
        expect(page.get_by_role("textbox", name="Email")).to_have_value(user["email"])
        page.wait_for_timeout(500)
        box = page.get_by_role("switch", name="Is Staff")
        record = {
            "owner": {"name": user["name"], "email": user["email"]},
            "save": role(page, "button", "save Save"),
            "box": box,
            "navigation": {"staff": menu},
        }
        kept.keep("record", signed_in=True, **record, on=False, enabled=True)
        box.click()
        kept.keep("record_ticked", signed_in=True, **record, on=True, enabled=True, changed_from="record")
        role(page, "button", "save Save").click()
        expect(page.get_by_text("Succesfully changed")).to_be_visible()
        expect(page.locator("tbody tr.ant-table-row").first).to_be_visible()
        shown = page.get_by_text("Succesfully changed").is_visible()  # for three seconds only
        kept.keep("saved", **{**people(True), "notice": "Succesfully changed" if shown else None})


WALKS: dict[str, Callable[[Browser], None]] = {
    walk.__name__: walk
    for walk in (
        sandbox_classic, sandbox_modern, bootstrap_tabs, webforms, react_hash, frames, kendo, shadow, django, fastadmin,
    )
}  # fmt: skip


# -- the portals on kits -------------------------------------------------------------------------------------------------


def _on_kit(kind: type[KitSite]) -> Callable[[Browser], None]:
    def walk(browser: Browser) -> None:
        with kind() as site:
            kept = Recorder(browser, site.vendor, asks=True, practices=list(site.practices))
            BY_HAND[site.vendor](kept.page, site, kept.keep)

    return walk


WALKS |= {kind.vendor: _on_kit(kind) for kind in KITS}


def _people(page: Page, lines: Locator, opens: Callable[[Locator], Locator]) -> list[dict[str, Any]]:
    shown = [([line.locator("td").nth(n).inner_text() for n in (0, 1, 2)], opens(line)) for line in lines.all()]
    return rows(shown)


def vuetify(browser: Browser) -> None:
    with Vuetify() as site:
        kept = Recorder(browser, "vuetify", asks=True, practices=["Cypress Family Care", "Cypress Pediatrics"])
        page = kept.page
        page.goto(site.url)
        expect(page.locator("tbody tr")).to_have_count(10)
        drawer, select = page.locator("nav"), page.locator("header .v-select")
        menu = {
            "user_administration": drawer.locator(".v-list-group__header"), "providers": drawer.get_by_role("link", name="Providers"),
            "staff": drawer.get_by_role("link", name="Staff Members"),
        }  # fmt: skip
        chooser = [select.locator(".v-field"), select.locator("[role=combobox]").first, select.locator("input")]
        frame: dict[str, Any] = {"signed_in": True, "navigation": menu, "practice": {"chooser": chooser, "chosen": "Cypress Pediatrics"}}
        people = _people(page, page.locator("tbody tr"), lambda line: line.get_by_role("button", name="Edit"))
        kept.keep(
            "list", **frame, heading="Staff Members", rows=people, search=page.get_by_label("Search").first, complete=False,
            next=page.get_by_role("button", name="Next page"),
        )  # fmt: skip
        page.locator("tbody tr").first.get_by_role("button", name="Edit").click()
        record = {"owner": {"name": "Ana Irwin", "email": "ana.irwin@cypress.example.com"}, "save": role(page, "button", "Save")}
        closed = page.locator(".v-expansion-panel-title[aria-expanded=false]")
        kept.keep("record", **frame, **record, groups={"closed": closed.all()})
        role(page, "button", "Correspondence").click()
        page.wait_for_timeout(600)
        box = page.get_by_label("Messaging", exact=True)
        kept.keep("record_open", **frame, **record, box=box, on=False, enabled=True, groups={"closed": closed.all()})
        box.check()
        kept.keep(
            "record_ticked", **frame, **record, box=box, on=True, enabled=True, changed_from="record_open", groups={"closed": closed.all()}
        )
        role(page, "button", "Save").click()
        said = "The user was saved."
        kept.keep("saved", **frame, **record, box=box, on=True, enabled=True, notice=said, groups={"closed": closed.all()})


def quasar(browser: Browser) -> None:
    with Quasar() as site:
        kept = Recorder(browser, "quasar", asks=True, practices=["Willow Clinic", "Willow Pediatrics"])
        page = kept.page
        page.goto(site.url)
        expect(page.locator("tbody tr")).to_have_count(10)
        drawer, select = page.locator("aside"), page.locator("header .q-select")
        menu = {
            "user_administration": drawer.locator(".q-expansion-item__container > .q-item"),
            "providers": drawer.locator(".q-item", has_text=re.compile("^Providers$")),
            "staff": drawer.locator(".q-item", has_text=re.compile("^Staff Members$")),
        }  # fmt: skip
        chooser = [select, select.get_by_role("combobox")]
        frame: dict[str, Any] = {"signed_in": True, "navigation": menu, "practice": {"chooser": chooser, "chosen": "Willow Pediatrics"}}
        people = _people(page, page.locator("tbody tr"), lambda line: line)
        kept.keep(
            "list", **frame, heading="Staff Members", rows=people, search=page.get_by_label("Search"), complete=False,
            next=page.get_by_role("button", name="Next page"),
        )  # fmt: skip
        page.locator("tbody tr").first.click()
        record = {"owner": {"name": "Ana Irwin", "email": "ana.irwin@willow.example.com"}, "save": role(page, "button", "Save")}
        arrow = page.locator(".q-tree__arrow")
        closed = page.locator(
            ".q-tree__node--parent", has=page.locator("> .q-tree__node-header > .q-tree__arrow:not(.q-tree__arrow--rotate)")
        )
        kept.keep("record", **frame, **record, groups={"closed": closed.all()})
        arrow.nth(1).click()
        page.wait_for_timeout(600)
        box = page.locator(".q-tree__node-header", has=page.get_by_text("Messaging", exact=True)).locator("[role=checkbox]")
        kept.keep("record_open", **frame, **record, box=box, on=False, enabled=True, groups={"closed": closed.all()})
        box.click()
        kept.keep(
            "record_ticked", **frame, **record, box=box, on=True, enabled=True, changed_from="record_open", groups={"closed": closed.all()}
        )
        role(page, "button", "Save").click()
        said = "The user was saved."
        kept.keep("saved", **frame, **record, box=box, on=True, enabled=True, notice=said, groups={"closed": closed.all()})


WALKS |= {"vuetify": vuetify, "quasar": quasar}
