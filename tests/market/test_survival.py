"""How long things take to sell, told from listings that were watched for a part of their life only."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from vopt_lib.market.survival import LEAST_SOLD, LEAST_WATCHED, days_to_sell, group_survival, survival
from vopt_lib.schema.survival import Interval, Lack, SurvivalCurve


def watched(entry: object, end: object, sold: object) -> pl.DataFrame:
    return pl.DataFrame({"entry_days": entry, "exit_days": end, "sold": sold}).cast(pl.Float64)


def curve_of(frame: pl.DataFrame) -> SurvivalCurve:
    curve = survival(frame)
    assert isinstance(curve, SurvivalCurve), curve
    return curve


def median_of(frame: pl.DataFrame) -> float:
    median = curve_of(frame).median()
    assert isinstance(median, Interval), median
    return median.value


def second_hand(seed: int, n: int = 4_000, *, median_days: float = 30.0, window_days: float = 40.0) -> pl.DataFrame:
    """Listings put on sale all the time and watched in a window only; 28 of 100 ends are withdrawals.

    Adds to what survival needs: is_gone, whether the end was seen.
    """
    rng = np.random.default_rng(seed)
    listed = rng.uniform(-300, window_days, n)
    sale = rng.exponential(median_days / np.log(2), n)
    withdrawn = rng.exponential(median_days / np.log(2) * 0.72 / 0.28, n)
    end = np.minimum(sale, withdrawn)
    entry = np.maximum(-listed, rng.uniform(0, 1, n))
    frame = watched(entry, np.minimum(end, window_days - listed), (sale < withdrawn) & (end < window_days - listed))
    is_gone = pl.Series(end < window_days - listed)
    return frame.with_columns(is_gone=is_gone).filter(pl.Series(end > entry), pl.Series(window_days - listed > entry))


def test_without_late_entries_and_withdrawals_it_is_the_share_that_is_left() -> None:
    curve = curve_of(watched([0.0] * 50, range(1, 51), [1.0] * 50))
    assert curve.days[:3] == [0.0, 1.0, 2.0]
    assert curve.unsold[:3] == pytest.approx([1.0, 0.98, 0.96])
    assert median_of(watched([0.0] * 50, range(1, 51), [1.0] * 50)) == 25.0


def test_a_listing_counts_only_at_ages_at_which_it_was_watched() -> None:
    """40 from the start, of which 20 are sold at 5 days; 20 more are watched from 10 days on; 10 of 40 sell at 15."""
    entry = [0.0] * 40 + [10.0] * 20
    end = [5.0] * 20 + [15.0] * 10 + [30.0] * 30
    curve = curve_of(watched(entry, end, [1.0] * 30 + [0.0] * 30))
    assert dict(zip(curve.days, curve.unsold, strict=True)) == pytest.approx({0: 1.0, 5: 0.5, 15: 0.375, 30: 0.375})


def test_an_end_that_was_a_sale_with_a_chance_counts_as_that_much_of_one() -> None:
    certain = watched([0.0] * 200, np.repeat([10.0, 20.0], 100), np.repeat([0.0, 1.0, 0.0, 1.0], 50))
    by_chance = watched([0.0] * 200, np.repeat([10.0, 20.0], 100), [0.5] * 200)
    assert curve_of(by_chance).unsold == pytest.approx(curve_of(certain).unsold)


def test_the_order_of_the_listings_makes_no_difference() -> None:
    frame = second_hand(1)
    assert survival(frame.sample(fraction=1.0, shuffle=True, seed=2)) == survival(frame)


def test_the_median_of_a_simulated_market_is_found_where_plainer_ways_fail() -> None:
    """The ways and what they give are those of facts/market-statistics.md: true median 30.0 days."""
    frame = second_hand(3, 20_000)
    assert median_of(frame) == pytest.approx(30.0, rel=0.05)
    without_entries = frame.with_columns(entry_days=pl.lit(0.0))
    assert median_of(without_entries) > 36
    gone_is_sold = frame.with_columns(sold=pl.col("is_gone").cast(pl.Float64))
    assert median_of(gone_is_sold) < 24
    assert frame.filter("is_gone")["exit_days"].median() != pytest.approx(30.0, rel=0.2)


def test_its_intervals_hold_the_truth_as_often_as_they_say() -> None:
    held, widths = [], []
    for seed in range(120):
        median = curve_of(second_hand(seed, 1_500)).median()
        assert isinstance(median, Interval)
        assert median.low is not None
        assert median.high is not None
        held.append(median.low <= 30.0 <= median.high)
        widths.append(median.high - median.low)
    assert 0.72 <= np.mean(held) <= 0.90
    assert np.mean(widths) < 11


@pytest.mark.parametrize("seed", range(12))
def test_groups_are_told_just_as_lifelines_tells_them(seed: int) -> None:
    """With ages that fall together, ends that were sales by chance, and entries at the age of a sale."""
    rng = np.random.default_rng(seed)
    frame = second_hand(seed, 200 + 150 * seed)
    frame = frame.with_columns(
        pl.col("entry_days", "exit_days").round(seed % 3),
        sold=pl.col("sold") * pl.Series(rng.choice([0.3, 0.7, 1.0], frame.height)),
    )
    wanted, got = survival(frame), group_survival(frame)
    if isinstance(wanted, Lack):
        assert got is wanted
        return
    assert isinstance(got, SurvivalCurve)
    for name in ("days", "unsold", "low", "high"):
        assert getattr(got, name) == pytest.approx(getattr(wanted, name), abs=1e-9), name
    assert (got.listings, got.sold) == (wanted.listings, wanted.sold)


def test_a_group_that_is_sold_out_is_told_as_lifelines_tells_it() -> None:
    frame = watched([0.0] * 50, range(1, 51), [1.0] * 50)
    assert curve_of(frame).unsold == pytest.approx(group_survival(frame).unsold)  # type: ignore[union-attr]


def test_too_few_sales_tell_nothing() -> None:
    few = watched([0.0] * 100, [10.0] * 100, [1.0] * (LEAST_SOLD - 1) + [0.0] * (101 - LEAST_SOLD))
    assert survival(few) is Lack.FEW_SOLD
    assert survival(few.clear()) is Lack.FEW_SOLD


def test_listings_first_seen_when_old_tell_nothing_of_the_young() -> None:
    assert survival(watched([3.0] * 100, [10.0] * 100, [1.0] * 100)) is Lack.SEEN_LATE
    sparse = watched([0.0] * (LEAST_WATCHED - 1) + [3.0] * 100, [10.0] * (LEAST_WATCHED + 99), [1.0] * 119)
    assert survival(sparse) is Lack.SEEN_LATE


def test_two_sales_of_the_few_watched_in_the_first_hour_do_not_shorten_all() -> None:
    """Of 25 watched from the start 2 are sold at once; the other 1,000 are watched from the second day on."""
    first, others = ([0.0] * 25, [0.01] * 2 + [30.0] * 23), ([1.0] * 1_000, [20.0] * 500 + [30.0] * 500)
    entry, end = (early + late for early, late in zip(first, others, strict=True))
    curve = curve_of(watched(entry, end, [1.0] * 2 + [0.0] * 23 + [1.0] * 500 + [0.0] * 500))
    assert curve.days[0] == 1.0
    assert curve.unsold[1] == pytest.approx(523 / 1_023)


def test_beyond_the_age_up_to_which_enough_were_watched_nothing_is_told() -> None:
    curve = curve_of(watched([0.0] * 60, [20.0] * 30 + [25.0] * 20 + [90.0] * 10, [1.0] * 30 + [0.0] * 30))
    assert curve.known_until == 25.0
    assert curve.sold_within(30) is Lack.SEEN_BRIEFLY
    assert isinstance(curve.sold_within(20), Interval)


def test_a_median_that_was_not_reached_is_not_made_up() -> None:
    assert curve_of(watched([0.0] * 100, range(1, 101), [1.0] * 30 + [0.0] * 70)).median() is Lack.NOT_THAT_MANY_SELL


def test_the_share_sold_within_some_days_lies_in_its_interval() -> None:
    share = curve_of(second_hand(4)).sold_within(30)
    assert isinstance(share, Interval)
    assert share.low is not None
    assert share.high is not None
    assert share.low < share.value < share.high
    assert share.value == pytest.approx(0.5, abs=0.05)


def test_groups_are_told_apart_with_what_is_missing() -> None:
    quick, slow = second_hand(5, median_days=10.0), second_hand(6, median_days=40.0)
    both = pl.concat([quick.with_columns(brand=pl.lit("Zara")), slow.with_columns(brand=pl.lit("Prada"))])
    none = watched([0.0], [1.0], [1.0]).with_columns(is_gone=True, brand=pl.lit(None, pl.String))
    told = days_to_sell(pl.concat([both, none.select(both.columns)]), by=["brand"])
    assert told["brand"].to_list() == [None, "Prada", "Zara"]
    assert told["lack"].to_list() == ["few_sold", None, None]
    assert told["listings"].to_list() == [1, slow.height, quick.height]
    few, prada, zara = told.rows(named=True)
    assert few["median_days"] is None
    assert zara["median_days"] == pytest.approx(10.0, rel=0.1)
    assert prada["median_days"] == pytest.approx(40.0, rel=0.15)
    assert zara["sold_within_7_low"] < zara["sold_within_7"] < zara["sold_within_14"]


def test_no_listings_make_no_groups() -> None:
    assert days_to_sell(watched([], [], []).with_columns(brand=pl.lit("Zara")), by=["brand"]).is_empty()


@pytest.mark.parametrize("lack", Lack)
def test_every_lack_has_its_sentence(lack: Lack) -> None:
    assert lack.sentence.startswith("Not enough evidence: ")


def test_ages_at_which_all_that_were_watched_were_sold_spoil_nothing() -> None:
    few_old = watched([0.0] * 60 + [40.0], [10.0] * 30 + [30.0] * 30 + [45.0], [1.0] * 30 + [0.0] * 30 + [1.0])
    assert curve_of(few_old).known_until == 30.0
    assert curve_of(few_old).unsold[-1] == pytest.approx(0.5)
