"""The rows of days_to_sell: which groups there are, and a curve that comes back as it went in."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from tests.market.rows import TREE, coverage_frame, covered
from tests.market.test_survival import second_hand
from vopt_lib.market.selling import LEAST_LISTINGS, asked_whole, days_to_sell_rows, with_price_band
from vopt_lib.market.survival import survival
from vopt_lib.market.watching import Watched
from vopt_lib.schema.survival import LONGEST_DAYS, DaysToSell, Interval, Lack, SurvivalCurve
from vopt_lib.schema.tables import DAYS_TO_SELL

SINCE, UNTIL = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)


class Exposed(Watched):
    """What was watched, given as exposures."""

    def exposures(self) -> pl.DataFrame:
        return self.spells


def exposed(rows: pl.DataFrame, *, until: datetime | None = UNTIL) -> Watched:
    facts = {"source": "vinted", "market": "it", "leaf_catalog_id": 3, "brand": "Zara", "size": "M", "condition_id": 2}
    facts |= {"first_price_eur": 10.0}
    added = {name: pl.lit(fact) for name, fact in facts.items() if name not in rows.columns}
    return Exposed(rows.with_columns(**added), pl.DataFrame(), SINCE, until, 0.0)


def told(rows: pl.DataFrame, catalogue_ids: list[int]) -> list[tuple[object, ...]]:
    names = ("catalog_id", "grouped_by", "group_name", "listings")
    return days_to_sell_rows(exposed(rows), catalogue_ids, catalogues=TREE).select(names).rows()


def test_each_catalogue_is_told_with_all_below_it_and_everything_together() -> None:
    rows = (
        second_hand(1, 1_000)
        .with_row_index("n")
        .with_columns(leaf_catalog_id=3 + pl.col("n") % 2, brand=None, size=None)
    )
    here = rows.with_columns(pl.col("brand", "size").cast(pl.String), condition_id=None, first_price_eur=None)
    assert [row for row in told(here, [1, 3]) if row[1] == ""] == [
        (None, "", "", rows.height),
        (1, "", "", rows.height),
        (3, "", "", rows.filter(pl.col("leaf_catalog_id") == 3).height),
    ]


def test_a_group_needs_twenty_listings_for_a_row_and_the_catalogue_none() -> None:
    rows = second_hand(2, 1_000).head(2 * LEAST_LISTINGS - 1).with_row_index("n")
    rows = rows.with_columns(
        brand=pl.when(pl.col("n") < LEAST_LISTINGS).then(pl.lit("Zara")).otherwise(pl.lit("Prada"))
    )
    assert [row[1:3] for row in told(rows, []) if row[1] in ("", "brand")] == [("", ""), ("brand", "Zara")]
    assert [row[3] for row in told(rows.head(1), [3])] == [1, 1]


def test_what_is_not_known_of_a_listing_makes_no_group() -> None:
    rows = second_hand(3, 1_000).with_columns(brand=pl.lit(None, pl.String), first_price_eur=pl.lit(None, pl.Float64))
    assert {by for _, by, _, _ in told(rows, [])} == {"", "size", "condition"}


def test_no_ends_known_is_no_row() -> None:
    rows = days_to_sell_rows(exposed(second_hand(4, 100).clear()), [3], catalogues=TREE)
    assert (rows.height, rows.schema) == (0, DAYS_TO_SELL.schema)


def test_where_only_pages_tell_ends_the_last_visit_says_how_far() -> None:
    visited = second_hand(4, 300).with_columns(visited_at=pl.lit(UNTIL))
    rows = days_to_sell_rows(exposed(visited, until=None), [3], catalogues=TREE)
    assert set(rows["until"]) == {UNTIL}


def test_a_price_is_held_against_its_brand_s_or_else_its_catalogue_s() -> None:
    prices = pl.DataFrame(
        {
            "leaf_catalog_id": [3] * 14 + [None],
            "brand": ["Prada"] * 10 + ["Zara"] * 4 + ["Zara"],
            "first_price_eur": [100.0] * 9 + [69.0] + [90.0, 110.0, 140.0, 20.0] + [50.0],
        }
    )
    assert with_price_band(prices)["price_band"].to_list() == [
        *["0.9-1.1"] * 9,
        "<0.7",
        "0.9-1.1",
        "1.1-1.4",
        ">=1.4",
        "<0.7",
        None,
    ]


def test_what_some_query_asked_for_as_a_whole() -> None:
    rows = coverage_frame(
        covered(1), covered(2, query_catalog_id=4, query_narrowed_by="brand"), covered(3, query_catalog_id=None)
    )
    assert asked_whole(rows) == [3]


@pytest.mark.parametrize("seed", range(5))
def test_a_row_gives_the_curve_back_by_whole_days(seed: int) -> None:
    frame = second_hand(seed, 2_000)
    curve = survival(frame)
    assert isinstance(curve, SurvivalCurve)
    row = days_to_sell_rows(exposed(frame), [], catalogues=TREE).row(0, named=True)
    back = SurvivalCurve.of_row(row)
    assert isinstance(back, SurvivalCurve)
    assert len(back.days) <= LONGEST_DAYS + 2
    for days in (7, 14, 30):
        assert back.sold_within(days) == curve.sold_within(days)
    assert DaysToSell.of_row(row).median == curve.median()


def test_a_row_without_a_curve_says_what_is_missing() -> None:
    row = days_to_sell_rows(exposed(second_hand(5, 30)), [], catalogues=TREE).row(0, named=True)
    known = DaysToSell.of_row(row)
    assert (known.curve, known.median, known.sold_within[30]) == (Lack.FEW_SOLD,) * 3


def test_a_row_whose_median_was_not_reached_still_tells_the_shares() -> None:
    slow = pl.DataFrame(
        {"entry_days": [0.0] * 100, "exit_days": [*map(float, range(1, 101))], "sold": [1.0] * 30 + [0.0] * 70}
    )
    known = DaysToSell.of_row(days_to_sell_rows(exposed(slow), [], catalogues=TREE).row(0, named=True))
    assert known.median is Lack.NOT_THAT_MANY_SELL
    assert isinstance(known.sold_within[14], Interval)
