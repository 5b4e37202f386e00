"""How controls are found and used on widgets of many kinds: small pages that are not the sandbox's."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from flows.list_rows import all_rows, read_rows
from flows.practice import choose_entry, current_practice
from flows.record import find_permission, read_record, set_permission
from flows.save import find_save
from flows.user_administration import open_list
from portal_bot.model.entities import ListName
from portal_bot.model.errors import ControlAmbiguous, ControlNotFound, GuardFailed, PracticeMissing
from portal_bot.model.events import EventStream
from portal_bot.portal.browser.watchdog import Watchdog
from portal_bot.portal.controls.mouse import aim_at_box
from portal_bot.portal.identity.record_identity import differences
from portal_bot.portal.map.portal_map import PortalMap, load_map, packaged_map
from portal_bot.portal.page.portal_page import PortalPage

Show = Callable[..., PortalPage]


@pytest.fixture
def show(page: Page) -> Show:
    """Shows some HTML as the portal, with the packaged map or one of its own laid over it."""

    def with_html(html: str, own: dict[str, object] | None = None, patience: float = 3.0) -> PortalPage:
        page.set_content(html)
        portal_map = load_map(None, packaged_map())
        if own:
            portal_map = PortalMap.model_validate(own).laid_over(portal_map)
        watchdog = Watchdog(lambda: None)
        return PortalPage(
            page, portal_map, url="http://127.0.0.1/", events=EventStream(), stop=threading.Event(), watchdog=watchdog,
            patience=patience, practices=("North Clinic", "South Clinic"),
        )  # fmt: skip

    return with_html


def boxes(*captions: str) -> str:
    return "".join(f"<label><input type=checkbox> {caption}</label><br>" for caption in captions)


RECORD = "<form><fieldset><legend>Permissions</legend>{}</fieldset><button>Save</button></form>"

WIDGETS = {
    "a native box with a label": boxes("Bulk Messaging", "Messaging", "Messaging Audit"),
    "captions in another case and with odd spaces": boxes("BULK MESSAGING", "&nbsp; MESSAGING&nbsp; "),
    "a hidden native box below a styled label": "<style>.x{position:absolute;opacity:0;width:0;height:0}</style>"
    "<label><input class=x type=checkbox><span>☐</span> Messaging</label>" + boxes("Bulk Messaging"),
    "a box that is not displayed, with a label apart": "<input id=m type=checkbox style='display:none'><label for=m>Messaging</label>",
    "a switch": "<button type=button role=switch aria-checked=false aria-label=Messaging "
    "onclick=\"this.setAttribute('aria-checked', this.getAttribute('aria-checked') === 'false')\">◯</button>",
    "an ARIA check box": "<div role=checkbox tabindex=0 aria-checked=false "
    "onclick=\"this.setAttribute('aria-checked', this.getAttribute('aria-checked') === 'false')\">Messaging</div>",
    "a label by reference": "<span id=cap>Messaging</span> <input type=checkbox aria-labelledby=cap>",
    "a caption in the table cell beside": "<table><tr><td>Bulk Messaging</td><td><input type=checkbox></td></tr>"
    "<tr><td>Messaging</td><td><input type=checkbox></td></tr></table>",
    "a caption beside the box, tied to nothing": "<ul><li><input type=checkbox> <span>Bulk Messaging</span></li>"
    "<li><input type=checkbox> <span>Messaging</span></li></ul>",
    "nested details": f"<details><summary>Communication</summary><details><summary>Inbox</summary>{boxes('Messaging')}</details></details>",
    "a tree opened by Expand All": "<button type=button onclick='t.hidden=false'>Expand All</button>"
    f"<button type=button onclick='throw 1'>Select All</button><div id=t hidden>{boxes('Messaging')}</div>",
    "groups with aria-expanded": "<button type=button aria-expanded=false "
    "onclick=\"this.setAttribute('aria-expanded', true);g.hidden=false\">"
    f"Communication</button><div id=g hidden>{boxes('Messaging')}</div>",
    "a branch with no word of being one": "<div><span style='cursor:pointer' onclick='b.style.display=\"block\"'>Inbox</span></div>"
    f"<div id=b style='display:none'>{boxes('Messaging')}</div>",
    "drawn late": "<div id=late></div><script>"
    "setTimeout(() => late.innerHTML = '<label><input type=checkbox>Messaging</label>', 800)</script>",
}


@pytest.mark.parametrize("widget", WIDGETS, ids=str)
def test_a_permission_is_found_ticked_and_read_back_whatever_its_widget(show: Show, widget: str) -> None:
    """Found by its whole name, ticked as a person would, read back; and no other box changes."""
    portal = show(RECORD.format(WIDGETS[widget]))
    box = find_permission(portal, "Messaging")
    assert box is not None
    before = read_record(portal, [box])
    set_permission(portal, box, True)
    after = read_record(portal, [box])
    assert [field["value"] for field in before.fields if field["wanted"]] == [False]
    assert [field["value"] for field in after.fields if field["wanted"]] == [True]
    assert differences(before, after) == []


def test_only_the_box_in_the_permissions_area_counts(show: Show) -> None:
    portal = show("<h3>Notify me by</h3>" + boxes("Messaging") + RECORD.format(boxes("Messaging")))
    box = find_permission(portal, "Messaging")
    assert box is not None
    assert box.ask("isOn", timeout=1) is False
    set_permission(portal, box, True)
    assert portal.page.locator("fieldset input").is_checked()
    assert not portal.page.locator("input").first.is_checked()


def test_two_boxes_of_one_name_are_never_take_the_first(show: Show) -> None:
    with pytest.raises(ControlAmbiguous, match="2 controls"):
        find_permission(show(RECORD.format(boxes("Messaging", "Messaging")), patience=1), "Messaging")


def test_a_group_whose_press_ticks_a_box_is_left_alone(show: Show) -> None:
    """A portal whose "Expand All" selects is left without Save."""
    html = RECORD.format(f"<button type=button onclick='o.checked=true;t.hidden=false'>Expand All</button><input id=o type=checkbox>"
                         f"<div id=t hidden>{boxes('Messaging')}</div>")  # fmt: skip
    with pytest.raises(GuardFailed, match="Opening the groups"):
        find_permission(show(html), "Messaging")


def test_the_box_of_the_group_may_follow_and_a_stranger_may_not(show: Show) -> None:
    """A tri-state parent follows its child; a neighbour that changes with the tick is told."""
    tree = (
        "<ul role=tree><li role=treeitem aria-expanded=true><input id=p type=checkbox aria-label=Communication>"
        "<ul role=group><li role=treeitem>"
        "<input id=m type=checkbox aria-label=Messaging onclick='p.indeterminate=true;p.checked=true'></li>"
        "<li role=treeitem><input id=n type=checkbox aria-label=Notes></li></ul></li></ul>"
    )
    portal = show(RECORD.format(tree))
    box = find_permission(portal, "Messaging")
    assert box is not None
    before = read_record(portal, [box])
    set_permission(portal, box, True)
    assert differences(before, read_record(portal, [box])) == []
    portal.page.locator("#n").check()
    assert differences(before, read_record(portal, [box])) == ["Permissions › Notes"]


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<button style='display:none'>Save</button><button id=ok>Save</button>", "ok"),
        ("<form><button id=one name=a>Save</button><button id=ok name=a>Save</button></form>", "ok"),
        ("<a role=button id=ok tabindex=0>SAVE</a><button>Save as draft</button>", "ok"),
        ("<input type=submit id=ok value=' save '>", "ok"),
        ("<button id=ok><span class=icon>\ue001</span> Save</button>", "ok"),
    ],
)
def test_save_is_found_in_every_dress(show: Show, html: str, found: str) -> None:
    assert show(html).find("save.button").locator.get_attribute("id") == found


def test_two_saves_that_are_not_one_thing_are_ambiguous(show: Show) -> None:
    with pytest.raises(ControlAmbiguous):
        show("<button type=button>Save</button><button type=button>Save</button>", patience=0.6).find("save.button")


def test_the_save_of_the_records_own_form_is_taken(show: Show) -> None:
    portal = show(
        "<form><input><button id=other>Save</button></form>" + RECORD.format(boxes("Messaging")).replace("<button>", "<button id=ok>")
    )
    box = find_permission(portal, "Messaging")
    assert box is not None
    assert find_save(portal, box).locator.get_attribute("id") == "ok"


def test_a_better_candidate_that_comes_late_wins_over_a_lower_one(show: Show) -> None:
    """A lower candidate must stand alone for half a second before it is believed."""
    html = "<div id=a>Store</div><div id=b></div><script>setTimeout(() => b.innerHTML = '<button>Keep</button>', 250)</script>"
    found = show(html, {"save": {"button": [{"role": "button", "name": "Keep"}, {"text": "Store"}]}}).find("save.button")
    assert found.rank == 0
    lower = show("<div>Store</div>", {"save": {"button": [{"role": "button", "name": "Keep"}, {"text": "Store"}]}}).find("save.button")
    assert lower.rank == 1


def test_what_is_missing_is_told_with_what_is_there_instead(show: Show) -> None:
    with pytest.raises(ControlNotFound) as missing:
        show("<button>Store</button><a href='#x'>Cancel</a>", patience=0.3).find("save.button")
    assert '"Store"' in missing.value.message
    assert "{role: button, name: Save}" in missing.value.message
    assert "save.button" in missing.value.hint


def test_a_record_in_a_frame_and_one_in_shadow_roots_are_read_alike(show: Show) -> None:
    inner = RECORD.format(boxes("Messaging")).replace('"', "&quot;")
    portal = show(f'<iframe srcdoc="{inner}"></iframe>')
    box = find_permission(portal, "Messaging")
    assert box is not None
    assert box.frame is not portal.page.main_frame
    assert find_save(portal, box).frame is box.frame

    portal = show("<my-record></my-record><script>document.querySelector('my-record').attachShadow({mode: 'open'}).innerHTML = "
                  f"`{RECORD.format(boxes('Messaging'))}`</script>")  # fmt: skip
    box = find_permission(portal, "Messaging")
    assert box is not None
    set_permission(portal, box, True)
    assert [field["label"] for field in read_record(portal, [box]).fields if field["value"] is True] == ["Messaging"]


def test_a_modal_over_the_page_is_pressed_away_and_save_is_reached(show: Show) -> None:
    html = RECORD.format(boxes("Messaging")) + (
        "<div id=v style='position:fixed;inset:0;background:#fffd'>Take our survey <button onclick='v.remove()'>No thanks</button></div>"
    )
    portal = show(html)
    portal.can_be_clicked(portal.find("save.button"))
    assert portal.page.locator("#v").count() == 0


SELECT = "<label>Practice <select><option>North Clinic<option>South Clinic</select></label>"
MENU = (
    "<header><button aria-haspopup=true onclick='m.hidden=!m.hidden'>North Clinic ▾</button><ul id=m hidden>"
    "<li><a href='#' onclick=\"document.querySelector('button').textContent='South Clinic ▾';m.hidden=true\">South Clinic</a></li>"
    "<li><a href='#'>South Clinic East</a></li></ul></header>"
)
LISTBOX = (
    "<div role=combobox aria-label=Practice tabindex=0 aria-expanded=false onclick='l.hidden=false'>North Clinic</div>"
    "<ul id=l role=listbox hidden><li role=option onclick=\"document.querySelector('[role=combobox]').textContent='South Clinic';"
    'this.parentElement.hidden=true">South Clinic</li></ul>'
)


@pytest.mark.parametrize("html", [SELECT, MENU, LISTBOX], ids=["select", "menu of links", "listbox"])
def test_a_practice_is_chosen_in_any_drop_down_and_read_back(show: Show, html: str) -> None:
    portal = show(html)
    assert current_practice(portal, "North Clinic") == "North Clinic"
    chooser = portal.find("practice.chooser", practice="South Clinic")
    choose_entry(portal, chooser, "practice.option", "South Clinic", missing=PracticeMissing, practice="South Clinic")
    assert portal.until(lambda: current_practice(portal, "South Clinic") == "South Clinic", seconds=2)


def test_a_practice_that_a_drop_down_does_not_offer_is_told_with_what_it_offers(show: Show) -> None:
    portal = show(SELECT)
    with pytest.raises(PracticeMissing, match='"North Clinic", "South Clinic"'):
        choose_entry(
            portal, portal.find("practice.chooser"), "practice.option", "West Clinic", missing=PracticeMissing, practice="West Clinic"
        )


def test_a_candidate_may_name_several_roles(show: Show) -> None:
    """A menu of buttons and one of links are the same to a map; two controls that fit are still no choice."""
    way = {"save": {"button": [{"role": "link|button", "name": "Keep"}]}}
    assert show("<button>Keep</button>", way).find("save.button").rank == 0
    assert show("<a href='#x'>Keep</a>", way).find("save.button").rank == 0
    with pytest.raises(ControlAmbiguous):
        show("<a href='#x'>Keep</a><button>Keep</button>", way, patience=0.4).find("save.button")


@pytest.mark.parametrize("trick", ["swap", "cover"])
def test_a_press_that_would_hit_something_else_is_not_let_through(show: Show, trick: str) -> None:
    """Whatever gets under the pointer between look and press: nothing but the control itself is pressed."""
    portal = show(f"""
        <style>button {{position: fixed; top: 40px; width: 120px; height: 40px}} #b {{left: 300px}}</style>
        <button id=a onclick="pressed.push('Save')">Save</button><button id=b onclick="pressed.push('Delete')">Delete</button>
        <script>
          window.pressed = [];
          addEventListener('pointermove', () => {{
            if ('{trick}' === 'swap') {{ a.style.left = '300px'; b.style.left = '0px'; }}
            else {{ b.style.left = '0px'; b.style.zIndex = 9; setTimeout(() => b.style.left = '300px', 300); }}
          }}, {{once: true}});
        </script>""")
    portal.click(portal.find("save.button"))
    assert portal.page.evaluate("pressed") == ["Save"]


TREE = RECORD.format("<button type=button onclick='{press}t.hidden=false'>Expand All</button><div id=t hidden>{boxes}</div>")


def record_like_the_first(show: Show, second: str) -> PortalPage:
    """A portal whose first record was opened by Expand All, standing at its second."""
    portal = show(TREE.format(press="", boxes=boxes("Messaging", "Billing")))
    box = find_permission(portal, "Messaging")
    assert box is not None
    read_record(portal, [box])
    portal.page.set_content(second)
    return portal


def test_a_record_that_opens_like_the_first_is_read_like_it(show: Show) -> None:
    """Expand All is pressed at once; a box of that name outside of Permissions is none."""
    portal = record_like_the_first(show, "<h3>Notify me by</h3>" + boxes("Messaging") + TREE.format(press="", boxes=boxes("Messaging")))
    box = find_permission(portal, "Messaging")
    assert box is not None
    set_permission(portal, box, True)
    assert [each.is_checked() for each in portal.page.locator("input").all()] == [False, True]


def test_an_expand_all_of_something_else_is_never_pressed(show: Show) -> None:
    """Not even where it is drawn first, on the third record, when what was pressed before is known by its looks."""
    other = "<h3>Notify me by</h3><button type=button onclick='document.title=`pressed`'>Expand All</button>"
    late = "<template>{}</template><script>setTimeout(() => document.body.append(document.querySelector('template').content), 200)</script>"
    tree = TREE.format(press="", boxes=boxes("Messaging", "Billing"))
    portal = record_like_the_first(show, other + tree)
    assert find_permission(portal, "Messaging")
    portal.page.set_content(other + late.format(tree))
    assert find_permission(portal, "Messaging")
    assert portal.page.title() == ""


def test_a_third_record_is_opened_by_what_the_second_looked_like(show: Show) -> None:
    """And where it does not look so, as if it were the first."""
    tree = TREE.format(press="", boxes=boxes("Messaging", "Billing"))
    portal = record_like_the_first(show, tree)
    assert find_permission(portal, "Messaging")
    for html in (tree, tree.replace("Expand All", "expand  all"), RECORD.format(boxes("Messaging"))):
        portal.page.set_content(html)
        box = find_permission(portal, "Messaging")
        assert box is not None
        set_permission(portal, box, True)
        assert portal.page.locator("input").first.is_checked()


def test_an_icon_is_not_known_by_having_no_words(show: Show) -> None:
    """Where Expand All is an icon with a name for screen readers, another icon that is drawn before it is not pressed."""
    icon = TREE.replace(">Expand All<", " aria-label='Expand All'>▾<")
    for mark in ("▾", ""):
        tree = icon.replace("▾", mark).format(press="", boxes=boxes("Messaging", "Billing"))
        late = f"<template>{tree}</template><script>setTimeout(() => document.body.append(document.querySelector('template').content), 200)"
        trap = f"<button onclick='document.title=`pressed`' aria-label='Delete'>{mark}</button>"
        portal = record_like_the_first(show, tree)
        assert find_permission(portal, "Messaging")
        portal.page.set_content(trap + late + "</script>")
        assert find_permission(portal, "Messaging")
        assert portal.page.title() == ""


def test_the_looks_of_expand_all_do_not_count_elsewhere(show: Show) -> None:
    """A record whose permissions stand open, below another thing's Expand All, which alone looks like that of the records before."""
    tree = TREE.format(press="", boxes=boxes("Messaging", "Billing"))
    portal = record_like_the_first(show, tree)
    assert find_permission(portal, "Messaging")
    other = "<h3>Notify me by</h3><button type=button onclick='document.title=`pressed`'>Expand All</button>"
    portal.page.set_content(other + RECORD.format(boxes("Messaging")))
    assert find_permission(portal, "Messaging")
    assert portal.page.title() == ""


