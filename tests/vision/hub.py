"""This is where tests get a hub on this machine that gives a file of weights as Hugging Face's does."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Hub:
    """What it has, and how it misbehaves.

    breaks_after: bytes after which an answer breaks off. asked: the path and range of each request for content.
    """

    content: bytes
    address: str = ""
    sha256: str = ""
    breaks_after: int | None = None
    knows_ranges: bool = True
    status: int = 200
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def headers(self) -> dict[str, str]:
        """What it says of the file, where it redirects to its storage."""
        etag = self.sha256 or hashlib.sha256(self.content).hexdigest()
        return {"X-Linked-Size": str(len(self.content)), "X-Linked-Etag": f'"{etag}"', "Location": "/storage"}


@contextmanager
def running_hub(hub: Hub) -> Iterator[Hub]:
    """It answers while this lasts, at hub.address."""

    class Answers(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self._say(302 if hub.status == 200 else hub.status, hub.headers() if hub.status == 200 else {})

        def do_GET(self) -> None:
            hub.asked.append((self.path, self.headers["Range"]))
            if hub.status != 200 or self.path != "/storage":
                self._say(302 if hub.status == 200 else hub.status, {"Location": "/storage"})
                return
            told = self.headers["Range"] if hub.knows_ranges else None
            first = int(told.removeprefix("bytes=").removesuffix("-")) if told else 0
            rest = hub.content[first:]
            self._say(206 if told else 200, {"Content-Length": str(len(rest))})
            self.wfile.write(rest[: hub.breaks_after])

        def _say(self, status: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        hub.address = f"http://127.0.0.1:{server.server_port}"
        try:
            yield hub
        finally:
            server.shutdown()
            thread.join()
