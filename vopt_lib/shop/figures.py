"""This is where the figures of a shop are worked out: one definition each, whoever asks and however it is grouped.

Only completed sales are money. Currencies are never added, and what nobody knows is counted, never taken for 0.
docs/figures.md says the same in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

import polars as pl

from vopt_lib.schema.own_figures import Figures, Groups, InCurrency, Period, Total, Waiting
from vopt_lib.shop.books import COMPLETED, Books
from vopt_lib.shop.states import State

Row = Mapping[str, Any]

_EVERYTHING: Final = pl.lit(0)
_GAIN: Final = pl.col("received") - pl.col("cost")
_TELLS_GAIN: Final = _GAIN.is_not_null()
_IS_COUNTED: Final = pl.col("amount").is_not_null() & (pl.col("things") > 0)

_SUMMED: Final = ("amount", "received", "fee", "cost")

_OF_SALES: Final = {
    "sales": pl.len(),
    "things": pl.col("things").sum(),
    "at_asked": pl.col("at_asked").sum(),
    "days_on_market": pl.col("days").explode().median(),
    **{name: pl.col(name).sum() for name in _SUMMED},
    **{f"{name}_missing": pl.col(name).null_count() for name in _SUMMED},
    "gain": _GAIN.sum(),
    "gain_missing": _GAIN.null_count(),
    "gain_received": pl.col("received").filter(_TELLS_GAIN).sum(),
    "counted_amount": pl.col("amount").filter(_IS_COUNTED).sum(),
    "counted_things": pl.col("things").filter(_IS_COUNTED).sum(),
}
"""What a group of completed sales adds up to, in cents."""

_OFFERED: Final = ("item_id", "listed_at", "until", "state")
"""What says whether a thing was on sale, and sold."""


def currencies(books: Books) -> tuple[str, ...]:
    """The currencies in these books, the one with the most sales first."""
    counted = pl.concat(
        [
            books.sales.select("currency", weight=1),
            books.expenses.select("currency", weight=0),
            books.offers.select("currency", weight=0),
        ]
    )
    found = (
        counted.group_by("currency").agg(pl.col("weight").sum()).sort("weight", "currency", descending=[True, False])
    )
    return tuple(found["currency"])


def in_currency(books: Books, currency: str, period: Period) -> InCurrency:
    """All figures of a period in one currency, and the same by person, catalogue and brand."""
    here = _within(books, currency, period)
    by = (_grouped(here, pl.col(name), period) for name in ("person_id", "catalog_id", "brand"))
    return InCurrency(currency, _whole(here, period), *by)


def figures(books: Books, currency: str, period: Period) -> Figures:
    """All figures of a period, of which the books are, or of a longer one, in one currency."""
    return _whole(_within(books, currency, period), period)


def grouped(books: Books, by: pl.Expr, *, currency: str, period: Period) -> Groups:
    """The same figures for each value of `by` (pl.col("person_id"), pl.col("catalog_id"), pl.col("brand")), the one
    with the most sales first.
    """
    return _grouped(_within(books, currency, period), by, period)


def over_time(books: Books, step: str, *, currency: str, period: Period) -> Groups:
    """The same figures for each day, week or month of the period (step "1d", "1w", "1mo"), by its first day."""
    here = _within(books, currency, period)
    days = pl.date_range(period.first, period.last, "1d", eager=True).alias("day").to_frame()
    begun = pl.col("day").dt.truncate(step).alias("key")
    steps = days.group_by(begun).agg(first=pl.col("day").min(), last=pl.col("day").max()).sort("key")
    offers = here.offers.select(*_OFFERED)
    offered = [_offered(offers, Period(first, last), pl.lit(key).alias("key")) for key, first, last in steps.rows()]
    known = _figures_of(here, begun, pl.concat(offered))
    return {key: known[key] for key in steps["key"]}


def waiting(sales: pl.DataFrame) -> dict[str, Waiting]:
    """What is to come, by currency, of such sales (`Books.waiting`)."""
    amount = pl.col("amount")
    summed = sales.group_by("currency").agg(sales=pl.len(), amount=amount.sum(), missing=amount.null_count())
    return {
        row["currency"]: Waiting(row["sales"], total(row["amount"], row["missing"], of=row["sales"]))
        for row in summed.iter_rows(named=True)
    }


def total(cents: int, missing: int, *, of: int) -> Total:
    """So many cents, which so many `of` them do not tell."""
    return Total(None if missing == of > 0 else money(cents), missing)


def money(cents: int) -> Decimal:
    """The amount of so many cents.

    Example:
        >>> money(1250)
        Decimal('12.50')
    """
    return Decimal(cents).scaleb(-2)


def _within(books: Books, currency: str, period: Period) -> Books:
    """What is in this currency, and sold and spent in this period; `_offered` knows what was on sale in it."""
    here, is_then = books.only(pl.col("currency") == currency), pl.col("day").is_between(period.first, period.last)
    return replace(here, sales=here.sales.filter(is_then), expenses=here.expenses.filter(is_then))


def _whole(here: Books, period: Period) -> Figures:
    return _grouped(here, _EVERYTHING, period).get(0, Figures())


def _grouped(here: Books, by: pl.Expr, period: Period) -> Groups:
    key = by.alias("key")
    return _figures_of(here, key, _offered(here.offers, period, key))


def _offered(offers: pl.DataFrame, period: Period, key: pl.Expr) -> pl.DataFrame:
    """How many things were on sale at some time of the period, and how many of them were sold in it."""
    begin, end, until = pl.lit(period.begin), pl.lit(period.end), pl.col("until")
    was_there = (pl.col("listed_at") < end) & (until.is_null() | (until >= begin))
    was_sold = (pl.col("state") == State.SOLD) & (until < end)
    there = offers.filter(was_there).group_by(key)
    return there.agg(offered=pl.col("item_id").n_unique(), offered_sold=pl.col("item_id").filter(was_sold).n_unique())


def _figures_of(here: Books, key: pl.Expr, offered: pl.DataFrame) -> Groups:
    sold = here.sales.filter(pl.col("state") == COMPLETED).group_by(key).agg(**_OF_SALES)
    spent = here.expenses.group_by(key).agg(expenses=pl.col("amount").sum())
    rows = sold.join(spent, on="key", how="full", coalesce=True, nulls_equal=True)
    rows = rows.join(offered, on="key", how="full", coalesce=True, nulls_equal=True)
    rows = rows.with_columns(pl.all().exclude("key", "days_on_market").fill_null(0))
    ordered = rows.sort("sales", "key", descending=[True, False], nulls_last=True)
    return {row["key"]: _figures(row) for row in ordered.iter_rows(named=True)}


def _figures(row: Row) -> Figures:
    sums = {name: total(row[name], row[f"{name}_missing"], of=row["sales"]) for name in _SUMMED}
    gain = total(row["gain"] - row["expenses"], row["gain_missing"], of=row["sales"])
    return Figures(
        sales=row["sales"],
        things=row["things"],
        revenue=sums["amount"],
        at_asked=row["at_asked"],
        received=sums["received"],
        fees=sums["fee"],
        cost=sums["cost"],
        expenses=money(row["expenses"]),
        profit=gain,
        margin=float(gain.amount / money(row["gain_received"])) if gain.amount and row["gain_received"] else None,
        average_price=_each(row["counted_amount"], row["counted_things"]),
        days_on_market=row["days_on_market"],
        sell_through=row["offered_sold"] / row["offered"] if row["offered"] else None,
    )


def _each(cents: int, things: int) -> Decimal | None:
    if not things:
        return None
    return (money(cents) / things).quantize(Decimal("0.01"), ROUND_HALF_UP)
