"""This is where it is drawn how prices that were told agree with prices that are asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import altair as alt
from markupsafe import Markup

from vopt_lib.schema.model_card import PriceBand
from vopt_lib.ui import theme
from vopt_lib.ui.charts import axes
from vopt_lib.ui.charts.show import key
from vopt_lib.words import N_, Words

HEIGHT: Final = 260
MEANT: Final = (0.1, 0.5, 0.9)
"""Shares of asked prices that are meant to lie below the interval's lower end, its middle and its upper end."""

TICKS: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0)


def told_and_asked(bands: Sequence[PriceBand], words: Words) -> alt.LayerChart:
    """The median asked price over the median told price of things of about one price; on the line, both agree."""
    rows = [_band(one, words) for one in bands]
    ends = [amount for one in bands for amount in (one.told_eur, one.asked_eur) if amount > 0] or [1.0, 10.0]
    low, high = min(ends) / 1.15, max(ends) * 1.15
    scale = alt.Scale(type="log", domain=[low, high], nice=False)
    axis = axes.money_axis([tick for tick in TICKS if low <= tick <= high])
    x, y = alt.X("told:Q", scale=scale, axis=axis), alt.Y("asked:Q", scale=scale, axis=axis)
    diagonal = alt.Chart(alt.NamedData("ends")).mark_line(color=theme.MUTED, strokeWidth=1.5, strokeDash=[4, 3])
    dots = alt.Chart().mark_circle(color=theme.ACCENT, opacity=1, size=90)
    said = [
        alt.Tooltip("told_said:N", title=words.say(N_("Told"))),
        alt.Tooltip("asked_said:N", title=words.say(N_("Asked"))),
        alt.Tooltip("rows:Q", title=words.say(N_("Listings")), format=",.0f"),
    ]
    line = [{"told": low, "asked": low}, {"told": high, "asked": high}]
    frame = theme.Frame(words, _agreement_said(bands, words), HEIGHT)
    return theme.layered([diagonal.encode(x, y), dots.encode(x, y, tooltip=said)], frame, {"bands": rows, "ends": line})


def shares_below(bands: Sequence[PriceBand], words: Words) -> alt.LayerChart:
    """Shares of asked prices below the interval, below its middle and below its end, over the told price."""
    rows = [_band(one, words) | {"below": share, "end": end} for one in bands for end, share in _shares(one)]
    ends = [one.told_eur for one in bands if one.told_eur > 0] or [1.0, 10.0]
    low, high = min(ends) / 1.1, max(ends) * 1.1
    scale = alt.Scale(type="log", domain=[low, high], nice=False)
    x = alt.X("told:Q", scale=scale, axis=axes.money_axis([tick for tick in TICKS if low <= tick <= high], grid=False))
    shares = alt.Scale(domain=[0, 1], nice=False)
    y = alt.Y("below:Q", scale=shares, axis=alt.Axis(values=[0.0, *MEANT, 1.0], format=".0%", title=None))
    meant = alt.Chart(alt.NamedData("meant")).mark_rule(color=theme.MUTED, strokeDash=[4, 3])
    said = [
        alt.Tooltip("told_said:N", title=words.say(N_("Told"))),
        alt.Tooltip("below:Q", title=words.say(N_("Asked prices below it")), format=".0%"),
        alt.Tooltip("rows:Q", title=words.say(N_("Listings")), format=",.0f"),
    ]
    base = alt.Chart().encode(x, y, detail="end:N")
    layers = [
        meant.encode(alt.Y("at:Q", scale=shares)),
        base.mark_line(color=theme.ACCENT),
        base.mark_circle(color=theme.ACCENT, opacity=1, size=60).encode(tooltip=said),
    ]
    frame = theme.Frame(words, words.say(N_("How many asked prices lie below each end of what was told.")), HEIGHT)
    return theme.layered(layers, frame, {"bands": rows, "meant": [{"at": share} for share in MEANT]})


def calibration_key(words: Words, *, found: str, meant: str) -> Markup:
    """What was found, and what was meant."""
    return key([("line", found), ("usual", meant)])


def _shares(band: PriceBand) -> Sequence[tuple[str, float]]:
    return ("low", band.below_low), ("middle", band.below_middle), ("high", band.below_high)


def _band(band: PriceBand, words: Words) -> dict[str, Any]:
    return {
        "told": round(band.told_eur, 2),
        "asked": round(band.asked_eur, 2),
        "rows": band.rows,
        "told_said": words.money(band.told_eur),
        "asked_said": words.money(band.asked_eur),
    }


def _agreement_said(bands: Sequence[PriceBand], words: Words) -> str:
    if not bands:
        return words.say(N_("Nothing is known yet of how told and asked prices agree."))
    farthest = max(bands, key=lambda one: abs(one.asked_eur / one.told_eur - 1) if one.told_eur else 0.0)
    told = N_("Told prices beside asked ones. They are farthest apart where {told} is told and {asked} asked.")
    return words.say(told, told=words.money(farthest.told_eur), asked=words.money(farthest.asked_eur))
