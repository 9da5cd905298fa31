"""This is where it is kept who is signed in with which browser, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, bindparam, delete, select, true, update
from sqlalchemy.orm import Session

from vopt_lib.errors import SignInOver
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.signing_in import OpenSession, SignedIn, Where
from vopt_lib.schema.visitor import theme_of
from vopt_lib.shop.tables import Person, WebSession
from vopt_lib.shop.tokens import new_token, sha256_of
from vopt_lib.words import LANGUAGES

SEEN_EVERY: Final = timedelta(minutes=1)
"""How often at most it is written that somebody was seen."""

MOST_SESSIONS: Final = 50
"""Browsers with which one person is signed in: the oldest one goes."""

MOST_LETTERS: Final = 200
"""Of an address, and of what a browser calls itself."""

_KNOWN: Final = (
    select(
        WebSession.id,
        WebSession.person_id,
        WebSession.seen_at,
        WebSession.ends_at,
        Person.name,
        Person.role,
        Person.language,
        Person.theme,
    )
    .join(Person, Person.id == WebSession.person_id)
    .where(WebSession.token_sha256 == bindparam("token"), Person.deleted_at.is_(None))
)


def begin_session(
    session: Session, person: Person, where: Where, *, now: datetime, idle: timedelta, longest: timedelta
) -> str:
    """Let her in with this browser. Returns: the token. Sessions that ended, of whomever, leave the table."""
    session.execute(delete(WebSession).where(WebSession.ends_at <= now))
    hers = select(WebSession.id).where(WebSession.person_id == person.id).order_by(WebSession.seen_at.desc())
    session.execute(delete(WebSession).where(WebSession.id.in_(session.scalars(hers).all()[MOST_SESSIONS - 1 :])))
    token = new_token()
    session.add(
        WebSession(
            household_id=person.household_id,
            person_id=person.id,
            token_sha256=sha256_of(token),
            begun_at=now,
            seen_at=now,
            ends_at=now + min(idle, longest),
            over_at=now + longest,
            address=where.address[:MOST_LETTERS],
            browser=where.browser[:MOST_LETTERS],
        )
    )
    return token


def signed_in(session: Session, token: str, now: datetime) -> tuple[SignedIn, datetime] | None:
    """Who this token lets in, as she is now, and when she was seen last; None: nobody (any more)."""
    found = session.execute(_KNOWN, {"token": sha256_of(token)}).one_or_none()
    if found is None or now >= found.ends_at:
        return None
    return _signed_in(found), found.seen_at


def see(connection: Connection, session_id: int, *, now: datetime, idle: timedelta) -> None:
    """Write down that she is there, so that her session ends later."""
    over_at = connection.scalar(select(WebSession.over_at).where(WebSession.id == session_id))
    if over_at is not None:
        seen = update(WebSession).where(WebSession.id == session_id)
        connection.execute(seen.values(seen_at=now, ends_at=min(now + idle, over_at)))


def sessions_of(session: Session, by: Member, now: datetime) -> list[OpenSession]:
    """The sessions that she may see and end, the one seen last first: an admin everybody's, a member her own."""
    there = (WebSession.household_id == by.household_id, WebSession.ends_at > now, _hers(by))
    rows = select(WebSession, Person.name).join(Person, Person.id == WebSession.person_id).where(*there)
    return [
        OpenSession(
            one.id,
            one.person_id,
            name,
            one.begun_at,
            one.seen_at,
            one.ends_at,
            Where(one.address, one.browser),
        )
        for one, name in session.execute(rows.order_by(WebSession.seen_at.desc(), WebSession.id.desc()))
    ]


def where_of(session: Session, session_id: int) -> Where:
    """From where this session was begun. Raises: SignInOver."""
    found = session.get(WebSession, session_id)
    if found is None:
        raise SignInOver
    return Where(found.address, found.browser)


def end_session(session: Session, by: Member, session_id: int) -> int:
    """End a session of hers; an admin ends anybody's. Returns: whose it was. Raises: SignInOver."""
    wanted = select(WebSession).where(
        WebSession.id == session_id, WebSession.household_id == by.household_id, _hers(by)
    )
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise SignInOver
    session.delete(found)
    return found.person_id


def end_sessions(session: Session, person_id: int, *, besides: int | None = None) -> int:
    """End all of her sessions (but this one). Returns: how many."""
    hers = select(WebSession.id).where(WebSession.person_id == person_id)
    ended = [number for number in session.scalars(hers) if number != besides]
    session.execute(delete(WebSession).where(WebSession.id.in_(ended)))
    return len(ended)


def _hers(by: Member) -> ColumnElement[bool]:
    return true() if by.is_admin else WebSession.person_id == by.person_id


def _signed_in(found: Any) -> SignedIn:
    return SignedIn(
        session=found.id,
        person_id=found.person_id,
        name=found.name,
        role="admin" if found.role == "admin" else "member",
        language=next((language for language in LANGUAGES if language == found.language), None),
        theme=theme_of(found.theme),
        ends_at=found.ends_at,
    )
