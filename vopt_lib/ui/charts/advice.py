"""This is where it is drawn what asking a price brings: the profit to expect, and the chance that it is sold."""

from __future__ import annotations

from typing import Final

import altair as alt
import polars as pl
from markupsafe import Markup

from vopt_lib.schema.pricing import Advice
from vopt_lib.ui import theme
from vopt_lib.ui.charts import axes
from vopt_lib.ui.charts.show import key
from vopt_lib.words import N_, Words

HEIGHT: Final = 270
LABEL_PX: Final = 17
"""Height of a line of labels; four stand above the curve."""

HEADROOM: Final = HEIGHT / (HEIGHT - 4.5 * LABEL_PX)
"""By how much a scale is longer than its curve, so that labels have room above it."""

LEFT_FROM: Final = 0.7
"""Share of the prices from which on a label stands left of its line: to its right a phone has no room."""

SHARES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
MET = alt.selection_point(
    name="met", fields=["price_eur"], on="pointerover", clear="pointerout", nearest=True, empty=False
)


def profit_by_price(advice: Advice, words: Words) -> alt.LayerChart:
    """The profit to expect at each price, EUR, with the prices that are advised."""
    known = _drawn(advice.curve, "profit_eur")
    highest = max([*known["profit_eur"], 1.0])
    steps = axes.round_steps(min([*known["profit_eur"], 0.0]), highest, 4)
    scale = alt.Scale(domain=[steps[0], steps[0] + (steps[-1] - steps[0]) * HEADROOM], nice=False)
    y = alt.Y("profit_eur:Q", scale=scale, axis=axes.money_axis(steps))
    said = words.say(
        N_("Profit to expect by asked price. It is highest at {price}: {profit}."),
        price=words.money(advice.ask),
        profit=words.money(_at(known, advice.ask, "profit_eur")),
    )
    return _curve(known, y, advice, theme.Frame(words, said, HEIGHT))


def chance_by_price(advice: Advice, words: Words) -> alt.LayerChart:
    """The chance that it is sold within 30 days at each price, with the prices that are advised."""
    known = _drawn(advice.curve, "sold_within_30")
    y = alt.Y(
        "sold_within_30:Q",
        scale=alt.Scale(domain=[0, HEADROOM], nice=False),
        axis=alt.Axis(values=list(SHARES), format=".0%", title=None),
    )
    said = words.say(
        N_("Chance that it is sold within 30 days, by asked price: {share} at {price}."),
        share=words.percent(_at(known, advice.ask, "sold_within_30")),
        price=words.money(advice.ask),
    )
    return _curve(known, y, advice, theme.Frame(words, said, HEIGHT))


def advice_key(words: Words, *, what: str) -> Markup:
    """What the curve and the upright lines mean. what: the curve, in her language."""
    return key([("line", what), ("usual", words.say(N_("prices we advise")))])


def _curve(known: pl.DataFrame, y: alt.Y, advice: Advice, frame: theme.Frame) -> alt.LayerChart:
    """One curve over price, and an upright line at each price that is advised, named above it."""
    words = frame.words
    prices_known = known["price_eur"].to_list() or [0.0, 1.0]
    low, high = prices_known[0], prices_known[-1]
    steps = [step for step in axes.round_steps(low, high, 6) if low <= step <= high]
    prices = alt.Scale(domain=[low, high], nice=False)
    x = alt.X("price_eur:Q", scale=prices, axis=axes.money_axis(steps, grid=False))
    base = alt.Chart().encode(x, y)
    layers = [
        *_mark_layers(prices),
        base.mark_line(color=theme.ACCENT),
        base.mark_point(
            filled=True, opacity=1, size=70, color=theme.ACCENT, stroke=theme.PAPER, strokeWidth=2
        ).transform_filter(MET),
        base.mark_point(opacity=0, size=400).encode(tooltip=_tooltip(words)).add_params(MET),
    ]
    told = {"curve": axes.rows_of(_told(known, words)), "marks": _marks(advice, words, low=low, high=high)}
    return theme.layered(layers, frame, told)


def _drawn(curve: pl.DataFrame, needed: str) -> pl.DataFrame:
    return curve.drop_nulls(["price_eur", needed]).sort("price_eur")


def _at(known: pl.DataFrame, price: float, name: str) -> float:
    """What the curve says at about this price; 0 where it says nothing at all."""
    nearest = known.sort((pl.col("price_eur") - price).abs())[name]
    return float(nearest[0]) if len(nearest) else 0.0


def _told(known: pl.DataFrame, words: Words) -> pl.DataFrame:
    days = [words.number(one, 0) if one is not None else words.say(N_("not known")) for one in known["median_days"]]
    return known.with_columns(days=pl.Series(days, dtype=pl.String))


def _marks(advice: Advice, words: Words, *, low: float, high: float) -> theme.Rows:
    """The advised prices, each on a line of labels of its own; the cheapest on the highest."""
    named = (
        (advice.floor, N_("not below {price}"), False),
        (advice.quick, N_("quick {price}"), False),
        (advice.ask, N_("ask {price}"), True),
        (advice.patient, N_("patient {price}"), False),
    )
    told = sorted((price, words.say(said, price=axes.money_said(price, words)), best) for price, said, best in named)
    return [
        {"at": price, "said": said, "is_best": best, "row": row, "to_left": price > low + LEFT_FROM * (high - low)}
        for row, (price, said, best) in enumerate(told)
        if low <= price <= high
    ]


def _mark_layers(scale: alt.Scale) -> list[alt.Chart]:
    marks = alt.Chart(alt.NamedData("marks")).encode(
        x=alt.X("at:Q", scale=scale), y=axes.pixels(f"{LABEL_PX} * datum.row + 2")
    )
    rule = marks.encode(y2=axes.pixels("height"))
    label = marks.encode(alt.Text("said:N"))
    best: theme.Look = {"fontWeight": theme.STRONG, "fill": theme.ACCENT}
    layers = [
        rule.mark_rule(color=theme.MUTED, strokeDash=[3, 3]).transform_filter("!datum.is_best"),
        rule.mark_rule(color=theme.ACCENT, strokeWidth=2).transform_filter("datum.is_best"),
    ]
    for whose, look in (("datum.is_best", best), ("!datum.is_best", {"fill": theme.INK})):
        for place, align, dx in ((f"datum.to_left && {whose}", "right", -6), (f"!datum.to_left && {whose}", "left", 6)):
            said = label.transform_filter(place)
            halo: theme.Look = {"align": align, "dx": dx, "dy": 8, "stroke": theme.PAPER, "strokeWidth": 5}
            layers += [said.mark_text(**halo), said.mark_text(align=align, dx=dx, dy=8, **look)]  # type: ignore[arg-type]
    return layers


def _tooltip(words: Words) -> list[alt.Tooltip]:
    within = words.say(N_("Sold within {n} days"), n=30)
    return [
        alt.Tooltip("price_eur:Q", title=words.say(N_("Asked price")), format="$,.2f"),
        alt.Tooltip("profit_eur:Q", title=words.say(N_("Profit to expect")), format="$,.2f"),
        alt.Tooltip("sold_within_30:Q", title=within, format=".0%"),
        alt.Tooltip("days:N", title=words.say(N_("Days until half are sold"))),
    ]
