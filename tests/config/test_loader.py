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
import yaml
from pydantic import ValidationError

from portal_bot.config.loader import Config, account_of, duration, json_schema, load_config
from portal_bot.model.entities import ListName
from portal_bot.model.errors import ConfigError
from tests.helpers.config_files import HEAD, ONE, address, portal, problems, staff, write

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.yaml"


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


def test_every_example_and_default_of_the_schema_is_accepted(tmp_path: Path) -> None:
    """What an editor offers for a key can be put there as it is offered."""
    schema = json.loads(json.dumps(json_schema()))
    tried = 0
    for section, told in schema["properties"].items():
        name = told.get("$ref", "").rpartition("/")[2]
        for key, inner in schema["$defs"][name]["properties"].items() if name else [("", told)]:
            offered = [*inner["examples"], *([inner["default"]] if inner.get("default") is not None else [])]
            for value in offered:
                config: dict[str, Any] = yaml.safe_load(ONE)
                config[section] = {**config.get(section, {}), key: value} if key else value
                write(tmp_path, "- name: A\n  staff: [Ana]\n", "people.yaml")
                load_config(write(tmp_path, yaml.safe_dump(config)))
                tried += 1
    assert tried > 25


def test_the_schema_knows_the_short_ways_of_writing() -> None:
    """A person may be a plain name, practices a path, a deadline text: an editor must not mark them as wrong."""
    schema = json.loads(json.dumps(json_schema()))
    practices, person = schema["properties"]["practices"], schema["$defs"]["PracticeSettings"]["properties"]["staff"]
    assert {each["type"] for each in practices["anyOf"]} == {"string", "array"}
    assert {"type": "string"} in next(each for each in person["anyOf"] if each["type"] == "array")["items"]["anyOf"]
    assert schema["required"] == ["version", "portal", "practices"]
    assert "password" not in json.dumps(list(schema["$defs"]["PortalSettings"]["properties"])).replace("password_from", "")


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
        "import sys; from pathlib import Path; from portal_bot.config.loader import load_config; "
        "import portal_bot.portal.map.portal_map as m; "
        "load_config(Path('config.yaml')); m.load_map(None, m.packaged_map()); "
        "print([name for name in ('playwright', 'flask', 'rapidfuzz', 'rich') if name in sys.modules])"
    )
    there = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=there, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")
