"""How the few figures that matter most are shown."""

from __future__ import annotations

import pytest

from tests.ui.pieces import seen, text_of
from vopt_lib.schema.tile import Tile
from vopt_lib.ui.tiles import tiles
from vopt_lib.words import Words


def test_a_tile_tells_its_figure_with_unit_change_and_what_it_is_compared_with() -> None:
    tile = Tile("Listings", "1.643", "on sale", "against last week", 0.012, "up", [1, 2, 3])
    assert text_of(seen(tiles([tile], Words("en")))) == "Listings1.643on sale+1.2% (better)against last week"


def test_a_tile_without_change_and_detail_has_no_foot() -> None:
    shown = seen(tiles([Tile("Gone", "39")], Words("en")))
    assert text_of(shown) == "Gone39"
    assert shown.xpath("//svg") == []


def test_a_tile_with_a_page_of_ours_is_a_link() -> None:
    shown = seen(tiles([Tile("Gone", "39", href="?brand=Zara")], Words("en")))
    assert shown.xpath("//a[@class='vopt-tile']/@href") == ["?brand=Zara"]


@pytest.mark.parametrize("href", ["javascript:alert(1)", "https://evil.test"])
def test_a_tile_leads_nowhere_else(href: str) -> None:
    assert seen(tiles([Tile("Gone", "39", href=href)], Words("en"))).xpath("//a") == []


@pytest.mark.parametrize(("many", "columns"), [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 3), (8, 4)])
def test_no_row_of_tiles_is_left_with_a_hole(many: int, columns: int) -> None:
    shown = seen(tiles([Tile("Gone", "39")] * many, Words("en")))
    assert shown.xpath("./ul/@style") == [f"--vopt-columns: {columns}"]


def test_what_a_tile_says_is_text() -> None:
    shown = seen(tiles([Tile("<i>", "<b>", "<u>", "<s>")], Words("en")))
    assert text_of(shown) == "<i><b><u><s>"
