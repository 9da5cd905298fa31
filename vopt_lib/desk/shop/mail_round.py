"""This is where every mailbox of the household is read in turn, and one that cannot be read is left alone for a while.

A wrong password is tried once a day, not every hour: providers lock out who knocks too often. When she sets the mailbox
anew, it is tried at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from vopt_lib.desk.alerts import end_alert, raise_alert
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.figures import only_hers
from vopt_lib.desk.shop.import_told import told
from vopt_lib.desk.shop.mailbox import mailboxes
from vopt_lib.desk.shop.opening import member_of, shop_of
from vopt_lib.desk.shop.people import people
from vopt_lib.desk.shop.taking import import_mailbox
from vopt_lib.errors import ShopBusy, ShopError, VoptError
from vopt_lib.files import read_json, write_json
from vopt_lib.schema.alerts import Alert
from vopt_lib.schema.own_imports import ImportReport
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.founding import member
from vopt_lib.shop.mailboxes import locked_password
from vopt_lib.words import N_, Words

SILENT_FOR: Final = timedelta(hours=1)
"""How long a server that does not answer is left alone at first; then twice as long each time, up to a day."""

WRONG_FOR: Final = timedelta(days=1)
"""How long a mailbox is left alone that only she can put right."""

SILENT_TOLD: Final = 3
"""Times in a row that a server does not answer before she is told: a house is offline now and then."""

Read = Callable[[Desk, Member, str], ImportReport]


@dataclass(frozen=True)
class MailboxRead:
    """What became of one mailbox: what was taken in, or why nothing was."""

    address: str
    report: ImportReport | None = None
    error: VoptError | None = None

    def said(self, words: Words) -> str:
        """In a sentence or some lines."""
        if self.report is not None:
            return "\n".join(told(self.report, words))
        return f"{self.address}: {words.error(self.error)}" if self.error else self.address


def read_mailboxes(desk: Desk, *, read: Read = import_mailbox) -> list[MailboxRead]:
    """Take in what is new in each mailbox that was set, but for those that rest.

    One that cannot be read rests, and the others go on. It becomes an alert, once: at once where only she can help.
    Raises: ShopBusy, FileDamaged.
    """
    rests, done = _Rests(desk), []
    for person in _members(desk):
        for mailbox in mailboxes(desk, person):
            place = _place(desk, person, mailbox.address)
            if not rests.rest(place):
                done.append(_read_one(desk, person, place, rests=rests, read=read))
    rests.forget_others()
    return done


@dataclass(frozen=True)
class _Place:
    """A mailbox. set_as: another one whenever she sets it anew."""

    key: str
    address: str
    set_as: str


class _Rests:
    """Which mailboxes rest until when, as the disk remembers it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[str, Any] = read_json(desk.paths.mail_rests) or {}
        self._there: set[str] = set()

    def rest(self, place: _Place) -> bool:
        self._there.add(place.key)
        known = self._known.get(place.key)
        if known is None or known["set_as"] != place.set_as:
            return False
        return self._desk.clock.now() < datetime.fromisoformat(known["until"])

    def failed(self, place: _Place, error: VoptError) -> int:
        """Let it rest. Returns: how often it could not be read since it could."""
        known = self._known.get(place.key, {})
        times = known.get("times", 0) + 1 if known.get("set_as") == place.set_as else 1
        is_silent = isinstance(error, ConnectionError)
        rest = min(SILENT_FOR * 2 ** min(times - 1, 10), WRONG_FOR) if is_silent else WRONG_FOR
        # A minute less, so that a round that comes at the same minute every hour does not come too early.
        until = self._desk.clock.now() + rest - timedelta(minutes=1)
        self._known[place.key] = {"times": times, "until": until.isoformat(), "set_as": place.set_as}
        write_json(self._desk.paths.mail_rests, self._known)
        return int(times)

    def over(self, key: str) -> None:
        if self._known.pop(key, None) is not None:
            write_json(self._desk.paths.mail_rests, self._known)
            end_alert(self._desk, key)

    def forget_others(self) -> None:
        """Forget the rests of mailboxes that are no more."""
        for key in self._known.keys() - self._there:
            self.over(key)


def _read_one(desk: Desk, person: Member, place: _Place, *, rests: _Rests, read: Read) -> MailboxRead:
    try:
        report = read(desk, person, place.address)
    except ShopBusy:
        raise
    except VoptError as error:
        if rests.failed(place, error) >= SILENT_TOLD or not isinstance(error, ConnectionError):
            _tell(desk, person, place, error)
        return MailboxRead(place.address, error=error)
    rests.over(place.key)
    return MailboxRead(place.address, report)


def _tell(desk: Desk, person: Member, place: _Place, error: VoptError) -> None:
    text = N_("The mailbox of {name} is not read: {why}")
    next_step = N_("Set it anew on the page of imports, or with `vopt mailbox set {address}`: then it is read at once.")
    facts = {"name": person.name, "address": place.address, "why": error}
    with suppress(ShopError):
        raise_alert(desk, Alert(place.key, "warn", text, next_step, facts, href="/imports"))


def _members(desk: Desk) -> list[Member]:
    """Everybody of the household who was not removed, each seeing only what is hers."""
    there = [one.id for one in people(desk, member_of(desk)) if not one.is_removed]
    with shop_of(desk).reading() as session:
        return [only_hers(member(session, number)) for number in there]


def _place(desk: Desk, person: Member, address: str) -> _Place:
    with shop_of(desk).reading() as session:
        locked = locked_password(session, person, address)
    return _Place(f"mail:{person.person_id}:{address}", address, hashlib.sha256(locked).hexdigest())
