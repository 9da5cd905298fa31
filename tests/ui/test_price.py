"""The page of one price: what it says in every state, and that strangers' words stay text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.price_rules import RuleAdviser
from tests.ui.pieces import seen, text_of
from tests.ui.test_listing import COMPARED
from vopt_lib.errors import LakeDamaged
from vopt_lib.schema.comparables import Subject
from vopt_lib.schema.filters import PriceFilters
from vopt_lib.schema.market_page import Choice, Freshness
from vopt_lib.schema.price_page import Offered, Priced, PricePage
from vopt_lib.schema.pricing import Advice, Factor, OfferAdvice, Selling, Unlearnt, Worth
from vopt_lib.schema.queries import Term
from vopt_lib.schema.survival import Lack
from vopt_lib.ui import price
from vopt_lib.ui.price_bar import price_bar
from vopt_lib.words import Words

EN, IT = Words("en"), Words("it")
AT = datetime(2026, 11, 12, 8, tzinfo=UTC)
FRESH = Freshness(AT, AT.date(), AT, 0.5)
HOSTILE = "<script>alert(1)</script>"

FACTORS = (
    Factor("brand", "Zara", 4.2),
    Factor("condition", "Ottime", -1.0),
    Factor("season", "winter", 0.3),
    Factor("size", "M", -0.004),
)
WORTH = Worth(14.0, 20.0, 28.0, FACTORS)
ADVICE = RuleAdviser().advise(20.0, Selling(cost_eur=5.0))
assert isinstance(ADVICE, Advice)
PRICED = Priced(
    Subject(19, "Borsa", "Zara"), Selling(5.0), WORTH, COMPARED, ADVICE, "Donna > Borse", is_guessed=False
)  # fmt: skip
PAGE = PricePage(FRESH, PriceFilters(title="Borsa"), PRICED)
BARE = PricePage(FRESH, PriceFilters())


def told(markup: Any) -> str:
    return text_of(seen(markup)) if markup else ""


def with_(**changes: Any) -> PricePage:
    return replace(PAGE, priced=replace(PRICED, **changes))


def test_the_card_says_worth_and_what_to_ask_with_days() -> None:
    text = told(price.answer(PAGE, EN))
    assert "Worth€20.00€14.00 to €28.00" in text
    assert "Ask€30.00half sold in 45 days" not in text
    assert f"Ask{EN.money(ADVICE.ask)}half sold in" in text
    assert "To sell fast€15.00half sold in 11 days" in text
    assert "Not below€5.00" in text
    assert "€2 less than you are advised to ask sells it about 3 days sooner." in text


def test_what_it_asks_now_stands_beside_what_to_ask() -> None:
    assert "Asks now€17.00" in told(price.answer(replace(PAGE, asked_eur=17.0), EN))


def test_a_guessed_catalogue_is_told() -> None:
    assert "guessed" not in told(price.answer(PAGE, EN))
    assert "guessed from the title: Donna > Borse." in told(price.answer(with_(is_guessed=True), EN))


@pytest.mark.parametrize("lack", list(Unlearnt))
def test_what_cannot_be_priced_says_why_and_shows_no_price(lack: Unlearnt) -> None:
    page = with_(worth=lack, advice=lack)
    assert EN.say(lack.sentence) in told(price.answer(page, EN))
    assert "€" not in told(price.answer(page, EN))
    assert price.curves(page, EN) == ""
    assert "What makes its price" not in told(price.why(page, EN))


def test_without_known_sales_the_worth_is_told_and_why_there_is_no_advice() -> None:
    text = told(price.answer(with_(advice=Lack.FEW_SOLD), EN))
    assert "Worth€20.00" in text
    assert "too few of these listings are known to have been sold" in text
    assert price.curves(with_(advice=Lack.FEW_SOLD), EN) == ""


def test_the_factors_are_told_in_words_and_euros() -> None:
    text = told(price.why(PAGE, EN))
    assert "BrandZara+€4.20" in text
    assert "ConditionVery good−€1.00" in text
    assert "seasonwinter+€0.30" in text
    assert "Size" not in text
    assert "CondizioniOttime−1,00" in told(price.why(PAGE, IT))


@pytest.mark.parametrize(
    ("advice", "said", "kind"),
    [
        (OfferAdvice(True, 15.0, None), "Yes: waiting for a better one is worth €15.00 now", "is-good"),
        (OfferAdvice(False, 19.0, 21.0), "this brings less. Propose €21.00 instead.", "is-warn"),
        (OfferAdvice(False, 19.0, None), "this brings less.", "is-warn"),
        (Lack.FEW_SOLD, "Not enough evidence", "is-info"),
    ],
    ids=["take", "counter", "leave", "unknown"],
)
def test_an_offer_is_answered(advice: OfferAdvice | Lack, said: str, kind: str) -> None:
    made = price.offer(with_(offered=Offered(18.0, advice)), EN)
    assert "Take €18.00?" in told(made)
    assert said in told(made)
    assert kind in str(made)


def test_without_an_offer_nothing_is_said_of_one() -> None:
    assert price.offer(PAGE, EN) == ""


def test_both_curves_are_drawn_and_the_comparables_stand_apart_from_the_sold() -> None:
    assert "What each price brings" in told(price.curves(PAGE, EN))
    assert "How fast it goes" in told(price.curves(PAGE, EN))
    assert "What others like it ask" in told(price.why(PAGE, EN))
    assert "Most alike, sold with proof" in told(price.others(PAGE, EN))


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (BARE, "Write the title above"),
        (replace(BARE, own=(Choice(1, "Borsa"),)), "Choose one of yours above"),
        (replace(BARE, trouble=LakeDamaged(name="x", detail="y")), "This did not work"),
    ],
    ids=["nothing", "own things", "trouble"],
)
def test_without_a_thing_it_says_what_to_do(page: PricePage, said: str) -> None:
    assert said in told(price.missing(page, EN))
    parts = (price.answer, price.offer, price.curves, price.why, price.others)
    assert [part(page, EN) for part in parts] == [""] * 5
    assert "/price_model" in str(price.head(page, EN))


def test_strangers_words_stay_text() -> None:
    compared = replace(COMPARED, on_sale=COMPARED.on_sale.with_columns(title=COMPARED.on_sale["title"] + HOSTILE))
    worth = replace(WORTH, factors=(Factor(HOSTILE, HOSTILE, 1.0), Factor("condition", HOSTILE, 2.0)))
    page = with_(worth=worth, compared=compared, path=HOSTILE, is_guessed=True)
    for part in (price.answer, price.why, price.others):
        assert HOSTILE not in str(part(page, EN))


def test_the_fields_hold_what_is_known_and_lead_to_their_address() -> None:
    filled = PriceFilters(own=2, title="Borsa", brand="Nobody", catalog=77, condition=2)
    choices = {
        "own": (Choice(2, "Borsa"),),
        "brands": (Choice("Zara", listings=3),),
        "conditions": (Term(2, "Very good"),),
    }
    page = PricePage(FRESH, filled, catalogues=(Term(19, "Donna > Borse"),), **choices)  # type: ignore[arg-type]
    asked: list[str] = []
    made = price_bar(page, PriceFilters(own=2), EN, asked.append)
    held = made.held  # type: ignore[attr-defined]
    assert {name: held[name].value for name in ("own", "title", "brand", "catalog", "condition")} == {
        "own": 2, "title": "Borsa", "brand": "Nobody", "catalog": 77, "condition": 2,
    }  # fmt: skip
    assert "Zara · 3" in held["brand"].options
    held["title"]._on_change("Zaino")
    held["own"]._on_change(None)
    assert asked == ["own=2&title=Zaino", ""]
    assert "Price another thing" in made.text
    assert "Price another thing" not in price_bar(page, PriceFilters(), EN, asked.append).text


def test_without_things_of_her_own_there_is_no_field_for_them() -> None:
    assert "own" not in price_bar(BARE, PriceFilters(), EN, print).held  # type: ignore[attr-defined]
