"""What a film holds, as a test looks at it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import av
from PIL import Image, ImageChops


def distinct_pictures(path: Path) -> Iterator[Image.Image]:
    """Each picture of the film that differs from the one before by more than a moved pointer's trace."""
    last: Image.Image | None = None
    with av.open(str(path)) as film:
        for frame in film.decode(video=0):
            picture = frame.to_image()
            small = picture.convert("L").resize((480, 270))
            if last is None or sum(ImageChops.difference(small, last).point(lambda p: p > 24 and 1).histogram()[1:]) > 260:
                last = small
                yield picture


def read(picture: Image.Image, folder: Path) -> str:
    """The text that tesseract recognises."""
    path = folder / "picture.png"
    picture.resize((1536, 864)).save(path)  # large enough to be read, and read in half the time
    command = ["tesseract", str(path), "-", "--psm", "11"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env={"OMP_THREAD_LIMIT": "1"})
    return " ".join(done.stdout.split())
