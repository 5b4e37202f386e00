"""What is promised of passwords and one-time secrets: the order of the places, values to the letter, and nothing told."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

from portal_bot.config.loader import load_config
from portal_bot.model.errors import CredentialError
from portal_bot.model.exit_codes import Exit
from portal_bot.run.account import credentials, system_keyring
from portal_bot.run.account.credentials import Credentials, resolve_credentials
from tests.helpers.config_files import portal, write

ACCOUNT = "https://p.example.com|admin"
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890", of RFC 6238's examples


class Keyring(SimpleNamespace):
    """A keyring that holds what it is given, in the place of the library."""

    def __init__(self, kept: Mapping[str, str]) -> None:
        super().__init__(kept=kept, asked=[])

    def get_password(self, service: str, user: str) -> str | None:
        self.asked.append(user)
        return self.kept.get(f"{service}/{user}")


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Keyring:
    """A keyring with nothing in it."""
    empty = Keyring({})
    monkeypatch.setitem(sys.modules, "keyring", empty)
    return empty


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in the keyring of whoever runs the tests is nobody's business."""
    monkeypatch.setitem(sys.modules, "keyring", None)


def resolve(folder: Path, environ: Mapping[str, object] = {}, *, option: str = "map:") -> Credentials:
    config = load_config(write(folder, portal(option)))
    return resolve_credentials(config, {name: str(value) for name, value in environ.items()})


def refusal(folder: Path, environ: Mapping[str, object] = {}, *, option: str = "map:") -> str:
    with pytest.raises(CredentialError) as caught:
        resolve(folder, environ, option=option)
    assert caught.value.exit is Exit.BAD_CONFIG
    assert "Nothing was opened" in caught.value.message or "Nothing was sent" in caught.value.message
    return str(caught.value)


