"""The page of look-alikes: what it says of the photo, of prices, of each listing, and what where there is nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.ui.pieces import seen, text_of
from vopt_lib.errors import IndexMissing, ListingNotDescribed, OwnPhotoMissing, PhotoUnreadable
from vopt_lib.schema.filters import SimilarAddress
from vopt_lib.schema.market_page import Choice, Freshness
from vopt_lib.schema.similar import FOUND, OWN_FOUND, PriceBand, Similar
from vopt_lib.schema.similar_page import Asked, SimilarPage
from vopt_lib.ui import similar
from vopt_lib.words import Words

EN = Words("en")
AT = datetime(2026, 11, 12, 8, tzinfo=UTC)
FRESH = Freshness(AT, AT.date(), AT, 0.5)
EVERY = SimilarAddress()
CLIP = "open_clip:ViT-B-32/mine@12345678"
ROW: dict[str, Any] = {
    "likeness": 0.934, "photo_sha256": "a" * 64, "listing_id": 7, "title": "Abito rosso", "brand": "OVS",
    "catalog_id": 19, "size": "M", "condition_id": 2, "price_eur": Decimal("12.00"), "evidence": "on_sale",
    "url": "https://www.vinted.it/items/7", "thumbnail_url": "https://images1.vinted.net/t/7.webp", "last_seen_at": AT,
}  # fmt: skip
OWN: dict[str, Any] = {
    "likeness": 0.51, "photo_sha256": "b" * 64, "item_id": 3, "listing_id": 4, "title": "Il mio abito", "brand": None,
    "catalog_id": 19, "size": "S", "condition_id": 2, "currency": "EUR", "asked": Decimal("9.50"), "state": "sold",
}  # fmt: skip
BAND = PriceBand(8.0, 11.0, 15.0, 17)
BROUGHT = Asked("brought", "foto.jpg", preview=b"\xff\xd8")


def page(
    *rows: dict[str, Any], own: tuple[dict[str, Any], ...] = (), asked: Asked = BROUGHT, photos: int = 200, **known: Any
) -> SimilarPage:
    bands = {"asked": known.pop("band", BAND), "sold": known.pop("sold", None)}
    market, hers = pl.DataFrame(list(rows), schema=FOUND), pl.DataFrame(list(own), schema=OWN_FOUND)
    return SimilarPage(
        FRESH, asked, Similar(market, hers, photos=photos, **bands), **({"may_fetch_photos": True} | known)
    )


def test_a_look_alike_says_how_alike_it_is_what_it_asks_and_where_it_is() -> None:
    made = seen(similar.look_alikes(page(ROW), EVERY, EN))
    [card] = made.xpath("//li")
    assert text_of(card) == "93% alike€12.00 on saleAbito rossoOVS · M · Very good · on Vinted"
    assert card.xpath(".//a/@href") == ["/listing?id=7", "https://www.vinted.it/items/7"]
    assert card.xpath(".//img/@src") == [ROW["thumbnail_url"]]
    assert "Compared with 200 photos of listings" in text_of(made)


@pytest.mark.parametrize(
    ("evidence", "said"), [("sold", "last asked €12.00 sold"), ("left", "last asked €12.00 gone, perhaps sold")]
)
def test_what_is_gone_says_whether_it_is_proven_to_be_sold(evidence: str, said: str) -> None:
    assert said in text_of(seen(similar.look_alikes(page(ROW | {"evidence": evidence}), EVERY, EN)))


def test_without_consent_no_photo_is_fetched_and_that_is_said() -> None:
    made = seen(similar.look_alikes(page(ROW, may_fetch_photos=False), EVERY, EN))
    assert made.xpath("//img") == []
    assert "once you allow vopt to visit Vinted" in text_of(made)


def test_a_listing_of_another_market_is_opened_there() -> None:
    made = seen(similar.look_alikes(page(ROW), SimilarAddress(market="fr"), EN))
    assert made.xpath("//li//a/@href")[0] == "/listing?market=fr&id=7"
    asked = page(ROW, asked=Asked("listing", "Robe", 9))
    assert seen(similar.answer(asked, SimilarAddress(market="fr"), EN)).xpath("//a/@href") == [
        "/listing?market=fr&id=9"
    ]


def test_prices_of_those_on_sale_and_of_those_sold_stand_apart() -> None:
    text = text_of(seen(similar.answer(page(ROW), EVERY, EN)))
    assert "Look-alikes on sale ask€8.00 to €15.00half of them less than €11.00 · 17 listings" in text
    assert "Those sold last asked–too few to tell" in text
    assert "not what was paid" in text


@pytest.mark.parametrize(
    ("state", "there", "missing"),
    [("on_sale", "Look-alikes on sale", "Those sold"), ("sold", "Those sold", "Look-alikes on sale")],
)
def test_of_what_is_filtered_out_no_price_is_told(state: Any, there: str, missing: str) -> None:
    text = text_of(seen(similar.answer(page(ROW, sold=BAND), SimilarAddress(state=state), EN)))
    assert there in text
    assert missing not in text


@pytest.mark.parametrize(
    ("asked", "said", "photo", "links"),
    [
        (BROUGHT, "Your photofoto.jpg", "data:image/jpeg;base64,/9g=", []),
        (
            Asked("listing", "Abito", 7, thumbnail_url="https://images1.vinted.net/t/7.webp"),
            "A listing of the marketAbito",
            "https://images1.vinted.net/t/7.webp",
            ["/listing?id=7"],
        ),
        (
            Asked("own", "Il mio abito", 4, photo_name="b" * 64),
            "A listing of yoursIl mio abito",
            f"/own/photo/{'b' * 64}?size=960",
            ["/inventory?id=4", "/price?own=4"],
        ),
    ],
    ids=["brought", "listing", "own"],
)
def test_the_photo_that_is_asked_about_is_shown_with_the_way_to_what_it_is_of(
    asked: Asked, said: str, photo: str, links: list[str]
) -> None:
    made = seen(similar.answer(page(ROW, asked=asked), EVERY, EN))
    assert text_of(made).startswith(said)
    assert made.xpath("//img/@src") == [photo]
    assert made.xpath("//a/@href") == links


def test_her_own_things_lead_to_her_inventory() -> None:
    made = seen(similar.own(page(ROW, own=(OWN,)), EN))
    assert text_of(made.xpath("//li")[0]) == "51% alike€9.50 soldIl mio abitoS"
    assert made.xpath("//li//a/@href") == ["/inventory?id=4"]
    assert made.xpath("//img/@src") == [f"/own/photo/{'b' * 64}?size=960"]
    assert similar.own(page(ROW), EN) == ""


NOTHING = SimilarPage(FRESH)


@pytest.mark.parametrize(
    ("shown", "filters", "said"),
    [
        (NOTHING, EVERY, "Which photo?"),
        (page(), EVERY, "None of 200 photos of listings fits"),
        (page(photos=0), EVERY, "No photo of a listing is known yet. vopt embed fetches some."),
        (SimilarPage(FRESH, trouble=IndexMissing(model="shapes-1")), EVERY, "No photo is described yet"),
        (
            SimilarPage(FRESH, model=CLIP, trouble=IndexMissing(model=CLIP)),
            EVERY,
            f"Describe them with vopt embed --model {CLIP}.",
        ),
        (SimilarPage(FRESH, trouble=ListingNotDescribed(id=7)), EVERY, "does not know the photo of listing 7."),
        (SimilarPage(FRESH, trouble=OwnPhotoMissing(title="Abito")), EVERY, "“Abito” has no photo"),
        (SimilarPage(FRESH, trouble=PhotoUnreadable(why="it is cut off")), EVERY, "This photo cannot be opened"),
    ],
    ids=[
        "no photo",
        "none fits",
        "none fetched",
        "none described",
        "none by this model",
        "unknown listing",
        "no own photo",
        "unreadable",
    ],
)
def test_without_look_alikes_it_says_why_and_what_to_do(shown: SimilarPage, filters: SimilarAddress, said: str) -> None:
    assert said in text_of(seen(similar.missing(shown, filters, EN)))
    assert similar.look_alikes(shown, filters, EN) == ""


def test_where_filters_leave_nothing_they_can_be_cleared() -> None:
    filters = SimilarAddress(listing=7, brand="Zara", state="sold")
    made = seen(similar.missing(page(), filters, EN))
    assert made.xpath("//a/@href") == ["?listing=7"]
    assert similar.missing(page(ROW), filters, EN) == ""


def test_the_filters_stand_in_the_address() -> None:
    went: list[str] = []
    known = page(ROW, catalogues=(Choice(19, "Borse", 4),), brands=(Choice("Zara", listings=3),))
    bar = similar.similar_bar(known, SimilarAddress(listing=7), EN, went.append)
    catalogue, brand, state, price_from, _ = bar.held  # type: ignore[attr-defined]
    catalogue._update(["Borse · 4"])
    brand._update(["Zara · 3"])
    state._update(["sold"])
    price_from._update("12,95")
    assert went == [
        "listing=7&catalog=19",
        "listing=7&brand=Zara",
        "listing=7&state=sold",
        "listing=7&price_from=12.95",
    ]
    assert "Clear filters" not in bar.text
    assert "Clear filters" in similar.similar_bar(known, SimilarAddress(brand="Zara"), EN, went.append).text
    assert similar.similar_bar(NOTHING, EVERY, EN, went.append).held == []  # type: ignore[attr-defined]


def test_with_a_model_that_knows_words_it_can_be_asked_in_words_and_told_by_what_to_compare() -> None:
    went: list[str] = []
    known = page(ROW, models=(None, CLIP), knows_words=True)
    bar = similar.similar_bar(known, SimilarAddress(listing=7, brand="Zara"), EN, went.append)
    asked, compared = bar.held[:2]  # type: ignore[attr-defined]
    asked._update("giacca di jeans")
    compared._update(["ViT-B-32/mine@12345678"])
    assert went == [
        "words=giacca+di+jeans&brand=Zara",
        "listing=7&model=open_clip%3AViT-B-32%2Fmine%4012345678&brand=Zara",
    ]
    first = similar.similar_bar(SimilarPage(FRESH, knows_words=True), EVERY, EN, went.append)
    assert [control._args.label for control in first.held] == ["Or in words"]  # type: ignore[attr-defined]
    first.held[0]._update("")  # type: ignore[attr-defined]
    assert went[-1] == ""


def test_what_is_found_by_words_stands_without_a_photo_and_says_what_likeness_means_there() -> None:
    filters = SimilarAddress(words="giacca di jeans")
    known = page(ROW, asked=Asked("words", "giacca di jeans"), models=(CLIP,), model=CLIP, knows_words=True)
    made = seen(similar.answer(known, filters, EN))
    assert "Your wordsgiacca di jeans" in text_of(made)
    assert made.xpath("//img") == []
    said = text_of(seen(similar.look_alikes(known, filters, EN)))
    assert "Compared with 200 photos of listings: ViT-B-32/mine@12345678. A photo is never as like words" in said


def test_strangers_words_stay_text() -> None:
    hostile = {"title": "<script>x</script>", "brand": "<b>", "size": "\"'>", "url": "javascript:x"}
    hostile |= {"thumbnail_url": "http://evil.example/x.png"}
    made = str(similar.look_alikes(page(ROW | hostile), EVERY, EN))
    named = Asked("brought", "<script>x</script>.jpg", preview=b"\xff")
    made += str(similar.answer(page(ROW, asked=named), EVERY, EN))
    assert "<script>" not in made
    assert "javascript:" not in made
    assert "evil.example" not in made
