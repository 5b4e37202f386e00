"""Every mistake that a config can hold, by its message."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal_bot.config.loader import load_config
from tests.helpers.config_files import HEAD, ONE, address, portal, problems, staff, write

QUOTE = "must be text, but YAML reads"
BAD: dict[str, tuple[str, list[str]]] = {
    "version missing": (ONE.replace("version: 1\n", "permissions: [Messaging]\n"), ["1: 'version' is missing."]),
    "version unknown": (ONE.replace("version: 1", "version: 2"), ["1: 'version' must be 1."]),
    "version in words": (ONE.replace("version: 1", "version: one"), ["1: 'version' must be 1."]),
    "portal missing": ("version: 1\npractices:\n- staff: [Ana]\n", ["1: 'portal' is missing."]),
    "practices missing": (HEAD, ["1: 'practices' is missing."]),
    "practices empty": (HEAD + "practices: []\n", ["3: 'practices' must have an entry."]),
    "practices null": (HEAD + "practices:\n", ["3: 'practices' must be a list: one entry a line, each after `- `."]),
    "portal a word": (
        ONE.replace("{url: 'https://p.example.com/', user_name: admin}", "here"),
        ["2: 'portal' must hold keys with values, such as `name: …`."],
    ),
    "url missing": (ONE.replace("url: 'https://p.example.com/', ", ""), ["2: 'url' is missing."]),
    "user missing": (ONE.replace(", user_name: admin", ""), ["2: 'user_name' is missing."]),
    "user a number": (ONE.replace("admin", "007"), [f'2: \'user_name\' {QUOTE} 007 as a number or date. Put it in quotes: "007".']),
    "unknown key on top": (ONE + "limit: {}\n", ["5: unknown key 'limit'. Did you mean 'limits'?"]),
    "unknown key, nothing near": (
        ONE + "run: {xyz: 1}\n",
        ["5: unknown key 'xyz'. Known here: workers, share_session, pictures."],
    ),
    "unknown key of a practice": (HEAD + "practices:\n- stafff: [Ana]\n", ["4: unknown key 'stafff'. Did you mean 'staff'?"]),
    "unknown key of a person": (
        staff("- name: Ana", "  emial: a@b.example"),
        ["6: unknown key 'emial'. Did you mean 'email'?"],
    ),
    "unknown key of limits": (
        ONE + "limits:\n  max_change: 3\n",
        ["6: unknown key 'max_change'. Did you mean 'max_changes'?"],
    ),
    "key twice": (
        ONE + "permissions: [A]\npermissions: [B]\n",
        ["6: 'permissions' stands here a second time; it is in line 5 already."],
    ),
    "key twice in a line": (
        staff("- {name: Ana, name: Bob}"),
        ["5: 'name' stands here a second time; it is in this line already."],
    ),
    "name No": (staff("- No"), [f'5: \'name\' {QUOTE} No as a truth value. Put it in quotes: "No".']),
    "name 007": (staff("- 007"), [f'5: \'name\' {QUOTE} 007 as a number or date. Put it in quotes: "007".']),
    "name null": (staff("- null"), [f'5: \'name\' {QUOTE} null as nothing. Put it in quotes: "null".']),
    "name ~ under its key": (staff("- name: ~"), [f'5: \'name\' {QUOTE} ~ as nothing. Put it in quotes: "~".']),
    "name a day": (staff("- 2024-05-01"), [f'5: \'name\' {QUOTE} 2024-05-01 as a number or date. Put it in quotes: "2024-05-01".']),
    "name left out": (staff("-"), ["5: 'name' is empty."]),
    "name blank": (staff("- '  '"), ["5: 'name': a name must not be empty."]),
    "name a list": (staff("- [Ana, Bob]"), ["5: 'name' must be one piece of text, not a list."]),
    "person without name": (staff("- email: a@b.example"), ["5: 'name' is missing."]),
    "location a number": (
        staff("- name: Ana", "  location: 12"),
        [f'6: \'location\' {QUOTE} 12 as a number or date. Put it in quotes: "12".'],
    ),
    "email empty": (staff("- name: Ana", "  email:"), ["6: 'email' is empty."]),
    "email no address": (staff("- name: Ana", "  email: ana"), ["6: 'email': this does not look like an e-mail address."]),
    "practice named null": (
        HEAD + "practices:\n- name: null\n  staff: [Ana]\n",
        [f'4: \'name\' {QUOTE} null as nothing. Put it in quotes: "null".'],
    ),
    "practice named by a number": (
        HEAD + "practices:\n- name: 24\n  staff: [Ana]\n",
        [f'4: \'name\' {QUOTE} 24 as a number or date. Put it in quotes: "24".'],
    ),
    "permission by a truth value": (
        ONE + "permissions: [Yes]\n",
        [f'5: \'permissions\' {QUOTE} Yes as a truth value. Put it in quotes: "Yes".'],
    ),
    "permission twice": (ONE + "permissions: [Messaging, messaging]\n", ["5: 'permissions' names messaging twice."]),
    "no permission": (ONE + "permissions: []\n", ["5: 'permissions' must name at least one, or be left out."]),
    "person twice": (staff("- Ana Reyes", "- ' ana  REYES'"), ["6: ana REYES is in this list twice; the first time in line 5."]),
    "person twice with e-mail": (
        staff("- {name: Ana, email: A@b.example, location: East}", "- {name: Ana, email: a@b.example, location: east}"),
        ["6: Ana is in this list twice; the first time in line 5."],
    ),
    "person twice, the names turned": (
        staff("- Wen Irwin, MD", "- Tomás Herrera", "- Herrera, Tomas"),
        ["7: Herrera, Tomas is in this list twice; the first time in line 6, as Tomás Herrera."],
    ),
    "practice twice": (
        HEAD + "practices:\n- name: North\n  staff: [Ana]\n- name: ' north'\n  staff: [Bob]\n",
        ["6: the practice north is listed twice; the first time in line 4."],
    ),
    "practice without name": (
        HEAD + "practices:\n- name: North\n  staff: [Ana]\n- staff: [Bob]\n",
        ["6: the practice needs a 'name', as there are several."],
    ),
    "practice with nobody": (
        HEAD + "practices:\n- name: North\n  staff: []\n  providers:\n",
        ["4: the practice North has nobody in it: list people under 'providers' or 'staff'."],
    ),
    "practice a word": (HEAD + "practices:\n- North\n", ["4: 'practices' must hold keys with values, such as `name: …`."]),
    "access unclear": (staff("- name: Ana", "  access: maybe"), ["6: 'access' must be on or off."]),
    "until no day": (staff("- name: Ana", "  until: soon"), ["6: 'until' must be a day, written 2026-12-01."]),
    "until impossible": (staff("- name: Ana", "  until: 2026-13-45"), ["6: 'until' must be a day, written 2026-12-01."]),
    "until a number": (staff("- name: Ana", "  until: 20261201"), ["6: 'until' must be a day, written 2026-12-01."]),
    "http": (
        address("http://p.example.com/"),
        ["3: 'url': http:// would send the password unprotected; use https:// (http is for this machine only)."],
    ),
    "http to a name that only begins like this machine": (
        address("http://127.0.0.1.example.com/"),
        ["3: 'url': http:// would send the password unprotected; use https:// (http is for this machine only)."],
    ),
    "password in the address": (
        address("https://admin:hunter2@p.example.com/"),
        ["3: 'url': the address must hold no user name or password; the user goes to portal: user_name."],
    ),
    "no address": (
        address("p.example.com"),
        ["3: 'url': this is not a web address such as https://portal.example.com/."],
    ),
    "bad port": (
        address("https://p.example.com:port/"),
        ["3: 'url': this is not a web address such as https://portal.example.com/."],
    ),
    "password given as its source": (
        portal("password_from: hunter2"),
        ["5: 'password_from': this must be env:NAME, file:PATH, keyring or command:…; never the password or secret itself."],
    ),
    "password of digits given as its source": (
        portal("password_from: 12345678"),
        ["5: 'password_from': this must be env:NAME, file:PATH, keyring or command:…; never the password or secret itself."],
    ),
    "source without its place": (
        portal("totp_from: 'env: '"),
        ["5: 'totp_from': this must be env:NAME, file:PATH, keyring or command:…; never the password or secret itself."],
    ),
    "sign-in origin with a path": (
        portal("sign_in_origins: ['https://login.example.com/tenant']"),
        ["5: 'sign_in_origins': this must be scheme and host alone, such as https://login.example.com."],
    ),
    "map no path": (portal("map: 3"), ["5: 'map': this must be the path of a file."]),
    "limit below nothing": (ONE + "limits: {max_removals: -1}\n", ["5: 'max_removals' must be 0 or more."]),
    "limit a truth value": (ONE + "limits: {max_changes: yes}\n", ["5: 'max_changes' must be a whole number."]),
    "limit in quotes": (ONE + "limits: {max_changes: '25'}\n", ["5: 'max_changes' must be a whole number."]),
    "limit a fraction": (ONE + "limits: {max_changes: 2.5}\n", ["5: 'max_changes' must be a whole number."]),
    "brake that never brakes": (ONE + "limits: {stop_after_failures: 0}\n", ["5: 'stop_after_failures' must be 1 or more."]),
    "deadline without unit": (
        ONE + "limits: {deadline: 30}\n",
        ["5: 'deadline': a time is a whole number with its unit: 90s, 30m or 2h."],
    ),
    "deadline of nothing": (
        ONE + "limits: {deadline: 0m}\n",
        ["5: 'deadline': a time is a whole number with its unit: 90s, 30m or 2h."],
    ),
    "headless in words": (ONE + "browser: {headless: sometimes}\n", ["5: 'headless' must be true or false."]),
    "no workers": (ONE + "run: {workers: 0}\n", ["5: 'workers' must be 1 or more."]),
    "tab": (HEAD + "practices:\n\t- staff: [Ana]\n", ["4: a tab stands before the text. Use spaces to indent."]),
    "empty": ("# nothing yet\n", ["1: the file is empty."]),
    "a list": ("- Ana\n", ["1: the file must hold keys with values, such as `version: 1`."]),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_is_told_with_its_line_and_nothing_else(tmp_path: Path, case: str) -> None:
    """Each mistake gives its own message, word for word, and no other message."""
    text, expected = BAD[case]
    assert problems(write(tmp_path, text)) == [f"config.yaml:{each}" for each in expected]


PASSWORD_KEYS = ["password", "pass", "pwd", "passwort", "secret", "Password", "user_password", "smtp-pwd", "totp_secret"]


@pytest.mark.parametrize("key", PASSWORD_KEYS)
@pytest.mark.parametrize("text", [portal("{key}: hunter2"), ONE + "\n{key}: hunter2\n", staff("- name: Ana", "  {key}: hunter2")])
def test_a_password_is_refused_wherever_it_stands(tmp_path: Path, key: str, text: str) -> None:
    """A key for a password says where passwords go, and never repeats the password."""
    (problem,) = problems(write(tmp_path, text.replace("{key}", key)))
    assert f"'{key}': a password has no place in the config. Set PORTAL_BOT_PASSWORD" in problem
    assert "hunter2" not in problem


WRONGLY_WRITTEN = ["!{}", "*{}", "@{}", "`{}", "%{}", "'{}", '"{}\\q"', "|{}", "{{{}", "[{}", "a: {}", "- {}", "!a!{}", "!<{}>"]


@pytest.mark.parametrize("written", WRONGLY_WRITTEN)
@pytest.mark.parametrize("key", ["password", "password_from", "map"])
def test_no_message_repeats_a_password_that_is_no_yaml(tmp_path: Path, key: str, written: str) -> None:
    """A password put into the config by mistake is not told again by the message about its odd characters."""
    found = problems(write(tmp_path, portal(f"{key}: {written.format('hunter2')}")))
    assert not [each for each in found if "hunter2" in each]


def test_a_person_with_and_without_credentials_may_be_two(tmp_path: Path) -> None:
    """Ana Reyes, MD and Ana Reyes, RN are two people; whether a bare Ana Reyes is one of them only the portal's list can tell."""
    assert len(load_config(write(tmp_path, staff("- Ana Reyes, MD", "- Ana Reyes, RN", "- Ana Reyes"))).assignments()) == 3


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """One look at the messages is enough: they all come together, in the order of the lines."""
    text = "version: 1\nportal: {url: 'http://p.example.com', user_name: No}\npermisions: [A]\npractices:\n- staff: [Ana, 7, ana]\n"
    assert [each.split(":")[1] for each in problems(write(tmp_path, text))] == ["2", "2", "3", "5", "5"]


def test_a_missing_file_is_told_with_its_path(tmp_path: Path) -> None:
    """No config, no traceback: the path that was looked for."""
    assert problems(tmp_path / "config.yaml") == [f"{tmp_path / 'config.yaml'}: there is no such file."]
    assert problems(tmp_path) == [f"{tmp_path}: this is a folder, not a file."]
