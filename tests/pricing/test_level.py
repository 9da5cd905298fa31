"""How dear a catalogue is today beside the weeks that a price model learnt from."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from vopt_lib.pricing.level import AHEAD_DAYS, Level, learn_level

START = date(2026, 9, 1)


def asked(category: str, a_day: float, *, n: int = 4_000, seed: int = 0) -> pl.DataFrame:
    """Prices told as 10 € throughout, asked for more each day, over 30 days."""
    rng = np.random.default_rng(seed)
    day = rng.integers(0, 30, n)
    price = 10.0 * np.exp(a_day * (day - 15.0) + rng.normal(0.0, 0.3, n))
    days = [START + timedelta(days=one) for one in day.tolist()]
    return pl.DataFrame(
        {"category": [category] * n, "price_eur": price, "middle_eur": [10.0] * n, "listed_on": days},
        schema_overrides={"listed_on": pl.Date},
    )


def factor(level: Level, category: str | None, day: float) -> float:
    on = START + timedelta(days=day)
    return float(
        level.factors(
            pl.DataFrame({"category": [category], "listed_on": [on]}, {"category": pl.String, "listed_on": pl.Date})
        )[0]
    )


def test_what_grows_dearer_is_dearer_today_than_the_model_tells() -> None:
    level = learn_level(pl.concat([asked("Coats", 0.006), asked("Shorts", -0.006, seed=1)]))
    assert factor(level, "Coats", 33) == pytest.approx(np.exp(0.006 * 18), abs=0.03)
    assert factor(level, "Shorts", 33) == pytest.approx(np.exp(-0.006 * 18), abs=0.03)
    assert factor(level, "Coats", 15) == pytest.approx(1.0, abs=0.01)


def test_a_catalogue_with_few_listings_or_none_follows_all() -> None:
    level = learn_level(pl.concat([asked("Coats", 0.006), asked("Hats", -0.05, n=3, seed=1)]))
    assert factor(level, "Hats", 33) == pytest.approx(factor(level, "Coats", 33), abs=0.03)
    assert factor(level, "Gloves", 33) == factor(level, None, 33)


def test_a_trend_is_not_drawn_out_for_ever() -> None:
    level = learn_level(asked("Coats", 0.006))
    assert factor(level, "Coats", 400) == factor(level, "Coats", 29 + AHEAD_DAYS)


def test_jokes_do_not_move_it() -> None:
    plain = asked("Coats", 0.0)
    is_last = pl.col("listed_on") == START + timedelta(days=29)
    jokes = plain.with_columns(price_eur=pl.when(is_last).then(9_999.0).otherwise("price_eur"))
    assert factor(learn_level(jokes), "Coats", 30) == pytest.approx(1.0, abs=0.2)


@pytest.mark.parametrize("n", [0, 1])
def test_without_days_to_compare_nothing_changes(n: int) -> None:
    assert factor(learn_level(asked("Coats", 0.1).head(n)), "Coats", 30) == 1.0


def test_where_no_day_is_told_nothing_changes() -> None:
    untold = pl.DataFrame({"category": ["Coats"], "listed_on": [None]}, {"category": pl.String, "listed_on": pl.Date})
    assert learn_level(asked("Coats", 0.006)).factors(untold).to_list() == [1.0]
