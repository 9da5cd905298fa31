"""The draft of a search: its address says it all, and whatever an address says, it is a draft."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vopt_lib.schema.draft import FollowDraft

FULL = FollowDraft(
    catalog=4,
    brand=("Zara", "H&M"),
    size=("M",),
    condition=(2, 3),
    price_from="5",
    price_to="30,50",
    text="lino & seta",
    name="Estate",
)


def test_the_address_of_a_draft_makes_it_again() -> None:
    assert FULL.as_query() == (
        "catalog=4&brand=Zara&brand=H%26M&size=M&condition=2&condition=3&price_from=5&price_to=30%2C50"
        "&text=lino+%26+seta&name=Estate"
    )
    assert FollowDraft.from_query("?" + FULL.as_query()) == FULL


@pytest.mark.parametrize(
    ("query", "draft"),
    [
        ("", FollowDraft()),
        ({"brand": "Zara", "catalog": "4"}, FollowDraft(catalog=4, brand=("Zara",))),
        ({"catalog": None, "brand": [], "text": "", "price_from": None}, FollowDraft()),
        ({"way": "elsewhere", "catalog": "-4", "text": "lino"}, FollowDraft(text="lino")),
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


def test_a_name_alone_asks_nothing() -> None:
    assert FollowDraft(name="Estate").is_empty
    assert FollowDraft(way="link", text="lino").is_empty
    assert not FollowDraft(text="lino").is_empty
    assert not FollowDraft(way="link", link="https://www.vinted.it/catalog").is_empty
