"""This is where days that were lived through are held against the simulator's truth, and gaps against their reasons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import polars as pl

from tests.e2e.fourteen_days import DAYS, FOLLOWED, SCALE, SEED, START, Day, Play
from tests.e2e.reference import (
    assert_no_key_twice,
    assert_published_runs_are_whole,
    assert_published_tables_agree,
)
from vopt_lib.desk.alerts import alerts_of
from vopt_lib.desk.quality_page import quality_page
from vopt_lib.schema.quality_page import QualityPage
from vopt_lib.simulator.generate import generate
from vopt_lib.simulator.market import StockedMarket
from vopt_lib.simulator.offers import ShelfQuery
from vopt_lib.words import Words

EN = Words("en")
OF_PROGRAMS = "program:"
"""Alerts that end after ten real minutes without another end: longer than the days take."""


def hold(play: Play, story: tuple[Day, ...]) -> None:
    """Everything that could be seen was, once; what was not says why; nothing lasts that is over."""
    market = generate(SEED, START, DAYS, scale=SCALE)
    hold_sightings(play, market)
    hold_ends(play, market)
    hold_lake(play)
    hold_quality(play, story)
    hold_alerts(play, story)
    hold_prefect(play)


def hold_sightings(play: Play, market: StockedMarket) -> None:
    """A search that says it was whole showed all that was on sale while it went on, and nothing else."""
    seen = play.desk.lake.scan("listing_seen", version="newest").filter(pl.col("shape") != "item-page").collect()
    own = seen.filter(~pl.col("promoted").fill_null(False))
    whole = play.desk.lake.scan("crawl_coverage", version="newest").collect().filter("is_exhaustive")
    assert set(whole["follow_id"]) == {name.lower() for name in FOLLOWED}
    for row in whole.iter_rows(named=True):
        is_of_it = (pl.col("query_key") == row["query_key"]) & (pl.col("day") == row["day"])
        span = pl.col("observed_at").is_between(row["started_at"], row["observed_at"] + timedelta(seconds=1))
        found = set(own.filter(is_of_it, span)["listing_id"])
        first, last = (on_sale(market, row["query_catalog_id"], row[at]) for at in ("started_at", "observed_at"))
        assert (first & last) - found - set(seen.filter(is_of_it, span)["listing_id"]) == set(), row
        assert found <= first | last | between(market, row), row
        assert len(found) > 50
    assert not seen.select("follow_id", "listing_id", "observed_at", "promoted").is_duplicated().any()


def on_sale(market: StockedMarket, catalog_id: int, at: datetime) -> set[int]:
    """What a search of this catalogue shows at a moment."""
    rows = market.search(ShelfQuery(catalog_ids=(catalog_id,)), at)
    return set(market.stock.listing_id[rows].tolist())


def between(market: StockedMarket, row: dict[str, datetime]) -> set[int]:
    """What it showed at some moment of a crawl."""
    shown: set[int] = set()
    at = row["started_at"]
    while at < row["observed_at"]:
        shown |= on_sale(market, int(row["query_catalog_id"]), at)  # type: ignore[call-overload]
        at += timedelta(seconds=15)
    return shown


def hold_ends(play: Play, market: StockedMarket) -> None:
    """Whatever is gone was really not on sale when a search missed it, as often as it takes: no gap ended anything."""
    ended = play.desk.lake.scan("listing_ended", version="newest").collect()
    whole = play.desk.lake.scan("crawl_coverage", version="newest").filter("is_exhaustive").collect()
    days = whole["day"].unique()
    assert ended.filter(evidence="unknown").height > 10
    for row in ended.iter_rows(named=True):
        place = market.row_of(row["listing_id"])
        assert place is not None
        [missed] = market.offers([place], row["gone_before"])
        assert missed.status != "on_sale", row
        if row["evidence"] == "unknown":
            misses = days.filter((days > row["gone_after"].date()) & (days <= row["decided_on"]))
            assert len(misses) >= play.desk.settings.misses_until_gone, row


def hold_lake(play: Play) -> None:
    """Nothing is there twice, and what is published is made of exactly what was collected."""
    for name in ("listing_seen", "listing_live", "listing_ended", "crawl_coverage", "run", "catalog_day"):
        assert_no_key_twice(play.desk.lake, name)
    assert_published_runs_are_whole(play.desk.lake)
    assert_published_tables_agree(play.desk.lake, misses_until_gone=play.desk.settings.misses_until_gone)


def hold_quality(play: Play, story: tuple[Day, ...]) -> None:
    """Each search on each day is whole, or data quality has a sentence that says why it is not."""
    page = quality_page(play.desk, EN)
    assert page.trouble is None
    assert page.gaps is not None
    for number, day in enumerate(story):
        on = (START + timedelta(days=number)).date()
        marks = marks_on(page, on)
        assert set(marks) == set(FOLLOWED)
        for name, mark in marks.items():
            told = why_missing(page, on, name)
            if not day.why:
                assert mark == "whole", (on, name, mark, told)
            else:
                assert mark != "whole", (on, name, day)
                assert told, f"nothing says why {name} is missing on {on}"
        if day.why:
            assert any(day.why in why for name in FOLLOWED for why in why_missing(page, on, name)), (on, day)


def marks_on(page: QualityPage, on: date) -> dict[str, str]:
    """{search: what became of it on a day}."""
    place = list(page.days).index(on)
    return {one.name: one.cells[place].mark for one in page.covered}


def why_missing(page: QualityPage, on: date, name: str) -> list[str]:
    """What the page says on a search of this day."""
    assert page.gaps is not None
    return [why for day, names, why in page.gaps.iter_rows() if day == on and name in names.split(", ")]


def hold_alerts(play: Play, story: tuple[Day, ...]) -> None:
    """What was missing was told while it lasted, by an alert that has ended since."""
    for number, day in enumerate(story):
        on = (START + timedelta(days=number)).date()
        assert day.alerts <= play.lasted.get(on, set()), (on, day, play.lasted.get(on))
    known = alerts_of(play.desk)
    lasting = {one.alert.key for one in known if one.ended_at is None and not one.alert.key.startswith(OF_PROGRAMS)}
    assert lasting == set()


def hold_prefect(play: Play) -> None:
    """No run is believed to be under way, or waits."""
    runs = play.ask("POST", "/flow_runs/filter", {"limit": 200})
    assert {run["state_type"] for run in runs} <= {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def what_quality_says(play: Play) -> str:
    """The page's marks and gaps, for a reader."""
    return "\n".join(_lines(quality_page(play.desk, EN)))


def _lines(page: QualityPage) -> Iterator[str]:
    for one in page.covered:
        yield f"{one.name}: " + " ".join(f"{cell.mark}" for cell in one.cells)
    for day, name, why in page.gaps.iter_rows() if page.gaps is not None else ():
        yield f"{day} {name}: {why}"
    for row in page.rounds.iter_rows() if page.rounds is not None else ():
        yield f"{row[0]:%d %b %H:%M} {row[1:]}"
