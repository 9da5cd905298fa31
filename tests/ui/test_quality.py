"""The parts of the page of data quality: an answer first, what is unusual before what is not, no empty tables."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from vopt_lib.errors import LakeDamaged
from vopt_lib.schema.quality_page import Cell, Covered, QualityPage
from vopt_lib.schema.searches import Told
from vopt_lib.ui import quality as draw
from vopt_lib.words import Words

EN = Words("en")
DAY = date(2026, 11, 2)
COVERED = (Covered("Borse", None, (Cell("whole", 0.9, "all"),)),)
GAPS = {"day": pl.Date, "name": pl.String, "why": pl.String}
REFUSED = {"reason": pl.String, "rows": pl.Int64}


def rows(*kinds: str) -> pl.DataFrame:
    told = [(f"check {number}", "why", "went", kind, "<b>90%</b>") for number, kind in enumerate(kinds)]
    return pl.DataFrame(told, schema=["title", "loud", "result", "kind", "detail"], orient="row")


def test_an_empty_vopt_says_what_to_do_next() -> None:
    html = draw.answer(QualityPage(), EN)
    assert "Nothing to check yet" in html
    assert 'href="/follow"' in html
    parts = (draw.known, draw.searched, draw.gaps, draw.checks, draw.drifts, draw.rounds)
    assert [part(QualityPage(), EN) for part in parts] == [None] * 6


def test_trouble_is_told_and_nothing_beside_it() -> None:
    page = QualityPage(trouble=LakeDamaged(path="x"))
    assert "This did not work" in draw.answer(page, EN)
    assert draw.rightness(page, EN) is None


@pytest.mark.parametrize("kind", ["good", "warn", "bad"])
def test_the_answer_is_how_the_newest_day_did(kind: str) -> None:
    html = draw.answer(QualityPage(verdict=Told("Half of it <is> missing.", kind)), EN)  # type: ignore[arg-type]
    assert f"is-{kind}" in html
    assert "Half of it &lt;is&gt; missing." in html


def test_all_unusual_checks_are_in_sight_and_the_others_folded() -> None:
    html = draw.checks(QualityPage(checks=rows(*["failed"] * 4, *["warned"] * 3, *["passed"] * 9)), EN) or ""
    in_sight, _, folded = html.partition("<details")
    assert (in_sight.count("is-failed"), in_sight.count("is-warned"), in_sight.count("is-passed")) == (4, 3, 0)
    assert folded.count("is-passed") == 9
    assert "&lt;b&gt;90%&lt;/b&gt;" in html


def test_the_pages_of_great_expectations_are_linked_where_there_are_some() -> None:
    assert draw.DOCS in draw.head(QualityPage(has_docs=True), EN)
    assert draw.DOCS not in draw.head(QualityPage(), EN)


def test_nothing_missing_and_nothing_refused_is_said() -> None:
    page = QualityPage(
        covered=COVERED, days=(DAY,), gaps=pl.DataFrame(schema=GAPS), refused=pl.DataFrame(schema=REFUSED)
    )
    html = draw.gaps(page, EN) or ""
    assert "Nothing is missing" in html
    assert "No row was refused." in html
    assert "What was searched" in (draw.searched(page, EN) or "")


def test_how_to_find_out_how_right_vopt_is() -> None:
    assert "<code>vopt evaluate market</code>" in (draw.rightness(QualityPage(), EN) or "")
