"""The page of a run, in a real browser; and the drawing of all runs."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from typer.testing import CliRunner

from portal_bot.cli.app import build
from portal_bot.output.report.coverage import coverage_page, curves
from portal_bot.output.report.run_report import write_report

NASTY = '<script>alert(1)</script> O\'Neil & "Sons"'
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def row(name: str, outcome: str, practice: str = "Meadowlark Pediatrics", **more: Any) -> dict[str, Any]:
    given = {"practice": practice, "list": "staff", "name": name, "email": "", "permission": "Messaging", "wanted": True, "before": False}
    return given | {"after": None, "outcome": outcome, "detail": "", "seconds": 1.2, "pictures": []} | more


def folder_with(folder: Path, people: list[dict[str, Any]], *, finished: bool = True, mode: str = "apply") -> Path:
    run = {"id": "abcd1234", "mode": mode, "started": "2026-11-23T06:30:00Z", "finished": "2026-11-23T06:31:10Z" if finished else None}
    run |= {"portal": "https://portal.example.com/", "user_name": "office.admin@example.com", "version": "0.1.0", "config_sha256": "f" * 64}
    run |= {"exit_code": 4 if finished else None, "exit_meaning": "finished, some people not done" if finished else None, "counts": {}}
    (folder / "results.json").write_text(json.dumps({"schema": 1, "run": run, "people": people}), encoding="utf-8")
    return folder


PEOPLE = [
    row("Wen Irwin, MD", "granted", after=True, pictures=["pictures/1-before.png", "pictures/1-after.png"]),
    row("Ana Reyes", "unchanged", before=True),
    row(NASTY, "not-found", detail=f"not found: {NASTY}"),
    row("Nora Ahmadi", "blocked", "Harbor Street Family Medicine", detail="the box Messaging is disabled"),
]


@pytest.fixture
def shown(page: Page, tmp_path: Path) -> Page:
    """The report of ``PEOPLE``, opened from disk; a script error or a request fails the test."""
    (tmp_path / "pictures").mkdir()
    for name in ("1-before.png", "1-after.png"):
        (tmp_path / "pictures" / name).write_bytes(PIXEL)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: problems.append(request.url) if not request.url.startswith(("file:", "data:")) else None)
    page.goto(write_report(folder_with(tmp_path, PEOPLE)).as_uri())
    assert problems == []
    return page


def names(page: Page) -> list[str]:
    return [cell.splitlines()[0] for cell in page.locator("tbody tr:visible td:nth-child(3)").all_inner_texts()]


def test_it_says_the_result_and_who_needs_somebody(shown: Page) -> None:
    """In one sentence; and first of all whoever somebody has to look after, each with what to do."""
    expect(shown.get_by_role("heading", level=1)).to_have_text("Messaging is on for 2 of 4 people.")
    needs = shown.get_by_role("region", name="2 need somebody")
    expect(needs).to_contain_text("Nora Ahmadi, Staff Members, Harbor Street Family Medicine: Messaging blocked")
    expect(needs).to_contain_text("Check spelling and list.")


def test_the_table_is_sorted_and_filtered(shown: Page) -> None:
    """By each column both ways, by words, outcome and practice, and says how many are shown."""
    shown.get_by_role("button", name="Person").click()
    assert names(shown)[:2] == [NASTY, "Ana Reyes"]
    shown.get_by_role("button", name="Person").press("Enter")
    assert names(shown)[0] == "Wen Irwin, MD"
    expect(shown.get_by_role("columnheader", name="Person")).to_have_attribute("aria-sort", "descending")
    shown.get_by_label("Find").fill("reyes")
    assert names(shown) == ["Ana Reyes"]
    expect(shown.locator("#shown")).to_have_text("1 of 4 rows")
    shown.get_by_label("Find").fill("")
    shown.get_by_role("combobox", name="Practice").select_option("Harbor Street Family Medicine")
    assert names(shown) == ["Nora Ahmadi"]
    shown.get_by_role("combobox", name="Practice").select_option("")
    shown.get_by_role("combobox", name="Outcome").select_option("changed")
    assert names(shown) == ["Wen Irwin, MD"]


def test_pictures_open_and_close(shown: Page) -> None:
    """By mouse and by keyboard."""
    shown.get_by_role("button", name="Picture 2 of Wen Irwin, MD").click()
    expect(shown.get_by_role("dialog")).to_contain_text("After: Wen Irwin, MD, Messaging")
    shown.keyboard.press("Escape")
    expect(shown.get_by_role("dialog")).to_be_hidden()


def test_names_stay_text(shown: Page) -> None:
    """Whatever a name holds, it is shown and never run."""
    assert NASTY in names(shown)
    assert shown.locator("script").count() == 1


def test_nothing_lacks_a_name_or_an_order(shown: Page) -> None:
    """Controls have names, headings follow each other, pictures have words, and text stands out from its ground in both schemes."""
    for control in shown.locator("button, input, select").all():
        assert control.evaluate("e => e.innerText || e.getAttribute('aria-label') || e.labels?.[0]?.innerText")
    levels = shown.locator("h1, h2, h3").evaluate_all("list => list.map(e => Number(e.tagName[1]))")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert shown.locator("img:not([alt])").count() == 0
    for scheme in ("light", "dark"):
        shown.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert shown.evaluate(CONTRAST) == []


CONTRAST = """() => {
  const parts = (c) => c.match(/[\\d.]+/g).map(Number);
  const linear = (v) => (v / 255 <= .04045 ? v / 255 / 12.92 : ((v / 255 + .055) / 1.055) ** 2.4);
  const light = (c) => c.slice(0, 3).map(linear).reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const c = parts(getComputedStyle(at).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  const ratio = (a, b) => (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  const said = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  return [...document.querySelectorAll('main *')].filter((e) => e.checkVisibility() && said(e))
    .filter((e) => ratio(light(parts(getComputedStyle(e).color)), light(ground(e))) < 4.5)
    .map((e) => e.className + ' ' + e.textContent.trim().slice(0, 40));
}"""
"""What stands out less from its ground than WCAG asks of text."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(shown: Page, scheme: str) -> None:
    """The rules of axe-core for screen readers, keyboards and contrast."""
    shown.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found = Axe().run(shown).response["violations"]
    assert [
        (each["id"], each["impact"], [node["html"] for node in each["nodes"]]) for each in found if each["impact"] not in ("minor",)
    ] == []


def test_one_page_over_several_portals(page: Page, tmp_path: Path) -> None:
    """How each portal ended, with the way to its own page; everybody in one table; and no word of those who were not begun as done."""
    folder = folder_with(tmp_path, [])
    whole = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    whole["run"] |= {"portal": None, "user_name": None, "config_sha256": None}
    north, south = ({"config": f"{name}.yaml", "portal": f"https://{name}.example.com/"} for name in ("north", "south"))
    whole["people"] = [north | row("Wen Irwin, MD", "granted", pictures=["../r1/pictures/1-after.png"]), south | row(NASTY, "not-found")]
    ended = {"user_name": "office", "exit_code": 0, "exit_meaning": "as asked", "error": None, "folder": "/elsewhere/runs/r1", "counts": {}}
    whole["portals"] = [
        north | ended,
        south | ended | {"exit_code": 4, "exit_meaning": "finished, some people not done", "folder": "/elsewhere/runs/r2"},
        south | ended | {"config": "<b>.yaml", "exit_code": 6, "exit_meaning": "no portal", "error": NASTY, "folder": None},
    ]
    (folder / "results.json").write_text(json.dumps(whole), encoding="utf-8")
    page.goto(write_report(folder).as_uri())
    expect(page.get_by_role("heading", level=1)).to_have_text("Messaging is on for 1 of 2 people. 1 of 3 portals could not be begun.")
    portals = page.get_by_role("region", name="Portals").locator("tbody tr")
    assert [each.splitlines()[0].split("\t")[0] for each in portals.all_inner_texts()] == ["north", "south", "<b>"]
    expect(portals.nth(2)).to_contain_text("Not begun.")
    expect(portals.nth(2)).to_contain_text(NASTY)
    assert [each.get_attribute("href") for each in portals.get_by_role("link").all()] == ["../r1/report.html", "../r2/report.html"]
    page.get_by_role("combobox", name="Portal").select_option("south")
    expect(page.locator("#shown")).to_have_text("1 of 2 rows")
    assert [each.response["violations"] for each in [Axe().run(page)]] == [[]]


def test_results_over_several_portals_of_an_older_version_are_drawn(page: Page, tmp_path: Path) -> None:
    """Rows that do not say of which portal they are."""
    folder = folder_with(tmp_path, PEOPLE[:2])
    whole = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    whole["portals"] = [{"config": "north.yaml", "portal": "https://north.example.com/", "user_name": "office", "exit_code": 0,
                         "exit_meaning": "as asked", "error": None, "folder": "/elsewhere/runs/r1", "counts": {}}]  # fmt: skip
    (folder / "results.json").write_text(json.dumps(whole), encoding="utf-8")
    page.goto(write_report(folder).as_uri())
    expect(page.get_by_role("region", name="Portals").locator("tbody tr")).to_have_count(1)


def test_a_run_that_was_cut_short_says_so(page: Page, tmp_path: Path) -> None:
    """A page of a killed run, made afterwards, does not pass for one of a finished run."""
    page.goto(write_report(folder_with(tmp_path, PEOPLE[:1], finished=False)).as_uri())
    expect(page.get_by_text("This run did not come to its end.")).to_be_visible()


def test_the_command_finds_runs_by_name_and_makes_pages_again(tmp_path: Path) -> None:
    """The newest without a name; by the beginning of its name; and an honest word where there is none."""
    for name in ("20261122T063000Z-aaaa0001", "20261123T063000Z-bbbb0002"):
        (tmp_path / "runs" / name).mkdir(parents=True)
        folder_with(tmp_path / "runs" / name, PEOPLE)
    said = CliRunner().invoke(build(), ["report", "--runs-dir", str(tmp_path / "runs")])
    assert (said.exit_code, Path(said.stdout.strip()).parent.name) == (0, "20261123T063000Z-bbbb0002")
    said = CliRunner().invoke(build(), ["report", "aaaa", "--runs-dir", str(tmp_path / "runs")])
    assert (tmp_path / "runs" / "20261122T063000Z-aaaa0001" / "report.html").is_file()
    assert (tmp_path / "runs" / "20261122T063000Z-aaaa0001" / "report.html").stat().st_mode & 0o777 == 0o600
    said = CliRunner().invoke(build(), ["report", "nope", "--runs-dir", str(tmp_path / "runs")])
    assert said.exit_code == 2


def test_all_runs_are_drawn_over_time(page: Page, tmp_path: Path) -> None:
    """One curve for each account, from as few to as many as were settled."""

    def run(day: int, settled: int, user: str = "office.admin@example.com") -> dict[str, Any]:
        return {
            "run": f"r{day}", "mode": "apply", "started": f"2026-11-{day:02}T06:30:00Z", "portal": "https://p.example/", "user_name": user,
            "counts": {"granted": settled, "failed": 10 - settled}, "exit_code": 0, "exit_meaning": "as asked",
        }  # fmt: skip

    runs = [run(1, 2), run(2, 5), run(3, 9), run(3, 4, "other@example.com")]
    drawn = curves(runs)
    assert [(curve.user_name, [p.settled for p in curve.points]) for curve in drawn] == [
        ("office.admin@example.com", [2, 5, 9]),
        ("other@example.com", [4]),
    ]
    assert [point.y for point in drawn[0].points] == sorted((point.y for point in drawn[0].points), reverse=True)
    target = tmp_path / "coverage.html"
    target.write_text(coverage_page(runs, made=datetime.now(UTC)), encoding="utf-8")
    page.goto(target.as_uri())
    expect(page.get_by_role("img", name=re.compile("3 runs, from 2 of 10 to 9 of 10"))).to_be_visible()
