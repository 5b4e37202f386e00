"""Lists from elsewhere, into the config (portal_bot/config/people/spreadsheet.py, merge.py, `portal-bot import`)."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from portal_bot.config.loader import load_config
from portal_bot.model.entities import ListName
from tests.helpers.config_files import HEAD, write
from tests.helpers.program import Program

CONFIG = (
    HEAD
    + """# by hand
practices:
- name: North
  staff:
  - Ana Reyes            # since 2020
  - {name: Marcus Bell, email: marcus@example.com}
- name: South
  providers: ['Wen Irwin, MD']
"""
)
CAPTIONS = ["Employee", "E-Mail", "Clinic", "Group", "Access", "Until", "Badge"]
ODD: dict[int, tuple[list[Any], str]] = {
    10: (["", "x@example.com", "North", "staff"], "it has no name"),
    20: (["Jane Doe", "not an address", "North", "staff"], "'not an address' is no e-mail address"),
    30: (["Jane Doe", "", "Nort", "staff"], "Jane Doe: the config has no practice Nort. Near: North"),
    40: (["Jane Doe", "", "", "staff"], "Jane Doe: no practice is told"),
    50: (["Jane Doe", "", "North", "kitchen"], "the list 'kitchen' is neither providers nor staff"),
    60: (["Jane Doe", "", "North", ""], "Jane Doe: no list is told"),
    70: (["Jane Doe", "", "North", "staff", "perhaps"], "the access 'perhaps' is neither on nor off"),
    80: (["Jane Doe", "", "North", "staff", "", "soon"], "the day 'soon' is not written 2026-12-01"),
    90: (["Person 2", "", "north ", "Staff"], "Person 2 is in row 2 already"),
    100: (["jane@example.com", "", "North", "staff"], "'jane@example.com' is an e-mail address, not a name"),
    110: (["4711", "", "North", "staff"], "'4711' is no name"),
    120: (["Jane Doe", "", "North", "staff", "", "", "7", "8"], "it has 8 cells and the captions 7"),
    130: (["#N/A", "", "North", "staff"], "the name is #N/A"),
    140: (["Bell, Marcus", "other@example.com", "North", "staff"], "is in the config with another e-mail address (marcus@example.com)"),
    150: (["Wen Irwin", "", "South", "staff"], "Wen Irwin: is in the config under Providers, not under Staff Members"),
}  # fmt: skip
GOOD: dict[int, list[Any]] = {
    200: ["REYES,  Ána", "ana@example.com", "North", "staff"],
    210: ["Marcus Bell", "Marcus@example.com", "North", "staff"],
    220: ["Wen Irwin, MD", "", "South", "clinical", "off"],
    230: ["No", "", "South", "staff", "on", "2099-01-05"],
}


def thousand_rows() -> list[list[Any]]:
    """Rows 1 to 1001 as a spreadsheet counts; what is not odd is somebody new. Row 300 is blank."""
    rows: list[list[Any]] = [CAPTIONS]
    for number in range(2, 1002):
        odd = ODD.get(
            number, (GOOD.get(number, [f"Person {number}", f"p{number}@example.com" if number % 2 else "", "North", "staff"]), "")
        )[0]
        rows.append([] if number == 300 else odd)
    return rows


def as_csv(path: Path, rows: list[list[Any]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    return path


def as_xlsx(path: Path, rows: list[list[Any]]) -> Path:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append([None if cell == "" else int(cell) if cell == "4711" else cell for cell in row])
    book.save(path)
    return path


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_of_a_thousand_rows_each_bad_one_is_named_and_the_good_ones_are_kept(portal_bot: Program, tmp_path: Path, kind: str) -> None:
    """Every kind of bad row by its number and reason; everybody else is added or changed, and comments stay."""
    config = write(tmp_path, CONFIG)
    file = (as_csv if kind == "csv" else as_xlsx)(tmp_path / f"people.{kind}", thousand_rows())

    seen, told, _ = portal_bot("import", file, "-c", config, "--column", "name=Employee", "--dry-run")
    assert (seen, config.read_text(encoding="utf-8")) == (4, CONFIG)

    code, out, _ = portal_bot("import", file, "-c", config, "--column", "name=Employee", "--yes")
    assert code == 4
    left_out = {
        int(line.split(":")[0][4:]): line
        for line in out.splitlines()
        if line.startswith("row ") and (": bad " in line or ": unknown " in line)
    }
    assert sorted(left_out) == sorted(ODD)
    for number, (_, reason) in ODD.items():
        assert reason in left_out[number]
        assert left_out[number] in told
    new = 1000 - len(ODD) - 3 - 1  # three are there already, one row is blank
    assert f"{new} added, 2 changed, 1 as they are, 5 unknown, 10 bad rows left out." in out
    assert "Columns that mean nothing here: Badge." in out

    text = config.read_text(encoding="utf-8")
    assert "# by hand" in text
    assert "  - name: Ana Reyes            # since 2020\n    email: ana@example.com\n" in text
    wanted = {(each.practice, each.person.name): each for each in load_config(config).assignments()}
    assert len(wanted) == new + 3
    assert wanted["North", "Person 1001"].person.email == "p1001@example.com"
    assert (wanted["South", "No"].until, wanted["South", "No"].list) == (date(2099, 1, 5), ListName.STAFF)
    assert not wanted["South", "Wen Irwin, MD"].wanted
    assert ("North", "Jane Doe") not in wanted

    again = config.read_bytes()
    assert "The config stays as it is." in portal_bot("import", file, "-c", config, "--column", "name=Employee", "--yes")[1]
    assert config.read_bytes() == again


def test_a_day_of_a_spreadsheet_and_names_in_two_columns(portal_bot: Program, tmp_path: Path) -> None:
    config = write(tmp_path, CONFIG)
    book = [["First Name", "Last Name", "Suffix", "Until"], ["Zoë", "Ågren", "NP", datetime(2099, 1, 5)], ["Solo", "", "", None]]
    code, out, _ = portal_bot(
        "import", as_xlsx(tmp_path / "p.xlsx", book), "-c", config, "--yes", "--practice", "south", "--list", "providers"
    )
    assert (code, "row 3: bad      first or last name is missing" in out) == (4, True)
    new = load_config(config).assignments()[-1]
    assert (new.practice, new.person.name, new.until) == ("South", "Zoë Ågren, NP", date(2099, 1, 5))


def test_a_row_that_is_not_utf_8_is_told_and_not_guessed(portal_bot: Program, tmp_path: Path) -> None:
    config = write(tmp_path, CONFIG)
    (tmp_path / "p.csv").write_bytes("Name,Practice,List\nZoë Ågren,North,staff\nJane Doe,North,staff\n".encode("cp1252"))
    code, out, _ = portal_bot("import", tmp_path / "p.csv", "-c", config, "--yes")
    assert (code, "row 2: bad      it is not UTF-8 text" in out, "row 3: added    Jane Doe" in out) == (4, True, True)


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("Who,Practice\nJane Doe,North\n", (), "no column says the name. There are: Who, Practice."),
        ("Name,Person\nJane,Jane\n", (), "several columns could be the name"),
        ("Name\nJane Doe\n", ("--column", "email=Mail"), "has no column 'Mail'"),
        ("Name\nJane Doe\n", ("--column", "shoe=Name"), "a column means one of name, first"),
        ("", (), "is empty"),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing(
    portal_bot: Program, tmp_path: Path, text: str, words: tuple[str, ...], said: str
) -> None:
    config = write(tmp_path, CONFIG)
    file = write(tmp_path, text, "p.csv")
    code, _, err = portal_bot("import", file, "-c", config, "--yes", *words)
    assert (code, said in err, "Nothing was changed" in err) == (2, True, True)
    (tmp_path / "p.xlsx").write_bytes(b"no workbook")
    assert portal_bot("import", tmp_path / "p.xlsx", "-c", config, "--yes")[0] == 2
    assert config.read_text(encoding="utf-8") == CONFIG
