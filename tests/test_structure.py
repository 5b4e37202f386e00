"""The shape of the tree: what import-linter does not check."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import portal_bot

ROOT = Path(portal_bot.__file__).parent
FLOWS = ROOT.parent / "flows"
MODULES = [path for top in (ROOT, FLOWS) for path in top.rglob("*.py") if path.name != "__init__.py"]


def test_few_packages_and_no_loose_modules() -> None:
    """At most ten packages stand below portal_bot, and no module but what ``python -m portal_bot`` needs."""
    packages = [path for path in ROOT.iterdir() if (path / "__init__.py").exists()]
    assert len(packages) <= 10
    assert [path.name for path in MODULES if path.parent == ROOT] == ["__main__.py"]


def test_few_files_in_a_package() -> None:
    """A package with more than ten files has more than one job."""
    crowded = {str(folder): number for folder, number in Counter(path.parent for path in MODULES).items() if number > 10}
    assert crowded == {}


def test_a_file_name_occurs_once() -> None:
    """A command may bear the name of what it calls; nothing else has a namesake."""
    commands = {path for path in MODULES if path.parent.parent == ROOT / "cli"}
    names = Counter(path.name for path in MODULES if path not in commands)
    assert [name for name, number in names.items() if number > 1] == []
    of_commands = Counter(path.name for path in commands)
    assert [name for name, number in of_commands.items() if number > 1] == []


def test_each_package_says_what_it_is() -> None:
    """The first line of each package is a sentence about it."""
    silent = [path for top in (ROOT, FLOWS) for path in top.rglob("__init__.py") if not path.read_text("utf-8").lstrip().startswith('"""')]
    assert silent == []


@pytest.mark.parametrize("words", [["--version"], ["--help"]])
def test_the_program_runs_as_a_module(words: list[str]) -> None:
    """``python -m portal_bot`` does what ``portal-bot`` does."""
    done = subprocess.run([sys.executable, "-m", "portal_bot", *words], capture_output=True, text=True)
    assert done.returncode == 0
    assert "portal-bot" in done.stdout
