"""This is where we say what one answer of Vinted looks like: the HTTP envelope and the listing in it, in every era.

Only JSON types are judged here (is the price a number, is the id a whole number). What a value may be (not negative, a
known currency) is judged on whole frames, in `contract`. A person's id or login never gets here: answers are cleaned
before, and `Seller.id` is already the pseudonym.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from vopt_lib.words import N_

SEPARATOR = " · "
"""Between size and condition in the second line of a card (recorded 2026-09-19)."""

Amount = Annotated[str, Field(pattern=r"^-?[0-9]{1,30}(\.[0-9]{1,10})?$")]
"""An amount of money as received: text or a JSON number."""

ListingId = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
Count = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
PageNumber = Annotated[int, Field(ge=0, le=10_000)]
Epoch = Annotated[int, Field(ge=0, le=4_102_444_800)]

SHAPE_REASONS: dict[str, str] = {
    "not_an_object": N_("the entry is not a listing at all"),
    "no_id": N_("the listing has no id"),
    "bad_id": N_("the id is not a whole number of 64 bits"),
    "bad_title": N_("the title is not text"),
    "bad_price": N_("the price is not a number"),
    "bad_fee": N_("the buyer-protection fee is not a number"),
    "bad_total": N_("the price with fee is not a number"),
    "bad_link": N_("the address of the listing is not text"),
    "bad_photo": N_("the photo is not what a photo looks like"),
    "bad_count": N_("favourites or views are not a whole number"),
    "bad_type": N_("another value has the wrong type"),
}
"""Why an entry is not a listing: one word per rule."""

_REASON_OF_FIELD = {
    "id": "bad_id",
    "title": "bad_title",
    "price": "bad_price",
    "service_fee": "bad_fee",
    "total_item_price": "bad_total",
    "url": "bad_link",
    "photo": "bad_photo",
    "favourite_count": "bad_count",
    "view_count": "bad_count",
}


class _Received(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class Money(_Received):
    """An amount in a currency (since November 2024)."""

    amount: Amount | None = None
    currency_code: str | None = None


class ItemBox(_Received):
    """What the card shows: brand, then "size · condition"."""

    first_line: str | None = None
    second_line: str | None = None


class HighResolution(_Received):
    """The original photo; its upload time was told until September 2026."""

    timestamp: Epoch | None = None


class Photo(_Received):
    """The leading photo. `thumbnails` stays as received: only one of them is ever used."""

    url: str | None = None
    thumbnails: Any = None
    high_resolution: HighResolution | None = None

    @property
    def thumbnail_url(self) -> str | None:
        """The 310x430 thumbnail, else the first one."""
        first: str | None = None
        for thumbnail in self.thumbnails if isinstance(self.thumbnails, list) else ():
            url = thumbnail.get("url") if isinstance(thumbnail, dict) else None
            if not isinstance(url, str):
                continue
            if thumbnail.get("type") == "thumb310x430":
                return url
            first = first or url
        return first


class Seller(_Received):
    """What is kept of a person: the pseudonym, and whether it is a shop."""

    id: str | None = None
    business: bool | None = None


class Listing(_Received):
    """One listing of any answer. A field that a shape does not have is None."""

    id: ListingId
    title: str | None = None
    url: str | None = None
    price: Money | Amount | None = None
    currency: str | None = None
    service_fee: Money | Amount | None = None
    total_item_price: Money | Amount | None = None
    conversion: dict[str, Any] | None = None
    brand_title: str | None = None
    size_title: str | None = None
    status: str | None = None
    item_box: ItemBox | None = None
    favourite_count: Count | None = None
    view_count: Count | None = None
    promoted: bool | None = None
    content_source: str | None = None
    user: Seller | None = None
    photo: Photo | None = None

    @property
    def brand(self) -> str | None:
        """Brand as shown; None when there is none."""
        return self.brand_title or (self.item_box and self.item_box.first_line) or None

    @property
    def size(self) -> str | None:
        """Size as shown; None when there is none."""
        if self.size_title:
            return self.size_title
        line = self.item_box and self.item_box.second_line
        return (line.rpartition(SEPARATOR)[0] or None) if line else None

    @property
    def condition_label(self) -> str | None:
        """Condition in the language of the answer."""
        if self.status:
            return self.status
        line = self.item_box and self.item_box.second_line
        return (line.rpartition(SEPARATOR)[2] or None) if line else None

    @property
    def asked_amount(self) -> str | None:
        """Asked price as received."""
        return amount(self.price)

    @property
    def asked_currency(self) -> str | None:
        """Currency of the asked price, as received."""
        return (self.price.currency_code if isinstance(self.price, Money) else None) or self.currency

    @property
    def price_eur(self) -> Decimal | None:
        """Asked price, when it is in euro."""
        asked = self.asked_amount
        return Decimal(asked) if asked is not None and self.asked_currency == "EUR" else None


class OwnListing(Listing):
    """One listing of a wardrobe or of its own page, which tell more than a search result."""

    description: str | None = None
    colour: str | None = None
    category: str | None = None
    catalog_id: Any = None
    photos: Any = None
    uploaded_at: datetime | None = None
    is_draft: bool | None = None
    is_closed: bool | None = None
    is_reserved: bool | None = None
    is_hidden: bool | None = None
    item_closing_action: str | None = None
    is_deleted: bool | None = None
    """The listing's page is gone. No answer says so: a visit does."""

    @property
    def photo_urls(self) -> tuple[str, ...]:
        """The addresses of its photos, in order."""
        told = [one.get("url") for one in self.photos if isinstance(one, dict)] if isinstance(self.photos, list) else []
        leading = [self.photo.url] if self.photo else []
        return tuple(dict.fromkeys(url for url in (*leading, *told) if isinstance(url, str)))

    @property
    def state(self) -> str:
        """What the answer proves: deleted, sold, closed, reserved, hidden (also a draft) or on_sale.

        Source: facts of item pages, autumn 2026: a sold listing has item_closing_action "sold" or is_closed.
        """
        if self.is_deleted:
            return "deleted"
        if self.item_closing_action == "sold" or (self.is_closed and not self.item_closing_action):
            return "sold"
        if self.is_closed or self.item_closing_action:
            return "closed"
        if self.is_reserved:
            return "reserved"
        return "hidden" if self.is_hidden or self.is_draft else "on_sale"


