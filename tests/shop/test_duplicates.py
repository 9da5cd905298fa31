"""What was said of two that may be the same is remembered for those who may see both, and can be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.shop.full import ANNA, BEN, add_ben, fill
from tests.shop.people import NOW, author
from vopt_lib.errors import UnknownDuplicate
from vopt_lib.shop.duplicates import (
    Decided,
    ask_again,
    decide,
    decisions,
    numbers_elsewhere,
    photographed_things,
)
from vopt_lib.shop.store import Shop

OTHER = "1 vinted it 4567"


@pytest.fixture
def both(shop: Shop) -> Shop:
    """Anna and Ben, each with a thing that has two photos, and one decision."""
    add_ben(shop)
    fill(shop, 1, "anna")
    fill(shop, 2, "ben")
    return shop


def test_a_decision_is_remembered_and_the_last_one_counts(both: Shop) -> None:
    for decision, at in (("later", NOW), ("different", NOW + timedelta(days=1))):
        with both.writing(author(person_id=1)) as session:
            decide(session, ANNA, OTHER, decision, at=at)  # type: ignore[arg-type]
    with both.reading() as session:
        assert decisions(session, ANNA)[OTHER] == Decided("different", "Anna", NOW + timedelta(days=1))


def test_what_was_taken_back_waits_again(both: Shop) -> None:
    with both.writing(author(person_id=1)) as session:
        decide(session, ANNA, OTHER, "same", at=NOW)
    with both.writing(author(person_id=1)) as session:
        ask_again(session, ANNA, OTHER)
    with both.reading() as session:
        assert OTHER not in decisions(session, ANNA)
    with pytest.raises(UnknownDuplicate), both.writing(author(person_id=1)) as session:
        ask_again(session, ANNA, OTHER)


@pytest.mark.parametrize("key", ["1 vinted it 4567", "2 own 1", "1 own 2", "3 own 1", "x own 1", "2 own x", "2", ""])
def test_nobody_decides_about_things_of_others_or_of_nobody(both: Shop, key: str) -> None:
    with pytest.raises(UnknownDuplicate), both.writing(author(person_id=2)) as session:
        decide(session, BEN, key, "same", at=NOW)


def test_everybody_sees_what_is_hers(both: Shop) -> None:
    with both.reading() as session:
        assert set(decisions(session, BEN)) == {"2 vinted it 2"}
        assert set(decisions(session, ANNA)) == {"1 vinted it 1", "2 vinted it 2"}
        assert [row["item_id"] for row in photographed_things(session, BEN)] == [2, 2]
        assert photographed_things(session, BEN)[0]["title"] == "Dress of ben"
        assert numbers_elsewhere(session, 1) == {1001, 1002}
