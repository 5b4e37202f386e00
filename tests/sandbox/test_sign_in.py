"""Signing in and out, over plain HTTP and in both layouts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal_bot.sandbox import Sandbox

from .visitor import ClassicVisitor, Visitor, visitor_of


@pytest.fixture
def visitor(sandbox: Sandbox) -> Visitor:
    return visitor_of(sandbox)


def attempts(sandbox: Sandbox) -> list[tuple[bool, str]]:
    return [(entry["ok"], entry["why"]) for entry in sandbox.audit()["sign_ins"]]


def test_the_right_password_leads_to_where_one_wanted_to_go(visitor: Visitor) -> None:
    asked = visitor.get(visitor.home)
    assert asked.status == 302 and "?ReturnUrl=%2F" in asked.goes_to
    assert visitor.sign_in().goes_to == visitor.home
    assert visitor.get(visitor.home).status == 200
    assert attempts(visitor.sandbox) == [(True, "")]
    assert any("HttpOnly" in line and "SameSite=Lax" in line for line in visitor.cookie_lines)


def test_the_session_changes_its_token_at_sign_in(visitor: Visitor) -> None:
    visitor.get(visitor.home)
    visitor.get("/Account/LogOn" if visitor.home.startswith("/Home") else "/m/sign-in")
    before = visitor.cookies[visitor.cookie]
    visitor.sign_in()
    assert visitor.cookies[visitor.cookie] != before


@pytest.mark.parametrize("password", ["  two  spaces ", "pässwörd-ñ-🔑", "a\tb&c=d%20+<\"'>"])
def test_a_password_counts_exactly_as_it_is_typed(start_sandbox: Callable[..., Sandbox], password: str) -> None:
    visitor = visitor_of(start_sandbox(people=12, password=password))
    assert visitor.sign_in(password.strip() + " x").status == 200
    assert visitor.sign_in(password + " ").status == 200
    assert visitor.sign_in(password).goes_to == visitor.home


def test_five_bad_passwords_lock_the_account(visitor: Visitor) -> None:
    said = [visitor.sign_in("wrong").body for _ in range(5)]
    assert all("The user name or password is incorrect." in page for page in said[:4])
    assert "has been locked" in said[4]
    assert "has been locked" in visitor.sign_in().body
    assert attempts(visitor.sandbox) == [(False, "wrong password")] * 5 + [(False, "locked")]
    assert visitor.sandbox.password not in str(visitor.sandbox.audit())


def test_an_unknown_user_is_told_the_same_and_locks_nobody(visitor: Visitor) -> None:
    for _ in range(6):
        assert "is incorrect" in visitor.sign_in("wrong", "nobody@example.com").body
    assert visitor.sign_in(user_name=visitor.sandbox.user_name.upper()).goes_to == visitor.home


def test_signing_out_ends_the_session(sandbox: Sandbox) -> None:
    visitor = visitor_of(sandbox)
    visitor.sign_in()
    if isinstance(visitor, ClassicVisitor):
        visitor.get("/Account/LogOff")
    else:
        visitor.write("POST", "/m/sign-out", {})  # type: ignore[attr-defined]
    assert sandbox.audit()["sign_outs"] == 1
    assert visitor.people().status in (302, 401)


def test_a_session_that_is_not_used_ends(start_sandbox: Callable[..., Sandbox]) -> None:
    visitor = visitor_of(start_sandbox(people=12, session_minutes=0))
    sandbox = visitor.sandbox
    visitor.cookies["sid"] = sandbox.site.sessions.start().token
    assert sandbox.site.sessions.find(visitor.cookies["sid"]) is None
    assert visitor.people().status == 401


def test_nobody_is_sent_to_another_site_after_sign_in(start_sandbox: Callable[..., Sandbox]) -> None:
    sandbox = start_sandbox(people=12, layout="classic")
    for address in ("https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"):
        visitor = ClassicVisitor(sandbox)
        token = visitor.get("/Account/LogOn").hidden("__RequestVerificationToken")
        answer = visitor.post(
            "/Account/LogOn", __RequestVerificationToken=token, ReturnUrl=address,
            UserName=sandbox.user_name, Password=sandbox.password,
        )  # fmt: skip
        assert answer.goes_to == "/Home/Dashboard"


def test_a_form_without_its_token_is_refused(sandbox: Sandbox) -> None:
    visitor = visitor_of(sandbox)
    visitor.sign_in()
    refused = visitor.ask("PUT" if sandbox.options.layout == "modern" else "POST", _record_address(sandbox), "{}")
    assert refused.status == 403 and "reload" in refused.body.lower()
    assert sandbox.audit()["saves"] == 0


def _record_address(sandbox: Sandbox) -> str:
    number = sandbox.site.office.find("Meadowlark Pediatrics", "staff", "Marcus Bell").id
    return f"/UserAdministration/Edit/{number}" if sandbox.options.layout == "classic" else f"/m/api/staff/{number}"


def test_an_invented_password_is_another_for_each_sandbox(start_sandbox: Callable[..., Sandbox]) -> None:
    passwords = {start_sandbox(people=12).password for _ in range(3)}
    assert len(passwords) == 3
    assert all(18 <= len(password) <= 30 for password in passwords)
