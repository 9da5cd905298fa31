"""This is where a frame is held against its table before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from vopt_lib.errors import ContractBroken
from vopt_lib.schema.tables import Table


def checked(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with its columns in the table's order.

    Raises: ContractBroken when names or dtypes differ, or a column that must not be null is.
    """
    if frame.schema != table.schema:
        _check_names(table, frame)
        frame = frame.select(table.schema.names())
        _check_dtypes(table, frame)
    required = [column.name for column in table.columns if not column.nullable]
    nulls = [(name, frame.get_column(name).null_count()) for name in required]
    empty = [f"{name} is null in {count} rows" for name, count in nulls if count]
    if empty:
        raise ContractBroken(table=table.name, why="; ".join(empty))
    return frame


def checked_partitions(
    table: Table, frame: pl.DataFrame, partitions: Sequence[Mapping[str, str]]
) -> list[dict[str, str]]:
    """The partitions to replace, as plain dicts; `{}` means the whole table, a part of the columns all that match it.

    Raises: ContractBroken when one names a column that is no partition, or a row lies outside all of them.
    """
    for partition in partitions:
        unknown = set(partition) - set(table.partitions)
        if unknown:
            raise ContractBroken(table=table.name, why=f"it is not partitioned by {', '.join(sorted(unknown))}")
    outside = frame.filter(~_in_any(partitions)).height
    if outside:
        raise ContractBroken(table=table.name, why=f"{outside} rows lie outside the partitions to replace")
    return [dict(partition) for partition in partitions]


def _check_names(table: Table, frame: pl.DataFrame) -> None:
    missing = [name for name in table.schema if name not in frame.schema]
    foreign = [name for name in frame.schema if name not in table.schema]
    if missing or foreign:
        parts = [f"missing {', '.join(missing)}"] if missing else []
        parts += [f"unknown {', '.join(foreign)}"] if foreign else []
        raise ContractBroken(table=table.name, why="; ".join(parts))


def _check_dtypes(table: Table, frame: pl.DataFrame) -> None:
    pairs = zip(frame.schema.items(), table.schema.values(), strict=True)
    wrong = [f"{name} is {given}, not {wanted}" for (name, given), wanted in pairs if given != wanted]
    if wrong:
        raise ContractBroken(table=table.name, why="; ".join(wrong))


def _in_any(partitions: Sequence[Mapping[str, str]]) -> pl.Expr:
    inside = pl.lit(False)
    for partition in partitions:
        fits = pl.lit(True)
        for name, value in partition.items():
            fits = fits & (pl.col(name).cast(pl.String) == value)
        inside = inside | fits
    return inside
