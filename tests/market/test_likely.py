"""A title tells in which catalogue a thing lies."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from vopt_lib.market.catalogues import ancestors
from vopt_lib.market.comparables import Book, read_market
from vopt_lib.market.likely import likely_catalogues
from vopt_lib.schema.comparables import Subject
from vopt_lib.schema.vinted_terms import catalogue_nodes

DRESSES, BAGS = 10, 19
TITLES = (("abito lungo nero elegante", DRESSES), ("borsa a tracolla in pelle", BAGS), ("oggetto misto", None))


def listing(number: int, title: str, catalog_id: int | None) -> dict[str, object]:
    return {
        "listing_id": number, "title": f"{title} {number % 3}", "brand": "Zara", "size": "M", "condition_id": 2,
        "url": None, "leaf_catalog_id": catalog_id, "price_eur": 10.0 + number % 7, "promoted": False,
        "seller_hash": str(number), "last_seen_at": datetime(2026, 11, 1, tzinfo=UTC), "evidence": "on_sale",
        "asked_since": datetime(2026, 10, 1, tzinfo=UTC),
    }  # fmt: skip


@pytest.fixture(scope="module")
def book() -> Book:
    mixed = [("cosa varia", DRESSES if number % 2 else BAGS) for number in range(20)]
    rows = [listing(number, *told) for number, told in enumerate((*(TITLES * 12), *mixed))]
    return read_market(pl.DataFrame(rows, infer_schema_length=None), ancestors(catalogue_nodes()))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Abito lungo nero", DRESSES),
        ("BORSA A TRACOLLA", BAGS),
        ("borsa tracola pelle", BAGS),
        ("oggetto misto", None),
        ("cosa varia", None),
        ("xyzzy", None),
        ("", None),
    ],
    ids=["like it", "in capitals", "a slip", "lies nowhere", "lies in both", "like nothing", "none"],
)
def test_a_thing_lies_where_listings_with_such_titles_do(book: Book, title: str, expected: int | None) -> None:
    assert likely_catalogues(book, [Subject(None, title)]) == [expected]


def test_many_are_told_at_once_in_their_order(book: Book) -> None:
    things = [Subject(None, title, brand="Zara", size="M") for title in ("borsa tracolla zara m", "?", "abito nero")]
    assert likely_catalogues(book, things) == [BAGS, None, DRESSES]
    assert likely_catalogues(book, []) == []
