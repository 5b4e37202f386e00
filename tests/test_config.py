"""What the config promises: typed settings out of a sound file, and every mistake told with its line."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from portal_bot.config import Config, account_of, duration, json_schema, load_config
from portal_bot.errors import ConfigError
from portal_bot.model import Exit, ListName

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "config.example.yaml"

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
        ["5: unknown key 'xyz'. Known here: workers, share_session."],
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


PASSWORD_KEYS = ["password", "pass", "pwd", "passwort", "secret", "Password"]


@pytest.mark.parametrize("key", PASSWORD_KEYS)
@pytest.mark.parametrize("text", [portal("{key}: hunter2"), ONE + "\n{key}: hunter2\n", staff("- name: Ana", "  {key}: hunter2")])
def test_a_password_is_refused_wherever_it_stands(tmp_path: Path, key: str, text: str) -> None:
    """A key for a password says where passwords go, and never repeats the password."""
    (problem,) = problems(write(tmp_path, text.replace("{key}", key)))
    assert f"'{key}': a password has no place in the config. Set PORTAL_BOT_PASSWORD" in problem
    assert "hunter2" not in problem


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """One look at the messages is enough: they all come together, in the order of the lines."""
    text = "version: 1\nportal: {url: 'http://p.example.com', user_name: No}\npermisions: [A]\npractices:\n- staff: [Ana, 7, ana]\n"
    assert [each.split(":")[1] for each in problems(write(tmp_path, text))] == ["2", "2", "3", "5", "5"]


def test_a_missing_file_is_told_with_its_path(tmp_path: Path) -> None:
    """No config, no traceback: the path that was looked for."""
    assert problems(tmp_path / "config.yaml") == [f"{tmp_path / 'config.yaml'}: there is no such file."]
    assert problems(tmp_path) == [f"{tmp_path}: this is a folder, not a file."]


def test_the_example_is_sound_and_has_the_promised_people() -> None:
    """The documented example is a config that works, and its people are asked for in its own order."""
    config = load_config(EXAMPLE)
    wanted = config.assignments()
    assert [each.index for each in wanted] == list(range(11))
    assert [each.person.name for each in wanted if each.practice == "Meadowlark Pediatrics" and each.list is ListName.STAFF] == [
        "Marcus Bell", "Ana Reyes", "Dolores Quinn",
    ]  # fmt: skip
    assert {(each.permission, each.wanted, each.until) for each in wanted} == {("Messaging", True, None)}
    assert account_of(config) == "https://portal.example.com|office.admin@example.com"
    ana = next(each.person for each in wanted if each.person.email)
    line = EXAMPLE.read_text(encoding="utf-8").splitlines().index("      - name: Ana Reyes") + 1
    assert (ana.location, ana.source) == ("East", f"config.example.yaml:{line}")


def test_the_commented_lines_of_the_example_are_sound_too(tmp_path: Path) -> None:
    """Whoever takes the # away from an example line gets what the line promises."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    wakened = [line.replace("# ", "", 1) if line.lstrip().startswith(MORE) else line for line in lines]
    config = load_config(write(tmp_path, "\n".join(wakened)))
    by_name = {each.person.name: each for each in config.assignments()}
    assert by_name["Lena Ostrow"].wanted is False
    assert by_name["Jamie Fox"].until == date(2026, 12, 1)
    assert config.portal.map == tmp_path / "my-portal.yaml"
    assert (config.limits.deadline, config.browser.channel) == (timedelta(minutes=30), "msedge")


MORE = (
    "# - name:", "#   access:", "#   until:", "# deadline:", "# browser:", "# run:", "# map:", "# password_from:",
)  # fmt: skip


def test_what_is_left_out_has_the_documented_value(tmp_path: Path) -> None:
    """A config of the least lines gives the defaults of the documentation."""
    config = load_config(write(tmp_path, ONE))
    assert (config.limits.max_changes, config.limits.max_removals, config.limits.stop_after_failures) == (25, 0, 3)
    assert config.deadline_for(60) == timedelta(minutes=32)
    assert (config.run.workers, config.run.share_session) == (1, False)
    assert (config.browser.channel, config.browser.executable_path, config.browser.headless) == (None, None, True)
    assert (config.portal.map, config.portal.password_from, config.portal.sign_in_origins) == (None, None, ())
    assert (config.path, config.folder) == (tmp_path / "config.yaml", tmp_path)
    (only,) = config.assignments()
    assert (only.practice, only.permission) == (None, "Messaging")


def test_a_config_cannot_be_changed_afterwards(tmp_path: Path) -> None:
    """What was checked is what a run works with."""
    config = load_config(write(tmp_path, ONE))
    with pytest.raises(ValidationError):
        config.version = 2  # type: ignore[misc, assignment]


@pytest.mark.parametrize(
    ("written", "wanted"), [("on", True), ("off", False), ("'on'", True), ("'Off'", False), ("true", True), ("no", False)]
)
def test_access_is_on_or_off_as_truth_value_or_text(tmp_path: Path, written: str, wanted: bool) -> None:
    """YAML's own reading of on and off, and the same in quotes."""
    config = load_config(write(tmp_path, staff("- name: Ana", f"  access: {written}")))
    assert [each.wanted for each in config.assignments()] == [wanted]


