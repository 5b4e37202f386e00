"""``--record`` and ``--trace``: what they keep of a run, and what is never on them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic

import av
import pytest

from portal_bot.model.errors import RecordingMissing
from portal_bot.model.exit_codes import Exit
from portal_bot.output.evidence.film.video_file import RATE
from portal_bot.output.evidence.recorders import WatchOptions
from portal_bot.portal.browser.handover import Handover
from portal_bot.sandbox import Sandbox
from portal_bot.sandbox.office.names import PATIENTS
from tests.e2e.films import distinct_pictures, read
from tests.helpers.missing_programs import needs_program
from tests.helpers.program import Program
from tests.helpers.robot import Robot, everything_written, outcomes

PASSWORD = "Zebra7QuaggaOkapiTapir"
MEADOWLARK, HARBOR = "Meadowlark Pediatrics", "Harbor Street Family Medicine"


@pytest.fixture
def cookies(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The session cookies that the portal gave."""
    seen: list[str] = []
    taken = Handover.secrets

    def secrets(self: Handover) -> list[str]:
        seen.extend(str(cookie["value"]) for cookie in self.state["cookies"])
        return taken(self)

    monkeypatch.setattr(Handover, "secrets", secrets)
    return seen


def robot(portal: Sandbox, folder: Path) -> Robot:
    return Robot(folder, portal.url, portal.user_name, portal.password)


