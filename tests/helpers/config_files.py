"""Configs that tests write, and what is said of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal_bot.config.loader import load_config
from portal_bot.model.errors import ConfigError
from portal_bot.model.exit_codes import Exit

HEAD = "version: 1\nportal: {url: 'https://p.example.com/', user_name: admin}\n"
ONE = HEAD + "practices:\n- staff: [Ana Reyes]\n"


def write(folder: Path, text: str, name: str = "config.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert caught.value.exit is Exit.BAD_CONFIG
    return caught.value.problems


def portal(line: str, url: str = "https://p.example.com/") -> str:
    return f"version: 1\nportal:\n  url: '{url}'\n  user_name: admin\n  {line}\npractices:\n- staff: [Ana Reyes]\n"


def address(url: str) -> str:
    return portal("map:", url)


def staff(*lines: str) -> str:
    return HEAD + "practices:\n- staff:\n" + "".join(f"  {line}\n" for line in lines)
