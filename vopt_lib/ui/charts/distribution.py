"""This is where it is drawn how many listings ask which price, and where her own price stands among them."""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from vopt_lib.ui import theme
from vopt_lib.ui.charts import axes
from vopt_lib.ui.charts.show import PICK
from vopt_lib.words import N_, Words

HEIGHT = 260
LABEL_LINES = 18
FARTHEST = 1.25
"""Her price stands on the axis up to so many times its length; farther away, an arrow points to it."""


def price_distribution(
    bins: pl.DataFrame,
    words: Words,
    *,
    mine: float | None = None,
    picked: tuple[float, float | None] | None = None,
    median: float | None = None,
) -> alt.LayerChart:
    """How many listings ask which price: a bar per price band, the median, and her own price.

    With a band `picked`, the other bars step back. `clickable` lets her pick one.

    Needs: price_from, price_to (EUR; a null price_to is open above and drawn as wide as the bar before), listings.
    """
    known = bins.select("price_from", "price_to", "listings").sort("price_from").pipe(_drawn, picked)
    known = known.with_columns(band=pl.Series([_band_said(row, words) for row in known.to_dicts()], dtype=pl.String))
    shown = _shown(known, mine)
    marks = _marks(words, mine=mine, median=median, shown=shown)
    frame = theme.Frame(words, _description(known, words, mine=mine, median=median), HEIGHT)
    layers = [*_bars(known, words, shown=shown), *_mark_layers()]
    return theme.layered(layers, frame, {"bins": axes.rows_of(known), "marks": marks})


def _shown(known: pl.DataFrame, mine: float | None) -> tuple[float, float]:
    """The prices that the axis reaches over: all bars, and her price unless it lies far away."""
    if known.is_empty():
        return 0.0, 10.0
    low, high = known["price_from"][0], known["drawn_to"][-1]
    near = mine is not None and high < mine <= low + (high - low) * FARTHEST
    return low, (float(mine) if near and mine is not None else high)


def _drawn(bins: pl.DataFrame, picked: tuple[float, float | None] | None) -> pl.DataFrame:
    """Adds: drawn_to (where the bar ends), is_picked (whether the band lies in the picked one), steps_back."""
    width = (pl.col("price_to") - pl.col("price_from")).drop_nulls().last()
    drawn = bins.with_columns(pl.col("price_from", "price_to").cast(pl.Float64)).with_columns(
        drawn_to=pl.col("price_to").fill_null(pl.col("price_from") + pl.coalesce(width, pl.lit(1.0)))
    )
    if picked is None:
        return drawn.with_columns(is_picked=pl.lit(False), steps_back=pl.lit(False))
    low, high = picked
    inside = (pl.col("drawn_to") > float(low)) & (pl.col("price_from") < float("inf" if high is None else high))
    return drawn.with_columns(is_picked=inside, steps_back=~inside)


