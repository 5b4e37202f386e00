"""What looks on while a run works: the recording (``--record``) and the trace (``--trace``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from portal_bot.model.errors import RecordingMissing
from portal_bot.model.events import EventStream
from portal_bot.model.redaction import Redactor

if TYPE_CHECKING:
    from portal_bot.output.evidence.film.recording import Recording
    from portal_bot.output.evidence.trace import Trace


@dataclass(frozen=True)
class WatchOptions:
    """What shall be kept of what a run looks like. True where anything shall be; the run has one worker then."""

    record: bool = False
    pace: str = "normal"
    """How long things are held in the film: slow, normal or fast."""
    anonymise: bool = False
    """Paint invented names over people's in the film."""
    trace: bool = False

    def __bool__(self) -> bool:
        return self.record or self.trace


class Recorders:
    """Whatever a run's options ask to look on. Raises RecordingMissing where its libraries are not installed."""

    def __init__(self, options: WatchOptions, folder: Callable[[], Path], events: EventStream, redactor: Redactor) -> None:
        self._events = events
        self.each: list[Recording | Trace] = []
        if options.record:
            self.each.append(_recording(options, folder, events))
        if options.trace:
            from portal_bot.output.evidence.trace import Trace

            self.each.append(Trace(folder, redactor, opens_curtain=not options.record))

    def close(self) -> None:
        """Ends what is kept, and tells what is not whole."""
        for each in self.each:
            if problem := each.close():
                self._events.emit("warning", text=problem)


def _recording(options: WatchOptions, folder: Callable[[], Path], events: EventStream) -> Recording:
    if missing := [name for name, module in (("av", "av"), ("Pillow", "PIL")) if find_spec(module) is None]:
        raise RecordingMissing(
            f"A recording needs libraries that are not installed ({', '.join(missing)}). Nothing was opened.",
            hint='Install them with: pip install "portal-bot[record]"',
        )
    from portal_bot.output.evidence.film.recording import Recording

    recording = Recording(folder, options.pace, options.anonymise)
    events.listen(recording)
    return recording
