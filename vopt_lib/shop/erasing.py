"""This is where a person is erased from the shop's database: her rows go, and nothing of them can be read any more.

Her own row stays without a name, because the audit log points at it; what the log said of her rows is emptied. An
event says that somebody was erased, and by whom.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from vopt_lib.errors import ShopBusy
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop import audit
from vopt_lib.shop.hers import accounts_of, events_of, items_of, kept_without_her, listings_of, orders_of, rows_of
from vopt_lib.shop.people import ERASED, must_be_admin, must_not_be_last_admin, person_with
from vopt_lib.shop.store import SHORTLY_S, Shop
from vopt_lib.shop.tables import (
    Alert,
    AuditEvent,
    Base,
    ChannelAccount,
    DeletedPhoto,
    Expense,
    Item,
    Listing,
    OrderLine,
    Person,
    Photo,
    SearchWord,
    Shipment,
)

_AT_ONCE: Final = 500
"""Values of one statement: SQLite takes at most 32,766."""

_UNSYNCHRONISED: Final[dict[str, Any]] = {"synchronize_session": False}


@dataclass(frozen=True)
class HerFiles:
    """Files by the hash of their bytes: photos of things, and labels of parcels."""

    photos: frozenset[str]
    labels: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.photos or self.labels)


def files_of(session: Session, person_id: int) -> HerFiles:
    """The photos and labels of a person, with the photos that she deleted and that can still come back."""
    photos: set[str] = set()
    for kind in (Photo, DeletedPhoto):
        photos.update(session.scalars(select(kind.sha256).where(kind.item_id.in_(items_of(person_id)))))
    labels = select(Shipment.label_sha256).where(Shipment.order_id.in_(orders_of(person_id)))
    return HerFiles(frozenset(photos), frozenset(filter(None, session.scalars(labels))))


def unused(session: Session, files: HerFiles) -> HerFiles:
    """Those of these files that no row speaks of."""
    columns = (Photo.sha256, DeletedPhoto.sha256)
    photos = {
        one for some in _some(files.photos) for column in columns for one in session.scalars(_those(column, some))
    }
    labels = {one for some in _some(files.labels) for one in session.scalars(_those(Shipment.label_sha256, some))}
    return HerFiles(files.photos - photos, files.labels - labels)


def erase_person(session: Session, by: Member, person_id: int, at: datetime) -> None:
    """Erase her and all that is hers. Raises: NotAllowed; UnknownPerson; LastAdmin."""
    must_be_admin(session, by)
    must_not_be_last_admin(session, person_with(session, by, person_id))
    session.expunge_all()
    _part_shared_things(session, person_id)
    _forget_alerts(session, person_id)
    _do(session, update(AuditEvent).where(events_of(person_id)).values(before={}, after={}))
    _do(session, update(OrderLine).where(OrderLine.listing_id.in_(listings_of(person_id))).values(listing_id=None))
    _do(session, update(Expense).where(Expense.item_id.in_(items_of(person_id))).values(item_id=None))
    for kind, hers in rows_of(person_id).items():
        _do(session, delete(kind).where(hers))
    for kind, hers in kept_without_her(person_id).items():
        _do(session, update(kind).where(hers).values(person_id=None))
    gone = {
        "name": ERASED,
        "role": "member",
        "sees_household": False,
        "language": None,
        "theme": None,
        "deleted_at": at,
        "changed_at": at,
    }
    _do(session, update(Person).where(Person.id == person_id).values(version=Person.version + 1, **gone))
    _forget_words(session, by.household_id)
    audit.note(session, Person.__tablename__, person_id, {"erased": True})


def is_erased(session: Session, person_id: int) -> bool:
    """Whether this person was erased."""
    return session.get_one(Person, person_id).name == ERASED


def scrub(shop: Shop) -> None:
    """Write the database anew, so that nothing erased can be read from its files.

    SQLite leaves what is deleted in the file until something is written over it, and in the log beside it.

    Raises: ShopBusy, when somebody is in the midst of something.
    """
    with shop.alone() as connection:
        if shop.engine.dialect.name == "sqlite":
            connection.exec_driver_sql("VACUUM")
            is_busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            if is_busy:
                raise ShopBusy(seconds=SHORTLY_S)
            return
        for table in Base.metadata.sorted_tables:
            connection.exec_driver_sql(f'VACUUM FULL "{table.name}"')


def _part_shared_things(session: Session, person_id: int) -> None:
    """A thing of hers on somebody else's account becomes that one's; a thing of nobody that only she listed, hers."""
    hers = accounts_of(person_id)
    owners = (
        select(Listing.item_id, ChannelAccount.person_id)
        .join_from(Listing, ChannelAccount, Listing.account_id == ChannelAccount.id)
        .where(ChannelAccount.person_id != person_id, Listing.item_id.in_(items_of(person_id)))
    )
    for item_id, owner in session.execute(owners).all():
        _do(session, update(Item).where(Item.id == item_id).values(person_id=owner))
    on_hers = select(Listing.item_id).where(Listing.account_id.in_(hers))
    on_others = select(Listing.item_id).where(Listing.account_id.not_in(hers))
    nobodys = (Item.person_id.is_(None), Item.id.in_(on_hers), Item.id.not_in(on_others))
    _do(session, update(Item).where(*nobodys).values(person_id=person_id))


def _forget_words(session: Session, household_id: int) -> None:
    """Keep of the words for searching only those that a listing still has."""
    texts = select(Listing.search_text).where(Listing.household_id == household_id)
    kept = {word for text in session.scalars(texts).yield_per(1000) for word in text.split()}
    known = session.scalars(select(SearchWord.word).where(SearchWord.household_id == household_id)).all()
    for some in _some(set(known) - kept):
        gone = (SearchWord.household_id == household_id, SearchWord.word.in_(some))
        _do(session, delete(SearchWord).where(*gone))


def _forget_alerts(session: Session, person_id: int) -> None:
    """Let go of alerts that name her or an account of hers, however that is written."""
    accounts = select(ChannelAccount.name).where(ChannelAccount.person_id == person_id)
    names = {session.get_one(Person, person_id).name.casefold(), *map(str.casefold, session.scalars(accounts))} - {""}
    rows = session.execute(select(Alert.id, Alert.key, Alert.facts)).all()
    naming = [row.id for row in rows if any(name in repr((row.key, row.facts)).casefold() for name in names)]
    _do(session, delete(Alert).where(Alert.id.in_(naming)))


def _do(session: Session, statement: Any) -> None:
    session.execute(statement, execution_options=_UNSYNCHRONISED)


def _some(values: Iterable[str]) -> Iterator[list[str]]:
    """The values, so many at once as a statement takes."""
    left = sorted(values)
    return (left[start : start + _AT_ONCE] for start in range(0, len(left), _AT_ONCE))


def _those(column: InstrumentedAttribute[Any], values: list[str]) -> Select[str]:
    return select(column).where(column.in_(values))
