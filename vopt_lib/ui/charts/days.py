"""This is where charts get their days: the axis below, gaps that stay gaps, and what follows the pointer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import count, takewhile
from math import ceil

import altair as alt
import polars as pl

from vopt_lib.ui import theme

ONE = timedelta(days=1)
MOST_LABELS = 6
SAID = "%-d %b %Y"
MET = alt.selection_point(name="met", fields=["day"], on="pointerover", clear="pointerout", empty=False)


def span(days: pl.DataFrame) -> tuple[date, date]:
    """The first and the last day; of an empty frame, any day."""
    first, last = days["day"].min(), days["day"].max()
    return (first, last) if isinstance(first, date) and isinstance(last, date) else (date(2000, 1, 1), date(2000, 1, 1))


def with_stretches(days: pl.DataFrame, known: str) -> pl.DataFrame:
    """The days on which `known` has a value, so numbered that a line drawn by number does not cross a gap.

    Adds: stretch (UInt32, one for days that follow each other), lone (Boolean: the only day of its stretch).
    """
    return (
        days.filter(pl.col(known).is_not_null())
        .sort("day")
        .with_columns(stretch=(pl.col("day").diff() > ONE).fill_null(False).cum_sum())
        .with_columns(lone=pl.len().over("stretch") == 1)
    )


def edges(hours: int = 12) -> dict[str, str]:
    """For marks as wide as a day, calculated where they are drawn: so many hours before and after the day's start."""
    start = "toNumber(toDate(datum.day))"
    return {"begins": f"{start} - {hours} * 3600000", "ends": f"{start} + {hours} * 3600000"}


def wide() -> alt.Chart:
    """A chart whose marks reach from edge to edge of a day."""
    chart: alt.Chart = alt.Chart().encode(alt.X("begins:T"), alt.X2("ends"))
    return chart


def hovered(x: alt.X, tooltip: Sequence[alt.Tooltip]) -> list[alt.Chart]:
    """What follows the pointer: for each day an unseen area with its figures, and the line of the day met."""
    area = wide().mark_rect(opacity=0, clip=True).encode(tooltip=list(tooltip)).add_params(MET)
    return [alt.Chart().mark_rule(color=theme.MUTED, strokeWidth=1).encode(x).transform_filter(MET), area]


def met_dot(base: alt.Chart) -> alt.Chart:
    """The dot of the day that the pointer meets; `base` brings its place."""
    dot: alt.Chart = base.mark_point(
        filled=True, opacity=1, size=60, color=theme.ACCENT, stroke=theme.PAPER, strokeWidth=2
    )
    met: alt.Chart = dot.transform_filter(MET)
    return met


def pairs_said(pairs: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """For the tooltip, "10,00 € – 25,00 €" from two columns in euro, either of which may be null."""

    def money(name: str) -> str:
        return f"(isValid(datum.{name}) ? format(datum.{name}, '$,.2f') : '–')"

    return {name: f"{money(low)} + ' – ' + {money(high)}" for name, (low, high) in pairs.items()}


def scale(first: date, last: date, *, whole: bool = False) -> alt.Scale:
    """From the first day to the last; a single day stands in the middle.

    `whole` leaves room for bars as wide as a day.
    """
    if first == last:
        return alt.Scale(domain=[moment(first - 3 * ONE), moment(last + 3 * ONE)], nice=False)
    if whole:
        return alt.Scale(domain=[moment(first - ONE, hours=12), moment(last, hours=12)], nice=False)
    return alt.Scale(domain=[moment(first), moment(last)], nice=False)


def axis(first: date, last: date) -> alt.Axis:
    """At most six days, months or years, written so that none of them is unclear."""
    named, form = labels(first, last)
    return alt.Axis(values=[moment(day) for day in named], format=form, title=None, labelFlush=True, grid=False)


def labels(first: date, last: date) -> tuple[list[date], str]:
    """Which days an axis names and how: the newest day and so many weeks before it, else months, else years.

    Example:
        >>> labels(date(2026, 11, 16), date(2026, 11, 20))[0]
        [datetime.date(2026, 11, 16), …, datetime.date(2026, 11, 20)]
    """
    length = (last - first).days
    for step in (1, 2, 7, 14):
        if length // step < MOST_LABELS:
            return [last - timedelta(days=back) for back in range(length // step * step, -1, -step)], "%-d %b"
    for step in (1, 2, 3, 6):
        months = _months(first, last, step)
        if len(months) <= MOST_LABELS:
            return months, "%b %Y" if length > 300 else "%-d %b"
    years = next(years for step in count(1) if len(years := _months(first, last, 12 * step)) <= MOST_LABELS)
    return years, "%Y"


def _months(first: date, last: date, step: int) -> list[date]:
    """The firsts of every so manieth month between two days, counted from January of the year 0."""
    start = first.year * 12 + first.month - 1 + (first.day > 1)
    numbers = takewhile(
        lambda number: number <= last.year * 12 + last.month - 1, count(ceil(start / step) * step, step)
    )
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def moment(day: date, hours: int = 0) -> alt.DateTime:
    """So many hours into a day, where the reader is."""
    return alt.DateTime(year=day.year, month=day.month, date=day.day, hours=hours)
