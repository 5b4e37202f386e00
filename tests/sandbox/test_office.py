"""Who is in every sandbox, whatever its size."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal_bot.sandbox import SandboxOptions, patient_names
from portal_bot.sandbox.office.office import Office
from portal_bot.sandbox.office.permissions import CAPTIONS, TREE, Group

from .visitor import HARBOR, MEADOWLARK, PINECREST


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Callable[..., Office]]:
    opened: list[Office] = []

    def fill(people: int = 60, practices: int = 3, seed: int = 7) -> Office:
        folder = tmp_path / str(len(opened))
        folder.mkdir()
        opened.append(Office(folder, people=people, practices=practices, seed=seed))
        return opened[-1]

    yield fill
    for each in opened:
        each.close()


@pytest.mark.parametrize("people", [12, 60])
def test_the_people_of_the_packaged_example_are_always_there(office: Callable[..., Office], people: int) -> None:
    portal = office(people)
    expected = {
        (MEADOWLARK, "providers", "Wen Irwin, MD"): "off",
        (MEADOWLARK, "providers", "Priya Natarajan, NP"): "off",
        (MEADOWLARK, "providers", "Tomás Herrera, RN"): "role",
        (MEADOWLARK, "providers", "Joan Whitfield, MA"): "own",
        (MEADOWLARK, "staff", "ana.reyes@example.com"): "off",
        (MEADOWLARK, "staff", "ana.reyes2@example.com"): "off",
        (MEADOWLARK, "staff", "Marcus Bell"): "off",
        (MEADOWLARK, "staff", "Dolores Quinn"): "role",
        (HARBOR, "providers", "Priya Natarajan, NP"): "off",
        (HARBOR, "providers", "Samuel Oyelaran, DO"): "off",
        (HARBOR, "staff", "Grace Lindqvist"): "own",
        (HARBOR, "staff", "Peter Vance"): "off",
        (HARBOR, "staff", "Nora Ahmadi"): "blocked",
        (PINECREST, "staff", "Zoë O'Brien-Díaz"): "off",
        (PINECREST, "staff", "Ana Reyes"): "off",
    }
    assert {who: portal.find(*who).permissions["Messaging"] for who in expected} == expected
    assert portal.find(MEADOWLARK, "staff", "ana.reyes@example.com").location == "East"
    assert portal.find(MEADOWLARK, "staff", "ana.reyes2@example.com").location == "West"
    assert portal.find(HARBOR, "providers", "priya.natarajan@example.com").display == "Priya Natarajan, NP"
    assert portal.find(MEADOWLARK, "providers", "priya.natarajan@example.com")
    with pytest.raises(LookupError, match="2 people 'Ana Reyes'"):
        portal.find(MEADOWLARK, "staff", "Ana Reyes")


def test_each_practice_has_as_many_people_as_asked_for(office: Callable[..., Office]) -> None:
    portal = office(60, 4)
    assert [place.name for place in portal.practices()] == [MEADOWLARK, HARBOR, PINECREST, "Practice 004 Family Care"]
    for place in portal.practices():
        assert (len(portal.people(place.id, "providers")), len(portal.people(place.id, "staff"))) == (24, 36)


def test_a_practice_has_everything_that_makes_the_job_hard(office: Callable[..., Office]) -> None:
    records = office().records()
    for practice in (MEADOWLARK, HARBOR, PINECREST):
        here = [record for record in records if record.practice == practice]
        standings = Counter(record.permissions["Messaging"] for record in here)
        assert min(standings["own"], standings["role"], standings["off"]) >= 8
        assert {record.location for record in here} == {"East", "Main", "West"}
        names = Counter(record.display for record in here)
        assert {name for name, count in names.items() if count > 1} == ({"Ana Reyes"} if practice == MEADOWLARK else set())
    assert any(not record.display.isascii() for record in records)
    assert any("'" in record.last for record in records) and any("-" in record.last for record in records)
    emails = Counter(record.email for record in records)
    assert {email for email, count in emails.items() if count > 1} == {"priya.natarajan@example.com"}


def test_the_same_seed_gives_the_same_people(office: Callable[..., Office]) -> None:
    first, again, other = (office(seed=seed).records() for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_no_patient_has_a_name_of_the_staff(office: Callable[..., Office]) -> None:
    words = {word for record in office(400).records() for word in f"{record.first} {record.last}".split()}
    assert len(patient_names()) == len(set(patient_names())) >= 36
    assert not words & {word for name in patient_names() for word in name.split()}


def test_thousands_of_people_are_there_in_a_moment(office: Callable[..., Office]) -> None:
    started = time.process_time()  # so that other processes of the machine do not count
    portal = office(2000, 3)
    assert time.process_time() - started < 5
    assert len(portal.people(1, "staff")) == 1200
    assert len({row.display for row in portal.people(1, "staff")}) == 1199, "everybody but the two of one name is unique"


def test_permissions_are_a_tree_of_three_levels_with_captions_that_mislead() -> None:
    def depth(item: Group | str) -> int:
        return 0 if isinstance(item, str) else 1 + max(depth(each) for each in item.items)

    assert max(depth(group) for group in TREE) == 3
    assert [caption for caption in CAPTIONS if "Messaging" in caption] == [
        "Bulk Messaging", "Messaging", "Secure Messaging Templates", "Messaging Reports",
    ]  # fmt: skip
    assert len(CAPTIONS) == len(set(CAPTIONS)) >= 20


@pytest.mark.parametrize("wrong", [{"layout": "new"}, {"people": 0}, {"practices": 0}])
def test_a_sandbox_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="sandbox"):
        SandboxOptions(**wrong)  # type: ignore[arg-type]
