"""Lists of people from elsewhere: a CSV or XLSX export, row by row, bad rows by number and reason.

Columns are known by their captions ("Full Name", "E-Mail", "Department" …) or named by the user. Nothing is guessed about a
row: one that is not clear is told and left out, and the good ones are kept. Opens no file but the one given.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from portal_bot.config.settings import EMAIL
from portal_bot.model.entities import ListName
from portal_bot.model.errors import ConfigError
from portal_bot.model.name_matching import folded

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "full name", "employee", "employee name", "person", "display name"),
    "first": ("first", "first name", "given name", "forename"),
    "last": ("last", "last name", "surname", "family name"),
    "credentials": ("credentials", "suffix"),
    "email": ("email", "e-mail", "e-mail address", "email address", "mail", "work email"),
    "practice": ("practice", "clinic", "office", "site"),
    "list": ("list", "portal list", "group", "type"),
    "location": ("location",),
    "access": ("access", "permission", "messaging"),
    "until": ("until", "awaited until"),
}
"""What a column may mean, and the captions that say so; case, spaces, hyphens and underscores aside."""
_LISTS: Mapping[str, ListName] = {
    **dict.fromkeys(("providers", "provider", "clinical", "clinical staff"), ListName.PROVIDERS),
    **dict.fromkeys(("staff", "staff members", "staff member", "front office", "office staff"), ListName.STAFF),
}
_ON, _OFF = ("on", "yes", "true", "1", "x", "by role"), ("off", "no", "false", "0")
_SHEET_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_MOST_BYTES = 50_000_000


@dataclass(frozen=True)
class FileRow:
    """A sound row. ``number`` as a spreadsheet counts, the captions being row 1. ``None``: the file does not say."""

    number: int
    name: str
    practice: str | None = None
    list: ListName | None = None
    email: str | None = None
    location: str | None = None
    access: bool | None = None
    until: date | None = None


@dataclass(frozen=True)
class BadRow:
    """A row that is left out, and why."""

    number: int
    reason: str


@dataclass(frozen=True)
class PeopleFile:
    """What a file holds. ``ignored``: captions of columns that mean nothing here."""

    rows: tuple[FileRow, ...]
    bad: tuple[BadRow, ...]
    ignored: tuple[str, ...] = ()


def read_people(path: Path, *, columns: Mapping[str, str] | None = None, sheet: str | None = None) -> PeopleFile:
    """The people of a ``.csv`` (also ``.txt``, ``.tsv``) or ``.xlsx`` file.

    ``columns``: meaning to caption, instead of the known captions. Raises ConfigError where the file cannot be read at all.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ConfigError([f"{path} is larger than 50 MB, which no list of people is. Nothing was changed."])
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError([f"{path} cannot be read: {error.strerror or error}. Nothing was changed."]) from error
    lines = _sheet_rows(path, raw, sheet) if path.suffix.lower() in (".xlsx", ".xlsm") else _csv_rows(raw)
    numbered = ((number, cells) for number, cells in enumerate(lines, 1) if isinstance(cells, str) or any(map(_text, cells)))
    first = next(numbered, None)
    if first is None or isinstance(first[1], str):
        raise ConfigError([f"{path} is empty." if first is None else f"{path}: row {first[0]}: {first[1]}."], hint="Nothing was changed.")
    captions = [_text(cell) for cell in first[1]]
    places = _places(path, captions, columns or {})
    rows, bad = [], []
    for number, cells in numbered:
        try:
            if isinstance(cells, str):
                raise ValueError(cells)
            rows.append(_row(number, cells, captions, places))
        except ValueError as error:
            bad.append(BadRow(number, str(error)))
    ignored = tuple(caption for at, caption in enumerate(captions) if caption and at not in places.values())
    return PeopleFile(tuple(rows), tuple(bad), ignored)


# -- files -----------------------------------------------------------------------------------------------------------


def _csv_rows(raw: bytes) -> Iterator[Sequence[Any] | str]:
    """The rows; a text in place of cells says why a row cannot be read."""
    utf16 = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = raw.decode("utf-16" if utf16 else "utf-8-sig", errors="surrogateescape" if not utf16 else "replace")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield f"it cannot be read ({error}); is a quotation mark missing?"
            continue
        if any("\udc80" <= character <= "\udcff" for cell in cells for character in cell):
            yield "it is not UTF-8 text; save the file as 'CSV UTF-8'"
        elif any("\0" in cell for cell in cells):
            yield "it holds bytes that are no text"
        else:
            yield cells


def _sheet_rows(path: Path, raw: bytes, sheet: str | None) -> Iterator[Sequence[Any]]:
    try:
        import openpyxl
    except ImportError:
        raise ConfigError(
            ["Reading XLSX needs the extra `import`. Nothing was changed."],
            hint='pip install "portal-bot[import]", or save the sheet as CSV UTF-8.',
        ) from None
    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    except Exception as error:  # whatever a zip or XML reader finds wrong with a file from elsewhere
        raise ConfigError([f"{path} is no XLSX workbook that can be read ({type(error).__name__}). Nothing was changed."]) from error
    try:
        if sheet is not None and sheet not in book.sheetnames:
            raise ConfigError([f"{path} has no sheet '{sheet}'. There are: {', '.join(book.sheetnames)}. Nothing was changed."])
        page = book[sheet] if sheet is not None else book.worksheets[0]
        page.reset_dimensions()  # what the file says of its own size is often wrong
        yield from page.iter_rows(values_only=True)
    finally:
        book.close()


