"""The prices that are worth changing today, above her listings."""

from __future__ import annotations

import pytest

from tests.ui.pieces import seen, text_of
from vopt_lib.schema.price_page import RepricingPage
from vopt_lib.schema.pricing import Repricing, Unlearnt
from vopt_lib.schema.survival import Lack
from vopt_lib.ui.repricing import repricing_card
from vopt_lib.words import Words

EN = Words("en")
BAG = Repricing(7, "<b>Borsa", 30.0, 24.0, 3.4, 40, "Others ask less.")
SHOES = Repricing(8, "Scarpe", 10.0, 14.0, 1.2, 1, "Others ask more.")


def test_each_change_says_from_what_to_what_with_its_gain_and_why() -> None:
    made = seen(repricing_card(RepricingPage((BAG, SHOES), priced=9, most=5), EN, on_look=print).text)
    rows = [text_of(row) for row in made.xpath("//tbody/tr")]
    assert rows[0].startswith("<b>BorsaOthers ask less.40 days on sale · What is it worth?€30.00€24.00gain +€3.40")
    assert "1 day on sale" in rows[1]
    assert made.xpath("//tbody//a/@href")[:2] == ["?id=7", "/price?own=7"]
    assert "2about €5 more to expect" in text_of(made)
    assert "Of 9 things on sale. Nothing is sent to Vinted" in text_of(made)


def test_a_press_shows_the_change_before_it_is_made() -> None:
    looked: list[Repricing] = []
    made = repricing_card(RepricingPage((BAG, SHOES), priced=9, most=5), EN, on_look=looked.append)
    made.held[1]._on_click(None)  # type: ignore[attr-defined]
    assert looked == [SHOES]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (RepricingPage(lack=Unlearnt.NO_MODEL, most=5), "run: vopt train"),
        (RepricingPage(lack=Lack.FEW_SOLD, most=5), "Not enough evidence"),
        (RepricingPage(priced=1, most=5), "Of 1 thing on sale, no price is worth changing today."),
        (RepricingPage(priced=4, most=5), "Of 4 things on sale, no price is worth changing today."),
    ],
    ids=["no model", "few sold", "one", "several"],
)
def test_where_there_is_none_it_says_why(page: RepricingPage, said: str) -> None:
    assert said in text_of(seen(repricing_card(page, EN, on_look=print).text))


@pytest.mark.parametrize("page", [None, RepricingPage((BAG,), priced=1, most=0)], ids=["nothing on sale", "not wanted"])
def test_whoever_wants_none_sees_none(page: RepricingPage | None) -> None:
    assert repricing_card(page, EN, on_look=print).text == ""
