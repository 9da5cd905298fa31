"""This is where asked prices are drawn over days: the median, between the prices that half and most listings ask."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import polars as pl
from markupsafe import Markup

from vopt_lib.ui import theme
from vopt_lib.ui.charts import axes
from vopt_lib.ui.charts import days as over_days
from vopt_lib.ui.charts.show import key
from vopt_lib.words import N_, Words

FEW_LISTINGS = 20
"""Below so many listings, a tenth of them is one or two: the outer quantiles are chance."""

LOW_SHARE = 0.2
"""Below this share of the catalogue seen, what was seen may not be like the rest."""

WEAK_STRIP = 3
LABEL_HEIGHT = 15
AXIS_ROOM = 34

MEDIAN = "price_eur_median"
INNER = ("price_eur_p25", "price_eur_p75")
OUTER = ("price_eur_p10", "price_eur_p90")
BANDS = ((OUTER, theme.BAND), (INNER, theme.INNER_BAND))


def price_band(days: pl.DataFrame, words: Words, *, height: int = 260) -> alt.LayerChart:
    """Asked prices per day: the median as a line, half of the listings and eight in ten as bands.

    Days without a median are gaps. Where the figures rest on few listings, or on a small share of the catalogue, a
    strip below says so (`band_key` says what it is). No days at all make an empty chart: show `states.empty` instead.

    Needs: day, price_eur_p10, price_eur_p25, price_eur_median, price_eur_p75, price_eur_p90 (EUR), seen, share_seen.
    """
    known = _known(days)
    steps = axes.money_steps([price for name in (*OUTER, MEDIAN) for price in known[name]])
    first, last = over_days.span(known)
    x = alt.X("day:T", scale=over_days.scale(first, last), axis=over_days.axis(first, last))
    scale = alt.Scale(domain=[steps[0], steps[-1]], nice=False)
    y = alt.Y(f"{MEDIAN}:Q", scale=scale, axis=axes.money_axis(steps))
    layers = [
        *(_band(pair, colour, x, scale) for pair, colour in BANDS),
        *(_lone_band(pair, colour) for pair, colour in BANDS),
        alt.Chart().mark_line(color=theme.ACCENT).encode(x, y, alt.Detail("stretch:N")),
        _lone_dot(x, y),
        _weak_strip(),
        *_newest_labels(),
        over_days.met_dot(alt.Chart().encode(x, y)),
        *over_days.hovered(x, _tooltip(words)),
    ]
    frame = theme.Frame(words, _description(known, words), height)
    newest = _newest(known, words, least_apart=(steps[-1] - steps[0]) * LABEL_HEIGHT / (height - AXIS_ROOM))
    return theme.layered(layers, frame, {"days": axes.rows_of(known), "newest": newest}, _said())


def band_key(days: pl.DataFrame, words: Words) -> Markup:
    """What the line and the bands of `price_band` mean; of the strip below, only where there is one."""
    kinds = [
        ("line", words.say(N_("median"))),
        ("inner", words.say(N_("half of the listings"))),
        ("outer", words.say(N_("eight in ten"))),
    ]
    if _known(days)["weak"].any():
        kinds.append(("weak", words.say(N_("few listings seen"))))
    return key(kinds)


def _known(days: pl.DataFrame) -> pl.DataFrame:
    few = (pl.col("seen") < FEW_LISTINGS).fill_null(False)
    hardly = (pl.col("share_seen") < LOW_SHARE).fill_null(False)
    figures = days.select("day", *OUTER, *INNER, MEDIAN, "seen", "share_seen")
    return figures.pipe(over_days.with_stretches, MEDIAN).with_columns(weak=few | hardly)


def _band(pair: tuple[str, str], colour: str, x: alt.X, scale: alt.Scale) -> alt.Chart:
    low, high = pair
    area: alt.Chart = alt.Chart().mark_area(color=colour, opacity=1).encode(x, alt.Detail("stretch:N"))
    return area.encode(alt.Y(f"{low}:Q", scale=scale), alt.Y2(high))


def _lone_band(pair: tuple[str, str], colour: str) -> alt.Chart:
    """The band of a day without neighbours: no area can be drawn through it, so it is as wide as the day."""
    low, high = pair
    bar: alt.Chart = over_days.wide().mark_rect(color=colour, clip=True).transform_filter("datum.lone")
    return bar.encode(alt.Y(f"{low}:Q"), alt.Y2(high))


def _lone_dot(x: alt.X, y: alt.Y) -> alt.Chart:
    dot: alt.Chart = alt.Chart().mark_point(filled=True, opacity=1, size=28, color=theme.ACCENT).encode(x, y)
    return dot.transform_filter("datum.lone")


def _weak_strip() -> alt.Chart:
    strip: alt.Chart = (
        over_days.wide().mark_rect(color=theme.MUTED, opacity=0.5, clip=True).transform_filter("datum.weak")
    )
    return strip.encode(y=axes.pixels(f"height - {WEAK_STRIP}"), y2=axes.pixels("height"))


def _newest(known: pl.DataFrame, words: Words, *, least_apart: float) -> theme.Rows:
    """The newest day's prices, as they are written at the ends of the line and of the inner band."""
    newest = known.select("day", INNER[0], MEDIAN, INNER[1]).tail(1)
    newest = newest.unpivot(index="day", value_name="price").drop_nulls("price")
    places = apart(newest["price"].to_list(), least_apart)
    said = [axes.money_said(price, words) for price in newest["price"]]
    return axes.rows_of(
        newest.select("day", is_median=pl.col("variable") == MEDIAN).with_columns(
            at=pl.Series(places, dtype=pl.Float64), said=pl.Series(said, dtype=pl.String)
        )
    )


