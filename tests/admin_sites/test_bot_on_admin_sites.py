"""The bot, with nothing but a config and a map of a few lines, on an admin that others wrote: judged by their databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from portal_bot.model.errors import SignInRefused
from portal_bot.model.exit_codes import Exit
from tests.helpers.robot import Robot, rows

from .admin_site import AdminSite, Change
from .django_site import DjangoSite
from .fastadmin_site import FastAdminSite

pytestmark = pytest.mark.full


class Case(NamedTuple):
    """A site, its map, and what it calls the flag ``is_staff``."""

    site: type[AdminSite]
    own_map: str
    permission: str


CASES = [
    pytest.param(Case(DjangoSite, "django-map.yaml", "Staff status"), id="django"),
    pytest.param(Case(FastAdminSite, "fastadmin-map.yaml", "Is Staff"), id="fastadmin"),
]


def robot(case: Case, site: AdminSite, folder: Path, **settings: Any) -> Robot:
    own_map = Path(__file__).with_name(case.own_map).read_text(encoding="utf-8")
    password = settings.pop("password", site.password)
    return Robot(folder, site.url, site.user_name, password, own_map=own_map, permissions=[case.permission], **settings)


def people(*entries: dict[str, Any]) -> list[dict[str, Any]]:
    """The one practice that such an account has, which needs no name, and its one list."""
    return [{"staff": list(entries)}]


@pytest.mark.parametrize("case", CASES)
def test_the_right_users_change_and_nothing_else(case: Case, tmp_path: Path) -> None:
    """Plan writes nothing; apply changes exactly those it says, one save each; a second apply writes nothing.

    Among them: on the first and the last page, with accent, apostrophe and blanks, written surname first, one of two by e-mail,
    one who has it, one who shall lose it; the pair of one name given without e-mail is left alone.
    """
    with case.site() as site:
        users = {user["user_name"]: user for user in site.users()}
        off, on = ([u for u in users.values() if u["flags"]["is_staff"] is staff and u["name"] != "Ana Reyes"] for staff in (False, True))
        first_name, last_name = off[1]["name"].split(maxsplit=1)
        granted = [
            off[0],
            {**off[1], "name": f"{last_name}, {first_name}"},
            next(user for user in off if not user["name"].isascii()),
            next(user for user in off if "'" in user["name"]),
            off[-1],
            users["areyes2" if "areyes2" in users else "a.reyes2"],
        ]
        assert len({user["email"] for user in granted}) == len(granted)
        entries = [{"name": user["name"], "email": user["email"]} for user in [*granted, on[0]]]
        entries += [{"name": on[-1]["name"], "email": on[-1]["email"], "access": False}, {"name": "Omar Silva"}]
        wanted = people(*entries)
        bot = robot(case, site, tmp_path, limits={"max_removals": 1})

        plan = bot.plan(wanted)
        told = [row["outcome"] for row in rows(plan)]
        assert told == ["would-grant"] * 6 + ["unchanged", "would-remove", "ambiguous"], rows(plan)
        assert plan.exit is Exit.OK
        assert (site.changes_since_start(), site.writes()) == ([], [])

        applied = bot.apply(wanted)
        told = [row["outcome"] for row in rows(applied)]
        assert told == ["granted"] * 6 + ["unchanged", "removed", "ambiguous"], rows(applied)
        assert applied.exit is Exit.NOT_DONE
        assert "signed-out" in [event.kind for event in bot.events]
        expected = [Change(user["email"], "is_staff", 0, 1) for user in granted] + [Change(on[-1]["email"], "is_staff", 1, 0)]
        assert site.changes_since_start() == sorted(expected)
        assert len(site.writes()) == len(expected)

        again = bot.apply(wanted)
        assert [row["outcome"] for row in rows(again)] == ["unchanged"] * 8 + ["ambiguous"], rows(again)
        assert len(site.writes()) == len(expected)


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_password_is_sent_once(case: Case, tmp_path: Path) -> None:
    """Whatever a refusal looks like, it is taken for one: exit 6, one attempt, and nothing changed."""
    with case.site() as site:
        report = robot(case, site, tmp_path, password="Tulip-Harbor-43").apply(people({"name": "Ana Reyes"}))
        assert isinstance(report.error, SignInRefused), report.error
        assert report.exit is Exit.PORTAL
        assert site.sign_ins() == 1
        assert site.changes_since_start() == []


def test_without_a_map_the_message_says_what_is_there_instead(tmp_path: Path) -> None:
    """On a site that calls its list otherwise, the packaged map finds no way; the message names the control and the caption."""
    with DjangoSite() as site:
        bot = Robot(tmp_path, site.url, site.user_name, site.password, limits={"wait": "2s"})
        report = bot.plan(people({"name": "Ana Reyes", "email": "ana.reyes@example.com"}))
        assert report.exit is Exit.PORTAL
        assert "navigation.staff is not on the page" in str(report.error)
        assert '"Users"' in str(report.error)
        assert site.writes() == []
