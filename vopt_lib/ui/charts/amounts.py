"""This is where it is drawn how much money came in: over time, and of whom or of what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import polars as pl

from vopt_lib.ui import theme
from vopt_lib.ui.charts import axes
from vopt_lib.ui.charts.groups import LABEL_ROOM, ROW, TITLE_ROOM, distinct
from vopt_lib.ui.markup import plain
from vopt_lib.words import N_, Words

HEIGHT: Final = 320
LABEL_EXTENT: Final = 28
"""px below the bars: Vega leaves too few for the tails of g and y."""

LONGEST_TITLE: Final = 40
FORMS: Final = {"1d": "%-d %b", "1w": "%-d %b", "1mo": "%b %y", "1y": "%Y"}
"""How a day, a week, a month and a year are named, by their first day."""


def amounts_over_time(rows: pl.DataFrame, step: str, words: Words, *, currency: str) -> alt.LayerChart:
    """A bar for each step of time, with none where nothing is known of what was sold.

    Needs: day (first of the step), amount (in the currency; null: nobody knows), sales.
    """
    steps = axes.money_steps([0.0, *rows["amount"]])
    x = alt.X(
        "day:O",
        axis=alt.Axis(
            labelExpr=f"timeFormat(toDate(datum.value), '{FORMS[step]}')",
            labelAngle=0,
            labelOverlap=True,
            minExtent=LABEL_EXTENT,
            title=None,
        ),
        scale=alt.Scale(paddingInner=0.25, paddingOuter=0.1),
    )
    y = alt.Y(
        "amount:Q", scale=alt.Scale(domain=[min(0.0, steps[0]), steps[-1]], nice=False), axis=axes.money_axis(steps)
    )
    bar = alt.Chart().mark_bar(color=theme.ACCENT, cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
    whole = alt.Chart().mark_bar(opacity=0).encode(x, y=axes.pixels("0"), y2=axes.pixels("height"))
    tooltip = [
        alt.Tooltip("from:N", title=words.say(N_("From"))),
        alt.Tooltip("amount:Q", title=words.say(N_("Revenue")), format="$,.2f"),
        alt.Tooltip("sales:Q", title=words.say(N_("Sales")), format=",.0f"),
    ]
    known = rows.with_columns(pl.Series("from", [words.day(day) for day in rows["day"]], pl.String))
    frame = theme.Frame(words, _time_description(rows, words, currency), HEIGHT, currency)
    return theme.layered([bar.encode(x, y), whole.encode(tooltip=tooltip)], frame, {"rows": axes.rows_of(known)})


def amounts_by_group(rows: pl.DataFrame, words: Words, *, currency: str) -> alt.LayerChart:
    """A bar for each row, in their order, with its amount beside it.

    Needs: title, amount (in the currency; null: nobody knows), sales.
    """
    titles = distinct([plain(title or "–", LONGEST_TITLE) for title in rows["title"]])
    said = ["–" if amount is None else words.money(amount, currency, digits=0) for amount in rows["amount"]]
    named = rows.with_columns(title=pl.Series(titles, dtype=pl.String), said=pl.Series(said, dtype=pl.String))
    named = named.with_columns(pl.col("amount").fill_null(0))
    room: Sequence[Any] = [0, alt.ExprRef(f"width - {LABEL_ROOM + 12}")]
    highest = max([1.0, *named["amount"]])
    x = alt.X("amount:Q", scale=alt.Scale(domain=[0, highest], range=room, nice=False), axis=None)
    axis = alt.Axis(
        title=None, labelColor=theme.INK, labelLimit=TITLE_ROOM, labelPadding=8, grid=False, domain=False, ticks=False
    )
    y = alt.Y("title:N", sort=titles, axis=axis)
    tooltip = [
        alt.Tooltip("title:N", title=words.say(N_("Name"))),
        alt.Tooltip("amount:Q", title=words.say(N_("Revenue")), format="$,.2f"),
        alt.Tooltip("sales:Q", title=words.say(N_("Sales")), format=",.0f"),
    ]
    bar = alt.Chart().mark_bar(color=theme.ACCENT, height={"band": 0.62}, cornerRadius=2)
    layers = [
        bar.encode(x, y, tooltip=tooltip),
        alt.Chart().encode(x, y, alt.Text("said:N")).mark_text(align="left", dx=6),
    ]
    told = ", ".join(f"{title} {amount}" for title, amount in zip(titles, said, strict=True))
    description = words.say(N_("Revenue: {told}."), told=told or "–")
    frame = theme.Frame(words, description, ROW * max(len(rows), 1) + 8, currency)
    return theme.layered(layers, frame, {"rows": axes.rows_of(named)})


def _time_description(rows: pl.DataFrame, words: Words, currency: str) -> str:
    if rows.is_empty():
        return words.say(N_("Revenue over time: nothing sold yet."))
    total = words.money(rows["amount"].sum(), currency)
    told = N_("Revenue over time, {first} to {last}: {total} in all.")
    return words.say(told, first=rows["day"][0], last=rows["day"][-1], total=total)
