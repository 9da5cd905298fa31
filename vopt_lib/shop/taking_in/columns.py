"""This is where columns of rows are set as sources tell them, but for those that a person wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from vopt_lib.shop.tables import Evidence
from vopt_lib.shop.taking_in.facts import Facts, moment, money

READ: Final[Mapping[str, Any]] = {
    "asked": money,
    "listed_at": moment,
    "cost": money,
    "bought_on": lambda text: date.fromisoformat(text),
}
"""{column: how its value is read from what a fact keeps}; others are kept as they are."""


def write_row(row: Any, columns: Facts, counts: Counter[str], name: str) -> None:
    """Set columns, and count the row where it is new or another than before."""
    if row.id is None:
        counts[f"{name}_new"] += 1
        set_columns(row, columns)
    elif set_columns(row, columns):
        counts[f"{name}_changed"] += 1


def set_columns(row: Any, columns: Mapping[str, Any]) -> bool:
    """Set the columns that no person wrote. Returns whether one was another before."""
    edited = row.edited or ()
    if "state" in edited:
        edited = (*edited, "reason", "ended_at")
    differing = {name: value for name, value in columns.items() if name not in edited and getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def note_row(row: Evidence, row_id: int | None) -> None:
    """Remember the row that was made of a fact; None: none was."""
    facts = {name: value for name, value in row.facts.items() if name != "row"}
    if row_id is not None:
        facts["row"] = row_id
    if facts != row.facts:
        row.facts = facts
