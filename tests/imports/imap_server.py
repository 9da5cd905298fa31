"""This is where tests get a mail server: real IMAP over loopback TLS, which notes every word that it is told."""

from __future__ import annotations

import base64
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from vopt_lib.schema.own_mailbox import Mailbox

READ_ONLY = {"CAPABILITY", "STARTTLS", "AUTHENTICATE", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH", "LOGOUT"}
"""The commands that change nothing, as long as mails are only peeked at."""

ADDRESS, PASSWORD = "anna@example.it", 'segréto "1\\2"'

Line = Callable[[bytes], None]
Hook = Callable[[str, str, Line], bool]
"""Is told the tag and the command, and may answer itself (True) by sending bytes."""


@dataclass
class ImapServer:
    """A server with one mailbox. hook: what it does instead of answering well."""

    mails: dict[int, bytes] = field(default_factory=dict)
    uid_validity: int = 77
    folders: tuple[str, ...] = ("INBOX",)
    password: str = PASSWORD
    capabilities: str = "IMAP4rev1 AUTH=PLAIN"
    starts_tls: bool = False
    hook: Hook = lambda tag, command, send: False
    commands: list[str] = field(default_factory=list)
    port: int = 0

    def mailbox(self, **facts: object) -> Mailbox:
        """The mailbox as a person sets it."""
        security = "starttls" if self.starts_tls else "tls"
        told: dict[str, object] = {"address": ADDRESS, "host": "localhost", "port": self.port, "security": security}
        return Mailbox(**{**told, **facts})  # type: ignore[arg-type]

    def serve(self, plain: socket.socket, tls: ssl.SSLContext) -> None:
        """Talk to one client until it leaves."""
        with suppress(OSError, ValueError):
            connection = plain if self.starts_tls else tls.wrap_socket(plain, server_side=True)
            while connection is not None:
                connection = self._talk(connection, tls)

    def _talk(self, connection: socket.socket, tls: ssl.SSLContext) -> socket.socket | None:
        stream, send = connection.makefile("rb"), connection.sendall
        if not isinstance(connection, ssl.SSLSocket) or not self.starts_tls:
            send(b"* OK ready\r\n")
        for line in stream:
            tag, _, command = line.decode().rstrip("\r\n").partition(" ")
            self.commands.append(command)
            if self.hook(tag, command, send):
                continue
            if command == "STARTTLS":
                send(f"{tag} OK go on\r\n".encode())
                return tls.wrap_socket(connection, server_side=True)
            self._answer(tag, command, send, stream)
            if command == "LOGOUT":
                break
        connection.close()
        return None

    def _answer(self, tag: str, command: str, send: Line, stream: Iterator[bytes]) -> None:
        verb, _, rest = command.partition(" ")
        match verb:
            case "CAPABILITY":
                more = " STARTTLS" if self.starts_tls else ""
                send(f"* CAPABILITY {self.capabilities}{more}\r\n".encode())
            case "AUTHENTICATE":
                send(b"+ \r\n")
                given = base64.b64decode(next(stream)).decode()
                return send(self._verdict(tag, given == f"\0{ADDRESS}\0{self.password}"))
            case "LOGIN":
                return send(self._verdict(tag, rest == f'"{ADDRESS}" "{self.password}"'))
            case "EXAMINE":
                if rest.strip('"') not in self.folders:
                    return send(f"{tag} NO no such folder\r\n".encode())
                send(f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.uid_validity}] valid\r\n".encode())
            case "UID" if rest.startswith("SEARCH"):
                send(f"* SEARCH {' '.join(map(str, self._found(rest)))}\r\n".encode())
            case "UID" if rest.startswith("FETCH"):
                self._fetch(rest, send)
            case "LOGOUT":
                send(b"* BYE see you\r\n")
        return send(f"{tag} OK done\r\n".encode())

    @staticmethod
    def _verdict(tag: str, is_good: bool) -> bytes:
        return f"{tag} {'OK welcome' if is_good else 'NO [AUTHENTICATIONFAILED] wrong'}\r\n".encode()

    def _found(self, asked: str) -> list[int]:
        first = re.search(r"UID (\d+):\*", asked)
        since = re.search(r"SINCE (\d\d-\w{3}-\d{4})", asked)
        assert first
        assert since
        day = datetime.strptime(since[1], "%d-%b-%Y").replace(tzinfo=UTC)
        senders = re.findall(r'FROM "([^"]+)"', asked)
        heads = {uid: message_from_bytes(raw[:2000]) for uid, raw in self.mails.items()}
        there = [
            uid
            for uid, head in heads.items()
            if any(sender in str(head["From"]) for sender in senders)
            and parsedate_to_datetime(str(head["Date"])) >= day
        ]
        # A range that ends with * always holds the last mail.
        return [uid for uid in there if uid >= int(first[1])] or sorted(self.mails)[-1:]

    def _fetch(self, asked: str, send: Line) -> None:
        _, numbers, what = asked.split(" ", 2)
        for uid in map(int, numbers.split(",")):
            if uid not in self.mails:
                continue
            raw = self.mails[uid]
            if "RFC822.SIZE" in what:
                send(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(raw)})\r\n".encode())
                continue
            most = re.search(r"BODY\.PEEK\[\]<0\.(\d+)>", what)
            assert most
            part = raw[: int(most[1])]
            send(f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(part)}}}\r\n".encode() + part + b")\r\n")

    def changed_nothing(self) -> bool:
        """Whether it was told only what changes nothing."""
        verbs = {" ".join(one.split()[: 2 if one.startswith("UID") else 1]) for one in self.commands}
        peeked = [one for one in self.commands if "FETCH" in one and "BODY" in one]
        return verbs <= READ_ONLY and all("BODY.PEEK[" in one for one in peeked)


@contextmanager
def running(server: ImapServer, certificate: tuple[Path, Path]) -> Iterator[ImapServer]:
    """The server, listening on loopback; every connection is closed in the end."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*certificate)
    clients: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.port = listening.getsockname()[1]

        def accept() -> None:
            with suppress(OSError):
                while True:
                    client, _ = listening.accept()
                    clients.append(client)
                    threading.Thread(target=server.serve, args=(client, tls), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield server
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            for client in clients:
                with suppress(OSError):
                    client.close()


def make_certificate(folder: Path, name: str = "localhost") -> tuple[Path, Path]:
    """A certificate for this name and its key, as files; it is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(IPv4Address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / f"{name}.pem", folder / f"{name}.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, *private))
    return files


def trusting(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    """What trusts this certificate alone."""
    return ssl.create_default_context(cafile=str(certificate[0]))
