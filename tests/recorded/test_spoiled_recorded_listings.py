"""Twenty recorded listings are spoiled by hand on their way: each is refused for its reason, the others stay whole."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import polars as pl
import pytest

from tests.recorded.conftest import PlayDay, PlayedDay
from tests.recorded.listings import MENS_CLOTHES, menswear, needs_listings, price_figures, recorded_menswear

pytestmark = [pytest.mark.recorded, needs_listings]

EVERY = 83
"""Every 83rd listing is spoiled: twenty of them lie all over the catalogue and its prices."""


def euro(amount: str | None, currency: str | None = "EUR") -> dict[str, str | None]:
    return {"amount": amount, "currency_code": currency}


SPOILED: dict[str, dict[str, Any]] = {
    "bad_price": {"price": euro("trente euros")},
    "negative_price": {"price": euro("-12.00")},
    "zero_price": {"price": euro("0.00")},
    "absurd_price": {"price": euro("1000000.00"), "total_item_price": euro("1050000.70")},
    "no_price": {"price": None},
    "no_currency": {"price": euro("12.00", None)},
    "bad_currency": {"price": euro("12.00", "EURO")},
    "bad_fee": {"service_fee": euro("offerts")},
    "negative_fee": {"service_fee": euro("-0.70")},
    "total_below_price": {"total_item_price": euro("0.10")},
    "id_not_positive": {"id": 0},
    "bad_id": {"id": 2**63},
    "no_id": {"id": None},
    "bad_title": {"title": ["Blazer", "en laine"]},
    "long_title": {"title": "très " * 61},
    "bad_url": {"url": "javascript:alert(1)"},
    "bad_photo": {"photo": "photo.jpg"},
    "bad_photo_url": {"photo": {"url": "C:\\photo.jpg"}},
    "bad_count": {"favourite_count": "beaucoup"},
    "negative_count": {"favourite_count": -3},
}
"""By the reason they must be refused for: what the site says of the listing instead of the truth."""


def spoil(listings: pl.DataFrame, every: int) -> pl.DataFrame:
    """The listings, every so manyeth of them with the next of the twenty."""
    overrides = [json.dumps(spoiled) for spoiled in SPOILED.values()]
    places = range(0, every * len(overrides), every)
    wire = [None] * listings.height
    for place, override in zip(places, overrides, strict=True):
        wire[place] = override
    return listings.with_columns(wire_override=pl.Series(wire, dtype=pl.String))


@pytest.fixture(scope="module")
def served() -> pl.DataFrame:
    return spoil(menswear(), EVERY)


@pytest.fixture(scope="module")
def day(served: pl.DataFrame, play_day: PlayDay) -> PlayedDay:
    return play_day(served, MENS_CLOTHES)


def spoiled_ids(served: pl.DataFrame) -> list[int]:
    return served.filter(pl.col("wire_override").is_not_null())["listing_id"].to_list()


def test_each_spoiled_listing_is_refused_once_for_its_reason(day: PlayedDay, served: pl.DataFrame) -> None:
    rejected = day.newest("rejected")
    assert Counter(rejected["reason"]) == dict.fromkeys(SPOILED, 1)
    ids = dict(zip(SPOILED, spoiled_ids(served), strict=True))
    for reason, raw in rejected.select("reason", "raw").iter_rows():
        received = json.loads(raw)
        assert received["item_box"]["item_id"] == ids[reason]
        assert {name: received[name] for name in SPOILED[reason]} == SPOILED[reason]


def test_the_other_listings_are_untouched(day: PlayedDay, served: pl.DataFrame) -> None:
    spoiled = set(spoiled_ids(served))
    good = [one for one in recorded_menswear() if one.listing_id not in spoiled]
    live = day.published("listing_live")
    assert dict(live.select("listing_id", "last_asked_amount").iter_rows()) == {
        one.listing_id: one.price for one in good
    }
    row = day.published("catalog_day").row(0, named=True)
    expected = price_figures(good)
    assert {name: row[name] for name in expected} == pytest.approx(expected)


def test_a_refused_listing_is_not_absent(day: PlayedDay) -> None:
    coverage = day.published("crawl_coverage").row(0, named=True)
    assert coverage["is_exhaustive"] is False
    assert coverage["share_seen"] > 0.98
    assert day.published("catalog_day")["is_exhaustive"].to_list() == [False]


def test_twenty_of_1787_do_not_hold_the_day_back(day: PlayedDay) -> None:
    runs = {row["kind"]: row for row in day.newest("run").iter_rows(named=True)}
    assert (runs["collect"]["outcome"], runs["collect"]["rejected"]) == ("done", 20)
    assert json.loads(runs["collect"]["rejects_by_reason"]) == dict.fromkeys(SPOILED, 1)
    assert (runs["publish"]["outcome"], runs["publish"]["error"]) == ("done", None)


def test_no_seller_is_in_what_was_refused(day: PlayedDay) -> None:
    for raw in day.newest("rejected")["raw"]:
        assert "login" not in json.loads(raw)["user"]


def test_twenty_of_200_hold_the_day_back(served: pl.DataFrame, play_day: PlayDay) -> None:
    day = play_day(spoil(menswear().head(200), 10), MENS_CLOTHES)
    runs = {row["kind"]: row for row in day.newest("run").iter_rows(named=True)}
    assert (runs["publish"]["outcome"], runs["publish"]["error"]) == ("held_back", "TooManyRejects")
    assert json.loads(runs["publish"]["error_facts"]) == {"refused": 20, "met": 200}
    assert day.published("catalog_day").is_empty()
    assert day.newest("catalog_day").height == 1


@pytest.mark.parametrize(
    ("reason", "spoiled"),
    [(reason, [reason]) for reason in ("negative_price", "bad_price", "duplicate_in_page")] + [(None, [])],
)
def test_one_refused_listing_is_enough_to_prove_no_absence(
    reason: str | None, spoiled: list[str], play_day: PlayDay
) -> None:
    listings = menswear().head(150)
    override = json.dumps(SPOILED.get(reason or "") or {"id": listings["listing_id"][70]}) if reason else None
    listings = listings.with_columns(wire_override=pl.when(pl.int_range(pl.len()) == 71).then(pl.lit(override)))
    day = play_day(listings, MENS_CLOTHES)
    assert day.newest("rejected")["reason"].to_list() == spoiled
    assert day.published("crawl_coverage")["is_exhaustive"].to_list() == [not spoiled]
