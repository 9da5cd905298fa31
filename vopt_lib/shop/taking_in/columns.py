"""This is where columns of rows are set as sources tell them, but for those that a person wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from vopt_lib.shop.tables import Evidence
from vopt_lib.shop.taking_in.facts import Facts, moment, money

COLUMNS: Final = (
    *("title", "description", "brand", "size", "condition_id", "colour", "second_colour", "material", "parcel_size"),
    *("listed_at", "asked", "currency", "url", "catalog_id", "quantity"),
)
"""What sources tell of a listing."""

READ: Final[Mapping[str, Any]] = {
    "asked": money,
    "listed_at": moment,
    "cost": money,
    "bought_on": lambda text: date.fromisoformat(text),
}
"""{column: how its value is read from what a fact keeps}; others are kept as they are."""


def write_row(row: Any, columns: Facts, counts: Counter[str], name: str, *, also_changed: bool = False) -> None:
    """Set columns, and count the row where it is new or another than before. also_changed: what belongs to it is."""
    is_new = row.id is None
    if set_columns(row, columns) or also_changed or is_new:
        counts[f"{name}_new" if is_new else f"{name}_changed"] += 1


def set_columns(row: Any, columns: Mapping[str, Any]) -> bool:
    """Set the columns that no person wrote. Returns whether one was another before."""
    edited = _written(row)
    differing = {name: value for name, value in columns.items() if name not in edited and getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def hand_over(row: Any, other: Any) -> None:
    """Let the columns that a person wrote in a row be so in another one, but for those that she wrote there, too."""
    columns = set(row.__table__.columns.keys()) - {"item_id"}
    wanted = (_written(row) - _written(other)) & columns
    for name in wanted:
        setattr(other, name, getattr(row, name))
    other.edited = sorted({*other.edited, *wanted.intersection(row.edited)})


def _written(row: Any) -> set[str]:
    """The columns that a person wrote: with a state why and since when."""
    edited = set(row.edited or ())
    return edited | {"reason", "ended_at"} if "state" in edited else edited


def note_row(row: Evidence, row_id: int | None) -> None:
    """Remember the row that was made of a fact; None: none was."""
    facts = {name: value for name, value in row.facts.items() if name != "row"}
    if row_id is not None:
        facts["row"] = row_id
    if facts != row.facts:
        row.facts = facts
