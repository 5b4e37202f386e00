"""Style sheets, scripts and pictures, under addresses with a hash of the content, so that browsers may keep them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Response, abort

FOREVER = "public, max-age=31536000, immutable"
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class Assets:
    """The files of one layout, read once."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self._prefix = prefix
        self._files = {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()}
        self._marks = {name: hashlib.sha256(body).hexdigest()[:10] for name, body in self._files.items()}

    def address(self, name: str) -> str:
        """Where a page finds this file."""
        return f"{self._prefix}/{self._marks[name]}/{name}"

    def answer(self, mark: str, name: str) -> Response:
        """The file itself."""
        if self._marks.get(name) != mark:
            abort(404)
        kind = _KINDS[Path(name).suffix]
        return Response(self._files[name], mimetype=kind, headers={"Cache-Control": FOREVER})