class Pagination(_Received):
    """Where in the result a page is. Today total_entries is 960 at most."""

    current_page: PageNumber | None = None
    per_page: PageNumber | None = None
    total_entries: int | None = None
    total_pages: int | None = None
    time: Epoch | None = None


def amount(money: Money | str | None) -> str | None:
    """The amount as received, in the old era's form or the new one's."""
    return money.amount if isinstance(money, Money) else money


@cache
def _list_of(kind: type[Listing]) -> TypeAdapter[list[Any]]:
    return TypeAdapter(list[kind])  # type: ignore[valid-type]


def validate(kind: type[Listing], entries: list[Any]) -> tuple[list[Any], list[tuple[int, str, str]]]:
    """The entries as listings, and (index, reason, detail) of those that are none.

    The good case is one call; only a list with a bad entry is taken apart.
    """
    try:
        return _list_of(kind).validate_python(entries), []
    except ValidationError:
        pass
    good: list[Any] = []
    bad: list[tuple[int, str, str]] = []
    for index, entry in enumerate(entries):
        try:
            good.append(kind.model_validate(entry))
        except ValidationError as error:
            bad.append((index, *_reason(error)))
    return good, bad


def pagination(received: object) -> Pagination:
    """The pagination of an envelope; a broken one says nothing."""
    try:
        return Pagination.model_validate(received)
    except ValidationError:
        return Pagination()


def _reason(error: ValidationError) -> tuple[str, str]:
    first = error.errors(include_url=False, include_context=False)[0]
    detail = f"{'.'.join(map(str, first['loc']))}: {first['input']!r}"[:200]
    if not first["loc"]:
        return "not_an_object", repr(first["input"])[:200]
    field = str(first["loc"][0])
    if field == "id" and (first["type"] == "missing" or first["input"] is None):
        return "no_id", ""
    return _REASON_OF_FIELD.get(field, "bad_type"), detail
