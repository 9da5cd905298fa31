"""This is where we count what a marketplace counts of each person before it reports her to the tax office (DAC7)."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from vopt_lib.schema.own_figures import Reported
from vopt_lib.shop.figures import money


def reported(sales: pl.DataFrame, names: Mapping[int, str], year: int) -> tuple[Reported, ...]:
    """Each person, on each marketplace on which she completed one of the sales (`Books.reportable`, those of this
    calendar year); whoever is nearest to a limit first. names: of people, by number.

    The amount is what was received, else what was agreed for the things.
    """
    amount = pl.when(pl.col("currency") == "EUR").then(pl.coalesce("received", "amount"))
    counted = sales.group_by("person_id", "channel").agg(
        sales=pl.len(), amount=amount.sum(), missing=amount.null_count()
    )
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
