"""This is where tests get a household whose people sign in: Anna, its owner, and Ben, a member."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select

from tests.desk.shop.clocks import MovingClock
from tests.shop.people import author
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop import signing_in
from vopt_lib.desk.shop.opening import member_of, shop_of
from vopt_lib.errors import VoptError
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.signing_in import Where
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop.passwords import hash_of
from vopt_lib.shop.tables import AuditEvent, Credential, Person

HOME = Where("192.168.1.20", "Firefox")
AWAY = Where("203.0.113.7", "Safari")
PASSWORDS = {"Anna": "giraffe in garden", "Ben": "zebra on balcony"}


@cache
def hashed(password: str) -> str:
    """Its hash, made once."""
    return hash_of(password)


def household(data: Path, clock: MovingClock, **given: Any) -> Desk:
    """Anna and Ben, each with a password."""
    desk = open_desk(data=data, clock=clock, **given)
    with shop_of(desk).writing(author()) as session:
        session.get_one(Person, 1).name = "Anna"
        session.add(Person(household_id=1, name="Ben", role="member", language="it"))
        session.flush()
        for number, word in enumerate(PASSWORDS.values(), start=1):
            session.add(Credential(household_id=1, person_id=number, password=hashed(word), password_at=clock.now()))
    return desk


def enter(desk: Desk, name: str = "Anna", password: str | None = None, where: Where = HOME, *, code: str = "") -> str:
    """The token of a new session."""
    return signing_in.sign_in(desk, name, PASSWORDS.get(name, "") if password is None else password, where, code=code)


def is_in(desk: Desk, token: str) -> bool:
    """Whether this token lets anybody in."""
    return signing_in.session_of(desk, token) is not None


def refusal(act: Callable[[], object]) -> str:
    """The class of the error with which this is refused; "" where it is not."""
    try:
        act()
    except VoptError as error:
        return type(error).__name__
    return ""


def person(desk: Desk, number: int = 1) -> Member:
    """The person with this number, as she is now."""
    return member_of(desk, Visitor("", member=number))


def told(desk: Desk, *deeds: str) -> list[tuple[str, int | None, dict[str, Any]]]:
    """What the audit log says about signing in: the deed, whose, and what."""
    with shop_of(desk).reading() as session:
        rows = session.scalars(select(AuditEvent).order_by(AuditEvent.number)).all()
    return [(one.deed, one.person_id, one.after) for one in rows if one.deed in deeds]


def secret_of(address: str) -> str:
    """The secret in an otpauth:// address."""
    return parse_qs(urlsplit(address).query)["secret"][0]


def code_of(secret: str, now: datetime) -> str:
    """What an app shows at that moment (RFC 6238, written anew)."""
    step = struct.pack(">Q", int(now.timestamp()) // 30)
    digest = hmac.new(base64.b32decode(secret), step, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"
