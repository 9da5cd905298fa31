"""Charts as pieces of a page."""

from __future__ import annotations

import json

import altair as alt

from tests.ui.charts.specs import price_days
from tests.ui.charts.test_distribution import BINS
from vopt_lib.ui.charts import band_key, clickable, price_band, price_distribution, shown
from vopt_lib.ui.charts.show import key
from vopt_lib.ui.markup import tag
from vopt_lib.words import Words

EN = Words("en")


def test_a_chart_is_a_picture_with_words_and_its_key_above() -> None:
    days = price_days([10.0, 12.0])
    piece = shown(price_band(days, EN), band_key(days, EN))
    assert piece.startswith('<div class="vopt-chart"><ul class="vopt-chart-key"><li class="is-line">median</li>')
    assert 'role="img" aria-label="Asked prices per day, 1 Nov 2026 to 2 Nov 2026.' in piece
    assert "<marimo-mime-renderer" in piece


def test_a_chart_carries_its_rows() -> None:
    piece = shown(price_band(price_days([10.0, 12.0]), EN))
    assert "@file" not in piece
    assert "2026-11-02T00:00" in piece


def test_what_a_key_says_is_text() -> None:
    assert key([("line", "<b>")]) == tag("ul", tag("li", "<b>", class_="is-line"), class_="vopt-chart-key")


def test_a_clickable_chart_fetches_nothing_and_has_no_selection_of_marimos() -> None:
    element = clickable(price_distribution(BINS, EN), on_pick=lambda band: None)
    assert "@file" not in element.text
    assert "data-chart-selection='false'" in element.text
    assert element.selections == {}


def test_a_pick_is_told() -> None:
    told: list[object] = []
    element = clickable(price_distribution(BINS, EN), on_pick=told.append)
    bar = {"price_from": 10, "price_to": 20, "is_picked": False}
    element._update({"picked": {"vlPoint": {"or": [bar]}}})
    element._update({"picked": {}})
    assert told == [(10, 20), None]


def test_showing_a_chart_leaves_altair_as_it_was() -> None:
    before = json.dumps([alt.data_transformers.active, alt.theme.active, dict(alt.data_transformers.options)])
    shown(price_band(price_days([10.0]), EN))
    clickable(price_distribution(BINS, EN), on_pick=lambda band: None)
    assert json.dumps([alt.data_transformers.active, alt.theme.active, dict(alt.data_transformers.options)]) == before