def private(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(0o600)
    return path


def test_the_first_place_that_has_one_wins(tmp_path: Path, keyring: Keyring) -> None:
    """Variable, file, systemd, keyring: taking the first away leaves the next."""
    keyring.kept = {f"portal-bot/{ACCOUNT}": "of the keyring"}
    private(tmp_path, "portal-bot-password", "of systemd")
    environ: dict[str, object] = {
        "PORTAL_BOT_PASSWORD": "of the variable",
        "PORTAL_BOT_PASSWORD_FILE": private(tmp_path, "file", "of the file"),
        "CREDENTIALS_DIRECTORY": tmp_path,
    }
    found = []
    while True:
        found.append(resolve(tmp_path, environ))
        if not environ:
            break
        del environ[next(iter(environ))]
    assert [each.password for each in found] == ["of the variable", "of the file", "of systemd", "of the keyring"]
    assert [each.password_source for each in found] == [
        "PORTAL_BOT_PASSWORD",
        f"PORTAL_BOT_PASSWORD_FILE ({tmp_path / 'file'})",
        f"systemd's {tmp_path}/portal-bot-password",
        "the keyring",
    ]


def test_one_time_secrets_are_found_in_the_same_order(tmp_path: Path, keyring: Keyring) -> None:
    """Each place of the password has its like for one-time codes, and password and secret may come from different places."""
    other = SECRET.lower()
    keyring.kept = {f"portal-bot/{ACCOUNT}|totp": SECRET}
    private(tmp_path, "portal-bot-totp", other)
    password = {"PORTAL_BOT_PASSWORD": "x"}
    file = private(tmp_path, "code", SECRET + "\n")
    assert resolve(tmp_path, password).totp_secret == SECRET
    assert resolve(tmp_path, {**password, "CREDENTIALS_DIRECTORY": tmp_path}).totp_secret == other
    assert resolve(tmp_path, {**password, "CREDENTIALS_DIRECTORY": tmp_path, "PORTAL_BOT_TOTP_SECRET_FILE": file}).totp_secret == SECRET
    found = resolve(tmp_path, {**password, "PORTAL_BOT_TOTP_SECRET": other, "PORTAL_BOT_TOTP_SECRET_FILE": file})
    assert (found.totp_secret, found.totp_source) == (other, "PORTAL_BOT_TOTP_SECRET")


def test_a_sign_in_without_codes_needs_no_secret(tmp_path: Path) -> None:
    """No one-time secret anywhere is no error."""
    found = resolve(tmp_path, {"PORTAL_BOT_PASSWORD": "x"})
    assert (found.totp_secret, found.totp_source, found.warnings) == (None, "", ())


VALUES = ["  spaces  ", "tab\t", "a\nb", "ünïcødé 密", "#no: comment", "'quoted'", "${NOT_A_VARIABLE}", "%41", "\\n", "0x10", "null"]


@pytest.mark.parametrize("value", VALUES)
def test_values_are_used_as_they_are(tmp_path: Path, value: str) -> None:
    """Nothing is trimmed, parsed, unquoted or normalised, whatever the place."""
    assert resolve(tmp_path, {"PORTAL_BOT_PASSWORD": value}).password == value
    assert resolve(tmp_path, {"PORTAL_BOT_PASSWORD_FILE": private(tmp_path, "file", value)}).password == value
    private(tmp_path, "portal-bot-password", value)
    assert resolve(tmp_path, {"CREDENTIALS_DIRECTORY": tmp_path}).password == value


@pytest.mark.parametrize(
    ("written", "value"),
    [("x\n", "x"), ("x\r\n", "x"), ("x\n\n", "x\n"), ("x\r", "x\r"), ("x \n", "x "), ("\nx", "\nx"), ("x\r\n\r\n", "x\r\n")],
)
def test_exactly_one_line_end_is_dropped_from_files_and_commands(tmp_path: Path, written: str, value: str) -> None:
    """The one that editors and commands add; a variable keeps even that."""
    file = private(tmp_path, "file", written)
    program = private(tmp_path, "say.py", f"import sys; sys.stdout.buffer.write({written.encode()!r})")
    assert resolve(tmp_path, {"PORTAL_BOT_PASSWORD_FILE": file}).password == value
    assert resolve(tmp_path, option=f"password_from: command:{sys.executable} {program}").password == value
    assert resolve(tmp_path, {"PORTAL_BOT_PASSWORD": written}).password == written


def test_no_place_with_a_password_names_all_of_them(tmp_path: Path, keyring: Keyring) -> None:
    """Whoever reads it knows where it was looked for and what to do."""
    said = refusal(tmp_path, {"CREDENTIALS_DIRECTORY": tmp_path})
    assert said.splitlines()[0] == (
        "There is no password for admin. Looked in: PORTAL_BOT_PASSWORD; PORTAL_BOT_PASSWORD_FILE (not set); "
        f"systemd's {tmp_path}/portal-bot-password; the keyring. Nothing was opened."
    )
    assert f'`keyring set portal-bot "{ACCOUNT}"`' in said
    assert "portal: password_from" in said


def test_a_keyring_that_is_not_installed_is_said_to_be_so(tmp_path: Path) -> None:
    """The message tells how to install it, rather than that it holds nothing."""
    said = refusal(tmp_path)
    assert "systemd's $CREDENTIALS_DIRECTORY/portal-bot-password (not set); the keyring (not installed)." in said
    assert '`pip install "portal-bot[keyring]"`' in said
    assert "the config names: the keyring (not installed)." in refusal(tmp_path, option="password_from: keyring")


def test_a_keyring_that_fails_is_a_place_without_a_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a desktop has the library and nothing behind it; only the kind of error is told."""

    def get_password(service: str, user: str) -> str:
        raise RuntimeError("hunter22")

    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=get_password))
    said = refusal(tmp_path)
    assert "the keyring (it cannot be asked: RuntimeError)" in said
    assert "hunter22" not in said


def test_a_locked_keyring_does_not_hang_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A keyring that waits for somebody to unlock it is given up, with a warning; a password from elsewhere still works."""
    unlocked = threading.Event()

    def get_password(service: str, user: str) -> None:
        unlocked.wait()

    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=get_password))
    monkeypatch.setattr(system_keyring, "KEYRING_SECONDS", 0.05)
    try:
        assert "it gave no answer: it may be waiting for somebody to unlock it" in refusal(tmp_path)
        (warning,) = resolve(tmp_path, {"PORTAL_BOT_PASSWORD": "x"}).warnings
        assert warning.startswith("The keyring gave no answer")
    finally:
        unlocked.set()


