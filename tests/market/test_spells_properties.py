"""Spells equal a second, naive telling of the rules, and whatever way leads to them."""

from __future__ import annotations

from random import Random

import polars as pl
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.examples import examples
from tests.market.oracle import expected
from tests.market.rows import TREE
from tests.market.worlds import frames, world
from vopt_lib.market.late import retell
from vopt_lib.market.spells import KEY, Spells, replay, spells
from vopt_lib.schema.tables import LISTING_ENDED, LISTING_LIVE, PRICE_CHANGE

SEEDS = st.integers(0, 2**32)
MISSES = st.integers(1, 3)


def assert_same(got: Spells, wanted: Spells) -> None:
    for left, right, table in (
        (got.live, wanted.live, LISTING_LIVE),
        (got.ended, wanted.ended, LISTING_ENDED),
        (got.price_changes, wanted.price_changes, PRICE_CHANGE),
    ):
        assert_frame_equal(left.sort(table.key), right.sort(table.key))


@examples(15, 60, seed=SEEDS, days=st.integers(1, 12), listings=st.integers(1, 5), misses=MISSES)
def test_spells_are_what_the_rules_say(seed: int, days: int, listings: int, misses: int) -> None:
    seen, coverage = frames(world(Random(seed), days=days, listings=listings))
    got = spells(seen, coverage, catalogues=TREE, misses_until_gone=misses)
    assert_same(got, expected(seen, coverage, catalogues=TREE, misses_until_gone=misses))


@examples(5, 25, seed=SEEDS, misses=MISSES)
def test_going_on_from_any_day_gives_what_telling_all_gives(seed: int, misses: int) -> None:
    random = Random(seed)
    seen, coverage = frames(world(random, days=9, listings=4))
    days = sorted({*seen["day"], *coverage["day"]})
    cut = random.randrange(len(days) + 1)
    rules = {"catalogues": TREE, "misses_until_gone": misses}
    first = replay(LISTING_LIVE.empty(), seen, coverage, days=days[:cut], **rules)
    then = replay(first.live, seen, coverage, days=days[cut:], **rules)
    ended, changes = pl.concat([first.ended, then.ended]), pl.concat([first.price_changes, then.price_changes])
    assert_same(Spells(then.live, ended, changes), spells(seen, coverage, **rules))


@examples(8, 25, seed=SEEDS, misses=MISSES)
def test_late_rows_give_what_rows_in_time_give(seed: int, misses: int) -> None:
    random = Random(seed)
    units = world(random, days=9, listings=4)
    late = random.sample(units, k=min(len(units), random.randint(1, 4)))
    seen, coverage = frames(units)
    seen_in_time, coverage_in_time = frames([unit for unit in units if unit not in late])
    rules = {"catalogues": TREE, "misses_until_gone": misses}
    before = spells(seen_in_time, coverage_in_time, **rules)
    late_days = {row["day"] for unit in late for row in (*unit.seen, *unit.coverage)}
    decided = pl.col("decided_on") >= min(late_days)
    until = max([*seen["day"], *coverage["day"]])
    told = retell(
        before.live, before.ended.filter(decided), seen.lazy(), coverage.lazy(), late=late_days, until=until, **rules
    )
    kept = before.price_changes.join(told.again, on=KEY, how="left").filter(
        pl.col("again_from").is_null() | (pl.col("observed_at") < pl.col("again_from"))
    )
    ended = pl.concat([before.ended.join(told.dropped, on=LISTING_ENDED.key, how="anti"), told.spells.ended])
    changes = pl.concat([kept.drop("again_from"), told.spells.price_changes])
    assert_same(Spells(told.spells.live, ended, changes), spells(seen, coverage, **rules))
