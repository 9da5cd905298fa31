"""Pages that are locked, over real HTTP and websockets: nothing answers without a session, and hers opens only hers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.server.conftest import THINGS_SERVER
from tests.server.lockeds import ANNAS, BENS, Browser, Locked, family, locked_pages
from tests.servers import running_pages
from tests.visitors import Tab, new_session
from vopt_lib.desk.shop.opening import member_of, shop_of
from vopt_lib.desk.shop.signing_in import end_sessions
from vopt_lib.server.app import build
from vopt_lib.server.browsers import Browsers
from vopt_lib.server.door import Door
from vopt_lib.server.guard import Guard
from vopt_lib.server.pages import PAGES
from vopt_lib.server.reach import Reach
from vopt_lib.shop.tables import Person, SignInAddress, SignInTry, WebSession

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OPEN_TO_ALL = re.compile(r"/assets/.*|/health|/login|/logout|/first/.*|/invitation/.*")
FILLED = {"page": "home", "name": "x", "token": "x", "version": "1", "folder": "vopt", "person": "1", "what": "sales",
          "ending": "csv", "shipments": "1", "listing": "1"}  # fmt: skip


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Locked]:
    with locked_pages(tmp_path_factory.mktemp("locked"), program=THINGS_SERVER) as running:
        yield running


@pytest.fixture(scope="module")
def anna(locked: Locked) -> Browser:
    return locked.anna()


@pytest.fixture(scope="module")
def ben(locked: Locked) -> Browser:
    return locked.ben()


@pytest.fixture(scope="module")
def things(anna: Browser) -> Iterator[Tab]:
    """Anna's page of things."""
    with anna.visitor.opens("things") as tab:
        yield tab


@pytest.fixture(scope="module")
def addresses(locked: Locked) -> set[str]:
    """Every address that the apps behind the guard know, ours and marimo's."""
    browsers = Browsers(bytes(32), 8420)
    door = Door(locked.desk, browsers, reach=Reach(frozenset()), key=bytes(32), port=8420)
    guard = build(browsers, 8420, pages=PAGES[:1], door=door, desk=locked.desk, docs=Path())
    assert isinstance(guard, Guard)
    outside, frames = guard._outside, guard._frames
    assert isinstance(outside, Starlette)
    marimos = frames._app  # type: ignore[attr-defined]
    return {*walked(outside.routes, ""), *walked(marimos.routes, ""), "/admin", "/p/admin/", "/p/admin/ws"}


def walked(routes: list[BaseRoute], prefix: str) -> Iterator[str]:
    """The addresses of routes, and of those mounted below them, with something filled in."""
    for route in routes:
        path = prefix + getattr(route, "path", "")
        if isinstance(route, Mount) or getattr(route, "routes", None):
            yield from walked(list(getattr(route, "routes", None) or []), path)
            inner = getattr(route, "app", None)
            while inner is not None and not hasattr(inner, "routes"):
                inner = getattr(inner, "app", None) or getattr(inner, "_app", None)
            if not route.routes and getattr(inner, "routes", None):  # type: ignore[attr-defined]
                yield from walked(list(inner.routes), path)
        filled = re.sub(r"{(\w+)(:\w+)?}", lambda found: FILLED.get(found[1], "x"), path)
        yield filled or "/"


def test_the_list_of_addresses_is_long(addresses: set[str]) -> None:
    assert len(addresses) > 100
    for known in (
        "/p/home/ws",
        "/p/home/api/kernel/run",
        "/own/upload",
        "/api/v1/me",
        "/quality/docs/x",
        "/p/home/sse",
    ):
        assert known in addresses, sorted(addresses)


