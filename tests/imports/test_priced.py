"""A table of second-hand things becomes what a price model learns from; what it cannot say is refused or counted."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from vopt_lib.errors import (
    ColumnMissing,
    CurrenciesMixed,
    KnownAfterwards,
    NothingToLearnFrom,
    PriceColumnMissing,
    VoptError,
    WrongCondition,
    WrongMapping,
)
from vopt_lib.imports.priced import ROW, Priced, conditions_of, kept_rows, priced, reading_of
from vopt_lib.schema.pricing import PRICED

FILE = "cose.csv"


def read(columns: dict[str, list[Any]], mapping: str = "") -> Priced:
    rows = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_row_index(ROW, 1)
    return priced(rows, reading_of(mapping, list(columns), file=FILE), file=FILE)


def prices(*texts: str | None) -> list[float]:
    named = {"title": [f"cosa {place}" for place in range(len(texts))], "price": list(texts)}
    return read(named).rows["price_eur"].to_list()


def test_columns_are_found_by_what_is_said_and_the_rest_by_their_names() -> None:
    head = ["ID", "name", "brand_name", "item_condition_id", "Prix (€)", "gender", "kind", "mystery"]
    reading = reading_of("category=gender+kind,extra=mystery", head, file=FILE)
    assert dict(reading.columns) == {
        "category": ("gender", "kind"),
        "extra": ("mystery",),
        "id": ("ID",),
        "title": ("name",),
        "brand": ("brand_name",),
        "condition": ("item_condition_id",),
        "price": ("Prix (€)",),
    }
    assert reading.guessed == ("id", "title", "brand", "condition", "price")
    assert reading.names[:3] == ["gender", "kind", "mystery"]


def test_rows_become_things_with_labels() -> None:
    found = read(
        {
            "id": ["1", "2"],
            "name": [" Abito  rosso\n", "-"],
            "gender": ["Donna", "Uomo"],
            "kind": ["Abiti", ""],
            "online": ["lunedì", None],
            "price": ["39,00€", "12.50 EUR"],
        },
        "title=name,category=gender+kind,online_date=online",
    )
    wanted = {
        "id": ["1", "2"],
        "title": ["Abito rosso", None],
        "category": ["Donna > Abiti", "Uomo"],
        "price_eur": [39.0, 12.5],
        "online_date": ["lunedì", None],
    }
    assert (found.currency, found.unpriced, found.repeated) == ("EUR", 0, 0)
    assert found.rows.columns == [*PRICED, "online_date"]
    assert_frame_equal(found.rows.select(list(wanted)), pl.DataFrame(wanted))


def test_a_usual_name_can_be_left_out() -> None:
    reading = reading_of("brand=", ["title", "brand", "price"], file=FILE)
    assert set(reading.columns) == {"title", "price"}


def test_a_state_is_a_condition_where_its_values_are() -> None:
    head = ["name", "State", "price"]
    assert "condition" in reading_of("", head, sample=[("a", "Very good", "1")], file=FILE).columns
    assert "condition" not in reading_of("", head, sample=[("a", "Ohio", "1")], file=FILE).columns


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        (["39,00€", "€ 12", "1.250 €", "7.50 EUR"], [39.0, 12.0, 1250.0, 7.5]),
        (["1.250", "900"], [1250.0, 900.0]),
        (["1.250", "900.5"], [1.25, 900.5]),
        (["40.54999", "12"], [40.54999, 12.0]),
        (["12", None, "0", "-3", "NaN", "inf", "gratis", "1e400", ""], [12.0]),
    ],
    ids=["signs", "thousands", "decimals of a program", "many decimals", "no prices"],
)
def test_prices_are_read_as_people_and_programs_write_them(texts: list[str | None], wanted: list[float]) -> None:
    assert prices(*texts) == wanted


@pytest.mark.parametrize(("text", "currency"), [("¥ 1,200", "¥"), ("AUD 1,200", "AUD"), ("1200 ₹", "₹")])
def test_prices_of_far_away_are_read_too(text: str, currency: str) -> None:
    found = read({"title": ["a"], "price": [text]})
    assert (found.rows["price_eur"].to_list(), found.currency) == ([1200.0], currency)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (["Women/Tops/Blouse", "Men/ Shoes", None], ["Women > Tops > Blouse", "Men > Shoes", None]),
        (["Donna>Borse", "Uomo"], ["Donna > Borse", "Uomo"]),
        (["Donna > Top e T-shirt", "Uomo"], ["Donna > Top e T-shirt", "Uomo"]),
        (["Sneakers", "Boots", "Tops/Shirts"], ["Sneakers", "Boots", "Tops/Shirts"]),
    ],
    ids=["slashes", "no spaces", "ours", "a name with a slash"],
)
def test_a_path_of_categories_gets_levels_however_it_is_written(written: list[Any], wanted: list[Any]) -> None:
    found = read({"title": list("abc"[: len(written)]), "category": written, "price": ["1"] * len(written)})
    assert found.rows["category"].to_list() == wanted


def test_rows_without_a_price_are_counted() -> None:
    assert read({"title": ["a", "b", "c"], "price": ["1", None, "0"]}).unpriced == 2


@pytest.mark.parametrize(
    "columns",
    [
        {"title": ["a", "b"], "price": ["1 €", "2 £"]},
        {"title": ["a", "b"], "price": ["1", "2"], "currency": ["EUR", "pln"]},
        {"title": ["a", "b"], "price": ["1 €", "2"], "currency": [None, "USD"]},
    ],
    ids=["signs", "a column", "both"],
)
def test_several_currencies_are_refused(columns: dict[str, list[Any]]) -> None:
    with pytest.raises(CurrenciesMixed, match="several currencies"):
        read(columns)


@pytest.mark.parametrize(
    ("head", "wanted"), [("price_eur", "EUR"), ("Prix (€)", "EUR"), ("price usd", "USD"), ("price", None)]
)
def test_the_head_of_the_prices_may_name_their_currency(head: str, wanted: str | None) -> None:
    assert read({"title": ["a"], head: ["1"]}, f"price={head}").currency == wanted


def test_the_last_row_of_a_thing_counts_and_without_an_id_its_row_is_its_id() -> None:
    found = read({"id": ["7", None, "7"], "title": ["a", "b", "c"], "price": ["1", "2", "3"]})
    assert found.rows.select("id", "price_eur").rows() == [("row 2", 2.0), ("7", 3.0)]
    assert found.repeated == 1


def test_any_name_may_be_that_of_a_label() -> None:
    found = read({"title": ["a"], "price": ["1"], "x": ["b"]}, "row=x,alike=x,id=title,lack=x")
    assert found.rows.select("row", "alike", "lack").row(0) == ("b", "b", "b")


def test_where_days_are_told_the_row_of_the_latest_counts() -> None:
    found = read(
        {
            "link": ["https://www.vinted.fr/uomo/2821632549-abito?x=1", "https://www.vinted.it/items/2821632549-abito"],
            "title": ["a", "a"],
            "price": ["1", "2"],
            "scraped": ["02/05/2023", "30/04/2023"],
        },
        "id=link,day=scraped",
    )
    assert found.rows.select("id", "price_eur", "day").rows() == [("2821632549", 1.0, "2023-05-02")]


def test_without_ids_rows_that_are_alike_in_everything_are_one_thing() -> None:
    found = read({"title": ["a", "a", "a"], "price": ["1", "1", "1"], "views": ["1", "1", "2"]}, "title=title")
    assert found.rows["id"].to_list() == ["1", "3"]
    assert found.repeated == 1


@pytest.mark.parametrize(
    ("mapping", "error", "told"),
    [
        ("title", WrongMapping, "it is not NAME=COLUMN"),
        ("title=name,title=name", WrongMapping, "this was said before"),
        ('"title=name', WrongMapping, "a quotation mark is not closed"),
        ("title=nmae", ColumnMissing, "Did you mean “name”"),
        ("title=name+nix", ColumnMissing, "no column “nix”"),
        ("price=price,extra=price", WrongMapping, "a price cannot be told from itself"),
        ("extra=price", PriceColumnMissing, "which column of cose.csv is the price"),
        ("extra=num_likes", KnownAfterwards, "“num_likes” may not tell a price"),
        ("we_love=name", KnownAfterwards, "“we_love” may not tell a price"),
        ("title=name+Item Views", KnownAfterwards, "“Item Views” may not tell a price"),
        ("price=", PriceColumnMissing, "which column of cose.csv is the price"),
        ("title=,", NothingToLearnFrom, "which columns of cose.csv tell what a thing is"),
    ],
)
def test_a_mapping_that_cannot_be_is_told(mapping: str, error: type[VoptError], told: str) -> None:
    with pytest.raises(error, match=told):
        reading_of(mapping, ["name", "price", "num_likes", "Item Views"], file=FILE)


@pytest.mark.parametrize("head", ["num_likes", "favourites", "Visualizzazioni", "item_current_followers2", "nb_vues"])
def test_what_is_known_only_afterwards_is_never_guessed_nor_taken(head: str) -> None:
    with pytest.raises(KnownAfterwards):
        reading_of(f"extra={head}", ["title", "price", head], file=FILE)


def test_a_new_thing_may_be_like_new() -> None:
    assert reading_of("condition=like_new", ["title", "price", "like_new"], file=FILE).columns["condition"]


def test_rows_are_kept_by_values_whatever_their_case() -> None:
    rows = pl.DataFrame({"has_attrs": ["true", "False", None, "True"], "kind": ["a", "a", "a", "b"]})
    head = ["has_attrs", "kind"]
    assert kept_rows(rows, conditions_of(["has_attrs=true"], head)).height == 2
    assert kept_rows(rows, conditions_of(["has_attrs=true", "kind=b"], head)).height == 1
    assert kept_rows(rows, conditions_of(["has_attrs="], head)).height == 1
    assert kept_rows(rows, {}).height == 4
    with pytest.raises(WrongCondition, match="write --where COLUMN=VALUE"):
        conditions_of(["has_attrs"], head)
    with pytest.raises(ColumnMissing):
        conditions_of(["hass=true"], head)


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=12)), min_size=1, max_size=8))
def test_whatever_stands_in_a_table_every_row_is_a_thing_or_counted(cells: list[tuple[str, str]]) -> None:
    columns = {"title": [title for title, _ in cells], "price": [price for _, price in cells]}
    try:
        found = read(columns)
    except CurrenciesMixed:
        return
    assert found.rows.height + found.unpriced + found.repeated == len(cells)
    assert (found.rows["price_eur"] > 0).all()
    assert found.rows["price_eur"].is_finite().all()
