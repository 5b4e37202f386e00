"""Whose record it is that a page shows, and which differences on it count.

The rules are tables of what is known of a person: name, e-mail address and the address of the record. What a page shows is put together
by ``Record`` alone, so that the tables stay as they are when pages are read in another way.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from portal_bot.portal.identity.record_identity import RecordView, all_differences, changed, differences, told_apart, who_it_shows

NAME = "Ana Reyes"
MAIL = "ana.reyes@example.com"
ADDRESS = "https://portal.example.com/staff/7"


@dataclass(frozen=True)
class Field:
    """A field of a form, by its caption. ``own``: it belongs to the record itself, and not to a list of other people within it."""

    caption: str
    value: Any
    own: bool = True
    wanted: bool = False
    group: bool = False

    def as_read(self) -> dict[str, Any]:
        return {
            "key": self.caption, "label": self.caption, "value": self.value,
            "own": self.own, "wanted": self.wanted, "head": self.group, "box": isinstance(self.value, bool),
        }  # fmt: skip


@dataclass(frozen=True)
class Record:
    """What a page shows of one person."""

    fields: tuple[Field, ...] = ()
    headings: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    mails_in_text: tuple[str, ...] = ()
    name_at_place_of_map: str = ""
    mail_at_place_of_map: str = ""
    address: str = "https://portal.example.com/elsewhere"
    volatile: tuple[str, ...] = field(default=())

    def plus(self, other: Record) -> Record:
        """Both, one after the other."""
        return Record(
            self.fields + other.fields,
            self.headings + other.headings,
            self.texts + other.texts,
            self.mails_in_text + other.mails_in_text,
            self.name_at_place_of_map or other.name_at_place_of_map,
            self.mail_at_place_of_map or other.mail_at_place_of_map,
            self.address,
            self.volatile,
        )

    def as_read(self) -> RecordView:
        return RecordView(
            fields=tuple(each.as_read() for each in self.fields),
            headings=self.headings,
            texts=self.texts,
            emails=self.mails_in_text,
            told_name=self.name_at_place_of_map,
            told_email=self.mail_at_place_of_map,
            address=self.address,
            volatile=self.volatile,
        )


def reason(record: Record, *, name: str = NAME, mail: str | None = MAIL, address: str | None = None) -> str:
    """Why a record is not believed to be the person's; empty where it is."""
    return who_it_shows(record.as_read(), name, mail, address)


def proved(record: Record, *, mail: str | None = MAIL, address: str | None = None) -> bool:
    """Whether a record proves which of several people of one name it is of."""
    return told_apart(record.as_read(), mail, address)


# -- whose record it is ------------------------------------------------------------------------------------------------

