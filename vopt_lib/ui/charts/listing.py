"""This is where one listing is drawn: what it asked over time, and where its price stands among others like it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import altair as alt
import polars as pl

from vopt_lib.schema.comparables import FairPrice
from vopt_lib.ui import theme
from vopt_lib.ui.charts import axes
from vopt_lib.words import N_, Words

STEPS_HEIGHT = 180
AMONG_HEIGHT = 132
MOST_TIMES = 5


def price_steps(prices: pl.DataFrame, words: Words, *, currency: str = "EUR") -> alt.LayerChart:
    """What a listing asked, from each change until the next; between two spells, while it was gone, is no line.

    Needs: at (UTC), amount, spell, in order of time; the last row of a spell is its last sighting.
    """
    known = prices.select("at", pl.col("amount").cast(pl.Float64), pl.col("spell").cast(pl.String)).drop_nulls("amount")
    steps = axes.money_steps([0.0, *known["amount"].to_list()])
    times = known["at"].to_list()
    x = alt.X("at:T", scale=alt.Scale(nice=False), axis=_times(times))
    y = alt.Y(
        "amount:Q",
        scale=alt.Scale(domain=[steps[0], steps[-1]], nice=False),
        axis=axes.money_axis(steps) if currency == "EUR" else alt.Axis(values=steps, format=",.2f", title=currency),
    )
    line = alt.Chart().mark_line(color=theme.ACCENT, interpolate="step-after").encode(x, y, alt.Detail("spell:N"))
    dot = alt.Chart().mark_point(filled=True, opacity=1, size=36, color=theme.ACCENT).encode(x, y)
    said = [alt.Tooltip("when:N", title=words.say(N_("When"))), alt.Tooltip("price:N", title=words.say(N_("Price")))]
    hit = alt.Chart().mark_point(filled=True, opacity=0, size=400).encode(x, y, tooltip=said)
    told = known.with_columns(
        when=pl.Series([words.moment(at) for at in times], dtype=pl.String),
        price=pl.Series([words.money(one, currency) for one in known["amount"]], dtype=pl.String),
        at=pl.col("at").dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    frame = theme.Frame(words, _steps_said(known, words, currency), STEPS_HEIGHT)
    return theme.layered([line, dot, hit], frame, {"prices": axes.rows_of(told)})


def price_among(comparables: pl.DataFrame, fair: FairPrice, words: Words, *, own: float | None) -> alt.LayerChart:
    """The adjusted prices of comparables as dots, the band in which eight in ten lie, and the listing's own price.

    Needs: adjusted_eur, price_eur, title. `own`: what the listing asks, EUR; None: nothing is marked.
    """
    known = comparables.select(pl.col("adjusted_eur").round(2), "price_eur").drop_nulls()
    dots = known.with_columns(
        adjusted=pl.Series([words.money(one) for one in known["adjusted_eur"]], dtype=pl.String),
        asked=pl.Series([words.money(one) for one in known["price_eur"]], dtype=pl.String),
    )
    ends = [*dots["adjusted_eur"].to_list(), fair.low, fair.high, *([] if own is None else [own])]
    steps = axes.round_steps(min(ends), max(ends), most=7)
    scale = alt.Scale(domain=[steps[0], steps[-1]], nice=False)
    x = alt.X("at:Q", scale=scale, axis=axes.money_axis(steps))
    band = alt.Chart(alt.NamedData("band")).mark_rect(color=theme.BAND).encode(x, alt.X2("to"))
    dot = alt.Chart().mark_circle(color=theme.MUTED, opacity=0.7, size=70)
    said = [
        alt.Tooltip("adjusted:N", title=words.say(N_("Adjusted price"))),
        alt.Tooltip("asked:N", title=words.say(N_("Asked price"))),
    ]
    dotted = dot.encode(alt.X("adjusted_eur:Q", scale=scale), y=axes.pixels("height - 18"), tooltip=said)
    marks = _marks(fair, own, words, steps)
    band_of = {"at": fair.low, "to": fair.high, "said": words.say(N_("eight in ten"))}
    frame = theme.Frame(words, _among_said(fair, own, words), AMONG_HEIGHT)
    rows = {"dots": axes.rows_of(dots), "band": [band_of], "marks": marks}
    return theme.layered([band, dotted, *_mark_layers(scale)], frame, rows)


def _marks(fair: FairPrice, own: float | None, words: Words, steps: Sequence[float]) -> theme.Rows:
    """The upright lines of the middle and of the own price, labelled one below the other."""
    told = [(fair.middle, words.say(N_("middle {price}"), price=axes.money_said(fair.middle, words)), False, 0)]
    if own is not None:
        told.append((own, words.say(N_("this listing {price}"), price=axes.money_said(own, words)), True, 1))
    centre = (steps[0] + steps[-1]) / 2
    return [
        {"at": at, "said": said, "is_own": is_own, "row": row, "to_left": at > centre} for at, said, is_own, row in told
    ]


def _mark_layers(scale: alt.Scale) -> list[alt.Chart]:
    base = alt.Chart(alt.NamedData("marks")).encode(x=alt.X("at:Q", scale=scale), y=axes.pixels("18 * datum.row + 6"))
    label = base.encode(alt.Text("said:N"))
    return [
        base.mark_rule(color=theme.INK, strokeDash=[3, 3])
        .encode(y2=axes.pixels("height"))
        .transform_filter("!datum.is_own"),
        base.mark_rule(color=theme.ACCENT, strokeWidth=2.5)
        .encode(y2=axes.pixels("height"))
        .transform_filter("datum.is_own"),
        label.mark_text(align="right", dx=-6, dy=6).transform_filter("datum.to_left"),
        label.mark_text(align="left", dx=6, dy=6).transform_filter("!datum.to_left"),
    ]


def _times(times: Sequence[datetime]) -> alt.Axis:
    short = not times or (max(times) - min(times)).days < 2
    form = "%-d %b %H:%M" if short else "%-d %b"
    options: dict[str, Any] = {"format": form, "title": None, "grid": False, "labelFlush": True}
    return alt.Axis(tickCount=MOST_TIMES, labelOverlap=True, **options)


def _steps_said(known: pl.DataFrame, words: Words, currency: str) -> str:
    if known.is_empty():
        return words.say(N_("No price is known."))
    first, last = (known.row(place, named=True) for place in (0, -1))
    prices = {"first": words.money(first["amount"], currency), "last": words.money(last["amount"], currency)}
    told = N_("The asked price from {since} to {until}: at first {first}, at last {last}.")
    return words.say(told, since=first["at"], until=last["at"], **prices)


def _among_said(fair: FairPrice, own: float | None, words: Words) -> str:
    low, middle, high = (words.money(one) for one in (fair.low, fair.middle, fair.high))
    told = words.say(
        N_("Eight in ten listings like it ask {low} to {high}, half of them more than {middle}."),
        low=low,
        middle=middle,
        high=high,
    )
    return told if own is None else f"{told} {words.say(N_('This one asks {price}.'), price=words.money(own))}"
