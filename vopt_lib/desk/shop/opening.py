"""This is where the seller's own shop is opened, and where we know who of the household asks."""

from __future__ import annotations

import getpass
from functools import lru_cache
from typing import Final
from weakref import WeakSet

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.deleted_photos import let_deleted_go
from vopt_lib.desk.shop.erasing import end_erasing
from vopt_lib.errors import FileDamaged
from vopt_lib.files import read_json
from vopt_lib.paths import Paths
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.queries import Follow
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop.audit import Author
from vopt_lib.shop.follows import read_follows, write_follows
from vopt_lib.shop.founding import HOUSEHOLD, found, member, member_named, onlooker, owner
from vopt_lib.shop.store import Shop, open_shop

_FOUNDED: Final[WeakSet[Shop]] = WeakSet()
"""The open shops that are known to have a household."""


def shop_of(desk: Desk) -> Shop:
    """The shop of this vopt, made at the first call, with what older versions kept in files of their own.

    A process opens it once; where its file was put back from a copy since, the new one.

    Raises: ShopDamaged; ShopUnreachable; ShopBusy; FileDamaged.
    """
    url = desk.settings.database_url
    shop = _opened(url.get_secret_value() if url else f"sqlite:///{desk.paths.shop}", _file_number(desk))
    if shop not in _FOUNDED:
        found(shop, getpass.getuser().capitalize(), desk.clock.now())
        let_deleted_go(desk, shop)
        _FOUNDED.add(shop)
    _take_in_follows(desk, shop)
    end_erasing(desk, shop)
    return shop


def member_of(desk: Desk, visitor: Visitor | None = None) -> Member:
    """Who of the household looks: whom the visitor was let in as, else the owner. Raises: UnknownPerson."""
    with shop_of(desk).reading() as session:
        if visitor is None or visitor.member is None:
            return owner(session)
        return member(session, visitor.member)


def onlooker_of(desk: Desk, visitor: Visitor | None = None) -> Member:
    """The same for what only shows something: whom an admin lets look at everything sees everything.

    Whatever changes something asks `member_of`. Raises: UnknownPerson.
    """
    return looking(desk, member_of(desk, visitor))


def looking(desk: Desk, member: Member) -> Member:
    """Her, as she may look."""
    if member.is_admin:
        return member
    with shop_of(desk).reading() as session:
        return onlooker(session, member)


def member_called(desk: Desk, name: str | None) -> Member:
    """The person of this name; without one, the owner. Raises: UnknownPerson, with those there are."""
    with shop_of(desk).reading() as session:
        return member_named(session, name) if name else owner(session)


def author_of(desk: Desk, member: Member | None, deed: str, batch: str | None = None) -> Author:
    """Her, changing the shop now with this deed; None: vopt itself."""
    return Author(
        member.household_id if member else HOUSEHOLD,
        member.person_id if member else None,
        deed,
        desk.clock.now(),
        batch,
    )


@lru_cache(maxsize=8)
def _opened(url: str, file_number: int | None) -> Shop:
    return open_shop(url)


def _file_number(desk: Desk) -> int | None:
    """Which file lies there now: one that was put back has another number."""
    if desk.settings.database_url:
        return None
    if not desk.paths.shop.exists():
        open_shop(f"sqlite:///{desk.paths.shop}").close()
    return desk.paths.shop.stat().st_ino


def _take_in_follows(desk: Desk, shop: Shop) -> None:
    """Bring the list of follows here from the file that it once was; killed half-way, the next call ends it."""
    if not desk.paths.follows.exists():
        return
    with shop.writing(author_of(desk, None, "take in follows")) as session:
        known = read_follows(session, HOUSEHOLD)
        keys, ids = {follow.query.key for follow in known}, {follow.id for follow in known}
        new = [one for one in _old_follows(desk.paths) if one.query.key not in keys and one.id not in ids]
        write_follows(session, HOUSEHOLD, (*known, *new))
    desk.paths.follows.rename(desk.paths.follows.with_suffix(".taken-in.json"))


def _old_follows(paths: Paths) -> tuple[Follow, ...]:
    try:
        return tuple(Follow.from_json(plain) for plain in (read_json(paths.follows) or {})["follows"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise FileDamaged(path=str(paths.follows)) from error
