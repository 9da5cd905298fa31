"""This is where groups are drawn side by side: one small panel each, all with the same scales."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import altair as alt
import polars as pl
from markupsafe import Markup

from vopt_lib.ui import theme
from vopt_lib.ui.charts import axes
from vopt_lib.ui.charts import days as over_days
from vopt_lib.ui.charts.show import shown
from vopt_lib.ui.markup import plain, tag
from vopt_lib.words import N_, Words

HEIGHT = 120
LONGEST_TITLE = 60
MEDIAN = "price_eur_median"
INNER = ("price_eur_p25", "price_eur_p75")


@dataclass(frozen=True)
class Panel:
    """One group's name, newest median (EUR) and chart."""

    title: str
    newest: float
    chart: alt.LayerChart


def small_multiples(days: pl.DataFrame, words: Words, *, titles: Mapping[str, str], columns: int = 3) -> Markup:
    """A panel per title, in the order of the titles: its name, its newest median, and how that came about.

    All panels share both scales, so that they can be compared. At most so many stand side by side; on a phone, two.
    A group without figures has no panel.

    Needs: group, day, price_eur_median (EUR); price_eur_p25 and price_eur_p75 are drawn where they are there.
    """
    figures = (_figure(panel, words) for panel in panels(days, words, titles=titles))
    return tag("div", figures, class_="vopt-panels", style=f"--vopt-columns: {columns}")


def panels(days: pl.DataFrame, words: Words, *, titles: Mapping[str, str]) -> list[Panel]:
    """The panel of each group that has figures."""
    known = _known(days, titles)
    first, last = over_days.span(known)
    steps = axes.round_steps(0, max([1.0, *known[MEDIAN], *known[INNER[1]].drop_nulls()]), most=2)
    x = alt.X("day:T", scale=over_days.scale(first, last), axis=_ends(first, last))
    y = alt.Y(
        f"{MEDIAN}:Q",
        scale=alt.Scale(domain=[0, steps[-1]], nice=False),
        axis=axes.money_axis(steps, labelFontSize=11, labelPadding=4),
    )
    layers = _layers(alt.Chart().encode(x, y), words)
    parts = known.partition_by("group", as_dict=True)
    return [
        _panel(plain(titles[group], LONGEST_TITLE), parts[(group,)], words, layers)
        for group in titles
        if (group,) in parts
    ]


def _known(days: pl.DataFrame, titles: Mapping[str, str]) -> pl.DataFrame:
    missing = [name for name in INNER if name not in days.columns]
    with_all = days.with_columns(pl.lit(None, pl.Float64).alias(name) for name in missing)
    known = with_all.filter(pl.col("group").is_in(list(titles)), pl.col(MEDIAN).is_not_null())
    return known.select("group", "day", MEDIAN, *INNER).sort("day")


def _layers(base: alt.Chart, words: Words) -> list[alt.Chart]:
    """What every panel is made of; `base` brings the scales and axes that all share."""
    low, high = INNER
    stretch = alt.Detail("stretch:N")
    dot: theme.Look = {"filled": True, "opacity": 1, "size": 30, "color": theme.ACCENT}
    return [
        base.mark_area(color=theme.INNER_BAND, opacity=1).encode(alt.Y(f"{low}:Q"), alt.Y2(high), stretch),
        base.mark_line(color=theme.ACCENT).encode(stretch),
        base.mark_point(**dot).transform_filter("datum.lone"),
        base.mark_point(**dot).properties(data=alt.NamedData("newest")),
        over_days.met_dot(base),
        *over_days.hovered(base.encoding.x, _tooltip(words)),
    ]


def _panel(title: str, days: pl.DataFrame, words: Words, layers: list[alt.Chart]) -> Panel:
    known = days.pipe(over_days.with_stretches, MEDIAN)
    newest = float(known[MEDIAN][-1])
    told = N_("{title}: median price {price} on {day}.")
    frame = theme.Frame(words, words.say(told, title=title, price=words.money(newest), day=days["day"][-1]), HEIGHT)
    rows = {"days": axes.rows_of(known), "newest": axes.rows_of(known.tail(1))}
    return Panel(title, newest, theme.layered(layers, frame, rows, _said()))


def _figure(panel: Panel, words: Words) -> Markup:
    name, newest = tag("span", panel.title), tag("strong", axes.money_said(panel.newest, words))
    return tag("figure", tag("figcaption", name, newest), shown(panel.chart))


def _ends(first: date, last: date) -> alt.Axis:
    """The first and the last day only."""
    named = [first] if first == last else [first, last]
    form = "%-d %b" if (last - first).days < 300 else "%b %Y"
    return alt.Axis(values=[over_days.moment(day) for day in named], format=form, title=None, labelFlush=True)


def _said() -> dict[str, str]:
    return over_days.pairs_said({"inner": INNER}) | over_days.edges()


def _tooltip(words: Words) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("day:T", title=words.say(N_("Day")), format=over_days.SAID),
        alt.Tooltip(f"{MEDIAN}:Q", title=words.say(N_("Median price")), format="$,.2f"),
        alt.Tooltip("inner:N", title=words.say(N_("Half of the listings"))),
    ]
