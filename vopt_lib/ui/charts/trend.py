"""This is where it is drawn how prices move: week by week with the days to come, and changes with their intervals."""

from __future__ import annotations

from datetime import date, timedelta

import altair as alt
import polars as pl
from markupsafe import Markup

from vopt_lib.ui import theme
from vopt_lib.ui.cells import change_words
from vopt_lib.ui.charts import axes
from vopt_lib.ui.charts import days as over_days
from vopt_lib.ui.charts.groups import distinct
from vopt_lib.ui.charts.show import key
from vopt_lib.ui.markup import plain
from vopt_lib.words import N_, Words

HEIGHT = 280
ROW = 30
LONGEST_TITLE = 40
TITLE_ROOM = 120
NUMBER_ROOM = 52

MEDIAN = "price_eur_median"
INNER = ("price_eur_p25", "price_eur_p75")

_GAP_HOURS = 3
_DASHED = (5, 4)


def price_trend(
    weeks: pl.DataFrame, days: pl.DataFrame, ahead: pl.DataFrame, words: Words, *, height: int = HEIGHT
) -> alt.LayerChart:
    """What half of the listings asked each week, the median of each day, and the median of the days to come.

    Needs: weeks: begins_on, ends_on, price_eur_p25, price_eur_median, price_eur_p75; days: day, price_eur_median;
           ahead: day, median, low, high (all EUR), empty where nothing is forecast.
    """
    known = days.select("day", MEDIAN).pipe(over_days.with_stretches, MEDIAN)
    fan = _fan(known, ahead)
    steps = _steps(weeks, known, fan)
    first, last = _span(weeks, known, fan)
    x = alt.X("day:T", scale=over_days.scale(first, last, whole=True), axis=over_days.axis(first, last))
    scale = alt.Scale(domain=[steps[0], steps[-1]], nice=False)
    y = alt.Y(f"{MEDIAN}:Q", scale=scale, axis=axes.money_axis(steps))
    layers = [
        *_week_layers(scale, words),
        alt.Chart().mark_line(strokeWidth=1.25, color=theme.MUTED).encode(x, y, alt.Detail("stretch:N")),
        *_fan_layers(x, scale, words),
    ]
    rows = {"days": axes.rows_of(known), "weeks": _week_rows(weeks), "ahead": axes.rows_of(fan)}
    rows["ends"] = _end_rows(fan, words)
    return theme.layered(layers, theme.Frame(words, _description(weeks, fan, words), height), rows, over_days.edges())


def trend_key(words: Words, *, has_forecast: bool) -> Markup:
    """What the marks of `price_trend` mean."""
    kinds = [
        ("line", words.say(N_("median of the week"))),
        ("inner", words.say(N_("half of the listings"))),
        ("thin", words.say(N_("median of the day"))),
    ]
    if has_forecast:
        kinds.append(("ahead", words.say(N_("forecast, true 8 times in 10"))))
    return key(kinds)


def changes_with_intervals(rows: pl.DataFrame, words: Words) -> alt.LayerChart:
    """Changes as dots on their 80 % intervals, around the line of no change, in the order of the rows.

    What is no more than chance is drawn muted.

    Needs: title, change, low, high (shares), is_sure.
    """
    told = _told(rows, words)
    reach = max([0.01, *(abs(one) for name in ("low", "high") for one in told[name])])
    steps = [step for step in axes.round_steps(-reach, reach, most=4) if abs(step) <= reach]
    scale = alt.Scale(
        domain=[-1.02 * reach, 1.02 * reach], range=[0, alt.ExprRef(f"width - {NUMBER_ROOM}")], nice=False
    )
    signs = "(datum.value > 0 ? '+' : datum.value < 0 ? '−' : '') + format(abs(datum.value), '~%')"
    axis = alt.Axis(values=steps, labelExpr=signs, title=None, grid=True, domain=False, ticks=False)
    x, y = alt.X("change:Q", scale=scale, axis=axis), _title_axis(told)
    colour = alt.Color(condition={"test": "datum.is_sure", "value": theme.ACCENT}, value=theme.MUTED)
    dot = alt.Chart().mark_point(filled=True, opacity=1, size=80, stroke=theme.PAPER, strokeWidth=2)
    line = alt.Chart().mark_rule(strokeWidth=3, strokeCap="round")
    number = alt.Chart().mark_text(align="right", fontWeight=theme.STRONG).encode(y, alt.Text("said:N"))
    area = alt.Chart().mark_rect(opacity=0).encode(y, x=axes.pixels("0"), x2=axes.pixels("width"))
    layers = [
        alt.Chart().mark_rule(color=theme.MUTED, strokeWidth=1).encode(alt.XDatum(0, scale=scale)),
        line.encode(alt.X("low:Q", scale=scale, axis=axis), y, alt.X2("high"), colour),
        dot.encode(x, y, colour),
        number.encode(x=axes.pixels("width")),
        area.encode(tooltip=_change_tooltip(words)),
    ]
    frame = theme.Frame(words, _changes_description(told, words), ROW * max(len(told), 1) + 42)
    return theme.layered(layers, frame, {"rows": axes.rows_of(told)})