def test_what_opening_a_later_record_ticks_is_told(show: Show) -> None:
    """The reading that follows fails, so that Save is out of reach."""
    ticks = "t.querySelectorAll(`input`)[1].checked=true;"
    portal = record_like_the_first(show, TREE.format(press=ticks, boxes=boxes("Messaging", "Billing")))
    box = find_permission(portal, "Messaging")
    assert box is not None
    with pytest.raises(GuardFailed, match="Opening the groups of permissions changed Billing"):
        read_record(portal, [box])


def test_what_opening_ticks_a_little_later_is_told_until_a_box_is_pressed(show: Show) -> None:
    """Also by the reading after the one that told of it first, though a press was aimed meanwhile."""
    late = "globalThis.late = () => { t.querySelectorAll(`input`)[1].checked = true; };"
    portal = record_like_the_first(show, TREE.format(press=late, boxes=boxes("Messaging", "Billing")))
    box = find_permission(portal, "Messaging")
    assert box is not None
    read_record(portal, [box], still=False)
    portal.page.evaluate("() => late()")
    for still in (False, True):
        with pytest.raises(GuardFailed, match="Opening the groups of permissions changed Billing"):
            read_record(portal, [box], still=still, presses=(box, aim_at_box(True)))


def test_what_comes_up_while_the_button_is_down_is_told(show: Show) -> None:
    """Save was aimed at and hit, and no click came of it: it counts as not pressed, so that it is pressed once more."""
    cover = 'document.body.insertAdjacentHTML(`beforeend`, `<div role=dialog style="position:fixed;inset:0">Survey</div>`)'
    portal = show(
        RECORD.format(boxes("Messaging")).replace("<button>", f"<button type=button onmousedown='{cover}' onclick='document.title=1'>")
    )
    assert not portal.click_unless_covered(portal.find("save.button"))
    assert portal.page.title() == ""


