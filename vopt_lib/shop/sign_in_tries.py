"""This is where wrong passwords are counted, so that nobody tries many: soon she must wait, and longer each time.

Counted is by account and by network address. A try counts as wrong before its password is looked at, and is taken back
when it was right: of a thousand tries at the same moment, five are looked at. While somebody must wait, nothing is
looked at, so that a right password is refused, too.

Who knows a name could keep its owner out by typing nonsense. So an address from which she signed in well before has a
count of its own: strangers make each other wait there, and never her at home or on her telephone's usual network. Only
from a new place she waits as long as that lasts, unless an admin makes her a link (`vopt people invite`): a link asks
no count, and the place is known from then on.

Names that nobody has are counted like others, so that waiting tells nothing of who exists; they are kept as a hash,
because people type their password there, too. What is counted about strangers is at most MOST_ROWS rows: the one
longest unused goes, never one about a person of the household.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from vopt_lib.errors import TooManyTries
from vopt_lib.shop.founding import HOUSEHOLD
from vopt_lib.shop.tables import SignInAddress, SignInTry

OF_AN_ACCOUNT: Final = 5
OF_AN_ADDRESS: Final = 20
"""Wrong tries after which one waits. A family shares an address, and each of them mistypes."""

FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(minutes=15)
"""Four tries an hour then: 35,000 a year, of the 10^14 passwords of ten small letters."""

FORGOTTEN_AFTER: Final = timedelta(hours=24)
"""After so long without another wrong one, earlier tries are forgotten."""

KNOWN_FOR: Final = timedelta(days=90)
MOST_ADDRESSES: Final = 20
"""Addresses that are known of one person: a telephone gets many."""

MOST_ROWS: Final = 10_000


@dataclass(frozen=True)
class Counted:
    """What a try counts for: its key, after how many one waits, and whose name it is about."""

    key: str
    most: int
    person_id: int | None = None


def counted_for(
    session: Session, name: str, person_id: int | None, *, address: str, now: datetime
) -> tuple[Counted, ...]:
    """What a try with this name from this address counts for."""
    place = place_of(address)
    by_address = Counted(f"address {place}", OF_AN_ADDRESS)
    if person_id is None:
        asked = " ".join(name.split()).casefold().encode("utf-8", "surrogatepass")
        return Counted(f"name {hashlib.sha256(asked).hexdigest()}", OF_AN_ACCOUNT), by_address
    known = session.get(SignInAddress, (person_id, place))
    is_known = known is not None and known.last_at > now - KNOWN_FOR
    key = f"person {person_id} at {place}" if is_known else f"person {person_id}"
    return Counted(key, OF_AN_ACCOUNT, person_id), by_address


def must_not_wait(session: Session, counted: Sequence[Counted], now: datetime) -> None:
    """Let a try pass while nobody has to wait. Raises: TooManyTries."""
    rows = (session.get(SignInTry, one.key) for one in counted)
    # A moment that is further away is of a clock that was set back since: nobody waits for it.
    waits = [row.until for row in rows if row and row.until and now < row.until <= now + LONGEST_WAIT]
    if waits:
        raise TooManyTries(until=max(waits), wait=_told(max(waits) - now))


def begin_try(session: Session, counted: Sequence[Counted], now: datetime) -> tuple[Counted, ...]:
    """Count a try as wrong. Returns: of what it is the 5th, 10th, 20th … one (the 20th, 40th … of an address).

    Raises: TooManyTries, which counts nothing.
    """
    must_not_wait(session, counted, now)
    if any(session.get(SignInTry, one.key) is None for one in counted):
        _make_room(session, now)
    return tuple(one for one in counted if _count(session, one, now))


def take_back(session: Session, counted: Sequence[Counted]) -> None:
    """Let a try not count, because its password was right, and nobody wait because of it."""
    for one in counted:
        row = session.get(SignInTry, one.key)
        if row is not None:
            row.tries, row.until = max(row.tries - 1, 0), None


def forget_tries(session: Session, counted: Sequence[Counted]) -> int:
    """She signed in: forget the wrong tries at her account from there. Returns: how many there were."""
    take_back(session, counted)
    mine = [row for one in counted if one.person_id and (row := session.get(SignInTry, one.key))]
    for row in mine:
        session.delete(row)
    return sum(row.tries for row in mine)


def forget_all(session: Session, person_id: int) -> None:
    """She has another password: forget all wrong tries at her account, from wherever."""
    session.execute(delete(SignInTry).where(SignInTry.person_id == person_id))


def tries_of(session: Session, one: Counted) -> int:
    """How many wrong ones are counted."""
    return session.get_one(SignInTry, one.key).tries


def know_address(session: Session, person_id: int, address: str, now: datetime) -> None:
    """Remember that she signed in well from there; what was counted about her from elsewhere stays."""
    place = place_of(address)
    known = session.get(SignInAddress, (person_id, place))
    if known is None:
        session.add(SignInAddress(household_id=HOUSEHOLD, person_id=person_id, address=place, last_at=now))
    else:
        known.last_at = now
    session.flush()
    hers = select(SignInAddress).where(SignInAddress.person_id == person_id).order_by(SignInAddress.last_at.desc())
    for old in session.scalars(hers).all()[MOST_ADDRESSES:]:
        session.delete(old)


def place_of(address: str) -> str:
    """What of an address is one place: a home has 2^64 addresses of IPv6, and chooses among them as it likes."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:60]
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
    return str(found)


def _count(session: Session, one: Counted, now: datetime) -> bool:
    """Count it. Returns: whether it is the 5th, 10th, 20th … of five."""
    row = session.get(SignInTry, one.key)
    if row is None:
        row = SignInTry(key=one.key, household_id=HOUSEHOLD, person_id=one.person_id, tries=0)
        session.add(row)
    elif now - row.last_at > FORGOTTEN_AFTER:
        row.tries = 0
    row.tries, row.last_at = row.tries + 1, now
    row.until = now + wait_after(row.tries, one.most) if row.tries >= one.most else None
    times, rest = divmod(row.tries, one.most)
    return rest == 0 and times & (times - 1) == 0


def wait_after(tries: int, most: int) -> timedelta:
    """How long one waits after so many wrong tries."""
    return min(FIRST_WAIT * 2 ** min(tries - most, 10), LONGEST_WAIT) if tries >= most else timedelta(0)


def _make_room(session: Session, now: datetime) -> None:
    """Let what is old go, and where there are too many rows about strangers, those longest unused."""
    session.execute(delete(SignInTry).where(SignInTry.last_at < now - FORGOTTEN_AFTER))
    strangers = SignInTry.person_id.is_(None)
    if (session.scalar(select(func.count()).select_from(SignInTry).where(strangers)) or 0) < MOST_ROWS:
        return
    oldest = select(SignInTry.key).where(strangers).order_by(SignInTry.last_at).limit(MOST_ROWS // 10)
    session.execute(delete(SignInTry).where(SignInTry.key.in_(session.scalars(oldest).all())))


def _told(wait: timedelta) -> str:
    seconds = int(wait.total_seconds()) + 1
    return f"{seconds} s" if seconds < 120 else f"{-(-seconds // 60)} min"