# Weeks, days and the days to come


def _week_layers(scale: alt.Scale, words: Words) -> list[alt.Chart]:
    base = alt.Chart(alt.NamedData("weeks")).encode(alt.X("from:T"), alt.X2("to"))
    band = base.mark_rect(color=theme.INNER_BAND, cornerRadius=2, opacity=0.85)
    return [
        band.encode(alt.Y(f"{INNER[0]}:Q", scale=scale), alt.Y2(INNER[1])),
        base.mark_rule(color=theme.ACCENT, strokeWidth=2.5).encode(alt.Y(f"{MEDIAN}:Q", scale=scale)),
        base.mark_rect(opacity=0).encode(tooltip=_week_tooltip(words)),
    ]


def _fan_layers(x: alt.X, scale: alt.Scale, words: Words) -> list[alt.Chart]:
    base = alt.Chart(alt.NamedData("ahead")).encode(x)
    ends = alt.Chart(alt.NamedData("ends")).encode(alt.X("day:T"), alt.Y("median:Q", scale=scale))
    met = alt.Chart(alt.NamedData("ahead")).encode(alt.X("begins:T"), alt.X2("ends"), tooltip=_ahead_tooltip(words))
    return [
        base.mark_area(color=theme.BAND, opacity=1).encode(alt.Y("low:Q", scale=scale), alt.Y2("high")),
        base.mark_line(color=theme.ACCENT, strokeDash=_DASHED).encode(alt.Y("median:Q", scale=scale)),
        ends.mark_text(align="left", dx=8, fontWeight=theme.STRONG, fill=theme.ACCENT).encode(alt.Text("said:N")),
        met.mark_rect(opacity=0, clip=True),
    ]


def _fan(known: pl.DataFrame, ahead: pl.DataFrame) -> pl.DataFrame:
    """The forecast, begun at the newest day so that no gap is drawn. Adds: is_known (that day)."""
    told = ahead.select("day", "median", "low", "high").with_columns(is_known=pl.lit(False))
    if told.is_empty() or known.is_empty():
        return told
    newest = known.tail(1).select("day", *(pl.col(MEDIAN).alias(name) for name in ("median", "low", "high")))
    return pl.concat([newest.with_columns(is_known=pl.lit(True)), told])


def _steps(weeks: pl.DataFrame, known: pl.DataFrame, fan: pl.DataFrame) -> list[float]:
    """Round prices around all that is drawn. Not from zero: it is the movement that is looked for."""
    prices = [*weeks[INNER[0]], *weeks[INNER[1]], *known[MEDIAN], *fan["low"], *fan["high"]]
    drawn = [price for price in prices if price is not None] or [0.0, 10.0]
    return axes.round_steps(min(drawn), max(drawn))


def _span(*frames: pl.DataFrame) -> tuple[date, date]:
    names = ("begins_on", "ends_on", "day")
    met = [day for frame in frames for name in names if name in frame.columns for day in frame[name]]
    return (min(met), max(met)) if met else (date(2000, 1, 1), date(2000, 1, 1))


def _week_rows(weeks: pl.DataFrame) -> theme.Rows:
    """The weeks with the moments between which they are drawn: a little apart."""
    shown = weeks.select("begins_on", "ends_on", *INNER, MEDIAN)
    moments = shown.select(
        begins=pl.col("begins_on").cast(pl.Datetime) - timedelta(hours=12 - _GAP_HOURS),
        ends=pl.col("ends_on").cast(pl.Datetime) + timedelta(hours=12 - _GAP_HOURS),
    ).select(pl.all().dt.strftime("%Y-%m-%dT%H:%M"))
    return axes.rows_of(shown.with_columns(**{"from": moments["begins"], "to": moments["ends"]}))


