"""The first config (portal_bot/config/template.py) and `portal-bot init`, typed on a real terminal where it asks."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest

from portal_bot.config.loader import load_config
from portal_bot.config.template import NOBODY_YET, first_config
from tests.helpers.config_files import write
from tests.helpers.keyring_in_memory import KeyringInMemory
from tests.helpers.program import Program

URL, USER = "https://portal.example.com/", "office.admin@example.com"
GIVEN = ("--url", URL, "--user-name", USER)


@pytest.mark.parametrize(
    ("user_name", "practices"),
    [
        (USER, ()),
        (USER, ("Meadowlark Pediatrics", "Harbor Street Family Medicine")),
        ("no", ("007", "St. Mary's: North #2", 'The "Old" Mill', "- dash", "{x}", "Zoë & Søn", "yes", "2026-11-23")),
    ],
)
def test_a_first_config_is_sound(tmp_path: Path, user_name: str, practices: tuple[str, ...]) -> None:
    """Whatever the names are, the config is read back with the same ones."""
    config = load_config(write(tmp_path, first_config(URL, user_name, practices)))
    assert (config.portal.url, config.portal.user_name) == (URL, user_name)
    assert [each.name for each in config.practices] == (list(practices) or [None])
    assert {each.person.name for each in config.assignments()} == {NOBODY_YET}


def test_every_answer_may_be_an_option(portal_bot: Program, tmp_path: Path) -> None:
    """Without a terminal nothing is asked; the config is sound, and it says how to give the password."""
    path = tmp_path / "config.yaml"
    code, out, _ = portal_bot("init", *GIVEN, "--practice", "Meadowlark Pediatrics", "--practice", "Harbor Street", "--output", path)
    assert (code, "PORTAL_BOT_PASSWORD_FILE" in out, "portal-bot login" in out) == (0, True, True)
    assert [each.name for each in load_config(path).practices] == ["Meadowlark Pediatrics", "Harbor Street"]
    assert portal_bot("validate", "-c", path)[0] == 0


def test_a_file_that_is_there_stays(portal_bot: Program, tmp_path: Path) -> None:
    """Exit 2, and not a byte of it is changed."""
    path = write(tmp_path, "mine")
    code, _, err = portal_bot("init", *GIVEN, "--output", path)
    assert (code, "is there already" in err, path.read_text()) == (2, True, "mine")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--user-name", USER], "Say --url: standard input is not a terminal"),
        (["--url", URL], "Say --user-name"),
        (["--url", "http://portal.example.com", "--user-name", USER], "use https://"),
        (["--url", "https://me:S3cr3t-Zebra@portal.example.com", "--user-name", USER], "must hold no user name or password"),
        ([*GIVEN, "--practice", "One", "--practice", "one"], "listed twice"),
        (["--url", URL, "--user-name", " "], "a name must not be empty"),
    ],
)
def test_what_cannot_be_sound_is_not_written(portal_bot: Program, tmp_path: Path, words: list[str], said: str) -> None:
    """Exit 2 with the reason, and no file."""
    code, out, err = portal_bot("init", *words, "--output", tmp_path / "config.yaml")
    assert (code, said in err) == (2, True)
    assert "S3cr3t" not in out + err
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def in_memory() -> Iterator[KeyringInMemory]:
    before, backend = keyring.get_keyring(), KeyringInMemory()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


def test_the_password_goes_into_the_keyring_and_nowhere_else(
    portal_bot: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: KeyringInMemory
) -> None:
    """As it was typed, under the name that runs look for; not into the file, and not onto the screen."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(getpass, "getpass", lambda _question: " S3cr3t Zebra 99 ")
    path = tmp_path / "config.yaml"
    code, out, err = portal_bot("init", *GIVEN, "--practice", "Harbor Street", "--output", path)
    assert (code, "The password is in the keyring." in out) == (0, True)
    assert in_memory.kept == {("portal-bot", f"https://portal.example.com|{USER}"): " S3cr3t Zebra 99 "}
    assert "S3cr3t" not in out + err + path.read_text()


@pytest.mark.skipif(os.name != "posix", reason="terminals of Unix")
def test_it_asks_on_a_terminal(tmp_path: Path) -> None:
    """Address (again after one that will not do), user name, practices till an empty one; a file is replaced when told to."""
    import pty

    path = write(tmp_path, "mine")
    typed = ["y", "portal.example.com", URL, "", USER, "Harbor Street", "Meadowlark", ""]
    program = "from portal_bot.cli import main; main()"
    child, terminal = pty.fork()
    if child == 0:
        os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
        os.execv(sys.executable, [sys.executable, "-c", program, "init", "--output", str(path)])
    os.write(terminal, "".join(f"{line}\n" for line in typed).encode())
    said = b""
    try:
        while part := os.read(terminal, 4096):
            said += part
    except OSError:  # how Linux tells that the other end has closed
        pass
    finally:
        os.close(terminal)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, said.decode()
    assert b"Replace it?" in said
    assert b"this is not a web address" in said
    assert b"No password was put anywhere" in said
    config = load_config(path)
    assert (config.portal.url, config.portal.user_name) == (URL, USER)
    assert [each.name for each in config.practices] == ["Harbor Street", "Meadowlark"]