def test_an_aim_without_a_press_stops_no_other_press(show: Show) -> None:
    """Where the press that was aimed is given up, an optional screen over the record is pressed away all the same."""
    portal = record_like_the_first(show, TREE.format(press="", boxes=boxes("Messaging", "Billing")))
    box = find_permission(portal, "Messaging")
    assert box is not None
    read_record(portal, [box], still=False, presses=(box, aim_at_box(True)))
    screen = "<div role=dialog><p>We use cookies.</p><button onclick='this.parentNode.remove()'>Accept all</button></div>"
    portal.page.evaluate("screen => document.body.insertAdjacentHTML('beforeend', screen)", screen)
    portal.without_handlers()
    assert portal.dismiss_interruptions()
    assert not portal.page.get_by_role("dialog").count()
    assert not portal.page.locator("input").first.is_checked()


def test_two_boxes_of_one_name_in_a_later_record_are_never_take_the_first(show: Show) -> None:
    portal = record_like_the_first(show, TREE.format(press="", boxes=boxes("Messaging", "Messaging")))
    with pytest.raises(ControlAmbiguous, match="2 controls"):
        find_permission(portal, "Messaging")


def test_a_later_record_without_the_permission_has_none(show: Show) -> None:
    portal = record_like_the_first(show, TREE.format(press="", boxes=boxes("Billing")))
    assert find_permission(portal, "Messaging") is None


