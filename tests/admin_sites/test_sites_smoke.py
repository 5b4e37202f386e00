"""Each admin does by hand what the bot shall do by itself: sign in, find a user on a later page, set one flag, save."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .admin_site import AdminSite, Change
from .django_site import DjangoSite
from .fastadmin_site import FastAdminSite

pytestmark = pytest.mark.full


@pytest.fixture
def django() -> Iterator[DjangoSite]:
    with DjangoSite() as site:
        yield site


@pytest.fixture
def fastadmin() -> Iterator[FastAdminSite]:
    with FastAdminSite() as site:
        yield site


def somebody(site: AdminSite) -> dict[str, Any]:
    """The last active user by user name who is not staff: far down the list."""
    return [user for user in site.users() if user["flags"]["is_active"] and not user["flags"]["is_staff"]][-1]


def test_the_users_make_it_hard(django: DjangoSite) -> None:
    """More than a hundred, on and off, with two pairs of one name; nothing has changed when nothing was done."""
    users = django.users()
    assert len(users) > 120
    assert len({user["email"] for user in users}) == len(users)
    assert {user["flags"]["is_staff"] for user in users} == {True, False}
    assert [name for name, count in Counter(user["name"] for user in users).items() if count == 2] == ["Ana Reyes", "Omar Silva"]
    assert django.changes_since_start() == []
    assert django.writes() == []


def test_django(page: Page, django: DjangoSite) -> None:
    """A wrong password is refused; page numbers lead to the user; Save posts the form and answers with the list."""
    user = somebody(django)
    page.goto(django.url)
    page.get_by_label("Username:").fill(django.user_name)
    for password in ("wrong", django.password):
        page.get_by_label("Password:").fill(password)
        page.get_by_role("button", name="Log in").click()
        if password == "wrong":
            expect(page.get_by_text("Please enter the correct username and password for a staff account.")).to_be_visible()
    page.get_by_role("link", name="Users").click()
    page.get_by_role("link", name="6", exact=True).click()
    row = page.get_by_role("row").filter(has=page.get_by_role("cell", name=user["email"], exact=True))
    row.get_by_role("link").click()
    expect(page.get_by_label("Email address:")).to_have_value(user["email"])
    page.get_by_label("Staff status").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("main").get_by_role("list").first).to_contain_text("was changed successfully.")
    assert django.changes_since_start() == [Change(user["email"], "is_staff", 0, 1)]
    assert [line.split("/")[-2] for line in django.writes()] == ["change"]
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Logged out")).to_be_visible()


def test_fastadmin(page: Page, fastadmin: FastAdminSite) -> None:
    """A wrong password is refused; the last page has the user; the switch is saved by a request, and the list comes back."""
    user = somebody(fastadmin)
    page.goto(fastadmin.url)
    page.get_by_label("Username").fill(fastadmin.user_name)
    for password in ("wrong", fastadmin.password):
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign In").click()
        if password == "wrong":
            expect(page.get_by_text("Invalid credentials.")).to_be_visible()
    page.get_by_role("complementary").get_by_role("menuitem", name="User", exact=True).click()
    page.get_by_role("listitem", name="3", exact=True).click()
    row = page.get_by_role("row").filter(has=page.get_by_role("cell", name=user["email"], exact=True))
    row.get_by_role("button", name=user["user_name"]).click()
    expect(page.get_by_role("textbox", name="Email")).to_have_value(user["email"])
    page.get_by_role("switch", name="Is Staff").click()
    page.get_by_role("button", name="save Save", exact=True).click()
    expect(page.get_by_text("Succesfully changed")).to_be_visible()
    assert fastadmin.changes_since_start() == [Change(user["email"], "is_staff", 0, 1)]
    assert [line.split("/")[0] for line in fastadmin.writes()] == ["PATCH "]
    sign_out = page.get_by_role("menuitem", name="Sign Out")
    for _ in range(20):  # the menu does not hear the pointer while the list is still being drawn
        if sign_out.is_visible():
            break
        page.mouse.move(0, 0)
        page.get_by_role("banner").get_by_role("menuitem").hover()
        page.wait_for_timeout(500)
    sign_out.click()
    expect(page.get_by_role("button", name="Sign In")).to_be_visible()
