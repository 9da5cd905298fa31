"""At which addresses vopt answers, and from where a request is said to come."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.asgi import ask, http, websocket
from vopt_lib.schema.signing_in import Where
from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.answers import Refused
from vopt_lib.server.app import build
from vopt_lib.server.browsers import Browsers
from vopt_lib.server.door import Door
from vopt_lib.server.reach import Reach
from vopt_lib.settings import load_settings

PUBLIC = Reach.of(load_settings(public_address="https://vopt.example.org"), 8420)
LOCAL = Reach.of(load_settings(), 8420)
HOME = Reach.of(load_settings(pages_host="0.0.0.0"), 8420)
TUNNEL = [("cf-connecting-ip", "203.0.113.9"), ("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "https")]


def lets(reach: Reach, scope: dict[str, Any]) -> bool:
    try:
        reach.check(scope)
    except Refused:
        return False
    return True


def test_a_forwarded_request_is_answered_at_the_public_address_alone() -> None:
    assert lets(PUBLIC, http("/", host="vopt.example.org", headers=TUNNEL))
    for host in ("127.0.0.1:8420", "localhost:8420", "vopt.example.org:443", "VOPT.example.org", "evil.example", ""):
        assert not lets(PUBLIC, http("/", host=host, headers=TUNNEL)), host
    for host in ("127.0.0.1:8420", "vopt.example.org"):
        assert not lets(LOCAL, http("/", host=host, headers=TUNNEL)), host
        assert not lets(HOME, http("/", host=host, headers=TUNNEL)), host


def test_only_the_tunnel_on_this_computer_forwards() -> None:
    scope = http("/", host="vopt.example.org", headers=TUNNEL) | {"client": ("192.168.1.9", 5000)}
    assert not lets(PUBLIC, scope)


def test_this_computer_is_still_answered() -> None:
    assert lets(PUBLIC, http("/"))
    assert lets(PUBLIC, http("/", host="localhost:8420"))


@pytest.mark.parametrize(
    ("origin", "is_let_in"),
    [("https://vopt.example.org", True), ("http://vopt.example.org", False), ("https://evil.example", False),
     ("null", False), ("", False), ("https://vopt.example.org:443", False), ("http://127.0.0.1:8420", False)],
)  # fmt: skip
def test_a_change_comes_from_the_public_page_itself(origin: str, is_let_in: bool) -> None:
    for scope in (
        http("/login", method="POST", host="vopt.example.org"),
        websocket("/p/home/ws", host="vopt.example.org"),
    ):
        told = scope | {"headers": [*scope["headers"], (b"origin", origin.encode())]}
        assert lets(PUBLIC, told) is is_let_in


def test_at_home_it_answers_to_its_own_number_and_no_foreign_name() -> None:
    at_home = {"server": ("192.168.1.7", 8420), "client": ("192.168.1.9", 5000)}
    assert lets(HOME, http("/", host="192.168.1.7:8420") | at_home)
    for host in ("192.168.1.8:8420", "192.168.1.7", "evil.example:8420", "192.168.1.7.evil.example:8420"):
        assert not lets(HOME, http("/", host=host) | at_home), host
    assert not lets(LOCAL, http("/", host="192.168.1.7:8420") | at_home)


@pytest.mark.parametrize(
    ("headers", "client", "address"),
    [
        (TUNNEL, "127.0.0.1", "203.0.113.9"),
        ([("x-forwarded-for", "198.51.100.1, 203.0.113.9")], "127.0.0.1", "203.0.113.9"),
        ([("x-forwarded-for", "203.0.113.9, nonsense")], "127.0.0.1", "127.0.0.1"),
        ([("cf-connecting-ip", "2001:db8::7")], "::1", "2001:db8::7"),
        ([("cf-connecting-ip", "203.0.113.9"), ("cf-connecting-ip", "198.51.100.1")], "127.0.0.1", "127.0.0.1"),
        (TUNNEL, "192.168.1.9", "192.168.1.9"),
        ([], "127.0.0.1", "127.0.0.1"),
    ],
)
def test_the_tunnel_tells_from_where_somebody_comes(headers: list[tuple[str, str]], client: str, address: str) -> None:
    scope = http("/", host="vopt.example.org", headers=[*headers, ("user-agent", "A\x00" + "b" * 500)])
    where = PUBLIC.where(scope | {"client": (client, 5000)})
    assert (where.address, len(where.browser)) == (address, 200)
    assert LOCAL.where(http("/", headers=TUNNEL)) == Where("127.0.0.1")


def test_over_https_cookies_are_for_https_alone() -> None:
    door = Door(desk=None, browsers=Browsers(bytes(32), 8420), reach=PUBLIC, key=bytes(32), port=8420)  # type: ignore[arg-type]
    public, local = http("/", host="vopt.example.org", headers=TUNNEL), http("/")
    _, secure = door.field_of_browser(public)
    assert secure.startswith("__Host-vopt_form=")
    assert secure.endswith("; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure")
    assert door.no_session_cookie(public).startswith("__Host-vopt_session=; Path=/; Max-Age=0;")
    assert door.no_session_cookie(local) == "vopt_session_8420=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"


def test_over_https_a_browser_comes_by_nothing_else_again() -> None:
    door = Door(desk=None, browsers=Browsers(bytes(32), 8420), reach=PUBLIC, key=bytes(32), port=8420)  # type: ignore[arg-type]
    app = build(door.browsers, 8420, pages=(), door=door, identify=lambda scope: Visitor("anna"))
    answer = ask(app, http("/health", host="vopt.example.org", headers=TUNNEL))
    assert (answer.status, answer.headers["strict-transport-security"]) == (200, "max-age=31536000")
    assert "wss://vopt.example.org" in answer.headers["content-security-policy"]
    assert "strict-transport-security" not in ask(app, http("/health")).headers
    assert ask(app, http("/health", headers=TUNNEL)).status == 403
