"""This is where what is about to be published is checked: read from the lake, held against its suites, remembered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final

import orjson
import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.runs import Run
from vopt_lib.errors import BadDay
from vopt_lib.quality import batches
from vopt_lib.quality.report import keep, keep_docs, kept, stopped_runs
from vopt_lib.quality.suites import Batch, check
from vopt_lib.quality.verdict import Evidence, verdict
from vopt_lib.schema.quality import CHECKS, QualityReport, SearchDrift
from vopt_lib.sources.vinted.query import currency_of

RESUMED_FOR: Final = timedelta(days=2)

LEAST_LIVE: Final = 200
"""Published listings from which on it is told when many of them vanish at once."""


def check_day(desk: Desk, versions: Mapping[str, int], collected: Sequence[Run]) -> BadDay | None:
    """Why these versions of the tables, with what these runs collected, must not be published; None: they may be.

    Without a run there is nothing new to check: pages of single listings move no figure of a day. What was found is
    remembered, also as pages of Great Expectations.

    Raises: ChecksBroken; LakeError.
    """
    if not collected:
        return None
    reading = _Reading(desk, versions, collected)
    checked = check([batch for batch in reading.batches() if batch.rows.height])
    findings = tuple(finding for one in checked for finding in one.findings)
    error = verdict(findings, reading.evidence)
    report = QualityReport(
        checked_at=desk.clock.now(),
        run_ids=tuple(run.run_id for run in collected),
        findings=findings,
        searches=tuple(_drift(row) for row in reading.evidence.drifts.iter_rows(named=True)),
        error=type(error).__name__ if error else None,
        error_facts=orjson.loads(orjson.dumps(error.facts, default=str)) if error else {},
    )
    keep(desk.paths.quality, report)
    keep_docs(desk.paths.quality_docs, report, checked)
    return error


@dataclass(frozen=True)
class _Reading:
    """The tables as they are about to be published, and the runs that are new in them."""

    desk: Desk
    versions: Mapping[str, int]
    collected: Sequence[Run]

    def batches(self) -> Iterator[Batch]:
        """What is checked, one batch a table."""
        yield Batch("listing_seen", self.evidence.seen)
        yield Batch("crawl_coverage", self.evidence.searches)
        yield Batch("catalog_day", self._days())
        live = self._scan("listing_live").filter(self._is_here).select(batches.LIVE).collect()
        rows = batches.live_batch(live)
        published = self.desk.lake.scan("listing_live").filter(self._is_here).select(pl.len()).collect().item()
        share = rows.height / live.height if live.height else 1.0
        least = CHECKS["live_count"].low if published >= LEAST_LIVE else None
        yield Batch("listing_live", rows, {"live_count": (least or 0.0) * published * share})

    @cached_property
    def evidence(self) -> Evidence:
        """What was seen, and each search beside itself a week ago."""
        asked = self._asked()
        names = {run.run_id: run.follow_name or run.run_id for run in self.collected}
        refused = self._scan("rejected").filter(self._is_new).select("market", "run_id", "reason").collect()
        now = self._sightings(asked, began="started_at", ended="observed_at")
        before = self._sightings(asked, began="started_before", ended="ended_before")
        return Evidence(
            seen=batches.seen_batch(self._seen(), refused, self._currencies),
            asked=asked.with_columns(name=pl.col("run_id").replace_strict(names, return_dtype=pl.String)),
            searches=batches.asked_batch(asked, now, before),
        )

    @property
    def _run_ids(self) -> list[str]:
        return [run.run_id for run in self.collected]

    @property
    def _is_new(self) -> pl.Expr:
        return pl.col("run_id").is_in(self._run_ids)

    @property
    def _is_here(self) -> pl.Expr:
        return pl.col("market").is_in([run.market for run in self.collected])

    @property
    def _first_day(self) -> date:
        # A crawl that a killed or stopped run began is finished by this one: it may have begun days before.
        return min(run.started_at for run in self.collected).date() - RESUMED_FOR

    @property
    def _currencies(self) -> pl.DataFrame:
        markets = sorted({run.market for run in self.collected if run.market})
        return pl.DataFrame({"market": markets, "market_currency": [currency_of(market) for market in markets]})

    def _scan(self, name: str) -> pl.LazyFrame:
        return self.desk.lake.scan(name, version=self.versions.get(name, -1))

    def _seen(self) -> pl.DataFrame:
        seen = self._scan("listing_seen").filter(pl.col("day") >= self._first_day, self._is_new)
        return seen.select(batches.SEEN).collect()

    def _asked(self) -> pl.DataFrame:
        """The searches that these runs finished, each with itself a week ago; not with what was held back."""
        since = self._first_day - batches.OLDEST
        coverage = self._scan("crawl_coverage").filter(pl.col("day") >= since)
        held_back = stopped_runs(kept(self.desk.paths.quality, since))
        others = coverage.filter(~pl.col("run_id").is_in([*self._run_ids, *held_back]))
        return batches.references(coverage.filter(self._is_new).collect(), others.collect())

    def _sightings(self, asked: pl.DataFrame, *, began: str, ended: str) -> pl.DataFrame:
        """What these searches showed between two moments, with the place of each search in asked."""
        spans = asked.with_row_index("row").select("row", "query_key", "market", began=began, ended=ended).drop_nulls()
        days = pl.concat([spans["began"].dt.date(), spans["ended"].dt.date()])
        seen = (
            self._scan("listing_seen")
            .filter(
                pl.col("day").is_between(days.min(), days.max()),
                pl.col("query_key").is_in(spans["query_key"].to_list()),
            )
            .filter(pl.col("state") == "on_sale", ~pl.col("promoted").fill_null(False))
            .select("query_key", "observed_at", "asked_amount", "currency", "condition_id", "brand")
        )
        is_own_money = pl.col("currency") == pl.col("market_currency")
        return (
            seen.collect()
            .join(spans.join(self._currencies, on="market"), on="query_key")
            .filter(pl.col("observed_at").is_between("began", "ended"))
            .with_columns(asked_amount=pl.when(is_own_money).then("asked_amount"))
        )

    def _days(self) -> pl.DataFrame:
        """The rows of catalog_day on which these searches were finished; none where they were not of a catalogue."""
        whole = self.evidence.asked.filter(
            pl.col("query_narrowed_by") == "", pl.col("query_catalog_id").is_not_null(), pl.col("listings") > 0
        )
        found = whole.select("source", "market", "day", catalog_id="query_catalog_id").unique().lazy()
        rows = self._scan("catalog_day").join(found, on=["source", "market", "day", "catalog_id"], how="semi")
        return batches.day_batch(rows.collect(), self._currencies)


def _drift(row: Mapping[str, Any]) -> SearchDrift:
    return SearchDrift(
        name=row["name"],
        day=row["day"].isoformat(),
        before_on=row["before_on"].isoformat() if row["before_on"] else None,
        **{name: row[name] for name in ("listings", "listings_before", "median_ratio", "psi")},
    )
