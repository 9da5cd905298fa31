"""This is where a person's year is summed up: plain sums of columns, each by its name, and the two numbers of DAC7.

Only completed sales are summed, each currency by itself; how many of them do not tell an amount stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import case, func, type_coerce

from vopt_lib.schema.own_tables import FIELDS, Cell
from vopt_lib.shop.columns import MoneyType
from vopt_lib.shop.exports import AGREED, COST, Exports, Query, bought, sold, spent
from vopt_lib.shop.sheets import Sheet
from vopt_lib.shop.tables import ChannelAccount, Expense, Item, Order
from vopt_lib.words import N_

_SUMMED: Final = {
    N_("Asked for what was sold"): Order.asked,
    N_("Agreed for what was sold"): AGREED,
    N_("Paid by the buyers"): Order.paid,
    N_("Fees"): Order.fee,
    N_("Shipping of what was sold"): Order.shipping,
    N_("Received in all"): Order.received,
    N_("Cost of what was sold"): COST,
    N_("Received less cost, of sales that tell both"): type_coerce(Order.received - COST, MoneyType()),
}

Row = Sequence[Cell]


def year_sheets(exports: Exports, year: int) -> Iterator[Sheet]:
    """All sheets of a person's year, the summary first."""
    yield summary(exports, year)
    yield exports.sales(year)
    yield exports.purchases(year)
    yield exports.things_bought(year)
    yield exports.expenses(year)
    yield exports.stock(year)


def summary(exports: Exports, year: int) -> Sheet:
    """What was sold, received and spent in this year, and what a marketplace counts of it for the tax office."""
    say = exports.words.say
    rows = [
        (say(N_("Person")), exports.member.name, None, None),
        (say(N_("Year")), str(year), None, None),
        *_sums(exports, year),
        *_spent(exports, year),
        *_reported(exports, year),
    ]
    head = (N_("What"), N_("Value"), FIELDS["currency"].title, N_("Sales that do not tell it"))
    return Sheet(say(N_("Summary")), [say(one) for one in head], rows)


def _sums(exports: Exports, year: int) -> Iterator[Row]:
    columns = [column for amount in _SUMMED.values() for column in (func.sum(amount), func.count(amount))]
    query = _completed(exports, year).with_only_columns(Order.currency, func.count(), *columns)
    for currency, number, *told in exports.session.execute(query.group_by(Order.currency).order_by(Order.currency)):
        yield exports.words.say(N_("Completed sales")), number, currency, None
        for name, amount, telling in zip(_SUMMED, told[::2], told[1::2], strict=True):
            yield exports.words.say(name), amount, currency, number - telling


def _spent(exports: Exports, year: int) -> Iterator[Row]:
    amount: Any
    for name, query, currency, amount in (
        (N_("Expenses"), spent(exports.member, year), Expense.currency, Expense.amount),
        (N_("Cost of things bought"), bought(exports.member, year), Item.currency, Item.cost),
    ):
        summed = query.with_only_columns(currency, func.sum(amount)).group_by(currency).order_by(currency)
        for code, value in exports.session.execute(summed):
            if value is not None:
                yield exports.words.say(name), value, code, None


def _reported(exports: Exports, year: int) -> Iterator[Row]:
    """Completed sales by marketplace, and what was received for them in euro, else agreed.

    Source: Council Directive (EU) 2021/514, annex V.
    """
    consideration = case((Order.currency == "EUR", func.coalesce(Order.received, AGREED)))
    channel, say = ChannelAccount.channel, exports.words.say
    query = _completed(exports, year).with_only_columns(
        channel, func.count(), func.sum(consideration), func.count(consideration)
    )
    for name, number, value, telling in exports.session.execute(query.group_by(channel).order_by(channel)):
        place = name.capitalize()
        yield say(N_("DAC7: number of sales on {place}"), place=place), number, None, None
        told = say(N_("DAC7: sum of consideration on {place}"), place=place)
        yield told, value if value is not None else Decimal("0.00"), "EUR", number - telling


def _completed(exports: Exports, year: int) -> Query:
    return sold(exports.member, year).where(Order.state == "completed")