@pytest.mark.slow
def test_nothing_answers_without_a_session(locked: Locked, addresses: set[str]) -> None:
    pages, let_in = locked.pages, []
    for address in sorted(addresses):
        for method in METHODS:
            headers = [
                ("Origin", f"http://{pages.host}"),
                ("Cookie", f"vopt_session_{pages.port}=x; vopt_visitor_{pages.port}=y"),
            ]
            answer = pages.ask(
                address, method=method, headers=headers, body=None if method in ("GET", "HEAD") else b"{}"
            )
            is_led = answer.status == 303 and answer.headers["location"].startswith("/login")
            if not (answer.status in (401, 403) or is_led or OPEN_TO_ALL.fullmatch(address)):
                let_in.append((method, address, answer.status))
            assert locked.desk.paths.data.name not in answer.body.decode("utf-8", "replace")
    assert let_in == []


def test_no_socket_opens_without_a_session(locked: Locked, addresses: set[str]) -> None:
    headers = {"Cookie": f"vopt_visitor_{locked.pages.port}=y"}
    for address in sorted(addresses):
        assert socket_status(locked, f"{address}?session_id={new_session()}", headers) == 403, address


def socket_status(locked: Locked, address: str, headers: dict[str, str], origin: str | None = None) -> int:
    target = f"ws://{locked.pages.host}{address}"
    try:
        with connect(target, additional_headers=headers, origin=origin or f"http://{locked.pages.host}", proxy=None):  # type: ignore[arg-type]
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


@pytest.mark.parametrize("target", ["/", "/market", "/market?catalog=4", "/account"])
def test_a_browser_is_led_to_where_one_signs_in_and_a_program_is_not(locked: Locked, target: str) -> None:
    led = locked.browser().get(target, ("Accept", "text/html"), ("Sec-Fetch-Mode", "navigate"))
    assert (led.status, led.headers["location"].startswith("/login")) == (303, True)
    for mode in ("cors", "no-cors", "same-origin", "websocket"):
        assert locked.browser().get(target, ("Sec-Fetch-Mode", mode)).status == 401


def test_a_program_is_told_in_json(locked: Locked, ben: Browser) -> None:
    for browser, target, status in ((locked.browser(), "/api/v1/me", 401), (ben, "/health/deep", 403),
                                    (ben, "/api/v1/nothing", 404)):  # fmt: skip
        answer = browser.get(target)
        assert (answer.status, list(answer.json)) == (status, ["error"])
    preferred = locked.browser().get("/p/home/health", ("Accept", "application/json, text/plain;q=0.5"))
    assert (preferred.status, list(preferred.json)) == (401, ["error"])
    assert (
        locked.browser().get("/p/home/health", ("Accept", "text/html, */*")).headers["content-type"][:10]
        == "text/plain"
    )


def test_everybody_may_ask_whether_it_answers(locked: Locked) -> None:
    answer = locked.browser().get("/health")
    assert (answer.status, answer.json) == (200, {"status": "ok"})
    assert locked.browser().get("/health", ("Host", "evil.example")).status == 403


def test_an_admin_is_told_how_it_is(anna: Browser) -> None:
    told = anna.get("/health/deep").json
    assert told["overall"] in ("good", "warn", "bad")
    assert {"lake", "shop", "disk"} <= {check["name"] for check in told["checks"]}
    assert anna.get("/api/v1/health").json == told


@pytest.mark.parametrize("target", ["/admin", "/p/admin/", "/p/admin/health", "/p/admin/@file/1-a.csv", "/p/admin/ws",
                                    "/health/deep", "/api/v1/health"])  # fmt: skip
def test_a_member_opens_nothing_of_the_admins(locked: Locked, ben: Browser, target: str) -> None:
    assert ben.get(target).status == 403
    assert ben.send(target, {}).status == 403
    assert socket_status(locked, f"{target}?session_id={new_session()}", {"Cookie": ben.cookie}) == 403


def test_a_member_is_not_told_of_the_admins_page(ben: Browser, anna: Browser) -> None:
    assert "admin" not in {page["name"] for page in ben.get("/api/v1/pages").json["pages"]}
    assert anna.get("/api/v1/pages").status == 200


