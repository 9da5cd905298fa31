"""This is where the figures of a shop become lines of a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vopt_lib.desk.shop.figures import Earned, Report
from vopt_lib.schema.figures_words import (
    UNKNOWN,
    age_words,
    amount_words,
    days_words,
    missing_words,
    profit_words,
    reported_words,
    revenue_words,
    share_words,
)
from vopt_lib.schema.own_figures import Groups, Stock
from vopt_lib.words import N_, Words

GAP = "  "
MOST_GROUPS = 12
MOST_MONTHS = 24

Line = tuple[str, str, str]
"""What it is, the figure, and what is to be known of it."""


def lines(told: Report, words: Words) -> list[str]:
    """The report for a reader: what was earned in each currency, then what marketplaces count of each person."""
    head = words.say(N_("Sales from {first} to {last}"), first=told.period.first, last=told.period.last)
    found = [f"{head}, {told.person}" if told.person else head]
    if not told.earned:
        return [*found, words.say(N_("Nothing was sold, and nothing is on sale."))]
    for earned in told.earned:
        found += ["", *_aligned([*_figures(earned, words), *_today(earned, words)])]
        found += [line for title, groups in _groups(earned, told, words) for line in ("", title, *groups)]
    counted = [f"{one.person}, {one.channel} {one.year}: {reported_words(one, words)}" for one in told.reported]
    return [*found, "", words.say(N_("What is reported to the tax office (DAC7)")), *counted] if counted else found


def _figures(earned: Earned, words: Words) -> list[Line]:
    now, currency = earned.now.figures, earned.now.currency
    things = words.count(N_("{n} thing"), N_("{n} things"), now.things)
    each = UNKNOWN if now.average_price is None else words.money(now.average_price, currency)
    return [
        (words.say(N_("Sales")), words.number(now.sales), things),
        (words.say(N_("Revenue")), amount_words(now.revenue, currency, words), revenue_words(now, words)),
        (words.say(N_("Received")), amount_words(now.received, currency, words), missing_words(now.received, words)),
        (words.say(N_("Fees")), amount_words(now.fees, currency, words), missing_words(now.fees, words)),
        (words.say(N_("Cost")), amount_words(now.cost, currency, words), missing_words(now.cost, words)),
        (words.say(N_("Expenses")), words.money(now.expenses, currency), ""),
        (words.say(N_("Profit")), amount_words(now.profit, currency, words), profit_words(now, words)),
        (words.say(N_("Margin")), share_words(now.margin, words), ""),
        (words.say(N_("Average price")), each, ""),
        (words.say(N_("Days until sold")), days_words(now, words), ""),
        (words.say(N_("Sell-through")), share_words(now.sell_through, words), ""),
    ]


def _today(earned: Earned, words: Words) -> list[Line]:
    """What is to come, and what is in stock, today."""
    currency, stock, coming = earned.now.currency, earned.stock, earned.waiting
    sales = words.count(N_("{n} sale"), N_("{n} sales"), coming.sales)
    return [
        (words.say(N_("To come")), amount_words(coming.revenue, currency, words), sales),
        *_stock(stock, currency, words),
    ]


def _stock(stock: Stock, currency: str, words: Words) -> list[Line]:
    things = words.count(N_("{n} thing"), N_("{n} things"), stock.things)
    unpriced = words.count(N_("{n} without a cost"), N_("{n} without a cost"), stock.stock_at_cost.missing)
    ages = (
        (f"{GAP}{age_words(age, words)}", amount_words(age.asked, currency, words), str(age.things))
        for age in stock.ageing
        if age.things
    )
    return [
        (words.say(N_("Stock, as asked")), amount_words(stock.stock_at_asked, currency, words), things),
        (
            words.say(N_("Stock, at cost")),
            amount_words(stock.stock_at_cost, currency, words),
            unpriced if stock.stock_at_cost.missing else "",
        ),
        *ages,
    ]


def _groups(earned: Earned, told: Report, words: Words) -> Iterable[tuple[str, list[str]]]:
    """The same by month, person, catalogue and brand: sales and revenue of those that had any."""
    months = {key: f"{key:%Y-%m}" for key in earned.months}
    kinds: Sequence[tuple[str, Groups, Mapping[Any, str]]] = (
        (N_("By month"), earned.months, months),
        (N_("By person"), earned.now.people, told.names),
        (N_("By catalogue"), earned.now.catalogues, told.titles),
        (N_("By brand"), earned.now.brands, {}),
    )
    for title, groups, names in kinds:
        sold = [(key, known) for key, known in groups.items() if known.sales]
        if len(sold) < 2:
            continue
        is_time = groups is earned.months
        shown = sold[-MOST_MONTHS:] if is_time else sold[:MOST_GROUPS]
        rows = [
            (
                UNKNOWN if key is None else names.get(key, str(key)),
                amount_words(known.revenue, earned.now.currency, words),
                words.count(N_("{n} sale"), N_("{n} sales"), known.sales),
            )
            for key, known in shown
        ]
        yield words.say(title), _aligned(rows)


def _aligned(rows: Sequence[Line]) -> list[str]:
    """The rows, figure below figure."""
    names, figures = (max(len(row[place]) for row in rows) for place in (0, 1))
    return [f"{name.ljust(names)}{GAP}{figure.rjust(figures)}{GAP}{note}".rstrip() for name, figure, note in rows]
