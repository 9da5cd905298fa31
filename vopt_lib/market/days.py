"""This is where sightings and spells become the figures of one catalogue, or one brand of it, on one day.

- Listings: those that a query for the whole catalogue (for brands: or for that brand in it) showed on sale that day,
  each once, by its last sighting; paid placements are left out.
- `new`: of these, the ones whose spell began that day. Null unless the day was covered, and some day of the HORIZON
  before it too: on the first day, or after a long pause, everything looks new.
- `gone`: spells of the catalogue, or of one below it, that left before a query of this day. Null unless a query of
  the day was exhaustive, and so many days of the HORIZON from it on had one that every absence is decided.
- `price_cuts`: of the listings, the ones whose asked price fell that day.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from vopt_lib.market.sightings import KEY
from vopt_lib.schema.tables import BRAND_DAY, CATALOG_DAY
from vopt_lib.schema.vinted_terms import folded

HORIZON = timedelta(days=92)
"""How far a day's figures look back and ahead in the coverage. A quarter: three misses of a monthly follow fit."""

COLUMNS = (
    *(*KEY, "observed_at", "day", "state", "promoted", "query_catalog_id", "query_narrowed_by"),
    *("brand", "price_eur", "favourite_count"),
)
"""What day figures need of listing_seen."""

_CATALOGUE = ("source", "market", "catalog_id")
_QUANTILES = {"p10": 0.10, "p25": 0.25, "median": 0.50, "p75": 0.75, "p90": 0.90}


@dataclass(frozen=True)
class DayFacts:
    """What the figures of some days rest on.

    Needs: `seen` (COLUMNS of listing_seen) all rows of the days; `begun` (source, market, listing_id, first_seen_on)
    all spells that began, `gone` (listing_ended) all that left, and `price_changes` all changes, on the days;
    `coverage` (crawl_coverage) all rows of the days and of the HORIZON before and after each.
    """

    days: Collection[date]
    seen: pl.DataFrame
    begun: pl.DataFrame
    gone: pl.DataFrame
    price_changes: pl.DataFrame
    coverage: pl.DataFrame


def catalog_day(facts: DayFacts, *, catalogues: pl.DataFrame, misses_until_gone: int) -> pl.DataFrame:
    """The rows of catalog_day for these days. An exhaustive query that found nothing makes a row of zeros."""
    shown = shown_of_catalogues(facts.seen)
    reach = _reach(_whole(facts.coverage), facts.days, misses_until_gone)
    found_nothing = (
        _whole(facts.coverage)
        .filter(pl.col("is_exhaustive"), pl.col("listings") == 0, pl.col("day").is_in(list(facts.days)))
        .select(*_CATALOGUE, "day")
    )
    by = (*_CATALOGUE, "day")
    rows = pl.concat([shown.select(by), found_nothing]).unique().join(reach, on=by, how="left", nulls_equal=True)
    gone = _gone(facts, catalogues).group_by(by).len("gone_then")
    return (
        _figures(rows, shown, facts, by=by)
        .join(gone, on=by, how="left")
        .pipe(_finished)
        .select(CATALOG_DAY.schema.names())
    )


def brand_day(facts: DayFacts, *, catalogues: pl.DataFrame, misses_until_gone: int) -> pl.DataFrame:
    """The rows of brand_day for these days. A brand whose last listings left that day has a row of zeros and `gone`."""
    shown = shown_of_brands(facts.seen)
    whole, narrowed = _whole(facts.coverage), _brands_asked(facts.coverage)
    asked = narrowed.select(*_CATALOGUE, "asked_brand").unique()
    scoped = [whole.with_columns(asked_brand=pl.lit(None, pl.String)), whole.join(asked, on=_CATALOGUE), narrowed]
    columns = (*_CATALOGUE, "asked_brand", "day", "is_exhaustive", "share_seen")
    reach = _reach(pl.concat([part.select(columns) for part in scoped]), facts.days, misses_until_gone)
    by = (*_CATALOGUE, "brand", "day")
    gone = _gone(facts, catalogues).filter(pl.col("brand").is_not_null()).group_by(by).len("gone_then")
    rows = (
        pl.concat([shown.select(*by, was_shown=True), gone.select(*by, was_shown=False)])
        .group_by(by)
        .agg(pl.col("was_shown").any())
        .pipe(_with_asked_brand, asked)
        .join(reach, on=(*_CATALOGUE, "asked_brand", "day"), how="left", nulls_equal=True)
        .filter(pl.col("was_shown") | pl.col("gone_is_decided"))
        .drop("was_shown", "asked_brand")
    )
    return (
        _figures(rows, shown, facts, by=by)
        .join(gone, on=by, how="left")
        .pipe(_finished)
        .select(BRAND_DAY.schema.names())
    )


