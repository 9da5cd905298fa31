"""This is where an import is written: begun, batch by batch, ended. What was written stays where it is broken off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from vopt_lib.schema.own_mails import DoubtfulMail, OwnMail
from vopt_lib.schema.own_records import Doubtful, OwnListing, OwnOrder
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.accounts import currency_of, vinted_account
from vopt_lib.shop.tables import ChannelAccount, Evidence, Import
from vopt_lib.shop.taking_in.by_hand import written_listings
from vopt_lib.shop.taking_in.doubts import Choice, Doubt
from vopt_lib.shop.taking_in.facts import Fact, Origin, digest
from vopt_lib.shop.taking_in.review_rows import write_doubts
from vopt_lib.shop.taking_in.settling import Scene, settle
from vopt_lib.shop.taking_in.telling import (
    as_plain_fact,
    as_plain_listing,
    booked_fact,
    listing_fact,
    mail_fact,
    order_fact,
)
from vopt_lib.shop.taking_in.threads import remember

Record = OwnListing | OwnOrder | Doubtful | OwnMail | DoubtfulMail


@dataclass(frozen=True)
class Given:
    """A file that is taken in. login: of the account that it comes from; conditions: what else makes it another one."""

    kind: str
    file_name: str
    file_sha256: str
    login: str | None = None
    market: str = "it"
    conditions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Begun:
    """An import under way. is_known: the same file was taken in to its end before; by_hand: listings that she
    wrote herself, and no source has told of yet.
    """

    import_id: int
    account_id: int
    login: str
    currency: str
    is_known: bool
    made: Mapping[str, int]
    by_hand: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Item:
    """A record with the hashes of the files that came with it: photos, a label."""

    record: Record
    files: Sequence[str] = ()


def begin(session: Session, member: Member, given: Given, at: datetime) -> Begun:
    """The import of this file: the one that was broken off, or a new one.

    Raises: AccountMissing; AccountUnclear; AccountOfAnother.
    """
    account = vinted_account(session, member, given.login, market=given.market)
    row = session.scalars(
        select(Import).where(
            Import.household_id == member.household_id,
            Import.kind == given.kind,
            Import.file_sha256 == given.file_sha256,
            Import.person_id == member.person_id,
        )
    ).first()
    conditions = {"account": account.id, **given.conditions}
    if row is None:
        row = Import(household_id=member.household_id, person_id=member.person_id, kind=given.kind, begun_at=at)
        row.file_sha256, row.file_name = given.file_sha256, given.file_name[:200]
        row.counts, row.report = {}, conditions
        session.add(row)
    is_known = row.ended_at is not None and row.report == conditions
    if not is_known:
        row.counts = {} if row.ended_at else row.counts
        row.ended_at, row.report = None, conditions
    session.flush()
    by_hand = () if is_known else written_listings(session, account)
    made = row.counts.get("made", {})
    return Begun(row.id, account.id, account.name, currency_of(account), is_known, made, by_hand)


def write(session: Session, begun: Begun, origin: Origin, items: Sequence[Item], *, at: datetime) -> None:
    """Take in some records, and count what became of them."""
    hers = select(ChannelAccount).where(ChannelAccount.id == begun.account_id)
    account = session.scalars(hers.with_for_update()).one()
    facts = [fact for item in items for fact in _facts(origin, item)]
    anchors = {anchor for fact in facts for anchor in fact.anchors}
    by_hand = [fact for fact in begun.by_hand if not anchors.isdisjoint(fact.anchors)]
    scene = Scene(session, account, begun.import_id, begun.currency, at)
    settle(scene, remember(session, account, [*by_hand, *facts]))
    doubts = [doubt for item in items if (doubt := _doubt(session, account, origin, item))]
    write_doubts(scene, doubts, ())
    row = session.get_one(Import, begun.import_id)
    row.counts = {**row.counts, "made": dict(sorted((Counter(row.counts.get("made", {})) + scene.counts).items()))}


def end(session: Session, begun: Begun, read: Mapping[str, int], at: datetime) -> dict[str, int]:
    """The import is whole. Returns how many rows are new or changed by it."""
    row = session.get_one(Import, begun.import_id)
    row.counts = {**row.counts, "read": dict(read)}
    row.ended_at = at
    return dict(row.counts.get("made", {}))


def _facts(origin: Origin, item: Item) -> list[Fact]:
    match item.record:
        case OwnListing() as listing:
            booked = booked_fact(origin, listing)
            return [listing_fact(origin, listing, item.files), *([booked] if booked else [])]
        case OwnOrder() as order:
            return [order_fact(origin, order)]
        case OwnMail() as mail:
            return [mail_fact(origin, mail, next(iter(item.files), None))]
        case _:
            return []


def _doubt(session: Session, account: ChannelAccount, origin: Origin, item: Item) -> Doubt | None:
    """What she is asked about a record that could not be read, or be believed; None: nothing."""
    match item.record:
        case Doubtful() as row:
            return _row_doubt(row)
        case DoubtfulMail() as mail:
            doubt = _mail_doubt(origin, mail, next(iter(item.files), None))
            is_told = (
                doubt.fact
                and session.scalars(
                    select(Evidence.id).where(Evidence.account_id == account.id, Evidence.key == doubt.fact)
                ).first()
            )
            return None if is_told else doubt
        case _:
            return None


def _row_doubt(row: Doubtful) -> Doubt:
    told = {name: _hidden(name, value) for name, value in row.facts.items()}
    listing = as_plain_listing(row)
    choices = (*([Choice("new", told=listing)] if listing else []), Choice("ignore"))
    return Doubt(row.reason, digest(row.reason, row.facts), told, choices)


def _hidden(name: str, value: str) -> str:
    return "…" if name in ("buyer", "seller") and value else value


def _mail_doubt(origin: Origin, mail: DoubtfulMail, label: str | None) -> Doubt:
    fact = mail_fact(origin, mail.told, label) if mail.told else None
    text = mail.text.replace(mail.told.buyer, "…") if mail.told and mail.told.buyer else mail.text
    told = {"subject": mail.subject, "text": text, "at": mail.sent_at.isoformat() if mail.sent_at else None}
    choices = (*([Choice("believe", told=as_plain_fact(fact))] if fact else []), Choice("ignore"))
    about = fact.key if fact else digest(mail.message_id, mail.subject, mail.text)
    return Doubt(mail.reason, about, told, choices, fact.key if fact else None)
