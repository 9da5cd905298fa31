"""This is where we count what a marketplace counts of each person before it reports her to the tax office (DAC7)."""

from __future__ import annotations

import polars as pl
from sqlalchemy.orm import Session

from vopt_lib.schema.own_figures import Period, Reported
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.books import completed_sales, names_of
from vopt_lib.shop.figures import money


def reported(session: Session, member: Member, year: int) -> tuple[Reported, ...]:
    """Each person whom she may see, on each marketplace on which she completed a sale in this calendar year; whoever
    is nearest to a limit first.

    The amount is what was received, else what was agreed for the things.
    """
    sales = completed_sales(session, member, Period.of_year(year))
    amount = pl.when(pl.col("currency") == "EUR").then(pl.coalesce("received", "amount"))
    counted = sales.group_by("person_id", "channel").agg(
        sales=pl.len(), amount=amount.sum(), missing=amount.null_count()
    )
    names = names_of(session, member)
    found = [
        Reported(
            row["person_id"],
            names[row["person_id"]],
            row["channel"],
            year,
            row["sales"],
            money(row["amount"]),
            row["missing"],
        )
        for row in counted.iter_rows(named=True)
    ]
    return tuple(sorted(found, key=lambda one: (-one.share, one.person, one.channel)))
