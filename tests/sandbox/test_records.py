"""Reading and writing records, over plain HTTP and in both layouts."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from portal_bot.sandbox import Sandbox

from .visitor import HARBOR, MEADOWLARK, PINECREST, ClassicVisitor, ModernVisitor, Visitor, visitor_of


@pytest.fixture
def visitor(sandbox: Sandbox) -> Visitor:
    visitor = visitor_of(sandbox)
    visitor.sign_in()
    return visitor


def test_a_save_changes_one_box_and_the_audit_says_so(visitor: Visitor) -> None:
    sandbox = visitor.sandbox
    before = sandbox.site.office.records()
    number = visitor.number(MEADOWLARK, "staff", "Marcus Bell")
    assert visitor.tick("staff", number).status in (200, 302)
    audit = sandbox.audit()
    assert [{key: value for key, value in change.items() if key != "at"} for change in audit["changes"]] == [
        {
            "practice": MEADOWLARK, "list": "staff", "person": "Marcus Bell", "email": "marcus.bell@example.com",
            "field": "Messaging", "before": False, "after": True,
        }
    ]  # fmt: skip
    assert audit["saves"] == 1
    assert sandbox.permission(MEADOWLARK, "staff", "Marcus Bell") == "own"
    after = sandbox.site.office.records()
    assert [record.id for record, other in zip(before, after, strict=True) if record != other] == [number]


def test_a_save_that_changes_nothing_is_counted_and_stores_nothing(visitor: Visitor) -> None:
    number = visitor.number(MEADOWLARK, "providers", "Joan Whitfield, MA")
    visitor.tick("providers", number)
    assert visitor.sandbox.audit()["saves"] == 1
    assert visitor.sandbox.audit()["changes"] == []


def test_what_comes_by_a_role_or_is_blocked_stays_as_it_is(visitor: Visitor) -> None:
    sandbox = visitor.sandbox
    visitor.tick("staff", visitor.number(MEADOWLARK, "staff", "Dolores Quinn"), on=False)
    visitor.choose(HARBOR)
    visitor.tick("staff", visitor.number(HARBOR, "staff", "Nora Ahmadi"))
    assert sandbox.permission(MEADOWLARK, "staff", "Dolores Quinn") == "role"
    assert sandbox.permission(HARBOR, "staff", "Nora Ahmadi") == "blocked"
    assert sandbox.audit()["changes"] == []


def test_a_record_of_another_practice_is_not_found(visitor: Visitor) -> None:
    there = visitor.number(HARBOR, "staff", "Peter Vance")
    assert visitor.record("staff", there).status == 404
    visitor.choose(HARBOR)
    assert visitor.record("staff", there).status == 200
    assert visitor.record("staff", visitor.number(MEADOWLARK, "staff", "Marcus Bell")).status == 404


def test_two_tabs_of_one_session_are_in_one_practice(visitor: Visitor) -> None:
    tab = visitor_of(visitor.sandbox)
    tab.cookies = dict(visitor.cookies)
    visitor.choose(PINECREST)
    assert tab.record("staff", tab.number(PINECREST, "staff", "Zoë O'Brien-Díaz")).status == 200


def test_whoever_saves_an_outdated_page_is_told(visitor: Visitor) -> None:
    sandbox = visitor.sandbox
    number = visitor.number(MEADOWLARK, "staff", "Marcus Bell")
    if isinstance(visitor, ClassicVisitor):
        form = visitor.form(visitor.record("staff", number)) | {"Phone": "1"}
        visitor.tick("staff", number)
        answer = visitor.post(f"/UserAdministration/Edit/{number}", **form)
    else:
        assert isinstance(visitor, ModernVisitor)
        data = visitor.record("staff", number).data
        visitor.tick("staff", number)
        content = {"version": data["record"]["version"], "fields": {"phone": "1"}, "permissions": []}
        answer = visitor.write("PUT", f"/m/api/staff/{number}", content)
        assert answer.status == 409
    assert "changed by somebody else" in answer.body
    assert len(sandbox.audit()["changes"]) == 1


def test_every_field_that_changes_is_in_the_audit(sandbox_modern: Sandbox) -> None:
    visitor = ModernVisitor(sandbox_modern)
    visitor.sign_in()
    number = visitor.number(MEADOWLARK, "staff", "Marcus Bell")
    record = visitor.record("staff", number).data["record"]
    fields = {"phone": "(206) 555-0111", "location": "West", "notes": "one\r\ntwo"}
    visitor.write("PUT", f"/m/api/staff/{number}", {"version": record["version"], "fields": fields, "permissions": ["Messaging"]})
    changes = {c["field"]: (c["before"], c["after"]) for c in sandbox_modern.audit()["changes"]}
    assert changes["Location"] == ("Main", "West") and changes["Notes"][1] == "one\ntwo"
    assert changes["Messaging"] == (False, True)
    answer = visitor.write("PUT", f"/m/api/staff/{number}", {"fields": {"email": "nothing"}, "permissions": []})
    assert answer.status == 422 and "E-mail is not a valid address." in answer.body


def test_a_role_can_be_changed_for_all_who_have_it(sandbox_classic: Sandbox) -> None:
    visitor = ClassicVisitor(sandbox_classic)
    visitor.sign_in()
    role = next(role for role in sandbox_classic.site.office.roles(1) if role.name == "Front Desk Lead")
    page = visitor.get(f"/UserAdministration/Role/{role.id}")
    kept = sorted(role.permissions - {"Messaging"})
    visitor.post(
        f"/UserAdministration/Role/{role.id}", Permission=kept,
        __RequestVerificationToken=page.hidden("__RequestVerificationToken"),
    )  # fmt: skip
    assert sandbox_classic.permission(MEADOWLARK, "staff", "Dolores Quinn") == "off"
    assert [(c["list"], c["person"], c["after"]) for c in sandbox_classic.audit()["changes"]] == [("roles", "Front Desk Lead", False)]


def test_people_can_be_changed_behind_the_pages_back(sandbox_modern: Sandbox) -> None:
    visitor = ModernVisitor(sandbox_modern)
    visitor.sign_in()
    sandbox_modern.add_person(HARBOR, "staff", "New", "Hire", email="new.hire@example.com", location="East")
    assert sandbox_modern.permission(HARBOR, "staff", "New Hire") == "off"
    sandbox_modern.set_permission(HARBOR, "staff", "New Hire", "Messaging", "own")
    assert sandbox_modern.permission(HARBOR, "staff", "new.hire@example.com") == "own"
    sandbox_modern.remove_person(HARBOR, "staff", "New Hire")
    with pytest.raises(LookupError):
        sandbox_modern.permission(HARBOR, "staff", "New Hire")
    assert sandbox_modern.audit()["changes"] == []


def test_the_audit_is_open_on_this_machine(visitor: Visitor) -> None:
    sandbox = visitor.sandbox
    stranger = visitor_of(sandbox)
    assert stranger.get("/audit").data == sandbox.audit()
    people = stranger.get("/audit/state.json").data["people"]
    marcus = next(person for person in people if person["name"] == "Marcus Bell")
    assert marcus["permissions"]["Messaging"] == "off" and marcus["list"] == "staff"


def test_latency_is_added_to_pages_only(start_sandbox: Callable[..., Sandbox]) -> None:
    visitor = visitor_of(start_sandbox(people=12, latency_ms=120))
    asset = visitor.sandbox.site.assets.address("app.css")
    started = time.perf_counter()
    visitor.get("/m/sign-in")
    page = time.perf_counter()
    answer = visitor.get(asset)
    assert page - started >= 0.12 > time.perf_counter() - page
    assert "immutable" in answer.headers["Cache-Control"]


def test_sandboxes_run_side_by_side_and_free_their_ports(start_sandbox: Callable[..., Sandbox]) -> None:
    first, second = start_sandbox(people=12), start_sandbox(people=12, layout="classic")
    assert first.url != second.url
    port = int(first.url.rstrip("/").rpartition(":")[2])
    first.stop()
    again = start_sandbox(people=12, port=port)
    assert visitor_of(again).get("/m/sign-in").status == 200
