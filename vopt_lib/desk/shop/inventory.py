"""This is where the inventory page learns what it shows: a person's listings, what narrows them, and one of them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from vopt_lib.desk import suggest
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import member_of, onlooker_of, shop_of
from vopt_lib.desk.shop.photos import with_hints
from vopt_lib.errors import VoptError
from vopt_lib.schema.filters import InventoryFilters
from vopt_lib.schema.inventory_page import InventoryPage, OwnChoices, OwnPane
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop.choices import changes_so_far, choices_of
from vopt_lib.shop.detail import detail_of
from vopt_lib.shop.inventory import find_listings
from vopt_lib.shop.store import Shop


def inventory_page(desk: Desk, visitor: Visitor | None, filters: InventoryFilters) -> InventoryPage:
    """Her listings that fit, and what they can be narrowed by; what stands in the way is its `trouble`."""
    try:
        shop, member = shop_of(desk), onlooker_of(desk, visitor)
        with shop.reading() as session:
            found = find_listings(session, member, filters, now=desk.clock.now())
            mark = changes_so_far(session, member)
        return InventoryPage(found, _choices(shop, member, mark))
    except VoptError as error:
        return InventoryPage(trouble=error)


def own_pane(desk: Desk, visitor: Visitor | None, filters: InventoryFilters) -> OwnPane | None:
    """What stands beside the list: the listing that is open, or a new one; None: neither."""
    if filters.id is None and not filters.new:
        return None
    try:
        shop, member = shop_of(desk), onlooker_of(desk, visitor)
        with shop.reading() as session:
            known = detail_of(session, member, filters.id, now=desk.clock.now()) if filters.id else None
            mark = changes_so_far(session, member)
        if known is not None:
            known = replace(known, photos=with_hints(desk.paths, known.photos))
        accounts = _choices(shop, member_of(desk, visitor), mark).accounts if filters.new else ()
        words = (visitor or Visitor("")).words
        return OwnPane(known, filters.new, suggest.catalogues(desk), suggest.conditions(words), accounts)
    except VoptError as error:
        return OwnPane(trouble=error)


def inventory_mark(desk: Desk, visitor: Visitor | None) -> int:
    """A number that rises with every change of the shop; -1: it cannot be read."""
    try:
        shop, member = shop_of(desk), onlooker_of(desk, visitor)
        with shop.reading() as session:
            return changes_so_far(session, member)
    except VoptError:
        return -1


@lru_cache(maxsize=16)
def _choices(shop: Shop, member: Member, mark: int) -> OwnChoices:
    """Counted once for each of her until something changes: 50,000 listings take a fifth of a second."""
    with shop.reading() as session:
        return choices_of(session, member)
