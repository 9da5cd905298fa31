"""The page of the price model: what it tells, and who may choose another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.price_rules import CARD, MODELS
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.price_model_page import price_model_page, take_model
from vopt_lib.desk.shop.opening import author_of, shop_of
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop.tables import ChannelAccount, Person

ANNA = Visitor("anna", "en", role="admin")
BEN = Visitor("ben", "en", member=2)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = open_desk(data=tmp_path)
    with shop_of(made).writing(author_of(made, None, "test")) as session:
        session.add(Person(household_id=1, name="Ben", role="member"))
        session.flush()
        session.add(ChannelAccount(household_id=1, person_id=2, channel="vinted", market="it", name="ben_r"))
    return made


def test_before_a_model_is_trained_there_is_no_card(desk: Desk) -> None:
    page = price_model_page(desk, ANNA)
    assert (page.card, page.kept, page.trouble) == (None, (), None)


def test_the_card_is_that_of_the_model_in_use_with_reasons_in_words(desk: Desk) -> None:
    page = price_model_page(desk, ANNA, models=MODELS)
    assert page.card is CARD
    assert page.left_out == (("several things together", 210), ("a price that means nothing", 34))


def test_only_who_sees_all_may_choose_another_model(desk: Desk) -> None:
    assert price_model_page(desk, ANNA, models=MODELS).may_change
    assert not price_model_page(desk, BEN, models=MODELS).may_change
    assert take_model(desk, BEN, "it-1").kind == "bad"


def test_a_damaged_shop_is_told(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path)
    desk.paths.shop.parent.mkdir(parents=True, exist_ok=True)
    desk.paths.shop.write_bytes(b"{" * 4096)
    assert price_model_page(desk, ANNA, models=MODELS).trouble is not None
    assert take_model(desk, ANNA, "it-1").kind == "bad"
