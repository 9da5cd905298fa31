"""Rechecking: the pages of missed listings are read within the budget, and what they prove is remembered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

from tests.servers import RunningSimulator
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.publish import refine_day
from vopt_lib.desk.recheck import recheck
from vopt_lib.desk.report import newest_runs
from vopt_lib.errors import AlreadyRunning, Challenged, EndpointMoved, UnknownMarket
from vopt_lib.files import only_one
from vopt_lib.sources.vinted.pacing import Pacing

pytestmark = pytest.mark.timeout(300)


def newest(desk: Desk, name: str) -> pl.DataFrame:
    return desk.lake.scan(name, version="newest").collect()


def visited(market: RunningSimulator) -> list[str]:
    return [asked["path"] for asked in market.requests() if asked["path"].startswith("/items/")]


def test_pages_of_missed_listings_are_visited_and_prove_their_end(
    desk: Desk, market: RunningSimulator, live: Callable[..., None]
) -> None:
    live(3)
    missed = newest(desk, "listing_live").filter(pl.col("missed_at").is_not_null())

    run = recheck(desk, "it", pages=200)
    refine_day(desk)

    assert (run.kind, run.outcome, run.error, run.market) == ("recheck", "done", None, "it")
    assert run.pages == run.listings > missed.height > 3
    pages = newest(desk, "listing_seen").filter(pl.col("shape") == "item-page")
    assert {*missed["listing_id"]} <= {*pages["listing_id"]}
    ended = newest(desk, "listing_ended").join(missed, on="listing_id", how="semi")
    assert {"sold", "deleted"} <= {*ended["evidence"]} <= {"sold", "deleted"}
    assert (ended["gone_before"] <= pages["observed_at"].max()).all()
    assert [one.run_id for one in newest_runs(desk, "recheck")] == [run.run_id]


def test_no_person_is_in_what_is_kept_of_a_page(desk: Desk, live: Callable[..., None]) -> None:
    live(2)
    recheck(desk, "it", pages=5)
    raw = newest(desk, "page_raw").join(newest(desk, "listing_seen").filter(shape="item-page"), on="run_id", how="semi")
    assert raw.height == 5


def test_a_round_visits_as_many_pages_as_an_hour_allows_and_none_twice_on_a_day(
    desk: Desk, market: RunningSimulator, live: Callable[..., None]
) -> None:
    live(2)
    market.forget_requests()
    first, second = recheck(desk, "it"), recheck(desk, "it")
    assert (first.pages, second.pages) == (15, 15)
    assert len({*visited(market)}) == len(visited(market)) == 30


def test_a_round_an_hour_after_another_visits_as_many_pages(desk: Desk, live: Callable[..., None]) -> None:
    live(2)
    polite = replace(desk, pacing=replace(Pacing.polite(desk.settings), item_pages_per_hour=4))
    begun = desk.clock.now()
    first = recheck(polite, "it", pages=9)
    desk.clock.sleep((begun + timedelta(hours=1) - desk.clock.now()).total_seconds())
    second = recheck(polite, "it", pages=4)
    assert (first.pages, second.pages) == (4, 4)


def test_the_upload_times_that_pages_tell_are_kept(desk: Desk, live: Callable[..., None]) -> None:
    live(2)
    recheck(desk, "it", pages=30)
    told = newest(desk, "listing_seen").filter(shape="item-page", state="on_sale")
    assert told.height >= 10
    assert told["uploaded_at"].null_count() == 0


def test_nothing_to_ask_about_makes_no_request(desk: Desk, market: RunningSimulator) -> None:
    market.forget_requests()
    run = recheck(desk, "it")
    assert (run.outcome, run.pages, visited(market)) == ("done", 0, [])


def test_a_challenge_keeps_what_was_read_before_it(
    desk: Desk, market: RunningSimulator, live: Callable[..., None]
) -> None:
    live(2)
    market.switch_on("challenge_datadome:1@item_page+4")
    run = recheck(desk, "it")
    assert (run.outcome, type(run.error), run.pages) == ("partial", Challenged, 4)
    assert newest(desk, "listing_seen").filter(shape="item-page").height == 4


def test_when_every_page_is_gone_the_site_has_moved_and_nothing_is_believed(
    desk: Desk, market: RunningSimulator, live: Callable[..., None]
) -> None:
    live(2)
    market.switch_on("endpoint_moved_html@item_page")
    run = recheck(desk, "it", pages=6)
    assert (run.outcome, type(run.error), run.pages) == ("failed", EndpointMoved, 0)
    assert newest(desk, "listing_seen").filter(shape="item-page").is_empty()


def test_a_page_that_cannot_be_read_is_told_and_does_not_stop_the_others(
    desk: Desk, market: RunningSimulator, live: Callable[..., None]
) -> None:
    live(2)
    market.switch_on("html_200:1@item_page")
    run = recheck(desk, "it", pages=6)
    assert (run.outcome, run.pages) == ("done", 5)
    assert [event["what"] for event in run.events] == [
        "The page of listing {id} could not be read; vopt went on to the next."
    ]


def test_two_rounds_at_once_are_one_too_many(desk: Desk) -> None:
    with only_one(desk.paths.locks / "recheck-it.lock", "vopt recheck"), pytest.raises(AlreadyRunning):
        recheck(desk, "it")


def test_an_unknown_market_is_refused(desk: Desk) -> None:
    with pytest.raises(UnknownMarket):
        recheck(desk, "xx")
