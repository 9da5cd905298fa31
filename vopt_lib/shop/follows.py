"""This is where the searches that a household follows are kept."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from vopt_lib.schema.queries import Follow
from vopt_lib.shop import tables


def read_follows(session: Session, household_id: int) -> tuple[Follow, ...]:
    """Everything followed, in the order it was added."""
    rows = session.scalars(
        select(tables.Follow).where(tables.Follow.household_id == household_id).order_by(tables.Follow.position)
    )
    return tuple(
        Follow.from_json(
            {
                "id": row.id,
                "name": row.name,
                "query": row.query,
                "created_at": row.created_at.isoformat(),
                "paused": row.paused,
            }
        )
        for row in rows
    )


def write_follows(session: Session, household_id: int, wanted: Iterable[Follow]) -> None:
    """Follow exactly these, in this order."""
    session.execute(delete(tables.Follow).where(tables.Follow.household_id == household_id))
    session.add_all(
        tables.Follow(
            household_id=household_id,
            id=follow.id,
            name=follow.name,
            query_key=follow.query.key,
            query=follow.as_json()["query"],
            created_at=follow.created_at,
            paused=follow.paused,
            position=place,
        )
        for place, follow in enumerate(wanted)
    )
