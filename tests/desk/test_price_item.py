"""A thing is priced: its worth, the advice, the offer, and what it was compared with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.markets import BAGS, DRESSES, small_market_data
from tests.price_rules import RULES, UNSURE
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.price_item import Offer, price_item, priced_rows, with_likely_catalogues
from vopt_lib.schema.comparables import FairPrice, Subject
from vopt_lib.schema.pricing import PRICED, Advice, OfferAdvice, Selling, Unlearnt, Worth
from vopt_lib.schema.survival import Lack

BAG = Subject(BAGS.id, "Borsa a tracolla", brand="Zara", condition_id=2)
FREE = Selling()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return small_market_data(tmp_path_factory.mktemp("small"))


def test_a_known_thing_is_told_with_worth_advice_and_what_others_ask(desk: Desk) -> None:
    priced = price_item(desk, BAG, FREE, pricing=RULES)
    assert isinstance(priced.worth, Worth)
    assert priced.worth.middle == 22.0
    assert isinstance(priced.advice, Advice)
    assert priced.compared is not None
    assert isinstance(priced.compared.fair, FairPrice)
    assert (priced.path, priced.is_guessed, priced.offered) == ("Donna > Borse", False, None)


def test_without_a_model_it_is_compared_all_the_same(desk: Desk) -> None:
    priced = price_item(desk, BAG, FREE)
    assert (priced.worth, priced.advice) == (Unlearnt.NO_MODEL, Unlearnt.NO_MODEL)
    assert priced.compared is not None


@pytest.mark.parametrize("title", ["Lotto 3 borse", "Borsa rotta"])
def test_several_things_or_a_flaw_are_not_priced(desk: Desk, title: str) -> None:
    priced = price_item(desk, Subject(BAGS.id, title, brand="Zara"), FREE, pricing=RULES)
    assert priced.worth is Unlearnt.NOT_ONE_THING


def test_without_known_sales_it_has_a_worth_and_no_advice(desk: Desk) -> None:
    priced = price_item(desk, BAG, FREE, offer=Offer(12.0), pricing=UNSURE)
    assert isinstance(priced.worth, Worth)
    assert priced.advice is Lack.FEW_SOLD
    assert priced.offered is not None
    assert priced.offered.advice is Lack.FEW_SOLD


def test_without_a_market_it_says_what_is_missing(tmp_path: Path) -> None:
    priced = price_item(open_desk(data=tmp_path), Subject(None, "Borsa"), FREE, offer=Offer(3.0), pricing=RULES)
    assert priced.worth is Unlearnt.NO_CATALOGUE
    assert priced.compared is None
    assert priced.offered is not None
    assert priced.offered.advice is Unlearnt.NO_CATALOGUE


def test_an_offer_is_held_against_what_is_asked(desk: Desk) -> None:
    def answer(offer: Offer) -> OfferAdvice:
        offered = price_item(desk, BAG, FREE, offer=offer, pricing=RULES).offered
        assert offered is not None
        assert isinstance(offered.advice, OfferAdvice)
        return offered.advice

    assert answer(Offer(16.0, asked_eur=20.0)).accept
    assert answer(Offer(15.0, asked_eur=20.0)) == OfferAdvice(False, 16.0, 18.0)
    assert not answer(Offer(15.0)).accept


def test_what_lies_in_two_catalogues_alike_is_not_guessed(
    desk: Desk,
) -> None:
    # Both catalogues of the small market have the same titles: nothing can be guessed there.
    lost, kept = Subject(None, "Abito lungo nero"), Subject(DRESSES.id, "Borsa a tracolla")
    assert with_likely_catalogues(desk, "it", [lost, kept]) == [lost, kept]


def test_nothing_is_guessed_where_nothing_is_published(tmp_path: Path) -> None:
    lost = Subject(None, "Abito lungo nero")
    assert with_likely_catalogues(open_desk(data=tmp_path), "it", [lost]) == [lost]


def test_a_row_has_all_that_a_model_reads_and_no_price(desk: Desk) -> None:
    rows = priced_rows(desk, [Subject(BAGS.id, "Borsa", "Zara", "M", 2, "nero"), Subject(None)])
    assert rows.schema == PRICED
    assert rows.row(0, named=True) == {
        "id": "0", "title": "Borsa", "brand": "Zara", "category": "Donna > Borse", "size": "M",
        "condition": "Ottime", "color": "nero", "material": None, "description": None,
        "listed_on": desk.clock.now().date(), "price_eur": None,
    }  # fmt: skip
    assert set(rows.row(1)) == {"1", None, desk.clock.now().date()}
