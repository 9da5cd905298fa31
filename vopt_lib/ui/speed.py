"""This is where it is told how fast things sell, on every page that tells it: figures, curve, what they rest on."""

from __future__ import annotations

import polars as pl
from markupsafe import Markup

from vopt_lib.schema.selling_page import Speed
from vopt_lib.schema.survival import DaysToSell, Interval, Lack, SurvivalCurve
from vopt_lib.schema.tile import Tile
from vopt_lib.ui.cells import MISSING
from vopt_lib.ui.charts import shown, survival_curve, survival_key
from vopt_lib.ui.layout import card
from vopt_lib.ui.states import notice
from vopt_lib.ui.tiles import tiles
from vopt_lib.words import N_, Words


def speed_card(known: Speed, words: Words, *, title: str, whose: str = "") -> Markup:
    """Days to sell: the figures and the curve; else what is missing. whose: the listings it is told of."""
    told = known.told
    if told is None:
        return card(notice(_too_little(known, words)), title=title)
    note = f"{whose} {_rests_on(told, words)}".strip()
    if isinstance(told.curve, Lack):
        return card(notice(words.say(told.curve.sentence)), title=title, note=note)
    lacking = notice(words.say(told.median.sentence)) if isinstance(told.median, Lack) else None
    shows = words.say(N_("Share still unsold by days on sale; what is withdrawn does not count as sold."))
    drawn = _drawn(known, told, told.curve, words)
    return card(lacking, _figures(told, words), drawn, title=title, note=f"{shows} {note}")


def days_tile(told: DaysToSell | None, words: Words) -> Tile:
    """By when half are sold."""
    title = words.say(N_("Half are sold within"))
    if told is None or isinstance(told.median, Lack):
        return Tile(title, MISSING, detail=words.say(N_("not enough evidence")))
    value = words.count(N_("{n} day"), N_("{n} days"), round(told.median.value))
    return Tile(title, value, detail=_days_range(told.median, words))


def _too_little(known: Speed, words: Words) -> str:
    if known.usual is None:
        return words.say(
            N_("Not enough evidence: how fast it sells is told after a week or two of collecting every day.")
        )
    return words.say(N_("Not enough evidence: fewer than 20 listings of this brand were watched."))


def _rests_on(told: DaysToSell, words: Words) -> str:
    return words.count(
        N_("From {n} listing watched from {since} to {until}, of which about {sold} sold."),
        N_("From {n} listings watched from {since} to {until}, of which about {sold} sold."),
        told.listings,
        since=told.since.date(),
        until=told.until.date(),
        sold=round(told.sold),
    )


def _figures(told: DaysToSell, words: Words) -> Markup:
    shares = [
        _share_tile(words.say(N_("Sold within {n} days"), n=within), share, words)
        for within, share in told.sold_within.items()
    ]
    return tiles([days_tile(told, words), *shares], words)


def _share_tile(title: str, share: Interval | Lack, words: Words) -> Tile:
    if isinstance(share, Lack):
        brief = share is Lack.SEEN_BRIEFLY
        missing = words.say(N_("not watched for that long")) if brief else words.say(N_("not enough evidence"))
        return Tile(title, MISSING, detail=missing)
    ends = [words.percent(end) for end in (share.low, share.high) if end is not None]
    return Tile(title, words.percent(share.value), detail=" – ".join(ends))


def _days_range(interval: Interval, words: Words) -> str:
    """Where the truth lies in eight of ten cases: "24 – 27 days"."""
    low, high = (None if end is None else words.number(round(end)) for end in (interval.low, interval.high))
    if low is None or high is None:
        return words.say(N_("from {low} days up"), low=low) if low is not None else ""
    return words.say(N_("{low} to {high} days"), low=low, high=high)


def _drawn(known: Speed, told: DaysToSell, curve: SurvivalCurve, words: Words) -> Markup:
    median = told.median.value if isinstance(told.median, Interval) else None
    usual = known.usual.curve if known.brand and known.usual else None
    beside = _ages(usual) if isinstance(usual, SurvivalCurve) else None
    named = survival_key(words, usual=None if beside is None else words.say(N_("the whole catalogue")))
    return shown(survival_curve(_ages(curve), words, median=median, usual=beside), above=named)


def _ages(curve: SurvivalCurve) -> pl.DataFrame:
    """The curve from the day of listing on: until the first known age, nothing is known to be sold."""
    columns = {"age": curve.days, "unsold": curve.unsold, "unsold_low": curve.low, "unsold_high": curve.high}
    begin = {"age": [0.0], "unsold": [1.0], "unsold_low": [1.0], "unsold_high": [1.0]}
    return pl.concat([pl.DataFrame(begin), pl.DataFrame(columns)])
