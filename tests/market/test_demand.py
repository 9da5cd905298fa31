"""The demand score: its parts, and that few listings cannot move it far."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from vopt_lib.market.demand import favourites_gained, figures, scored, stock

UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
OVERALL = {"favourites_per_day": 0.2, "sold_within_30": 0.5, "leaving_per_week": 0.25}


def group(brand: str | None, listings: int, **parts: float | None) -> dict[str, object]:
    own = {**OVERALL, **parts}
    rests_on = dict.fromkeys(("favourites_n", "sold_n", "leaving_n"), listings)
    return {"catalog_id": 3, "brand": brand, "listings": listings, **own, **rests_on}


def scores(*groups: dict[str, object]) -> dict[str | None, float]:
    frame = pl.DataFrame(groups, schema_overrides={"brand": pl.String, "sold_within_30": pl.Float64})
    return dict(scored(frame, OVERALL).select("brand", "score").rows())


MARKET = (group(None, 2_000), group("Zara", 600, sold_within_30=0.4), group("Prada", 300, sold_within_30=0.7))


def test_what_sells_faster_is_liked_more_or_is_scarcer_scores_higher() -> None:
    for part, more in (("favourites_per_day", 0.4), ("sold_within_30", 0.8), ("leaving_per_week", 0.5)):
        found = scores(group(None, 1_000), group("Zara", 300), group("Prada", 300, **{part: more}))
        assert found["Prada"] > found["Zara"] + 5


def test_a_brand_of_three_listings_scores_nearly_what_its_catalogue_does() -> None:
    found = scores(*MARKET, group("Hype", 3, favourites_per_day=0.6, sold_within_30=None, leaving_per_week=0.5))
    assert found["Hype"] == pytest.approx(found[None], abs=4)
    assert scores(*MARKET, group("Hype", 300, favourites_per_day=0.6))["Hype"] > found[None] + 10


def test_a_brand_of_three_listings_does_not_move_the_others() -> None:
    before, after = scores(*MARKET), scores(*MARKET, group("Hype", 3, favourites_per_day=2.0, leaving_per_week=0.9))
    assert {brand: after[brand] for brand in before} == pytest.approx(before, abs=1)


def test_where_all_are_alike_all_are_usual() -> None:
    assert scores(group(None, 500), group("Zara", 200), group("Prada", 200)) == pytest.approx(
        {None: 50.0, "Zara": 50.0, "Prada": 50.0}
    )


def test_chance_is_not_blown_up() -> None:
    found = scores(group(None, 500), group("Zara", 200, sold_within_30=0.49), group("Prada", 200, sold_within_30=0.51))
    assert found["Prada"] - found["Zara"] < 2


def test_a_part_that_is_not_known_of_a_brand_is_its_catalogue_s() -> None:
    frame = pl.DataFrame(
        [group(None, 1_000, sold_within_30=0.6), group("Zara", 40, sold_within_30=None)],
        schema_overrides={"brand": pl.String},
    )
    _, zara = scored(frame, OVERALL).sort("brand", nulls_last=False).rows(named=True)
    assert zara["sold_within_30"] == pytest.approx((1_000 * 0.6 + 100 * 0.5) / 1_100)


def test_a_part_that_nobody_knows_does_not_count() -> None:
    frame = pl.DataFrame(
        [group(None, 1_000, sold_within_30=None, leaving_per_week=None)],
        schema_overrides={"brand": pl.String, "sold_within_30": pl.Float64, "leaving_per_week": pl.Float64},
    )
    (row,) = scored(frame, {"favourites_per_day": 0.2}).rows(named=True)
    assert (row["sold_score"], row["scarcity_score"], row["weeks_of_stock"]) == (None, None, None)
    assert row["score"] == row["favourites_score"] == pytest.approx(50.0)


def test_nothing_known_is_no_row() -> None:
    unknown = dict.fromkeys(OVERALL)
    frame = pl.DataFrame([group(None, 10, **unknown)], schema_overrides=dict.fromkeys(OVERALL, pl.Float64))
    assert scored(frame.with_columns(pl.col("brand").cast(pl.String)), unknown).is_empty()


def test_no_favourites_at_all_are_no_part() -> None:
    found = scored(
        pl.DataFrame([group(None, 100, favourites_per_day=0.0)], schema_overrides={"brand": pl.String}),
        {**OVERALL, "favourites_per_day": 0.0},
    )
    assert found["favourites_score"].to_list() == [None]
    assert found["score"].to_list() == pytest.approx([50.0])


def test_every_score_lies_between_0_and_100() -> None:
    found = scores(
        group(None, 10_000),
        group("Rich", 5_000, favourites_per_day=900.0),
        group("Poor", 5_000, favourites_per_day=0.0),
    )
    assert all(0 <= score <= 100 for score in found.values())


def test_favourites_are_what_was_gained_between_two_sightings() -> None:
    day = timedelta(days=1)
    seen = pl.DataFrame(
        [(1, UNTIL, 5), (1, UNTIL + 4 * day, 3), (1, UNTIL + 2 * day, 9), (2, UNTIL, 1), (3, UNTIL, None)],
        schema={"listing_id": pl.Int64, "observed_at": pl.Datetime("us", "UTC"), "favourite_count": pl.Int32},
        orient="row",
    )
    assert favourites_gained(seen).rows() == [(1, -2.0, 4.0)]


def test_stock_is_how_long_listings_were_on_sale_in_the_newest_four_weeks() -> None:
    week = timedelta(weeks=1)
    spells = pl.DataFrame(
        {
            "first_seen_at": [UNTIL - 2 * week, UNTIL - 9 * week, UNTIL - 9 * week, UNTIL - week],
            "gone_before": [None, UNTIL - 3 * week, UNTIL - 5 * week, UNTIL + week],
        }
    )
    known = stock(spells, until=UNTIL)
    assert known["stock_weeks"].to_list() == [2.0, 1.0, None, 1.0]
    assert known["left"].to_list() == [False, True, None, False]
    unknown = stock(spells, until=None)
    assert unknown["stock_weeks"].null_count() == unknown["left"].null_count() == 4


def test_the_figures_of_a_group_say_what_they_rest_on() -> None:
    listings = pl.DataFrame(
        {
            "brand": ["Zara"] * 3,
            "favourites": [4.0, None, 0.0],
            "favourites_days": [10.0, None, 10.0],
            "stock_weeks": [2.0, 2.0, None],
            "left": [True, False, None],
        }
    )
    assert figures(listings, by=("brand",)).rows(named=True) == [
        {
            "brand": "Zara",
            "listings": 3,
            "favourites_per_day": 0.2,
            "favourites_n": 2,
            "leaving_per_week": 0.25,
            "leaving_n": 2,
        }
    ]
