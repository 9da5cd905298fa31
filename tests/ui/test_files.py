"""Links that download tables: of what the page shows, named for who hears them alone."""

from __future__ import annotations

import polars as pl
import pytest

from tests.ui.pieces import seen, text_of
from vopt_lib.schema.filters import InventoryFilters, SalesFilters
from vopt_lib.schema.inventory_page import Found, InventoryPage
from vopt_lib.schema.market_page import Choice
from vopt_lib.schema.own_figures import Period
from vopt_lib.schema.sales_page import SalesPage
from vopt_lib.ui.files import inventory_files, sales_files
from vopt_lib.words import Words

EN = Words("en")
PEOPLE = (Choice(1, "Anna"), Choice(2, "Ben <b>"))


def sales(people: tuple[Choice, ...] = ()) -> SalesPage:
    period = Period.of_year(2026)
    return SalesPage(period, rows=pl.DataFrame(), people=people, years=(2026, 2025, 2024, 2023, 2022))


def links(piece: object) -> dict[str, str]:
    """{what it is called: where it leads} of every link."""
    return {link.get("aria-label"): link.get("href") for link in seen(piece).iter("a")}  # type: ignore[arg-type]


def test_an_inventory_is_downloaded_as_it_is_narrowed() -> None:
    filters = InventoryFilters(text="abito & blu", price_from="10.50", page=3, order="oldest", id=7)
    found = inventory_files(InventoryPage(Found(total=12)), filters, EN)
    assert links(found) == {
        f"12 listings as a file: {shown}": f"/own/export/inventory.{kind}?text=abito+%26+blu&price_from=10.50"
        for kind, shown in (("csv", "CSV"), ("xlsx", "Excel"))
    }
    assert [link.get("download") for link in seen(found).iter("a")] == ["", ""]


def test_whoever_sees_all_downloads_each_persons_years() -> None:
    found = links(sales_files(sales(PEOPLE), SalesFilters(), EN))
    assert found["All sales: CSV"] == "/own/export/sales.csv"
    assert found["All expenses: Excel"] == "/own/export/expenses.xlsx"
    assert (
        found["Inventory, sales, purchases and expenses in one file: Excel"] == "/own/export/everything.zip?format=xlsx"
    )
    packs = {name: href for name, href in found.items() if "DAC7" in name}
    assert len(packs) == 2 * 4
    last = "Pack of Ben <b>'s year, with the DAC7 numbers: 2023"
    assert packs[last] == "/own/export/year.zip?year=2023&format=xlsx&person=2"


def test_a_member_downloads_her_own_years() -> None:
    found = links(sales_files(sales(), SalesFilters(), EN))
    assert found["Pack of the year, with the DAC7 numbers: 2026"] == "/own/export/year.zip?year=2026&format=xlsx"


def test_what_is_chosen_above_is_downloaded_and_said() -> None:
    found = links(sales_files(sales(PEOPLE), SalesFilters(period="2025", person=2), EN))
    assert found["Sales of 2025: CSV"] == "/own/export/sales.csv?person=2&year=2025"
    assert [name for name in found if "DAC7" in name and "Anna" in name] == []


@pytest.mark.parametrize("filters", [SalesFilters(), SalesFilters(period="2025")])
def test_where_nothing_was_sold_there_is_nothing_to_download(filters: SalesFilters) -> None:
    assert text_of(seen(sales_files(SalesPage(), filters, EN))) == ""
