"""This is where groups are compared: what moved, and what sizes or conditions ask today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import altair as alt
import polars as pl

from vopt_lib.ui import theme
from vopt_lib.ui.cells import change_words
from vopt_lib.ui.charts import axes
from vopt_lib.ui.markup import plain
from vopt_lib.words import N_, Words

MOST_MOVED = 12
ROW = 30
AXIS_ROOM = 34
LONGEST_TITLE = 40
TITLE_ROOM = 120
LABEL_ROOM = 48
ZERO_LINE = alt.Axis(
    values=[0], grid=True, gridColor=theme.MUTED, zindex=1, labels=False, ticks=False, domain=False, title=None
)


def movement_ranking(rows: pl.DataFrame, words: Words) -> alt.LayerChart:
    """What rose and what fell, from the highest rise to the deepest fall: the twelve that moved most.

    Neither way is good or bad: a seller and a buyer would not agree.

    Needs: title, median (EUR), change (share; rows without one are left out).
    """
    moved = _titled(most_moved(rows)).with_columns(rises=pl.col("change") >= 0)
    moved = moved.with_columns(
        said=_texts(change_words(change, words) for change in moved["change"]),
        price=_texts("–" if median is None else words.money(median) for median in moved["median"]),
    )
    low, high = min([0.0, *moved["change"]]), max([0.0, *moved["change"]])
    reach = [low, high] if low < high else [0.0, 1.0]
    room: Sequence[Any] = [LABEL_ROOM if low < 0 else 0, alt.ExprRef("width")]
    x = alt.X("change:Q", scale=alt.Scale(domain=reach, range=room, nice=False), axis=ZERO_LINE)
    y = _title_axis(moved)
    bar = alt.Chart().mark_bar(color=theme.ACCENT, height={"band": 0.62}, cornerRadius=2)
    said = alt.Chart().encode(x, y, alt.Text("said:N"))
    layers = [
        bar.encode(x, y, tooltip=_moved_tooltip(words)),
        said.mark_text(align="left", dx=6).transform_filter("datum.rises"),
        said.mark_text(align="right", dx=-6).transform_filter("!datum.rises"),
    ]
    frame = theme.Frame(words, _moved_description(moved, words), _height(moved))
    return theme.layered(layers, frame, {"rows": axes.rows_of(moved)})


def most_moved(rows: pl.DataFrame) -> pl.DataFrame:
    """The twelve rows that moved most, from the highest rise to the deepest fall; equal ones by name."""
    moved = rows.select("title", "median", "change").filter(pl.col("change").is_finite())
    most = moved.sort([-pl.col("change").abs(), "title"]).head(MOST_MOVED)
    return most.sort([-pl.col("change"), "title"])


def range_by_group(rows: pl.DataFrame, words: Words) -> alt.LayerChart:
    """What half of the listings of each size, or condition, ask today; the median as a dot, in the order of the rows.

    Needs: title, p25, median, p75 (EUR; rows without a median are left out), listings.
    """
    groups = _ranges(rows, words)
    steps = axes.money_steps([price for name in ("p25", "median", "p75") for price in groups[name]])
    scale = alt.Scale(domain=[steps[0], steps[-1]], nice=False)
    axis = axes.money_axis(steps, grid=True, domain=False, ticks=False)
    x, y = alt.X("median:Q", scale=scale, axis=axis), _title_axis(groups)
    line = alt.Chart().mark_rule(stroke=theme.INNER_BAND, strokeWidth=10, strokeCap="round")
    dot = alt.Chart().mark_point(filled=True, opacity=1, size=90, color=theme.ACCENT, stroke=theme.PAPER, strokeWidth=2)
    label = alt.Chart().mark_text(dy=-13, fontWeight=theme.STRONG)
    number = alt.Chart().mark_text(align="left", dx=14, fill=theme.MUTED)
    whole = (
        alt.Chart()
        .mark_rect(opacity=0)
        .encode(y, x=axes.pixels("0"), x2=axes.pixels("width"), tooltip=_range_tooltip(words))
    )
    layers = [
        line.encode(alt.X("p25:Q", scale=scale, axis=axis), y, alt.X2("p75")),
        dot.encode(x, y),
        label.encode(x, y, alt.Text("said:N")),
        number.encode(y, alt.Text("number:N"), x=axes.pixels("width")),
        whole,
    ]
    frame = theme.Frame(words, _range_description(groups, words), _height(groups, row=38) + AXIS_ROOM)
    return theme.layered(layers, frame, {"rows": axes.rows_of(groups)})


def _ranges(rows: pl.DataFrame, words: Words) -> pl.DataFrame:
    """The rows with a median, and their figures as they are written."""
    groups = _titled(rows.select("title", "p25", "median", "p75", "listings").filter(pl.col("median").is_not_null()))
    return groups.with_columns(
        said=_texts(axes.money_said(median, words) for median in groups["median"]),
        price=_texts(words.money(median) for median in groups["median"]),
        number=_texts(words.count(N_("{n} listing"), N_("{n} listings"), n) for n in groups["listings"]),
        inner=_texts(_pair(low, high, words) for low, high in groups.select("p25", "p75").iter_rows()),
    )


def _titled(rows: pl.DataFrame) -> pl.DataFrame:
    """The titles as they can be written: strangers' text cut, and no two alike."""
    return rows.with_columns(title=_texts(distinct([plain(title or "–", LONGEST_TITLE) for title in rows["title"]])))


def distinct(titles: Sequence[str]) -> list[str]:
    """Titles of which no two are alike: a scale would draw them over each other.

    Example:
        >>> distinct(["Zara", "Zara"])
        ['Zara', 'Zara (2)']
    """
    met: Counter[str] = Counter()
    told = []
    for title in titles:
        met[title] += 1
        told.append(title if met[title] == 1 else f"{title} ({met[title]})")
    return told


def _texts(texts: Iterable[str]) -> pl.Series:
    return pl.Series(list(texts), dtype=pl.String)


def _title_axis(rows: pl.DataFrame) -> alt.Y:
    axis = alt.Axis(
        title=None, labelColor=theme.INK, labelLimit=TITLE_ROOM, labelPadding=8, grid=False, domain=False, ticks=False
    )
    return alt.Y("title:N", sort=rows["title"].to_list(), axis=axis)


def _height(rows: pl.DataFrame, row: int = ROW) -> int:
    return row * max(len(rows), 1) + 8


def _pair(low: float | None, high: float | None, words: Words) -> str:
    return " – ".join("–" if price is None else words.money(price) for price in (low, high))


def _moved_tooltip(words: Words) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("title:N", title=words.say(N_("Name"))),
        alt.Tooltip("said:N", title=words.say(N_("Change"))),
        alt.Tooltip("price:N", title=words.say(N_("Median price"))),
    ]


def _range_tooltip(words: Words) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("title:N", title=words.say(N_("Name"))),
        alt.Tooltip("price:N", title=words.say(N_("Median price"))),
        alt.Tooltip("inner:N", title=words.say(N_("Half of the listings"))),
        alt.Tooltip("listings:Q", title=words.say(N_("Listings")), format=",.0f"),
    ]


def _moved_description(moved: pl.DataFrame, words: Words) -> str:
    told = ", ".join(f"{title} {said}" for title, said in moved.select("title", "said").iter_rows())
    return words.say(N_("How much median prices changed: {told}."), told=told or "–")


def _range_description(groups: pl.DataFrame, words: Words) -> str:
    told = ", ".join(f"{title} {price}" for title, price in groups.select("title", "price").iter_rows())
    return words.say(N_("Median asked price today: {told}."), told=told or "–")
