"""This is where links are kept with which somebody sets her password: the owner's first, invitations, and resets."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from vopt_lib.errors import LinkUsed
from vopt_lib.shop.tables import Person, SignInLink
from vopt_lib.shop.tokens import new_token, sha256_of

Kind = Literal["first", "invitation", "reset"]

HOLDS: Final[dict[Kind, timedelta]] = {
    "first": timedelta(days=7),
    "invitation": timedelta(days=7),
    "reset": timedelta(days=1),
}
"""How long each holds. A reset is asked for by somebody who wants to sign in now."""

MOST_FIRST: Final = 20
"""First links that are good at the same time: each start prints a new one, and the one she copied stays good."""


def new_link(session: Session, person: Person, kind: Kind, now: datetime) -> str:
    """A new link for her. Returns: its token. Those she got before are good no more, but for the owner's first ones."""
    if kind == "first":
        mine = select(SignInLink.id).where(SignInLink.person_id == person.id).order_by(SignInLink.id.desc())
        session.execute(delete(SignInLink).where(SignInLink.id.in_(session.scalars(mine).all()[MOST_FIRST - 1 :])))
    else:
        forget_links(session, person.id, now)
    token, ends_at = new_token(), now + HOLDS[kind]
    times = {"made_at": now, "ends_at": ends_at}
    row = {"household_id": person.household_id, "person_id": person.id, "kind": kind, **times}
    session.add(SignInLink(**row, token_sha256=sha256_of(token)))
    return token


def link_with(session: Session, token: str, now: datetime) -> tuple[SignInLink, Person]:
    """The link of this token that can be used, and for whom it is. Raises: LinkUsed."""
    wanted = select(SignInLink, Person).join(Person, Person.id == SignInLink.person_id)
    is_good = (SignInLink.used_at.is_(None), SignInLink.ends_at > now, Person.deleted_at.is_(None))
    found = session.execute(wanted.where(SignInLink.token_sha256 == sha256_of(token), *is_good)).one_or_none()
    if found is None:
        raise LinkUsed
    return found[0], found[1]


def forget_links(session: Session, person_id: int, now: datetime) -> None:
    """Let no link of hers be good any more; links that ended long ago, of whomever, leave the table."""
    hers = (SignInLink.person_id == person_id, SignInLink.used_at.is_(None))
    session.execute(update(SignInLink).where(*hers).values(used_at=now))
    session.execute(delete(SignInLink).where(SignInLink.ends_at <= now - max(HOLDS.values())))