# -- columns and cells -----------------------------------------------------------------------------------------------


def _places(path: Path, captions: Sequence[str], named: Mapping[str, str]) -> dict[str, int]:
    """Meaning to place. Raises ConfigError where a caption is not there, stands twice, or nothing says who a row is about."""
    problems: list[str] = []
    places: dict[str, int] = {}
    for meaning in (*COLUMNS, *(each for each in named if each not in COLUMNS)):
        if meaning not in COLUMNS:
            problems.append(f"--column {meaning}=…: a column means one of {', '.join(COLUMNS)}.")
            continue
        wanted = [named[meaning]] if meaning in named else COLUMNS[meaning]
        found = [at for at, caption in enumerate(captions) if _plain(caption) in {_plain(each) for each in wanted}]
        if len(found) > 1:
            told = ", ".join(captions[at] for at in found)
            problems.append(f"{path}: several columns could be the {meaning}: {told}. Say which with --column {meaning}=CAPTION.")
        elif found:
            places[meaning] = found[0]
        elif meaning in named:
            problems.append(f"{path} has no column '{named[meaning]}'. There are: {', '.join(filter(None, captions))}.")
    if not problems and "name" not in places and not {"first", "last"} <= set(places):
        told = ", ".join(filter(None, captions))
        problems.append(f"{path}: no column says the name. There are: {told}. Say which it is with --column name=CAPTION.")
    if problems:
        raise ConfigError(problems, hint="Nothing was changed.")
    return places


def _row(number: int, cells: Sequence[Any], captions: Sequence[str], places: Mapping[str, int]) -> FileRow:
    """One row. Raises ValueError with the reason where it is not clear."""
    if any(_text(cell) for cell in cells[len(captions) :]):
        raise ValueError(f"it has {len(cells)} cells and the captions {len(captions)}; a name with a comma needs quotation marks")
    values = {meaning: cells[at] for meaning, at in places.items() if at < len(cells)}
    for meaning, value in values.items():
        if _text(value).upper() in _SHEET_ERRORS:
            raise ValueError(f"the {meaning} is {_text(value)}, an error of the spreadsheet")
    told = {meaning: _text(value) for meaning, value in values.items()}
    return FileRow(
        number,
        _name(values, told),
        told.get("practice") or None,
        _which(told.get("list", "")),
        _email(told.get("email", "")),
        told.get("location") or None,
        _access(told.get("access", "")),
        _day(values.get("until"), told.get("until", "")),
    )


def _name(values: Mapping[str, Any], told: Mapping[str, str]) -> str:
    parts = [told.get("first", ""), told.get("last", "")]
    name = told.get("name") or (" ".join(parts) if all(parts) else "")
    if not name:
        raise ValueError("it has no name" if not any(parts) else "first or last name is missing")
    if any(isinstance(values.get(key), (bool, int, float, date)) for key in ("name", "first", "last")) or not re.search(r"[^\W\d_]", name):
        raise ValueError(f"'{name}' is no name")
    if "@" in name:
        raise ValueError(f"'{name}' is an e-mail address, not a name")
    if not name.isprintable():
        raise ValueError("the name holds characters that cannot be seen")
    credentials = told.get("credentials", "")
    return f"{name}, {credentials}" if credentials else name


def _which(text: str) -> ListName | None:
    if not text:
        return None
    found = _LISTS.get(folded(text))
    if found is None:
        raise ValueError(f"the list '{text}' is neither providers nor staff")
    return found


def _email(text: str) -> str | None:
    if text and not EMAIL.fullmatch(text):
        raise ValueError(f"'{text}' is no e-mail address")
    return text or None


def _access(text: str) -> bool | None:
    word = text.casefold()
    if word and word not in (*_ON, *_OFF):
        raise ValueError(f"the access '{text}' is neither on nor off")
    return word in _ON if word else None


def _day(value: Any, text: str) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date) or not text:
        return value if isinstance(value, date) else None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"the day '{text}' is not written 2026-12-01") from None


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = " ".join(str(cell).split())
    return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@") else text  # as this program and others guard CSV cells


def _plain(caption: str) -> str:
    return re.sub(r"[\s_-]+", "", caption).casefold()


def column_options(given: Iterable[str]) -> dict[str, str]:
    """``name=Full Name`` and so on, from the command line. Raises ConfigError."""
    pairs = [each.partition("=") for each in given]
    wrong = [f"--column {''.join(each)}: write it as name=CAPTION." for each in pairs if not (each[0].strip() and each[2].strip())]
    if wrong:
        raise ConfigError(wrong, hint="Nothing was changed.")
    return {meaning.strip().casefold(): caption.strip() for meaning, _, caption in pairs}
