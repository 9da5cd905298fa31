"""This is where charts get their looks. Every colour is a variable of the page, so light and dark are pure CSS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt

from vopt_lib.words import Words
from vopt_lib.words.forms import date_form, number_form

PAPER = "var(--vopt-card)"
INK = "var(--vopt-ink)"
MUTED = "var(--vopt-muted)"
LINE = "var(--vopt-line)"
GRID = "var(--vopt-grid)"
ACCENT = "var(--vopt-accent)"
BAND = "var(--vopt-band)"
INNER_BAND = "var(--vopt-band-2)"

# Vega measures text on a canvas, which knows no CSS variable.
FONT = "Inter, system-ui, sans-serif"
SMALL = 12
STRONG: Literal[600] = 600

Rows = list[dict[str, Any]]
Look = dict[str, Any]
"""Properties of a mark."""


@dataclass(frozen=True)
class Frame:
    """What stands around the marks of a chart. `description` is what someone hears who cannot see it; `height` px;
    `currency` of its amounts.
    """

    words: Words
    description: str
    height: int
    currency: str = "EUR"


def layered(
    layers: Sequence[alt.Chart], frame: Frame, rows: Mapping[str, Rows], calculated: Mapping[str, str] | None = None
) -> alt.LayerChart:
    """The chart as it stands on a page: as wide as its card, in the reader's number and date forms.

    `rows` are inside the chart itself: nothing is fetched, nothing kept by the server. Layers see the first of them
    unless they name another, with the `calculated` columns (Vega expressions).
    """
    return alt.LayerChart(
        layer=list(layers),
        data=alt.NamedData(next(iter(rows))),
        datasets=dict(rows),
        transform=[{"calculate": formula, "as": name} for name, formula in (calculated or {}).items()],
        width="container",
        height=frame.height,
        padding={"left": 0, "top": 6, "right": 4, "bottom": 0},
        description=frame.description,
        usermeta={"embedOptions": embed_options(frame.words, frame.currency)},
        config=config(),
    )


def embed_options(words: Words, currency: str = "EUR") -> dict[str, Any]:
    """How Vega is asked to draw: as SVG, whose colours CSS can change, and in the reader's forms."""
    return {
        "renderer": "svg",
        "actions": False,
        "formatLocale": number_form(words.language, currency),
        "timeFormatLocale": date_form(words.language),
    }


def config() -> dict[str, Any]:
    """The theme, for one chart: Altair's own registry of themes belongs to the whole process.

    Nothing but the description is told to a screen reader: Vega would name every mark and axis, in English.
    """
    return {
        "aria": False,
        "background": "transparent",
        "autosize": {"type": "fit", "contains": "padding", "resize": True},
        "font": FONT,
        "view": {"stroke": None, "fill": None},
        "style": {"guide-label": {"fill": MUTED}, "guide-title": {"fill": MUTED}},
        "axis": _axis(),
        "axisX": {
            "grid": False,
            "ticks": True,
            "tickColor": LINE,
            "tickSize": 4,
            "labelSeparation": 12,
            "domainColor": LINE,
        },
        "axisY": {"domain": False, "ticks": False},
        "text": {"fill": INK, "fontSize": SMALL, "font": FONT},
        "line": {"strokeWidth": 2, "strokeCap": "round", "strokeJoin": "round"},
        "area": {"line": False},
        "rule": {"stroke": LINE},
    }


def _axis() -> dict[str, Any]:
    return {
        "domain": True,
        "gridColor": GRID,
        "gridWidth": 1,
        "labelColor": MUTED,
        "labelFont": FONT,
        "labelFontSize": SMALL,
        "labelPadding": 6,
        "titleColor": MUTED,
        "titleFont": FONT,
        "titleFontSize": SMALL,
        "titleFontWeight": "normal",
    }
