"""This is where a server that a test describes answers on this machine, in one piece or as it writes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Send = Callable[[object], None]
Answer = Callable[["Writing"], None]


class JsonAnswering(BaseHTTPRequestHandler):
    """One request that is answered."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.answer({})

    def do_POST(self) -> None:
        self.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def answer(self, body: dict[str, Any]) -> None:
        """Answer a request with this JSON; none: a GET."""
        raise NotImplementedError

    def plainly(self, answer: object, status: int = 200) -> None:
        """One JSON answer."""
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    @contextmanager
    def streaming(self, kind: str) -> Iterator[Callable[[bytes], None]]:
        """An answer of which each part is sent at once (chunked), and which ends well."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

        def send(content: bytes) -> None:
            self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
            self.wfile.flush()

        yield send
        self.wfile.write(b"0\r\n\r\n")

    def cut(self) -> None:
        """Break the connection off."""
        self.close_connection = True
        self.connection.close()


class Writing(JsonAnswering):
    """One request to a language model."""

    def saying(self, *pieces: str) -> AbstractContextManager[Send]:
        """The pieces of an answer, and whatever else comes."""
        raise NotImplementedError

    def end(self, send: Send) -> None:
        """Say that the answer is whole, and what it used."""
        raise NotImplementedError

    def say_next(self, said: list[Answer]) -> None:
        """Give the next of these answers; the last one for ever."""
        (said.pop(0) if len(said) > 1 else said[0])(self)


def says(*pieces: str) -> Answer:
    """An answer in these pieces."""

    def answer(at: Writing) -> None:
        with at.saying(*pieces) as send:
            at.end(send)

    return answer


def breaks_off(*pieces: str) -> Answer:
    """A connection that is cut in the middle."""

    def answer(at: Writing) -> None:
        with at.saying(*pieces):
            at.cut()

    return answer


def ends_early(*pieces: str) -> Answer:
    """An answer that ends well, but before its end is said."""

    def answer(at: Writing) -> None:
        with at.saying(*pieces):
            pass

    return answer


def waits(until: threading.Event, *pieces: str) -> Answer:
    """These pieces, then silence until it is told to end."""

    def answer(at: Writing) -> None:
        with at.saying(*pieces) as send:
            until.wait(20)
            at.end(send)

    return answer


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # whoever asked may have left


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """It answers while this lasts. Yields its address."""
    with _Quiet(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
