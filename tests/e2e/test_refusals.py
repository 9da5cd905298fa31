"""Every refusal that was recorded of Vinted ends in the right run row, and never in an empty result or a false `gone`.

Over real HTTP, through `collect`, with the polite pacing on the simulator's clock.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.servers import RunningSimulator, running_simulator
from vopt_lib import errors
from vopt_lib.desk.collect import collect
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.publish import publish_day, refine_day
from vopt_lib.desk.report import newest_runs
from vopt_lib.desk.runs import Run
from vopt_lib.schema.queries import CatalogueQuery, Follow, Term
from vopt_lib.sources.vinted.pacing import Pacing

START = datetime(2026, 11, 1, 7, tzinfo=UTC)
NEXT_DAY = START + timedelta(days=1)
BAGS = Follow("borse", "Borse", CatalogueQuery("it", Term(19, "Donna > Borse")), START)
CLOTHES = Follow("vestiti", "Vestiti", CatalogueQuery("it", Term(4, "Donna > Vestiti")), START)
SHORTEST_PAUSE_S = 10
RETRY_AFTER_S = 60
BACKOFF_S = 15 + 30 + 60  # the shortest three pauses after a fault that stays: half of 30, 60 and 120 s
RESTS = {"AccessRefused", "Challenged"}

STAYS = [
    # fault, what the run row says, retries, least waited beside the usual pauses (s)
    ("unauthorized", "SessionRefused", 0, 0),
    ("forbidden_json", "AccessRefused", 0, 0),
    ("access_denied_gateway", "AccessRefused", 0, 0),
    ("invalid_request", "QueryRejected", 0, 0),
    ("unknown_service", "EndpointMoved", 0, 0),
    ("endpoint_moved_json", "EndpointMoved", 0, 0),
    ("endpoint_moved_html", "EndpointMoved", 0, 0),
    ("rate_limited", "RateLimited", 3, 3 * RETRY_AFTER_S),
    ("not_acceptable", "HomepageRefused", 0, 0),
    ("challenge_datadome", "Challenged", 0, 0),
    ("challenge_cloudflare", "Challenged", 0, 0),
    ("challenge_client", "Challenged", 0, 0),
    ("blocked_1020", "Challenged", 0, 0),
    ("server_error", "Unreachable", 3, BACKOFF_S),
    ("bad_gateway", "Unreachable", 3, BACKOFF_S),
    ("timeout_504", "Unreachable", 3, BACKOFF_S),
    ("dropped_connection@catalogue", "Unreachable", 3, BACKOFF_S),
    ("missing_items", "MissingItems", 0, 0),
    ("html_200", "NotJson", 0, 0),
    ("cut_json", "NotJson", 3, BACKOFF_S),
    ("truncated_body", "NotJson", 3, BACKOFF_S),
    ("frozen_feed", "FrozenFeed", 0, 0),
    ("ignored_filters", "FilterIgnored", 0, 0),
]
FIRST_OF_ITS_ERROR = {error: fault for fault, error, *_ in reversed(STAYS)}
PASSES = [
    ("unauthorized:1", 0, 0),
    ("expired_token:1", 0, 0),
    ("forbidden_json:1", 0, 0),
    ("access_denied_gateway:1", 0, 0),
    ("rate_limited:2@catalogue", 2, 2 * RETRY_AFTER_S),
    ("server_error:3", 3, BACKOFF_S),
    ("bad_gateway:1", 1, 15),
    ("timeout_504:2", 2, 15 + 30),
    ("dropped_connection:1@home", 1, 15),
    ("cut_json:1", 1, 15),
    ("truncated_body:2", 2, 15 + 30),
]


@pytest.fixture(scope="module")
def _running() -> Iterator[RunningSimulator]:
    with running_simulator(seed=5, start=START.isoformat(), days=6, scale=0.25, needs_anon_id=True) as running:
        yield running


@pytest.fixture(scope="module")
def _first_day(_running: RunningSimulator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """VOPT_DATA after a good first day."""
    data = tmp_path_factory.mktemp("first") / "data"
    desk = polite_desk(data, _running)
    assert collect(desk, BAGS).outcome == "done"
    refine_day(desk)
    assert publish_day(desk).outcome == "done"
    return data


@pytest.fixture
def market(_running: RunningSimulator) -> RunningSimulator:
    """The market on its second day, without faults."""
    _running.switch_off()
    _running.clock.move_to(NEXT_DAY)
    return _running


@pytest.fixture
def desk(market: RunningSimulator, _first_day: Path, tmp_path: Path) -> Desk:
    """A vopt that had a good first day; one miss lets a listing count as gone."""
    return polite_desk(Path(shutil.copytree(_first_day, tmp_path / "data", symlinks=True)), market)


def polite_desk(data: Path, market: RunningSimulator) -> Desk:
    desk = open_desk(data=data, vinted_www=market.www, vinted_api=market.api, misses_until_gone=1)
    return replace(desk, pacing=Pacing.polite(desk.settings))


def error_named(run: Run) -> str | None:
    return type(run.error).__name__ if run.error else None


def newest(desk: Desk, name: str) -> pl.DataFrame:
    return desk.lake.scan(name, version="newest").collect()


def assert_row_is(desk: Desk, run: Run) -> None:
    """The run table says what the run said."""
    row = newest_runs(desk, "collect")[0]
    assert (row.run_id, row.outcome, error_named(row), row.retries) == (
        run.run_id,
        run.outcome,
        error_named(run),
        run.retries,
    )
    assert row.error is None or row.error.message == type(run.error).message
    assert (row.requests, round(row.waited_s), len(row.events)) == (run.requests, round(run.waited_s), len(run.events))


@pytest.mark.parametrize(("fault", "error", "retries", "waited_s"), STAYS, ids=[row[0] for row in STAYS])
def test_a_refusal_that_stays_fails_the_run_counts_nothing_as_gone_and_passes(
    desk: Desk, market: RunningSimulator, fault: str, error: str, retries: int, waited_s: int
) -> None:
    before = {name: newest(desk, name) for name in ("listing_seen", "crawl_coverage", "rejected")}
    published = desk.lake.published()
    market.clock.move_to(START)
    market.switch_on(fault)
    market.clock.move_to(NEXT_DAY)

    run = collect(desk, BAGS)

    assert (run.outcome, error_named(run), run.retries) == ("failed", error, retries)
    assert (run.pages, run.rows, run.is_exhaustive) == (0, 0, None)
    assert run.waited_s >= waited_s + SHORTEST_PAUSE_S * (run.requests - retries - 1)
    assert_row_is(desk, run)
    refine_day(desk)
    held = publish_day(desk)
    assert (held.outcome, type(held.error)) == ("held_back", errors.NotPublished)
    assert desk.lake.published() == published
    for name, rows in before.items():
        assert newest(desk, name).equals(rows), name
    assert newest(desk, "listing_ended").is_empty()
    assert newest(desk, "listing_live")["missed_on"].explode().drop_nulls().is_empty()

    market.switch_off()
    soon = collect(desk, BAGS)
    if error in RESTS:
        assert (soon.outcome, error_named(soon), soon.requests) == ("failed", "CollectingPaused", 0)
    market.clock.move_to(NEXT_DAY + timedelta(days=1))
    again = collect(desk, BAGS)
    assert (again.outcome, again.error, again.is_exhaustive) == ("done", None, True)
    if FIRST_OF_ITS_ERROR[error] != fault:
        return  # what is written down is the same, and so is what follows from it
    refine_day(desk)
    assert publish_day(desk).outcome == "done"
    days = desk.lake.scan("catalog_day").sort("day").collect()
    assert days["seen"].min() > 50  # type: ignore[operator]


@pytest.mark.parametrize(("fault", "retries", "waited_s"), PASSES, ids=[row[0] for row in PASSES])
def test_a_refusal_that_passes_is_waited_out_and_told(
    desk: Desk, market: RunningSimulator, fault: str, retries: int, waited_s: int
) -> None:
    market.switch_on(fault)
    run = collect(desk, BAGS)
    assert (run.outcome, run.error, run.retries, run.is_exhaustive) == ("done", None, retries, True)
    assert run.waited_s >= waited_s + SHORTEST_PAUSE_S * (run.requests - retries - 1)
    assert run.events or fault.startswith("expired_token")
    assert_row_is(desk, run)


def test_rows_of_an_unknown_shape_are_refused_and_hold_the_day_back(desk: Desk, market: RunningSimulator) -> None:
    market.switch_on("schema_drift")
    run = collect(desk, BAGS)
    assert run.rejected > 100
    assert run.is_exhaustive is False
    refine_day(desk)
    assert isinstance(publish_day(desk).error, errors.PricesMissing)
    assert newest(desk, "listing_ended").is_empty()


def test_pages_that_repeat_listings_give_each_once(desk: Desk, market: RunningSimulator) -> None:
    market.switch_on("duplicate_items")
    run = collect(desk, BAGS)
    seen = newest(desk, "listing_seen").filter(run_id=run.run_id)
    assert run.outcome == "done"
    assert not seen.select("listing_id", "observed_at").is_duplicated().any()
    assert seen.filter(~pl.col("promoted"))["listing_id"].n_unique() == run.listings


def test_a_refusal_in_the_middle_keeps_what_was_read_and_the_next_run_reads_the_rest(
    desk: Desk, market: RunningSimulator
) -> None:
    told: list[Run] = []

    def refuse_from_now_on(run: Run) -> None:
        told.append(run)
        market.switch_on("server_error")

    half = collect(desk, CLOTHES, on_progress=refuse_from_now_on)
    assert (half.outcome, error_named(half), half.pages, half.retries) == ("partial", "Unreachable", 10, 3)
    assert half.rows == told[0].rows == newest(desk, "listing_seen").filter(run_id=half.run_id).height
    assert newest(desk, "crawl_coverage").filter(follow_id="vestiti").is_empty()

    market.switch_off()
    market.clock.sleep(1800)
    rest = collect(desk, CLOTHES)
    assert (rest.outcome, rest.is_exhaustive) == ("done", True)
    ids = newest(desk, "listing_seen").filter(pl.col("follow_id") == "vestiti", ~pl.col("promoted"))["listing_id"]
    assert len(ids) == ids.n_unique() == rest.listings > half.listings
