"""This is where tests get what alerts are sent to: a mail server and an ntfy on loopback, which keep what they get."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from vopt_lib.desk.alert_message import Message
from vopt_lib.errors import AlertNotSent

USER, PASSWORD = "anna@example.org", "geheimes-Wort"


@dataclass
class SmtpServer:
    """Takes e-mails. tls: what it encrypts with, after STARTTLS or, `at_once`, from the first byte."""

    tls: ssl.SSLContext | None = None
    at_once: bool = False
    refuses: str = ""
    """A command that it refuses."""
    mails: list[EmailMessage] = field(default_factory=list)
    receivers: list[str] = field(default_factory=list)
    port: int = 0

    def serve(self, plain: socket.socket) -> None:
        """Talk to one client until it leaves."""
        with suppress(OSError, ValueError):
            connection = self.tls.wrap_socket(plain, server_side=True) if self.tls and self.at_once else plain
            connection.sendall(b"220 ready\r\n")
            while self._talk(connection):
                assert self.tls
                connection = self.tls.wrap_socket(connection, server_side=True)

    def _talk(self, connection: socket.socket) -> bool:
        """Answer until it leaves, or (True) wants to encrypt."""
        stream = connection.makefile("rb")
        for line in stream:
            word = line.decode().split(" ", 1)[0].strip().upper()
            if word == self.refuses:
                connection.sendall(b"550 5.7.1 no: secret-of-the-server\r\n")
            elif word == "STARTTLS":
                connection.sendall(b"220 go on\r\n")
                return True
            elif word == "DATA":
                connection.sendall(b"354 go on\r\n")
                self.mails.append(_mail(stream))
                connection.sendall(b"250 taken\r\n")
            else:
                connection.sendall(self._answer(word, line.decode(), isinstance(connection, ssl.SSLSocket)))
                if word == "QUIT":
                    break
        connection.close()
        return False

    def _answer(self, word: str, line: str, is_encrypted: bool) -> bytes:
        if word == "EHLO":
            offers = "AUTH PLAIN" if is_encrypted or not self.tls else "STARTTLS"
            return f"250-here\r\n250 {offers}\r\n".encode()
        if word == "AUTH":
            given = base64.b64decode(line.split()[2]).decode()
            return b"235 welcome\r\n" if given == f"\0{USER}\0{PASSWORD}" else b"535 5.7.8 wrong\r\n"
        if word == "RCPT":
            self.receivers.append(line.partition("<")[2].partition(">")[0])
        return b"221 goodbye\r\n" if word == "QUIT" else b"250 fine\r\n"


def _mail(stream: Any) -> EmailMessage:
    lines = iter(stream.readline, b".\r\n")
    return cast(EmailMessage, message_from_bytes(b"".join(lines), policy=default))


@contextmanager
def receiving_mail(server: SmtpServer) -> Iterator[SmtpServer]:
    """The server, listening on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.port = listening.getsockname()[1]

        def accept() -> None:
            with suppress(OSError):
                while True:
                    client, _ = listening.accept()
                    threading.Thread(target=server.serve, args=(client,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield server
        finally:
            listening.shutdown(socket.SHUT_RDWR)


@dataclass
class Ntfy:
    """Takes messages over HTTP as ntfy does. status: what it answers."""

    port: int
    status: int = 200
    got: list[dict[str, Any]] = field(default_factory=list)
    authorizations: list[str | None] = field(default_factory=list)


@contextmanager
def running_ntfy() -> Iterator[Ntfy]:
    """An ntfy on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            ntfy.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            ntfy.authorizations.append(self.headers["Authorization"])
            self.send_response(ntfy.status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:
            """Quietly."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        ntfy = Ntfy(server.server_address[1])
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield ntfy
        finally:
            server.shutdown()


@dataclass
class Pigeon:
    """A channel that keeps what it gets, fails while told why, or is killed after it sent."""

    id: str = "aa11"
    name: str = "pigeon"
    why: str = ""
    is_killed: bool = False
    got: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> None:
        """Keep it, or not."""
        if self.why:
            raise AlertNotSent(channel=self.name, why=self.why)
        self.got.append(message)
        if self.is_killed:
            raise KeyboardInterrupt
