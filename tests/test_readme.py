"""What the README says is what there is."""

from __future__ import annotations

import re
from pathlib import Path

import typer.main

from portal_bot.cli.app import build
from portal_bot.model.exit_codes import Exit

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_table_of_commands_is_whole() -> None:
    """Every command stands in the README's table, in the order of --help, and no other does."""
    told = re.findall(r"^\| `([a-z-]+)` \|", README.partition("## Commands")[2], re.MULTILINE)
    assert sorted(told) == sorted(typer.main.get_group(build()).commands)


def test_the_exit_codes_are_those_of_the_program() -> None:
    """The README's table of exit codes is the program's."""
    rows = re.findall(r"^\| (\d+) \| (.+?) \|$", README, re.MULTILINE)
    told = {int(code): re.sub(r" \(`.*`.*\)$", "", meaning) for code, meaning in rows}
    assert told == {code.value: code.meaning for code in Exit}


def test_every_file_that_is_linked_is_there() -> None:
    """A link to a file of the project leads somewhere."""
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [link for link in links if not (Path(__file__).parents[1] / link).exists()] == []
