"""The one rule of names, and which row of a roster is the person."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal_bot.model.entities import ListName, Person, RosterEntry
from portal_bot.model.name_matching import CREDENTIALS, TITLES, Match, find_person, fits, folded, name_key, near, same_text, searched_as

# -- names: examples ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana Reyes", "Reyes, Ana"),
        ("Ana Reyes", "Reyes,Ana,"),
        ("Ana Reyes", "  ana   REYES "),
        ("Ana Reyes", "Ana\u00a0Reyes"),
        ("Ana Reyes", "Ａｎａ Ｒｅｙｅｓ"),
        ("Ana Reyes", "ANA REYES"),
        ("Ana Reyes", "Reyes, Ana MD"),
        ("Ana Reyes", "Reyes MD, Ana"),
        ("Ana Reyes", "Ana Reyes MD"),
        ("Ana Reyes", "Ana Reyes M.D."),
        ("Ana Reyes", "Ana Reyes (MD)"),
        ("Ana Reyes", "Ana Reyes NP DNP"),
        ("Ana Reyes", "Ana Reyes NP, PhD"),
        ("Ana Reyes", "ANA REYES, MD"),
        ("Ana Reyes, MD", "Reyes, Ana, M.D."),
        ("Ana Reyes, MD PhD", "Ana Reyes, PhD, MD"),
        ("Wen Irwin, MD", "Wen Irwin"),
        ("Wen Irwin, MD", "Irwin, Wen, MD"),
        ("Wen Irwin, MD", "Dr. Wen Irwin"),
        ("Wen Irwin", "DR WEN IRWIN"),
        ("Wen Irwin", "Prof. Dr. Wen Irwin"),
        ("Wen Irwin", "Irwin, Mrs. Wen"),
        ("Zoë O'Brien-Díaz", "Zoe O’Brien‑Diaz"),
        ("Zoë O'Brien-Díaz", "ZOË O`BRIEN—DÍAZ"),
        ("José Núñez", "Jose\u0301 Nu\u0301n\u0303ez"),
        ("Grit Weiß", "GRIT WEISS"),
        ("Ana M Reyes", "Reyes, Ana M."),
        ("Yo-Yo Ma", "Ma, Yo-Yo"),
        ("Yo-Yo Ma", "Yo-Yo MA"),
        ("Kim Do", "Do, Kim"),
        ("Kim Do", "KIM DO"),
        ("Kim Do", "Kim DO"),
        ("Do Kim", "Kim, Do"),
        ("Do Kim MD", "Kim, Do, MD"),
        ("Ana Maria Do", "ANA MARIA DO"),
        ("Ana Maria Do", "Do, Ana Maria"),
        ("Pat Lee, NP, PhD", "Lee, Pat, NP, PhD"),
        ("Ana de la Cruz", "de la Cruz, Ana"),
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
        ("Ana Reyes", "A. Reyes"),
        ("Ana Reyes", "Reyes Ana"),
        ("Ana Reyes", "Ana, Reyes"),
        ("Ana Reyes", "Anareyes"),
        ("Ana Reyes", "Ana Reyes-Smith"),
        ("Ana Reyes", "Ana Reyes Drew"),
        ("Ana Reyes", "Reyes, Ana, North"),
        ("Ana Reyes", "Ana Reyes md"),
        ("Ana Reyes", "Ana Reyes Do"),
        ("Ana Reyes", "Ana X Reyes MD"),
        ("Ana Reyes", "Ana Reyes XMD"),
        ("Ana Reyes", "Ana Dr. Reyes"),
        ("Wen Irwin, MD", "Wen Irwin, NP"),
        ("Wen Irwin, MD", "Wen Irwin, MD, PhD"),
        ("Wen Irwin MD", "Wen Irwin NP"),
        ("Ana Maria", "ANA MARIA DO"),
        ("Ana Maria, DO", "ANA MARIA DO"),
        ("Kim", "Kim Do"),
        ("Kim", "Kim DO"),
        ("Kim", "Kim, DO"),
        ("O'Brien", "OBrien"),
        ("Yo-Yo Ma", "Yo Yo Ma"),
        ("Ana Reyes", ""),
        ("", ""),
        (" ", ","),
        ("MD", "NP"),
        ("Dr.", "Mr."),
    ],
)
def test_anything_less_is_another_person(one: str, other: str) -> None:
    """A near name is never acted on."""
    assert not fits(one, other)
    assert not fits(other, one)


@pytest.mark.parametrize(
    ("name", "words", "credentials"),
    [
        ("Dr. Zoë  O’Brien, M.D., (PhD)", "zoe o'brien", {"md", "phd"}),
        ("Reyes, Ana Maria NP", "ana maria reyes", {"np"}),
        ("Reyes PA-C, Ana", "ana reyes", {"pa-c"}),
        ("ANA REYES MD", "ana reyes md", set()),
        ("Pat Lee, Jr.", "pat lee", {"jr"}),
        ("Kim, Do", "do kim", set()),
        ("Kim, Do, MD", "do kim", {"md"}),
        ("Kim Lee, Do", "kim lee", {"do"}),
        ("Ma", "ma", set()),
        ("Dr.", "dr", set()),
        ("Mr. Dr.", "dr", set()),
        ("Ana NP X", "ana np x", set()),
        ("", "", set()),
    ],
)
def test_what_is_left_of_a_name(name: str, words: str, credentials: set[str]) -> None:
    """The words that count, in order, and the credentials that were taken off. A single word is never taken off."""
    key = name_key(name)
    assert (key.words, key.credentials) == (words, credentials)


# -- names: laws -------------------------------------------------------------------------------------------------------

letters = st.sampled_from("abcdefghijklmnopqrstuvwxyzäéîõúçñßøł'-")
words = (
    st.text(letters, min_size=2, max_size=8)
    .map(str.title)
    .filter(lambda word: word.casefold() not in CREDENTIALS | TITLES and any(c.isalpha() for c in word))
)
names = st.lists(words, min_size=2, max_size=4).map(" ".join)
credentials = st.sampled_from(["MD", "M.D.", "NP", "PhD", "PA-C"])
written_names = st.one_of(
    names,
    st.text(max_size=20),
    st.lists(
        st.one_of(words, credentials, st.sampled_from(["Dr.", "Mrs", ",", ", ", "Do", "Ma", "JR", "A.", "’", "-", "\u0301"])), max_size=6
    ).map(" ".join),
)
"""Whatever may be written where a name is due."""


@given(written_names, written_names)
@example("Wen Irwin, MD", "Wen Irwin")
@example("Reyes, Ana", "Ana Reyes")
@example("Kim, Do", "Kim Do")
def test_fitting_goes_both_ways(one: str, other: str) -> None:
    """It makes no difference which name is the config's and which the portal's."""
    assert fits(one, other) is fits(other, one)


@given(written_names)
def test_a_name_fits_itself_unless_nothing_is_left_of_it(name: str) -> None:
    """Nothing fits an empty name, not even another one."""
    assert fits(name, name) is bool(name_key(name).words)


@given(names, credentials)
def test_what_is_left_of_a_name_stays_as_it_is(name: str, credential: str) -> None:
    """Reducing a name twice is reducing it once."""
    for written in (name, f"{name}, {credential}", f"Dr. {name}", name.upper()):
        once = name_key(written).words
        assert name_key(once).words == once


@given(st.lists(words, min_size=1, max_size=2), words, credentials)
def test_every_way_of_writing_one_name_fits_every_other(first: list[str], last: str, credential: str) -> None:
    """Turned around a comma, in capitals, with accents apart, wide spaces, a title or credentials."""
    forename = " ".join(first)
    name = f"{forename} {last}"
    ways = [
        name,
        f"{last}, {forename}",
        f"{last.upper()},  {forename.upper()} ",
        f"{name}, {credential}",
        f"{last}, {forename}, {credential}",
        f"Dr. {name}",
        unicodedata.normalize("NFD", name),
        name.replace(" ", "\u00a0 ").replace("'", "’").replace("-", "‑"),
    ]
    assert [(one, other) for one in ways for other in ways if not fits(one, other)] == []


@given(names, st.sets(credentials), st.sets(credentials))
def test_credentials_speak_against_a_name_only_where_both_have_some(name: str, ours: set[str], theirs: set[str]) -> None:
    """And then they must be the same, in any order."""
    ours, theirs = ({"MD" if each == "M.D." else each for each in some} for some in (ours, theirs))
    one, other = (", ".join([name, *sorted(ours)]), ", ".join([name, *sorted(theirs, reverse=True)]))
    assert fits(one, other) is (not ours or not theirs or ours == theirs)


@given(*2 * [st.lists(st.sampled_from(["Ana", "ANA", "Aña", "Anna", "Reyes", "reyes", "Réyes", "Bo"]), min_size=2, max_size=3)])
def test_names_of_other_words_never_fit(one: list[str], other: list[str]) -> None:
    """Without commas and credentials, only names of the same words in the same order fit, case and accents aside."""
    plain = {"ANA": "Ana", "Aña": "Ana", "reyes": "Reyes", "Réyes": "Reyes"}
    same = [plain.get(word, word) for word in one] == [plain.get(word, word) for word in other]
    assert fits(" ".join(one), " ".join(other)) is same


# -- other texts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("East", "east", True),
        (" East  Wing ", "east wing", True),
        ("STRASSE", "straße", True),
        ("", None, True),
        (None, None, True),
        ("  ", "", True),
        ("East", None, False),
        (None, "East", False),
        ("East Wing", "EastWing", False),
        ("East", "East 2", False),
        ("José", "Jose", False),
    ],
)
def test_captions_and_addresses_are_the_same_but_for_case_and_white_space(one: str | None, other: str | None, same: bool) -> None:
    """Accents count, as they do in addresses; none at all is the same as an empty one."""
    assert same_text(one, other) is same
    assert same_text(other, one) is same
    assert (folded(one) == folded(other)) is same


def test_a_caption_without_case_and_wide_spaces_is_still_readable() -> None:
    """It is a key that others may keep, so it is exactly this."""
    assert folded("  East\u00a0 WING\n2 ") == "east wing 2"
    assert folded(None) == ""


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Ana Reyes", "Reyes"),
        ("Ana Maria Reyes", "Reyes"),
        ("Reyes, Ana", "Reyes"),
        (" Reyes , Ana", "Reyes"),
        ("de la Cruz, Ana", "de la Cruz"),
        ("Wen Irwin, MD", "Irwin"),
        ("Irwin, Wen, MD", "Irwin"),
        ("Wen Irwin, MD PhD", "Irwin"),
        ("Wen Irwin, MD Bo", "Wen Irwin"),
        ("Wen Irwin MD", "Irwin"),
        ("Wen MD Irwin", "Irwin"),
        ("Kim Do", "Do"),
        ("Kim DO", "Kim"),
        ("Ana REYES", "REYES"),
        ("Ana", "Ana"),
        ("MD", "MD"),
    ],
)
def test_a_list_is_searched_for_the_last_name(name: str, typed: str) -> None:
    """A word that every way of writing the name keeps, so that no way is missed."""
    assert searched_as(name) == typed


@given(written_names)
def test_what_is_searched_for_is_part_of_the_name(name: str) -> None:
    """The portal is never asked for something that the config does not say."""
    assert searched_as(name) in name


# -- which row ---------------------------------------------------------------------------------------------------------


def entry(name: str, email: str | None = None, location: str | None = None, shown_under: str | None = None) -> RosterEntry:
    return RosterEntry(ListName.STAFF, name, email, location, shown_under=shown_under)


ANA_EAST = entry("Reyes, Ana", "ana.reyes@example.com", "East")
ANA_WEST = entry("Reyes, Ana", "ana.reyes2@example.com", "West")
MARCUS = entry("Bell, Marcus", "marcus.bell@example.com", "Main")
ANA_PLAIN = entry("Ana Reyes")
ANA_NORTH = entry("Ana Reyes", None, None, "North")
ANA_SHOWN = entry("Ana Reyes", "ana@example.com", "South", "North")
ROSTER = [ANA_EAST, ANA_WEST, MARCUS]
NAMED = "Ana Reyes"


@pytest.mark.parametrize(
    ("person", "roster", "rows", "why"),
    [
        # by name alone
        (Person("Marcus Bell"), ROSTER, [MARCUS], ""),
        (Person(NAMED), ROSTER, [ANA_EAST, ANA_WEST], ""),
        (Person("Bo Lee"), ROSTER, [], "not found: Bo Lee."),
        (Person(NAMED), [], [], "the list shows nobody"),
        (Person(NAMED, "ana.reyes@example.com", "East"), [], [], "the list shows nobody"),
        # by e-mail and name
        (Person(NAMED, "ANA.REYES2@example.com"), ROSTER, [ANA_WEST], ""),
        (Person(NAMED, "ana.reyes@example.com"), [ANA_EAST, ANA_PLAIN], [ANA_EAST], ""),
        (Person(NAMED, "ana.reyes@example.com"), [ANA_EAST, ANA_EAST], [ANA_EAST, ANA_EAST], ""),
        (Person(NAMED, "marcus.bell@example.com"), ROSTER, [], "marcus.bell@example.com belongs to Bell, Marcus, not to Ana Reyes"),
        (Person(NAMED, "ana.reyes@example.com"),
         [ANA_EAST, entry("Lee, Bo", "ana.reyes@example.com"), entry("X Y", "ana.reyes@example.com")], [],
         "ana.reyes@example.com belongs to Lee, Bo, not to Ana Reyes"),
        (Person(NAMED, "other@example.com"), [ANA_EAST, ANA_WEST, ANA_WEST], [],
         "Ana Reyes is there, but with another e-mail address (ana.reyes@example.com, ana.reyes2@example.com)"),
        (Person("Bo Lee", "other@example.com"), ROSTER, [], "not found: Bo Lee."),
        # a list that does not show every e-mail address
        (Person(NAMED, "ana.reyes@example.com"), [ANA_PLAIN, MARCUS], [ANA_PLAIN], ""),
        (Person(NAMED, "other@example.com"), [ANA_EAST, ANA_PLAIN], [ANA_PLAIN], ""),
        # by location
        (Person(NAMED, location=" east"), ROSTER, [ANA_EAST], ""),
        (Person(NAMED, location="North"), ROSTER, [], "Ana Reyes is there, but at another location (East, West)"),
        (Person(NAMED, location="East"), [ANA_EAST, ANA_EAST, ANA_WEST], [ANA_EAST, ANA_EAST], ""),
        (Person(NAMED, location="North"), [ANA_WEST, ANA_WEST], [], "Ana Reyes is there, but at another location (West)"),
        (Person(NAMED, location="East"), [ANA_EAST, ANA_PLAIN], [ANA_EAST], ""),
        (Person(NAMED, location="East"), [ANA_WEST, ANA_PLAIN], [], "Ana Reyes is there, but at another location (West)"),
        (Person(NAMED, location="East"), [ANA_PLAIN], [ANA_PLAIN], ""),
        (Person(NAMED, location="north"), [ANA_NORTH, ANA_EAST], [ANA_NORTH], ""),
        (Person(NAMED, location="East"), [ANA_NORTH], [], "Ana Reyes is there, but at another location (North)"),
        (Person(NAMED, location="North"), [ANA_SHOWN], [], "Ana Reyes is there, but at another location (South)"),
        (Person(NAMED, location="South"), [ANA_SHOWN], [ANA_SHOWN], ""),
        (Person("Bo Lee", location="East"), ROSTER, [], "not found: Bo Lee."),
        # by all three
        (Person(NAMED, "ana.reyes@example.com", "East"), ROSTER, [ANA_EAST], ""),
        (Person(NAMED, "ana.reyes@example.com", "West"), ROSTER, [], "Ana Reyes is there, but at another location (East)"),
    ],
)  # fmt: skip
def test_which_rows_may_be_the_person(person: Person, roster: list[RosterEntry], rows: list[RosterEntry], why: str) -> None:
    """Name, and e-mail address and location where the config gives them, each speak against a row; none is passed over in silence."""
    assert find_person(person, roster) == Match(tuple(rows), why)


mails = st.sampled_from([None, "a@example.com", "A@Example.com", "b@example.com"])
places = st.sampled_from([None, "East", "east", "West"])
few_names = st.sampled_from(["Ana Reyes", "Reyes, Ana", "Ana Reyes, MD", "Ana Reyes, NP", "Anna Reyes", "Bo Lee"])
rosters = st.lists(st.builds(entry, few_names, mails, places, places), max_size=5)
people = st.builds(Person, few_names, mails, places)


@given(people, rosters)
def test_no_row_is_returned_that_something_speaks_against(person: Person, roster: list[RosterEntry]) -> None:
    """Of several rows, each fits by all that it shows; where there is none, the reason is given, and only then."""
    match = find_person(person, roster)
    for row in match.entries:
        assert row in roster
        assert fits(row.name, person.name)
        assert not (person.email and row.email) or same_text(row.email, person.email)
        place = row.location or row.shown_under
        assert not (person.location and place) or same_text(place, person.location)
    assert bool(match.why) is (not match.entries)


@given(people, rosters, st.randoms(use_true_random=False))
def test_the_order_of_a_roster_decides_nothing(person: Person, roster: list[RosterEntry], chance: object) -> None:
    """The same rows are found however the list is sorted."""
    shuffled = list(roster)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    found, again = find_person(person, roster).entries, find_person(person, shuffled).entries
    assert sorted(map(repr, found)) == sorted(map(repr, again))


@given(people, rosters)
def test_people_of_other_names_and_addresses_change_nothing(person: Person, roster: list[RosterEntry]) -> None:
    """A row more for somebody else leaves the answer as it is, but for the reason."""
    more = [*roster, entry("Zoltan Quist", "zoltan@example.com", "East")]
    assert find_person(person, more).entries == find_person(person, roster).entries


def test_near_names_are_suggested_best_first_and_three_at_most() -> None:
    """In the message only, each with list, location and e-mail address; nobody is found by them."""
    roster = [
        entry("Anna Reyess"), entry("Bo Lee"), entry("Reyes, Anna", "anna@example.com", "East"),
        entry("Hanna Reyes"), entry("Annabel Reyes"),
    ]  # fmt: skip
    match = find_person(Person("Anna Reyes, MD", location="East"), roster[:2] + roster[3:])
    assert match.entries == ()
    assert match.why == "not found: Anna Reyes, MD. Near: Anna Reyess (staff); Hanna Reyes (staff); Annabel Reyes (staff)"
    assert [each.name for each in near("Reyes, Anna", roster)] == ["Reyes, Anna", "Anna Reyess", "Hanna Reyes"]
    assert len(near("Anna Reyes", roster, most=4)) == 4
    assert find_person(Person("Ana Reyes"), roster[2:3]).why == "not found: Ana Reyes. Near: Reyes, Anna (staff, East), anna@example.com"


def test_a_name_that_is_less_than_72_percent_alike_is_not_near() -> None:
    """Far-fetched suggestions would hide that nobody was found."""
    just_near, just_not = entry("abcdefghimnop"), entry("abcdefghmnopqr")
    assert near("abcdefghijkl", [just_not, just_near]) == [just_near]
    assert near("Nobody Atall", ROSTER) == []
    assert near("Ana Reyes", []) == []
