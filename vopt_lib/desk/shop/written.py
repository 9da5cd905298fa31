"""This is where what she wrote into fields becomes what the shop keeps: prices, days, numbers, tags."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

from vopt_lib.errors import NoDay, NoNumber, NoPrice, NoPriceChange
from vopt_lib.schema.bulk import ENDINGS, BulkChange, PriceChange
from vopt_lib.schema.price import price_of

NO_PLACE: Final = "-"
"""Written instead of a place, it takes the place away."""

LONGEST_REASON: Final = 200

_CENT = Decimal("0.01")
_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_CHANGE = re.compile(r"([+\-−–])\s*([0-9][0-9.,]*)\s*(%|€)?")
_MINUS = "-−–"


def listing_fields(typed: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a listing and of its thing, as the shop keeps them. Raises: NotWritable; NoPrice."""
    return {name: _READERS[name](value) if name in _READERS else value for name, value in typed.items()}


def bulk_change(typed: Mapping[str, Any]) -> BulkChange:
    """What is wanted of many listings: `price` ("-10%", "+1,50"), `ending`, `floor`, `state`, `reason`, `place`,
    `add_tags`, `remove_tags`. What is left empty stays as it is.

    Raises: NoPriceChange; NoPrice.
    """
    told = {name: str(value or "").strip() for name, value in typed.items()}
    place = told.get("place") or None
    return BulkChange(
        price=_price_change(told.get("price", ""), told.get("ending", ""), told.get("floor", "")),
        state=told.get("state") or None,
        reason=told.get("reason", "")[:LONGEST_REASON] or None,
        place="" if place == NO_PLACE else place,
        add_tags=tuple(_tags(told.get("add_tags", ""))),
        remove_tags=tuple(" ".join(tag.casefold().split()) for tag in _tags(told.get("remove_tags", ""))),
    )


def deadline(typed: str, known: datetime | None) -> datetime | None:
    """The end of a day that she wrote, in this machine's zone; the moment that is known where it is of that day; None:
    she wrote none. Raises: NoDay.
    """
    day = _day(typed)
    if day is None or (known and known.astimezone().date() == day):
        return known if day else None
    return datetime.combine(day, time(23, 59)).astimezone(UTC)


def _price_change(by: str, ending: str, floor: str) -> PriceChange | None:
    chosen = next((one for one in ENDINGS if one == ending), None)
    lowest = _price(floor)
    limit = {} if lowest is None else {"floor": lowest}
    if not by:
        return PriceChange(ending=chosen, **limit) if chosen else None
    found = _CHANGE.fullmatch(by)
    size = price_of(found[2]) if found else None
    if found is None or size is None:
        raise NoPriceChange(text=by[:40])
    change = -size if found[1] in _MINUS else size
    if found[3] == "%":
        return PriceChange(share=change / 100, ending=chosen, **limit)
    return PriceChange(amount=change.quantize(_CENT), ending=chosen, **limit)


def _price(text: str) -> Decimal | None:
    if not text.strip():
        return None
    price = price_of(text)
    if price is None:
        raise NoPrice(price=text[:40])
    return price.quantize(_CENT)


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    found = _DAY.fullmatch(text.strip())
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text.strip())
    except ValueError as error:
        raise NoDay(day=text[:40]) from error


def _quantity(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,3}", text.strip()):
        raise NoNumber(number=text[:40])
    return int(text)


def _tags(text: str) -> list[str]:
    return [tag for tag in text.split(",") if tag.strip()]


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "asked": _price,
    "cost": _price,
    "bought_on": _day,
    "quantity": _quantity,
    "tags": _tags,
}
