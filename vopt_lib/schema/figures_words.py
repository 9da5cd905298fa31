"""This is where a shop's figures get their words, the same at a terminal and on a page."""

from __future__ import annotations

from typing import Final

from vopt_lib.schema.own_figures import REPORTED_AMOUNT, REPORTED_SALES, Ageing, Figures, Reported, Total
from vopt_lib.words import N_, Words

UNKNOWN: Final = "–"


def amount_words(total: Total, currency: str, words: Words) -> str:
    """The sum as she reads it; a dash where no sale tells it."""
    return UNKNOWN if total.amount is None else words.money(total.amount, currency)


def missing_words(total: Total, words: Words) -> str:
    """How many sales do not tell their amount; nothing where all do."""
    if not total.missing:
        return ""
    return words.count(N_("{n} sale without an amount"), N_("{n} sales without an amount"), total.missing)


def revenue_words(figures: Figures, words: Words) -> str:
    """What is to be known of the revenue: whose amount is missing, and whose is only what was asked."""
    at_asked = words.count(N_("{n} at the asked price"), N_("{n} at the asked price"), figures.at_asked)
    return ", ".join(
        part for part in (missing_words(figures.revenue, words), at_asked if figures.at_asked else "") if part
    )


def profit_words(figures: Figures, words: Words) -> str:
    """Of how many sales the profit is told, where it is not of all."""
    if not figures.profit.missing:
        return ""
    known = figures.sales - figures.profit.missing
    return words.say(N_("{known} of {n} sales tell cost and received"), known=known, n=figures.sales)


def days_words(figures: Figures, words: Words) -> str:
    """The median of days on market."""
    if figures.days_on_market is None:
        return UNKNOWN
    return words.number(figures.days_on_market, 0 if figures.days_on_market >= 10 else 1)


def share_words(share: float | None, words: Words) -> str:
    """A share as she reads it; a dash where nobody knows."""
    return UNKNOWN if share is None else words.percent(share)


def age_words(age: Ageing, words: Words) -> str:
    """The days since things were listed: "31–60 days", "more than 90 days"."""
    if age.to_days is None:
        return words.say(N_("more than {n} days"), n=age.from_days - 1)
    return words.say(N_("{first}–{last} days"), first=age.from_days, last=age.to_days)


def reported_words(one: Reported, words: Words) -> str:
    """How near a person is to what a marketplace reports, in a sentence."""
    counted = N_("{sales} of {most} sales and {amount} of {limit}")
    return words.say(
        counted,
        sales=one.sales,
        most=REPORTED_SALES,
        amount=words.money(one.amount),
        limit=words.money(REPORTED_AMOUNT, digits=0),
    )
