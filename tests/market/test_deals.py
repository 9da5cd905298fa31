"""Which listings ask far less than others like them, and which only seem to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from tests.market.shelves import NOW, TREE, dress, shelf
from vopt_lib.market.comparables import read_market
from vopt_lib.market.deals import deals
from vopt_lib.market.evaluation import deals_against_truth

CHEAP = 9001


def found(*others: dict[str, Any], dresses: int = 200) -> pl.DataFrame:
    return deals(read_market(shelf(*others, dresses=dresses), TREE), now=NOW)


def cheap(**changed: Any) -> dict[str, Any]:
    """A dress that is worth 28 € and asks 8 €."""
    facts = {"listing_id": CHEAP, "title": "Abito lungo nero Zara", "seller_hash": "x", "price_eur": 8.0, **changed}
    return dress(0, **facts)


def test_a_listing_far_below_its_like_is_a_deal_and_says_why() -> None:
    deal = found(cheap()).row(0, named=True)
    assert deal["listing_id"] == CHEAP
    assert deal["price_eur"] < deal["low"] < deal["middle"] < deal["high"]
    assert deal["margin"] == pytest.approx(1 - 8.0 / deal["low"])
    assert deal["below"] == pytest.approx(1 - 8.0 / deal["middle"])
    assert deal["listings"] >= 30
    assert deal["days_at_price"] == 2.0


def test_usual_prices_are_no_deals() -> None:
    assert found().is_empty()
    assert found(cheap(price_eur=22.0)).is_empty()


@pytest.mark.parametrize(
    "changed",
    [
        {"price_eur": 1.0},
        {"price_eur": 0.01},
        {"price_eur": 2.20},
        {"price_eur": 11.11, "brand": "Max Mara", "title": "Abito Max Mara"},
        {"title": "Lotto 2 abiti Zara"},
        {"title": "Abito Zara con macchia"},
        {"title": "Abito Zara replica"},
        {"title": "Abito Zara scambio"},
        {"promoted": True},
        {"evidence": "sold"},
        {"evidence": "left"},
        {"last_seen_at": NOW - timedelta(days=30)},
        {"title": "Tuta spaziale marziana"},
    ],
    ids=str,
)
def test_what_warns_means_nothing_or_is_like_no_other_is_never_a_deal(changed: dict[str, Any]) -> None:
    assert CHEAP not in found(cheap(**changed)).get_column("listing_id")


def test_few_listings_make_no_deal() -> None:
    assert found(cheap(), dresses=25).is_empty()


def test_doubt_grows_with_every_day_and_a_cut_is_trusted() -> None:
    def sureness(**changed: Any) -> float:
        return float(found(cheap(price_eur=7.0, **changed))["sureness"][0])

    usual = sureness()
    assert sureness(asked_since=NOW - timedelta(days=12)) == pytest.approx(usual - 0.2, abs=0.01)
    assert sureness(first_price_eur=14.0) == pytest.approx(usual + 0.8 * 0.693, abs=0.01)
    assert sureness(favourite_count=20) > usual


def test_the_surest_comes_first() -> None:
    both = found(cheap(), cheap(listing_id=CHEAP + 1, seller_hash="y", price_eur=6.0))
    assert both["listing_id"].to_list() == [CHEAP + 1, CHEAP]


def test_deals_are_held_against_the_truth_beside_what_chance_would_give() -> None:
    flagged = pl.DataFrame({"listing_id": [1, 2, 3], "price_eur": [7.0, 7.1, 7.0]})
    on_sale = pl.DataFrame({"listing_id": [1, 2, 3, 4], "price_eur": [7.0, 7.1, 7.0, 10.0]})
    truth = pl.DataFrame({"listing_id": [1, 2, 3, 4], "fair_eur": [10.0] * 4, "oddity": ["", "", "bundle", ""]})
    told = deals_against_truth(flagged, on_sale, truth)
    assert told == {"flagged": 3, "right": 1, "precision": pytest.approx(1 / 3), "base_rate": 0.25}


def test_without_deals_there_is_no_precision() -> None:
    nothing = pl.DataFrame(schema={"listing_id": pl.Int64, "price_eur": pl.Float64})
    truth = pl.DataFrame({"listing_id": [1], "fair_eur": [10.0], "oddity": [""]})
    told = deals_against_truth(nothing, nothing, truth)
    assert told == {"flagged": 0, "right": 0, "precision": None, "base_rate": None}
