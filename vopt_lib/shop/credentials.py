"""This is where it is looked up and changed with what somebody signs in: her password and her second factor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from vopt_lib.errors import CodeIsOn, CodeWrong
from vopt_lib.shop.founding import HOUSEHOLD
from vopt_lib.shop.one_time_codes import step_of
from vopt_lib.shop.tables import Credential, Person


@dataclass(frozen=True)
class Known:
    """Who has a name, and with what she signs in; person_id: None: nobody has it."""

    person_id: int | None = None
    password: str | None = None
    has_code: bool = False


def anybody_signs_in(session: Session) -> bool:
    """Whether anybody ever set a password here."""
    return session.scalars(select(Credential.person_id).limit(1)).first() is not None


def known_as(session: Session, name: str) -> Known:
    """Who is called so, letter by letter (capitals and blanks aside), and was not removed."""
    asked = " ".join(name.split()).casefold()
    rows = select(Person.id, Person.name, Credential.password, Credential.code_since)
    there = rows.outerjoin(Credential, Credential.person_id == Person.id)
    for row in session.execute(there.where(Person.household_id == HOUSEHOLD, Person.deleted_at.is_(None))):
        if asked and row.name.casefold() == asked:
            return Known(row.id, row.password, row.code_since is not None)
    return Known()


def known_with(session: Session, person_id: int) -> Known:
    """The same of the person with this number."""
    found = session.get(Credential, person_id)
    if found is None:
        return Known(person_id)
    return Known(person_id, found.password, found.code_since is not None)


def keep_password(session: Session, person: Person, hashed: str | None, now: datetime) -> None:
    """Let her sign in with the password of this hash from now on; None: with none."""
    mine = credential_of(session, person)
    mine.password, mine.password_at = hashed, now


def renew_hash(session: Session, person_id: int, *, before: str, hashed: str) -> None:
    """Keep another hash of the same password."""
    is_same = (Credential.person_id == person_id, Credential.password == before)
    session.execute(update(Credential).where(*is_same).values(password=hashed))


def begin_code(session: Session, person: Person, locked: bytes) -> None:
    """Keep a new secret for her second factor, which is not asked before she confirmed it. Raises: CodeIsOn."""
    mine = credential_of(session, person)
    if mine.code_since is not None:
        raise CodeIsOn
    mine.code_secret, mine.code_step = locked, None


def use_code(mine: Credential, secret: str, code: str, now: datetime) -> None:
    """Let this code of hers be used up. Raises: CodeWrong."""
    step = step_of(secret, code, now, after=mine.code_step)
    if step is None:
        raise CodeWrong
    mine.code_step = step


def forget_code(session: Session, person: Person) -> bool:
    """Let her sign in without a second factor. Returns: whether she had one."""
    mine = credential_of(session, person)
    had_one = mine.code_since is not None
    mine.code_secret = mine.code_since = mine.code_step = None
    return had_one


def credential_of(session: Session, person: Person) -> Credential:
    """With what she signs in; a new row where nothing is known yet."""
    found = session.get(Credential, person.id)
    if found is None:
        found = Credential(household_id=person.household_id, person_id=person.id)
        session.add(found)
    return found
