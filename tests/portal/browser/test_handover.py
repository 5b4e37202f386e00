"""What of a session reaches the window in which proofs are read (portal_bot/portal/browser/process.py). No browser."""

from __future__ import annotations

from typing import Any

from portal_bot.portal.browser.handover import Handover


def cookie(name: str, value: str = "x", *, script: bool = False) -> dict[str, Any]:
    return {"name": name, "value": value, "domain": "p.example.com", "path": "/", "httpOnly": not script}


def handed_over(*cookies: dict[str, Any], items: dict[str, str] | None = None, database: bool = False) -> Handover:
    origin: dict[str, Any] = {
        "origin": "https://p.example.com",
        "localStorage": [{"name": name, "value": value} for name, value in (items or {}).items()],
    }
    if database:
        origin["indexedDB"] = [{"name": "drafts"}]
    return Handover({"cookies": list(cookies), "origins": [origin]}, "https://p.example.com/", {"tab": "1"}, "https://p.example.com")


def test_a_draft_in_a_cookie_is_left_behind_and_the_session_is_of_now() -> None:
    """A cookie that a script made after the sign-in stays out; one that only the server can write, or that was there, is as it is now."""
    session = handed_over(cookie("sid", "old"), cookie("xsrf", "old", script=True))
    now = [cookie("sid", "new"), cookie("xsrf", "new", script=True), cookie("draft-101", "on", script=True), cookie("renewed")]
    assert {(each["name"], each["value"]) for each in session.with_cookies(now).state["cookies"]} == {
        ("sid", "new"), ("xsrf", "new"), ("renewed", "x"),
    }  # fmt: skip


def test_a_cookie_of_another_path_is_another_cookie() -> None:
    """A page that keeps its draft under the session cookie's name, for its own path, does not get it through."""
    session = handed_over(cookie("state", script=True))
    assert session.own_cookies([cookie("state", script=True) | {"path": "/user/101"}]) == []


def test_databases_are_handed_over_only_where_they_are_asked_for() -> None:
    """Without IndexedDB the rest of the session is the same."""
    session = handed_over(cookie("sid"), items={"token": "t"}, database=True)
    without = session.without_databases()
    assert session.has_databases and not without.has_databases
    assert (without.state["cookies"], without.tab) == (session.state["cookies"], session.tab)
    assert without.state["origins"][0]["localStorage"] == [{"name": "token", "value": "t"}]


def test_a_session_that_is_kept_for_the_next_run_has_no_drafts_of_this_one() -> None:
    """Storage that pages added since the sign-in is not kept; what the sign-in had is kept with its value of now."""
    first = handed_over(cookie("sid", "old"), items={"token": "old"})
    now = handed_over(cookie("sid", "new"), cookie("draft", script=True), items={"token": "new", "draft-101": "on"}, database=True)
    kept = now.without_additions_to(first)
    assert kept.state["cookies"] == [cookie("sid", "new")]
    assert kept.state["origins"] == [{"origin": "https://p.example.com", "localStorage": [{"name": "token", "value": "new"}]}]
