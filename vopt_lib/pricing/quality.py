"""This is where prices told are held against prices asked: over all rows, by category, by how dear they are.

A row is `ESTIMATED` joined with its asked price: needs middle_eur, price_eur, and where they are known low_eur,
high_eur, lack, category.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.schema.model_card import CategoryQuality, PriceBand, Quality

COVERED: Final = 0.80
LEAST_IN_CATEGORY: Final = 30
BANDS: Final = 10
LEAST_IN_BAND: Final = 20
FEWEST_ALIKE: Final = 3
"""Rows below which the plain guess looks at a wider group: the same brand and category, the category, all."""

Floats = npt.NDArray[np.float64]


def held_against(estimates: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """What was told beside what is asked. Returns: ESTIMATED, category, price_eur. Grain: one row, in their order."""
    return estimates.with_columns(category=rows["category"], price_eur=rows["price_eur"])


def told_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Those that a price is told for: with no lack, and a number above 0."""
    is_told = pl.col("middle_eur").is_finite() & (pl.col("middle_eur") > 0)
    has_lack = pl.col("lack").is_not_null() if "lack" in rows.columns else pl.lit(False)
    return rows.filter(is_told.fill_null(False) & ~has_lack)


def quality(rows: pl.DataFrame) -> Quality:
    """How far what was told lies from what is asked; all 0 where nothing was told."""
    known = told_rows(rows)
    share = known.height / rows.height if rows.height else 0.0
    if known.is_empty():
        return Quality(0, share, 0.0, 0.0, 0.0, 0.0, 0.0)
    told, asked = known["middle_eur"].to_numpy(), known["price_eur"].to_numpy()
    off = np.abs(told - asked) / asked
    return Quality(
        rows=known.height,
        told=share,
        median_ape=float(np.median(off)),
        within_20=float((off <= 0.2).mean()),
        rmsle=float(np.sqrt(np.mean((np.log1p(told) - np.log1p(asked)) ** 2))),
        mae_eur=float(np.abs(told - asked).mean()),
        bias=float(np.median(told / asked) - 1.0),
        coverage=_coverage(known),
        winkler=_winkler(known),
    )


def distances(rows: pl.DataFrame) -> Floats:
    """|log(told / asked)| of each row."""
    return np.asarray(np.abs(np.log(rows["middle_eur"].to_numpy() / rows["price_eur"].to_numpy())))


def interval_losses(rows: pl.DataFrame) -> Floats:
    """Winkler's score of each row's 80 % interval, in log price: its width, and ten times what it misses by."""
    low, high, asked = (np.log(rows[name].to_numpy()) for name in ("low_eur", "high_eur", "price_eur"))
    missed = np.maximum(low - asked, 0.0) + np.maximum(asked - high, 0.0)
    return np.asarray(high - low + 2.0 / (1.0 - COVERED) * missed)


def by_category(rows: pl.DataFrame) -> tuple[CategoryQuality, ...]:
    """The quality of each category with enough rows, the worst first."""
    parts = rows.drop_nulls("category").partition_by("category", as_dict=True)
    found = [CategoryQuality(str(key[0]), quality(part)) for key, part in parts.items()]
    enough = [one for one in found if one.quality.rows >= LEAST_IN_CATEGORY]
    return tuple(sorted(enough, key=lambda one: (-one.quality.median_ape, one.category)))


def price_bands(rows: pl.DataFrame) -> tuple[PriceBand, ...]:
    """What is asked where about the same was told, cheapest first: ten bands of as many rows each, or fewer bands."""
    known = told_rows(rows)
    bands = min(BANDS, known.height // LEAST_IN_BAND)
    if not bands or not _has_interval(known):
        return ()
    place = (pl.col("middle_eur").rank("ordinal") - 1) * bands // known.height
    told = known.group_by(band=place).agg(
        rows=pl.len(),
        told_eur=pl.col("middle_eur").median(),
        asked_eur=pl.col("price_eur").median(),
        below_low=(pl.col("price_eur") < pl.col("low_eur")).mean(),
        below_middle=(pl.col("price_eur") < pl.col("middle_eur")).mean(),
        below_high=(pl.col("price_eur") <= pl.col("high_eur")).mean(),
    )
    return tuple(PriceBand(**row) for row in told.sort("band").drop("band").iter_rows(named=True))


def plain_guess(learnt: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """What most tools tell: the median of brand, category and condition, of a wider group where these are few.

    Needs: PRICED. Returns: id, middle_eur. Grain: one row, in their order.
    """
    keys = (("brand", "category", "condition"), ("brand", "category"), ("category",))
    guessed = rows.select("id", "brand", "category", "condition")
    for number, names in enumerate(keys):
        usual = learnt.group_by(names).agg(pl.col("price_eur").median().alias(f"_{number}"), _n=pl.len())
        usual = usual.filter(pl.col("_n") >= FEWEST_ALIKE).drop("_n")
        guessed = guessed.join(usual, on=names, how="left", nulls_equal=True, maintain_order="left")
    overall = pl.lit(learnt["price_eur"].median(), pl.Float64)
    return guessed.select("id", middle_eur=pl.coalesce(*(f"_{number}" for number in range(len(keys))), overall))


def _coverage(known: pl.DataFrame) -> float | None:
    if not _has_interval(known):
        return None
    return float(known.select(pl.col("price_eur").is_between("low_eur", "high_eur").mean()).item())


def _winkler(known: pl.DataFrame) -> float | None:
    """Of the rows whose interval can be told in log price at all."""
    if not _has_interval(known):
        return None
    whole = known.filter(pl.col("low_eur").is_finite() & (pl.col("low_eur") > 0) & pl.col("high_eur").is_finite())
    return float(interval_losses(whole).mean()) if whole.height else None


def _has_interval(rows: pl.DataFrame) -> bool:
    return {"low_eur", "high_eur"} <= set(rows.columns)