def test_a_member_reaches_nothing_of_anothers(things: Tab, anna: Browser, ben: Browser) -> None:
    found = re.search(r"\./(@file/[\w.-]+)", things.text)
    assert found
    assert anna.get(f"/p/things/{found[1]}").status == 200
    assert ben.get(f"/p/things/{found[1]}").status == 403
    call = {"objectIds": [things.id_of("slider")], "values": [9]}
    assert ben.visitor.call("/p/things/api/kernel/set_ui_element_value", things.session, call).status == 410
    with ben.visitor.opens("things", session=things.session) as his:
        his.set("slider", 5)
        assert "moved to 5 by person-2" in his.text
    things.set("slider", 8)
    assert "moved to 8 by person-1" in things.text


def test_a_member_takes_nothing_of_anothers_by_number(ben: Browser) -> None:
    assert ben.get("/own/everything/2.zip").status == 200
    assert ben.get("/own/everything/1.zip").status in (403, 404, 422)
    assert b"Giraffenwort" not in ben.get("/own/export/sales.csv?person=1").body
    assert b"Giraffenwort" not in ben.get("/own/export/sales.csv").body


@pytest.fixture
def open_tab(locked: Locked) -> Iterator[tuple[Browser, Tab]]:
    """A page of Ben's in a browser of its own."""
    browser = locked.ben()
    with ExitStack() as closing:
        yield browser, closing.enter_context(browser.visitor.opens("things"))


def close_code(tab: Tab) -> int:
    """With which code the server closes it."""
    with pytest.raises(ConnectionClosed) as closed:
        tab.read_until("never")
    assert closed.value.rcvd
    return closed.value.rcvd.code


def test_who_signs_out_closes_her_pages_at_once(open_tab: tuple[Browser, Tab]) -> None:
    browser, tab = open_tab
    old = browser.visitor
    assert browser.fill_in("/account", {}, to="/logout").status == 303
    assert close_code(tab) == 4401
    assert old.call("/p/things/api/kernel/function_call", tab.session, {}).status == 401


@pytest.mark.slow
def test_a_session_that_is_ended_elsewhere_closes_its_pages(locked: Locked, open_tab: tuple[Browser, Tab]) -> None:
    end_sessions(locked.desk, member_of(locked.desk), 2)
    assert close_code(open_tab[1]) == 4401


@pytest.mark.slow
def test_a_session_that_is_over_closes_its_pages_and_opens_none(locked: Locked, open_tab: tuple[Browser, Tab]) -> None:
    browser, tab = open_tab
    before = datetime.now(UTC) - timedelta(seconds=1)
    with shop_of(locked.desk).changing() as connection:
        connection.execute(update(WebSession).where(WebSession.person_id == 2).values(ends_at=before))
    assert close_code(tab) == 4401
    assert browser.get("/api/v1/me").status == 401


@pytest.mark.slow
def test_who_is_no_admin_any_more_is_let_in_as_what_she_is(locked: Locked) -> None:
    browser = locked.ben()
    with browser.visitor.opens("things") as tab:
        promote(locked, 2, "admin")
        assert close_code(tab) == 4401
    assert browser.get("/health/deep").status == 200
    promote(locked, 2, "member")
    assert browser.get("/health/deep").status == 403


def promote(locked: Locked, person_id: int, role: str) -> None:
    with shop_of(locked.desk).changing() as connection:
        connection.execute(update(Person).where(Person.id == person_id).values(role=role))


@pytest.mark.slow
def test_a_thousand_tries_find_nothing(locked: Locked) -> None:
    browser, found = locked.browser(), []
    field = browser.field_of("/login")
    for number in range(1000):
        answer = browser.send("/login", {"form": field, "name": "Anna", "password": f"guess-{number}"})
        found.append(answer.status)
    assert set(found) == {403, 429}
    assert found.count(403) < 30
    forget_tries(locked)
    assert locked.browser().sign_in("Anna", ANNAS).status == 303