NAME_SHOWN = {
    "as the record's own": {
        "first and last name": Record(fields=(Field("First Name", "Ana"), Field("Last Name", "Reyes"))),
        "given and family name": Record(fields=(Field("family-name:", "REYES"), Field("* Given name", "ana"))),
        "forename and surname": Record(fields=(Field("Forename", "Ana"), Field("Surname", "Reyes"))),
        "name": Record(fields=(Field("Name", "Reyes, Ana"),)),
        "full name": Record(fields=(Field("Full name *", "Ana Reyes, NP"),)),
        "staff member name": Record(fields=(Field("Staff Member Name", "Ana Reyes"),)),
        "only a first name besides the full one": Record(fields=(Field("First Name", "Ann"), Field("Name", "Ana Reyes"))),
        "only a last name besides the full one": Record(fields=(Field("Last Name", "Reyes-Bo"), Field("Name", "Ana Reyes"))),
        "a number before it": Record(fields=(Field("Name", 7), Field("Full name", "Ana Reyes"))),
        "another's before it": Record(fields=(Field("Name", "Bo Lee", own=False), Field("Name", "Ana Reyes"))),
        "another's after it": Record(fields=(Field("Name", "Ana Reyes"), Field("Name", "Bo Lee"))),
        "another's first and last name after it": Record(
            fields=(
                Field("First Name", "Ana"), Field("Last Name", "Reyes"),
                Field("First Name", "Bo"), Field("Last Name", "Lee"), Field("Name", "Bo Lee"),
            )
        ),
        "place of the map": Record(name_at_place_of_map="ana  REYES"),
        "place of the map goes before fields": Record(fields=(Field("Name", "Bo Lee"),), name_at_place_of_map=NAME),
        "heading": Record(headings=("Profile", "Ana Reyes")),
        "heading behind a colon": Record(headings=("Edit Staff Member: Ana Reyes",)),
        "heading before a dash": Record(headings=("Ana Reyes - East",)),
        "heading in brackets": Record(headings=("Staff Member (Ana Reyes)",)),
        "heading as a way": Record(headings=("Staff › Ana Reyes › Permissions",)),
        "caption and name in one line": Record(texts=("Profile", "Name: Ana Reyes", "Location: East")),
        "caption, then name": Record(texts=("Name", "Ana Reyes", "Location", "East")),
        "caption with a colon, then name": Record(texts=("Location", "East", "Full name:", "Ana Reyes")),
        "another caption that is not the person's name before it": Record(texts=("Practice name: North", "Name: Ana Reyes")),
    },
    "among others": {
        "text": Record(texts=("Associated Users", "Ana Reyes", "Bo Lee")),
        "text behind a dash": Record(texts=("1 - Ana Reyes",)),
        "field": Record(fields=(Field("Members", "Bo Lee"), Field("Supervisor of", "Ana Reyes"))),
        "last line is a caption": Record(texts=("Ana Reyes", "Name")),
    },
    "nowhere": {
        "nothing": Record(),
        "near names": Record(headings=("Anna Reyes", "Ana M. Reyes"), texts=("Name: Ana Reyes-Smith",)),
        "part of a sentence": Record(texts=("Ana Reyes may write messages",)),
        "field of another person": Record(fields=(Field("First Name", "Ana", own=False), Field("Last Name", "Reyes", own=False))),
        "first name alone": Record(fields=(Field("First Name", "Ana"),), headings=("Ana",)),
        "no text": Record(fields=(Field("Members", 7), Field("Messaging", True))),
    },
    "of somebody else": {
        "first name differs": Record(fields=(Field("First Name", "Bo"), Field("Last Name", "Reyes")), headings=(NAME,)),
        "last name differs": Record(fields=(Field("First Name", "Ana"), Field("Last Name", "Lee")), headings=(NAME,)),
        "full name": Record(fields=(Field("Name", "Bo Reyes"),), texts=("Name: Ana Reyes",)),
        "place of the map": Record(name_at_place_of_map="Bo Reyes", headings=(NAME,)),
        "place of the map goes before fields": Record(fields=(Field("Name", NAME),), name_at_place_of_map="Bo Reyes"),
        "first and last name go before full name": Record(
            fields=(Field("Name", NAME), Field("First Name", "Bo"), Field("Last Name", "Reyes"))
        ),
        "the first of two": Record(fields=(Field("Name", "Bo Lee"), Field("Name", NAME))),
    },
}  # fmt: skip
"""How a page shows a name, by what it is worth."""

