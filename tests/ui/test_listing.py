"""The page of one listing: what it says in every state, and that strangers' words stay text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.ui.pieces import TOLD, seen, text_of
from vopt_lib.errors import LakeDamaged, NothingPublished
from vopt_lib.schema.comparables import COMPARABLE, Comparables, Effect, FairPrice, Shortage, Unfit
from vopt_lib.schema.listing_page import ListingPage, Offer
from vopt_lib.schema.market_page import Freshness
from vopt_lib.schema.selling_page import Speed
from vopt_lib.ui import listing
from vopt_lib.words import Words

EN = Words("en")
AT = datetime(2026, 11, 12, 8, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>"

FACTS: dict[str, Any] = {
    "source": "vinted", "market": "it", "listing_id": 7, "title": "Vestito", "brand": "Zara", "size": "M",
    "condition_id": 2, "url": "https://www.vinted.it/items/7", "thumbnail_url": None, "currency": "EUR",
    "first_asked_amount": Decimal("20.00"), "last_asked_amount": Decimal("15.00"), "last_price_eur": Decimal("15.00"),
    "first_seen_at": AT, "last_seen_at": AT, "days_seen": 3, "favourite_count": 4, "leaf_catalog_id": 19,
}  # fmt: skip
ENDED = FACTS | {"gone_after": AT, "gone_before": AT, "evidence": "sold"}


def other(**changed: Any) -> dict[str, Any]:
    facts = {
        "listing_id": 8, "title": "Vestito blu", "brand": "Mango", "size": "S", "condition_id": 3,
        "url": "https://www.vinted.it/items/8", "evidence": "on_sale", "last_seen_at": AT, "price_eur": 20.0,
        "adjusted_eur": 18.0, "by_brand": -0.12, "by_size": 0.0, "by_condition": 0.02, "by_words": None,
        "likeness": 0.61,
    }  # fmt: skip
    return facts | changed


def frame(*rows: dict[str, Any], **more: Any) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=COMPARABLE | more)


COMPARED = Comparables(
    on_sale=frame(other()),
    sold=frame(other(listing_id=9, evidence="sold")),
    fair=FairPrice(12.0, 17.0, 24.0, 40),
    last_seen=Shortage.FEW_ALIKE,
    effects=(Effect("brand", "Zara", -0.1, 310), Effect("condition", "2", 0.05, 99)),
    excluded=frame(other() | {"reason": "bundle"}, reason=pl.String),
    reasons={Unfit.BUNDLE: 12, Unfit.NONSENSE: 3},
)
PRICES = pl.DataFrame({"at": [AT, AT], "amount": [Decimal("20.00"), Decimal("15.00")], "spell": [0, 0]})
OFFER = Offer(FACTS, "Donna > Borse", PRICES, 0, COMPARED, None)
FRESH = Freshness(AT, AT.date(), AT, 0.5)
PAGE = ListingPage(FRESH, 7, OFFER)


def told(markup: Any) -> str:
    return text_of(seen(markup)) if markup else ""


def test_its_head_leads_back_to_its_catalogue_and_out_to_the_marketplace() -> None:
    links = [link.get("href") for link in seen(listing.head(PAGE, EN)).xpath("//a")]
    worth = "/price?title=Vestito&brand=Zara&catalog=19&size=M&condition=2"
    assert links == ["/market?", "/market?catalog=19", worth, "/similar?listing=7", "https://www.vinted.it/items/7"]


def test_what_it_asks_and_what_others_ask_stand_side_by_side() -> None:
    text = told(listing.facts(PAGE, EN))
    assert "Asked price€15.00" in text
    assert "at first €20.00" in text
    assert "€17.00€12.00 to €24.00" in text


def test_an_ended_one_says_what_became_of_it_and_when_it_left() -> None:
    text = told(listing.facts(replace(PAGE, offer=replace(OFFER, facts=ENDED)), EN))
    assert "No longer on sale" in text
    assert "Sold: its page said so. It left between" in text
    assert "Last seen price€15.00" in text


@pytest.mark.parametrize("evidence", ["sold", "reserved", "deleted", "hidden", "unknown", None, "odd"])
def test_every_end_has_a_sentence(evidence: str | None) -> None:
    page = replace(PAGE, offer=replace(OFFER, facts=ENDED | {"evidence": evidence}))
    assert "It left between" in told(listing.facts(page, EN))


def test_a_comparable_leads_to_its_own_page_and_says_what_moved_its_price() -> None:
    table = seen(listing.comparables(PAGE, EN))
    assert "/listing?id=8" in table.xpath("//a/@href")
    assert "brand −12%, condition +2.0%" in text_of(table)


def test_sold_ones_and_those_left_out_stand_apart_with_their_reason() -> None:
    text = told(listing.comparables(PAGE, EN))
    assert "Most alike, sold with proof" in text
    assert "several things together (12), a price that means nothing (3)" in text


def test_the_effects_are_told_with_what_they_rest_on() -> None:
    assert "Brand Zara: −10%, from 310 listings. Condition Very good: +5.0%, from 99 listings." in told(
        listing.fair_price(PAGE, EN)
    )


def test_without_evidence_it_says_what_is_missing() -> None:
    lacking = replace(COMPARED, fair=Shortage.FEW_ALIKE, on_sale=frame())
    page = replace(PAGE, offer=replace(OFFER, compared=lacking))
    assert "Not enough evidence" in told(listing.fair_price(page, EN))
    assert listing.comparables(page, EN) == ""
    assert "Others like it ask" not in told(listing.facts(page, EN))


def test_how_long_such_things_take_is_told_of_its_brand_or_of_its_catalogue() -> None:
    assert listing.selling(PAGE, EN) == ""
    for speed, said in (
        (Speed("<b>Zara", TOLD, TOLD), "Listings of <b>Zara in its catalogue. From 400 listings watched"),
        (Speed(None, TOLD, TOLD), "All listings of its catalogue. From 400 listings watched"),
        (Speed(None, None, None), "Not enough evidence"),
    ):
        assert said in told(listing.selling(replace(PAGE, offer=replace(OFFER, speed=speed)), EN))


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (ListingPage(FRESH, None), "Which listing?"),
        (ListingPage(FRESH, 77), "Listing 77 was never seen"),
        (ListingPage(Freshness(), 7, trouble=NothingPublished()), "No listings yet"),
        (ListingPage(Freshness(), 7, trouble=LakeDamaged(name="x", detail="y")), "This did not work"),
    ],
    ids=["no id", "unknown", "nothing", "trouble"],
)
def test_without_a_listing_it_says_what_to_do(page: ListingPage, said: str) -> None:
    assert said in told(listing.missing(page, EN))
    parts = (listing.facts, listing.history, listing.fair_price, listing.comparables, listing.selling)
    assert [part(page, EN) for part in parts] == [""] * 5
    assert told(listing.head(page, EN))


def test_strangers_words_stay_text() -> None:
    hostile = FACTS | {"title": HOSTILE, "brand": HOSTILE, "size": HOSTILE, "url": "javascript:alert(1)"}
    compared = replace(
        COMPARED,
        on_sale=frame(other(title=HOSTILE, brand=HOSTILE, size=HOSTILE, url="javascript:alert(1)")),
        effects=(Effect("brand", HOSTILE, 0.1, 5),),
    )
    page = replace(PAGE, offer=replace(OFFER, facts=hostile, compared=compared))
    for part in (listing.head, listing.facts, listing.fair_price, listing.comparables):
        made = str(part(page, EN))
        assert "<script>alert" not in made
        assert "javascript:" not in made
