"""This is where it is looked up who is signed in at this moment, all together: for whoever watches open pages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from vopt_lib.schema.visitor import Role
from vopt_lib.shop.tables import Person, WebSession


def living_sessions(session: Session, now: datetime) -> dict[int, Role]:
    """{number of a session that has not ended: the role of whose it is now}. Nobody counts as seen by it."""
    there = (WebSession.ends_at > now, Person.deleted_at.is_(None))
    rows = select(WebSession.id, Person.role).join(Person, Person.id == WebSession.person_id).where(*there)
    return {number: "admin" if role == "admin" else "member" for number, role in session.execute(rows)}
