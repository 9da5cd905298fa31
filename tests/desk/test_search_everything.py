"""A few letters find what vopt knows, best first, and of things her own only."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.markets import small_market_data
from tests.selling import sell
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.search_everything import MOST, Hit, search_everything
from vopt_lib.desk.shop import people
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.schema.visitor import Visitor

ANNA = Visitor("anna", "en", role="admin")
PAGES = (Hit("page", "Prices", "/market"), Hit("page", "Home", "/"), Hit("page", "Zara's page", "/zara"))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A market of dresses and bags, and three things of Anna's."""
    desk = small_market_data(tmp_path_factory.mktemp("market"))
    sell(desk, "Borsa Zara", "Giubbotto di jeans", "Maglia a righe", brand="Zara")
    return desk


def found(desk: Desk, text: str, visitor: Visitor = ANNA) -> list[tuple[str, str]]:
    return [(hit.kind, hit.title) for hit in search_everything(desk, visitor, text, PAGES)]


def test_no_words_find_nothing(desk: Desk) -> None:
    assert found(desk, "  ") == []


def test_what_begins_so_comes_first_and_pages_before_the_rest(desk: Desk) -> None:
    assert found(desk, "zar")[:2] == [("page", "Zara's page"), ("brand", "Zara")]
    assert ("thing", "Borsa Zara") in found(desk, "zar")


def test_a_catalogue_and_a_search_are_found_by_any_part_of_their_path(desk: Desk) -> None:
    assert {("catalogue", "Borse"), ("search", "Borse (Donna)")} <= set(found(desk, "donna bor"))
    assert found(desk, "uomo bor") == []


def test_each_leads_where_it_is_shown(desk: Desk) -> None:
    hits = {(hit.kind, hit.title): hit.href for hit in search_everything(desk, ANNA, "bors")}
    assert hits["catalogue", "Borse"] == hits["search", "Borse (Donna)"] == "/market?catalog=19"
    assert hits["thing", "Borsa Zara"] == "/inventory?id=1"
    [brand] = [hit for hit in search_everything(desk, ANNA, "pull &") if hit.kind == "brand"]
    assert brand.href == "/brand?brand=Pull+%26+Bear"


def test_a_misspelt_word_finds_her_thing(desk: Desk) -> None:
    assert ("thing", "Giubbotto di jeans") in found(desk, "giubotto")


def test_no_more_than_a_glance_takes_in(desk: Desk) -> None:
    assert len(found(desk, "a")) == MOST


def test_a_member_does_not_find_what_is_anothers(desk: Desk) -> None:
    ben = Visitor("ben", "en", member=people.add(desk, member_of(desk), "Ben"))
    assert [one for one in found(desk, "jeans", ben) if one[0] == "thing"] == []


def test_before_anything_was_collected_pages_are_found(tmp_path: Path) -> None:
    assert found(open_desk(data=tmp_path), "pri") == [("page", "Prices")]
