"""This is where a price that a person wrote becomes an amount."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field

DEAREST = 100_000

_WHOLE = r"(?P<whole>[0-9]+|[0-9]{1,3}(?:[.,'’\s][0-9]{3})+)"
_WRITTEN = re.compile(rf"€?\s*{_WHOLE}(?:[.,](?P<cents>[0-9]{{1,2}}))?\s*(?:€|eur|euro)?", re.IGNORECASE)


def price_of(written: str) -> Decimal | None:
    """The amount in euro, whether she writes "12,50", "12.50", "€ 12" or "1.250"; None: that is no price.

    One or two digits behind the last point or comma are cents, three are thousands: so both habits are understood.
    """
    found = _WRITTEN.fullmatch(written.strip())
    if found is None:
        return None
    whole, cents = re.sub(r"[^0-9]", "", found["whole"]), found["cents"]
    amount = Decimal(f"{whole}.{cents}" if cents else whole)
    return amount if amount <= DEAREST else None


def short_price(price: Decimal | float | None) -> str | None:
    """A price as an address says it best: "10", "14.99"."""
    return None if price is None else f"{price:.2f}".rstrip("0").rstrip(".")


Price = Annotated[
    Decimal,
    Field(ge=0, le=DEAREST, max_digits=8, decimal_places=2),
    BeforeValidator(lambda price: price_of(price) if isinstance(price, str) else price),
]
"""A price in euro, with cents; from text as people write it."""
