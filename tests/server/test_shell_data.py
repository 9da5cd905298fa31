"""What the frame asks for: alerts, and what words find; for each her own, as words and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.desk.shop.clocks import NOW, StillClock
from tests.selling import sell
from tests.server.asgi import HOST, Came, Headers, ask, http
from vopt_lib.desk.alerts import end_alert, raise_alert
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop import people
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.schema.alerts import Alert
from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.answers import App
from vopt_lib.server.app import build
from vopt_lib.server.browsers import Browsers

ANNA, BEN = ("cookie", "anna"), ("cookie", "ben")
ORIGIN = ("origin", f"http://{HOST}")
VISITORS = {
    "anna": Visitor("anna-browser", "en", role="admin"),
    "ben": Visitor("ben-browser", "it", role="member", member=2),
}
DISK = Alert("disk", "bad", "The disk has {free} left.", "Delete <b>something</b>.", {"free": "1 GB"}, "/quality")
QUIET = Alert("quiet", "info", "Nothing has come in.", for_admins=False)


def someone(scope: object) -> Visitor | None:
    known = [value.decode() for name, value in scope["headers"] if name == b"cookie"]  # type: ignore[index]
    return VISITORS[known[0]] if known else None


def new_desk(folder: Path) -> Desk:
    """Anna's vopt with two alerts and one thing of hers; Ben is a member."""
    desk = open_desk(clock=StillClock(NOW), data=folder)
    people.add(desk, member_of(desk), "Ben")
    raise_alert(desk, DISK)
    raise_alert(desk, QUIET)
    sell(desk, "Giacca <i>di</i> jeans")
    return desk


def app_of(desk: Desk) -> App:
    return build(Browsers(bytes(32), 8420), 8420, pages=(), identify=someone, desk=desk)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> App:
    """Her pages, for tests that change nothing."""
    return app_of(new_desk(tmp_path_factory.mktemp("vopt")))


def get(app: App, path: str, who: tuple[str, str] = ANNA, query: str = "") -> Came:
    return ask(app, http(path, query=query, headers=[who]))


def put_aside(app: App, body: object, *headers: tuple[str, str]) -> Came:
    given: Headers = headers or (ANNA, ORIGIN)
    written = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ask(app, http("/api/v1/alerts/seen", method="POST", headers=given), written)


def found(app: App, words: str, who: tuple[str, str] = ANNA) -> list[tuple[str, str]]:
    told = json.loads(get(app, "/api/v1/search", who, f"q={words}").text)
    return [(one["title"], one["href"]) for one in told["found"]]


def test_alerts_are_told_in_words_with_what_to_do(app: App) -> None:
    came = get(app, "/api/v1/alerts")
    assert (came.status, came.headers["cache-control"]) == (200, "private, no-store")
    told = json.loads(came.text)
    assert (told["unseen"], told["label"]) == (2, "Alerts: 2 new ones")
    [disk] = [one for one in told["alerts"] if one["level"] == "bad"]
    assert (disk["text"], disk["next_step"]) == ("The disk has 1 GB left.", "Delete <b>something</b>.")
    assert (disk["href"], disk["lasts"], disk["is_seen"]) == ("/quality", True, False)
    assert disk["when"].startswith("since ")


def test_a_member_is_told_what_is_for_her(app: App) -> None:
    told = json.loads(get(app, "/api/v1/alerts", BEN).text)
    assert (told["unseen"], len(told["alerts"])) == (1, 1)


def test_what_is_put_aside_is_new_no_more_for_her_alone(tmp_path: Path) -> None:
    app = app_of(new_desk(tmp_path))
    ids = [one["id"] for one in json.loads(get(app, "/api/v1/alerts").text)["alerts"]]
    told = json.loads(put_aside(app, {"ids": ids}).text)
    assert (told["unseen"], told["label"], {one["is_seen"] for one in told["alerts"]}) == (0, "Alerts", {True})
    assert json.loads(get(app, "/api/v1/alerts", BEN).text)["unseen"] == 1


def test_an_alert_that_is_over_says_since_when(tmp_path: Path) -> None:
    desk = new_desk(tmp_path)
    app = app_of(desk)
    end_alert(desk, "disk")
    [disk] = [one for one in json.loads(get(app, "/api/v1/alerts").text)["alerts"] if one["level"] == "bad"]
    assert (disk["lasts"], "over since" in disk["when"]) == (False, True)


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"[]", b"[" * 5000, {}, {"ids": 3}, {"ids": ["1"]}, {"ids": [True]}, {"ids": [0]}, {"ids": [2**40]}],
    ids=lambda body: str(body)[:20],
)
def test_what_is_no_list_of_numbers_is_refused(app: App, body: object) -> None:
    assert put_aside(app, body).status == 400
    assert json.loads(get(app, "/api/v1/alerts").text)["unseen"] == 2


def test_another_site_puts_nothing_aside(app: App) -> None:
    assert put_aside(app, {"ids": [1]}, ANNA).status == 403
    assert put_aside(app, {"ids": [1]}, ANNA, ("origin", "https://evil.example")).status == 403


@pytest.mark.parametrize("path", ["/api/v1/alerts", "/api/v1/search"])
def test_a_stranger_is_told_nothing(app: App, path: str) -> None:
    came = ask(app, http(path, query="q=giacca"))
    assert came.status == 401
    assert "Giacca" not in came.text


def test_words_find_her_pages_and_things(app: App) -> None:
    assert found(app, "data") == [("Data quality", "/quality")]
    [(title, href)] = found(app, "jeans")
    assert (title, href.startswith("/inventory?id=")) == ("Giacca <i>di</i> jeans", True)


def test_a_member_finds_her_own_only(app: App) -> None:
    assert found(app, "jeans", BEN) == []
    assert found(app, "vendite", BEN) == [("Vendite", "/sales")]


@pytest.mark.parametrize("words", ["", "%20", "%00", "'%22<", "a" * 3000, "%25_", "\\"])
def test_any_words_get_an_answer(app: App, words: str) -> None:
    assert get(app, "/api/v1/search", query=f"q={words}").status == 200