MAIL_SHOWN = {
    "the person's": {
        "field": Record(fields=(Field("E-mail", "Ana.Reyes@Example.com"),)),
        "field in one word": Record(fields=(Field("Email address", MAIL),)),
        "one of two fields": Record(fields=(Field("E-mail", "ana@home.example"), Field("E-mail (work)", MAIL))),
        "text": Record(mails_in_text=("office@example.com", MAIL)),
        "place of the map": Record(mail_at_place_of_map=MAIL),
        "place of the map goes before a field": Record(fields=(Field("E-mail", "bo@example.com"),), mail_at_place_of_map=MAIL),
        "a field goes before text": Record(fields=(Field("E-mail", MAIL),), mails_in_text=("bo@example.com",)),
        "a field without an address": Record(fields=(Field("Send e-mail", "daily"),), mails_in_text=(MAIL,)),
        "a field that is not one for addresses": Record(fields=(Field("Notes", "ask bo@example.com"),), mails_in_text=(MAIL,)),
        "a field of another person": Record(fields=(Field("E-mail", "bo@example.com", own=False),), mails_in_text=(MAIL,)),
    },
    "another's": {
        "field": Record(fields=(Field("E-mail", "bo@example.com"),)),
        "text": Record(mails_in_text=("bo@example.com", "office@example.com")),
        "place of the map": Record(mail_at_place_of_map="bo@example.com"),
        "place of the map goes before a field": Record(fields=(Field("E-mail", MAIL),), mail_at_place_of_map="bo@example.com"),
        "a field goes before text": Record(fields=(Field("E-mail", "bo@example.com"),), mails_in_text=(MAIL,)),
        "one that begins alike": Record(mails_in_text=(MAIL + ".au", "x" + MAIL)),
    },
    "none": {
        "nothing": Record(),
        "a field with nothing in it": Record(fields=(Field("E-mail", ""),)),
        "a field of another person": Record(fields=(Field("E-mail", "bo@example.com", own=False),)),
    },
}
"""How a page shows e-mail addresses, by whose they are."""

#                  the record's address is:  the row's  another  not known
BELIEVED = {
    ("as the record's own", "the person's"): (True, True, True),
    ("as the record's own", "another's"): (False, False, False),
    ("as the record's own", "none"): (True, True, True),
    ("among others", "the person's"): (True, True, True),
    ("among others", "another's"): (False, False, False),
    ("among others", "none"): (True, False, False),
    ("nowhere", "the person's"): (True, False, False),
    ("nowhere", "another's"): (False, False, False),
    ("nowhere", "none"): (False, False, False),
    ("of somebody else", "the person's"): (False, False, False),
    ("of somebody else", "another's"): (False, False, False),
    ("of somebody else", "none"): (False, False, False),
}
"""Whether a record is the person's, where the config gives an e-mail address: by name, e-mail and address that it shows."""

BELIEVED_WITHOUT_MAIL = {
    "as the record's own": (True, True, True),
    "among others": (True, False, False),
    "nowhere": (False, False, False),
    "of somebody else": (False, False, False),
}
"""The same where the config gives none: then no address on the record speaks for the person, and none against them."""

PLACES = ((ADDRESS, ADDRESS), (ADDRESS, ADDRESS + "1"), (ADDRESS, None))
"""Address of the record, and that of the roster's row."""


@pytest.mark.parametrize(("name", "mail"), list(BELIEVED))
def test_whose_record_it_is_depends_on_name_mail_and_address_together(name: str, mail: str) -> None:
    """Every way to show a name, with every way to show an e-mail address, at each place: all three decide, as the table says."""
    for how_named, named in NAME_SHOWN[name].items():
        for how_mailed, mailed in MAIL_SHOWN[mail].items():
            for (here, row), believed in zip(PLACES, BELIEVED[name, mail], strict=True):
                said = reason(replace(named.plus(mailed), address=here), address=row)
                assert (said == "") is believed, (how_named, how_mailed, here, row, said)


