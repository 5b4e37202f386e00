"""The video file: H.264 in MP4 at a constant rate, playable at every moment while it is written.

While it runs it is fragmented, in groups of one second: whatever ends the run leaves a file that plays up to the last
second. At the end it is written once more, without encoding again, with chapters and with its index in front, so that it
starts at once in a browser.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal_bot.model.files import private

if TYPE_CHECKING:
    from PIL.Image import Image

RATE = 15
"""Pictures a second."""
SIZE = (1920, 1080)


@dataclass(frozen=True)
class Chapter:
    """From ``start`` (seconds) to the next chapter or the end."""

    start: float
    title: str


class VideoFile:
    """A video of pictures of the size ``SIZE``, each shown for a number of ticks of 1/``RATE`` seconds."""

    def __init__(self, path: Path) -> None:
        import av

        self._path = path
        os.close(private(str(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC))
        self._file = av.open(str(path), "w", format="mp4", options={"movflags": "frag_keyframe+empty_moov+default_base_moof"})
        self._stream: Any = self._file.add_stream("libx264", rate=RATE)
        self._stream.width, self._stream.height = SIZE
        self._stream.pix_fmt = "yuv420p"
        self._stream.time_base = Fraction(1, RATE)
        self._stream.gop_size = RATE
        self._stream.options = {"preset": "veryfast", "tune": "zerolatency", "crf": "24", "sc_threshold": "0", "threads": "1"}
        self._ticks = 0

    @property
    def seconds(self) -> float:
        return self._ticks / RATE

    def add(self, picture: Image, ticks: int) -> None:
        import av

        if ticks <= 0:
            return
        frame: Any = av.VideoFrame.from_image(picture).reformat(  # type: ignore[no-untyped-call]
            format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG"
        )
        for _ in range(ticks):
            frame.pts, frame.time_base = self._ticks, Fraction(1, RATE)
            self._file.mux(self._stream.encode(frame))
            self._ticks += 1

    def close(self, chapters: Sequence[Chapter]) -> None:
        """Ends the file, and writes it anew with chapters and its index in front."""
        self._file.mux(self._stream.encode(None))
        self._file.close()
        whole = self._path.with_name(f".{self._path.name}")
        os.close(private(str(whole), os.O_WRONLY | os.O_CREAT | os.O_TRUNC))
        try:
            self._rewritten(whole, chapters)
            whole.replace(self._path)
        finally:
            whole.unlink(missing_ok=True)

    def _rewritten(self, whole: Path, chapters: Sequence[Chapter]) -> None:
        import av

        ends = [*(chapter.start for chapter in chapters[1:]), self.seconds]
        with av.open(str(self._path)) as source, av.open(str(whole), "w", format="mp4", options={"movflags": "faststart"}) as target:
            target.set_chapters(
                [
                    {
                        "id": n, "start": round(chapter.start * 1000), "end": round(end * 1000), "time_base": Fraction(1, 1000),
                        "metadata": {"title": chapter.title},
                    }
                    for n, (chapter, end) in enumerate(zip(chapters, ends, strict=True))
                ]
            )  # fmt: skip
            video = source.streams.video[0]
            copy = target.add_stream_from_template(video)
            for packet in source.demux(video):
                if packet.dts is not None:
                    packet.stream = copy
                    target.mux(packet)


def subtitles(cues: Sequence[tuple[float, float, str]]) -> str:
    """WebVTT of (from, to, text), in seconds."""
    lines = ["WEBVTT", ""]
    for start, end, text in cues:
        lines += [f"{_clock(start)} --> {_clock(end)}", text.replace("-->", "→").replace("&", "&amp;").replace("<", "&lt;"), ""]
    return "\n".join(lines)


def _clock(seconds: float) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02d}:{whole // 60_000 % 60:02d}:{whole // 1000 % 60:02d}.{whole % 1000:03d}"
