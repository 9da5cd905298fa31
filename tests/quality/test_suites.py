"""Great Expectations suites: each check makes its failure loud, and nothing else happens."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.servers import REPOSITORY
from vopt_lib.errors import ChecksBroken, NotPublished
from vopt_lib.quality.suites import Batch, check
from vopt_lib.schema.quality import CHECKS, TABLES_CHECKED, Finding

SEEN = pl.DataFrame(
    {
        "run_id": "r", "query_key": "q", "listing_id": list(range(1, 101)),
        "asked_amount": [float(price) for price in range(5, 105)],
        "currency": "EUR", "market_currency": "EUR", "condition_id": [1, 2, 3, 6] * 25, "favourite_count": [0, 7] * 50,
    }
)  # fmt: skip
ASKED = pl.DataFrame(
    {
        "row": [0, 1], "is_found": [1, 1], "listings_ratio": [1.0, None], "median_ratio": [1.1, 0.9],
        "psi": [0.01, None], "condition_lost": [0.0, 0.05], "brand_lost": [-0.1, 0.0],
    },
    schema_overrides={"psi": pl.Float64},
)  # fmt: skip
DAY = pl.DataFrame(
    {
        "source": "simulator", "market": "it", "catalog_id": [19, 4], "day": "2026-11-02", "seen": [100, 60],
        "priced_share": [1.0, 0.95], "price_eur_p10": [5.0, 6.0], "price_eur_median": [12.0, 14.0],
        "price_eur_p90": [40.0, 50.0], "new": [3, None], "share_seen": [0.9, None],
    }
)  # fmt: skip
LIVE = pl.DataFrame(
    {
        "source": "simulator", "market": "it", "listing_id": [1, 2], "first_seen_s": [10, 20], "last_seen_s": [10, 30],
        "days_seen": [1, 2], "last_asked_amount": [9.0, 12.5], "favourite_count": [0, None], "condition_id": [6, None],
    }
)  # fmt: skip
GOOD = {"listing_seen": SEEN, "crawl_coverage": ASKED, "catalog_day": DAY, "listing_live": LIVE}


def found(table: str, rows: pl.DataFrame, **lows: float) -> dict[str, Finding]:
    [checked] = check([Batch(table, rows, lows)])
    return {finding.check: finding for finding in checked.findings}


def spoiled(table: str, column: str, *values: Any) -> pl.DataFrame:
    """The good rows with other values in a column, from the first row on."""
    rows = GOOD[table]
    kept = rows[column].to_list()[len(values) :]
    return rows.with_columns(pl.Series(column, [*values, *kept], strict=False))


@pytest.mark.parametrize("table", TABLES_CHECKED)
def test_good_rows_pass_every_check_of_their_table(table: str) -> None:
    results = found(table, GOOD[table])
    assert {name: one.result for name, one in results.items()} == {
        name: "passed" for name, one in CHECKS.items() if one.table == table
    }


@pytest.mark.parametrize(
    ("name", "rows", "result", "broken"),
    [
        ("seen_once", spoiled("listing_seen", "listing_id", *[1] * 30), "failed", 30),
        ("seen_priced", spoiled("listing_seen", "asked_amount", *[None] * 50), "failed", 50),
        ("seen_currency", spoiled("listing_seen", "currency", *["PLN"] * 100), "failed", 100),
        ("seen_condition", spoiled("listing_seen", "condition_id", 5, 5), "failed", 2),
        ("seen_favourites", spoiled("listing_seen", "favourite_count", -1, -2), "failed", 2),
        ("asked_found", spoiled("crawl_coverage", "is_found", 1, 0), "failed", 1),
        ("asked_count", spoiled("crawl_coverage", "listings_ratio", 0.2), "failed", 1),
        ("asked_count_told", spoiled("crawl_coverage", "listings_ratio", 0.5), "warned", 1),
        ("asked_price", spoiled("crawl_coverage", "median_ratio", 100.0), "failed", 1),
        ("asked_price", spoiled("crawl_coverage", "median_ratio", 4.3), "failed", 1),
        ("asked_price_told", spoiled("crawl_coverage", "median_ratio", 1.5), "warned", 1),
        ("asked_drift", spoiled("crawl_coverage", "psi", 0.3), "warned", 1),
        ("asked_conditions", spoiled("crawl_coverage", "condition_lost", 0.9), "warned", 1),
        ("asked_brands", spoiled("crawl_coverage", "brand_lost", 0.9), "warned", 1),
        ("day_there", DAY.clear(), "failed", 0),
        ("day_once", spoiled("catalog_day", "catalog_id", 4), "failed", 2),
        ("day_priced", spoiled("catalog_day", "priced_share", 0.5), "failed", 1),
        ("day_low", spoiled("catalog_day", "price_eur_p10", 13.0), "failed", 1),
        ("day_high", spoiled("catalog_day", "price_eur_p90", 11.0), "failed", 1),
        ("day_new", spoiled("catalog_day", "new", 101), "failed", 1),
        ("day_share", spoiled("catalog_day", "share_seen", 1.2), "failed", 1),
        ("live_once", spoiled("listing_live", "listing_id", 2), "failed", 2),
        ("live_order", spoiled("listing_live", "last_seen_s", 9), "failed", 1),
        ("live_days", spoiled("listing_live", "days_seen", 0), "failed", 1),
        ("live_priced", spoiled("listing_live", "last_asked_amount", None, None), "failed", 2),
        ("live_favourites", spoiled("listing_live", "favourite_count", -1), "failed", 1),
        ("live_condition", spoiled("listing_live", "condition_id", 5), "failed", 1),
    ],
)
def test_a_check_makes_its_failure_loud(name: str, rows: pl.DataFrame, result: str, broken: int) -> None:
    finding = found(CHECKS[name].table, rows)[name]
    assert (finding.result, finding.broken) == (result, broken)


def test_every_check_has_its_case() -> None:
    cases = next(mark for mark in test_a_check_makes_its_failure_loud.pytestmark if mark.name == "parametrize")  # type: ignore[attr-defined]
    assert {case[0] for case in cases.args[1]} | {"live_count"} == set(CHECKS)


def test_listings_that_vanish_are_told_against_what_is_published() -> None:
    assert found("listing_live", LIVE, live_count=2)["live_count"].result == "passed"
    assert found("listing_live", LIVE, live_count=100)["live_count"].result == "warned"


def test_a_finding_names_the_searches_that_broke_it() -> None:
    rows = spoiled("crawl_coverage", "median_ratio", 1.0, 9.0)
    assert found("crawl_coverage", rows)["asked_price"].culprits == (1,)


def test_what_is_not_known_breaks_nothing() -> None:
    nothing = ASKED.with_columns(
        pl.lit(None, dtype).alias(name) for name, dtype in ASKED.schema.items() if name != "row"
    )
    assert {one.result for one in found("crawl_coverage", nothing).values()} == {"untold"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda rows: rows.drop("currency"),
        lambda rows: rows.with_columns(asked_amount=pl.lit("a")).drop("favourite_count"),
    ],
    ids=["a column is missing", "several are wrong"],
)
def test_a_check_that_cannot_be_made_is_our_error_and_not_bad_data(
    spoil: Callable[[pl.DataFrame], pl.DataFrame],
) -> None:
    with pytest.raises(ChecksBroken) as broken:
        check([Batch("listing_seen", spoil(SEEN))])
    assert not isinstance(broken.value, NotPublished)


WATCHED = """
import json, os, socket, sys, threading
heard = []
def hear(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        heard.append([event, repr(args[1:])])
    if event in ("os.mkdir", "tempfile.mkdtemp"):
        heard.append([event, repr(args)])
    if event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        heard.append([event, repr(args)])
import tempfile; tempfile.gettempdir()
sys.addaudithook(hear)
from tests.quality.test_suites import GOOD
from vopt_lib.quality.suites import Batch, check
check([Batch(table, rows) for table, rows in GOOD.items()])
print(json.dumps({"heard": heard, "threads": [one.name for one in threading.enumerate()]}))
"""


def test_checking_opens_no_connection_writes_no_file_says_nothing_and_leaves_no_thread(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1", "PATH": "/usr/bin"}
    done = subprocess.run(
        [sys.executable, "-c", WATCHED],
        cwd=REPOSITORY,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert json.loads(done.stdout) == {"heard": [], "threads": ["MainThread"]}
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_great_expectations_is_loaded_only_when_something_is_checked() -> None:
    asked = (
        "import sys, vopt_lib.desk.publish, vopt_lib.desk.quality_page, vopt_lib.desk.status;"
        "print(*[name for name in ('great_expectations', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", asked], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
