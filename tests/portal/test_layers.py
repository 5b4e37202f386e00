"""Looks and sight know no browser: only the one module that takes a look does."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

PORTAL = Path(__file__).parents[2] / "portal_bot" / "portal"
SMALL = 10
"""Files that a package has at most."""


def test_only_the_taker_of_looks_imports_playwright() -> None:
    for folder in ("look", "sight", "travel"):
        for file in (PORTAL / folder).rglob("*.py"):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
            named += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
            assert any(name.startswith("playwright") for name in named) == (file.name == "take.py"), file


def test_sight_starts_without_a_browser() -> None:
    modules = [
        ".".join(file.relative_to(PORTAL.parents[1]).with_suffix("").parts)
        for folder in ("look", "sight", "travel") for file in (PORTAL / folder).rglob("*.py") if file.name not in ("take.py", "__init__.py")
    ]  # fmt: skip
    code = f"import {', '.join(modules)}, sys; sys.exit('playwright' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PORTAL.parents[1], check=False).returncode == 0


def test_packages_are_small() -> None:
    for folder in {file.parent for part in ("look", "sight", "travel") for file in (PORTAL / part).rglob("*.py")}:
        assert len(list(folder.glob("*.py"))) <= SMALL, folder
