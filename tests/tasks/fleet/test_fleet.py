"""What is promised of a folder of configs: every portal for itself, one report, and an exit code over all."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from portal_bot.model.entities import Mode
from portal_bot.model.errors import ConfigError, PortalBotError, SignInRefused
from portal_bot.model.exit_codes import Exit
from portal_bot.run.run_options import RunOptions
from portal_bot.sandbox import Sandbox
from portal_bot.tasks.fleet import fleet_results
from portal_bot.tasks.fleet.fleet import config_files, each_its_own_password, load_fleet, selected
from portal_bot.tasks.fleet.fleet_results import PortalReport, worst_of
from tests.helpers.program import Program

MEADOWLARK = "Meadowlark Pediatrics"
CLOSED = "http://127.0.0.1:9/"


def config(folder: Path, name: str, url: str = "https://p.example.com/", *, user: str = "office", **settings: Any) -> Path:
    portal = {"url": url, "user_name": user, "password_from": f"file:{name}.password", **settings.pop("portal", {})}
    practices = settings.pop("practices", [{"name": MEADOWLARK, "staff": [f"Somebody of {name}"]}])
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump({"version": 1, "portal": portal, "practices": practices, **settings}), encoding="utf-8")
    return path


def password(folder: Path, name: str, value: str) -> None:
    path = folder / f"{name}.password"
    path.write_text(value, encoding="utf-8")
    path.chmod(0o600)


@pytest.fixture
def three_portals(start_sandbox: Callable[..., Sandbox], tmp_path: Path) -> dict[str, Sandbox]:
    """Two that answer and, between them by name, one that is down."""
    portals = {name: start_sandbox(password=f"Secret-of-{name}-1") for name in ("north", "south")}
    people = {"north": {"providers": ["Wen Irwin, MD"]}, "south": {"providers": ["Priya Natarajan, NP"]}}
    for name, portal in portals.items():
        config(tmp_path, name, portal.url, user=portal.user_name, practices=[{"name": MEADOWLARK, **people[name]}])
        password(tmp_path, name, portal.password)
    config(tmp_path, "out-of-order", CLOSED)
    password(tmp_path, "out-of-order", "Secret-of-nobody-1")
    return portals


@pytest.mark.browser
@pytest.mark.parametrize("at_once", [pytest.param("1", marks=pytest.mark.full), "3"])
def test_one_portal_down_does_not_stop_the_others(
    three_portals: dict[str, Sandbox], tmp_path: Path, portal_bot: Program, at_once: str
) -> None:
    """Everybody elsewhere is done; exit code, output and the one results.json say which portal was not; no password anywhere."""
    code, out, err = portal_bot("apply", "-c", tmp_path, "--portals-at-once", at_once, "--results", tmp_path / "all.json")

    assert code == Exit.PORTAL
    assert [(c["email"], c["after"]) for name in ("north", "south") for c in three_portals[name].audit()["changes"]] == [
        ("wen.irwin@example.com", True),
        ("priya.natarajan@example.com", True),
    ]
    assert out.splitlines()[-1] == f"exit 6: {Exit.PORTAL.meaning}"
    assert re.search(r"^north: .*1 granted.* \(exit 0: as asked\)$", out, re.MULTILINE)
    assert "out-of-order: " in out
    assert CLOSED.rstrip("/") in err
    told = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert [(each["config"], each["exit_code"]) for each in told["portals"]] == [
        ("north.yaml", 0),
        ("out-of-order.yaml", 6),
        ("south.yaml", 0),
    ]
    assert [(row["name"], row["outcome"]) for row in told["people"]] == [
        ("Wen Irwin, MD", "granted"),
        ("Somebody of out-of-order", "not-tried"),
        ("Priya Natarajan, NP", "granted"),
    ]
    assert told["run"]["counts"] == {"granted": 2, "not-tried": 1}
    (summary,) = (tmp_path / "runs").glob("*-fleet")
    assert json.loads((summary / "results.json").read_text(encoding="utf-8")) == told
    assert stat.S_IMODE(summary.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in summary.iterdir()} == {0o600}
    assert len(list((tmp_path / "runs").iterdir())) == 4
    written = out + err + "".join(path.read_text(errors="replace") for path in (tmp_path / "runs").rglob("*") if path.is_file())
    assert "Secret-of-" not in written
    assert re.search(rf"^Report: .*{summary.name}/report\.html$", out, re.MULTILINE)
    code, out, _ = portal_bot("report", "-c", tmp_path)
    assert (code, out.strip()) == (0, str(summary / "report.html"))


@pytest.mark.full
def test_doctor_looks_at_each_portal_of_a_folder(three_portals: dict[str, Sandbox], tmp_path: Path, portal_bot: Program) -> None:
    """The one that is down does not keep it from the next; nothing is changed, and the exit code is the worst."""
    code, out, err = portal_bot("doctor", "-c", tmp_path, "--quiet")
    assert code == Exit.PORTAL
    assert [line for line in out.splitlines() if line.endswith((" as asked", Exit.PORTAL.meaning)) and not line.startswith("exit")] == [
        "north: as asked",
        f"out-of-order: {Exit.PORTAL.meaning}",
        "south: as asked",
    ]
    assert CLOSED.rstrip("/") in err
    assert not any(portal.audit()["changes"] for portal in three_portals.values())
    code, _, err = portal_bot("doctor", "-c", tmp_path, "--write-map", tmp_path / "new.yaml")
    assert (code, "are for one portal" in err) == (Exit.BAD_CONFIG, True)


def test_files_that_a_config_names_are_no_configs(tmp_path: Path) -> None:
    """A map and a people file may stand in the folder; whatever else is YAML there is a config."""
    (tmp_path / "people.yaml").write_text("- staff: [Ana Reyes]\n")
    (tmp_path / "map.yaml").write_text("{}\n")
    (tmp_path / "notes.txt").write_text("no config\n")
    config(tmp_path, "b", practices="people.yaml")
    config(tmp_path, "a", "https://q.example.com/", portal={"map": "map.yaml"})
    assert [path.name for path in config_files(tmp_path)] == ["a.yaml", "b.yaml"]


def test_all_problems_of_all_configs_are_named_at_once(tmp_path: Path, portal_bot: Program) -> None:
    """And nothing is opened: no run folder is made for the portals whose config is sound either."""
    config(tmp_path, "sound")
    config(tmp_path, "first", "https://q.example.com/", wrokers=1)
    (tmp_path / "second.yaml").write_text("version: 1\n")
    code, _, err = portal_bot("apply", "-c", tmp_path)
    assert code == Exit.BAD_CONFIG
    assert "first.yaml:" in err
    assert "second.yaml:" in err
    assert not (tmp_path / "runs").exists()


def test_validate_says_of_each_config_that_it_is_sound(tmp_path: Path, portal_bot: Program) -> None:
    """A line for each."""
    config(tmp_path, "a")
    config(tmp_path, "b", "https://q.example.com/")
    code, out, _ = portal_bot("validate", "-c", tmp_path)
    assert code == Exit.OK
    assert [line.split(":")[0] for line in out.splitlines()] == ["a.yaml is sound", "b.yaml is sound"]


def test_two_configs_of_one_account_are_refused(tmp_path: Path) -> None:
    """Else each would have the limits of one, and together they could do twice as much."""
    config(tmp_path, "a")
    config(tmp_path, "b", "https://p.example.com/other/")
    with pytest.raises(ConfigError, match=r"b\.yaml: a\.yaml is of the same portal and user name"):
        load_fleet(tmp_path)


def test_a_folder_without_configs_is_told(tmp_path: Path, portal_bot: Program) -> None:
    """An empty folder is a mistake, not a fleet that is done."""
    code, _, err = portal_bot("plan", "-c", tmp_path)
    assert code == Exit.BAD_CONFIG
    assert "holds no config" in err


def test_one_password_is_not_typed_into_several_portals(tmp_path: Path) -> None:
    """A password of the environment belongs to one portal; a config that would use it has to say where its own is."""
    config(tmp_path, "a", portal={"password_from": None})
    config(tmp_path, "b", "https://q.example.com/")
    configs = load_fleet(tmp_path)
    each_its_own_password(configs, {})
    with pytest.raises(ConfigError, match=r"^a\.yaml: PORTAL_BOT_PASSWORD would be typed into each portal of the folder"):
        each_its_own_password(configs, {"PORTAL_BOT_PASSWORD": "x"})
    with pytest.raises(ConfigError, match=r"b\.yaml: PORTAL_BOT_TOTP_SECRET_FILE would be typed into each portal"):
        each_its_own_password(configs, {"PORTAL_BOT_TOTP_SECRET_FILE": "x"})
    each_its_own_password(configs[:1], {"PORTAL_BOT_PASSWORD": "x", "PORTAL_BOT_TOTP_SECRET": "x"})


def test_a_digest_is_of_one_portal(tmp_path: Path, portal_bot: Program) -> None:
    """``--expect`` with a folder is refused before anything is opened."""
    config(tmp_path, "a")
    config(tmp_path, "b", "https://q.example.com/")
    code, _, err = portal_bot("apply", "-c", tmp_path, "--expect", "0123456789ab")
    assert (code, "--expect" in err) == (Exit.BAD_CONFIG, True)


def test_a_name_that_no_config_knows_is_told(tmp_path: Path, portal_bot: Program) -> None:
    """``--person`` picks the portals that know the person; one whom none knows is a mistake."""
    config(tmp_path, "a")
    config(tmp_path, "b", "https://q.example.com/")
    code, _, err = portal_bot("plan", "-c", tmp_path, "--person", "Somebody of a", "--person", "Nobody")
    assert code == Exit.BAD_CONFIG
    assert "--person Nobody: no config of the folder names it." in err
    assert "Somebody" not in err


def test_each_person_is_looked_for_where_the_practice_is(tmp_path: Path) -> None:
    """Somebody who is in one config of the practice does not cost those who are in another."""
    for name, url in (("a", "https://p.example.com/"), ("b", "https://q.example.com/"), ("c", "https://r.example.com/")):
        elsewhere = [{"name": "Elsewhere", "staff": ["Somebody of c"]}] if name == "c" else []
        config(tmp_path, name, url, practices=[{"name": MEADOWLARK, "staff": [f"Somebody of {name}"]}, *elsewhere])
    configs = load_fleet(tmp_path)
    chosen = selected(configs, RunOptions(Mode.PLAN, people=("Somebody of a", "Somebody of b"), practices=(MEADOWLARK,)))
    assert [(each.path.stem, options.people) for each, options in chosen] == [("a", ("Somebody of a",)), ("b", ("Somebody of b",))]
    with pytest.raises(ConfigError, match=r"^--person Somebody of b: no config of the folder names it in such a practice\."):
        selected(configs, RunOptions(Mode.PLAN, people=("Somebody of b",), practices=("Elsewhere",)))


@pytest.mark.browser
def test_a_portal_that_was_not_begun_is_told_with_its_people(
    three_portals: dict[str, Sandbox], tmp_path: Path, portal_bot: Program
) -> None:
    """In the table with the name of the portal, in the files, and in the exit code: refused is one portal, not all of them."""
    (tmp_path / "out-of-order.password").unlink()
    config(tmp_path, "south", three_portals["south"].url, user=three_portals["south"].user_name,
           practices=[{"name": MEADOWLARK, "providers": ["Priya Natarajan, NP"]}], limits={"max_changes": 0})  # fmt: skip
    code, out, err = portal_bot("apply", "-c", tmp_path)
    assert code == Exit.REFUSED
    assert out.splitlines()[-1] == "exit 5: one portal or more was refused by a limit, and not changed"
    assert "out-of-order: not begun, 1 person not tried. (exit 2:" in out
    in_table = [line.split() for line in out.splitlines() if MEADOWLARK in line and "Messaging" in line and not line.startswith("-")]
    assert sorted(words[0] for words in in_table) == ["north", "out-of-order", "south"]
    assert f"- Somebody of out-of-order (Staff Members, {MEADOWLARK}, out-of-order): Messaging not tried" in out
    assert "out-of-order.password is not there. Nothing was opened." in err
    (summary,) = (tmp_path / "runs").glob("*-fleet")
    told = json.loads((summary / "results.json").read_text(encoding="utf-8"))
    assert [(each["config"], each["begun"]) for each in told["portals"]] == [
        ("north.yaml", True),
        ("out-of-order.yaml", False),
        ("south.yaml", True),
    ]
    assert [(row["name"], row["outcome"]) for row in told["people"]] == [
        ("Wen Irwin, MD", "granted"),
        ("Somebody of out-of-order", "not-tried"),
        ("Priya Natarajan, NP", "not-tried"),
    ]
    assert told["run"]["exit_meaning"] == out.splitlines()[-1].removeprefix("exit 5: ")
    assert "1 of 3 portals could not be begun" in (summary / "report.html").read_text(encoding="utf-8")


@pytest.mark.full
def test_a_folder_of_results_that_cannot_be_written_costs_the_portals_nothing(
    three_portals: dict[str, Sandbox], tmp_path: Path, portal_bot: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A spreadsheet holds the file of all portals: each is done and told all the same, and the end says what is missing."""
    (tmp_path / "out-of-order.yaml").unlink()
    write = fleet_results.replace_text

    def refuses(path: Path, text: str) -> None:
        if path.parent.name.endswith("-fleet") and path.name == "results.csv" and text:
            raise PermissionError(13, "Permission denied")
        write(path, text)

    monkeypatch.setattr(fleet_results, "replace_text", refuses)
    code, out, err = portal_bot("apply", "-c", tmp_path)
    assert code == Exit.NOT_DONE
    assert [sum(change["after"] for change in portal.audit()["changes"]) for portal in three_portals.values()] == [1, 1]
    assert re.search(r"^south: .*1 granted.* \(exit 0: as asked\)$", out, re.MULTILINE)
    assert "is not complete: Permission denied. What was done is what this output and each portal's own folder say." in err


def test_the_exit_code_over_all_is_the_worst(tmp_path: Path) -> None:
    """By the rule for one run; a portal that could not begin leaves people not done, unless none could begin."""
    config(tmp_path, "a")
    (one,) = load_fleet(tmp_path)

    def ended(*errors: PortalBotError) -> Exit:
        return worst_of([PortalReport(one, None, error) for error in errors])

    assert ended(ConfigError(["x"]), ConfigError(["y"])) is Exit.BAD_CONFIG
    assert ended(ConfigError(["x"]), SignInRefused("y")) is Exit.PORTAL
    assert worst_of([PortalReport(one, None, ConfigError(["x"])), PortalReport(one, None, ValueError("a bug"))]) is Exit.CRASH
