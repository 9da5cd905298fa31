"""This is where one market's derived tables are read, told on or told again, and written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import polars as pl

from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.desk.refined import Newest
from vopt_lib.desk.selling_tables import SellingTables
from vopt_lib.errors import LakeDamaged
from vopt_lib.lake import Lake
from vopt_lib.market.days import COLUMNS as DAY_COLUMNS
from vopt_lib.market.days import HORIZON, DayFacts, brand_day, catalog_day, days_to_recompute
from vopt_lib.market.late import retell
from vopt_lib.market.spells import KEY, Spells, replay
from vopt_lib.schema.tables import LISTING_ENDED, PRICE_CHANGE, table

_DAY = timedelta(days=1)

DAYS_AT_ONCE = 31
"""Days whose sightings are held in memory together: a month, also where years are told again."""


@dataclass(frozen=True)
class _Told:
    """Spells on their way to the newest day: what is now true, and the rows of the tables that no longer are.

    `live_version` holds `spells.live` as it is, if some version of listing_live does. On `begun_on` days other listings
    begin a spell than before.
    """

    spells: Spells
    live_version: int | None
    undone_ended: pl.DataFrame
    undone_changes: pl.DataFrame
    begun_on: frozenset[date] = frozenset()


@dataclass(frozen=True)
class MarketTables:
    """The derived tables of one market while a refine holds the lock. `written` counts rows by table."""

    lake: Lake
    market: str
    inputs: Mapping[str, int]
    catalogues: pl.DataFrame
    misses_until_gone: int
    written: dict[str, int]

    def refine(self, changed: Sequence[date], newest: Newest | None) -> Newest:
        """Write the tables after these days (sorted) got rows. Returns: the newest day now."""
        told, ahead = self._as_of_the_newest(changed, newest)
        told, live_before = self._gone_on(told, ahead)
        days = {*changed, *ahead[:1], *told.begun_on}
        last = max(changed[-1], newest.day if newest else changed[-1])
        self._write("listing_live", told.spells.live, [{"market": self.market}])
        days |= self._replace("listing_ended", told.undone_ended, told.spells.ended)
        days |= self._replace("price_change", told.undone_changes, told.spells.price_changes)
        again = sorted(self._days_to_recompute(changed, days, last))
        for place in range(0, len(again), DAYS_AT_ONCE):
            self._write_days(again[place : place + DAYS_AT_ONCE])
        self._write_selling(last)
        return Newest(last, live_before)

    # Spells

    def _as_of_the_newest(self, changed: Sequence[date], newest: Newest | None) -> tuple[_Told, list[date]]:
        """The spells to go on from, and the days to go on with.

        When a past day changed, the newest day is told again from the live table as it was before that day, so that a
        day collected in several batches costs no more than one collected at once.
        """
        if newest is None or changed[0] > newest.day:
            live = self._stored("listing_live").collect()
            told = _Told(
                _standing(live), self.lake.version("listing_live"), LISTING_ENDED.empty(), PRICE_CHANGE.empty()
            )
            return told, list(changed)
        ahead = [day for day in changed if day > newest.day]
        before = self._live_before(newest)
        if before is None:
            live = self._stored("listing_live").collect()
            return self._told_again(live, [day for day in changed if day <= newest.day], until=newest.day), ahead
        late = [day for day in changed if day < newest.day]
        told = self._told_again(before, late, until=newest.day - _DAY)
        return (told if late else replace(told, live_version=newest.live_before)), [newest.day, *ahead]

    def _live_before(self, newest: Newest) -> pl.DataFrame | None:
        """Live before the newest day, while the lake still has that version."""
        if newest.live_before is None:
            return None
        try:
            return self._stored("listing_live", version=newest.live_before).collect()
        except LakeDamaged:
            return None

    def _told_again(self, live: pl.DataFrame, late: Sequence[date], *, until: date) -> _Told:
        """The spells at the end of `until` with the rows of the late days; what was decided later is undone."""
        first = late[0] if late else until + _DAY
        ended = self._stored("listing_ended").filter(pl.col("decided_on") >= first).collect()
        undone, known = ended.filter(pl.col("decided_on") > until), ended.filter(pl.col("decided_on") <= until)
        if not late:
            return _Told(_standing(live), None, undone, self._changes_after(until, again=None))
        retold = retell(
            live,
            known,
            self._collected("listing_seen"),
            self._collected("crawl_coverage"),
            late=late,
            until=until,
            catalogues=self.catalogues,
            misses_until_gone=self.misses_until_gone,
        )
        begun_before = pl.concat(
            [_beginnings(live.join(retold.again, on=KEY, how="semi")), _beginnings(retold.dropped)]
        )
        begun_now = _beginnings(retold.spells.live.join(retold.again, on=KEY, how="semi"))
        begun_now = pl.concat([begun_now, _beginnings(retold.spells.ended)])
        return _Told(
            retold.spells,
            None,
            pl.concat([undone, retold.dropped]),
            self._changes_after(until, again=retold.again),
            frozenset(_one_sided(begun_before, begun_now)["first_seen_on"]),
        )

    def _changes_after(self, until: date, *, again: pl.DataFrame | None) -> pl.DataFrame:
        """The known price changes after `until`, and those of the listings told again from their moment on."""
        end = datetime.combine(until + _DAY, time(), UTC)
        moments = [] if again is None else again["again_from"].to_list()
        first = min([end, *moments])
        known = self._stored("price_change").filter(pl.col("month") >= f"{first:%Y-%m}", pl.col("observed_at") >= first)
        changes = known.collect()
        if again is None:
            return changes
        is_undone = (pl.col("observed_at") >= end) | (pl.col("observed_at") >= pl.col("again_from"))
        return changes.join(again, on=KEY, how="left").filter(is_undone).drop("again_from")

    def _gone_on(self, told: _Told, days: Sequence[date]) -> tuple[_Told, int | None]:
        """The spells after these days too, and the version of listing_live with the state before the last of them."""
        if not days:
            return told, None
        before = self._replayed(told.spells, days[:-1])
        version = told.live_version
        if version is None or len(days) > 1:
            version = self._write("listing_live", before.live, [{"market": self.market}])
        return replace(told, spells=self._replayed(before, days[-1:])), version

    def _replayed(self, start: Spells, days: Sequence[date]) -> Spells:
        if not days:
            return start
        after = replay(
            start.live,
            self._collected("listing_seen"),
            self._collected("crawl_coverage").filter(pl.col("day").is_in(days)).collect(),
            days=days,
            catalogues=self.catalogues,
            misses_until_gone=self.misses_until_gone,
        )
        changes = pl.concat([start.price_changes, after.price_changes])
        return Spells(after.live, pl.concat([start.ended, after.ended]), changes)

    # Day figures

    def _days_to_recompute(self, changed: Sequence[date], days: Collection[date], last: date) -> set[date]:
        since = changed[0] - HORIZON
        coverage = self._collected("crawl_coverage").filter(pl.col("day") >= since).collect()
        decided = days_to_recompute(changed, coverage, misses_until_gone=self.misses_until_gone)
        return {day for day in {*days, *decided} if day <= last}

    def _write_days(self, days: Sequence[date]) -> None:
        facts = self._facts(days)
        months = sorted({f"{day:%Y-%m}" for day in days})
        for name, figures in (("catalog_day", catalog_day), ("brand_day", brand_day)):
            rows = figures(facts, catalogues=self.catalogues, misses_until_gone=self.misses_until_gone)
            kept = self._stored(name).filter(pl.col("month").is_in(months), ~pl.col("day").is_in(facts.days)).collect()
            self._write(name, pl.concat([kept, rows]), [{"market": self.market, "month": month} for month in months])

    def _facts(self, days: Sequence[date]) -> DayFacts:
        """What the figures of these days rest on; of listing_ended, only months that can hold it are read."""
        months = sorted({f"{day:%Y-%m}" for day in days})
        live, ended = self._stored("listing_live"), self._stored("listing_ended")
        began = pl.col("first_seen_on").is_in(days)
        begun = [
            spells.filter(began).select(*KEY, "first_seen_on")
            for spells in (live, ended.filter(pl.col("ended_month") >= months[0]))
        ]
        changed = pl.col("observed_at").dt.date().is_in(days)
        within = pl.col("day").is_between(days[0] - HORIZON, days[-1] + HORIZON)
        return DayFacts(
            days=days,
            seen=self._collected("listing_seen").filter(pl.col("day").is_in(days)).select(DAY_COLUMNS).collect(),
            begun=pl.concat(begun).collect(),
            gone=ended.filter(pl.col("ended_month").is_in(months), pl.col("gone_on").is_in(days)).collect(),
            price_changes=self._stored("price_change").filter(pl.col("month").is_in(months), changed).collect(),
            coverage=self._collected("crawl_coverage").filter(within).collect(),
        )

    # Selling

    def _write_selling(self, last: date) -> None:
        def read(name: str) -> pl.LazyFrame:
            return self._collected(name) if name in self.inputs else self._stored(name)

        tables = SellingTables(read, last, self.catalogues, self.misses_until_gone)
        for name, rows in tables.rows().items():
            self._write(name, rows, [{"market": self.market}])

    # The lake

    def _collected(self, name: str) -> pl.LazyFrame:
        return self.lake.scan(name, version=self.inputs[name]).filter(pl.col("market") == self.market)

    def _stored(self, name: str, *, version: int | None = None) -> pl.LazyFrame:
        return self.lake.scan(name, version="newest" if version is None else version).filter(
            pl.col("market") == self.market
        )

    def _write(self, name: str, rows: pl.DataFrame, partitions: Sequence[Mapping[str, str]]) -> int:
        self.written[name] += rows.height
        return self.lake.overwrite(name, rows, partitions=partitions)

    def _replace(self, name: str, undone: pl.DataFrame, now: pl.DataFrame) -> set[date]:
        """Put rows in the place of others, rewriting only months that lose rows. Returns: days whose figures change."""
        lost, won = undone.join(now, on=now.columns, how="anti", nulls_equal=True), now
        if undone.height:
            won = now.join(undone, on=now.columns, how="anti", nulls_equal=True)
        month = table(name).partitions[-1]
        months = sorted(lost[month].unique())
        rewritten = pl.col(month).is_in(months)
        if months:
            kept = self._stored(name).filter(rewritten).collect().join(lost, on=table(name).key, how="anti")
            partitions = [{"market": self.market, month: one} for one in months]
            self._write(name, pl.concat([kept, won.filter(rewritten)]), partitions)
        added = won.filter(~rewritten)
        if added.height:
            self.lake.append(name, added)
            reached(CommitPoint.REFINE_TABLE_WRITTEN, name)
            self.written[name] += added.height
        on = pl.col("gone_on") if name == "listing_ended" else pl.col("observed_at").dt.date()
        return {*pl.concat([lost, won]).select(on)[:, 0]}


def _standing(live: pl.DataFrame) -> Spells:
    return Spells(live, LISTING_ENDED.empty(), PRICE_CHANGE.empty())


def _beginnings(spells: pl.DataFrame) -> pl.DataFrame:
    return spells.select(*KEY, "first_seen_on").unique()


def _one_sided(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    columns = left.columns
    return pl.concat([left.join(right, on=columns, how="anti"), right.join(left, on=columns, how="anti")])
