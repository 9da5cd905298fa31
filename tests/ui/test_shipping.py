"""What waits to be sent says until when in words, prints its label, and never says who bought it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.ui.pieces import seen, text_of
from vopt_lib.schema.shipping import Money, Parcel, Sent, ToShip
from vopt_lib.ui.buttons import buttons
from vopt_lib.ui.shipping import countdown, parcel_fields, shipping_acts, to_ship_shown
from vopt_lib.words import Words

EN, IT = Words("en"), Words("it")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_utc() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def parcel(number: int = 1, *titles: str, send_by: datetime = NOON + 2 * DAY, label: bool = True) -> Parcel:
    amount = Decimal("12.00")
    called = titles or ("a dress",)
    sold_at = NOON - DAY
    shipment = 10 + number if label else None
    return Parcel(number, called, len(called), sold_at, send_by, not label, amount, "EUR", shipment)


def shown(waits: ToShip, sent: Sent = Sent()) -> str:  # noqa: B008 - it never changes
    held = buttons(shipping_acts(waits, sent, EN), lambda act, thing: None)
    return str(to_ship_shown(waits, held, sent, EN))


@pytest.mark.parametrize(
    ("send_by", "told"),
    [
        (NOON + 2 * DAY, "2 days left"),
        (NOON + 12 * DAY / 24, "1 day left"),
        (NOON + 11 * DAY / 24, "today is the last day"),
        (NOON - DAY / 24, "late since today"),
        (NOON - 13 * DAY / 24, "late by 1 day"),
        (NOON - 5 * DAY, "late by 5 days"),
    ],
)
def test_a_deadline_is_told_in_days_of_the_calendar(send_by: datetime, told: str) -> None:
    assert countdown(parcel(send_by=send_by), NOON, EN) == told


def test_what_is_late_is_marked_and_what_is_not_is_not() -> None:
    html = shown(ToShip(NOON, (parcel(1, send_by=NOON - DAY), parcel(2, send_by=NOON + 4 * DAY))))
    assert html.count("is-late") == 1
    assert "late by 1 day" in html


def test_a_bundle_is_one_parcel_with_all_its_titles_escaped() -> None:
    told = text_of(seen(to_ship_shown(waits := ToShip(NOON, (parcel(1, "<b>a</b>", "a scarf"),)),
                                      buttons(shipping_acts(waits, Sent(), EN), lambda act, thing: None),
                                      Sent(), EN)))  # fmt: skip
    assert "<b>a</b>, a scarf" in told
    assert "2 things in one parcel" in told


def test_labels_open_beside_the_page_one_by_one_and_all_at_once() -> None:
    html = shown(ToShip(NOON, (parcel(1), parcel(2), parcel(3, label=False))))
    assert '<a href="/own/label/11.pdf?layout=a4-1" target="_blank" rel="noopener"' in html
    assert '<a href="/own/label/11,12.pdf?layout=thermal" target="_blank" rel="noopener"' in html
    assert html.count("no label yet") == 1


def test_an_estimated_deadline_says_so() -> None:
    assert "five days after the sale, as usual" in shown(ToShip(NOON, (parcel(label=False),)))


def test_money_of_each_currency_says_what_is_not_known() -> None:
    money = (Money("EUR", Decimal("20.50"), Decimal("8.00"), 1, 0), Money("GBP", Decimal("7.00")))
    html = shown(ToShip(NOON, (parcel(),), money=money))
    assert "€20.50 on its way (and 1 sale of unknown amount)" in html
    assert "€8.00 received</span>" in html
    assert "£7.00 on its way" in html


def test_the_fields_of_a_parcel_unfold_below_it_and_what_was_typed_stays() -> None:
    waits = ToShip(NOON, (replace(parcel(1), carrier="Poste", tracking="AB1"), parcel(2)))
    assert shown(waits).count("Poste AB1") == 1
    sent = Sent(writing=1, typed={"carrier 1": "Bartolini"})
    fields = parcel_fields(waits, sent, EN)
    assert fields.value == {"carrier 1": "Bartolini", "tracking 1": "AB1", "send_by 1": "22/11/2026"}
    assert parcel_fields(waits, Sent(), EN).value == {}
    assert parcel_fields(ToShip(NOON, (parcel(1, label=False),)), sent, EN).value["send_by 1"] == ""
    assert [label for _, label in shipping_acts(waits, sent, EN)["1"]] == ["Save", "Close", "Mark as sent"]
    held = buttons(shipping_acts(waits, sent, EN), lambda act, thing: None)
    assert str(to_ship_shown(waits, held, sent, EN, fields=fields)).count("vopt-fields") == 1


def test_what_was_sent_can_be_taken_back_also_when_nothing_waits_any_more() -> None:
    html = shown(ToShip(NOON), Sent("1 parcel is marked as sent.", (1,)))
    assert "1 parcel is marked as sent." in html
    assert "Undo" in html
    assert "vopt-card" not in html


def test_where_nothing_waits_nothing_is_said() -> None:
    assert text_of(seen(to_ship_shown(ToShip(NOON), buttons({}, lambda act, thing: None), Sent(), EN))) == ""


def test_without_a_shop_there_is_a_way_to_it() -> None:
    assert '<a href="/imports">Bring them in</a>' in shown(ToShip(NOON, has_shop=False))
