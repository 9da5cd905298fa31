"""This is where a seller's own closet is read: answers of her wardrobe, and pages that she saved of it or of a listing.

The parsers of the market read it; here nobody's name has to go, because all of it is hers. Whose it is, is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from vopt_lib.schema import records as received
from vopt_lib.schema.own_records import Amount, Doubtful, OwnListing
from vopt_lib.sources.vinted.answer import Answer, Origin
from vopt_lib.sources.vinted.decode import json_of
from vopt_lib.sources.vinted.parse import parse_answer
from vopt_lib.sources.vinted.parse_page import Page, Shape, site_of
from vopt_lib.sources.vinted.pseudonyms import Pseudonyms
from vopt_lib.words import N_

REASONS: Final = {
    **received.SHAPE_REASONS,
    "no_title": N_("it has no title"),
    "bad_price": N_("its price cannot be read"),
    "duplicate_in_page": N_("the page shows it twice"),
}
"""Why a listing of a closet waits for her."""

MOST_PHOTOS: Final = 20
"""Addresses of photos kept of a listing: Vinted lets her add 20."""

LARGEST_PRICE: Final = 1_000_000

_WEB: Final = ("https://", "http://")
_MEMBER: Final = re.compile(rb"/members?/(\d{1,18})(?:-([^/?&#\s\"'<>\\]{1,100}))?")
_PSEUDONYMS: Final = Pseudonyms(b"whose closet is it")
"""Nothing that they name is ever kept: they only join listings to the person whose profile is named beside them."""


@dataclass(frozen=True)
class Owner:
    """Whose closet it is. login: None where only the id is told."""

    user_id: int
    login: str | None


@dataclass(frozen=True)
class ClosetPage:
    """One answer or page of a closet. owners: everybody whose listings are on it, where it says so."""

    owners: frozenset[Owner]
    records: tuple[OwnListing | Doubtful, ...]
    pagination: received.Pagination


def parse_closet(shape: Shape, answer: Answer, origin: Origin) -> ClosetPage:
    """The listings of an answer whose shape was recognised, as her shop takes them in.

    Raises: what the parser of that shape raises: NotJson, MissingItems, UnexpectedAnswer.
    """
    page = parse_answer(shape, answer, origin, _PSEUDONYMS)
    named = {_PSEUDONYMS.seller(owner.user_id): owner for owner in _named(answer.body)}
    shown = {item.user.id for item in page.items if item.user and item.user.id}
    return ClosetPage(
        frozenset(owner for pseudonym, owner in named.items() if pseudonym in shown),
        tuple(_records(page, {pseudonym: owner.login for pseudonym, owner in named.items() if owner.login})),
        page.pagination,
    )


def _named(body: bytes) -> list[Owner]:
    """Everybody whom an answer names by id; whose login it tells, too, comes last."""
    try:
        envelope = json_of(body)
    except ValueError:
        found = [
            Owner(int(one[1]), one[2].decode("utf-8", "replace") if one[2] else None) for one in _MEMBER.finditer(body)
        ]
    else:
        found = list(_named_in(envelope))
    return sorted(found, key=lambda owner: owner.login is not None)


def _named_in(envelope: Any) -> Iterator[Owner]:
    answer = envelope if isinstance(envelope, dict) else {}
    items = answer.get("items")
    entries = [answer.get("item"), *(items if isinstance(items, list) else ())]
    for entry in (one for one in entries if isinstance(one, dict)):
        user = entry.get("user")
        person = user if isinstance(user, dict) else {"id": entry.get("user_id")}
        user_id, login = person.get("id"), person.get("login")
        if isinstance(user_id, int):
            yield Owner(user_id, login if isinstance(login, str) and login else None)


def _records(page: Page, logins: dict[str, str]) -> Iterator[OwnListing | Doubtful]:
    for item in page.items:
        yield _record(item, page, logins)
    for reject in page.rejects:
        facts = {"detail": reject.detail, "raw": reject.raw[:1000]}
        yield Doubtful(reject.reason, f"{page.answer.url}#{reject.place}", facts)


def _record(item: received.Listing, page: Page, logins: dict[str, str]) -> OwnListing | Doubtful:
    own = item if isinstance(item, received.OwnListing) else received.OwnListing(id=item.id)
    title = _with_names(item.title or "", logins).strip()
    asked = _asked(item)
    if not title or (asked is None and item.asked_amount is not None):
        facts = {"external_id": str(item.id), "title": title, "price": item.asked_amount or ""}
        return Doubtful("no_title" if not title else "bad_price", page.answer.url, facts)
    return OwnListing(
        title=title,
        external_id=item.id,
        description=_with_names(own.description, logins) if own.description else None,
        brand=item.brand,
        size=item.size,
        condition=item.condition_label,
        colours=tuple(colour for one in (own.colour or "").split(",") if (colour := one.strip())),
        listed_at=own.uploaded_at,
        asked=asked,
        # What others look up is 0 for everybody but herself: facts/vinted-web.md §2.3.
        views=own.view_count or item.view_count or None,
        favourites=item.favourite_count,
        is_sold=own.state == "sold",
        is_hidden=own.state == "hidden",
        is_reserved=own.state == "reserved",
        is_closed=own.state == "closed",
        photos=tuple(url for url in own.photo_urls or _leading(item) if url.startswith(_WEB))[:MOST_PHOTOS],
        url=_absolute(item.url, page),
        catalog_id=_number(own.catalog_id),
    )


def _with_names(text: str, logins: dict[str, str]) -> str:
    """The text with the names that the market's parser took out of it."""
    for pseudonym, login in logins.items():
        text = text.replace(pseudonym, login)
    return text


def _asked(item: received.Listing) -> Amount | None:
    """The asked price to the cent; None where there is none that can be."""
    if item.asked_amount is None:
        return None
    value = Decimal(item.asked_amount)
    is_price = 0 <= value < LARGEST_PRICE and value == value.quantize(Decimal("0.01"))
    currency = item.asked_currency
    is_currency = currency is None or (len(currency) == 3 and currency.isascii() and currency.isupper())
    return Amount(value.quantize(Decimal("0.01")), currency) if is_price and is_currency else None


def _leading(item: received.Listing) -> tuple[str, ...]:
    return (item.photo.url,) if item.photo and item.photo.url else ()


def _absolute(url: str | None, page: Page) -> str | None:
    url = site_of(page) + url if url and url.startswith("/") else url
    return url if url and url.startswith(_WEB) else None


def _number(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
