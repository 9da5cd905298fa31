"""This is where brands are drawn by what they cost and how wanted they are."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log, pi
from typing import Any

import altair as alt
import polars as pl

from vopt_lib.ui import theme
from vopt_lib.ui.charts import axes
from vopt_lib.ui.markup import plain
from vopt_lib.words import N_, Words

HEIGHT = 380
AREAS = (40.0, 900.0)
"""Square pixels of the smallest and the largest circle."""

PRICES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
WIDE = 560
WIDTHS = {"labelled_wide": 900, "labelled": 300}
"""Pixels for which labels are chosen so that none covers another: on a wide screen, and on a phone."""

LONGEST_NAME = 24
LETTER, LINE = 7.2, 16
ROOM = 60
MIDDLE = 50.0


def demand_map(rows: pl.DataFrame, words: Words) -> alt.LayerChart:
    """Brands by median price (log scale) and demand, as circles whose areas are their listings; the line is usual.

    The largest are named, as many as have room.

    Needs: title (the brand), place (its catalogue), price_eur_median (EUR), score (0–100), listings. Rows without a
    price or a score are left out.
    """
    known = _known(rows)
    low, high = _reach(known)
    prices = [price for price in PRICES if low <= price <= high]
    x = alt.X(
        "price_eur_median:Q",
        scale=alt.Scale(type="log", domain=[low, high], nice=False),
        axis=axes.money_axis(prices, grid=False, labelOverlap=True),
    )
    bottom, top = _scores(known)
    scale = alt.Scale(domain=[bottom, top], nice=False)
    y = alt.Y(
        "score:Q",
        scale=scale,
        axis=alt.Axis(values=list(range(0, 101, 10)), format=",.0f", **axes.count_title(words.say(N_("demand")))),
    )
    circle = alt.Chart().mark_circle(color=theme.ACCENT, opacity=0.45, stroke=theme.ACCENT, strokeWidth=1)
    name = alt.Chart().mark_text(fill=theme.INK, fontSize=theme.SMALL)
    layers = [
        alt.Chart(alt.NamedData("usual")).mark_rule(color=theme.MUTED, strokeDash=[4, 3]).encode(y),
        circle.encode(x, y, alt.Size("area:Q", scale=None, legend=None), tooltip=_tooltip(words)),
        name.encode(x, alt.Y("label_at:Q", scale=scale), alt.Text("title:N")).transform_filter(
            f"width > {WIDE} ? datum.labelled_wide : datum.labelled"
        ),
    ]
    said = [{"score": MIDDLE, "said": words.say(N_("usual"))}]
    frame = theme.Frame(words, _description(known, words), HEIGHT)
    return theme.layered(layers, frame, {"rows": axes.rows_of(known), "usual": said})


def _known(rows: pl.DataFrame) -> pl.DataFrame:
    """The brands that can be drawn, most listings first, with their circles and labels."""
    known = (
        rows.select("title", "place", "price_eur_median", "score", "listings")
        .filter(pl.col("price_eur_median") > 0, pl.col("score").is_finite(), pl.col("listings") > 0)
        .sort("listings", "title", descending=[True, False])
    )
    smallest, largest = AREAS
    share = pl.col("listings") / pl.col("listings").max()
    bottom, top = _scores(known)
    a_pixel = (top - bottom) / (HEIGHT - ROOM)
    radius = (pl.col("area") / pi).sqrt()
    known = known.with_columns(area=smallest + (largest - smallest) * share).with_columns(
        label_at=pl.col("score") + (radius + LINE / 2) * a_pixel,
        title=pl.Series([plain(title or "–", LONGEST_NAME) for title in known["title"]], dtype=pl.String),
    )
    return known.with_columns(_labelled(known, width).alias(name) for name, width in WIDTHS.items())


def _reach(known: pl.DataFrame) -> tuple[float, float]:
    prices = known["price_eur_median"].to_list() or [5.0, 50.0]
    return min(prices) / 1.3, max(prices) * 1.3


def _scores(known: pl.DataFrame) -> tuple[float, float]:
    """The scores that the axis reaches over: tens around all of them, and the usual one."""
    scores = [MIDDLE - 10, MIDDLE + 10, *known["score"]]
    return max(10.0 * floor(min(scores) / 10 - 0.3), 0.0), min(10.0 * ceil(max(scores) / 10 + 0.3), 100.0)


def _labelled(known: pl.DataFrame, width: int) -> pl.Series:
    """Whether a label has room, in a drawing so wide: the largest circles first, none on a larger one."""
    (low, high), (bottom, top) = _reach(known), _scores(known)
    a_point = (HEIGHT - ROOM) / (top - bottom)
    across = width / log(high / low)
    named = known.select(
        "title", (pl.col("price_eur_median") / low).log() * across, pl.col("score", "label_at") * a_point
    )
    circles = [
        _Box(x, y, radius, radius)
        for (_, x, y, _), radius in zip(named.iter_rows(), (known["area"] / pi).sqrt(), strict=True)
    ]
    taken: list[_Box] = []
    has_room = []
    for place, (title, x, _, y) in enumerate(named.iter_rows()):
        label = _Box(x, y, len(title) * LETTER / 2, LINE / 2)
        others = (*taken, *circles[:place])
        is_free = label.half <= x <= width - label.half and not any(label.meets(other) for other in others)
        has_room.append(is_free)
        taken += [label] if is_free else []
    return pl.Series(has_room, dtype=pl.Boolean)


@dataclass(frozen=True)
class _Box:
    """A label or a circle: its middle, half of its width and of its height, in pixels."""

    x: float
    y: float
    half: float
    rise: float

    def meets(self, other: _Box) -> bool:
        return abs(self.x - other.x) < self.half + other.half and abs(self.y - other.y) < self.rise + other.rise


def _tooltip(words: Words) -> list[alt.Tooltip]:
    titles: list[tuple[str, str, dict[str, Any]]] = [
        ("title:N", N_("Brand"), {}),
        ("place:N", N_("Catalogue"), {}),
        ("score:Q", N_("Demand"), {"format": ",.0f"}),
        ("price_eur_median:Q", N_("Median price"), {"format": "$,.2f"}),
        ("listings:Q", N_("Listings"), {"format": ",.0f"}),
    ]
    return [alt.Tooltip(name, title=words.say(title), **form) for name, title, form in titles]


def _description(known: pl.DataFrame, words: Words) -> str:
    most = known.sort("score", "title", descending=[True, False]).head(5)
    told = ", ".join(f"{title} {round(score)}" for title, score in most.select("title", "score").iter_rows())
    return words.say(N_("Brands by median price and demand. The most wanted: {told}."), told=told or "–")
