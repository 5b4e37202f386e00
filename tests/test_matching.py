"""The one rule of names, and which row of a roster is the person."""

from __future__ import annotations

import pytest

from portal_bot.matching import find_person, fits, near
from portal_bot.model import ListName, Person, RosterEntry


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana Reyes", "Reyes, Ana"),
        ("Ana Reyes", "  ana   REYES "),
        ("Ana Reyes", "Reyes, Ana MD"),
        ("Ana Reyes, MD", "Reyes, Ana, M.D."),
        ("Wen Irwin, MD", "Wen Irwin"),
        ("Wen Irwin, MD", "Irwin, Wen, MD"),
        ("Wen Irwin, MD", "Dr. Wen Irwin"),
        ("Zoë O'Brien-Díaz", "Zoe O’Brien‑Diaz"),
        ("José Núñez", "Jose\u0301 Nu\u0301n\u0303ez"),
        ("Yo-Yo Ma", "Ma, Yo-Yo"),
        ("Kim Do", "Do, Kim"),
        ("Pat Lee, NP, PhD", "Lee, Pat, NP, PhD"),
    ],
)
def test_names_of_one_person_fit_however_they_are_written(one: str, other: str) -> None:
    """The written rule: order around a comma, accents, case, spaces, credentials and titles do not matter."""
    assert fits(one, other)
    assert fits(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana Reyes", "Anna Reyes"),
        ("Ana Reyes", "Ana M. Reyes"),
        ("Ana Reyes", "Reyes Ana"),
        ("Wen Irwin, MD", "Wen Irwin, NP"),
        ("Ana Maria", "ANA MARIA DO"),
        ("Kim", "Kim Do"),
        ("Ana Reyes", "Ana Reyes-Smith"),
        ("", ""),
        ("MD", "NP"),
    ],
)
def test_anything_less_is_another_person(one: str, other: str) -> None:
    """A near name is never acted on."""
    assert not fits(one, other)
    assert not fits(other, one)


def entry(name: str, email: str | None = None, location: str | None = None) -> RosterEntry:
    return RosterEntry(ListName.STAFF, name, email, location)


ANA_EAST = entry("Reyes, Ana", "ana.reyes@example.com", "East")
ANA_WEST = entry("Reyes, Ana", "ana.reyes2@example.com", "West")
MARCUS = entry("Bell, Marcus", "marcus.bell@example.com", "Main")
ROSTER = [ANA_EAST, ANA_WEST, MARCUS]


def test_one_fitting_row_is_the_person() -> None:
    assert find_person(Person("Marcus Bell"), ROSTER).entries == (MARCUS,)


def test_twins_are_told_apart_by_e_mail_or_location_or_not_at_all() -> None:
    assert find_person(Person("Ana Reyes", email="ANA.REYES2@example.com"), ROSTER).entries == (ANA_WEST,)
    assert find_person(Person("Ana Reyes", location="east"), ROSTER).entries == (ANA_EAST,)
    assert len(find_person(Person("Ana Reyes"), ROSTER).entries) == 2


def test_an_e_mail_of_somebody_else_finds_nobody_and_names_both() -> None:
    match = find_person(Person("Ana Reyes", email="marcus.bell@example.com"), ROSTER)
    assert not match.entries
    assert "Bell, Marcus" in match.why
    assert "Ana Reyes" in match.why


def test_a_name_with_another_e_mail_is_not_the_person() -> None:
    match = find_person(Person("Marcus Bell", email="mbell@example.com"), ROSTER)
    assert not match.entries
    assert "marcus.bell@example.com" in match.why


def test_a_list_without_e_mail_addresses_goes_by_name() -> None:
    assert find_person(Person("Ana Reyes", email="ana.reyes@example.com"), [entry("Ana Reyes")]).entries


def test_near_names_are_suggested() -> None:
    match = find_person(Person("Anna Reyes"), ROSTER)
    assert not match.entries
    assert "Near: Reyes, Ana (staff, East), ana.reyes@example.com" in match.why
    assert near("Nobody Atall", ROSTER) == []


def test_an_empty_list_says_so() -> None:
    assert find_person(Person("Ana Reyes"), []).why == "the list shows nobody"
