"""This is where a made-up market is watched in memory: what daily searches and some visits to pages would tell of it.

It spares the requests, pages and files of a real watch (`desk.evaluate` takes all of them): tens of thousands of
listings are watched within seconds. Nothing here tells more than searches and pages show; the truth lies apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl

from vopt_lib.market.asked import split_at_price_changes
from vopt_lib.market.exposures import exposures
from vopt_lib.schema.pricing import CATEGORY_SEPARATOR, PRICED
from vopt_lib.schema.tables import UTC_TIME
from vopt_lib.schema.vinted_terms import catalogue_nodes, colours, conditions
from vopt_lib.simulator.arrays import Flags, Floats, Ints
from vopt_lib.simulator.generate import generate
from vopt_lib.simulator.market import StockedMarket
from vopt_lib.simulator.stock import DELETED, HIDDEN, ON_SALE, SOLD, Truth, epoch_s

START: Final = datetime(2026, 9, 1, 7, tzinfo=UTC)
MISSES: Final = 3
"""Misses in a row after which a listing is gone."""
MISSED_SHARE: Final = 0.08
"""Of the listings that a search should show, those that it does not."""
VISITED_SHARE: Final = 0.6
"""Of those that are gone, those whose page is looked at: the others' end stays unknown."""

_DAY_S: Final = 86_400
_ENDS: Final = {SOLD: "sold", DELETED: "deleted", HIDDEN: "hidden"}


