"""The kinds of boxes, choosers and lists that sight knows, each in the fewest lines that show it."""

from __future__ import annotations

from textwrap import dedent

import pytest

from portal_bot.portal.look import Look, parse
from portal_bot.portal.sight.dialogs import interruption
from portal_bot.portal.sight.lists.rows import list_rows
from portal_bot.portal.sight.lists.turning import complete
from portal_bot.portal.sight.places import menu_opener, practice_chooser
from portal_bot.portal.sight.portal_captions import ENGLISH
from portal_bot.portal.sight.records.groups import openers
from portal_bot.portal.sight.records.owner import is_theirs, owner
from portal_bot.portal.sight.records.permission import permission_box
from portal_bot.portal.sight.records.save_button import notices, save_button, save_question
from portal_bot.portal.sight.signing_in import sign_in_form, signed_in


def record(permissions: str) -> Look:
    return parse('- group "Permissions" [ref=g]:\n' + "\n".join("  " + line for line in dedent(permissions).strip().split("\n")))


BOXES = {
    "check box": '- checkbox "Messaging" [checked] [ref=x]',
    "switch": '- switch "Messaging" [checked] [ref=x]',
    "without a name, text after": "- generic:\n  - checkbox [checked] [ref=x]\n  - text: Messaging",
    "without a name, text before": "- generic:\n  - text: Messaging\n  - switch [checked] [ref=x]",
    "in the next cell": "- row:\n  - cell: Messaging\n  - cell:\n    - checkbox [checked] [ref=x]",
    "with a sign at its caption": "- generic:\n  - checkbox [checked] [ref=x]\n  - text: Messaging ⓘ",
    "named like all others": "\n".join(
        f'- treeitem:\n  - checkbox "Check State" {state}\n  - text: {name}'
        for name, state in (("Branding", "[ref=a]"), ("Messaging", "[checked] [ref=x]"), ("Other", "[ref=b]"), ("Notices", "[ref=c]"))
    ),
    "named by what it does": '- treeitem:\n  - checkbox "Select Messaging" [checked] [ref=x]\n  - generic: Messaging',
    "tree item": '- tree:\n  - treeitem "Bulk Messaging" [ref=y]\n  - treeitem "Messaging" [selected] [ref=x]',
    "checked tree item": '- tree:\n  - treeitem "Bulk Messaging" [ref=y]\n  - treeitem "Messaging" [checked] [ref=x]',
    "box in its tree item": '- tree:\n  - treeitem "Messaging" [checked]:\n    - checkbox [checked] [ref=x]\n    - text: Messaging',
    "pressed button": '- button "Bulk Messaging" [ref=y]\n- button "Messaging" [pressed] [ref=x]',
    "radios": '- radiogroup "Messaging" [ref=x]:\n  - radio "Yes" [checked] [ref=y]\n  - radio "No" [ref=n]',
    "radios after words": '- generic [ref=x]:\n  - text: Messaging\n  - radio "On" [checked] [ref=y]\n  - radio "Off" [ref=n]',
    "checked menu item": '- menuitemcheckbox "Messaging" [checked] [ref=x]',
}  # fmt: skip


@pytest.mark.parametrize("kind", BOXES)
def test_a_box_of_each_kind(kind: str) -> None:
    look = record(BOXES[kind] + '\n- checkbox "Messaging Audit" [ref=a]\n- button "Select All" [ref=s]')
    answer = permission_box(look, "Messaging", ENGLISH)
    assert answer.found is not None, answer
    assert (answer.found.node.ref, answer.found.on, answer.found.enabled) == ("x", True, True)
    if "radios" in kind:
        assert (answer.found.press.ref, answer.found.press_off.ref) == ("y", "n")


def test_a_toggle_that_is_not_pressed_is_known_by_its_neighbors() -> None:
    look = record('- generic:\n  - button "Bulk Messaging" [pressed] [ref=y]\n  - button "Messaging" [ref=x]')
    found = permission_box(look, "Messaging", ENGLISH).found
    assert found is not None and (found.node.ref, found.on) == ("x", False)


@pytest.mark.parametrize(
    "caption", ["Bulk Messaging", "Messaging Audit", "Select All", "Messaging (legacy) tools", "Select all Messaging"]
)  # fmt: skip
def test_no_other_caption_is_the_permission(caption: str) -> None:
    answer = permission_box(record(f'- checkbox "{caption}" [ref=x]'), "Messaging", ENGLISH)
    assert answer.found is None and not answer.several