@pytest.mark.parametrize("name", list(BELIEVED_WITHOUT_MAIL))
@pytest.mark.parametrize("mail", [None, ""])
def test_without_an_e_mail_address_in_the_config_name_and_address_decide(name: str, mail: str | None) -> None:
    """An address that the record shows proves nothing then, whosever it is."""
    for how_named, named in NAME_SHOWN[name].items():
        for mailed in (each for shown in MAIL_SHOWN.values() for each in shown.values()):
            for (here, row), believed in zip(PLACES, BELIEVED_WITHOUT_MAIL[name], strict=True):
                said = reason(replace(named.plus(mailed), address=here), mail=mail, address=row)
                assert (said == "") is believed, (how_named, mailed, here, row, said)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (Record(headings=(NAME,), mails_in_text=("bo@example.com", "c@example.com")),
         "the record shows bo@example.com, c@example.com, not ana.reyes@example.com"),
        (Record(fields=(Field("First Name", "Bo"), Field("Last Name", "Reyes"))), "the record is of Bo Reyes, not of Ana Reyes"),
        (Record(name_at_place_of_map="Lee, Bo"), "the record is of Lee, Bo, not of Ana Reyes"),
        (Record(fields=(Field("First Name", "Bo"), Field("Name", "Lee, Bo"))), "the record is of Lee, Bo, not of Ana Reyes"),
        (Record(), "the record does not show the name Ana Reyes"),
    ],
)  # fmt: skip
def test_a_record_that_is_not_believed_has_its_reason(record: Record, said: str) -> None:
    """What the record shows, and whom it was to be of."""
    assert reason(record) == said


@pytest.mark.parametrize("caption", ["First Name", "Last Name", "First Names of Spouse", "Username", "Name of Pharmacy", "Practice Name"])
def test_a_field_that_is_not_for_the_whole_name_is_not_read_as_one(caption: str) -> None:
    """The same words elsewhere are a name among others."""
    assert reason(Record(fields=(Field(caption, NAME),)), mail=None) == "the record does not show the name Ana Reyes"


# -- which of several people of one name -------------------------------------------------------------------------------


@pytest.mark.parametrize("mail", list(MAIL_SHOWN))
def test_twins_are_kept_apart_by_e_mail_address_or_record_address(mail: str) -> None:
    """Either alone is proof; a name never is."""
    for how, mailed in MAIL_SHOWN[mail].items():
        for here, row in PLACES:
            record = replace(mailed.plus(Record(headings=(NAME,), name_at_place_of_map=NAME)), address=here)
            assert proved(record, address=row) is (mail == "the person's" or here == row), (how, here, row)
            assert proved(record, mail=None, address=row) is (here == row), (how, here, row)


@pytest.mark.parametrize(
    ("here", "row", "same"),
    [
        (ADDRESS, ADDRESS, True),
        (ADDRESS + "/", ADDRESS, True),
        (ADDRESS, ADDRESS + "/", True),
        (ADDRESS, ADDRESS + "/edit", False),
        (ADDRESS + "?id=8", ADDRESS + "?id=7", False),
        (ADDRESS + "X", ADDRESS, False),
        (ADDRESS, ADDRESS + "X", False),
        ("X" + ADDRESS, ADDRESS, False),
        (ADDRESS, None, False),
        (ADDRESS, "", False),
        ("", "", False),
        ("", None, False),
    ],
)
def test_a_record_is_at_its_own_address_only(here: str, row: str | None, same: bool) -> None:
    """A slash at the end does not count, all else does; where the row has no address, none is the same."""
    record = Record(texts=(NAME,), address=here)
    assert proved(record, mail=None, address=row) is same
    assert (reason(record, mail=None, address=row) == "") is same


# -- what differs ------------------------------------------------------------------------------------------------------


def both(before: Record, after: Record) -> tuple[list[str], list[str]]:
    """What differs, and what of it is on both."""
    return differences(before.as_read(), after.as_read()), changed(before.as_read(), after.as_read())


def fields(*all_of_them: Field, volatile: tuple[str, ...] = ()) -> Record:
    return Record(fields=all_of_them, volatile=volatile)


