"""This is where it is said how prices move: what changed and whether that is more than chance, and what comes next."""

from __future__ import annotations

import polars as pl
from markupsafe import Markup

from vopt_lib.schema.trends import Change, Forecast, Season, TooLittle, Trend
from vopt_lib.ui.cells import change_words
from vopt_lib.ui.charts import changes_with_intervals, price_trend, shown, trend_key
from vopt_lib.ui.charts.trend import interval_words
from vopt_lib.ui.layout import card, grid
from vopt_lib.ui.markup import tag
from vopt_lib.ui.tables import Column, table
from vopt_lib.words import N_, Words
from vopt_lib.words.forms import date_form

MOST_BRANDS = 12
FEWEST_WEEKS = 2


def section(trend: Trend | None, words: Words) -> Markup:
    """All that is known of how prices move, as cards; nothing where there is no trend."""
    if trend is None:
        return Markup("")
    seasons = [_weekdays_card(trend.weekdays, words), _months_card(trend.months, words)]
    beside = [one for one in (_brands_card(trend, words), *seasons) if one]
    return grid(trend_card(trend, words), grid(*beside, columns=min(len(beside), 2)) if beside else None, columns=1)


def trend_card(trend: Trend, words: Words) -> Markup:
    """The weeks and the days to come, what changed in words, and the figures of each week."""
    ahead = trend.forecast.days if isinstance(trend.forecast, Forecast) else _NO_DAYS
    drawn = None
    if trend.weeks.height >= FEWEST_WEEKS:
        newest = trend.days.filter(pl.col("day") >= trend.weeks["begins_on"][0])
        chart = price_trend(trend.weeks, newest, ahead, words)
        drawn = shown(chart, above=trend_key(words, has_forecast=not ahead.is_empty()))
    said = (_changed(trend.change, words), _comes(trend.forecast, words), _seasons(trend, words))
    return card(
        *(tag("p", *pair, class_="vopt-said") for pair in said if pair),
        drawn,
        _week_by_week(trend.weeks, words),
        title=words.say(N_("Where prices are going")),
        note=words.say(N_("Asked prices in euro. A week is seven days up to the newest day.")),
    )


def change_in_words(change: Change | TooLittle, words: Words) -> str:
    """The change of a week with its interval, and whether it may be chance: "+3.0% (−1.0% to +7.0%): may be chance"."""
    if isinstance(change, TooLittle):
        return lacking(change, words)
    judged = N_("{change} ({between}): may be chance")
    if not change.may_be_chance:
        judged = N_("{change} ({between}): more than chance")
    between = interval_words(change.low, change.high, words)
    return words.say(judged, change=change_words(change.share, words), between=between)


def lacking(lack: TooLittle, words: Words) -> str:
    """What is missing for an answer."""
    return words.say(lack.sentence, known=lack.known, needed=lack.needed)


_NO_DAYS = pl.DataFrame(schema={"day": pl.Date, "median": pl.Float64, "low": pl.Float64, "high": pl.Float64})
_Said = tuple[Markup, str]


def _said(topic: str, text: str) -> _Said:
    return tag("strong", topic), f" {text}"


def _changed(change: Change | TooLittle, words: Words) -> _Said:
    return _said(words.say(N_("This week against the week before:")), change_in_words(change, words))


def _comes(forecast: Forecast | TooLittle, words: Words) -> _Said:
    topic = words.say(N_("What comes next:"))
    if isinstance(forecast, TooLittle):
        return _said(topic, lacking(forecast, words))
    last = forecast.days.row(-1, named=True)
    prices = {name: words.money(last[name]) for name in ("median", "low", "high")}
    told = words.say(N_("on {day} a median of about {median} ({low} to {high})."), day=last["day"], **prices)
    return _said(topic, f"{told} {_judged(forecast, words)}")


