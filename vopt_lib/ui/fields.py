"""This is where the field for a price is made, the same on every page."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import marimo as mo

STEP = 0.5
DEAREST = 100_000


def price_field(
    label: str, price: Decimal | None, on_change: Callable[[str | None], None] | None = None
) -> mo.ui.number:
    """A price in euro, or none. `on_change` is told it as an address says it best ("10", "14.99"); None: no price."""
    import marimo as mo

    def told(value: float | None) -> None:
        if on_change is not None:
            on_change(short_price(value if value is not None and 0 <= value <= DEAREST else None))

    # With a lowest or highest number, an empty field would hold that one.
    value = None if price is None else float(price)
    return mo.ui.number(step=STEP, value=value, debounce=True, label=label, on_change=told)


def short_price(price: float | None) -> str | None:
    """A price as an address says it best: "10", "14.99"."""
    return None if price is None else f"{price:.2f}".rstrip("0").rstrip(".")
