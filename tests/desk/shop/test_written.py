"""What she writes into fields, and what the shop keeps of it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vopt_lib.desk.shop.written import bulk_change, listing_fields
from vopt_lib.errors import NoDay, NoNumber, NoPrice, NoPriceChange, VoptError
from vopt_lib.schema.bulk import BulkChange, PriceChange


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("asked", "12,50", Decimal("12.50")),
        ("asked", "€ 1.250", Decimal("1250.00")),
        ("asked", " ", None),
        ("cost", "3", Decimal("3.00")),
        ("bought_on", "2/1/2026", date(2026, 1, 2)),
        ("bought_on", "2026-01-02", date(2026, 1, 2)),
        ("bought_on", "", None),
        ("quantity", "3", 3),
        ("tags", "mare, estate,, ", ["mare", " estate"]),
        ("title", " Abito ", " Abito "),
    ],
)
def test_a_field_is_read_as_people_write_it(name: str, typed: str, kept: object) -> None:
    assert listing_fields({name: typed}) == {name: kept}


@pytest.mark.parametrize(
    ("name", "typed", "error"),
    [
        ("asked", "dodici", NoPrice),
        ("asked", "-3", NoPrice),
        ("bought_on", "31/2/2026", NoDay),
        ("bought_on", "ieri", NoDay),
        ("quantity", "0", NoNumber),
        ("quantity", "1.5", NoNumber),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(name: str, typed: str, error: type[VoptError]) -> None:
    with pytest.raises(error, match=r"Write it as|whole number"):
        listing_fields({name: typed})


@pytest.mark.parametrize(
    ("typed", "change"),
    [
        ({}, BulkChange()),
        ({"price": "-10%"}, BulkChange(PriceChange(share=Decimal("-0.10")))),
        ({"price": "− 7,5 %", "ending": "90"}, BulkChange(PriceChange(share=Decimal("-0.075"), ending="90"))),
        ({"price": "+1,50 €", "floor": "5"}, BulkChange(PriceChange(amount=Decimal("1.50"), floor=Decimal("5.00")))),
        ({"ending": "50"}, BulkChange(PriceChange(ending="50"))),
        ({"state": "paused", "place": " Cantina "}, BulkChange(state="paused", place="Cantina")),
        ({"place": "-"}, BulkChange(place="")),
        ({"state": "paused", "reason": " in vacanza "}, BulkChange(state="paused", reason="in vacanza")),
        ({"reason": "x" * 300}, BulkChange(reason="x" * 200)),
        (
            {"add_tags": "mare, Sole", "remove_tags": "Neve "},
            BulkChange(add_tags=("mare", " Sole"), remove_tags=("neve",)),
        ),
    ],
    ids=str,
)
def test_what_is_wanted_of_many_is_read_from_the_fields(typed: dict[str, str], change: BulkChange) -> None:
    assert bulk_change(typed) == change


@pytest.mark.parametrize("price", ["10%", "12.50", "-", "meno dieci", "-10%%", "--5"])
def test_a_price_change_needs_its_sign(price: str) -> None:
    with pytest.raises(NoPriceChange, match="neither a cut nor a raise"):
        bulk_change({"price": price})


@given(st.text(max_size=30), st.sampled_from(["asked", "cost", "bought_on", "quantity", "tags"]))
def test_whatever_is_typed_is_kept_or_refused(typed: str, name: str) -> None:
    with suppress(VoptError):
        listing_fields({name: typed})
    with suppress(VoptError):
        bulk_change({"price": typed, "floor": typed, "add_tags": typed, "remove_tags": typed, "place": typed})
