"""The bot, with nothing but the packaged map, on portals that others wrote from the help articles alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal_bot.model.exit_codes import Exit
from tests.helpers.robot import Robot, outcomes, rows

from .bootstrap_tabs import BootstrapTabs
from .frames import Frames
from .kendo import Kendo
from .portal_site import Person, PortalSite
from .react_hash import ReactHash
from .shadow import Shadow
from .webforms import WebForms

SITES: list[type[PortalSite]] = [BootstrapTabs, WebForms, ReactHash, Frames, Kendo, Shadow]


def chosen(site: PortalSite) -> list[Person]:
    """Of every practice and list: one who lacks the permission from the far end, and in the first practice one of the others."""
    first = next(iter(site.practices))
    people: list[Person] = []
    for practice in site.practices:
        for which in ("providers", "staff"):
            here = [p for p in site.people if p.practice == practice and p.list == which]
            people.append([p for p in here if p.messaging == "off"][-1])
            if practice == first:
                people += [p for p in here if p.messaging == "role"][:1] + [p for p in here if p.messaging == "on"][:1]
    return people


@pytest.mark.full
@pytest.mark.parametrize("kind", SITES)
def test_the_packaged_map_is_enough(kind: type[PortalSite], tmp_path: Path) -> None:
    """Whatever the markup: the right people get Messaging, nothing else changes, and the second apply writes nothing."""
    with kind() as site:
        people = chosen(site)
        config: dict[str, dict[str, list[dict[str, str]]]] = {}
        for person in people:
            entry = {"name": person.name, "email": person.email, "location": person.location}
            config.setdefault(person.practice, {}).setdefault(person.list, []).append(entry)
        bot = Robot(tmp_path, site.url, site.user_name, site.password)

        report = bot.apply(config)

        expected = {"off": "granted", "on": "unchanged", "role": "by-role"}
        told = {(row["practice"], row["email"], row["name"]): row["outcome"] for row in rows(report)}
        assert told == {(p.practice, p.email, p.name): expected[p.messaging] for p in people}, rows(report)
        assert report.exit is Exit.OK
        lacked = [p for p in people if p.messaging == "off"]
        audit = site.audit()
        assert sorted((c.practice, c.list, c.email, c.field) for c in audit.changes) == sorted(
            (p.practice, p.list, p.email, "Messaging") for p in lacked
        )
        saves = audit.saves

        again = bot.apply(config)
        assert {outcome for _, outcome in outcomes(again)} <= {"unchanged", "by-role"}, (again.error, rows(again))
        assert site.audit().saves == saves
