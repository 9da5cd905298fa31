"""Which of her prices are worth changing today, and the change before it is made."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.desk.shop.clocks import NOW, at
from tests.markets import BAGS, small_market_data
from tests.price_rules import RULES, UNSURE
from tests.selling import sell
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.pricing_known import Pricing
from vopt_lib.desk.shop.inventory_deeds import apply_bulk, press_listing
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.desk.shop.repricing import preview_repricing, priced_offers, repricing_page
from vopt_lib.schema.bulk import Plan
from vopt_lib.schema.inventory_page import Answered
from vopt_lib.schema.pricing import Repricing, Unlearnt
from vopt_lib.schema.survival import Lack
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop.tables import ListingPrice
from vopt_lib.shop.to_price import thing_to_price, things_on_sale

ANNA = Visitor("anna", "en", role="admin")
BAG: dict[str, Any] = {"catalog_id": BAGS.id, "brand": "Zara", "cost": Decimal("4.00")}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return small_market_data(tmp_path)


def test_what_asks_another_price_than_is_best_is_told_with_the_gain(desk: Desk) -> None:
    first, second = sell(desk, "Borsa rossa", "Borsa blu", **BAG)
    page = repricing_page(desk, ANNA, pricing=RULES)
    assert page is not None
    assert (page.priced, page.most, page.lack) == (2, 5, None)
    change = page.changes[0]
    assert (change.listing_id, change.asked_eur, change.advised_eur) == (first, 9.5, 22.0)
    assert [one.listing_id for one in page.changes] == [first, second]


def test_no_more_are_told_a_day_than_the_settings_say(tmp_path: Path) -> None:
    desk = small_market_data(tmp_path)
    sell(desk, *(f"Borsa {number}" for number in range(7)), **BAG)
    page = repricing_page(desk, ANNA, pricing=RULES)
    assert page is not None
    assert (len(page.changes), page.priced) == (desk.settings.repricings_a_day, 7)


def test_what_is_not_on_sale_or_cannot_be_priced_is_left_out(desk: Desk) -> None:
    _, sold = sell(desk, "Borsa rossa", "Borsa blu", **BAG)
    sell(desk, "Qualcosa")
    press_listing(desk, ANNA, "sold", sold)
    page = repricing_page(desk, ANNA, pricing=RULES)
    assert page is not None
    assert page.priced == 1


@pytest.mark.parametrize(
    ("pricing", "lack"), [(Pricing(), Unlearnt.NO_MODEL), (UNSURE, Lack.FEW_SOLD)], ids=["no model", "few sold"]
)
def test_what_is_missing_is_told(desk: Desk, pricing: Pricing, lack: Unlearnt | Lack) -> None:
    sell(desk, "Borsa", **BAG)
    page = repricing_page(desk, ANNA, pricing=pricing)
    assert page is not None
    assert (page.changes, page.lack) == ((), lack)


def test_with_nothing_on_sale_and_with_a_damaged_shop_there_is_no_list(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path)
    assert repricing_page(desk, ANNA, pricing=RULES) is None
    desk.paths.shop.write_bytes(b"{" * 4096)
    assert repricing_page(desk, ANNA, pricing=RULES) is None


def test_a_change_is_looked_at_before_and_made_as_any_other(desk: Desk) -> None:
    (number,) = sell(desk, "Borsa", **BAG)
    change = Repricing(number, "Borsa", 12.0, 14.5, 1.0, 3, "why")
    plan = preview_repricing(desk, ANNA, change)
    assert isinstance(plan, Plan)
    assert dict(plan.rows[0].changes) == {"asked": (Decimal("9.50"), Decimal("14.50"))}
    assert apply_bulk(desk, ANNA, plan).undo
    assert own(desk, number).asked == Decimal("14.50")


def test_a_change_of_what_is_gone_is_refused_in_a_sentence(desk: Desk) -> None:
    answered = preview_repricing(desk, ANNA, Repricing(77, "Borsa", 12.0, 14.5, 1.0, 3, "why"))
    assert isinstance(answered, Answered)
    assert answered.told.kind == "bad"


def own(desk: Desk, number: int) -> Any:
    with shop_of(desk).reading() as session:
        return thing_to_price(session, member_of(desk), number, now=desk.clock.now())


@pytest.fixture
def later(tmp_path: Path) -> Desk:
    """A shop whose only bag was put on sale for 12 €, asks 9.50 € since 30 days, and was seen so twice."""
    old = open_desk(data=tmp_path, clock=at())
    (number,) = sell(old, "Borsa", **BAG)
    with shop_of(old).writing(author_of(old, None, "test")) as session:
        common = {"household_id": 1, "listing_id": number, "currency": "EUR", "source": "archive"}
        for days, asked in ((-20, "12.00"), (10, "9.50")):
            session.add(ListingPrice(**common, at=NOW + timedelta(days=days), asked=Decimal(asked)))
    return open_desk(data=tmp_path, clock=at(timedelta(days=30)))


def test_a_thing_tells_what_it_asked_at_first_and_since_when_it_asks_this(later: Desk) -> None:
    thing = own(later, 1)
    assert (thing.first_asked, thing.asked, thing.cost) == (Decimal("12.00"), Decimal("9.50"), Decimal("4.00"))
    assert (thing.days_listed, thing.changed_days_ago) == (30, 30)


def test_all_that_an_adviser_asks_of_a_thing_is_there(later: Desk) -> None:
    with shop_of(later).reading() as session:
        things = things_on_sale(session, member_of(later), now=later.clock.now())
    assert not isinstance(RULES.model, Unlearnt)
    (offer,) = priced_offers(later, "it", RULES.model, things)
    assert (offer.asked_eur, offer.worth_eur, offer.first_eur, offer.selling.cost_eur) == (9.5, 22.0, 12.0, 4.0)
