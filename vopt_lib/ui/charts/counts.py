"""This is where it is drawn how many listings came and went."""

from __future__ import annotations

from math import ceil

import altair as alt
import polars as pl

from vopt_lib.ui import theme
from vopt_lib.ui.charts import axes
from vopt_lib.ui.charts import days as over_days
from vopt_lib.words import N_, Words

HEIGHT = 220
MOST_SINGLE_BARS = 120
"""Of more days, bars would be too thin for gaps between them: they stand edge to edge."""

ROUND_ABOVE: theme.Look = {"cornerRadiusTopLeft": 2, "cornerRadiusTopRight": 2}
ROUND_BELOW: theme.Look = {"cornerRadiusBottomLeft": 2, "cornerRadiusBottomRight": 2}


def counts_over_time(days: pl.DataFrame, words: Words) -> alt.LayerChart:
    """Listings that came (above the line) and went (below it), per day; what is not known has no bar.

    Needs: day, new, gone (null: not known).
    """
    known = days.select("day", "new", "gone").sort("day")
    known = known.with_columns(below=-pl.col("gone").cast(pl.Int64))
    first, last = over_days.span(known)
    x = alt.X("day:T", scale=over_days.scale(first, last, whole=True), axis=over_days.axis(first, last))
    up, down = (axes.whole_steps(known[name], most=3) for name in ("new", "gone"))
    step = max(up[1], down[1])
    lowest, highest = -ceil(down[-1] / step), ceil(up[-1] / step)
    axis = alt.Axis(
        values=[step * number for number in range(lowest, highest + 1)],
        labelExpr="format(abs(datum.value), ',.0f')",
        labelOverlap=False,
        **axes.count_title(words.say(N_("listings per day"))),
    )
    scale = alt.Scale(domain=[step * lowest, step * highest], nice=False)
    y = alt.Y("new:Q", scale=scale, axis=axis)
    layers = [
        _bars("new", theme.ACCENT, ROUND_ABOVE).encode(y),
        _bars("below", theme.MUTED, ROUND_BELOW).encode(alt.Y("below:Q")),
        alt.Chart().mark_rule(color=theme.MUTED, strokeWidth=1).encode(alt.YDatum(0)),
        *_names(),
        *over_days.hovered(x, _tooltip(words)),
    ]
    frame = theme.Frame(words, _description(known, words), HEIGHT)
    names = [{"said": words.say(N_("new")), "above": True}, {"said": words.say(N_("gone")), "above": False}]
    return theme.layered(
        layers,
        frame,
        {"days": axes.rows_of(known), "names": names},
        _said() | over_days.edges(10 if len(known) <= MOST_SINGLE_BARS else 12),
    )


def _bars(name: str, colour: str, rounded: theme.Look) -> alt.Chart:
    bar: alt.Chart = over_days.wide().mark_rect(color=colour, **rounded).transform_filter(f"isValid(datum.{name})")
    return bar.encode(alt.Y2Datum(0))


def _names() -> list[alt.Chart]:
    """What stands above and below the line, written where it stands."""
    said = alt.Chart(alt.NamedData("names")).encode(alt.YDatum(0), alt.Text("said:N"), x=axes.pixels("width"))
    look: theme.Look = {"align": "left", "dx": 8, "fontWeight": theme.STRONG}
    return [
        said.mark_text(dy=-9, fill=theme.ACCENT, **look).transform_filter("datum.above"),
        said.mark_text(dy=11, fill=theme.MUTED, **look).transform_filter("!datum.above"),
    ]


def _said() -> dict[str, str]:
    return {f"{name}_said": f"isValid(datum.{name}) ? format(datum.{name}, ',.0f') : '–'" for name in ("new", "gone")}


def _tooltip(words: Words) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("day:T", title=words.say(N_("Day")), format=over_days.SAID),
        alt.Tooltip("new_said:N", title=words.say(N_("New"))),
        alt.Tooltip("gone_said:N", title=words.say(N_("Gone"))),
    ]


def _description(known: pl.DataFrame, words: Words) -> str:
    if known.is_empty():
        return words.say(N_("Listings that came and went per day: nothing known yet."))
    return words.say(
        N_("Listings that came and went per day, {first} to {last}: {new} new and {gone} gone in all."),
        **{"first": known["day"][0], "last": known["day"][-1]},
        **{name: int(known[name].sum()) for name in ("new", "gone")},
    )