def test_two_boxes_of_one_name_are_two_answers() -> None:
    answer = permission_box(record('- checkbox "Messaging" [ref=x]\n- checkbox "Messaging" [ref=y]'), "Messaging", ENGLISH)
    assert answer.found is None and answer.several and len(answer.rivals) == 2


def test_a_box_that_only_its_words_show_is_said_so() -> None:
    answer = permission_box(record("- generic [ref=x]: Messaging"), "Messaging", ENGLISH)
    assert answer.found is None and not answer.several
    assert "its words alone" in answer.why and answer.rivals[0].node.ref == "x"


def test_a_disabled_box_is_not_enabled() -> None:
    found = permission_box(record('- checkbox "Messaging" [checked] [disabled]'), "Messaging", ENGLISH).found
    assert found is not None and (found.on, found.enabled) == (True, False)


def test_select_all_opens_nothing() -> None:
    look = record('- button "Select All" [ref=a]\n- button "Expand All" [ref=b]\n- button "Correspondence" [ref=c]\n- checkbox "X" [ref=d]')
    assert [opener.node.ref for opener in openers(look, ENGLISH)] == ["b", "c"]


# -- windows, sign-in, practice -----------------------------------------------------------------------------------------


def test_a_record_window_that_is_still_loading_is_not_an_interruption() -> None:
    window = '- dialog "Loading" [ref=d]:\n  - button "Close" [ref=x] [cursor=pointer]\n  - button "Save" [disabled] [ref=s]'
    assert interruption(parse(window), ENGLISH).found is None
    news = '- dialog "News" [ref=d]:\n  - paragraph: We have moved.\n  - button "Close" [ref=x] [cursor=pointer]'
    assert interruption(parse(news), ENGLISH).found is not None


def test_a_cookie_wall_is_left_by_its_no() -> None:
    wall = '- generic [ref=w]:\n  - heading "We use cookies"\n  - button "Deny" [ref=n]\n  - button "Allow all" [ref=y]\n'
    found = interruption(parse(wall + '- textbox "Password" [ref=p]'), ENGLISH).found
    assert found is not None and (found.kind, found.press.ref) == ("cookies", "n")
    assert interruption(parse(wall.replace("cookies", "permissions")), ENGLISH).found is None


def test_a_folded_menu_is_opened() -> None:
    found = menu_opener(parse('- navigation:\n  - button "Menu" [ref=m]: ☰ Menu'), ENGLISH).found
    assert found is not None and found.ref == "m"


def test_only_the_plain_question_on_save_is_answered() -> None:
    before = parse('- button "Save" [ref=s]')
    ask = '- dialog [ref=d]:\n  - text: {}\n  - button "Yes, save it" [ref=y]\n  - button "Cancel" [ref=c]'
    plain = save_question(before, parse(ask.format("Do you want to save the changes?")), ENGLISH).found
    assert plain is not None and plain.ref == "y"
    assert save_question(before, parse(ask.format("This removes two others. Continue?")), ENGLISH).found is None


def test_a_record_with_a_password_box_is_not_a_sign_in_page() -> None:
    look = parse('- link "Log out" [ref=o]\n- textbox "User Name" [ref=u]\n- textbox "Password" [ref=p]\n- button "Save" [ref=s]')
    assert signed_in(look, ENGLISH).found is True
    assert sign_in_form(look, ENGLISH).found is None


def test_the_practice_is_chosen_by_whatever_says_it() -> None:
    look = parse('- generic [ref=c] [cursor=pointer]: Harbor Clinic #2\n- main:\n  - link "Harbor Clinic" [ref=l]')
    found = practice_chooser(look, ["Harbor Clinic #2"], ENGLISH).found
    assert found is not None and (found.node.ref, found.chosen) == ("c", "Harbor Clinic #2")


LIST = """\
- main:
  - heading "Staff Members"
  - table:
    - row:
      - columnheader "Name"
      - columnheader "E-mail"
{rows}
  - text: {shown}
{pager}
"""


def people(count: int, shown: str = "-", pager: str = "  - text: end") -> Look:
    rows = "".join(
        f'    - row [ref=r{n}]:\n      - cell [ref=c{n}]:\n        - link "Reyes, Ana{n}" [ref=l{n}]\n      - cell: ana{n}@example.com\n'
        for n in range(count)
    )  # fmt: skip
    return parse(LIST.format(rows=rows.rstrip("\n"), shown=shown, pager=pager))