def _newest_labels() -> list[alt.Chart]:
    newest = alt.Chart(alt.NamedData("newest")).encode(alt.X("day:T"), alt.Y("at:Q"))
    said = newest.encode(alt.Text("said:N"))
    strong: theme.Look = {"fontSize": 14, "fontWeight": theme.STRONG, "fill": theme.ACCENT}
    return [
        said.mark_text(align="left", dx=8, fill=theme.MUTED).transform_filter("!datum.is_median"),
        said.mark_text(align="left", dx=8, **strong).transform_filter("datum.is_median"),
        newest.mark_point(filled=True, opacity=1, size=40, color=theme.ACCENT).transform_filter("datum.is_median"),
    ]


def apart(values: Sequence[float], least: float) -> list[float]:
    """Where labels of these values, in rising order, stand so that none covers another; the middle one stays.

    Example:
        >>> apart([9.0, 10.0, 40.0], 5.0)
        [5.0, 10.0, 40.0]
    """
    places = list(values)
    middle = len(places) // 2
    for index in range(middle + 1, len(places)):
        places[index] = max(places[index], places[index - 1] + least)
    for index in range(middle - 1, -1, -1):
        places[index] = min(places[index], places[index + 1] - least)
    return places


def _said() -> dict[str, str]:
    share = "isValid(datum.share_seen) ? format(floor(datum.share_seen * 100) / 100, '.0%') : '–'"
    return over_days.pairs_said({"inner": INNER, "outer": OUTER}) | over_days.edges() | {"share": share}


def _tooltip(words: Words) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("day:T", title=words.say(N_("Day")), format=over_days.SAID),
        alt.Tooltip(f"{MEDIAN}:Q", title=words.say(N_("Median price")), format="$,.2f"),
        alt.Tooltip("inner:N", title=words.say(N_("Half of the listings"))),
        alt.Tooltip("outer:N", title=words.say(N_("Eight in ten"))),
        alt.Tooltip("seen:Q", title=words.say(N_("Listings seen")), format=",.0f"),
        alt.Tooltip("share:N", title=words.say(N_("Share seen"))),
    ]


def _description(known: pl.DataFrame, words: Words) -> str:
    if known.is_empty():
        return words.say(N_("Asked prices per day: nothing known yet."))
    newest = known.row(-1, named=True)
    prices = {name: words.money(newest[name]) for name in (*OUTER, *INNER, MEDIAN) if newest[name] is not None}
    said = words.say(
        N_("Asked prices per day, {first} to {last}. On {last} the median was {median}."),
        **{"first": known["day"][0], "last": newest["day"], "median": prices[MEDIAN]},
    )
    if len(prices) < 5:
        return said
    spread = N_("Half of the listings asked {p25} to {p75}, eight in ten {p10} to {p90}.")
    return f"{said} {words.say(spread, **{name.removeprefix('price_eur_'): price for name, price in prices.items()})}"
