"""The program as its users meet it: words typed, an exit code, what it printed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from portal_bot.cli import main


class Program:
    """Runs the program in this process, as if its words were typed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *words: str | Path) -> tuple[int, str, str]:
        self._monkeypatch.setattr(sys, "argv", ["portal-bot", *map(str, words)])
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self._capsys.readouterr()
        return int(ended.value.code or 0), out, err