def test_the_nearest_permissions_count(tmp_path: Path) -> None:
    """A person's permissions go before the practice's, those before the config's; each is an assignment of its own."""
    people = "- staff: [Ana, {name: Bob, permissions: [Billing, Labs]}]\n  permissions: Refills\n  name: A\n- {name: B, staff: [Cy]}\n"
    config = load_config(write(tmp_path, HEAD + f"permissions: [Messaging]\npractices:\n{people}"))
    assert [(each.person.name, each.permission) for each in config.assignments()] == [
        ("Ana", "Refills"), ("Bob", "Billing"), ("Bob", "Labs"), ("Cy", "Messaging"),
    ]  # fmt: skip


def test_providers_come_before_staff_whatever_the_order_of_the_keys(tmp_path: Path) -> None:
    """The order of assignments is practice, list, person, permission."""
    config = load_config(write(tmp_path, HEAD + "practices:\n- staff: [Zoe, Ana]\n  providers: [Max]\n"))
    assert [each.person.name for each in config.assignments()] == ["Max", "Zoe", "Ana"]


def test_two_of_one_name_with_another_email_are_two_people(tmp_path: Path) -> None:
    """A person is name, e-mail and location; only all three alike are one person twice."""
    text = staff("- {name: Ana, email: a@b.example}", "- {name: Ana, email: c@b.example}", "- {name: Ana, location: East}")
    assert len(load_config(write(tmp_path, text)).assignments()) == 3


def test_filters_take_whole_names_in_any_case() -> None:
    """--person and --practice match whole names, case and white space aside; places in the config stay as they are."""
    config = load_config(EXAMPLE)
    found = config.assignments(people=["priya  NATARAJAN, np"])
    assert [(each.index, each.practice) for each in found] == [(1, "Meadowlark Pediatrics"), (7, "Harbor Street Family Medicine")]
    assert [each.index for each in config.assignments(["Priya Natarajan, NP"], ["harbor street family medicine"])] == [7]


@pytest.mark.parametrize(
    ("people", "practices", "said"),
    [
        (["Anna Reyes"], [], "--person Anna Reyes: the config names nobody so. Near: Ana Reyes."),
        ([], ["Meadowlark Pediatric"], "--practice Meadowlark Pediatric: the config names no practice so. Near: Meadowlark Pediatrics."),
        (["Marcus Bell"], ["Harbor Street Family Medicine"], "--person Marcus Bell: the config names nobody so."),
    ],
)  # fmt: skip
def test_a_filter_that_matches_nobody_is_an_error(people: list[str], practices: list[str], said: str) -> None:
    """A slip in --person does not end as a run over nobody; it names who is near."""
    with pytest.raises(ConfigError) as caught:
        load_config(EXAMPLE).assignments(people, practices)
    assert caught.value.problems[0].startswith(said)


@pytest.mark.parametrize("head", ["", "practices:\n"])
def test_people_may_stand_in_a_file_of_their_own(tmp_path: Path, head: str) -> None:
    """practices: people.yaml is read from beside the config; messages and the checksum are about that file too."""
    (tmp_path / "lists").mkdir()
    path = write(tmp_path, HEAD + "practices: lists/people.yaml\n")
    people = write(tmp_path / "lists", head + "- name: North\n  staff:\n  - Ana\n", "people.yaml")
    config = load_config(path)
    lines = people.read_text().count("\n")
    assert config.assignments()[0].person.source == f"people.yaml:{lines}"
    assert config.sha256 == hashlib.sha256(path.read_bytes() + people.read_bytes()).hexdigest()
    write(tmp_path / "lists", head + "- name: North\n  staff:\n  - No\n  - pass: x\n  name: 3\n", "people.yaml")
    write(tmp_path, HEAD.replace("https", "http") + "practices: lists/people.yaml\n")
    found = problems(path)
    assert [each.split(":")[0] for each in found] == ["config.yaml"] + ["people.yaml"] * (len(found) - 1)
    assert len(found) >= 4


@pytest.mark.parametrize(
    ("people", "said"),
    [
        (None, "config.yaml:3: {folder}/people.yaml: there is no such file."),
        ("- a: [\n", "people.yaml:2: this is not YAML: did not find expected node content."),
        ("", "people.yaml:1: the file is empty."),
        ("{}\n", "people.yaml:1: 'practices' must be a list: one entry a line, each after `- `."),
    ],
)
def test_a_bad_people_file_is_told_by_its_own_name(tmp_path: Path, people: str | None, said: str) -> None:
    """Whoever reads the message opens the right file."""
    if people is not None:
        write(tmp_path, people, "people.yaml")
    assert problems(write(tmp_path, HEAD + "practices: people.yaml\n")) == [said.format(folder=tmp_path)]