NAMED = {
    "env": "env:OFFICE",
    "file": "file:office.txt",
    "keyring": "keyring",
}


@pytest.mark.parametrize("way", NAMED)
def test_one_named_place_is_asked_and_no_other(tmp_path: Path, keyring: Keyring, way: str) -> None:
    """password_from: what it names wins over every usual place, and where it has nothing no other is asked."""
    usual = {"PORTAL_BOT_PASSWORD": "usual", "PORTAL_BOT_PASSWORD_FILE": private(tmp_path, "usual", "usual")}
    option = f"password_from: {NAMED[way]}"
    said = refusal(tmp_path, usual, option=option)
    assert "usual places are asked" in said or "is not there" in said
    keyring.kept = {f"portal-bot/{ACCOUNT}": "named"}
    private(tmp_path, "office.txt", "named\n")
    found = resolve(tmp_path, {**usual, "OFFICE": "named"}, option=option)
    assert (found.password, found.password_source) == ("named", f"portal.password_from ({NAMED[way]})")


def test_the_one_time_secret_has_a_named_place_of_its_own(tmp_path: Path, keyring: Keyring) -> None:
    """totp_from: works as password_from, and its absence is an error, as the config says that there is one."""
    keyring.kept = {f"portal-bot/{ACCOUNT}": "password"}
    environ = {"PORTAL_BOT_PASSWORD": "x", "PORTAL_BOT_TOTP_SECRET": "not asked"}
    assert "There is no one-time secret at portal.totp_from (keyring)" in refusal(tmp_path, environ, option="totp_from: keyring")
    keyring.kept = {f"portal-bot/{ACCOUNT}|totp": SECRET}
    assert resolve(tmp_path, environ, option="totp_from: keyring").totp_secret == SECRET


def test_the_keyring_is_not_asked_for_a_password_that_was_found(tmp_path: Path, keyring: Keyring) -> None:
    """No window asks to unlock a keyring whose password is not needed."""
    resolve(tmp_path, {"PORTAL_BOT_PASSWORD": "x", "PORTAL_BOT_TOTP_SECRET": SECRET})
    assert keyring.asked == []


@pytest.mark.parametrize(
    ("environ", "option", "place"),
    [
        ({"PORTAL_BOT_PASSWORD": ""}, "map:", "PORTAL_BOT_PASSWORD"),
        ({"PORTAL_BOT_PASSWORD_FILE": "{empty}"}, "map:", "PORTAL_BOT_PASSWORD_FILE ({empty})"),
        ({"PORTAL_BOT_PASSWORD": "x", "OFFICE": ""}, "password_from: env:OFFICE", "portal.password_from (env:OFFICE)"),
        ({"PORTAL_BOT_PASSWORD": "x"}, "password_from: command:true", "portal.password_from (command)"),
    ],
)
def test_an_empty_password_is_an_error_and_not_passed_over(tmp_path: Path, environ: dict[str, str], option: str, place: str) -> None:
    """A place that is there but empty is a mistake: the next place is not tried in silence."""
    empty = private(tmp_path, "empty", "\n")
    given = {name: value.format(empty=empty) for name, value in environ.items()}
    assert refusal(tmp_path, given, option=option).startswith(f"The password at {place.format(empty=empty)} is empty. Nothing was opened.")


def test_a_file_that_cannot_be_used_is_told_by_its_path(tmp_path: Path) -> None:
    """Not there, a folder, no text: each is its own sentence, and none is passed over."""
    assert f"The file {tmp_path / 'x'} is not there." in refusal(tmp_path, {"PORTAL_BOT_PASSWORD_FILE": tmp_path / "x"})
    assert f"The file {tmp_path} cannot be read: Is a directory." in refusal(tmp_path, {"PORTAL_BOT_PASSWORD_FILE": tmp_path})
    file = private(tmp_path, "utf16", "hunter22".encode("utf-16"))
    assert f"The file {file} cannot be read: it is not UTF-8 text." in refusal(tmp_path, {"PORTAL_BOT_PASSWORD_FILE": file})


