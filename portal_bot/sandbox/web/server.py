"""The web server: waitress on a thread of its own, with connections that a fault may cut."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.channel import ClientDisconnected, HTTPChannel  # type: ignore[import-untyped]
from waitress.server import create_server  # type: ignore[import-untyped]
from waitress.task import WSGITask  # type: ignore[import-untyped]

THREADS = 16
CUT = "sandbox.cut"
"""Set in a request's environ by what wants its connection closed without an answer."""
CLOSE = "sandbox.close"
"""Set in a request's environ by what wants its connection closed after the answer."""

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class _Task(WSGITask):  # type: ignore[misc]
    """Closes the connection after the answer where the request's environ says so."""

    def build_response_header(self) -> bytes:
        if self.environ and self.environ.get(CLOSE):
            self.set_close_on_finish()
        header: bytes = super().build_response_header()
        return header


class _Channel(HTTPChannel):  # type: ignore[misc]
    task_class = _Task


class Server:
    """Serves a WSGI application until `close()`."""

    def __init__(self, application: Application, host: str, port: int) -> None:
        self._sockets: dict[int, Any] = {}
        self._server = create_server(
            _cutting(application),
            map=self._sockets,
            host=host,
            port=port,
            threads=THREADS,
            ident="",
            channel_request_lookahead=1,
        )
        self._server.channel_class = _Channel
        self.port: int = self._server.effective_port
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, name=f"sandbox on port {self.port}", daemon=True)

    def start(self) -> None:
        """Answer requests from now on."""
        self._thread.start()

    def _serve(self) -> None:
        while not self._stop.is_set():
            wasyncore.loop(timeout=0.05, map=self._sockets, count=1)

    def close(self) -> None:
        """Answer no more, and free the port."""
        self._stop.set()
        self._server.pull_trigger()
        self._thread.join()
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._sockets, ignore_all=True)


def _cutting(application: Application) -> Application:
    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer = application(environ, start_response)
        if environ.get(CUT):
            raise ClientDisconnected
        return answer

    return serve
