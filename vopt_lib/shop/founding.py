"""This is where a household and its people are looked up, and made at the first start."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from vopt_lib.errors import UnknownPerson
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.audit import Author
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import Household, Person

HOUSEHOLD = 1
"""The one household of a database that vopt itself made."""


def found(shop: Shop, name: str, at: datetime) -> None:
    """See to it that there is a household with an owner of this name; nothing changes where there is one."""
    with shop.reading() as session:
        if session.get(Household, HOUSEHOLD):
            return
    with shop.writing(Author(HOUSEHOLD, None, "found", at)) as session:
        if session.get(Household, HOUSEHOLD):
            return
        session.add(Household(id=HOUSEHOLD, name=name, created_at=at))
        session.flush()
        session.add(Person(household_id=HOUSEHOLD, name=name, role="admin"))


def owner(session: Session) -> Member:
    """Who made this shop: the first admin who is still there. Raises: UnknownPerson."""
    people = select(Person).where(Person.household_id == HOUSEHOLD, Person.role == "admin", Person.deleted_at.is_(None))
    first = session.scalars(people.order_by(Person.id)).first()
    if first is None:
        raise UnknownPerson(name="admin", near="")
    return _member(first)


def member(session: Session, person_id: int) -> Member:
    """The person with this number. Raises: UnknownPerson, when there is none (any more)."""
    person = session.get(Person, person_id)
    if person is None or person.deleted_at is not None:
        raise UnknownPerson(name=str(person_id), near="")
    return _member(person)


def onlooker(session: Session, looks: Member) -> Member:
    """The same, who only looks: at everything, where an admin lets her."""
    return replace(looks, looks_at_all=session.get_one(Person, looks.person_id).sees_household)


def member_named(session: Session, name: str) -> Member:
    """The person of this name, or the only one whose name begins so. Raises: UnknownPerson, with those there are."""
    everybody = session.scalars(select(Person).where(Person.deleted_at.is_(None)).order_by(Person.id)).all()
    asked = name.strip().casefold()
    fitting = [person for person in everybody if person.name.casefold() == asked] or [
        person for person in everybody if asked and person.name.casefold().startswith(asked)
    ]
    if len(fitting) != 1:
        raise UnknownPerson(name=name, near=", ".join(person.name for person in everybody))
    return _member(fitting[0])


def _member(person: Person) -> Member:
    return Member(person.household_id, person.id, person.name, "admin" if person.role == "admin" else "member")
