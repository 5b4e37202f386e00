"""The documented job on each kit as a person does it, page after page. ``keep`` is given each page with what is what on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.kits.kit_site import KitSite
from tests.sites.invented_office import Member

Keep = Callable[..., None]
Where = Page | FrameLocator | Locator


def button(where: Where, caption: str) -> Locator:
    return where.get_by_role("button", name=caption, exact=True).first


def form(user: Locator, password: Locator, press: Locator) -> dict[str, Any]:
    return {"signed_in": False, "sign_in": {"user_name": user, "password": password, "button": press}}


def sign_in(page: Page, site: KitSite, user: Locator, password: Locator, press: Locator, keep: Keep) -> None:
    """Once wrong, once right."""
    expect(password).to_be_visible()
    keep("sign_in", **form(user, password, press))
    user.fill(site.user_name)
    password.fill("wrong")
    press.click()
    page.wait_for_timeout(1000 + int(site.late * 2000))
    password.fill("")
    keep("refused", **form(user, password, press), refused=True)
    password.fill(site.password)
    press.click()


def row(member: Member, site: KitSite, opens: Locator | list[Locator]) -> dict[str, Any]:
    return {"name": member.name(site.name_form), "email": member.email, "location": member.location, "opens": opens}


def last_without(site: KitSite, members: list[Member]) -> Member:
    return [member for member in members if "Messaging" not in member.own | member.by_role][-1]


def owner(member: Member, site: KitSite) -> dict[str, Any]:
    return {"owner": {"name": member.name(site.name_form), "email": member.email}}


def datatables(page: Page, site: KitSite, keep: Keep) -> Member:
    practice, members = list(site.practices)[-1], site.office.listed(list(site.practices)[-1], "staff")

    def frame(**more: Any) -> dict[str, Any]:
        menu = {"user_administration": page.locator("#admin")}
        if page.locator("#sub").is_visible():
            menu |= {"providers": page.locator("[data-list=providers]"), "staff": page.locator("[data-list=staff]")}
        chooser = page.locator(".select2-selection")
        shown = {"chooser": chooser, "chosen": page.locator(".select2-selection__rendered").inner_text()}
        return {"signed_in": True, "practice": shown, "navigation": menu, **more}

    page.goto(site.url)
    sign_in(page, site, page.locator("#user-name"), page.locator("#pass"), button(page, "Log In"), keep)
    expect(page.locator("h1")).to_have_text("Practice Portal Dashboard")
    keep("dashboard", **frame())
    page.locator(".select2-selection").click()
    entries = {name: page.get_by_role("option", name=name) for name in site.practices}
    keep("practices_open", **frame(entries=entries))
    entries[practice].click()
    expect(page.locator("#main > p")).to_have_text(practice)
    page.locator("#admin").click()
    page.locator("[data-list=staff]").click()
    expect(page.locator("tbody tr")).to_have_count(10)

    def people(number: int, complete: bool) -> dict[str, Any]:
        shown = members[10 * (number - 1) : 10 * number]
        turn = page.get_by_role("link", name="Next", exact=True) if 10 * number < len(members) else None
        number_button = page.locator("nav[aria-label=pagination]").get_by_role("link", name=str(number + 1), exact=True)
        alternatives = [each for each in (turn, number_button) if each is not None and each.count()] if turn else None
        return frame(
            heading="Staff Members", locations=page.locator("#place"), search=page.locator("input[type=search]"), complete=complete,
            rows=[row(member, site, page.locator(f"a[data-key='{member.key}']")) for member in shown], next=alternatives,
        )  # fmt: skip

    listed = sorted(members, key=lambda member: member.name(site.name_form).lower())
    order = [int(key or 0) for key in page.locator("tbody a").evaluate_all("(links) => links.map((link) => link.dataset.key)")]
    members[:] = [site.office.members[key] for key in order] + [member for member in listed if member.key not in order]
    keep("list", **people(1, False))
    member = last_without(site, members)
    page.locator("input[type=search]").fill(member.email)
    expect(page.locator("tbody tr")).to_have_count(1)
    found = frame(
        heading="Staff Members", locations=page.locator("#place"), search=page.locator("input[type=search]"), complete=True,
        rows=[row(member, site, page.locator(f"a[data-key='{member.key}']"))],
    )  # fmt: skip
    keep("list_search", **found)
    page.locator("tbody a").click()
    expect(page.locator("#tree li").first).to_be_visible()
    record = {**owner(member, site), "save": button(page, "Save")}
    closed = page.locator("#tree .jstree-closed > .jstree-anchor")
    box = page.get_by_role("treeitem", name="Messaging", exact=True)
    keep("record", **frame(**record), groups={"closed": closed.all()})
    for group in ("Correspondence", "Inbox"):
        shut = page.locator("#tree li.jstree-closed", has=page.get_by_text(group, exact=True)).locator("> .jstree-ocl")
        if shut.count():
            shut.click()
            page.wait_for_timeout(500)
    expect(box).to_be_visible()
    keep("record_open", **frame(**record, box=box), on=False, enabled=True, groups={"closed": closed.all()})
    page.locator(".jstree-anchor", has_text=re.compile("^Messaging$")).click()
    keep("record_ticked", **frame(**record, box=box), on=True, enabled=True, changed_from="record_open", groups={"closed": closed.all()})
    button(page, "Save").click()
    expect(page.locator("#note")).to_have_text("The user was saved.")
    keep("saved", **frame(**record, box=box), on=True, enabled=True, notice="The user was saved.", groups={"closed": closed.all()})
    return member


def elementplus(page: Page, site: KitSite, keep: Keep) -> Member:
    practice, members = list(site.practices)[-1], site.office.listed(list(site.practices)[-1], "staff")
    menu = page.locator("aside")

    def frame(**more: Any) -> dict[str, Any]:
        entries = {"user_administration": menu.locator(".el-sub-menu__title")}
        if menu.get_by_text("Staff Members").is_visible():
            items = {
                name: menu.get_by_role("menuitem", name=caption)
                for name, caption in (("providers", "Providers"), ("staff", "Staff Members"))
            }
            entries |= items
        select = page.locator("header .el-select")
        chooser = [select.locator(".el-select__wrapper"), select.get_by_role("combobox")]
        shown = {"chooser": chooser, "chosen": select.locator(".el-select__placeholder").inner_text()}
        return {"signed_in": True, "practice": shown, "navigation": entries, **more}

    page.goto(site.url)
    sign_in(page, site, page.get_by_label("Username"), page.locator("[type=password]"), button(page, "Sign in"), keep)
    expect(page.locator("h1")).to_have_text("Practice Portal Dashboard")
    keep("dashboard", **frame())
    page.locator("header .el-select").click()
    entries = {name: page.get_by_role("option", name=name) for name in site.practices}
    expect(entries[practice]).to_be_visible()
    keep("practices_open", **frame(entries=entries))
    entries[practice].click()
    page.wait_for_timeout(500)
    menu.locator(".el-sub-menu__title").click()
    page.wait_for_timeout(500)
    menu.get_by_text("Staff Members").click()
    expect(page.locator(".el-table-v2__row").first).to_be_visible()

    def people(complete: bool | None) -> dict[str, Any]:
        lines = page.locator(".el-table-v2__row").all()
        by_mail = {member.email: member for member in members}
        shown = [(by_mail[line.locator("[role=cell]").nth(1).inner_text()], line) for line in lines]
        select = page.locator("main .el-select")
        return frame(
            heading="Staff Members", locations=[select.locator(".el-select__wrapper"), select.get_by_role("combobox")],
            rows=[row(member, site, line.locator("[role=cell]").first) for member, line in shown], complete=complete,
        )  # fmt: skip

    keep("list", **people(None))
    member = last_without(site, members)
    target = page.locator(".el-table-v2__row", has_text=member.email)
    for _ in range(40):
        if target.count():
            break
        page.locator(".el-table-v2__body").hover()
        page.mouse.wheel(0, 200)
        page.wait_for_timeout(60)
    keep("list_scrolled", **people(None))
    target.locator(".el-link").click()
    expect(page.locator(".el-tree-node").first).to_be_visible()
    record = {**owner(member, site), "save": button(page, "Save")}
    icon = page.locator("> .el-tree-node__content > .el-tree-node__expand-icon:not(.is-leaf)")
    closed = page.locator(".el-tree-node:not(.is-expanded)", has=icon).locator("visible=true")
    item = page.get_by_role("treeitem").filter(has_text=re.compile("^Messaging$"))
    box = item.locator("label.el-checkbox")
    truth = [box, item.get_by_role("checkbox")]
    keep("record", **frame(**record), groups={"closed": closed.all()})
    for group in ("Correspondence", "Inbox"):
        page.locator(".el-tree-node__content", has_text=group).locator(".el-tree-node__expand-icon").click()
        page.wait_for_timeout(400)
    expect(box).to_be_visible()
    keep("record_open", **frame(**record, box=truth), on=False, enabled=True, groups={"closed": closed.all()})
    box.click()
    keep("record_ticked", **frame(**record, box=truth), on=True, enabled=True, changed_from="record_open", groups={"closed": closed.all()})
    button(page, "Save").click()
    expect(page.get_by_text("The user was saved.")).to_be_visible()
    keep("saved", **frame(**record, box=truth), on=True, enabled=True, notice="The user was saved.", groups={"closed": closed.all()})
    return member


def antd(page: Page, site: KitSite, keep: Keep) -> Member:
    practice, members = list(site.practices)[-1], site.office.listed(list(site.practices)[-1], "staff")
    menu = page.locator("aside")

    def frame(**more: Any) -> dict[str, Any]:
        entries = {"user_administration": menu.get_by_role("menuitem", name="User Administration")}
        if menu.get_by_text("Staff Members").is_visible():
            entries |= {
                "providers": menu.get_by_role("menuitem", name="Providers"),
                "staff": menu.get_by_role("menuitem", name="Staff Members"),
            }
        select = page.locator("header .ant-select")
        shown = {
            "chooser": [select.locator(".ant-select-selector"), select.get_by_role("combobox"), select],
            "chosen": select.locator(".ant-select-selection-item").inner_text(),
        }
        return {"signed_in": True, "practice": shown, "navigation": entries, **more}

    page.goto(site.url)
    sign_in(page, site, page.get_by_label("User name"), page.locator("[type=password]"), button(page, "Log in"), keep)
    expect(page.locator("h1")).to_have_text("Practice Portal Dashboard")
    page.wait_for_timeout(1200)
    keep("dashboard", **frame())
    page.locator("header .ant-select").click()
    entries = {name: page.locator(".ant-select-item-option", has_text=name) for name in site.practices}
    expect(entries[practice]).to_be_visible()
    page.wait_for_timeout(400)
    keep("practices_open", **frame(entries=entries))
    entries[practice].click()
    page.wait_for_timeout(1500)
    menu.get_by_text("User Administration").click()
    page.wait_for_timeout(600)
    menu.get_by_text("Staff Members").click()
    page.wait_for_timeout(100)
    select = page.locator("main .ant-select")
    keep(
        "list_loading",
        **frame(heading="Staff Members", locations=[select.locator(".ant-select-selector"), select.get_by_role("combobox"), select]),
    )
    expect(page.locator("tbody tr.ant-table-row")).to_have_count(10)

    def people(number: int) -> dict[str, Any]:
        shown = members[10 * (number - 1) : 10 * number]
        lines = page.locator("tbody tr.ant-table-row")
        select = page.locator("main .ant-select").first
        turn = [
            page.get_by_title("Next Page").locator("button"),
            page.get_by_title("Next Page"),
            page.locator(f".ant-pagination-item-{number + 1}"),
        ]
        return frame(
            heading="Staff Members", locations=[select.locator(".ant-select-selector"), select.get_by_role("combobox"), select],
            rows=[row(member, site, button(lines.nth(n), "Edit")) for n, member in enumerate(shown)], complete=False,
            next=turn if 10 * number < len(members) else None,
        )  # fmt: skip

    page.wait_for_timeout(400)
    keep("list", **people(1))
    number = (len(members) + 9) // 10
    page.locator(f".ant-pagination-item-{number}").click()
    page.wait_for_timeout(500)
    keep("list_last", **people(number))
    member = last_without(site, members)
    button(page.locator("tbody tr", has_text=member.email).last, "Edit").click()
    window = page.get_by_role("dialog")
    page.wait_for_timeout(200)
    keep("record_loading", **people(number))
    expect(window.locator(".ant-tree-treenode:visible").first).to_be_visible()
    page.wait_for_timeout(500)
    record = {**owner(member, site), "save": button(window, "Save")}
    closed = window.locator(".ant-tree-switcher_close:visible")
    line = window.locator(".ant-tree-treenode", has=page.get_by_title("Messaging", exact=True))
    box = [line.locator(".ant-tree-checkbox"), line]
    keep("record", **frame(**record), groups={"closed": closed.all()})
    for group in ("Correspondence", "Inbox"):
        window.locator(".ant-tree-treenode", has=page.get_by_title(group, exact=True)).locator(".ant-tree-switcher").click()
        page.wait_for_timeout(600)
    keep("record_open", **frame(**record, box=box), on=False, enabled=True, groups={"closed": closed.all()})
    box[0].click()
    page.wait_for_timeout(300)
    keep("record_ticked", **frame(**record, box=box), on=True, enabled=True, changed_from="record_open", groups={"closed": closed.all()})
    button(window, "Save").click()
    expect(page.get_by_text("The user was saved.")).to_be_visible()
    keep("saved", **frame(**record, box=box), on=True, enabled=True, notice="The user was saved.", groups={"closed": closed.all()})
    return member


def mui(page: Page, site: KitSite, keep: Keep) -> Member:
    practice, members = list(site.practices)[-1], site.office.listed(list(site.practices)[-1], "staff")
    top, menu, content, entry = (page.frame_locator(f"[name={name}]") for name in ("top", "menu", "content", "sign-in"))

    def frame(**more: Any) -> dict[str, Any]:
        entries = {"user_administration": button(menu, "User Administration")}
        if menu.get_by_text("Staff Members").count():
            entries |= {"providers": button(menu, "Providers"), "staff": button(menu, "Staff Members")}
        chooser = top.get_by_role("combobox")
        return {"signed_in": True, "practice": {"chooser": chooser, "chosen": chooser.inner_text()}, "navigation": entries, **more}

    page.goto(site.url)
    sign_in(page, site, entry.get_by_label("E-mail address"), entry.get_by_label("Password"), button(entry, "Log in"), keep)
    expect(content.locator("h1")).to_have_text("Practice Portal Dashboard")
    page.wait_for_timeout(500)
    keep("dashboard", **frame())
    top.get_by_role("combobox").click()
    top.get_by_role("option", name=practice).click()
    page.wait_for_timeout(800)
    expect(top.get_by_role("combobox")).to_have_text(practice)
    button(menu, "User Administration").click()
    button(menu, "Staff Members").click()
    expect(content.locator("tbody tr")).to_have_count(10)

    def people(number: int) -> dict[str, Any]:
        shown = members[10 * (number - 1) : 10 * number]
        lines = content.locator("tbody tr")
        turn = content.get_by_role("button", name="Go to next page") if 10 * number < len(members) else None
        return frame(
            heading="Staff Members", locations=content.get_by_role("combobox").first, next=turn, complete=False,
            rows=[row(member, site, lines.nth(n)) for n, member in enumerate(shown)],
        )  # fmt: skip

    keep("list", **people(1))
    number = (len(members) + 9) // 10
    for _ in range(number - 1):
        content.get_by_role("button", name="Go to next page").click()
    page.wait_for_timeout(300)
    keep("list_last", **people(number))
    member = last_without(site, members)
    content.locator("tbody tr", has_text=member.email).last.click()
    expect(button(content, "Save")).to_be_visible()
    record = {**owner(member, site), "save": button(content, "Save")}
    closed = content.locator(".MuiAccordionSummary-root[aria-expanded=false]")
    box = content.get_by_role("checkbox", name="Messaging", exact=True)
    keep("record", **frame(**record), groups={"closed": closed.all()})
    for group in ("Correspondence", "Inbox"):
        button(content, group).click()
        page.wait_for_timeout(300)
    keep("record_open", **frame(**record, box=box), on=False, enabled=True, groups={"closed": closed.all()})
    box.check()
    keep("record_ticked", **frame(**record, box=box), on=True, enabled=True, changed_from="record_open", groups={"closed": closed.all()})
    button(content, "Save").click()
    expect(content.get_by_text("The user was saved.")).to_be_visible()
    keep("saved", **frame(**record, box=box), on=True, enabled=True, notice="The user was saved.", groups={"closed": closed.all()})
    return member


BY_HAND: dict[str, Callable[[Page, KitSite, Keep], Member]] = {
    "datatables": datatables,
    "elementplus": elementplus,
    "antd": antd,
    "mui": mui,
}
