"""This is where it is drawn how many listings are still unsold at each age, and by when half of them are sold."""

from __future__ import annotations

import altair as alt
import polars as pl
from markupsafe import Markup

from vopt_lib.ui import theme
from vopt_lib.ui.charts import axes
from vopt_lib.ui.charts.show import key
from vopt_lib.words import N_, Words

HEIGHT = 260
LONGEST_DAYS = 90
"""Later ages are not drawn: what sells after a quarter is not what she waits for."""

QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
STEPS: theme.Look = {"interpolate": "step-after"}
MET = alt.selection_point(name="met", fields=["age"], on="pointerover", clear="pointerout", nearest=True, empty=False)

AGES = ("age", "unsold", "unsold_low", "unsold_high")


def survival_curve(
    curve: pl.DataFrame, words: Words, *, median: float | None = None, usual: pl.DataFrame | None = None
) -> alt.LayerChart:
    """The share still unsold at each age with its 80 % band, and a mark where half are sold.

    `usual` is a second curve to compare with, drawn without a band (`survival_key` says what it is).

    Needs: age (days), unsold, unsold_low, unsold_high (shares; a null end leaves the band out there), both frames.
    """
    known = _drawn(curve)
    beside = known.clear() if usual is None else _drawn(usual)
    last = max([1.0, *known["age"], *beside["age"]])
    steps = [step for step in axes.round_steps(0, last, 7) if step <= last]
    x = alt.X(
        "age:Q",
        scale=alt.Scale(domain=[0, last], nice=False),
        axis=alt.Axis(values=steps, format=",.0f", title=None, grid=False),
    )
    scale = alt.Scale(domain=[0, 1], nice=False)
    y = alt.Y("unsold:Q", scale=scale, axis=alt.Axis(values=list(QUARTERS), format=".0%", title=None))
    low, high = alt.Y("unsold_low:Q", scale=scale), alt.Y2("unsold_high")
    other = alt.Chart(alt.NamedData("usual")).mark_line(color=theme.MUTED, strokeWidth=1.5, **STEPS)
    hovered = alt.Chart().encode(x, y)
    layers = [
        alt.Chart().mark_area(color=theme.BAND, opacity=1, **STEPS).encode(x, low, high),
        other.encode(x, y),
        alt.Chart().mark_line(color=theme.ACCENT, **STEPS).encode(x, y),
        *_median_marks(x, y),
        _dot(hovered).transform_filter(MET),
        hovered.mark_point(opacity=0, size=400).encode(tooltip=_tooltip(words)).add_params(MET),
    ]
    frame = theme.Frame(words, _description(known, words, median), HEIGHT)
    rows = {"ages": axes.rows_of(known), "usual": axes.rows_of(beside), "half": _half(median, last, words)}
    return theme.layered(layers, frame, rows, _said())


def survival_key(words: Words, *, usual: str | None = None) -> Markup:
    """What the line and the band mean, and what the second curve is, if there is one."""
    kinds = [("line", words.say(N_("still unsold"))), ("outer", words.say(N_("80% range")))]
    return key([*kinds, ("usual", usual)] if usual else kinds)


def _drawn(curve: pl.DataFrame) -> pl.DataFrame:
    known = curve.select(AGES).drop_nulls(["age", "unsold"])
    return known.filter(pl.col("age") <= LONGEST_DAYS).sort("age")


def _half(median: float | None, last: float, words: Words) -> theme.Rows:
    """The place where half are sold, if it is known, as it is written there."""
    if median is None or median > last:
        return []
    said = words.count(N_("half sold in {n} day"), N_("half sold in {n} days"), round(median))
    return [{"age": median, "unsold": 0.5, "none": 0.0, "said": said, "to_left": median > last * 0.6}]


def _median_marks(x: alt.X, y: alt.Y) -> list[alt.Chart]:
    half = alt.Chart(alt.NamedData("half"))
    line: theme.Look = {"color": theme.MUTED, "strokeWidth": 1, "strokeDash": [4, 3]}
    text: theme.Look = {"fontSize": 14, "fontWeight": theme.STRONG, "fill": theme.ACCENT}
    said = half.encode(x, y, alt.Text("said:N"))
    return [
        half.mark_rule(**line).encode(x, y, alt.Y2("none")),
        half.mark_rule(**line).encode(x, y, alt.X2("none")),
        _dot(half.encode(x, y)),
        said.mark_text(align="left", dx=8, dy=-12, **text).transform_filter("!datum.to_left"),
        said.mark_text(align="right", dx=-8, dy=16, **text).transform_filter("datum.to_left"),
    ]


def _dot(base: alt.Chart) -> alt.Chart:
    dot: alt.Chart = base.mark_point(
        filled=True, opacity=1, size=70, color=theme.ACCENT, stroke=theme.PAPER, strokeWidth=2
    )
    return dot


def _said() -> dict[str, str]:
    ends = ("unsold_high", "unsold_low")
    low, high = (f"(isValid(datum.{name}) ? format(1 - datum.{name}, '.0%') : '–')" for name in ends)
    return {"sold": "1 - datum.unsold", "range": f"{low} + ' – ' + {high}"}


def _tooltip(words: Words) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("age:Q", title=words.say(N_("Days on sale")), format=",.0f"),
        alt.Tooltip("sold:Q", title=words.say(N_("Sold by then")), format=".0%"),
        alt.Tooltip("range:N", title=words.say(N_("Range"))),
    ]


def _description(known: pl.DataFrame, words: Words, median: float | None) -> str:
    if known.is_empty():
        return words.say(N_("Share of listings still unsold by age: nothing known yet."))
    age, unsold = known.select("age", "unsold").row(-1)
    sentence = N_("Share of listings still unsold by age. After {days} days, {share} are unsold.")
    said = words.say(sentence, days=round(age), share=words.percent(unsold))
    if median is None:
        return said
    return f"{said} {words.say(N_('Half are sold within {days} days.'), days=round(median))}"
