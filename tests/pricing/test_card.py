"""A model's card: the same for programs and for people, in her language and her numbers."""

from __future__ import annotations

import orjson
import pytest

from tests.pricing.cards import GOOD, WHY, card
from vopt_lib.pricing.card import card_markdown
from vopt_lib.schema.comparables import Unfit
from vopt_lib.schema.model_card import CategoryQuality, ModelCard, known
from vopt_lib.words import Words

EN = Words("en")


@pytest.mark.parametrize("changes", [{}, {"rival": None, "rival_quality": None}, {"refused": (WHY,)}])
def test_a_card_comes_back_from_its_json(changes: dict[str, object]) -> None:
    one = card(**changes)
    assert ModelCard.of_json(orjson.loads(orjson.dumps(one.as_json()))) == one


def test_a_card_with_something_missing_is_none() -> None:
    plain = card().as_json()
    for name in ("version", "quality", "trained_at", "rows"):
        with pytest.raises((KeyError, TypeError)):
            ModelCard.of_json({key: value for key, value in plain.items() if key != name})
    with pytest.raises(TypeError):
        known(CategoryQuality, {"category": "x"})


def test_it_tells_what_was_learnt_how_well_and_what_to_do() -> None:
    lines = card_markdown(card(), EN).splitlines()
    assert lines[0] == "# Price model it-20261120T063000"
    assert "7,200 listings, first seen from Oct 1, 2026 to Nov 19, 2026." in " ".join(lines) or (
        "7,200 listings, first seen from 1 Oct 2026 to 19 Nov 2026." in " ".join(lines)
    )
    assert "- sold with proof: not an asked price: 120" in lines
    assert "- several things together: 40" in lines
    assert "| median error | 25.0% | 36.0% | 25.0% |" in lines
    assert "| prices within the interval | 81.0% | – | 81.0% |" in lines
    assert "| Donna > Borse | 800 | 25.0% | +2.0% | 81.0% |" in lines
    assert "| €9.50 | €10.00 | 10% | 50% | 90% |" in lines
    assert "`vopt models use VERSION`" in lines[-2]


def test_numbers_are_in_the_readers_form() -> None:
    assert "| 25,0% | 36,0% | 25,0% |" in card_markdown(card(), Words("it"))


def test_a_refused_model_says_so_first() -> None:
    text = card_markdown(card(refused=(WHY,)), EN)
    assert text.index("It was kept aside") < text.index("What it learnt from")
    assert "- Half of its prices are off by 60% or more; at most 40% are allowed." in text


def test_a_made_up_market_is_called_so() -> None:
    assert "its prices are nobody's" in card_markdown(card(source="simulator"), EN)
    assert "its prices are nobody's" not in card_markdown(card(), EN)


@pytest.mark.parametrize("reason", [*Unfit, "sold", "twice", "untitled"])
def test_every_reason_to_leave_a_listing_out_has_words(reason: str) -> None:
    assert f": {reason}" not in card_markdown(card(left_out={reason: 2}), EN)
    assert ": 2" in card_markdown(card(left_out={reason: 2}), EN)


def test_a_strangers_category_is_no_markup() -> None:
    hostile = card(categories=(CategoryQuality("<script>|a|[x](javascript:1)\n# b", GOOD),))
    text = card_markdown(hostile, EN)
    assert "<script>" not in text
    assert "](" not in text
    assert "\n# b" not in text
    [line] = [line for line in text.splitlines() if "script" in line]
    assert line.count("|") == 6
