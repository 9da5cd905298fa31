"""This is where a listing that she wrote herself is told like those that sources tell of, and found among them.

It has no number of the marketplace: what tells it is its title, what it asks, and when it was listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session, joinedload

from vopt_lib.shop.search import words_of
from vopt_lib.shop.states import State
from vopt_lib.shop.tables import ChannelAccount, Evidence, Item, Listing
from vopt_lib.shop.taking_in.columns import COLUMNS
from vopt_lib.shop.taking_in.doubts import Choice, Doubt, DoubtReason, Told
from vopt_lib.shop.taking_in.facts import (
    HERSELF,
    Fact,
    FactKind,
    Facts,
    digest,
    moment,
    money,
    sku_anchor,
    title_anchor,
    told_at,
)
from vopt_lib.shop.taking_in.things import Offer, merged
from vopt_lib.shop.taking_in.threads import chosen

CLOSE_PRICE: Final = Decimal("0.25")
"""How far a price may be from hers, as a part of the higher one: she may ask less there than she wrote here."""

BEFORE: Final = timedelta(days=7)
AFTER: Final = timedelta(days=14)
"""How long before she wrote it, and after she called it published, it may have come to be on the marketplace."""

_ALIKE: Final = ("brand", "size", "condition_id", "colour", "material")
_LEAST: Final = "!"
"""Of two tellings the greater stamp counts: what a source says, however old, is more than what she wrote here."""


def written_listings(session: Session, account: ChannelAccount) -> tuple[Fact, ...]:
    """Her listings on this account that no source has told of yet."""
    asked = select(Listing.id, Listing.title, Item.sku).join(Item)
    by_her = cast(Listing.edited, String).contains('"title"')
    here = (Listing.account_id == account.id, Listing.external_id.is_(None), Listing.deleted_at.is_(None), by_her)
    rows = session.execute(asked.where(*here).order_by(Listing.id)).all()
    if not rows:
        return ()
    told = (Evidence.account_id == account.id, Evidence.kind == FactKind.LISTING, Evidence.source != HERSELF)
    known = set(session.scalars(select(Evidence.facts["row"].as_integer()).where(*told)))
    return tuple(_fact(*row) for row in rows if row.id not in known)


def written_listing(listing: Listing) -> Fact:
    """One listing of hers as a fact."""
    return _fact(listing.id, listing.title, listing.item.sku)


def _fact(listing_id: int, title: str, sku: str) -> Fact:
    facts: Facts = {"number": None, "now": {}, "told": {}, "titles": [title], "photos": {}, "row": listing_id}
    anchors = (title_anchor(title), sku_anchor(sku))
    return Fact(FactKind.LISTING, digest("by hand", listing_id), anchors, facts, HERSELF)


def is_by_hand(row: Evidence | Fact) -> bool:
    """Whether it tells of a listing that she wrote."""
    return (row.kind, row.source) == (FactKind.LISTING, HERSELF)


def tell_anew(session: Session, told: Iterable[Sequence[Evidence]]) -> None:
    """Let what is told of her own listings be as they are now; once a source told of one, only how it stands."""
    every = ([row for row in thread if row.kind == FactKind.LISTING and "row" in row.facts] for thread in told)
    threads = [thread for thread in every if any(map(is_by_hand, thread))]
    numbers = {row.facts["row"] for thread in threads for row in thread}
    found = chosen(session, select(Listing).options(joinedload(Listing.item)), Listing.id, numbers)
    listings = {listing.id: listing for listing in found}
    for thread in threads:
        others = {row.key: row.facts["row"] for row in thread if not is_by_hand(row)}
        for row in filter(is_by_hand, thread):
            row.facts = row.facts | _as_is(listings[row.facts["row"]], others, listings)


def _as_is(listing: Listing, others: Mapping[str, int], listings: Mapping[int, Listing]) -> Facts:
    """What she wrote. earlier: what was in the shop before; alone: its columns, until a source gives it a number;
    basis: what it is found by, until a source has told of it, so that it is not lost again when she changes it.
    """
    state = State.DRAFT if listing.state == State.DRAFT else State.PUBLISHED
    quantity = {"quantity": [_LEAST, listing.quantity]} if listing.quantity > 1 else {}
    earlier = (key for key, row in others.items() if row in listings and _was_before(listings[row], listing))
    now = {"title": [_LEAST, listing.title], "state": [_LEAST, state], **quantity}
    facts: Facts = {"now": now, "earlier": sorted(earlier)}
    if listing.external_id is None:
        facts["alone"] = {name: _plain(getattr(listing, name)) for name in COLUMNS} | {"external_id": None}
    if listing.id not in others.values():
        facts["basis"] = _basis(listing)
    return facts


def _basis(listing: Listing) -> Facts:
    written, published = listing.created_at, listing.listed_at
    return {
        **{name: _plain(getattr(listing, name)) for name in ("asked", *_ALIKE)},
        "sku": listing.item.sku,
        "since": (min(published or written, written) - BEFORE).isoformat(),
        "until": (published + AFTER).isoformat() if published else None,
        "is_deleted": listing.deleted_at is not None,
    }


def _was_before(one: Listing, other: Listing) -> bool:
    return one.created_at < other.created_at


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def with_hers(
    found: Sequence[Offer], written: Iterable[Fact], decided: Mapping[str, Told]
) -> tuple[list[Offer], list[Doubt]]:
    """Listings as sources tell of them, each with the one of hers that it surely is; then hers that are none of them.
    And where one of hers may be several, or may be another, a doubt.
    """
    hers, found = _of_one_code([Offer((fact.key,), fact.facts) for fact in written], found)
    pairs = _said(hers, found, decided)
    free = [offer for offer in found if offer.key not in pairs.values()]
    may_be = {one.key: _may_be(one, free, _not_hers(one, decided)) for one in hers if one.key not in pairs}
    pairs |= _sure({key: [offer for offer, is_sure in several if is_sure] for key, several in may_be.items()})
    taken = {offer_key: one for one in hers if (offer_key := pairs.get(one.key))}
    whole = [_together(offer, taken[offer.key]) if offer.key in taken else offer for offer in found]
    left = [one for one in hers if one.key not in pairs]
    doubts = [
        _doubt(one, choices)
        for one in left
        if (choices := [offer for offer, _ in may_be[one.key] if offer.key not in taken])
    ]
    return sorted([*whole, *left], key=lambda offer: offer.order), doubts


def _of_one_code(hers: Sequence[Offer], found: Sequence[Offer]) -> tuple[list[Offer], list[Offer]]:
    """Hers with what her tables say of things of these codes, and all else that was told."""
    codes = Counter(one.facts["basis"]["sku"] for one in hers)
    of_code = {one.facts["basis"]["sku"]: one for one in hers if codes[one.facts["basis"]["sku"]] == 1}
    left = []
    for offer in found:
        one = of_code.get(offer.now.get("item.sku"))
        if one is None or offer.number is not None or not set(one.facts["earlier"]).isdisjoint(offer.keys):
            left.append(offer)
        else:
            of_code[one.facts["basis"]["sku"]] = _together(one, offer)
    whole = (of_code.get(one.facts["basis"]["sku"], one) for one in hers)
    return sorted(whole, key=lambda offer: offer.key), left


def _together(offer: Offer, hers: Offer) -> Offer:
    return Offer((*offer.keys, *hers.keys), merged(offer.facts, hers.facts))


def _said(hers: Sequence[Offer], found: Sequence[Offer], decided: Mapping[str, Told]) -> dict[str, str]:
    """{hers: the listing that she said it is}."""
    pairs: dict[str, str] = {}
    for decision, about, *targets in _decisions(decided):
        offer = next((one for one in found if targets[0] in one.keys), None)
        is_there = any(one.key == about for one in hers)
        if decision == "link" and offer and is_there and offer.key not in pairs.values():
            pairs.setdefault(about, offer.key)
    return pairs


def _not_hers(one: Offer, decided: Mapping[str, Told]) -> set[str]:
    """The keys of what is surely another: she said so, or it was in the shop when she wrote hers."""
    said = (targets for decision, about, *targets in _decisions(decided) if (decision, about) == ("none", one.key))
    return {*one.facts["earlier"], *(key for targets in said for key in targets)}


def _decisions(decided: Mapping[str, Told]) -> list[list[str]]:
    """[decision, which of hers, listings] of each decision on one of hers."""
    every = ([told.decision, *told.target.split()] for _, told in sorted(decided.items()))
    return [parts for parts in every if len(parts) > 2]


def _may_be(one: Offer, found: Sequence[Offer], others: set[str]) -> list[tuple[Offer, bool]]:
    """The listings that one of hers may be, the oldest first, and whether nothing speaks against it.

    What was told of before the next one was listed is the one: a relist has the same title.
    """
    if one.facts["basis"]["is_deleted"]:
        return []
    asked = [(offer, _is_it(one, offer)) for offer in found if others.isdisjoint(offer.keys)]
    alike = [(offer, is_it) for offer, is_it in asked if is_it is not None]
    alike.sort(key=lambda pair: (_listed(pair[0]), pair[0].order))
    sure = [offer for offer, is_sure in alike if is_sure]
    if len(sure) > 1 and _first_told(sure[0]) < _listed(sure[1]):
        return [(offer, offer is sure[0]) for offer, _ in alike]
    return alike


def _sure(may_be: Mapping[str, Sequence[Offer]]) -> dict[str, str]:
    """{hers: the listing that it is} where neither has another to choose from."""
    wanted = Counter(offer.key for several in may_be.values() for offer in several)
    return {key: several[0].key for key, several in may_be.items() if len(several) == 1 and wanted[several[0].key] == 1}


def _is_it(one: Offer, offer: Offer) -> bool | None:
    """Whether a listing is one of hers. False: it may be; None: it is not."""
    sku = offer.now.get("item.sku")
    if sku == one.facts["basis"]["sku"]:
        return True
    price, time = _is_close(one, offer), _is_of_then(one, offer)
    is_over = time is False and (price is False or offer.now.get("state") == State.SOLD)
    if one.titles.isdisjoint(offer.titles) or is_over:
        return None
    return sku is None and _agree(one, offer) and {price, time} <= {True, None} and (price or time) is True


def _is_close(one: Offer, offer: Offer) -> bool | None:
    """Whether it asked about what hers does; None: nothing is known of it."""
    hers = money(one.facts["basis"]["asked"])
    told = [money(asked) for _, asked, *_ in offer.facts["told"].values()]
    asked = [price for price in told if price]
    if hers is None or not asked:
        return None
    return any(abs(price - hers) <= CLOSE_PRICE * max(price, hers) for price in asked)


def _is_of_then(one: Offer, offer: Offer) -> bool | None:
    """Whether it was listed when hers can have been; None: nothing says when."""
    since, until = moment(one.facts["basis"]["since"]), moment(one.facts["basis"]["until"])
    if offer.now.get("listed_at") is None:
        return False if since and _first_told(offer) < since else None
    return bool(since and since <= _listed(offer) and (until is None or _listed(offer) <= until))


def _agree(one: Offer, offer: Offer) -> bool:
    """Whether all that both say of the thing has words in common: "M" is "M / 38 / 10"."""
    hers = one.facts["basis"]
    both = [(hers[name], offer.now[name]) for name in _ALIKE if hers[name] and offer.now.get(name)]
    return all(not set(words_of(str(mine))).isdisjoint(words_of(str(told))) for mine, told in both)


def _listed(offer: Offer) -> datetime:
    return moment(offer.now.get("listed_at")) or _first_told(offer)


def _first_told(offer: Offer) -> datetime:
    return told_at(min(offer.facts["told"]))


def _doubt(one: Offer, may_be: Sequence[Offer]) -> Doubt:
    keys = [offer.key for offer in may_be]
    choices = [Choice("link", f"{one.key} {offer.key}", _shown(offer)) for offer in may_be]
    about = digest("by hand", one.key, keys)
    none = Choice("none", " ".join([one.key, *keys]))
    told = {"title": one.now["title"], "price": one.facts["basis"]["asked"]}
    return Doubt(DoubtReason.BY_HAND, about, told, (*choices, none), one.key)


def _shown(offer: Offer) -> Facts:
    told = {"title": offer.now["title"], "number": offer.number, "price": offer.now.get("asked")}
    return {name: value for name, value in told.items() if value is not None}
