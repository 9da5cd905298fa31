"""A made-up market that is watched in memory, and what is seen of it."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from vopt_lib.desk.played_market import MISSED_SHARE, MISSES, PlayedMarket, played_market
from vopt_lib.schema.pricing import PRICED


@pytest.fixture(scope="module")
def played() -> PlayedMarket:
    return played_market(1, days=20, days_after=4, scale=0.3)


def test_the_same_seed_is_the_same_market(played: PlayedMarket) -> None:
    again = played_market(1, days=20, days_after=4, scale=0.3)
    assert again.spells().equals(played.spells())


def test_what_is_told_of_things_is_what_their_sellers_wrote(played: PlayedMarket) -> None:
    rows = np.flatnonzero(played.is_fresh)[:50]
    things = played.priced(rows)
    assert dict(things.schema) == PRICED
    assert things["id"].to_list() == [str(number) for number in played.market.stock.listing_id[rows]]
    assert (things["category"].str.count_matches(" > ") >= 1).all()
    assert things["price_eur"].min() >= 0.5


def test_spells_lie_between_publication_and_the_end(played: PlayedMarket) -> None:
    spells = played.spells()
    assert (spells["listed_at"] <= spells["first_seen_at"]).all()
    assert (spells["first_seen_at"] <= spells["last_seen_at"]).all()
    ended = spells.filter(pl.col("gone_before").is_not_null())
    assert (ended["last_seen_at"] < ended["gone_before"]).all()
    assert set(ended["evidence"]) == {"sold", "deleted", "hidden", "unknown"}
    assert spells.filter(pl.col("gone_before").is_null())["evidence"].null_count() == spells.height - ended.height


def test_a_proven_sale_is_one(played: PlayedMarket) -> None:
    sold = played.spells().filter(pl.col("evidence") == "sold")["listing_id"].to_list()
    kinds = dict(zip(played.market.stock.listing_id.tolist(), played.truth.exit_kind.tolist(), strict=True))
    assert {kinds[listing_id] for listing_id in sold} == {"sold"}


def test_searches_miss_some_and_what_they_miss_thrice_is_gone(played: PlayedMarket) -> None:
    live = played.market.stock.timeline.status_and_cents(int(played._search_s(np.array(5))))[0] == 0
    assert 1 - played.seen[5, live].mean() == pytest.approx(MISSED_SHARE, abs=0.02)
    spells = played.spells()
    live_ones = spells.filter(pl.col("gone_before").is_null())["last_seen_at"]
    assert spells["last_seen_at"].max() - live_ones.min() == timedelta(days=MISSES - 1)


def test_prices_change_when_a_sighting_shows_another(played: PlayedMarket) -> None:
    changes = played.price_changes()
    assert changes.height > 100
    assert (changes["seen_before_at"] < changes["observed_at"]).all()
    one = changes.row(0, named=True)
    row = played.market.row_of(one["listing_id"])
    day = [int(played._search_s(np.array(n))) for n in range(played.days)].index(int(one["observed_at"].timestamp()))
    assert played.cents[day, row] == round(one["new_amount"] * 100)


def test_spans_end_as_spells_do(played: PlayedMarket) -> None:
    spans = played.spans()
    assert spans.group_by("spell").agg(pl.col("sold").sum())["sold"].max() <= 1.0
    assert (spans["entry_days"] < spans["exit_days"]).all()
    assert spans["spell"].is_sorted()


def test_what_came_later_was_never_seen(played: PlayedMarket) -> None:
    assert played.came_later.sum() > 100
    assert not played.seen[:, played.came_later].any()