@dataclass(frozen=True)
class PlayedMarket:
    """A market, and what was seen of it by a search a day for so many days."""

    market: StockedMarket
    truth: Truth
    days: int
    seen: Flags
    """(days, listings)"""
    cents: Ints
    """What each asked at the time of each search, (days, listings)."""
    visited: Flags

    @cached_property
    def first(self) -> Ints:
        """The first search that showed each listing; `days` where none did."""
        return np.where(self.seen.any(axis=0), self.seen.argmax(axis=0), self.days)

    @cached_property
    def is_fresh(self) -> Flags:
        """Listings that were first seen within two days after they came on sale.

        Those that were on sale already when watching began are dearer than usual: the cheap ones had left.
        """
        return (self.first < self.days) & (self._search_s(self.first) - self.market.stock.published_s <= 2 * _DAY_S)

    @cached_property
    def came_later(self) -> Flags:
        """Listings that came on sale after the last search."""
        return np.asarray(self.market.stock.published_s > epoch_s(START) + (self.days - 1) * _DAY_S)

    def priced(self, rows: Ints) -> pl.DataFrame:
        """PRICED of these listings: at their first sighting; of those that came later, at their first day."""
        stock = self.market.stock
        first = np.minimum(self.first[rows], self.days - 1)
        cents = np.where(self.came_later[rows], stock.timeline.cents[rows, 0], self.cents[first, rows])
        paths = {node.catalog_id: node.path for node in catalogue_nodes()}
        states = {known.id: known.labels["it"] for known in conditions()}
        hues = {colour.id: colour.labels["it"] for colour in colours()}
        taken = rows.tolist()
        brands, sizes = ([getattr(stock, name)[row] for row in taken] for name in ("brand", "size"))
        columns = {
            "id": stock.listing_id[rows].astype(str),
            "title": [stock.title[row] for row in taken],
            "brand": [brand.title if brand else None for brand in brands],
            "category": [paths[leaf].replace(" > ", CATEGORY_SEPARATOR) for leaf in stock.catalog_id[rows].tolist()],
            "size": [size.title if size else None for size in sizes],
            "condition": [states.get(state) for state in stock.condition_id[rows].tolist()],
            "color": [hues.get(colour) for colour in stock.colour_ids[rows, 0].tolist()],
            "material": [stock.material[row].title if stock.material[row] else None for row in taken],
            "description": [stock.description[row] for row in taken],
            "listed_on": pl.from_epoch(pl.Series(stock.published_s[rows]).cast(pl.Int64)).dt.date(),
            "price_eur": cents / 100.0,
        }
        return pl.DataFrame(columns, schema=PRICED)

    def spells(self) -> pl.DataFrame:
        """What `market.exposures` needs of every listing that was seen, and first_price_eur; a row each."""
        rows = np.flatnonzero(self.first < self.days)
        stock = self.market.stock
        first, last = self.first[rows], self.days - 1 - self.seen[::-1, rows].argmax(axis=0)
        is_gone = last <= self.days - 1 - MISSES
        gone_s = self._search_s(last + 1)
        told = stock.timeline.status_and_cents(int(self._search_s(np.array(self.days - 1))), rows)[0]
        ends = [
            _ENDS.get(code, "unknown") if asked else "unknown"
            for code, asked in zip(told, self.visited[rows], strict=True)
        ]
        moments = {
            "listed_at": stock.published_s[rows],
            "first_seen_at": self._search_s(first),
            "last_seen_at": self._search_s(last),
            "gone_before": gone_s,
        }
        known_until = START + timedelta(days=self.days - 1 - MISSES)
        gone = pl.col("is_gone")
        return (
            pl.DataFrame({"listing_id": stock.listing_id[rows], "is_gone": is_gone, "evidence": ends, **moments})
            .with_columns(pl.from_epoch(name, "s").cast(UTC_TIME) for name in moments)
            .with_columns(
                source=pl.lit("vinted"),
                market=pl.lit("it"),
                gone_before=pl.when(gone).then("gone_before"),
                decided_on=pl.when(gone).then((pl.col("gone_before") + timedelta(days=MISSES - 1)).dt.date()),
                evidence=pl.when(gone).then("evidence"),
                known_until=pl.lit(known_until, UTC_TIME),
                visited_at=pl.lit(None, UTC_TIME),
                first_price_eur=pl.Series(self.cents[first, rows] / 100.0),
            )
        )

    def price_changes(self) -> pl.DataFrame:
        """The changes that two sightings of a listing show, as price_change has them."""
        day, row = (axis.astype(np.int64) for axis in np.nonzero(self.seen.T)[::-1])
        cents, again = self.cents[day, row], np.flatnonzero(np.diff(row) == 0)
        changed = again[self.cents[day[again + 1], row[again + 1]] != cents[again]]
        moments = {"seen_before_at": self._search_s(day[changed]), "observed_at": self._search_s(day[changed + 1])}
        listing_id = self.market.stock.listing_id[row[changed]]
        return pl.DataFrame(
            {"listing_id": listing_id, "new_amount": cents[changed + 1] / 100.0, **moments}
        ).with_columns(
            *(pl.from_epoch(name, "s").cast(UTC_TIME) for name in moments),
            source=pl.lit("vinted"),
            market=pl.lit("it"),
            currency=pl.lit("EUR"),
        )

    def spans(self) -> pl.DataFrame:
        """When each listing was watched, at what price, and how that ended (`market.asked`)."""
        watched = exposures(self.spells(), missed_share=MISSED_SHARE)
        return split_at_price_changes(watched, self.price_changes())

    def _search_s(self, day: Ints) -> Ints:
        return epoch_s(START) + day * _DAY_S


def played_market(seed: int, *, days: int, days_after: int, scale: float) -> PlayedMarket:
    """The market of this seed, watched for so many days; it goes on for `days_after` more, which nobody watches."""
    market = generate(seed, START, days + days_after, scale=scale)
    assert market.truth is not None  # whatever is generated knows its truth
    rng = np.random.default_rng([seed, 1])
    on_sale, cents = np.zeros((days, len(market)), bool), np.zeros((days, len(market)), np.int64)
    for day in range(days):
        status, cents[day] = market.stock.timeline.status_and_cents(epoch_s(START) + day * _DAY_S)
        on_sale[day] = status == ON_SALE
    seen = on_sale & (rng.random(on_sale.shape) >= MISSED_SHARE)
    return PlayedMarket(market, market.truth, days, seen, cents, rng.random(len(market)) < VISITED_SHARE)


def relative_as_buyers_see(asked_eur: Floats, truth: Truth, rows: Ints) -> Floats:
    """log(asked / fair) of listings as the market's hazard takes it."""
    from vopt_lib.simulator.fates import log_relative
    from vopt_lib.simulator.prices import Asking

    asked = Asking(np.full((len(rows), 0), np.inf), np.round(asked_eur * 100.0).astype(np.int64)[:, None])
    return log_relative(asked, truth.fair_eur[rows], truth.oddity[rows] == "nonsense")