def shown_of_catalogues(seen: pl.DataFrame) -> pl.DataFrame:
    """Each listing once per catalogue and day, as a query for the whole catalogue showed it: what catalog_day counts.

    Needs: COLUMNS of listing_seen, every row of the days and catalogues wanted. Further columns stay.
    Renames: query_catalog_id to catalog_id. Grain: one listing of one catalogue on one day.
    """
    return _shown(seen.filter(pl.col("query_narrowed_by") == ""))


def shown_of_brands(seen: pl.DataFrame) -> pl.DataFrame:
    """The same for brand_day: listings with a brand, also as queries for that brand in the catalogue showed them."""
    return _shown(seen.filter(pl.col("query_narrowed_by").is_in(("", "brand")), pl.col("brand").is_not_null()))


def _shown(seen: pl.DataFrame) -> pl.DataFrame:
    """Each listing once per catalogue and day: its last unpaid sighting on sale."""
    rows = seen.filter(
        pl.col("state") == "on_sale", ~pl.col("promoted").fill_null(False), pl.col("query_catalog_id").is_not_null()
    ).rename({"query_catalog_id": "catalog_id"})
    once = (*_CATALOGUE, "day", "listing_id")
    # Nearly every listing is seen once a day: only what may be there twice (equal hashes) is worth sorting.
    keys = rows.select(pl.struct(once).hash()).to_series()
    if keys.n_unique() == rows.height:
        return rows
    is_twice = keys.is_duplicated()
    last = (
        rows.filter(is_twice)
        .sort("observed_at", "price_eur", "favourite_count", "brand")
        .unique(once, keep="last", maintain_order=True)
    )
    return pl.concat([rows.filter(~is_twice), last])


def days_to_recompute(changed: Collection[date], coverage: pl.DataFrame, *, misses_until_gone: int) -> set[date]:
    """The days whose figures change because these days have new rows, beyond what changed spells say.

    These are the days themselves; earlier days whose `gone` they may decide (the last exhaustive days of each query
    before them); and later days up to the next one covered, which may have been the first.

    Needs: crawl_coverage from the HORIZON before the first changed day on.
    """
    days = set(changed)
    asked = coverage.filter(pl.col("query_catalog_id").is_not_null(), pl.col("query_narrowed_by").is_in(("", "brand")))
    for (_, _, _), query in asked.group_by("source", "market", "query_key"):
        covered = sorted(set(query["day"]))
        exhaustive = sorted(set(query.filter("is_exhaustive")["day"]))
        for day in changed:
            before = [d for d in exhaustive if day - HORIZON <= d < day]
            days.update(before[len(before) - min(len(before), misses_until_gone - 1) :])
            if day in covered:
                following = next((d for d in covered if d > day), day + HORIZON)
                days.update(day + timedelta(n) for n in range(1, min(following - day, HORIZON).days + 1))
    return days


def _figures(rows: pl.DataFrame, shown: pl.DataFrame, facts: DayFacts, *, by: tuple[str, ...]) -> pl.DataFrame:
    """Add what the listings shown say: counts, prices, favourites, new_then, price_cuts. Grain: unchanged."""
    began = facts.begun.select(*KEY, day="first_seen_on", is_new=True).unique()
    cut = facts.price_changes.filter(pl.col("new_amount") < pl.col("old_amount"))
    cut = cut.select(*KEY, day=pl.col("observed_at").dt.date(), is_cut=True).unique()
    on = (*KEY, "day")
    price = pl.col("price_eur").cast(pl.Float64)
    figures = (
        shown.join(began, on=on, how="left")
        .join(cut, on=on, how="left")
        .group_by(by)
        .agg(
            pl.len().cast(pl.Int64).alias("seen"),
            pl.col("price_eur").count().cast(pl.Int64).alias("priced"),
            *(price.quantile(q, interpolation="linear").alias(f"price_eur_{name}") for name, q in _QUANTILES.items()),
            pl.col("favourite_count").mean().alias("favourites_mean"),
            pl.col("is_new").count().cast(pl.Int64).alias("new_then"),
            pl.col("is_cut").count().cast(pl.Int64).alias("price_cuts"),
        )
    )
    return rows.join(figures, on=by, how="left")