@pytest.mark.parametrize(("mode", "open_to_all"), [(0o600, False), (0o400, False), (0o640, False), (0o644, True)])
def test_a_file_that_everybody_can_read_is_a_warning(tmp_path: Path, mode: int, open_to_all: bool) -> None:
    """The run goes on, as containers hand out such files; whoever can mend it hears of it."""
    file = private(tmp_path, "file", "x")
    file.chmod(mode)
    found = resolve(tmp_path, {"PORTAL_BOT_PASSWORD_FILE": file})
    assert found.password == "x"
    assert [f"{file} can be read by everybody" in warning for warning in found.warnings] == [True] * open_to_all


def test_a_command_is_split_into_words_and_no_shell_reads_it(tmp_path: Path) -> None:
    """Quotes keep words together; `;`, `$` and `|` are plain characters."""
    program = private(tmp_path, "say.py", "import sys; sys.stdout.write('|'.join(sys.argv[1:]))")
    option = f"""password_from: "command:{sys.executable} {program} 'two words' $HOME ; x" """
    assert resolve(tmp_path, option=option).password == "two words|$HOME|;|x"


def test_a_command_cannot_wait_for_somebody_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that asks on the terminal finds nobody there at once, though portal-bot's own input is open."""
    program = private(tmp_path, "ask.py", "import sys; print('nobody' if not sys.stdin.read() else 'typed')")
    monkeypatch.setattr(credentials, "COMMAND_SECONDS", 5.0)
    ours, keyboard = os.pipe()
    before = os.dup(0)
    os.dup2(ours, 0)
    try:
        assert resolve(tmp_path, option=f"password_from: command:{sys.executable} {program}").password == "nobody"
    finally:
        os.dup2(before, 0)
        for each in (ours, keyboard, before):
            os.close(each)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("{python} -c \"import sys; print('hunter22'); sys.exit('hunter22')\"", "ended with 1. What it said is not shown"),
        ("hunter22 --now", "could not be started: No such file or directory"),
        ("say 'hunter22", "cannot be read: a quote in it is not closed"),
        ("{python} -c \"import sys; sys.stdout.buffer.write(b'hunter22' + bytes([255]))\"", "gave something that is not UTF-8 text"),
        ('{python} -c "import threading; threading.Event().wait()" hunter22', "did not end within 0 seconds; it was stopped"),
    ],
)
def test_a_command_that_fails_is_told_without_what_it_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, said: str
) -> None:
    """Neither output nor command line is repeated: both may hold the secret."""
    monkeypatch.setattr(credentials, "COMMAND_SECONDS", 0.3 if "threading" in command else 30.0)
    line = "command:" + command.format(python=sys.executable)
    told = refusal(tmp_path, option="password_from: '" + line.replace("'", "''") + "'")
    assert f"The command that gives the password {said}" in told
    assert "hunter22" not in told


def test_credentials_do_not_show_themselves(tmp_path: Path) -> None:
    """A log line or an exception with the credentials in it gives nothing away."""
    found = resolve(tmp_path, {"PORTAL_BOT_PASSWORD": "hunter22", "PORTAL_BOT_TOTP_SECRET": SECRET})
    assert found.totp_secret == SECRET
    assert "hunter22" not in repr(found)
    assert SECRET not in repr(found)


@pytest.mark.parametrize(
    "secret", ["hunter22!", " ", "--", "otpauth://hotp/x?secret=" + SECRET, "otpauth://totp/x", "0189", "ÄÖ", "A", "=="]
)
def test_a_secret_that_is_none_is_told_before_anything_is_opened(tmp_path: Path, secret: str) -> None:
    """A password in the wrong place, a counter's secret, a typing error: told at the start, and not repeated."""
    told = refusal(tmp_path, {"PORTAL_BOT_PASSWORD": "x", "PORTAL_BOT_TOTP_SECRET": secret})
    assert "letters A to Z and digits 2 to 7" in told
    assert "hunter22" not in told
