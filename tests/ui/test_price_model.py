"""The page of the price model: how good it is, where it is wrong, and the models that are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.price_rules import CARD, MODELS, OLDER
from tests.ui.pieces import seen, text_of
from vopt_lib.errors import LakeDamaged
from vopt_lib.schema.model_card import CategoryQuality, Drift, KeptModel, Reason
from vopt_lib.schema.price_page import ModelPage
from vopt_lib.schema.searches import Told
from vopt_lib.ui import price_model as draw
from vopt_lib.words import Words

EN = Words("en")
PAGE = ModelPage(CARD, MODELS.kept, left_out=(("several things together", 210),), may_change=True)
PARTS = (draw.answer, draw.agreement, draw.where_wrong, draw.model_card)


def told(markup: Any) -> str:
    return text_of(seen(markup)) if markup else ""


def test_its_figures_stand_beside_those_of_the_plain_median() -> None:
    text = told(draw.answer(PAGE, EN))
    assert "Half are off by at most29.4%plain median: 37.2%" in text
    assert "Within the interval80.3%80% are meant" in text
    assert "Winkler score1.79–1.79" in text
    assert "the one before" in text
    assert "the one before" not in told(draw.answer(replace(PAGE, card=replace(CARD, rival=None)), EN))


def test_a_model_without_intervals_has_no_share_within_them() -> None:
    bare = replace(CARD, quality=replace(CARD.quality, coverage=None, winkler=None))
    assert "are meant" not in told(draw.answer(replace(PAGE, card=bare), EN))


def test_the_worst_catalogues_come_first_and_many_are_folded() -> None:
    made = seen(draw.where_wrong(PAGE, EN))
    assert text_of(made.xpath("//tbody/tr")[0]) == "Donna > Scarpe > Sneakers16041%+1.2%74%"
    many = tuple(CategoryQuality(f"Catalogue {number}", CARD.quality) for number in range(20))
    assert "Show all 20 catalogues" in told(draw.where_wrong(replace(PAGE, card=replace(CARD, categories=many)), EN))


def test_told_and_asked_and_the_intervals_are_drawn() -> None:
    text = told(draw.agreement(PAGE, EN))
    assert "Told and asked" in text
    assert "Do the intervals hold?" in text
    assert draw.agreement(replace(PAGE, card=replace(CARD, calibration=())), EN) == ""


def test_the_card_says_what_it_learnt_from_and_what_it_cannot_do() -> None:
    text = told(draw.model_card(PAGE, EN))
    assert "11,160 listings, first seen from 20 Aug 2026 to 14 Nov 2026." in text
    assert "several things together: 210" in text
    assert "not what somebody pays for it" in text
    assert "made up" not in text
    assert "made up" in told(draw.model_card(replace(PAGE, card=replace(CARD, source="simulator")), EN))


def test_a_model_that_should_learn_anew_says_why() -> None:
    drift = Drift(
        CARD.version, datetime(2026, 11, 20, tzinfo=UTC), 400, reasons=(Reason("It is off by {n}.", {"n": 9}),)
    )
    assert "It should learn anewIt is off by 9." in told(draw.missing(replace(PAGE, drift=drift), EN))
    assert draw.missing(PAGE, EN) == ""


def test_the_kept_models_say_how_they_stand_and_one_can_be_taken() -> None:
    pressed: list[str] = []
    made = draw.versions(PAGE, EN, on_use=pressed.append)
    held = made.held  # type: ignore[attr-defined]
    assert list(held) == [OLDER.version]
    held[OLDER.version]._on_click(None)
    assert pressed == [OLDER.version]
    text = text_of(seen(made.text))
    assert "in use" in text
    assert "kept asideIt is worse." in text


def test_who_may_not_choose_has_no_buttons() -> None:
    assert draw.versions(replace(PAGE, may_change=False), EN, on_use=print).held == {}  # type: ignore[attr-defined]


def test_a_model_whose_card_cannot_be_read_says_so() -> None:
    broken = KeptModel("it-1", None, False, LakeDamaged(name="x", detail="y"))
    text = text_of(seen(draw.versions(replace(PAGE, kept=(broken,)), EN, on_use=print).text))
    assert "it-1" in text
    assert EN.error(LakeDamaged(name="x", detail="y")) in text


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (ModelPage(), "No price model yet"),
        (ModelPage(told=Told("Done.", "good")), "Done."),
        (ModelPage(trouble=LakeDamaged(name="x", detail="y")), "This did not work"),
    ],
    ids=["none", "after a press", "trouble"],
)
def test_without_a_model_it_says_what_to_run(page: ModelPage, said: str) -> None:
    assert said in told(draw.missing(page, EN))
    assert [part(page, EN) for part in PARTS] == [""] * 4
    assert draw.versions(page, EN, on_use=print).text == ""
    assert "How far can I trust a price?" in told(draw.head(page, EN))
