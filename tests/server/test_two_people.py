"""Two people at once before one server, an Italian admin and an English member: neither sees what is the other's."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.browser.words import foreign_words
from tests.pages.english import english_in
from tests.pages.texts import texts
from tests.servers import RunningPages, running_pages
from tests.shop.full import account, add_ben, fill
from tests.shop.people import author
from tests.visitors import Tab, Visitor
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.shop.tables import Person
from vopt_lib.words import Words

SERVER = (str(Path(__file__).parent / "household_server.py"),)

SHOWS_THE_SHOP = ("people", "sql", "inventory", "sales", "imports")
"""Pages that tell something of the shop: another one is one more word here."""

ANNAS, BENS = ("Giraffenwort", "anna_r", "Anna"), ("Zebrawort", "ben_b", "Ben")


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPages]:
    """A server before Anna, an admin, and Ben, a member, each with something in every table."""
    data = tmp_path_factory.mktemp("household")
    shop = shop_of(open_desk(data=data, sql_seconds=60))
    with shop.writing(author()) as session:
        session.get_one(Person, 1).name = "Anna"
        session.add(account(1, "anna_r"))
    add_ben(shop)
    fill(shop, 1, "Giraffenwort")
    fill(shop, 2, "Zebrawort")
    shop.close()
    (data / "vopt.toml").write_text("sql_seconds = 60\n", encoding="utf-8")
    with running_pages(data, program=SERVER) as running:
        yield running


@pytest.fixture(scope="module")
def anna(household: RunningPages) -> Visitor:
    """Who sees everything, in Italian."""
    return Visitor(household, "who=anna")


@pytest.fixture(scope="module")
def ben(household: RunningPages) -> Visitor:
    """Who sees her own, in English."""
    return Visitor(household, "who=ben")


@pytest.fixture(scope="module", params=SHOWS_THE_SHOP)
def tabs(request: pytest.FixtureRequest, anna: Visitor, ben: Visitor) -> Iterator[tuple[Tab, Tab]]:
    """The same page, open before both; Anna opened hers again after Ben."""
    with ExitStack() as opened:
        opened.enter_context(anna.opens(request.param))
        bens = opened.enter_context(ben.opens(request.param))
        yield opened.enter_context(anna.opens(request.param)), bens


def test_a_member_sees_nothing_of_the_admins(tabs: tuple[Tab, Tab]) -> None:
    _, bens = tabs
    assert [word for word in ANNAS if word in bens.text] == []


def test_each_reads_her_own_language(tabs: tuple[Tab, Tab]) -> None:
    annas, bens = tabs
    assert [text for text in english_in(html_of(annas)) if not is_of_the_shop(text)] == []
    assert [text for text in foreign_words(texts(html_of(bens)), "en") if not is_of_the_shop(text)] == []


def is_of_the_shop(text: str) -> bool:
    """Whether it is what somebody wrote, in whatever language."""
    return any(word in text for word in (*ANNAS, *BENS))


def html_of(tab: Tab) -> str:
    return "\n".join(output for mimetype, output in tab.shown.values() if mimetype == "text/html")


def test_the_admin_sees_everybody_and_the_member_herself(anna: Visitor, ben: Visitor) -> None:
    with anna.opens("people") as annas, ben.opens("people") as bens:
        assert [word in annas.text for word in ("anna_r", "ben_b")] == [True, True]
        assert [word in bens.text for word in ("anna_r", "ben_b")] == [False, True]
        assert "object-id" in annas.text
        assert "object-id" not in bens.text


QUESTION = "SELECT title, person FROM shop_listing ORDER BY title"


def test_each_is_answered_about_her_own_shop(anna: Visitor, ben: Visitor) -> None:
    with anna.opens("sql", "sql=x") as annas, ben.opens("sql", "sql=x") as bens:
        for tab in (annas, bens):
            tab.set("marimo-code-editor", QUESTION)
        for tab in (annas, bens):
            tab.set("marimo-button", 1)
        assert ["Dress of Giraffenwort" in tab.text for tab in (annas, bens)] == [True, False]
        assert ["Dress of Zebrawort" in tab.text for tab in (annas, bens)] == [True, True]


def test_each_takes_what_she_may(anna: Visitor, ben: Visitor) -> None:
    for visitor in (anna, ben):
        answer = visitor.get("/own/everything/2.zip")
        assert (answer.status, answer.headers["cache-control"]) == (200, "private, no-store")
        assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''vopt-ben-")
        with ZipFile(io.BytesIO(answer.body)) as archive:
            assert json.loads(archive.read("person.json"))[0]["name"] == "Ben"
            assert b"Giraffenwort" not in b"".join(map(archive.read, archive.namelist()))
    assert anna.get("/own/everything/1.zip").status == 200


@pytest.mark.parametrize("number", ["1", "9", "-1", "x", "2.zip/../1", "999999999999999999999999"])
def test_a_member_takes_nobody_elses(ben: Visitor, number: str) -> None:
    answer = ben.get(f"/own/everything/{number}.zip")
    assert answer.status == 404
    assert b"Giraffenwort" not in answer.body


def test_who_is_not_known_takes_nothing(household: RunningPages) -> None:
    for cookie in ("", "who=carla", "who=anna2"):
        assert household.ask("/own/everything/1.zip", headers=[("Cookie", cookie)]).status == 401


def test_what_the_admin_writes_on_her_page_is_done(anna: Visitor, ben: Visitor) -> None:
    with anna.opens("people") as tab:
        tab.set("<marimo-text", "Carla")
        tab.set(Words("it").say("Add"), 1)
        assert Words("it").say("{name} belongs to your household now.", name="Carla") in tab.text
    with ben.opens("people") as bens:
        assert "Carla" not in bens.text
