"""The draft of a search: its address says it all, and whatever an address says, it is a draft."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vopt_lib.schema.draft import FollowDraft

FULL = FollowDraft(
    catalog=4,
    brand=("Zara", "H&M"),
    size=("M",),
    condition=(2, 3),
    price_from=Decimal(5),
    price_to=Decimal("30.50"),
    text="lino & seta",
    name="Estate",
)


def test_the_address_of_a_draft_makes_it_again() -> None:
    assert FULL.as_query() == (
        "catalog=4&brand=Zara&brand=H%26M&size=M&condition=2&condition=3&price_from=5&price_to=30.50"
        "&text=lino+%26+seta&name=Estate"
    )
    assert FollowDraft.from_query("?" + FULL.as_query()) == FULL


@pytest.mark.parametrize(
    ("query", "draft"),
    [
        ("", FollowDraft()),
        ({"brand": "Zara", "catalog": "4"}, FollowDraft(catalog=4, brand=("Zara",))),
        ({"catalog": None, "brand": [], "text": "", "price_from": None}, FollowDraft()),
        ({"way": "elsewhere", "catalog": "-4", "price_from": "much", "text": "lino"}, FollowDraft(text="lino")),
        ({"price_from": 5.5, "price_to": -1}, FollowDraft(price_from=Decimal("5.5"))),
        ({"text": "  \t "}, FollowDraft()),
    ],
)
def test_what_cannot_be_understood_is_left_out(query: str | dict[str, object], draft: FollowDraft) -> None:
    assert FollowDraft.from_query(query) == draft


@given(
    st.dictionaries(st.sampled_from([*FollowDraft.model_fields, "other"]), st.text() | st.lists(st.text()) | st.none())
)
def test_any_address_is_a_draft(query: dict[str, object]) -> None:
    draft = FollowDraft.from_query(query)
    assert FollowDraft.from_query(draft.as_query()) == draft


@pytest.mark.parametrize(
    ("low", "high", "band"),
    [
        (None, None, None),
        (Decimal(5), Decimal(30), "5-30"),
        (Decimal("5.50"), None, "5.50-"),
        (None, Decimal(30), "-30"),
    ],
)
def test_prices_are_one_band(low: Decimal | None, high: Decimal | None, band: str | None) -> None:
    assert FollowDraft(price_from=low, price_to=high).price == band


def test_a_name_alone_asks_nothing() -> None:
    assert FollowDraft(name="Estate").is_empty
    assert FollowDraft(way="link", text="lino").is_empty
    assert not FollowDraft(text="lino").is_empty
    assert not FollowDraft(way="link", link="https://www.vinted.it/catalog").is_empty