def forget_tries(locked: Locked) -> None:
    with shop_of(locked.desk).changing() as connection:
        connection.execute(SignInTry.__table__.delete())  # type: ignore[attr-defined]
        connection.execute(SignInAddress.__table__.delete())  # type: ignore[attr-defined]


def test_a_session_cannot_be_guessed_or_twisted(locked: Locked, ben: Browser) -> None:
    name = f"vopt_session_{locked.pages.port}"
    token = ben.cookies[name]
    twisted = (
        token[:-1],
        token + "x",
        token.swapcase(),
        "",
        f'"{token}"',
        token + "\xe9",
        token.replace(token[0], "~"),
    )
    for forged in (*twisted, "x" * 43, "x" * 9000, "' OR 1=1 --", "%00"):
        assert locked.pages.ask("/api/v1/me", headers=[("Cookie", f"{name}={forged}")]).status in (400, 401), forged
    for other in ("vopt_session", "__Host-vopt_session", "vopt_visitor", f"vopt_session_{locked.pages.port + 1}"):
        assert locked.pages.ask("/api/v1/me", headers=[("Cookie", f"{other}={token}")]).status == 401


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "CF-Connecting-IP", "Via", "X-Real-IP"])
def test_nobody_comes_through_a_tunnel_that_is_not_set(ben: Browser, name: str) -> None:
    for target in ("/", "/login", "/health", "/api/v1/me"):
        assert ben.get(target, (name, "127.0.0.1")).status == 403
    assert ben.send("/login", {"name": "Ben", "password": BENS}, (name, "127.0.0.1")).status == 403


@pytest.mark.parametrize("host", ["evil.example", "localhost", "127.0.0.1:1", "[::1]:{port}", "0.0.0.0:{port}"])
def test_another_name_is_refused(locked: Locked, ben: Browser, host: str) -> None:
    told = ("Host", host.format(port=locked.pages.port))
    for target in ("/login", "/health", "/api/v1/me", "/first/x"):
        assert ben.get(target, told).status == 403


SLOW = (
    "import sys, vopt_lib.server.protocol as p, vopt_lib.server.__main__ as m;"
    "p.BoundedProtocol.head_within_s = 0.2; sys.exit(m.main(['--port', sys.argv[2]]))"
)


@pytest.mark.slow
def test_a_slow_head_is_cut_off(tmp_path: Path) -> None:
    with running_pages(tmp_path, program=("-c", SLOW)) as pages:
        whole = f"GET /health HTTP/1.1\r\nHost: {pages.host}\r\n\r\n".encode()
        for begun in (b"", b"GET / HTTP/1.1\r\nHo", whole + b"GET"):
            pages.say(begun)
        assert pages.ask("/health").status == 200


@pytest.mark.slow
def test_the_first_password_locks_what_is_open(tmp_path: Path) -> None:
    desk = family(tmp_path)
    with shop_of(desk).changing() as connection:
        connection.exec_driver_sql("DELETE FROM credential")
    with running_pages(tmp_path, program=THINGS_SERVER) as pages:
        browser = Browser(pages)
        assert browser.get("/").status == 200
        assert browser.get("/login").headers["location"] == "/"
        assert browser.get("/api/v1/me").json["signed_in"] is False
        with browser.visitor.opens("things") as tab:
            led = browser.fill_in("/account", {"do": "lock"})
            assert led.headers["location"].startswith("/first/")
            assert browser.get("/").status == 200
            other = Browser(pages)
            kept = other.fill_in(led.headers["location"], {"new": ANNAS, "again": ANNAS})
            assert (kept.status, kept.headers["location"]) == (303, "/")
            assert close_code(tab) == 4401
        assert (browser.get("/").status, browser.get("/api/v1/me").status) == (303, 401)
        assert browser.visitor.call("/p/things/api/kernel/function_call", tab.session, {}).status == 401
        assert other.get("/api/v1/me").json["role"] == "admin"
        assert Browser(pages).get(led.headers["location"]).status == 410
