"""What is promised of refused passwords: none is sent twice, and none can be read out of what is kept."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal_bot.model.errors import ConfigError, SignInRefused
from portal_bot.model.exit_codes import Exit
from portal_bot.model.files import replace_private
from portal_bot.run.account.refused_passwords import RefusedPasswords
from portal_bot.run.account.state_dir import state_dir

OFFICE = "https://p.example.com|office"
OTHER = "https://p.example.com|other"


def test_a_refused_password_is_known_again(tmp_path: Path) -> None:
    """Also by the next run, which is another process: when it was refused is kept."""
    before = datetime.now(UTC)
    RefusedPasswords(tmp_path).remember(OFFICE, "hunter22")
    when = RefusedPasswords(tmp_path).check(OFFICE, "hunter22")
    assert when is not None
    assert abs(when - before) < timedelta(seconds=30)
    with pytest.raises(SignInRefused) as caught:
        RefusedPasswords(tmp_path).refuse_again(OFFICE, "hunter22")
    assert caught.value.exit is Exit.PORTAL
    assert f"refused this password on {when:%Y-%m-%d} at {when:%H:%M} UTC" in caught.value.message
    assert "Nothing was opened" in caught.value.message
    assert "login --forget-refusal" in caught.value.hint


@pytest.mark.parametrize("password", ["hunter2", "hunter22 ", "HUNTER22", "", "hünter22"])
def test_another_password_may_be_sent(tmp_path: Path, password: str) -> None:
    """A changed password is tried, also where it differs in a space alone."""
    RefusedPasswords(tmp_path).remember(OFFICE, "hunter22")
    assert RefusedPasswords(tmp_path).check(OFFICE, password) is None
    RefusedPasswords(tmp_path).refuse_again(OFFICE, password)


def test_a_refusal_is_of_one_account(tmp_path: Path) -> None:
    """Two accounts may have the same password; only one was refused."""
    refusals = RefusedPasswords(tmp_path)
    refusals.remember(OFFICE, "hunter22")
    assert refusals.check(OTHER, "hunter22") is None
    refusals.remember(OTHER, "else")
    assert refusals.check(OFFICE, "hunter22")


def test_every_refused_password_is_known_not_only_the_last(tmp_path: Path) -> None:
    """Whoever tries two passwords and goes back to the first does not lock the account."""
    refusals = RefusedPasswords(tmp_path)
    for password in ("first", "second", "pässwörd \udcff"):
        refusals.remember(OFFICE, password)
    assert all(refusals.check(OFFICE, password) for password in ("first", "second", "pässwörd \udcff"))


def test_forgetting_is_for_one_account(tmp_path: Path) -> None:
    """`login --forget-refusal` lets the account's passwords be tried again, and tells whether there was anything to forget."""
    refusals = RefusedPasswords(tmp_path)
    refusals.remember(OFFICE, "hunter22")
    refusals.remember(OTHER, "hunter22")
    assert [refusals.forget(OFFICE), refusals.forget(OFFICE)] == [True, False]
    assert (refusals.check(OFFICE, "hunter22"), refusals.check(OTHER, "hunter22") is not None) == (None, True)


def test_the_file_gives_nothing_away(tmp_path: Path) -> None:
    """Neither password nor account, to nobody but its owner, and the same password looks different in each account."""
    refusals = RefusedPasswords(tmp_path)
    refusals.remember(OFFICE, "hunter22")
    refusals.remember(OTHER, "hunter22")
    files = list(tmp_path.iterdir())
    texts = [file.read_text() for file in files]
    assert len(files) == 2
    assert not any(
        word in name + text for name, text in zip(map(str, files), texts, strict=True) for word in ("hunter22", "office", "p.example")
    )
    assert len({next(iter(json.loads(text)["refused"])) for text in texts}) == 2
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"salt": "zz", "refused": {}}', '{"salt": "00", "refused": {"a": 1}}', '{"salt": "00"}']
)
def test_a_damaged_file_does_not_stop_a_run(tmp_path: Path, text: str) -> None:
    """It counts as empty, and is whole again after the next refusal."""
    refusals = RefusedPasswords(tmp_path)
    refusals.remember(OFFICE, "hunter22")
    (file,) = tmp_path.iterdir()
    file.write_text(text)
    assert refusals.check(OFFICE, "hunter22") is None
    refusals.remember(OFFICE, "hunter22")
    assert refusals.check(OFFICE, "hunter22")


def test_a_refusal_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    """The next run would send the password again: whoever reads the message can stop it."""
    with pytest.raises(SignInRefused) as caught:
        RefusedPasswords(tmp_path / "gone").remember(OFFICE, "hunter22")
    assert "could not be kept in mind" in caught.value.message
    assert "Do not run again with this password" in caught.value.hint


def test_a_private_file_is_put_there_whole_or_not_at_all(tmp_path: Path) -> None:
    """What stood there stays where the new text cannot be written, and no scraps are left."""
    file = tmp_path / "a.json"
    replace_private(file, "old")
    with pytest.raises(UnicodeEncodeError):
        replace_private(file, "new \udcff")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("a.json", "old")]


def test_the_state_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    """It is made on first use, where PORTAL_BOT_STATE_DIR says."""
    folder = state_dir({"PORTAL_BOT_STATE_DIR": str(tmp_path / "a" / "b")})
    assert folder == tmp_path / "a" / "b"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_state_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    """A sentence with the folder and the way out, before anything is opened."""
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "b"):
        with pytest.raises(ConfigError) as caught:
            state_dir({"PORTAL_BOT_STATE_DIR": str(place)})
        assert f"The folder {place}" in caught.value.message
        assert "PORTAL_BOT_STATE_DIR" in caught.value.hint


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_state_folder_without_permission_is_told(tmp_path: Path) -> None:
    """A folder that belongs to somebody else is no reason for a traceback."""
    tmp_path.chmod(0o500)
    with pytest.raises(ConfigError, match="cannot be used: nothing can be written there"):
        state_dir({"PORTAL_BOT_STATE_DIR": str(tmp_path)})