def _judged(forecast: Forecast, words: Words) -> str:
    """How good the forecast was when it was asked for what is known by now."""
    if forecast.error_share is None:
        return words.say(N_("This repeats the newest week (seasonal naive): its prices hardly moved."))
    share = words.percent(forecast.error_share)
    if forecast.method == "seasonal_naive":
        told = N_(
            "This repeats the newest week (seasonal naive): tried on the last {n} days, a damped trend was no better "
            "(its error was {share} of that)."
        )
    else:
        told = N_(
            "This is a damped trend: tried on the last {n} days, its error was {share} of that of repeating the week "
            "(seasonal naive)."
        )
    return words.say(told, n=forecast.origins, share=share)


def _seasons(trend: Trend, words: Words) -> _Said | None:
    """What is said of weekdays and months where there is nothing to draw."""
    told = []
    if isinstance(trend.weekdays, TooLittle):
        told.append((N_("Weekdays:"), lacking(trend.weekdays, words)))
    elif not trend.weekdays.stands_out:
        told.append((N_("Weekdays:"), words.say(N_("none is dearer or cheaper by more than chance."))))
    elif isinstance(trend.months, TooLittle):
        told.append((N_("Months:"), lacking(trend.months, words)))
    return _said(words.say(told[0][0]), told[0][1]) if told else None


def _week_by_week(weeks: pl.DataFrame, words: Words) -> Markup | None:
    if weeks.is_empty():
        return None
    title = words.say(N_("Week by week"))
    columns = (
        Column("ends_on", words.say(N_("Week to")), "day"),
        Column("days_known", words.say(N_("Days known")), "count"),
        Column("price_eur_p25", words.say(N_("A quarter ask less than")), "money"),
        Column("price_eur_median", words.say(N_("Median price")), "money"),
        Column("price_eur_p75", words.say(N_("A quarter ask more than")), "money"),
        Column("new", words.say(N_("New")), "count"),
        Column("gone", words.say(N_("Gone")), "count"),
    )
    rows = table(weeks.reverse(), columns, words, caption=title)
    return tag("details", tag("summary", title), rows, class_="vopt-more")


def _brands_card(trend: Trend, words: Words) -> Markup | None:
    """The brands that move more than chance, and beside them those with the most listings."""
    if trend.brands.is_empty():
        return None
    moving = trend.brands.filter(pl.col("moves").is_not_null())
    others = trend.brands.filter(pl.col("moves").is_null()).sort("seen", descending=True)
    drawn = pl.concat([_first(moving), others]).head(MOST_BRANDS).sort("change", descending=True)
    rows = drawn.select("change", "low", "high", title="brand", is_sure=pl.col("moves").is_not_null())
    if moving.is_empty():
        note = words.say(N_("No brand moved by more than chance this week."))
    else:
        note = words.say(N_("Brands drawn strong moved by more than chance this week; of the others nobody can tell."))
    explained = words.say(
        N_(
            "Median asked price, this week against the week before; the line is true 8 times in 10. Brands with fewer "
            "than 20 listings are left out."
        )
    )
    return card(
        shown(changes_with_intervals(rows, words)), title=words.say(N_("Brands that rise and fall")), note=note,
        foot=explained,
    )  # fmt: skip


def _first(moving: pl.DataFrame) -> pl.DataFrame:
    return moving.sort(pl.col("weighed").abs(), descending=True)


def _weekdays_card(season: Season | TooLittle, words: Words) -> Markup | None:
    if isinstance(season, TooLittle) or not season.stands_out:
        return None
    sunday, *others = date_form(words.language)["days"]
    note = words.say(N_("Median asked price of each weekday against the week around it."))
    return _season_card(words.say(N_("Weekdays")), season, [*others, sunday], note, words=words)


def _months_card(season: Season | TooLittle, words: Words) -> Markup | None:
    if isinstance(season, TooLittle) or not season.stands_out:
        return None
    names = date_form(words.language)["months"]
    note = words.say(N_("Median asked price of each month against the line through all months."))
    return _season_card(words.say(N_("Months")), season, names, note, words=words)


def _season_card(title: str, season: Season, names: list[str], note: str, *, words: Words) -> Markup:
    parts = season.parts.select("low", "high", change="share", is_sure="stands_out").with_columns(
        title=pl.Series(names, dtype=pl.String)
    )
    return card(shown(changes_with_intervals(parts, words)), title=title, note=note)
