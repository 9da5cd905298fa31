"""This is where a chart becomes a piece of a page: a picture, or one whose bars can be picked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
from markupsafe import Markup

from vopt_lib.ui.markup import Content, embedded, tag

Band = tuple[float, float | None]
"""Prices from and to, EUR; without a second, open above."""

PICK = "picked"
"""The selection of a chart that can be clicked; marimo adds its own help only to selections of its own naming."""


def shown(chart: alt.Chart | alt.LayerChart, above: Content = None) -> Markup:
    """A chart to look at, `above` it what its marks mean. It carries its rows: nothing more is asked of the server."""
    import marimo as mo

    spec = _spec(chart)
    drawn = embedded(mo.as_html(_Drawn(spec)))
    # Vega names each of its marks for screen readers, in English: they hear the description instead.
    marks = tag("div", drawn, aria_hidden="true")
    picture = tag("div", marks, class_="vopt-chart-marks", role="img", aria_label=spec["description"])
    return tag("div", above, picture, class_="vopt-chart")


def key(kinds: Sequence[tuple[str, str]]) -> Markup:
    """What the marks of a chart mean, in a line above it. `kinds` are looks of charts.css, and what they stand for."""
    return tag("ul", (tag("li", name, class_=f"is-{look}") for look, name in kinds), class_="vopt-chart-key")


def clickable(chart: alt.LayerChart, *, on_pick: Callable[[Band | None], None]) -> Any:
    """A `price_distribution` whose bars can be clicked.

    `on_pick` is told the prices that the bar lies between; None when she clicks the picked bar again, or double-clicks
    beside the bars.
    """
    import marimo as mo

    def told(_: object) -> None:
        on_pick(band_of(element.selections))

    element = mo.ui.altair_chart(chart, chart_selection=False, legend_selection=False, on_change=told)
    return element


def band_of(selections: Mapping[str, Any]) -> Band | None:
    """The prices of the picked bar, in what the browser tells; None where none is, or where it was picked before."""
    picked = selections.get(PICK) or {}
    rows = picked.get("vlPoint", {}).get("or", [])
    if not rows or rows[0].get("is_picked"):
        return None
    return rows[0]["price_from"], rows[0]["price_to"]


def _spec(chart: alt.Chart | alt.LayerChart) -> dict[str, Any]:
    """What Vega draws. The rows are left aside meanwhile: Altair would walk through every value of them."""
    bare = chart.copy(deep=False)
    rows = bare.datasets
    bare.datasets = alt.Undefined
    spec: dict[str, Any] = bare.to_dict(validate=False)
    return spec if rows is alt.Undefined else spec | {"datasets": rows}


@dataclass(frozen=True)
class _Drawn:
    """A specification that marimo draws as it is, instead of one that it takes apart and puts together again."""

    spec: dict[str, Any]

    def _mime_(self) -> tuple[str, dict[str, Any]]:
        return "application/vnd.vegalite.v6+json", self.spec