def test_a_recorded_run_leaves_a_film_and_a_trace_without_secrets(
    start_sandbox: Callable[..., Sandbox], tmp_path: Path, cookies: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One person: H.264 at a constant rate with chapters, subtitles in step with it, a poster; the trace parses, its steps are
    groups, and neither password nor cookie nor patient is in it. All of it is readable by its owner only."""
    monkeypatch.setattr("portal_bot.sandbox.sandbox.invent_password", lambda: PASSWORD)
    portal = start_sandbox(layout="classic", people=8)
    report = robot(portal, tmp_path).apply(
        {MEADOWLARK: {"staff": ["Marcus Bell"]}}, watch=WatchOptions(record=True, trace=True, pace="fast")
    )
    assert outcomes(report) == [("Marcus Bell", "granted")]
    kept = {path.name: path for path in report.folder.iterdir()}
    assert {"recording.mp4", "recording.vtt", "poster.png", "trace.zip"} <= kept.keys()
    assert not [name for name in kept if name.startswith(".")]
    assert all(path.stat().st_mode & 0o077 == 0 for path in kept.values())

    with av.open(str(kept["recording.mp4"])) as film:
        stream = film.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt, stream.width, stream.height) == ("h264", "yuv420p", 1920, 1080)
        titles = [str(chapter["metadata"]["title"]) for chapter in film.chapters()]
        assert titles == ["Opening", MEADOWLARK, f"{MEADOWLARK}: Staff Members", "Result"]
        times = [float(packet.pts * packet.time_base) for packet in film.demux(stream) if packet.pts is not None]
    assert times == pytest.approx([n / RATE for n in range(len(times))], abs=0.001)
    assert 10 < len(times) / RATE < 40
    head = kept["recording.mp4"].read_bytes()[:4096]
    assert b"moov" in head  # the index stands in front

    subtitles = kept["recording.vtt"].read_text(encoding="utf-8")
    assert subtitles.startswith("WEBVTT\n")
    assert "Press Save for Bell, Marcus" in subtitles
    last = re.findall(r"--> (\d+):(\d+):([\d.]+)", subtitles)[-1]
    assert int(last[0]) * 3600 + int(last[1]) * 60 + float(last[2]) <= len(times) / RATE

    with zipfile.ZipFile(kept["trace.zip"]) as trace:
        assert trace.testzip() is None
        held = {name: trace.read(name) for name in trace.namelist()}
    assert b"8. Press Save for Bell, Marcus" in held["trace.trace"]
    assert len(cookies) > 0
    assert b"[session cookie]" in held["trace.network"]
    for secret in (PASSWORD, *(cookie for cookie in cookies if len(cookie) >= 8)):
        assert not [name for name, content in held.items() if secret.encode() in content]
    assert not [name for name, content in held.items() if any(patient.encode() in content for patient in PATIENTS)]
    assert b"Bell" in held["trace.trace"]
    reading = [sys.executable, "-m", "playwright", "trace"]
    subprocess.run([*reading, "open", str(kept["trace.zip"])], cwd=tmp_path, check=True, timeout=60, capture_output=True)
    told = subprocess.run([*reading, "actions"], cwd=tmp_path, check=True, timeout=60, capture_output=True).stdout.decode()
    assert "8. Press Save for Bell, Marcus" in told


@needs_program("tesseract")
@pytest.mark.full
def test_neither_patients_nor_the_password_are_on_any_picture(
    start_sandbox: Callable[..., Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run signs in, passes a dashboard full of patients twice, and changes the practice there. With ``--anonymise`` the
    names of the people in the lists are not on it either. (Without the curtain the same reading finds patients.)"""
    monkeypatch.setattr("portal_bot.sandbox.sandbox.invent_password", lambda: PASSWORD)
    portal = start_sandbox(layout="modern", people=8)
    people = {MEADOWLARK: {"staff": ["Marcus Bell"]}, HARBOR: {"staff": ["Peter Vance"]}}
    bot = robot(portal, tmp_path)
    report = bot.apply(people, watch=WatchOptions(record=True, anonymise=True, pace="fast"))
    assert {outcome for _, outcome in outcomes(report)} == {"granted"}
    texts = [read(picture, tmp_path) for picture in distinct_pictures(report.folder / "recording.mp4")]
    assert len(texts) > 12
    everything = " ".join(texts)
    assert "Messaging" in everything
    assert "Press Save for" in everything
    patients = {word for name in PATIENTS for word in re.findall(r"\w{5,}", name)}
    said = set(re.findall(r"\w{5,}", everything))
    assert not said & patients
    assert PASSWORD not in everything.replace(" ", "")
    assert "Appointments" not in everything
    assert not said & {"Marcus", "Peter", "Vance", "Dolores", "Quinn", "Lindqvist"}


@needs_program("tesseract")
@pytest.mark.full
@pytest.mark.own_thread
def test_the_reading_finds_patients_where_there_is_no_curtain(
    start_sandbox: Callable[..., Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proof that the test above can fail: a film whose curtain and seal are taken away shows the dashboard, on the way to a practice."""
    from portal_bot.output.evidence.film import recording

    monkeypatch.setattr(recording, "script", lambda anonymise: "")
    monkeypatch.setattr(recording, "seal_of", lambda image: 1)
    portal = start_sandbox(layout="modern", people=8, latency_ms=700)  # so that the dashboard stands for a while
    report = robot(portal, tmp_path).apply({HARBOR: {"staff": ["Peter Vance"]}}, watch=WatchOptions(record=True, pace="fast"))
    assert any("Appointments" in read(picture, tmp_path) for picture in distinct_pictures(report.folder / "recording.mp4"))


@pytest.mark.full
@pytest.mark.skipif(os.name != "posix", reason="sends signals")
@pytest.mark.parametrize(("number", "whole"), [(signal.SIGTERM, True), (signal.SIGKILL, False)])
def test_a_run_that_is_ended_leaves_a_film_that_plays(
    start_sandbox: Callable[..., Sandbox], tmp_path: Path, number: signal.Signals, whole: bool
) -> None:
    """After SIGTERM it has its chapters and closing card; after SIGKILL it plays up to the last second or so."""
    portal = start_sandbox(layout="classic", people=8)
    config = robot(portal, tmp_path).write({MEADOWLARK: {"staff": ["Marcus Bell", "Dolores Quinn"], "providers": ["Wen Irwin, MD"]}})
    command = [sys.executable, "-c", "from portal_bot.cli import main; main()", "apply", "-c", str(config), "--record", "--quiet"]
    env = {**os.environ, "PORTAL_BOT_PASSWORD": portal.password, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env) as process:
        until = monotonic() + 60
        while monotonic() < until and not any(path.stat().st_size > 900_000 for path in tmp_path.glob("runs/*/recording.mp4")):
            assert process.poll() is None
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.1)
        process.send_signal(number)
        assert process.wait(timeout=60) == (Exit.INTERRUPTED if whole else -signal.SIGKILL)
    (film,) = tmp_path.glob("runs/*/recording.mp4")
    pictures = 0
    with av.open(str(film)) as opened:
        with suppress(av.error.InvalidDataError):  # what was being written when it was killed is cut off, as players do
            for _ in opened.decode(video=0):
                pictures += 1
        assert bool(opened.chapters()) == whole
    assert pictures > 5 * RATE


def test_a_film_without_its_libraries_says_how_to_install_them(
    sandbox_classic: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is opened, and no run folder is made."""
    from portal_bot.output.evidence import recorders

    monkeypatch.setattr(recorders, "find_spec", lambda name: None)
    with pytest.raises(RecordingMissing) as raised:
        robot(sandbox_classic, tmp_path).apply({MEADOWLARK: {"staff": ["Marcus Bell"]}}, watch=WatchOptions(record=True))
    assert raised.value.exit is Exit.BAD_CONFIG
    assert 'pip install "portal-bot[record]"' in raised.value.hint
    assert not [path for path, _ in everything_written(tmp_path) if path.name != "config.yaml"]


@pytest.mark.full
def test_the_recorded_demo_is_short_and_shows_a_refusal(portal_bot: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under 90 seconds: both lists of two practices, somebody with the permission by role, and one refusal with its reason.
    Only the first apply is recorded, and the demo ends as announced."""
    monkeypatch.chdir(tmp_path)
    code, out, err = portal_bot("demo", "--record", "--layout", "classic")
    assert code == 0, err
    (film,) = tmp_path.rglob("recording.mp4")
    with av.open(str(film)) as opened:
        assert opened.duration is not None
        assert opened.duration / av.time_base < 90
        titles = [str(chapter["metadata"]["title"]) for chapter in opened.chapters()]
    lists = [f"{practice}: {which}" for practice in (MEADOWLARK, HARBOR) for which in ("Providers", "Staff Members")]
    assert [title for title in titles if ": " in title] == lists
    assert f"Recording: {film.relative_to(tmp_path)}" in out
    results = (film.parent / "results.json").read_text(encoding="utf-8")
    assert '"by-role"' in results
    assert '"blocked"' in results
    assert "Nora Ahmadi" in out
