"""This is where a made-up market is watched day by day without a server: searches that miss some, pages of the missed.

Everything that vopt knows is told by its own functions; only fetching and parsing are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from vopt_lib.market.ages import first_shown, searches, uploads_told, with_listed_at
from vopt_lib.market.catalogues import ancestors
from vopt_lib.market.exposures import exposures, missed_share
from vopt_lib.market.recheck import to_visit
from vopt_lib.market.spells import Spells, advance
from vopt_lib.market.watching import with_known_until
from vopt_lib.schema.tables import CRAWL_COVERAGE, LISTING_SEEN
from vopt_lib.schema.vinted_terms import catalogue_nodes
from vopt_lib.simulator.generate import generate
from vopt_lib.simulator.market import StockedMarket
from vopt_lib.simulator.stock import DELETED, HIDDEN, ON_SALE, RESERVED, SOLD
from vopt_lib.simulator.tree import way_down

TREE = ancestors(catalogue_nodes())
START = datetime(2026, 9, 1, tzinfo=UTC)
MISSES_UNTIL_GONE = 3
PER_PAGE = 96
STATES = {ON_SALE: "on_sale", RESERVED: "reserved", SOLD: "sold", DELETED: "deleted", HIDDEN: "hidden"}
UNITS_S = (60, 3_600, 86_400, 30 * 86_400, 365 * 86_400)


@dataclass(frozen=True)
class Played:
    """A market after some days of watching: its truth, the spells told, what pages said of upload times."""

    market: StockedMarket
    days: int
    live: pl.DataFrame
    ended: pl.DataFrame
    pages: pl.DataFrame
    coverage: pl.DataFrame
    changes: pl.DataFrame

    @property
    def spells(self) -> pl.DataFrame:
        """All spells, with the moment at which each was put on sale as far as it can be known."""
        gone = pl.lit(None, LISTING_SEEN.schema["observed_at"])
        live = self.live.with_columns(
            gone_before=gone, decided_on=pl.lit(None, pl.Date), evidence=pl.lit(None, pl.String)
        )
        told = pl.concat([live.select(COLUMNS), self.ended.select(COLUMNS)])
        told = told.join(last_visits(self.pages), on="listing_id", how="left")
        told = with_known_until(told, self.coverage, catalogues=TREE, misses_until_gone=MISSES_UNTIL_GONE)
        return with_listed_at(
            told, uploads_told(self.pages), first_shown(told, self.searched), missed_share=self.missed_share
        )

    @property
    def searched(self) -> pl.DataFrame:
        """The searches of each day."""
        return searches(self.coverage, self.live["leaf_catalog_id"].drop_nulls().unique().to_list(), catalogues=TREE)

    @property
    def missed_share(self) -> float:
        """The share of listings that searches do not show, as far as it can be known."""
        return missed_share(pl.concat([self.live.select(SEEN), self.ended.select(SEEN)]), self.searched)

    def exposures(self) -> pl.DataFrame:
        """What survival is told from."""
        return exposures(self.spells, missed_share=self.missed_share)

    def truth(self) -> pl.DataFrame:
        """The listings born while the market was watched: brand, condition_id, unsold (list, by UNSOLD_DAYS)."""
        stock, truth = self.market.stock, self.market.truth
        assert truth
        born_s = int(START.timestamp()), int((START + timedelta(days=self.days)).timestamp())
        rows = np.flatnonzero((stock.published_s >= born_s[0]) & (stock.published_s < born_s[1]))
        return pl.DataFrame(
            {
                "brand": [brand.title if (brand := stock.brand[row]) else None for row in rows.tolist()],
                "condition_id": stock.condition_id[rows].astype(np.int32),
                "root": [way_down(leaf)[0].catalog_id for leaf in stock.catalog_id[rows].tolist()],
                "unsold": truth.unsold[rows].tolist(),
            }
        )

    def worth(self) -> pl.DataFrame:
        """What every listing is worth: listing_id, fair_eur, oddity."""
        stock, truth = self.market.stock, self.market.truth
        assert truth
        oddity = [str(one) for one in truth.oddity]
        return pl.DataFrame({"listing_id": stock.listing_id, "fair_eur": truth.fair_eur, "oddity": oddity})


COLUMNS = (
    *("source", "market", "listing_id", "first_seen_at", "last_seen_at", "gone_before", "decided_on"),
    *("evidence", "leaf_catalog_id", "brand", "size", "condition_id", "first_price_eur"),
)


SEEN = ("source", "market", "leaf_catalog_id", "first_seen_on", "last_seen_on", "days_seen")


def collected_at(day: int) -> datetime:
    """When that day is collected."""
    return START + timedelta(days=day, hours=9)


def last_visits(pages: pl.DataFrame) -> pl.DataFrame:
    """The last visit to the page of each listing."""
    return pages.group_by("listing_id").agg(visited_at=pl.col("observed_at").max())


def play(
    seed: int, *, days: int, scale: float, missed_share: float, pages_a_day: int, requests_a_day: int | None = None
) -> Played:
    """Watch the market of this seed, then visit pages: every catalogue searched whole every day, or, with so many
    requests a day, the newest listings alone that these show.
    """
    market = generate(seed, START, days, scale=scale)
    rng = np.random.default_rng(seed + 1)
    roots = np.array([way_down(leaf)[0].catalog_id for leaf in market.stock.catalog_id.tolist()])
    spells, ended, pages, covered, changes = Spells.none(), [], [LISTING_SEEN.empty()], [], []
    for number in range(days):
        searched = _searched(market, roots, number, rng=rng, missed_share=missed_share)
        day, coverage = collected_at(number).date(), _coverage(sorted({*roots.tolist()}), number)
        if requests_a_day is not None:
            searched = searched.head(requests_a_day * PER_PAGE)
            coverage = coverage.with_columns(is_exhaustive=pl.lit(False))
        rules = {"day": day, "catalogues": TREE, "misses_until_gone": MISSES_UNTIL_GONE}
        after_search = advance(spells.live, searched, coverage, **rules)
        visits = last_visits(pl.concat(pages))
        at = collected_at(number) + timedelta(hours=1)
        known = {"visits": visits, "uploads_known": visits.height}
        watched = with_known_until(
            after_search.live, pl.concat([*covered, coverage]), catalogues=TREE, misses_until_gone=MISSES_UNTIL_GONE
        )
        chosen = to_visit(watched, at=at, pages=pages_a_day, **known)
        visited = _visited(market, roots, chosen["listing_id"], at)
        spells = advance(spells.live, pl.concat([searched, visited]), coverage, **rules)
        ended.append(spells.ended)
        pages.append(visited)
        covered.append(coverage)
        changes.append(spells.price_changes)
    told = (pl.concat(rows) for rows in (ended, pages, covered, changes))
    return Played(market, days, spells.live, *told)


def _searched(
    market: StockedMarket, roots: np.ndarray, day: int, *, rng: np.random.Generator, missed_share: float
) -> pl.DataFrame:
    status, _ = market.stock.timeline.status_and_cents(int(collected_at(day).timestamp()))
    rows = np.flatnonzero((status == ON_SALE) & (rng.random(len(market)) >= missed_share))
    return _sightings(market, roots, rows, collected_at(day))


def _visited(market: StockedMarket, roots: np.ndarray, listing_ids: pl.Series, at: datetime) -> pl.DataFrame:
    rows = np.array([row for one in listing_ids if (row := market.row_of(one)) is not None], dtype=np.int64)
    age_s = int(at.timestamp()) - market.stock.published_s[rows]
    rounded = np.zeros_like(age_s)
    for unit in UNITS_S:
        rounded = np.where(age_s >= unit, age_s // unit * unit, rounded)
    seen = _sightings(market, roots, rows, at)
    return seen.with_columns(
        uploaded_at=pl.lit(at) - pl.duration(seconds=pl.Series(rounded)),
        shape=pl.lit("item-page"),
        query_catalog_id=pl.lit(None, pl.Int64),
    ).cast(dict(LISTING_SEEN.schema))


def _sightings(market: StockedMarket, roots: np.ndarray, rows: np.ndarray, at: datetime) -> pl.DataFrame:
    stock, moment = market.stock, market.stock.timeline.at(int(at.timestamp()), rows)
    shown = pl.DataFrame(
        {
            "listing_id": stock.listing_id[rows],
            "query_catalog_id": roots[rows],
            "brand": [brand.title if (brand := stock.brand[row]) else None for row in rows.tolist()],
            "title": [stock.title[row] for row in rows.tolist()],
            "size": [size.title if (size := stock.size[row]) else None for row in rows.tolist()],
            "seller_hash": [str(seller) for seller in stock.seller[rows].tolist()],
            "condition_id": stock.condition_id[rows],
            "asked_amount": pl.Series(moment.cents).cast(pl.Decimal(12, 2)) / 100,
            "favourite_count": moment.favourites,
            "state": [STATES[status] for status in moment.status.tolist()],
        },
        schema_overrides=dict.fromkeys(("title", "brand", "size", "seller_hash", "state"), pl.String),
    ).with_columns(
        source=pl.lit("vinted"), market=pl.lit("it"), observed_at=pl.lit(at), day=pl.lit(at.date()),
        currency=pl.lit("EUR"), promoted=pl.lit(False), price_eur="asked_amount",
    )  # fmt: skip
    missing = [name for name in LISTING_SEEN.schema if name not in shown.columns]
    whole = shown.with_columns(pl.lit(None, LISTING_SEEN.schema[name]).alias(name) for name in missing)
    return whole.select(LISTING_SEEN.schema.names()).cast(dict(LISTING_SEEN.schema))


def _coverage(roots: list[int], day: int) -> pl.DataFrame:
    at = collected_at(day)
    rows = [
        dict.fromkeys(CRAWL_COVERAGE.schema) | {
            "source": "vinted", "market": "it", "run_id": f"run-{day}", "day": at.date(), "started_at": at,
            "observed_at": at + timedelta(seconds=1), "query_key": f"whole-{root}", "query_catalog_id": root,
            "query_narrowed_by": "", "brands": [], "sizes": [], "condition_ids": [], "is_exhaustive": True,
            "parts": 1, "pages": 1, "requests": 1, "listings": 1, "promoted": 0,
        }
        for root in roots
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=CRAWL_COVERAGE.schema)
