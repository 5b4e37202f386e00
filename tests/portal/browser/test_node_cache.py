"""The driver's compiled code, kept for the next start."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from portal_bot.portal.browser.discovery import NoSettings, ensure_browser
from portal_bot.portal.browser.found_browser import FoundBrowser
from portal_bot.portal.browser.node_cache import KEEPS, compiled_code_kept
from portal_bot.portal.browser.process import BrowserProcess


def the_browser() -> FoundBrowser:
    return ensure_browser(NoSettings(), headless=True, say=print)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(KEEPS, raising=False)
    monkeypatch.setattr("portal_bot.portal.browser.node_cache.user_cache_path", lambda *_, **__: tmp_path / "portal-bot")
    return tmp_path / "portal-bot" / "node"


@pytest.mark.own_thread
def test_a_start_leaves_it_to_the_next_one_and_to_nobody_else(cache: Path) -> None:
    with BrowserProcess(the_browser(), headless=True):
        assert KEEPS not in os.environ
    kept = [path for path in cache.rglob("*") if path.is_file()]
    assert kept
    assert cache.stat().st_mode & 0o777 == 0o700
    written = {path: path.stat().st_mtime_ns for path in kept}
    with BrowserProcess(the_browser(), headless=True):
        pass
    assert {path: path.stat().st_mtime_ns for path in kept} == written


def test_nothing_is_run_from_a_folder_that_others_may_write_to(cache: Path) -> None:
    cache.mkdir(parents=True)
    cache.chmod(0o777)
    with compiled_code_kept():
        assert KEEPS not in os.environ


@pytest.mark.own_thread
def test_where_nothing_can_be_kept_it_starts_all_the_same(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "portal-bot").write_text("in the way")
    with BrowserProcess(the_browser(), headless=True) as session:
        assert session.browser is not None
    assert KEEPS not in os.environ


def test_a_folder_that_was_named_already_stays(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEEPS, "/elsewhere")
    with compiled_code_kept():
        assert os.environ[KEEPS] == "/elsewhere"
    assert os.environ[KEEPS] == "/elsewhere"
    assert not cache.exists()