def test_an_element_that_was_drawn_anew_is_looked_for_again(show: Show) -> None:
    """What is kept of a control is the element that was found, and only while it stands in the page."""
    portal = show(RECORD.format(boxes("Messaging")))
    box = find_permission(portal, "Messaging")
    assert box is not None
    assert box.ask("isOn", timeout=1) is False
    portal.page.evaluate(
        "() => { const old = document.querySelector('input'); const fresh = old.cloneNode(); fresh.checked = true; old.replaceWith(fresh) }"
    )
    assert box.ask("isOn", timeout=1) is True


PAGED = """
<h1>Staff Members</h1><table><thead><tr><th>Name<th>E-mail</tr></thead><tbody id=rows></tbody></table><button id=next>Next</button>
<script>
  const pages = [["Ann Archer", "Bo Baker", ""], ["Cy Cole", "Di Dunn", ""], ["Ed Eden", "Flo Ford", ""]]; let at = 0;
  const row = (name) => `<tr><td><a href="/p/${name}">${name}</a><td>${name && name[0] + '@example.com'}</tr>`;
  const draw = () => { rows.innerHTML = pages[at].map(row).join('');
    next.disabled = at === pages.length - 1; };
  next.onclick = () => setTimeout(() => { at += 1; draw(); }, 300);
  draw();
</script>
"""


