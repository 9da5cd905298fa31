"""This is where it is remembered which column of a table file is what, for the next file with the same heads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from vopt_lib.schema.own_tables import Columns
from vopt_lib.shop.tables import ColumnMapping


def read_mapping(session: Session, household_id: int, head_sha256: str) -> Columns | None:
    """{field: head} as it was said last of such a table; None: never."""
    kept = session.get(ColumnMapping, (head_sha256, household_id))
    return dict(kept.columns) if kept else None


def write_mapping(session: Session, household_id: int, head_sha256: str, columns: Columns, *, at: datetime) -> None:
    """Remember it from now on."""
    kept = session.get(ColumnMapping, (head_sha256, household_id))
    if kept is None:
        kept = ColumnMapping(household_id=household_id, head_sha256=head_sha256)
        session.add(kept)
    kept.columns, kept.used_at = dict(columns), at
