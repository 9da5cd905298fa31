"""The real transport over real HTTP, against a few lines of the standard library's server."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from vopt_lib.errors import CertificateWrong, SettingsError, UnexpectedAnswer, Unreachable
from vopt_lib.settings import Settings
from vopt_lib.sources.vinted.session import open_session
from vopt_lib.sources.vinted.site import Site
from vopt_lib.sources.vinted.transport import CurlTransport, Request

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.seen.append((self.command, self.headers["host"], self.path, dict(self.headers.items())))
        getattr(self, "answer_" + (self.path.partition("?")[0].strip("/") or "home"))()

    do_HEAD = do_GET  # noqa: N815 - the standard library's name

    def reply(self, status: int, body: bytes = b"", *headers: tuple[str, str], length: int | None = None) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def answer_home(self) -> None:
        if "back=1" in self.path:
            return self.reply(200, b"<html>", ("X-Anon-Id", "abc"))
        return self.reply(
            302,
            b"",
            ("Set-Cookie", "access_token_web=; Max-Age=-1; Domain=.www.vinted.localhost; Path=/"),
            ("Set-Cookie", "access_token_web=opaque; Max-Age=604800; Domain=.vinted.localhost; Path=/; Secure"),
            ("Set-Cookie", "only_www=1; Path=/"),
            ("Location", "/?back=1"),
        )

    def answer_items(self) -> None:
        self.reply(200, b'{"items": []}', ("Content-Type", "application/json"), ("Content-Type-2", "x"))

    def answer_zipped(self) -> None:
        self.reply(200, gzip.compress(b'{"items": [1]}'), ("Content-Encoding", "gzip"))

    def answer_cut(self) -> None:
        self.reply(200, b'{"items": [', length=1000)
        self.close_connection = True

    def answer_dropped(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def answer_big(self) -> None:
        self.reply(200, b"x" * 300_000)

    def answer_bomb(self) -> None:
        self.reply(200, gzip.compress(b"0" * 5_000_000), ("Content-Encoding", "gzip"))

    def answer_teapot(self) -> None:
        self.reply(418, "caffè".encode(), ("Content-Type", "Text/Plain; charset=utf-8"), ("X-Two", "1"), ("X-Two", "2"))

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.seen = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join(10)
    server.server_close()


def self_signed(name: str, file: Path) -> Path:
    """A certificate that only its maker signed, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(secret + certificate.public_bytes(pem))
    return file


@pytest.fixture
def transport() -> Iterator[CurlTransport]:
    transport = CurlTransport("chrome146", body_limit_mb=0.2)
    yield transport
    transport.close()


def address(server: ThreadingHTTPServer, path: str, host: str = "www.vinted.localhost") -> str:
    return f"http://{host}:{server.server_port}{path}"


def test_an_answer_comes_back_whole_whatever_its_status(server, transport):
    response = transport.send(Request("GET", address(server, "/teapot")))
    assert (response.status, response.body.decode(), response.content_type) == (418, "caffè", "text/plain")
    assert (response.headers_named("x-two"), response.header("X-Two")) == (["1", "2"], "2")
    assert response.is_complete
    assert response.url == address(server, "/teapot")


@pytest.mark.parametrize("host", ["www.vinted.localhost", "api.vinted.localhost", "localhost", "127.0.0.1"])
def test_names_of_this_machine_lead_to_it(server, transport, host):
    assert transport.send(Request("GET", address(server, "/items", host))).status == 200
    assert server.seen[0][1] == f"{host}:{server.server_port}"


def test_the_browsers_own_headers_are_sent_ours_win_and_none_is_left_out(server, transport):
    headers = {
        "accept": "application/json",
        "x-anon-id": "abc",
        "upgrade-insecure-requests": None,
        "cookie": "a=1; b=2",
    }
    transport.send(Request("GET", address(server, "/items"), headers))
    sent = {name.casefold(): value for name, value in server.seen[0][3].items()}
    assert "Chrome/146" in sent["user-agent"]
    assert (sent["accept"], sent["x-anon-id"], sent["cookie"]) == ("application/json", "abc", "a=1; b=2")
    assert "upgrade-insecure-requests" not in sent
    assert "sec-ch-ua" in sent