@pytest.mark.parametrize(
    ("shown", "pager", "read", "whole"),
    [
        ("1–10 of 74", "  - button \"Next\" [ref=n]", None, False),
        ("1–3 of 3", "  - button \"Next\" [disabled]", None, True),
        ("1–3 of 74", "  - text: Next", None, False),  # a Next that is disabled by its class only
        ("72–74 of 74", "  - text: Next", 74, True),
        ("72–74 of 74", "  - text: Next", 73, False),
        ("-", "  - button \"Load more\" [ref=n]", None, False),
        ("-", "  - text: Loading…", None, False),
        ("-", "  - text: end", None, True),
        ("Page 1 of 3", "  - text: end", None, False),
        ("1–2 of 2", "  - text: end", None, None),  # it contradicts itself
    ],
)  # fmt: skip
def test_whether_a_list_is_complete(shown: str, pager: str, read: int | None, whole: bool | None) -> None:
    look = people(3, shown, pager)
    rows = list_rows(look, ENGLISH).found
    assert rows is not None
    assert complete(look, rows, ENGLISH, read).found is whole


def test_a_row_that_names_nobody_is_not_passed_over_in_silence() -> None:
    ana = "    - row [ref=a]:\n      - cell: Ana Reyes\n      - cell: ana@example.com\n"
    nobody = "    - row [ref=b]:\n      - cell\n      - cell: bo@example.com"
    look = parse(LIST.format(rows=ana + nobody, shown="-", pager="  - text: end"))
    rows = list_rows(look, ENGLISH).found
    assert rows is not None and len(rows.rows) == 1 and [node.ref for node in rows.unread] == ["b"]
    assert complete(look, rows, ENGLISH).found is None


@pytest.mark.parametrize("said", ["AR Ana Reyes", "Ana Reyes Active", "New Ana Reyes"])
def test_initials_or_a_status_in_one_line_with_the_name_are_taken_off(said: str) -> None:
    row = f'    - row:\n      - cell:\n        - link "{said}" [ref=l]\n      - cell: ana@example.com'
    look = parse(LIST.format(rows=row, shown="-", pager="  - text: end"))
    rows = list_rows(look, ENGLISH).found
    assert rows is not None and rows.rows[0].name == "Ana Reyes"
    assert rows.rows[0].opens.found is look.by_ref("l")


@pytest.mark.parametrize("cell", ['- text: AR\n  - link "Ana Reyes" [ref=l]', '- link "Ana Reyes" [ref=l]\n  - generic: New'])
def test_initials_or_a_status_text_next_to_the_name_are_not_the_name(cell: str) -> None:
    inside = "\n".join("        " + line.strip() for line in cell.split("\n"))
    look = parse(LIST.format(rows=f"    - row:\n      - cell:\n{inside}\n      - cell: ana@example.com", shown="-", pager="  - text: end"))
    rows = list_rows(look, ENGLISH).found
    assert rows is not None and rows.rows[0].name == "Ana Reyes"


def test_names_of_others_on_a_record_prove_nothing() -> None:
    look = parse('- heading "Edit user"\n- textbox "E-mail": ana@example.com\n- list:\n  - listitem: Marcus Bell\n- text: Dolores Quinn')
    shown = owner(look, ENGLISH)
    assert is_theirs(shown, "Marcus Bell").found is not True
    assert is_theirs(shown, "Dolores Quinn", "dolores@example.com").found is False
    assert is_theirs(shown, "Dolores Quinn").found is not True


def test_another_location_speaks_against_a_record() -> None:
    look = parse('- textbox "Name": Ana Reyes\n- textbox "E-mail": desk@example.com\n- combobox "Location":\n  - option "East" [selected]')
    shown = owner(look, ENGLISH)
    assert is_theirs(shown, "Ana Reyes", "desk@example.com", "East").found is True
    assert is_theirs(shown, "Ana Reyes", "desk@example.com", "West").found is False


def test_save_is_the_one_after_the_box_and_two_after_it_are_two() -> None:
    one = parse('- button "Save" [ref=a]\n- checkbox "Messaging" [ref=x]\n- button "Save" [ref=b]')
    box = one.by_ref("x")
    found = save_button(one, ENGLISH, box).found
    assert found is not None and found.ref == "b"
    two = parse('- checkbox "Messaging" [ref=x]\n- button "Save" [ref=a]\n- button "Save" [ref=b]')
    assert save_button(two, ENGLISH, two.by_ref("x")).several


def test_notices_are_what_was_not_there_before() -> None:
    before = parse("- text: Profile saved drafts\n- status")
    after = parse("- text: Profile saved drafts\n- status: The user was saved.\n- alert: Location is required.")
    assert [(notice.kind, notice.text) for notice in notices(before, after, ENGLISH)] == [
        ("saved", "The user was saved."), ("refused", "Location is required."),
    ]  # fmt: skip
