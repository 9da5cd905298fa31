"""The parts of the first page: each thing to know has its button, each step its place."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import polars as pl

from vopt_lib.schema.home_page import Attention, FirstStep
from vopt_lib.ui.home import RUNS_IN_SIGHT, first_steps, lately, movers, notices
from vopt_lib.words import Words

EN = Words("en")
MOVED = {
    "title": pl.String,
    "href": pl.String,
    "median": pl.Float64,
    "change": pl.Float64,
    "is_sure": pl.Boolean,
    "trend": pl.List(pl.Float64),
}


def test_each_thing_to_know_is_a_notice_with_its_button() -> None:
    html = notices(
        [
            Attention("quiet", "warn", "Abiti <b>", "Collect now"),
            Attention("collecting", "info", "New", "Watch", href="/home"),
        ]
    )
    assert html.count("vopt-notice") == 2
    assert "Abiti &lt;b&gt;" in html
    assert '<a href="/follow" class="vopt-button">Collect now</a>' in html
    assert "is-info" in html
    assert notices([]) == ""


def test_what_moved_leads_to_its_prices() -> None:
    fallen = pl.DataFrame(
        [("Abiti <b>", "/market?catalog=3&brand=A", 19.0, -0.05, True, [20.0, 19.0])], MOVED, orient="row"
    )
    html = movers(fallen, fallen.clear(), EN)
    assert '<a href="/market?catalog=3&amp;brand=A">Abiti &lt;b&gt;</a>' in html
    assert "€19.00" in html
    assert "−5.0%" in html
    assert html.count("Nothing moved by 1% or more.") == 1
    assert "may be chance" not in html
    assert "may be chance" in movers(fallen.with_columns(is_sure=False), fallen.clear(), EN)


def test_the_first_step_that_is_not_done_stands_out() -> None:
    html = first_steps(
        [FirstStep(title, "Text", "Go", title == "Follow") for title in ("Follow", "Agree", "Collect")], EN
    )
    assert re.findall(r"<h2>(.*?)</h2>", html)[:3] == ["1. Follow", "2. Agree", "3. Collect"]
    assert (html.count("vopt-button"), html.count("is-primary"), html.count("Done")) == (2, 1, 1)
    assert html.index("is-primary") < html.index("3. Collect")
    assert "<code>vopt demo</code>" in html
    assert first_steps([], EN) == ""


def test_the_newest_runs_are_in_sight_and_the_others_unfold() -> None:
    at = datetime(2026, 11, 20, 7, tzinfo=UTC)
    runs = pl.DataFrame({"at": [at] * (RUNS_IN_SIGHT + 2), "what": [f"run {n}" for n in range(RUNS_IN_SIGHT + 2)]})
    html = lately(runs, EN)
    shown, folded = html.split("<details")
    assert (shown.count("run "), folded.count("run ")) == (RUNS_IN_SIGHT, 2)
    assert "<details" not in lately(runs[:3], EN)
    assert lately(runs.clear(), EN) == ""
