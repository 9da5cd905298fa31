"""This is where the things that listings offer are found, made, and put away as sources tell of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from vopt_lib.shop.tables import DeletedPhoto, Expense, Item, Listing, Photo
from vopt_lib.shop.taking_in.columns import READ, set_columns
from vopt_lib.shop.taking_in.facts import Facts
from vopt_lib.shop.taking_in.things import Offer, newest
from vopt_lib.shop.taking_in.threads import chosen

if TYPE_CHECKING:
    from vopt_lib.shop.taking_in.settling import Scene


@dataclass
class Items:
    """The things that listings may be of. taken: the codes of those that are another group's already."""

    by_id: dict[int, Item]
    by_sku: dict[str, Item]
    taken: set[str] = field(default_factory=set)


def known_items(scene: Scene, groups: Sequence[Sequence[Offer]], known: Mapping[str, Listing]) -> Items:
    """The things that these listings may be of: those that they are of now, and those of their codes."""
    mine = select(Item).where(Item.household_id == scene.account.household_id)
    codes = {group[0].code for group in groups} | {code for group in groups if (code := _told(group).get("sku"))}
    found = [
        *chosen(scene.session, mine, Item.sku, codes),
        *chosen(scene.session, mine, Item.id, {listing.item_id for listing in known.values()}),
    ]
    return Items({item.id: item for item in found}, {item.sku: item for item in found})


def item_of(scene: Scene, group: Sequence[Offer], known: Mapping[str, Listing], items: Items) -> Item:
    """The thing that these listings offer, brought to what was told of it."""
    told = _told(group)
    item = _found(group, told.get("sku", ""), known, items)
    is_new = item is None
    if item is None:
        item = Item(household_id=scene.account.household_id, person_id=scene.account.person_id, sku=group[0].code)
        item.currency, item.tags, item.edited = scene.currency, [], []
        scene.session.add(item)
    sku = told.pop("sku", group[0].code)
    if sku not in items.by_sku:
        told["sku"] = sku
    if set_columns(item, told) and not is_new:
        scene.counts["items_changed"] += 1
    items.by_sku[item.sku] = item
    items.taken.add(item.sku)
    return item


def _found(group: Sequence[Offer], sku: str, known: Mapping[str, Listing], items: Items) -> Item | None:
    """Where she said which thing it is, that one; else the one of her code, or that these listings are of now."""
    rows = [known[offer.key] for offer in group if offer.key in known]
    said = [items.by_id[row.item_id] for row in rows if "item_id" in row.edited]
    if said or sku in items.by_sku:
        return said[0] if said else items.by_sku[sku]
    now = [items.by_id[number] for number in sorted({row.item_id for row in rows})]
    coded = [items.by_sku[group[0].code]] if group[0].code in items.by_sku else []
    wanted = [*(item for item in now if item.edited), *coded, *now]
    return next((item for item in wanted if item.sku not in items.taken), None)


def _told(group: Sequence[Offer]) -> Facts:
    """What was told of the thing itself."""
    now: dict[str, Any] = reduce(newest, (offer.facts["now"] for offer in group), {})
    told = {name.removeprefix("item."): value for name, (_, value) in now.items() if name.startswith("item.")}
    return {name: READ[name](value) if name in READ else value for name, value in told.items()}


def let_go(scene: Scene, left: Iterable[int]) -> None:
    """Take away things that no listing offers any more: they were taken for others. Those that she wrote on stay."""
    offered = select(Listing.id).where(Listing.item_id == Item.id).exists()
    spent = select(Expense.id).where(Expense.item_id == Item.id).exists()
    scene.session.flush()
    for item in list(chosen(scene.session, select(Item).where(~offered, ~spent), Item.id, left)):
        if not item.edited:
            for kind in (Photo, DeletedPhoto):
                scene.session.execute(delete(kind).where(kind.item_id == item.id))
            scene.session.delete(item)
