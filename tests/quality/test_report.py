"""What was checked is remembered for a while, and its pages load nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.quality.test_suites import GOOD
from vopt_lib.errors import FileDamaged
from vopt_lib.quality.docs import inert, pages
from vopt_lib.quality.report import KEPT_DAYS, keep, keep_docs, kept, newest, stopped_runs
from vopt_lib.quality.suites import Batch, check
from vopt_lib.schema.quality import Finding, QualityReport, SearchDrift

AT = datetime(2026, 11, 20, 7, tzinfo=UTC)
DRIFT = SearchDrift("Borse", "2026-11-20", "2026-11-13", 100, 98, 1.02, None)


def report(at: datetime = AT, *, run: str = "r", error: str | None = None) -> QualityReport:
    return QualityReport(at, (run,), (Finding("asked_price", "failed", 1, 1, (0,)),), (DRIFT,), error, {})


def test_a_report_comes_back_as_it_was(tmp_path: Path) -> None:
    keep(tmp_path, report(error="PricesJumped"))
    assert newest(tmp_path) == report(error="PricesJumped")
    assert newest(tmp_path / "nowhere") is None


def test_sixty_days_are_kept_and_each_round_of_a_day(tmp_path: Path) -> None:
    for day in range(KEPT_DAYS + 3):
        keep(tmp_path, report(AT + timedelta(days=day)))
    keep(tmp_path, report(AT + timedelta(days=day, hours=1)))
    rounds = kept(tmp_path)
    assert (len(rounds), rounds[0].checked_at) == (KEPT_DAYS + 1, AT + timedelta(days=3))
    assert len(kept(tmp_path, rounds[-1].checked_at.date())) == 2


def test_runs_of_days_held_back_are_known() -> None:
    assert stopped_runs([report(run="good"), report(run="bad", error="PricesMissing")]) == {"bad"}


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "2026-11-20.json").write_text('{"rounds": [{"checked_at": 1}]}')
    with pytest.raises(FileDamaged, match=r"2026-11-20\.json"):
        newest(tmp_path)


def test_the_pages_of_great_expectations_load_nothing_and_run_nothing(tmp_path: Path) -> None:
    spoiled = {**GOOD, "listing_seen": GOOD["listing_seen"].with_columns(currency=pl.lit("PLN"))}
    checked = check([Batch(table, rows) for table, rows in spoiled.items()])
    keep_docs(tmp_path, report(), checked)
    for page in tmp_path.iterdir():
        html = page.read_text(encoding="utf-8")
        assert not re.search(r"https?:|//[a-z]|url\(|@import|<(script|img|link|iframe|object|embed)\b", html), page.name
        assert not re.search(r"\son\w+=", html)
        assert {*re.findall(r'(?:href|src)="([^"]*)"', html)} <= {path.name for path in tmp_path.iterdir()}
    assert "must be equal" in (tmp_path / "listing_seen.html").read_text(encoding="utf-8")
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    "html",
    [
        "<script src='//x'>a()</script>", "<SCRIPT>a()</script >", '<img src="https://x/y.png">',
        '<a onclick="a()">x</a>', "<a onclick=a()>x</a>",
        '<link rel="stylesheet" href="https://x">', '<a href="javascript:a()">x</a>', "<iframe srcdoc='x'>",
    ],
)  # fmt: skip
def test_what_loads_or_runs_is_taken_out(html: str) -> None:
    left = inert(f"<p>kept</p>{html}")
    assert left.startswith("<p>kept</p>")
    assert not re.search(r"script|https|//|on\w+=|src|href", left, re.IGNORECASE)


def test_an_index_tells_how_each_table_did() -> None:
    [checked] = check([Batch("catalog_day", GOOD["catalog_day"])])
    assert "<td>7</td><td>0</td><td>0</td><td>0</td>" in pages(report(), [checked])["index.html"]
