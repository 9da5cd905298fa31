"""Archives and e-mails taken in in any order, several times: the same shop."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.desk.shop.takings import Home, completed, home, label, listing, order, sold
from tests.shop.natural import Rows

DONE = {"status": "Order completed!", "wallet_amount": "24.00 EUR", "last_updated": "2026-11-14 17:30:00 +0000"}


def files(one: Home) -> list[Path]:
    """What a family may have: two archives that differ, a relist, twins, mails with and without numbers."""
    dress, jeans = listing(1000000001, order_value="26.0 EUR"), listing(1000000002, title="Jeans")
    twins = [listing(number, title="Maglia", description="Lana") for number in (1000000003, 1000000004)]
    again = listing(1000000005, title="Jeans", order_value="9.0 EUR")
    sale = order(title="Abito Zara nero", order_purchased="2026-11-09 17:31:05 +0000", order_value="24.0 EUR")
    done = order(title="Abito Zara nero", order_purchased="2026-11-09 17:31:05 +0000", order_value="24.0 EUR", **DONE)
    return [
        one.archive(dress, jeans, *twins, sale, day=10),
        one.archive(
            *(listing(1000000001, order_value="24.0 EUR", marked_as_sold="1", brand=""), twins[0], again, done), day=16
        ),
        one.archive(listing(1000000001, order_value="26.0 EUR", views_count="50"), jeans, day=12),
        one.mail(*sold(), sent="09"),
        one.mail(*label(), sent="10", pdf="Vinted-Label-16606466410.pdf"),
        one.mail(*completed(), sent="14"),
        one.mail(*sold("Maglia", price="12.00"), sent="08"),
        one.mail("Maglia etichetta digitale", sent="09"),
        one.mail(*sold("Set di 3 articoli", price="30.00"), sent="11"),
        one.mail(*sold("Borsa"), sent="05"),
        one.mail(*sold("Borsa"), sent="06"),
        one.mail(*label("Borsa", 16606466499), sent="07"),
        one.mail(*completed(16606466500, "7,00"), sent="13"),
        one.mail("Novità per te", "Scopri", sent="13"),
        one.mail(*sold("Guanti"), sent="12", results="none"),
    ]


@cache
def in_order(folder: Path) -> tuple[Rows, int]:
    """What the shop says when they come one after the other."""
    first = home(folder)
    every = files(first)
    for file in every:
        first.take(file)
    return first.said(), len(every)


@settings(max_examples=8, phases=[Phase.generate])
@given(st.permutations(range(15)), st.lists(st.integers(0, 14), max_size=5))
def test_in_any_order_and_repeated_they_give_the_same_shop(
    tmp_path_factory: pytest.TempPathFactory, order_: Sequence[int], again: list[int]
) -> None:
    expected, _ = in_order(tmp_path_factory.getbasetemp() / "in-order")
    other = home(tmp_path_factory.mktemp("other"))
    every = files(other)
    for place in (*order_, *again):
        other.take(every[place])
    found = other.said()
    for name, rows in expected.items():
        assert found[name] == rows, name
