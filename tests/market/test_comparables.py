"""What a listing is compared with, and what that tells of its price."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest

from tests.market.shelves import DRESSES, NOW, SKIRTS, TREE, dress, shelf, usual_price
from vopt_lib.market.comparables import Book, comparables_for, comparables_of, prices, read_market
from vopt_lib.schema.comparables import COMPARABLE, Comparables, FairPrice, Shortage, Subject, Unfit

MINE = 9000


@cache
def book() -> Book:
    return read_market(shelf(dress(0, listing_id=MINE, price_eur=5.0, title="Abito lungo Zara")), TREE)


def compared(*others: dict[str, Any], **mine: Any) -> Comparables:
    facts = {"listing_id": MINE, "seller_hash": "me", "title": "Abito lungo Zara", **mine}
    found = comparables_of(read_market(shelf(dress(0, **facts), *others), TREE), MINE)
    assert found is not None
    return found


def fair(found: Comparables) -> FairPrice:
    assert isinstance(found.fair, FairPrice)
    return found.fair


def test_the_most_alike_come_first_and_the_listing_is_not_among_them() -> None:
    found = comparables_of(book(), MINE)
    assert found is not None
    assert dict(found.on_sale.schema) == COMPARABLE
    assert 6 <= found.on_sale.height <= 12
    assert MINE not in found.on_sale["listing_id"]
    assert found.on_sale["brand"][:5].to_list() == ["Zara"] * 5
    assert found.on_sale["likeness"].is_sorted(descending=True)


def test_the_middle_is_what_such_a_thing_usually_asks_whatever_this_one_asks() -> None:
    for price in (5.0, 20.0, 60.0):
        told = fair(compared(price_eur=price, condition_id=6))
        assert told.middle == pytest.approx(usual_price("Zara", 6), rel=0.12)
        assert told.low < told.middle < told.high


def test_each_price_is_moved_to_the_listings_own_brand_and_condition() -> None:
    rows = compared(condition_id=4).on_sale
    other = rows.filter(pl.col("condition_id") == 6).row(0, named=True)
    assert other["by_condition"] == pytest.approx(0.6 / 1.4 - 1, abs=0.08)
    moved = (1 + other["by_brand"]) * (1 + other["by_size"]) * (1 + other["by_condition"]) * (1 + other["by_words"])
    assert other["adjusted_eur"] == pytest.approx(other["price_eur"] * moved)


def test_the_effects_are_told_with_how_many_listings_they_rest_on() -> None:
    effects = {effect.attribute: effect for effect in compared(brand="Max Mara", title="Abito Max Mara").effects}
    assert effects["brand"].value == "Max Mara"
    assert effects["brand"].change > 0.5
    assert effects["brand"].listings == pytest.approx(67, abs=1)


def test_eight_in_ten_asked_prices_lie_in_the_interval() -> None:
    told = prices(book()).filter(pl.col("unfit").is_null())
    away = (told["price_eur"] / told["middle"]).log().abs() / told["spread"]
    assert float((away <= book().stretch).mean() or 0) == pytest.approx(0.8, abs=0.03)


def test_bundles_and_nonsense_prices_move_nothing_and_are_told_as_left_out() -> None:
    bundles = [dress(n, listing_id=2000 + n, title=f"Lotto {n} abiti Zara", price_eur=150.0) for n in range(3, 40)]
    nonsense = [dress(n, listing_id=3000 + n, price_eur=(1.0, 9999.0, 0.01)[n % 3]) for n in range(30)]
    dear = [dress(n, listing_id=4000 + n, price_eur=900.0, seller_hash=f"dear-{n}") for n in range(10)]
    quiet, loud = fair(compared()), compared(*bundles, *nonsense, *dear)
    assert fair(loud).middle == pytest.approx(quiet.middle, rel=0.06)
    assert loud.reasons[Unfit.BUNDLE] == 37
    assert loud.reasons[Unfit.NONSENSE] == 40
    assert set(loud.excluded["reason"]) <= {"bundle", "nonsense"}


def test_a_sellers_own_other_offer_of_the_thing_is_a_duplicate() -> None:
    again = dress(1, listing_id=7000, seller_hash="me", title="abito lungo zara", price_eur=2.0)
    found = compared(again)
    assert 7000 not in found.on_sale["listing_id"]
    assert found.excluded.filter(pl.col("listing_id") == 7000)["reason"].to_list() == ["duplicate"]


def test_sold_ones_are_kept_apart() -> None:
    sold = [
        dress(n, listing_id=5000 + n, evidence="sold", price_eur=usual_price("Zara", 2) / 2, condition_id=2)
        for n in range(0, 60, 3)
    ]
    found = compared(*sold, condition_id=2)
    assert set(found.on_sale["evidence"]) == {"on_sale"}
    assert set(found.sold["evidence"]) == {"sold"}
    assert fair(found).middle == pytest.approx(usual_price("Zara", 2), rel=0.12)
    assert isinstance(found.last_seen, FairPrice)
    assert found.last_seen.middle == pytest.approx(usual_price("Zara", 2) / 2, rel=0.2)


def test_what_left_without_proof_is_not_shown_as_sold() -> None:
    left = [dress(n, listing_id=5000 + n, evidence="left") for n in range(30)]
    found = compared(*left)
    assert found.sold.is_empty()
    assert found.last_seen == Shortage.FEW_ALIKE


def test_a_small_catalogue_asks_its_parents_others() -> None:
    found = compared(leaf_catalog_id=SKIRTS)
    assert fair(found).of_parent
    assert not fair(compared()).of_parent


@pytest.mark.parametrize(
    ("catalog_id", "dresses", "lack"),
    [(None, 100, Shortage.NO_CATALOGUE), (DRESSES, 4, Shortage.FEW_ALIKE), (77, 100, Shortage.NO_CATALOGUE)],
)
def test_without_evidence_it_says_what_is_missing(catalog_id: int | None, dresses: int, lack: Shortage) -> None:
    made = read_market(shelf(dresses=dresses), TREE)
    assert comparables_for(made, Subject(catalog_id, "Abito lungo Zara", "Zara")).fair == lack


def test_a_listing_that_is_not_in_the_book_has_no_comparables() -> None:
    assert comparables_of(book(), 1) is None


def test_a_thing_that_is_only_described_is_compared_in_the_same_way() -> None:
    found = comparables_for(book(), Subject(DRESSES, "Abito lungo Zara", "Zara", "S", 6))
    assert fair(found).middle == pytest.approx(usual_price("Zara", 6), rel=0.12)
    assert comparables_for(book(), Subject(DRESSES)).fair == Shortage.FEW_ALIKE


def test_a_brand_that_stands_in_the_title_alone_counts() -> None:
    told = fair(compared(brand=None, title="abito lungo MAX MARA", condition_id=2))
    assert told.middle == pytest.approx(usual_price("Max Mara", 2), rel=0.2)


@pytest.mark.parametrize("title", ["", None, "\u200b", "<script>" * 50, "🌸", "((((", "\\d+ [a", "\x00"])
def test_any_title_will_do(title: str | None) -> None:
    assert fair(compared(title=title)).listings >= 6


def test_an_empty_market_is_no_error() -> None:
    made = read_market(shelf(dresses=0), TREE)
    assert made.stretch > 0
    assert comparables_for(made, Subject(DRESSES, "Abito")).fair == Shortage.FEW_ALIKE


def test_a_model_of_meaning_may_bring_others_to_the_front() -> None:
    def likes_short_ones(titles: Any) -> np.ndarray:
        _own, *others = titles
        return np.array([[1.0, 0.0], *([float("corto" in title), float("corto" not in title)] for title in others)])

    found = comparables_of(book(), MINE, meaning=likes_short_ones)
    assert found is not None
    assert "corto" in str(found.on_sale["title"][0])


def test_old_sightings_are_left_out() -> None:
    old = [dress(n, listing_id=6000 + n, last_seen_at=NOW - timedelta(days=20), price_eur=100.0) for n in range(50)]
    assert compared(*old).reasons == {Unfit.OLD: 50}


def test_a_book_knows_what_it_takes_in_memory() -> None:
    assert 10_000 < book().estimated_size() < 1_000_000
