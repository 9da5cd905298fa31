"""This is where we say what is checked before a day is published: every check, its limits, and what it found.

A check says which silent failure it makes loud. "stops": a day that breaks it is not published; else it is only told.
Limits are wide: real catalogues fluctuate, and a false alarm keeps good figures from her. What they rest on stands at
each; they were tried on the 30 days of a played market, on which nothing may stop.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from vopt_lib.schema.contract import CONDITION_IDS
from vopt_lib.words import N_

Kind = Literal["unique", "known", "within", "among", "same", "ordered", "rows"]
Result = Literal["passed", "warned", "failed", "untold"]

LEAST_LISTINGS = 50
"""Listings of a search on both days below which its count and its prices tell nothing: with 50, chance alone moves a
median of prices by a factor of 1.2, and by more than 2 less than once in ten thousand days."""

LEAST_FOUND = 30
"""Listings of a search a week ago from which on it does not become empty by chance."""

LEAST_FOR_DRIFT = 200
"""Listings on both days from which on PSI tells something: without any change it is about 9 × (1/n + 1/m), so 0.09."""

MOST_ROWS = 50_000
"""Rows of a table that are looked at; of more, as many whole listings as fit, chosen by their ids."""


@dataclass(frozen=True)
class Check:
    """One check of one batch. kind, column, other, low, high and values are what its expectation needs.

    loud: the failure that would else go unseen. share: of the rows that must keep it. `stops`: a day that breaks it is
    not published.
    """

    name: str
    table: str
    title: str
    loud: str
    kind: Kind
    column: str = ""
    other: str = ""
    low: float | None = None
    high: float | None = None
    values: tuple[int, ...] = ()
    share: float = 1.0
    stops: bool = True


_SEEN = (
    Check(
        "seen_once", "listing_seen", N_("Each listing comes once in a search"),
        N_("A site that repeats its pages would look full while it shows little."),
        "unique", "run_id,query_key,listing_id", share=0.8,
    ),  # pages shift while they are read: on played days up to 1.2 % came twice
    Check(
        "seen_priced", "listing_seen", N_("Listings have a price"),
        N_("Half of the prices could go missing, and medians would quietly rest on the other half."),
        "known", "asked_amount", share=0.9,
    ),  # every listing on sale has a price: played and recorded days have none without
    Check(
        "seen_currency", "listing_seen", N_("Prices are in the country's own money"),
        N_("Prices in other money are left out of every figure in euro, or would be taken for euro."),
        "same", "currency", "market_currency", share=0.9,
    ),  # the site shows all prices in the visitor's money
    Check(
        "seen_condition", "listing_seen", N_("Conditions are Vinted's own"),
        N_("A new condition would fall out of every comparison."),
        "among", "condition_id", values=CONDITION_IDS, share=0.99,
    ),
    Check(
        "seen_favourites", "listing_seen", N_("Favourites are not negative"),
        N_("Favourites that were misread would turn demand upside down."),
        "within", "favourite_count", low=0, share=0.99,
    ),
)  # fmt: skip

_ASKED = (
    Check(
        "asked_found", "crawl_coverage", N_("Searches still find something"),
        N_("A category that was renamed or moved looks like one that is sold out."),
        "among", "is_found", values=(1,),
    ),
    Check(
        "asked_count", "crawl_coverage", N_("Searches find about as many listings as a week ago"),
        N_("A search that ends early, or that ignores what was asked, looks like a market that shrinks or grows."),
        "within", "listings_ratio", low=0.25, high=4.0,
    ),  # complete searches of whole catalogues: in a played month they moved by less than a fifth in a week
    Check(
        "asked_count_told", "crawl_coverage", N_("The number of listings is calm"),
        N_("A slow loss of listings stays unseen from one day to the next."),
        "within", "listings_ratio", low=0.6, high=1.67, stops=False,
    ),
    Check(
        "asked_price", "crawl_coverage", N_("Prices are near those of a week ago"),
        N_("Cents taken for euro, other money without its sign, or another category under the same number."),
        "within", "median_ratio", low=0.4, high=2.5,
    ),  # the krona is 7.5 to a euro, the zloty 4.3, cents 100: all far outside; chance at 50 listings far inside
    Check(
        "asked_price_told", "crawl_coverage", N_("The median price is calm"),
        N_("A mix of listings that changes slowly looks like prices that change."),
        "within", "median_ratio", low=0.75, high=1.33, stops=False,
    ),
    Check(
        "asked_drift", "crawl_coverage", N_("Prices are spread as a week ago (PSI)"),
        N_("The median can stay where it is while cheap and dear listings change places."),
        "within", "psi", high=0.25, stops=False,
    ),  # Siddiqi, Credit Risk Scorecards (2006): below 0.1 no change, from 0.25 on a shift
    Check(
        "asked_conditions", "crawl_coverage", N_("Conditions are still read"),
        N_("A new layout of the site's answers can lose the condition of every listing."),
        "within", "condition_lost", high=0.3, stops=False,
    ),
    Check(
        "asked_brands", "crawl_coverage", N_("Brands are still read"),
        N_("A new layout of the site's answers can lose the brand of every listing."),
        "within", "brand_lost", high=0.3, stops=False,
    ),
)  # fmt: skip

_DAY = (
    Check(
        "day_there", "catalog_day", N_("The day has figures"),
        N_("A day that was collected and not worked out would be a hole in every chart."),
        "rows", low=1,
    ),
    Check(
        "day_once", "catalog_day", N_("Each catalogue has one row a day"),
        N_("A day told twice counts twice."), "unique", "source,market,catalog_id,day",
    ),
    Check(
        "day_priced", "catalog_day", N_("Figures in euro rest on nearly all listings"),
        N_("A median of a tenth of the listings looks like any other median."),
        "within", "priced_share", low=0.9, high=1.0,
    ),  # as seen_priced; markets that do not sell in euro have no such figure and are left out
    Check(
        "day_low", "catalog_day", N_("A tenth of the prices is not above the middle"),
        N_("Figures that were mixed up."), "ordered", "price_eur_median", "price_eur_p10",
    ),
    Check(
        "day_high", "catalog_day", N_("The middle is not above nine tenths of the prices"),
        N_("Figures that were mixed up."), "ordered", "price_eur_p90", "price_eur_median",
    ),
    Check(
        "day_new", "catalog_day", N_("No more new listings than listings"),
        N_("Listings counted in a catalogue that did not show them."), "ordered", "seen", "new",
    ),
    Check(
        "day_share", "catalog_day", N_("Shares lie between nothing and all"),
        N_("A share of the market that was divided by the wrong number."), "within", "share_seen", low=0, high=1,
    ),
)  # fmt: skip

_LIVE = (
    Check(
        "live_once", "listing_live", N_("Each listing is on sale once"),
        N_("A listing that is told twice counts twice in everything."), "unique", "source,market,listing_id",
    ),
    Check(
        "live_order", "listing_live", N_("Nothing is seen last before it was seen first"),
        N_("Days on sale below zero make things sell faster than they do."), "ordered", "last_seen_s", "first_seen_s",
    ),
    Check(
        "live_days", "listing_live", N_("Everything on sale was seen on some day"),
        N_("A listing that nobody saw."), "within", "days_seen", low=1,
    ),
    Check(
        "live_priced", "listing_live", N_("What is on sale has a price"),
        N_("Prices that get lost on the way from a search to a listing."), "known", "last_asked_amount", share=0.9,
    ),
    Check(
        "live_favourites", "listing_live", N_("Its favourites are not negative"),
        N_("Favourites that were misread would turn demand upside down."), "within", "favourite_count", low=0,
    ),
    Check(
        "live_condition", "listing_live", N_("Its condition is one of Vinted's own"),
        N_("A new condition would fall out of every comparison."), "among", "condition_id", values=CONDITION_IDS,
    ),
    Check(
        "live_count", "listing_live", N_("About as much is on sale as before"),
        N_("Listings that vanish all at once were lost by vopt, not sold."), "rows", low=0.5, stops=False,
    ),  # low: of what is published; changing how many misses end a listing, or telling everything again, may do it too
)  # fmt: skip

CHECKS: Mapping[str, Check] = {check.name: check for check in (*_SEEN, *_ASKED, *_DAY, *_LIVE)}

TABLES_CHECKED = ("listing_seen", "crawl_coverage", "catalog_day", "listing_live")


@dataclass(frozen=True)
class Finding:
    """What one check found: in how many rows it looked, and how many broke it. "untold": nothing there to judge.

    culprits: the searches that broke it, by their place in the report.
    """

    check: str
    result: Result
    rows: int = 0
    broken: int = 0
    culprits: tuple[int, ...] = ()

    @property
    def kept_share(self) -> float:
        """Share of the rows that keep it."""
        return 1.0 - self.broken / self.rows if self.rows else 1.0


@dataclass(frozen=True)
class SearchDrift:
    """How one search stands against a week ago (day and before_on as 2026-11-21). None: too few listings to tell."""

    name: str
    day: str
    before_on: str | None
    listings: int
    listings_before: int | None
    median_ratio: float | None
    psi: float | None


@dataclass(frozen=True)
class QualityReport:
    """One round of checks: what was found, over which runs, and whether the day was published.

    error, error_facts: why not, as the table `run` keeps it.
    """

    checked_at: datetime
    run_ids: tuple[str, ...]
    findings: tuple[Finding, ...]
    searches: tuple[SearchDrift, ...] = ()
    error: str | None = None
    error_facts: Mapping[str, object] = field(default_factory=dict)

    def count(self, result: Result) -> int:
        """How many checks ended so."""
        return sum(finding.result == result for finding in self.findings)
