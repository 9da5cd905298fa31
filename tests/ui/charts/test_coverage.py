"""The calendar of what was searched: every square says what it is, to the eye and in words."""

from __future__ import annotations

from datetime import date, timedelta

from lxml.html import fromstring

from vopt_lib.schema.quality_page import Cell, Covered
from vopt_lib.ui.charts.coverage import coverage
from vopt_lib.words import Words

DAYS = [date(2026, 11, 1) + timedelta(days=day) for day in range(3)]
CELLS = (
    Cell("whole", 1.0, "1 Nov 2026: searched whole"),
    Cell("part", 0.0, "2 Nov 2026: in part"),
    Cell("none", None, "no"),
)


def test_a_square_is_filled_by_its_share_and_tells_its_day() -> None:
    table = fromstring(coverage([Covered("<b>Borse</b>", "/market?catalog=19", CELLS)], DAYS, Words("en")))
    squares = table.xpath("//tbody//td")
    assert [square.get("title") for square in squares] == [cell.told for cell in CELLS]
    assert [square.text_content() for square in squares] == [cell.told for cell in CELLS]
    assert [square[0].get("class") for square in squares] == ["is-whole", "is-part", "is-none"]
    assert [square[0].get("style") for square in squares] == ["--share: 1.00", "--share: 0.35", None]


def test_a_table_for_who_cannot_see_it_names_its_search_and_each_day() -> None:
    table = fromstring(coverage([Covered("<b>Borse</b>", "/market?catalog=19", CELLS)], DAYS, Words("en")))
    assert table.xpath("//caption")[0].text_content() == "What was searched, 1 Nov 2026 to 3 Nov 2026"
    [name] = table.xpath("//tbody//th/a")
    assert (name.text_content(), name.get("href")) == ("<b>Borse</b>", "/market?catalog=19")
    heads = [head[0].text_content() for head in table.xpath("//thead//th")[1:]]
    assert heads == ["1 Nov 2026", "2 Nov 2026", "3 Nov 2026"]