def test_a_page_of_a_list_that_comes_late_is_not_taken_for_the_next_before_it_is_there(show: Show) -> None:
    """Rows that name nobody stand among them: a page has changed once it is other than it stood there itself."""
    portal = show(PAGED)
    assert None in read_rows(portal, ListName.STAFF)
    assert [(page, row.name) for page, row in all_rows(portal, ListName.STAFF)] == [
        (1, "Ann Archer"), (1, "Bo Baker"), (2, "Cy Cole"), (2, "Di Dunn"), (3, "Ed Eden"), (3, "Flo Ford"),
    ]  # fmt: skip


MENU = """
<nav><button id=fold aria-expanded=false>User Administration</button><div id=entries hidden>
  <a href="#" onclick="draw('Providers', 'Ann Archer'); return false">Providers</a>
  <a href="#" onclick="draw('Staff Members', 'Bo Baker'); return false">Staff Members</a></div></nav>
<main id=main></main>
<script>
  window.presses = 0;
  fold.onclick = () => {
    window.presses += 1; entries.hidden = !entries.hidden; fold.setAttribute('aria-expanded', String(!entries.hidden)); };
  const draw = (list, name) => { main.innerHTML = `<h1>${list}</h1><table><tr><th>Name<th>E-mail</tr>` +
    `<tr><td><a href="/p/${name}">${name}</a><td>${name[0]}@example.com</tr></table>`; };
</script>
"""


def test_a_menu_that_stands_open_is_not_pressed_shut(show: Show) -> None:
    portal = show(MENU)
    for which, name in ((ListName.PROVIDERS, "Ann Archer"), (ListName.STAFF, "Bo Baker")):
        open_list(portal, which)
        assert [row.name for row in read_rows(portal, which) if row] == [name]
    assert portal.page.evaluate("presses") == 1
