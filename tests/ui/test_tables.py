"""How rows become tables."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from tests.ui.pieces import seen, text_of
from vopt_lib.ui.tables import SHOWN_ROWS, Column, Kind, plain_table, table
from vopt_lib.words import Words

IT = Words("it")
BRANDS = pl.DataFrame({"brand": ["Zara", "<b>H&M</b>"], "seen": [1643, 12], "median": [1234.5, None]})
COLUMNS = (
    Column("brand", "Brand", href=lambda row: f"?brand={row['brand']}"),
    Column("seen", "Annunci", "count", note=lambda row: "pochi" if row["seen"] < 30 else None),
    Column("median", "Mediana", "money", quiet=lambda row: row["seen"] < 30),
)


def test_a_table_has_a_caption_headers_and_the_readers_numbers() -> None:
    shown = seen(table(BRANDS, COLUMNS, IT, caption="Prezzi per brand"))
    assert [text_of(cell) for cell in shown.xpath("//caption | //th")] == [
        "Prezzi per brand",
        "Brand",
        "Annunci",
        "Mediana",
    ]
    assert [text_of(cell) for cell in shown.xpath("//td")] == [
        "Zara",
        "1.643",
        "1.234,50 €",
        "<b>H&M</b>",
        "12pochi",
        "–",
    ]


def test_numbers_stand_on_the_right_and_weak_ones_are_quiet() -> None:
    shown = seen(table(BRANDS, COLUMNS, IT, caption="x"))
    assert [cell.get("class") for cell in shown.xpath("//tr[2]/td")] == [None, "is-number", "is-number is-quiet"]
    assert shown.xpath("//th/@class") == ["is-number", "is-number"]


def test_on_a_phone_each_value_can_name_its_column() -> None:
    assert seen(table(BRANDS, COLUMNS, IT, caption="x")).xpath("//tr[1]/td/@data-label") == [
        "Brand",
        "Annunci",
        "Mediana",
    ]


def test_a_cell_leads_where_its_row_says() -> None:
    assert seen(table(BRANDS, COLUMNS, IT, caption="x")).xpath("//td/a/@href") == ["?brand=Zara", "?brand=<b>H&M</b>"]


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        ("text", "felpa\u202e nike", "felpa nike"),
        ("money", Decimal("5.2"), "5,20 €"),
        ("count", 1234, "1.234"),
        ("percent", 0.256, "26%"),
        ("change", -0.034, "−3,4%"),
        ("day", date(2026, 11, 21), "21 nov 2026"),
        ("moment", datetime(2026, 11, 21, 7, 31, tzinfo=UTC), IT.moment(datetime(2026, 11, 21, 7, 31, tzinfo=UTC))),
        ("spark", [1.0, 2.0], ""),
        ("condition", 2, "Ottime"),
        ("link", "https://www.vinted.it/", "https://www.vinted.it/"),
        ("link", "javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_each_kind_of_column_is_told_in_its_form(kind: Kind, value: object, told: str) -> None:
    shown = seen(table(pl.DataFrame({"x": [value]}), [Column("x", "X", kind)], IT, caption="x"))
    assert [text_of(cell) for cell in shown.xpath("//td")] == [told]
    assert shown.xpath("//a/@href") == (["https://www.vinted.it/"] if str(value).startswith("https") else [])


@pytest.mark.parametrize("kind", ["text", "money", "count", "percent", "change", "day", "moment", "spark", "condition"])
def test_a_missing_value_is_a_dash(kind: Kind) -> None:
    rows = pl.DataFrame({"x": [None]})
    assert [text_of(cell) for cell in seen(table(rows, [Column("x", "X", kind)], IT, caption="x")).xpath("//td")] == [
        "–"
    ]


def test_without_rows_there_is_what_the_page_says_instead() -> None:
    assert table(BRANDS.clear(), COLUMNS, IT, caption="x", empty="Niente.") == "Niente."


def test_a_long_table_scrolls_within_itself() -> None:
    many = pl.concat([BRANDS] * 20)
    assert seen(table(many, COLUMNS, IT, caption="x")).xpath("./div/@class") == ["vopt-scroll is-tall"]
    assert seen(table(BRANDS, COLUMNS, IT, caption="x")).xpath("./div/@class") == ["vopt-scroll"]


def test_any_answer_is_shown_with_its_names_and_types() -> None:
    rows = pl.DataFrame(
        {
            "listing_id": [10107685910, None],
            "n": [12345, 0],
            "median_eur": [13.5, 9.25],
            "asked": [Decimal("1234.50"), None],
            "tags": [["a", "b"], None],
            "<th>": ["=HYPERLINK(1)", "<script>alert(1)</script>"],
        }
    )
    shown = seen(plain_table(rows, IT, caption="Risposta"))
    assert [text_of(cell) for cell in shown.xpath("//th")] == list(rows.columns)
    assert [[text_of(cell) for cell in row.xpath("td")] for row in shown.xpath("//tbody/tr")] == [
        ["10107685910", "12.345", "13,50", "1.234,50", "a, b", "=HYPERLINK(1)"],
        ["–", "0", "9,25", "–", "–", "<script>alert(1)</script>"],
    ]
    assert shown.xpath("//script") == []


def test_a_long_value_is_cut_and_told_in_full_when_pointed_at() -> None:
    (cell,) = seen(plain_table(pl.DataFrame({"x": ["a" * 100]}), IT, caption="x")).xpath("//td")
    assert text_of(cell) == "a" * 79 + "…"
    assert cell.get("title") == "a" * 100


def test_ten_thousand_letters_stay_short_even_when_pointed_at() -> None:
    assert len(plain_table(pl.DataFrame({"x": ["a" * 10_000]}), IT, caption="x")) < 1500


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("https://www.vinted.it/items/1", "https://www.vinted.it/items/1"),
        ("javascript:alert(1)", None),
        ("see https://vinted.it", None),
        ("https://vinted.it/" + "a" * 10_000, None),
    ],
    ids=["web", "script", "sentence", "too long to show"],
)
def test_an_address_of_the_web_is_a_link(text: str, href: str | None) -> None:
    (cell,) = seen(plain_table(pl.DataFrame({"x": [text]}), IT, caption="x")).xpath("//td")
    assert cell.xpath("./a/@href") == ([href] if href else [])


def test_a_large_answer_shows_its_first_rows_and_says_so() -> None:
    shown = seen(plain_table(pl.DataFrame({"x": range(SHOWN_ROWS + 1)}), Words("en"), caption="x"))
    assert len(shown.xpath("//tbody/tr")) == SHOWN_ROWS
    assert text_of(shown.xpath("./p")[0]).startswith("The first 200 of 201 rows.")


def test_an_answer_without_rows_says_so() -> None:
    assert text_of(seen(plain_table(pl.DataFrame({"x": []}), Words("en"), caption="x"))) == "No rows."
