"""Cuts the film: puts frames, captions and pointer together and writes them, in a thread of its own.

The film has a clock of its own. What is to be read is held for as long as it takes, and waiting is cut short, so that the
run itself is never slowed down.
"""

from __future__ import annotations

import io
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from portal_bot.model.files import private, write_private
from portal_bot.output.evidence.film.video_file import RATE, Chapter, VideoFile, subtitles

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST_GAP = 0.12
"""Seconds of the film between two frames, however long the portal took."""
PAGE = (40, 72, 1280, 900)
"""Where the portal's page stands in the picture: left, top, width, height. (``stage.html`` leaves it free.)"""
_MOVE, _REST, _CLICK = 0.34, 0.14, 0.14
"""Seconds that the pointer takes to a control, rests on it, and shows the click."""
_LOOK = 0.5
"""Seconds that a control is outlined that is only read."""
_TEAL = (13, 148, 116)
_FULL = 400
"""Orders that may wait to be cut before the run waits for the film."""


class Box(NamedTuple):
    """A control's place on the page, in pixels."""

    x: float
    y: float
    width: float
    height: float


class FilmEditor:
    """Takes orders from the run's thread and carries them out in its own. ``problem``: why it gave up, if it did."""

    def __init__(self, folder: Path, pace: float) -> None:
        """``pace``: times as long as normal that things are held."""
        self._folder = folder
        self._pace = pace
        self._orders: queue.Queue[Callable[[], None] | None] = queue.Queue(_FULL)
        self._file = VideoFile(folder / "recording.mp4")
        self._stage: Image | None = None
        self._page: Image | None = None
        self._base: Image | None = None
        self._pointer: tuple[float, float] | None = None
        self._last_frame: float | None = None
        self._owed = 0.0
        self._cue: tuple[float, str] | None = None
        self._cue_least = 0.0
        self._cues: list[tuple[float, float, str]] = []
        self._chapters: list[Chapter] = []
        self._poster: Image | None = None
        self.problem: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="film", daemon=True)
        self._thread.start()

    # -- orders, from the run's thread -----------------------------------------------------------------------------

    def stage(self, picture: bytes, cue: str, *, least: float) -> None:
        """What stands around the page from here on. ``cue``: the caption, shown for at least so many seconds."""
        self._order(lambda: self._set_stage(picture, cue, least))

    def card(self, picture: bytes, seconds: float, chapter: str | None) -> None:
        """A picture of its own; ``chapter`` begins one of this title."""
        self._order(lambda: self._show_card(picture, seconds, chapter))

    def frame(self, page: Image, at: float) -> None:
        """What the page looks like since ``at`` (seconds of any clock)."""
        self._order(lambda: self._set_frame(page, at))

    def cover(self) -> None:
        """The page is not shown until the next frame."""
        self._order(lambda: self._set_page(None))

    def hold(self, seconds: float) -> None:
        self._order(lambda: self._hold(seconds * self._pace))

    def point(self, box: Box, *, click: bool) -> None:
        """The pointer goes to a control, which is outlined meanwhile."""
        self._order(lambda: self._point(box, click))

    def poster(self) -> None:
        """The picture as it is now stands for the film."""
        self._order(self._keep_poster)

    def close(self) -> None:
        """Ends the film, with subtitles and poster. Returns when the files are whole."""
        self._order(self._finish)
        self._order(None)
        self._thread.join()

    def _order(self, order: Callable[[], None] | None) -> None:
        if self.problem is None or order is None:
            self._orders.put(order)

    def _work(self) -> None:
        while (order := self._orders.get()) is not None:
            if self.problem is not None:
                continue
            try:
                order()
            except Exception as error:  # a film must never cost the run
                self.problem = error

    # -- carried out, in the film's thread -------------------------------------------------------------------------

    def _set_stage(self, picture: bytes, cue: str, least: float) -> None:
        if self._cue is None or self._cue[1] != cue:
            self._end_cue()
            self._cue, self._cue_least = (self._file.seconds, cue), least * self._pace
        self._stage, self._base = _opened(picture), None

    def _end_cue(self) -> None:
        if self._cue is None:
            return
        start, text = self._cue
        self._hold(start + self._cue_least - self._file.seconds)
        if text and self._file.seconds > start:
            self._cues.append((start, self._file.seconds, text))
        self._cue = None

    def _show_card(self, picture: bytes, seconds: float, chapter: str | None) -> None:
        self._end_cue()
        if chapter:
            self._chapters.append(Chapter(self._file.seconds, chapter))
        image = _opened(picture)
        if self._poster is None:
            self._poster = image
        self._file.add(image, round(seconds * RATE))
        self._pointer = self._last_frame = None
        self._set_page(None)

    def _set_frame(self, page: Image, at: float) -> None:
        if self._last_frame is not None and self._page is not None:
            self._owed += min(max(0.0, at - self._last_frame), LONGEST_GAP)
            ticks = int(self._owed * RATE)
            if ticks and self._stage:
                self._file.add(self._picture(), ticks)
                self._owed -= ticks / RATE
        self._last_frame = at
        self._set_page(page)

    def _set_page(self, page: Image | None) -> None:
        self._page, self._base = page, None
        if page is None:
            self._pointer = None

    def _hold(self, seconds: float) -> None:
        ticks = round(seconds * RATE)
        if ticks > 0 and self._stage:
            self._file.add(self._picture(), ticks)
            self._last_frame, self._owed = None, 0.0

    def _point(self, box: Box, click: bool) -> None:
        if self._page is None or self._stage is None:
            return
        target = (box.x + min(box.width / 2, 120), box.y + box.height / 2)
        start = self._pointer or (PAGE[2] * 0.55, PAGE[3] * 0.6)
        steps = max(2, round(_MOVE * self._pace * RATE))
        for n in range(1, steps + 1):
            part = n / steps
            eased = part * part * (3 - 2 * part)
            self._pointer = (start[0] + (target[0] - start[0]) * eased, start[1] + (target[1] - start[1]) * eased)
            self._file.add(self._picture(box if part > 0.6 else None), 1)
        self._file.add(self._picture(box), round((_REST if click else _LOOK) * self._pace * RATE))
        if click:
            self._file.add(self._picture(box, ring=True), max(2, round(_CLICK * self._pace * RATE)))
        self._last_frame, self._owed = None, 0.0

    def _picture(self, box: Box | None = None, *, ring: bool = False) -> Image:
        from PIL import ImageDraw

        assert self._stage is not None
        if self._base is None:
            self._base = self._stage.copy()
            if self._page is not None:
                self._base.paste(self._page, PAGE[:2])
        if self._page is None or (self._pointer is None and box is None):
            return self._base
        page = self._base.crop((PAGE[0], PAGE[1], PAGE[0] + PAGE[2], PAGE[1] + PAGE[3]))
        pen = ImageDraw.Draw(page)
        if box is not None:
            edges = (box.x - 6, box.y - 5, box.x + box.width + 6, box.y + box.height + 5)
            pen.rounded_rectangle(edges, 8, outline=_TEAL, width=4)
        if self._pointer is not None:
            x, y = self._pointer
            if ring:
                pen.ellipse((x - 24, y - 24, x + 24, y + 24), outline=_TEAL, width=5)
            pen.polygon([(x + dx, y + dy) for dx, dy in _ARROW], fill=(20, 24, 32), outline=(255, 255, 255), width=2)
        whole = self._base.copy()
        whole.paste(page, PAGE[:2])
        return whole

    def _keep_poster(self) -> None:
        if self._stage:
            self._poster = self._picture().copy()

    def _finish(self) -> None:
        self._end_cue()
        self._file.close(self._chapters)
        write_private(self._folder / "recording.vtt", subtitles(self._cues))
        if self._poster is not None:
            with open(self._folder / "poster.png", "wb", opener=private) as file:
                self._poster.save(file, "PNG")


_ARROW = ((0, 0), (0, 30), (7, 24), (12, 36), (17, 34), (12, 22), (21, 22))


def _opened(picture: bytes) -> Image:
    from PIL import Image

    return Image.open(io.BytesIO(picture)).convert("RGB")
