"""This is where the questions are that stand ready on the page for SQL: what a seller wants to know of her market,
and of her own shop."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from vopt_lib.schema.asking import Example
from vopt_lib.words import N_

_TITLES = {
    "sells_fastest": N_("What sells fastest?"),
    "wanted": N_("Which brands are wanted most?"),
    "brands": N_("Which brands are asked the highest prices for?"),
    "price_cuts": N_("Who lowered the price the most?"),
    "conditions": N_("How much does the condition change the price?"),
    "sizes": N_("Which sizes are on sale the most, and at what price?"),
    "sold": N_("What was proven to be sold, and what was asked for it at last?"),
    "days_until_gone": N_("How many days until listings of a brand are gone?"),
    "bargains": N_("What costs less than half of what its brand usually costs?"),
    "favourites": N_("What do people like best right now?"),
    "weeks": N_("How did prices move, week by week?"),
    "my_months": N_("What did I sell, month by month?"),
    "my_brands": N_("Which brands of mine brought the most?"),
}


@cache
def examples() -> tuple[Example, ...]:
    """Every example, the simplest first."""
    folder = Path(__file__).parent / "sql"
    return tuple(
        Example(title, (folder / f"{name}.sql").read_text(encoding="utf-8")) for name, title in _TITLES.items()
    )