def test_a_query_is_sent_as_it_was_written(server, transport):
    transport.send(Request("GET", address(server, "/items?attribute_ids%5Bcatalog%5D=1904%2C5&search_text=a+b")))
    assert server.seen[0][2] == "/items?attribute_ids%5Bcatalog%5D=1904%2C5&search_text=a+b"


def test_a_redirect_is_an_answer_with_all_its_cookies_and_nothing_is_followed_or_kept(server, transport):
    response = transport.send(Request("GET", address(server, "/")))
    assert (response.status, response.header("location")) == (302, "/?back=1")
    assert len(response.headers_named("set-cookie")) == 3
    transport.send(Request("GET", address(server, "/items")))
    assert [path for _, _, path, _ in server.seen] == ["/", "/items"]
    assert "cookie" not in {name.casefold() for name in server.seen[1][3]}


def test_a_compressed_body_is_decoded(server, transport):
    assert transport.send(Request("GET", address(server, "/zipped"))).body == b'{"items": [1]}'


def test_a_cut_off_body_is_told_by_a_mark(server, transport):
    response = transport.send(Request("GET", address(server, "/cut")))
    assert (response.status, response.is_complete) == (200, False)


def test_a_connection_that_closes_without_an_answer_is_unreachable_and_the_next_one_works(server, transport):
    with pytest.raises(Unreachable, match="no connection"):
        transport.send(Request("GET", address(server, "/dropped")))
    assert transport.send(Request("GET", address(server, "/items"))).body == b'{"items": []}'


def test_one_request_is_one_request_also_when_the_connection_dies(server, transport):
    transport.send(Request("GET", address(server, "/items")))
    with pytest.raises(Unreachable):
        transport.send(Request("GET", address(server, "/dropped")))
    assert [path for _, _, path, _ in server.seen] == ["/items", "/dropped"]


def test_nobody_listening_is_unreachable(transport):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(Unreachable, match="no connection"):
            transport.send(Request("GET", f"http://www.vinted.localhost:{port}/"))


def test_a_server_that_stays_silent_is_unreachable_in_time():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        transport = CurlTransport("chrome146", timeout_s=0.2)
        with pytest.raises(Unreachable, match="no answer in time"):
            transport.send(Request("GET", f"http://localhost:{silent.getsockname()[1]}/"))
        transport.close()


@pytest.mark.parametrize("path", ["/big", "/bomb"])
def test_a_body_beyond_the_limit_is_refused_also_when_it_is_small_on_the_wire(server, transport, path):
    with pytest.raises(UnexpectedAnswer, match="larger than any real answer"):
        transport.send(Request("GET", address(server, path)))
    assert transport.send(Request("GET", address(server, "/items"))).status == 200


@pytest.mark.parametrize("host", ["www.vinted.localhost", "127.0.0.1"])
def test_proxies_of_the_environment_are_ignored(server, monkeypatch, host):
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    transport = CurlTransport("chrome146")
    assert transport.send(Request("GET", address(server, "/items", host))).status == 200
    transport.close()


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(server, transport, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed("localhost", tmp_path / "localhost.pem"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with pytest.raises(CertificateWrong):
        transport.send(Request("GET", f"https://localhost:{server.server_port}/items"))
    assert server.seen == []


def test_a_handshake_that_fails_may_be_tried_again(server, transport):
    with pytest.raises(Unreachable, match="no connection"):
        transport.send(Request("GET", f"https://localhost:{server.server_port}/items"))


def test_an_unknown_browser_is_a_wrong_setting(server):
    transport = CurlTransport("netscape4")
    with pytest.raises(SettingsError, match="VOPT_IMPERSONATE"):
        transport.send(Request("GET", address(server, "/items")))
    transport.close()


def test_a_session_opened_over_http_survives_redirect_and_deletion_cookie(server, transport, tmp_path):
    local = {f"vinted_{name}": address(server, "", f"{name}.vinted.localhost") for name in ("www", "api")}
    site = Site.of(Settings(data=tmp_path, **local), "it")
    session = open_session(site, transport.send, lambda: NOW)
    assert [(method, path) for method, _, path, _ in server.seen] == [("HEAD", "/"), ("HEAD", "/?back=1")]
    assert session.anon_id == "abc"
    assert session.jar.header_for(site.items_url, NOW) == "access_token_web=opaque"
    assert session.jar.header_for(site.www, NOW) == "access_token_web=opaque; only_www=1"