def test_two_files_of_one_name_are_told_by_their_paths(tmp_path: Path) -> None:
    """config.yaml:4 would be of no use where there are two."""
    (tmp_path / "b").mkdir()
    write(tmp_path / "b", "- staff: [7]\n", "config.yaml")
    (found,) = problems(write(tmp_path, HEAD + "practices: b/config.yaml\n"))
    assert found.startswith(f"{tmp_path / 'b' / 'config.yaml'}:1: ")


@pytest.mark.parametrize("text", ["90s", "30m", "2h", " 2 H "])
def test_durations_have_a_unit(text: str) -> None:
    """90s, 30m and 2h are what they say."""
    assert duration(text) == {"s": timedelta(seconds=90), "m": timedelta(minutes=30), "h": timedelta(hours=2)}[text.strip()[-1].lower()]


@pytest.mark.parametrize("text", ["30", "", "m", "-3m", "1.5h", "0s", "3 days"])
def test_other_durations_are_refused(text: str) -> None:
    """A time that could mean two things is an error of the command line."""
    with pytest.raises(ConfigError, match="a whole number with its unit"):
        duration(text)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Portal.Example.com/login?x=1#/a", "https://portal.example.com"),
        ("https://p.example.com:443/", "https://p.example.com"),
        ("https://p.example.com:8443", "https://p.example.com:8443"),
        ("http://localhost:5000/", "http://localhost:5000"),
        ("http://127.0.0.1:80/", "http://127.0.0.1"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example"),
    ],
)
def test_the_origin_is_what_a_browser_tells(tmp_path: Path, url: str, origin: str) -> None:
    """Where the password may go is compared with the page's own origin, so both must be written alike."""
    config = load_config(write(tmp_path, address(url)))
    assert (config.portal.url, config.portal.origin) == (url, origin)


def test_sources_and_origins_are_taken_as_given(tmp_path: Path) -> None:
    """The sources of secrets are kept to the letter, sign-in origins in the browser's writing."""
    text = portal("sign_in_origins: ['https://Login.example.com:443/']\n  password_from: command:op read op://a/b\n  totp_from: env:CODE")
    found = load_config(write(tmp_path, text)).portal
    assert found.sign_in_origins == ("https://login.example.com",)
    assert (found.password_from, found.totp_from) == ("command:op read op://a/b", "env:CODE")


def _objects(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [schema, *schema["$defs"].values()]


def test_the_schema_tells_every_key_with_an_example() -> None:
    """Editors show, for every key of the config, what it means and what it looks like; unknown keys are refused."""
    schema = json.loads(json.dumps(json_schema()))
    assert set(schema["properties"]) == set(Config.model_fields)
    for each in _objects(schema):
        assert each["additionalProperties"] is False
        for key, told in each["properties"].items():
            assert told.get("description"), key
            assert told.get("examples"), key


def test_the_schema_knows_the_short_ways_of_writing() -> None:
    """A person may be a plain name, practices a path, a deadline text: an editor must not mark them as wrong."""
    schema = json.loads(json.dumps(json_schema()))
    practices, person = schema["properties"]["practices"], schema["$defs"]["Practice"]["properties"]["staff"]
    assert {each["type"] for each in practices["anyOf"]} == {"string", "array"}
    assert {"type": "string"} in next(each for each in person["anyOf"] if each["type"] == "array")["items"]["anyOf"]
    assert schema["required"] == ["version", "portal", "practices"]
    assert "password" not in json.dumps(list(schema["$defs"]["Portal"]["properties"])).replace("password_from", "")


def _validate(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    code = "from portal_bot.cli import main; main()"
    there = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-c", code, *arguments], cwd=cwd, env=there, capture_output=True, text=True)


def test_validate_counts_what_it_found(tmp_path: Path) -> None:
    """A sound config is said to be sound on standard output, with exit code 0."""
    write(tmp_path, EXAMPLE.read_text(encoding="utf-8"))
    done = _validate("validate", cwd=tmp_path)
    assert (done.stdout, done.returncode) == ("config.yaml is sound: 2 practices, 11 people, 11 assignments.\n", 0)


def test_validate_tells_mistakes_of_the_map_too(tmp_path: Path) -> None:
    """Mistakes go to standard error with exit code 2, also those of the portal map that the config names."""
    write(tmp_path, portal("map: my-portal.yaml"))
    write(tmp_path, "version: 1\nsave:\n  buton: {text: Store}\n", "my-portal.yaml")
    done = _validate("validate", cwd=tmp_path)
    assert (done.stdout, done.returncode) == ("", 2)
    assert done.stderr.startswith("my-portal.yaml:3: unknown key 'buton'. Did you mean 'button'?\n")


def test_validate_loads_nothing_that_opens_anything(tmp_path: Path) -> None:
    """Checking a config does not even import the browser library."""
    write(tmp_path, ONE)
    code = (
        "import sys; from pathlib import Path; from portal_bot.config import load_config; import portal_bot.portal_map as m;"
        "load_config(Path('config.yaml')); m.load_map(None, m.packaged_map()); "
        "print([name for name in ('playwright', 'flask', 'rapidfuzz', 'rich') if name in sys.modules])"
    )
    there = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=there, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")
