"""What the page of imports tells of a file before it goes in, what it asks, and what becomes of every press."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.imports.archives import archive, listing, page
from tests.imports.mails import SOLD_IT, mail
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.imports_page import imports_page, look_into, press, take_in
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.desk.shop.uploads import arriving
from vopt_lib.schema.imports_page import Chosen
from vopt_lib.words import Words

EN = Words("en")
TABLE = b"Titolo;Prezzo;Costo\nAbito blu;12,50;4,00\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path / "data")


def dropped(desk: Desk, name: str, content: bytes, login: str | None = "anna_r") -> Chosen:
    with arriving(desk, member_of(desk), name) as file:
        file.write(content)
        return Chosen(file.finish().id, name, login=login)


def zipped(tmp_path: Path) -> bytes:
    return archive(tmp_path, {"listings/index.html": page(listing(), listing(1234567891, title="Borsa"))}).read_bytes()


def test_a_file_is_told_before_anything_of_it_is_kept(desk: Desk, tmp_path: Path) -> None:
    chosen = dropped(desk, "archive.zip", zipped(tmp_path))
    looked = look_into(desk, member_of(desk), chosen, EN)
    assert looked.kind == "Your Vinted archive"
    assert looked.lines[1:] == ("  2 listings read", "  2 new listings")
    assert looked.acts == {"": [("take-in", "Take it in"), ("leave", "Leave it")]}
    assert imports_page(desk, member_of(desk), EN).earlier == ()


def test_without_a_login_she_is_asked_for_it(desk: Desk, tmp_path: Path) -> None:
    looked = look_into(desk, member_of(desk), dropped(desk, "archive.zip", zipped(tmp_path), None), EN)
    assert (looked.needs_login, looked.acts) == (True, {})


def test_what_is_taken_in_is_told_and_no_longer_waits(desk: Desk, tmp_path: Path) -> None:
    chosen = dropped(desk, "archive.zip", zipped(tmp_path))
    told = take_in(desk, member_of(desk), chosen, EN)
    assert (told.kind, told.text) == ("good", "2 listings read. 2 new listings.")
    assert [one.file_name for one in imports_page(desk, member_of(desk), EN).earlier] == ["archive.zip"]
    assert take_in(desk, member_of(desk), chosen, EN).kind == "bad"


def test_a_table_shows_its_columns_and_takes_her_word_for_them(desk: Desk) -> None:
    chosen = dropped(desk, "things.csv", TABLE)
    table = look_into(desk, member_of(desk), chosen, EN).table
    assert table
    assert (table.heads, dict(table.columns)) == (
        ("Titolo", "Prezzo", "Costo"),
        {"title": "Titolo", "price": "Prezzo", "cost": "Costo"},
    )
    said = Chosen(chosen.id, chosen.name, "file", "anna_r", {"title": "Titolo", "cost": "Prezzo"})
    again = look_into(desk, member_of(desk), said, EN).table
    assert again
    assert dict(again.columns) == {"title": "Titolo", "cost": "Prezzo"}


def test_a_file_that_is_nothing_of_the_kind_is_told(desk: Desk) -> None:
    looked = look_into(desk, member_of(desk), dropped(desk, "broken.zip", b"PK\x03\x04nothing"), EN)
    assert looked.trouble
    assert looked.acts == {}


def test_a_question_is_answered_and_taken_back(desk: Desk) -> None:
    take_in(desk, member_of(desk), dropped(desk, "sold.eml", mail("Hai venduto un articolo su Vinted", SOLD_IT)), EN)
    (asked,) = imports_page(desk, member_of(desk), EN).questions
    assert asked.why == "Nobody has proved that it comes from Vinted"
    assert ("Subject", "Hai venduto un articolo su Vinted") in asked.facts
    assert press(desk, member_of(desk), "believe", asked.id, words=EN).kind == "good"
    page_now = imports_page(desk, member_of(desk), EN)
    assert (page_now.questions, len(page_now.answered)) == ((), 1)
    assert press(desk, member_of(desk), "take-back", asked.id, words=EN).kind == "good"
    assert len(imports_page(desk, member_of(desk), EN).questions) == 1


def test_an_answer_that_there_is_not_is_told(desk: Desk) -> None:
    assert press(desk, member_of(desk), "believe", "7", words=EN).kind == "bad"
