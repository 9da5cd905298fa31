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


TABLES = (
    *(f"{what}.{kind}" for what in ("inventory", "sales", "expenses") for kind in ("csv", "xlsx")),
    *(f"{pack}.zip{query}" for pack in ("everything", "year") for query in ("", "?format=xlsx", "?year=2026")),
)


def in_file(body: bytes) -> str:
    """All text of a table, or of the tables in a zip file: a workbook is one, too."""
    if not body.startswith(b"PK"):
        return body.decode()
    with ZipFile(io.BytesIO(body)) as archive:
        return "".join(in_file(archive.read(name)) for name in archive.namelist())


@pytest.mark.parametrize("table", TABLES)
def test_each_downloads_her_own_tables(anna: Visitor, ben: Visitor, table: str) -> None:
    annas, bens = (visitor.get(f"/own/export/{table}") for visitor in (anna, ben))
    assert (annas.status, bens.status) == (200, 200)
    assert ["Giraffenwort" in in_file(answer.body) for answer in (annas, bens)] == [True, False]
    assert "Zebrawort" in in_file(bens.body)
    assert bens.headers["cache-control"] == "private, no-store"
    assert bens.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert bens.headers["content-disposition"].startswith("attachment; filename*=UTF-8''vopt-")
    assert int(bens.headers["content-length"]) == len(bens.body)


def test_tables_are_written_as_each_reads(anna: Visitor, ben: Visitor) -> None:
    annas, bens = (visitor.get("/own/export/sales.csv") for visitor in (anna, ben))
    assert annas.body.startswith("\ufeffNumero ordine;".encode())
    assert ";12,00;" in annas.body.decode()
    assert bens.body.startswith(b"Order number,")
    assert ",12.00," in bens.body.decode()


def test_an_inventory_holds_what_its_page_shows(anna: Visitor, ben: Visitor) -> None:
    def titles(visitor: Visitor, query: str) -> list[bool]:
        body = visitor.get(f"/own/export/inventory.csv?{query}").body.decode()
        return ["Dress of Giraffenwort" in body, "Dress of Zebrawort" in body]

    assert titles(anna, "") == [True, True]
    assert titles(anna, "text=zebrawart") == [False, True]
    assert titles(anna, "brand=Brand+Giraffenwort&page=9&order=cheapest&id=7") == [True, False]
    assert titles(anna, "state=deleted") == titles(anna, "state=draft") == [False, False]
    assert titles(anna, "person=2") == [False, True]
    assert titles(ben, "person=1") == titles(ben, "text=giraffenwort") == [False, False]


@pytest.mark.parametrize("table", ["sales.csv", "expenses.xlsx", "everything.zip", "year.zip"])
@pytest.mark.parametrize("person", ["1", "9"])
def test_a_member_downloads_nobody_elses(ben: Visitor, table: str, person: str) -> None:
    answer = ben.get(f"/own/export/{table}?person={person}")
    assert answer.status == 404
    assert b"Giraffenwort" not in answer.body
    assert b"Anna" not in answer.body


def test_an_admin_downloads_one_persons(anna: Visitor) -> None:
    answer = anna.get("/own/export/year.zip?person=2&year=2026")
    assert answer.headers["content-disposition"].endswith("vopt-ben-2026.zip")
    assert ["Giraffenwort" in in_file(answer.body), "Zebrawort" in in_file(answer.body)] == [False, True]


@pytest.mark.parametrize(
    "table",
    [
        *("people.csv", "sales.zip", "sales.ods", "sales", "sales.csv.zip", "year.csv", "everything.xlsx", ".csv"),
        *(
            "sales.csv?year=1",
            "sales.csv?year=x",
            "sales.csv?person=-1",
            "sales.csv?person=x",
            "inventory.csv?year=2026",
        ),
        *("year.zip?format=ods", "inventory.csv?state=x", "inventory.csv?days=0", "..%2f..%2fshop.sqlite"),
        *("sales.csv/../../1", "sales.csv?person=99999999999999999999"),
    ],
)
def test_there_are_no_other_tables(anna: Visitor, table: str) -> None:
    assert anna.get(f"/own/export/{table}").status == 404
    assert anna.pages.ask(f"/own/export/{table}", method="HEAD", headers=[("Cookie", anna.cookie)]).status == 404


def test_who_asks_whether_there_is_a_table_is_told_without_one(ben: Visitor) -> None:
    for table in ("/own/export/sales.xlsx", "/own/everything/2.zip"):
        answer = ben.pages.ask(table, method="HEAD", headers=[("Cookie", ben.cookie)])
        assert (answer.status, answer.body, answer.headers["cache-control"]) == (200, b"", "private, no-store")
        assert answer.headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    "told",
    [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "https://evil.example")],
    ids=" ".join,
)
def test_no_other_site_reads_or_starts_a_table(ben: Visitor, told: tuple[str, str]) -> None:
    assert ben.pages.ask("/own/export/sales.csv", headers=[("Cookie", ben.cookie), told]).status == 403


def test_a_table_is_only_to_be_got(ben: Visitor, household: RunningPages) -> None:
    headers = [("Cookie", ben.cookie), ("Origin", ben.origin)]
    assert ben.pages.ask("/own/export/sales.csv", method="POST", headers=headers).status == 404
    assert household.ask("/own/export/sales.csv").status == 401


def test_what_the_admin_writes_on_her_page_is_done(anna: Visitor, ben: Visitor) -> None:
    with anna.opens("people") as tab:
        tab.set("<marimo-text", "Carla")
        tab.set(Words("it").say("Add"), 1)
        assert Words("it").say("{name} belongs to your household now.", name="Carla") in tab.text
    with ben.opens("people") as bens:
        assert "Carla" not in bens.text
