"""A seller looks at her table before it is taken in; what she says of its columns is remembered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.imports.tables import text_table
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.desk.shop.tables import look_at, mapping_for, records_of, remember
from vopt_lib.errors import WrongMapping
from vopt_lib.schema.own_records import OwnListing

TABLE = "Cosa;Quanto;Brand\nAbito;12,50;Zara\nGonna;boh;Zara\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path / "data")


def test_a_look_shows_heads_and_rows_and_takes_her_word(desk: Desk, tmp_path: Path) -> None:
    mapping = {"title": "Cosa", "price": "Quanto"}
    looked = look_at(desk, member_of(desk), text_table(tmp_path, TABLE), mapping)
    assert (looked.head, looked.sample[0]) == (("Cosa", "Quanto", "Brand"), ("Abito", "12,50", "Zara"))
    assert looked.mapping == mapping


def test_what_the_heads_do_not_tell_is_left_open(desk: Desk, tmp_path: Path) -> None:
    looked = look_at(desk, member_of(desk), text_table(tmp_path, TABLE))
    assert (looked.mapping, looked.is_remembered) == ({"brand": "Brand"}, False)


def test_what_she_said_is_known_at_the_next_table_with_these_heads(desk: Desk, tmp_path: Path) -> None:
    member, file = member_of(desk), text_table(tmp_path, TABLE)
    remember(desk, member, file, mapping_for(desk, member, file, "title=Cosa, prezzo=quanto"))
    other = text_table(tmp_path, "Quanto,Brand,Cosa\n3,Nike,Borsa\n")
    looked = look_at(desk, member, other)
    assert (looked.mapping, looked.is_remembered) == ({"brand": "Brand", "title": "Cosa", "price": "Quanto"}, True)
    (record,) = records_of(other, looked.mapping)
    assert isinstance(record, OwnListing)
    assert (record.title, record.brand) == ("Borsa", "Nike")


def test_a_column_that_she_names_is_nothing_else_any_more(desk: Desk, tmp_path: Path) -> None:
    file = text_table(tmp_path, "Titolo;Nome lungo\na;b\n")
    assert mapping_for(desk, member_of(desk), file, "title=Nome lungo,description=Titolo") == {
        "title": "Nome lungo",
        "description": "Titolo",
    }


def test_a_head_with_a_comma_stands_in_quotes(desk: Desk, tmp_path: Path) -> None:
    file = text_table(tmp_path, 'Cosa;"Prezzo, €"\na;1\n')
    assert mapping_for(desk, member_of(desk), file, 'title=Cosa,"cost=Prezzo, €"') == {
        "title": "Cosa",
        "cost": "Prezzo, €",
    }


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("Cosa", "it is not NAME=COLUMN"),
        ("title=", "it is not NAME=COLUMN"),
        ("titel=Cosa", "there is no such name.*title, description"),
        ("title=Cosi", "there is no such column.*Cosa, Quanto"),
        ("title=Cosa,titolo=Brand", "this was said before"),
        ('"title=Cosa', "quotation mark"),
    ],
)
def test_a_say_that_cannot_be_followed_says_why(desk: Desk, tmp_path: Path, said: str, why: str) -> None:
    file = text_table(tmp_path, TABLE)
    with pytest.raises(WrongMapping, match=why):
        mapping_for(desk, member_of(desk), file, said)