NOTES = Field("Notes", "a")
LATER = replace(NOTES, value="b")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((NOTES,), (NOTES,), ([], [])),
        ((NOTES,), (LATER,), (["Notes"], ["Notes"])),
        ((NOTES,), (), (["Notes"], [])),
        ((), (NOTES,), (["Notes"], [])),
        ((Field("Notes", None),), (), (["Notes"], [])),
        ((), (Field("Notes", None),), (["Notes"], [])),
        ((replace(NOTES, own=False),), (replace(LATER, own=False),), (["Notes"], ["Notes"])),
        ((Field("Messaging", False, wanted=True),), (Field("Messaging", True, wanted=True),), ([], [])),
        ((Field("Messaging", False, wanted=True),), (Field("Messaging", True),), ([], [])),
        ((Field("Messaging", False),), (Field("Messaging", True, wanted=True),), ([], [])),
        ((Field("Messaging", False),), (Field("Messaging", True),), (["Messaging"], ["Messaging"])),
        ((Field("Communication", False, group=True),), (Field("Communication", True, group=True),), ([], [])),
        ((Field("Communication", False),), (Field("Communication", True, group=True),), ([], [])),
        ((NOTES, Field("A", 1), Field("C", 1)), (Field("C", 2), Field("B", 1), LATER), (["Notes", "A", "C", "B"], ["Notes", "C"])),
    ],
)
def test_only_the_wanted_box_and_its_groups_may_differ(
    before: tuple[Field, ...], after: tuple[Field, ...], expected: tuple[list[str], list[str]]
) -> None:
    """Every other field counts, also one that is on one of both records only; those are not comparable, so they are not "changed"."""
    assert both(fields(*before), fields(*after)) == expected


def test_what_the_map_calls_volatile_may_differ() -> None:
    """By whole caption or regular expression; the captions next to it may not."""
    before = fields(
        Field("Last Modified", 1), Field("Last Modified by", 1), Field("Visits", 1), Field("Gone", 1),
        volatile=("last modified", "/^visits$/", "gone"),
    )  # fmt: skip
    after = fields(Field("Last Modified", 2), Field("Last Modified by", 2), Field("Visits", 2))
    assert both(before, after) == (["Last Modified by"], ["Last Modified by"])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((NOTES,), (NOTES,), []),
        ((NOTES,), (LATER,), ["Notes"]),
        ((NOTES,), (), ["Notes"]),
        ((), (Field("Notes", None),), ["Notes"]),
        ((Field("Notes", None),), (), ["Notes"]),
        ((Field("Messaging", False, wanted=True),), (Field("Messaging", True, wanted=True),), ["Messaging"]),
        ((Field("Communication", False, group=True),), (Field("Communication", True, group=True),), ["Communication"]),
        ((NOTES, Field("A", 1), Field("C", 1)), (Field("C", 2), Field("B", 1), LATER), ["Notes", "A", "C", "B"]),
    ],
)
def test_on_a_record_that_is_not_to_change_every_field_counts(
    before: tuple[Field, ...], after: tuple[Field, ...], expected: list[str]
) -> None:
    """The wanted box and its groups too; only what the map calls volatile may differ."""
    assert all_differences(fields(*before).as_read(), fields(*after).as_read()) == expected
    moving = (Field("Last Modified", 1), Field("Visits", 1))
    moved = (Field("Visits", 2), Field("Last Login", 2))
    older = fields(*moving, *before, volatile=("Last Modified", "/visits/", "last login"))
    assert all_differences(older.as_read(), fields(*moved, *after).as_read()) == expected


def test_values_that_differ_are_never_named() -> None:
    """They may be private: a difference is its caption."""
    found, _ = both(fields(Field("Phone", "555-0100")), fields(Field("Phone", "555-0199")))
    assert found == ["Phone"]


def test_on_a_record_that_nobody_changes_every_box_counts() -> None:
    """The wanted box and its group differ too; only what the map lists as volatile does not, and a field that came or went does."""
    before = Record((Field("Messaging", False, wanted=True), Field("Mail", False, group=True), Field("Seen", "1"), Field("Old", "x")))
    after = Record((Field("Messaging", True, wanted=True), Field("Mail", True, group=True), Field("Seen", "2"), Field("New", "y")))
    told = replace(before, volatile=("Seen",)).as_read()
    assert all_differences(told, after.as_read()) == ["Messaging", "Mail", "Old", "New"]
    assert all_differences(before.as_read(), before.as_read()) == []