def _bars(known: pl.DataFrame, words: Words, *, shown: tuple[float, float]) -> list[alt.Chart]:
    """The bars, and over each, from bottom to top, a rectangle that is easy to hit."""
    steps = axes.round_steps(*shown, most=8)
    prices = alt.Scale(domain=list(shown), nice=False)
    counts = axes.whole_steps(known["listings"])
    x = alt.X("price_from:Q", scale=prices, axis=axes.money_axis([s for s in steps if shown[0] <= s <= shown[1]]))
    y_axis = alt.Axis(values=counts, format=",.0f", **axes.count_title(words.say(N_("listings"))))
    y = alt.Y("listings:Q", scale=alt.Scale(domain=[0, counts[-1]], nice=False), axis=y_axis)
    colour = alt.Color(condition={"test": "datum.steps_back", "value": theme.INNER_BAND}, value=theme.ACCENT)
    bar = alt.Chart().mark_rect(xOffset=0.5, x2Offset=-0.5, cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
    pick = alt.selection_point(name=PICK, fields=["price_from", "price_to", "is_picked"], on="click", toggle=False)
    hit = (
        alt.Chart()
        .mark_rect(opacity=0, cursor="pointer")
        .encode(x, alt.X2("drawn_to"), y=axes.pixels("0"), y2=axes.pixels("height"), tooltip=_tooltip(words))
    )
    return [bar.encode(x, alt.X2("drawn_to"), y, alt.Y2Datum(0), colour), hit.add_params(pick)]


def _marks(words: Words, *, mine: float | None, median: float | None, shown: tuple[float, float]) -> theme.Rows:
    """The upright lines of the median and of her own price, and where their labels stand: never across a line."""
    told = ((median, False, N_("median {price}")), (mine, True, N_("your price {price}")))
    marks = [
        _mark(float(price), words.say(label, price=axes.money_said(price, words)), shown) | {"is_mine": is_mine}
        for price, is_mine, label in told
        if price is not None
    ]
    marks.sort(key=lambda mark: mark["share"])
    if not marks:
        return []
    right = marks[-1] | {"to_left": marks[-1]["share"] > 0.6}
    if len(marks) == 1:
        return [right | {"row": 0}]
    left = marks[0] | {"to_left": right["to_left"] and marks[0]["share"] > 0.35}
    return [left | {"row": 0 if right["to_left"] else 1}, right | {"row": 1 if right["to_left"] else 0}]


def _mark(price: float, said: str, shown: tuple[float, float]) -> dict[str, Any]:
    """Where on the axis a price is; one beyond its ends is pointed to."""
    low, high = shown
    share = (price - low) / (high - low)
    pointed = f"← {said}" if share < 0 else f"{said} →" if share > 1 else said
    return {"at": min(max(price, low), high), "share": share, "said": pointed, "is_here": 0 <= share <= 1}


def _mark_layers() -> list[alt.Chart]:
    dashed: theme.Look = {"color": theme.INK, "strokeDash": [3, 3], "strokeWidth": 1}
    plain: theme.Look = {"color": theme.INK, "strokeWidth": 2}
    strong: theme.Look = {"fontWeight": theme.STRONG}
    return [*_marked("!datum.is_mine", dashed, {}), *_marked("datum.is_mine", plain, strong)]


def _marked(whose: str, line: theme.Look, text: theme.Look) -> list[alt.Chart]:
    top = axes.pixels(f"-{LABEL_LINES} * datum.row")
    marks = alt.Chart(alt.NamedData("marks")).encode(x=alt.X("at:Q"), y=top).transform_filter(whose)
    label = marks.encode(alt.Text("said:N"))
    return [
        marks.mark_rule(**line).encode(y2=axes.pixels("height")).transform_filter("datum.is_here"),
        label.mark_text(align="right", dx=-6, dy=-2, **text).transform_filter("datum.to_left"),
        label.mark_text(align="left", dx=6, dy=-2, **text).transform_filter("!datum.to_left"),
    ]


def _band_said(row: dict[str, Any], words: Words) -> str:
    low = words.money(row["price_from"])
    if row["price_to"] is None:
        return words.say(N_("from {price}"), price=low)
    return f"{low} – {words.money(row['price_to'])}"


def _tooltip(words: Words) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("band:N", title=words.say(N_("Asked price"))),
        alt.Tooltip("listings:Q", title=words.say(N_("Listings")), format=",.0f"),
    ]


def _description(known: pl.DataFrame, words: Words, *, mine: float | None, median: float | None) -> str:
    fullest = known.sort("listings", descending=True).head(1).to_dicts()
    sentences = [words.say(N_("How many of the {n} listings ask which price."), n=int(known["listings"].sum()))]
    sentences += [words.say(N_("Most of them: {band}."), band=_band_said(row, words)) for row in fullest]
    if median is not None:
        sentences.append(words.say(N_("The median is {price}."), price=words.money(median)))
    if mine is not None:
        sentences.append(words.say(N_("Your price is {price}."), price=words.money(mine)))
    return " ".join(sentences)