def _finished(rows: pl.DataFrame) -> pl.DataFrame:
    def where(known: str, count: str) -> pl.Expr:
        return pl.when(known).then(pl.col(count).fill_null(0).cast(pl.Int64))

    return rows.with_columns(
        pl.col("seen", "priced", "price_cuts").fill_null(0),
        pl.col("is_exhaustive").fill_null(False),
        where("new_is_known", "new_then").alias("new"),
        where("gone_is_decided", "gone_then").alias("gone"),
        month=pl.col("day").dt.strftime("%Y-%m"),
    )


def _gone(facts: DayFacts, catalogues: pl.DataFrame) -> pl.DataFrame:
    """The ended spells once for each catalogue they count in: their own and every one above."""
    above = catalogues.rename({"catalog_id": "leaf_catalog_id", "ancestor_id": "catalog_id"})
    return (
        facts.gone.filter(pl.col("leaf_catalog_id").is_not_null())
        .select("source", "market", "leaf_catalog_id", "brand", day="gone_on")
        .join(above, on="leaf_catalog_id", how="left")
        .with_columns(pl.coalesce("catalog_id", "leaf_catalog_id").alias("catalog_id"))
    )


def _whole(coverage: pl.DataFrame) -> pl.DataFrame:
    return coverage.filter(
        pl.col("query_catalog_id").is_not_null(), pl.col("query_narrowed_by") == ""
    ).rename({"query_catalog_id": "catalog_id"})  # fmt: skip


def _brands_asked(coverage: pl.DataFrame) -> pl.DataFrame:
    """Queries for brands of a catalogue, one row per brand. Adds: asked_brand, folded."""
    return (
        coverage.filter(pl.col("query_catalog_id").is_not_null(), pl.col("query_narrowed_by") == "brand")
        .rename({"query_catalog_id": "catalog_id"})
        .explode("brands")
        .filter(pl.col("brands").is_not_null())
        .pipe(lambda rows: rows.with_columns(_folded(rows["brands"]).alias("asked_brand")))
    )


def _with_asked_brand(rows: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Add asked_brand: the folded brand if some query asks for it in this catalogue, else null."""
    key = (*_CATALOGUE, "asked_brand")
    return (
        rows.with_columns(_folded(rows["brand"]).alias("asked_brand"))
        .join(asked.with_columns(is_asked=True), on=key, how="left")
        .with_columns(pl.when("is_asked").then("asked_brand").alias("asked_brand"))
        .drop("is_asked")
    )


def _folded(words: pl.Series) -> pl.Series:
    known = words.drop_nulls().unique()
    plain = pl.Series([folded(word) for word in known], dtype=pl.String)
    return words.replace_strict(known, plain, default=None) if len(known) else words


def _reach(coverage: pl.DataFrame, days: Collection[date], misses_until_gone: int) -> pl.DataFrame:
    """What the coverage of a scope (a catalogue, or a brand of it) allows to say of each day.

    Returns: the scope's columns, day, is_exhaustive, share_seen, new_is_known, gone_is_decided. Grain: one scope and
    covered day.
    """
    scope = [name for name in (*_CATALOGUE, "asked_brand") if name in coverage.columns]
    covered = coverage.group_by(*scope, "day").agg(pl.col("is_exhaustive").any(), pl.col("share_seen").max())
    pairs = covered.join(
        covered.select(*scope, other="day", other_is_exhaustive="is_exhaustive"),
        on=scope,
        how="inner",
        nulls_equal=True,
    )
    gap = pl.col("other") - pl.col("day")
    ahead = pl.col("other_is_exhaustive") & gap.is_between(timedelta(0), HORIZON)
    return (
        pairs.filter(pl.col("day").is_in(list(days)))
        .group_by(*scope, "day")
        .agg(
            pl.col("is_exhaustive").first(),
            pl.col("share_seen").first(),
            gap.is_between(-HORIZON, timedelta(0), closed="left").any().alias("new_is_known"),
            (pl.col("is_exhaustive").first() & (ahead.sum() >= misses_until_gone)).alias("gone_is_decided"),
        )
    )
