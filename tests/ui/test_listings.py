"""How listings are shown, and that what strangers wrote stays text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from lxml import html

from tests.ui.pieces import seen, text_of
from vopt_lib.ui.listings import listing_table
from vopt_lib.words import Words

IT = Words("it")
DRESS: dict[str, Any] = {
    "listing_id": 10107685910,
    "title": "Vestito da sera",
    "brand": "Rinascimento",
    "size": "S",
    "condition_id": 2,
    "url": "https://www.vinted.it/items/10107685910",
    "thumbnail_url": "https://images1.vinted.net/t/1.webp",
    "currency": "EUR",
    "first_asked_amount": Decimal("1300.00"),
    "last_asked_amount": Decimal("1234.50"),
    "favourite_count": 1007,
    "first_seen_on": date(2026, 10, 22),
    "days_seen": 30,
}


def shown(with_photos: bool = True, words: Words = IT, **changed: object) -> html.HtmlElement:
    return seen(listing_table(pl.DataFrame([DRESS | changed], strict=False), words, with_photos=with_photos))


def cells(**changed: object) -> list[str]:
    return [text_of(cell) for cell in shown(words=Words("en"), **changed).xpath("//td")]


def test_a_listing_is_told_in_the_readers_form() -> None:
    photo, title, size, condition, price, liked, first_seen = cells()
    assert (photo, title, size, condition) == ("", "Vestito da seraRinascimento · on Vinted", "S", "Very good")
    assert price == "€1,234.50at first:€1,300.00 −5.0%"
    assert (liked, first_seen) == ("1,007", "22 Oct 2026seen 30 days")


def test_in_italian_money_has_a_comma() -> None:
    assert "1.234,50 €" in text_of(shown().xpath("//td[5]")[0])


def test_a_price_that_never_changed_stands_alone() -> None:
    assert cells(first_asked_amount=Decimal("1234.50"))[4] == "€1,234.50"
    assert cells(first_asked_amount=None)[4] == "€1,234.50"
    assert cells(first_asked_amount=Decimal("0"))[4] == "€1,234.50"


def test_what_is_not_known_is_a_dash() -> None:
    nothing = dict.fromkeys(DRESS)
    assert cells(**nothing) == ["", "Untitled", "–", "–", "–", "–", "–"]


def test_a_frame_without_photos_and_addresses_will_do() -> None:
    rows = pl.DataFrame([DRESS]).drop("thumbnail_url", "url", "favourite_count")
    assert len(seen(listing_table(rows, IT, with_photos=True)).xpath("//td")) == 7


def test_the_title_leads_to_our_page_of_the_listing_and_a_small_link_out_to_the_marketplace() -> None:
    ours, theirs = shown(words=Words("en")).xpath("//td//a")
    assert dict(ours.attrib) == {"href": "/listing?id=10107685910", "dir": "auto"}
    assert text_of(theirs) == "on Vinted"
    assert dict(theirs.attrib) == {
        "href": "https://www.vinted.it/items/10107685910",
        "target": "_blank",
        "rel": "noopener noreferrer",
    }


def test_a_listing_of_another_market_is_looked_up_there() -> None:
    assert shown(market="fr").xpath("//td/a")[0].get("href") == "/listing?market=fr&id=10107685910"


def test_a_photo_is_fetched_late_and_tells_nobody_where_she_is() -> None:
    (photo,) = shown().xpath("//img")
    assert dict(photo.attrib) == {
        "src": "https://images1.vinted.net/t/1.webp",
        "alt": "",
        "loading": "lazy",
        "decoding": "async",
        "referrerpolicy": "no-referrer",
    }


@pytest.mark.parametrize(
    "address", [None, "", "http://evil.test/1.jpg", "javascript:1", "data:image/png;base64,A", "//x/1"]
)
def test_a_photo_from_nowhere_safe_is_a_placeholder(address: str | None) -> None:
    assert shown(thumbnail_url=address).xpath("//img") == []
    assert len(shown(thumbnail_url=address).xpath("//td//span[@class='vopt-photo']/svg")) == 1


def test_without_consent_no_photo_is_fetched() -> None:
    assert shown(with_photos=False).xpath("//img") == []


HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "attribute": '" onmouseover="alert(1)',
    "formula": '=HYPERLINK("http://evil.test","click")',
    "long": "A" * 10_000,
    "turned": "\u202egpj.exe\u202d abito",
    "emoji": "👗✨ vestito 👩‍👩‍👧‍👦",
    "zero-width": "\u200b\u200b\ufeff",
    "control": "a\x00b\x1b[31mc\r\nd",
    "surrogate": "a\ud800b",
    "template": "{{constructor}} ${x} {name}",
    "entity": "&lt;b&gt; &#x3c;",
    "piled": "Z̷̡̛͙̦͉̠̝̲̰͇̤̹͈͎̪̀̐͑̈́" * 40,
}


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE)
def test_a_strangers_words_are_text_short_and_break_nothing(title: str) -> None:
    row = {
        **DRESS,
        "title": title.encode("utf-8", "replace").decode(),
        "brand": title[:300].encode("utf-8", "replace").decode(),
    }
    made = listing_table(pl.DataFrame([row]), Words("en"), with_photos=True)
    page = seen(made)
    assert len(made) < 6000
    assert page.xpath("//script | //@onerror | //@onmouseover") == []
    assert len(page.xpath("//img")) == 1
    assert [len(row.xpath("td")) for row in page.xpath("//tbody/tr")] == [7]
    assert 0 < len(text_of(page.xpath("//td/a")[0])) <= 120
    assert not set("\u202e\u202d\x00\x1b\r\n") & set(page.xpath("//td")[1].text_content())


def test_a_title_of_invisible_letters_can_still_be_clicked() -> None:
    assert text_of(shown(words=Words("en"), title=HOSTILE["zero-width"]).xpath("//td/a")[0]) == "Untitled"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.test/x", "", None])
def test_a_listing_without_an_address_of_the_web_is_not_linked_to(url: str | None) -> None:
    assert [link.get("href") for link in shown(url=url).xpath("//td//a")] == ["/listing?id=10107685910"]
    assert shown(url=url, listing_id=None).xpath("//td//a") == []


def test_without_listings_the_page_says_what_to_do() -> None:
    told = text_of(seen(listing_table(pl.DataFrame([DRESS]).clear(), Words("en"), with_photos=True)))
    assert told.startswith("No listings here")
    assert "wider price" in told
