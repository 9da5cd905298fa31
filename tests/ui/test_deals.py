"""The page of deals: what it says of each, and what where there is none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from tests.ui.pieces import seen, text_of
from vopt_lib.errors import LakeDamaged, NothingPublished
from vopt_lib.schema.filters import DealFilters
from vopt_lib.schema.listing_page import DealsPage
from vopt_lib.schema.market_page import Freshness
from vopt_lib.ui import deals
from vopt_lib.words import Words

EN = Words("en")
AT = datetime(2026, 11, 12, 8, tzinfo=UTC)
FRESH = Freshness(AT, AT.date(), AT, 0.5)
DEAL: dict[str, Any] = {
    "listing_id": 7, "market": "it", "title": "Jeans", "brand": "OVS", "size": "M", "condition_id": 2,
    "url": "https://www.vinted.it/items/7", "thumbnail_url": None, "price_eur": 4.0, "low": 8.0, "middle": 12.0,
    "high": 18.0, "listings": 40, "margin": 0.5, "below": 0.667, "days_at_price": 2.6, "cut": 0.2,
}  # fmt: skip


def page(*found: dict[str, Any], known: int | None = None, trouble: Any = None) -> DealsPage:
    return DealsPage(FRESH, pl.DataFrame(list(found)), len(found) if known is None else known, 4138, trouble=trouble)


def test_a_deal_says_what_it_asks_what_others_ask_and_how_far_below_it_is() -> None:
    made = seen(deals.ranking(page(DEAL), EN))
    cells = [text_of(cell) for cell in made.xpath("//td")]
    assert cells[1:] == [
        "JeansOVS · M · Very good · on Vinted",
        "€4.00cut by 20%",
        "€8.00 to €18.0040 compared",
        "67%margin 50%",
        "2 days",
    ]
    assert made.xpath("//td//a/@href") == ["/listing?id=7", "https://www.vinted.it/items/7"]


def test_it_says_how_they_are_found_and_that_nothing_is_guaranteed() -> None:
    text = text_of(seen(deals.ranking(page(DEAL), EN)))
    assert "Of 4,138 listings compared" in text
    assert "Nothing is guaranteed" in text


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (page(), "Of 4,138 listings compared with others, none asks far less."),
        (page(known=9), "No deal has all that you chose."),
        (page(trouble=NothingPublished()), "No deals yet"),
        (page(trouble=LakeDamaged(name="x", detail="y")), "This did not work"),
    ],
    ids=["none", "none fits", "nothing", "trouble"],
)
def test_without_deals_it_says_why_and_what_to_do(shown: DealsPage, said: str) -> None:
    assert said in text_of(seen(deals.missing(shown, DealFilters(), EN)))
    assert deals.ranking(shown, EN) == ""


def test_strangers_words_stay_text() -> None:
    hostile = {"title": "<script>x</script>", "brand": "<b>", "size": "\"'>", "url": "javascript:x"}
    made = str(deals.ranking(page(DEAL | hostile), EN))
    assert "<script>" not in made
    assert "javascript:" not in made