def _end_rows(fan: pl.DataFrame, words: Words) -> theme.Rows:
    last = fan.filter(~pl.col("is_known")).tail(1)
    said = [axes.money_said(price, words) for price in last["median"]]
    return axes.rows_of(last.select("day", "median").with_columns(said=pl.Series(said, dtype=pl.String)))


def _week_tooltip(words: Words) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("begins_on:T", title=words.say(N_("From")), format=over_days.SAID),
        alt.Tooltip("ends_on:T", title=words.say(N_("To")), format=over_days.SAID),
        alt.Tooltip(f"{MEDIAN}:Q", title=words.say(N_("Median price")), format="$,.2f"),
        alt.Tooltip(f"{INNER[0]}:Q", title=words.say(N_("A quarter ask less than")), format="$,.2f"),
        alt.Tooltip(f"{INNER[1]}:Q", title=words.say(N_("A quarter ask more than")), format="$,.2f"),
    ]


def _ahead_tooltip(words: Words) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("day:T", title=words.say(N_("Day")), format=over_days.SAID),
        alt.Tooltip("median:Q", title=words.say(N_("Median price")), format="$,.2f"),
        alt.Tooltip("low:Q", title=words.say(N_("At least")), format="$,.2f"),
        alt.Tooltip("high:Q", title=words.say(N_("At most")), format="$,.2f"),
    ]


def _description(weeks: pl.DataFrame, fan: pl.DataFrame, words: Words) -> str:
    if weeks.is_empty():
        return words.say(N_("Asked prices per week: nothing known yet."))
    first, last = weeks.row(0, named=True), weeks.row(-1, named=True)
    said = words.say(
        N_("Median asked price per week: {before} in the week to {first}, {now} in the week to {last}."),
        **{"first": first["ends_on"], "last": last["ends_on"]},
        **{"before": _money(first[MEDIAN], words), "now": _money(last[MEDIAN], words)},
    )
    end = fan.filter(~pl.col("is_known")).tail(1)
    if end.is_empty():
        return said
    told = N_("Forecast for {day}: {median}, 8 times in 10 between {low} and {high}.")
    prices = {name: words.money(end[name][0]) for name in ("median", "low", "high")}
    return f"{said} {words.say(told, day=end['day'][0], **prices)}"


def _money(price: float | None, words: Words) -> str:
    return "–" if price is None else words.money(price)


# Changes


def _told(rows: pl.DataFrame, words: Words) -> pl.DataFrame:
    known = rows.select("title", "change", "low", "high", "is_sure")
    known = known.filter(pl.all_horizontal(pl.col("change", "low", "high").is_finite()))
    titles = distinct([plain(title or "–", LONGEST_TITLE) for title in known["title"]])
    said = [change_words(change, words) for change in known["change"]]
    between = [interval_words(low, high, words) for low, high in known.select("low", "high").iter_rows()]
    return known.with_columns(
        pl.Series("title", titles, pl.String),
        pl.Series("said", said, pl.String),
        pl.Series("between", between, pl.String),
    )


def interval_words(low: float, high: float, words: Words) -> str:
    """Both ends of a change: "−1.0% to +7.2%"."""
    return words.say(N_("{low} to {high}"), low=change_words(low, words), high=change_words(high, words))


def _title_axis(told: pl.DataFrame) -> alt.Y:
    axis = alt.Axis(
        title=None, labelColor=theme.INK, labelLimit=TITLE_ROOM, labelPadding=8, grid=False, domain=False, ticks=False
    )
    return alt.Y("title:N", sort=told["title"].to_list(), axis=axis)


def _change_tooltip(words: Words) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("title:N", title=words.say(N_("Name"))),
        alt.Tooltip("said:N", title=words.say(N_("Change"))),
        alt.Tooltip("between:N", title=words.say(N_("Between"))),
    ]


def _changes_description(told: pl.DataFrame, words: Words) -> str:
    said = ", ".join(
        f"{title} {one} ({between})" for title, one, between in told.select("title", "said", "between").iter_rows()
    )
    return words.say(N_("Changes with the range that is true 8 times in 10: {told}."), told=said or "–")
