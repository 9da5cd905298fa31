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
from tests.shop.postgres import programs, server

DONE = {"status": "Order completed!", "wallet_amount": "24.00 EUR", "last_updated": "2026-11-14 17:30:00 +0000"}

MANY = 19
"""Files that this family has."""


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
        one.archive(
            *(listing(1000000001, order_value="26.0 EUR", views_count="50"), jeans),
            listing(1000000011, title="Cappello"),
            day=12,
        ),
        one.archive(listing(1000000012, title="Cappello"), listing(1000000013, title="Gonna"), day=14),
        one.archive(
            listing(1000000014, title="Cappello", marked_as_sold="1"), listing(1000000015, title="Gonna"), day=17
        ),
        one.archive(listing(1000000016, title="Gonna"), listing(1000000015, title="Gonna"), day=19),
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
        one.archive(
            order(
                order_purchased="2026-11-11 17:31:05 +0000",
                order_value="30.0 EUR",
                seller="anna_r",
                things={"Sciarpa": "10.0", "Jeans": "12.0", "Cintura": "8.0"},
            ),
            day=13,
        ),
        one.mail("Novità per te", "Scopri", sent="13"),
        one.mail(*sold("Guanti"), sent="12", results="none"),
    ]


@cache
def in_order(folder: Path) -> Rows:
    """What the shop says when they come one after the other."""
    first = home(folder)
    every = files(first)
    assert len(every) == MANY
    for file in every:
        first.take(file)
    return first.said()


@settings(max_examples=8, phases=[Phase.generate])
@given(st.permutations(range(MANY)), st.lists(st.integers(0, MANY - 1), max_size=5))
def test_in_any_order_and_repeated_they_give_the_same_shop(
    tmp_path_factory: pytest.TempPathFactory, places: Sequence[int], again: list[int]
) -> None:
    expected = in_order(tmp_path_factory.getbasetemp() / "in-order")
    other = home(tmp_path_factory.mktemp("other"))
    every = files(other)
    for place in (*places, *again):
        other.take(every[place])
    found = other.said()
    for name, rows in expected.items():
        assert found[name] == rows, name


@pytest.mark.slow
@pytest.mark.skipif(programs() is None, reason="no PostgreSQL server is installed here")
def test_backwards_on_postgresql_they_give_the_same_shop(tmp_path: Path) -> None:
    with server() as address:
        other = home(tmp_path, database_url=address)
        for file in reversed(files(other)):
            other.take(file)
        assert other.said() == in_order(tmp_path / "in-order")
