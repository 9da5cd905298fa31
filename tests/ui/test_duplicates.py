"""Two that show the same are drawn side by side, with strangers' words as words, and the way to each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from lxml.html import HtmlElement, fromstring

from vopt_lib.errors import ShopBusy
from vopt_lib.schema.duplicates import PairKind
from vopt_lib.schema.duplicates_page import Duplicate, DuplicateKind, Duplicates, DuplicatesPage, Side
from vopt_lib.schema.own_states import State
from vopt_lib.ui import duplicates as draw
from vopt_lib.ui.buttons import buttons
from vopt_lib.words import Words

EN = Words("en")
AT = datetime(2026, 11, 3, tzinfo=UTC)
OURS = Side("Abito", Decimal("9.50"), "EUR", AT, is_own=True, listing_id=7, state=State.PUBLISHED, photo="a" * 64)
THEIRS = Side(
    "<b>Abito</b>", None, "EUR", None, is_own=False, listing_id=4567,
    thumbnail_url="https://images1.vinted.net/t/1.webp", url="https://www.vinted.it/items/4567",
)  # fmt: skip
REUSED = Duplicate("1 vinted it 4567", DuplicateKind.REUSED, PairKind.SAME_PHOTO, False, OURS, THEIRS)


def drawn(*waiting: Duplicate, decided: tuple[Duplicate, ...] = (), may_fetch_photos: bool = True) -> HtmlElement:
    page = DuplicatesPage(Duplicates(waiting, decided, 3, 9), {}, may_fetch_photos)
    held = buttons({}, lambda act, thing: None)
    queue = draw.queue(page, held, EN, what=lambda one, words: "what", next_step=lambda one, words: "do this")
    before = draw.decided(page, held, EN, next_step=lambda one, words: "do this")
    return fromstring(f"<div>{queue or ''}{before or ''}</div>")


def test_both_stand_side_by_side_each_with_its_page() -> None:
    links = [(link.text_content(), link.get("href")) for link in drawn(REUSED).iter("a")]
    assert links == [
        ("Abito", "/inventory?id=7"),
        ("<b>Abito</b>", "/listing?id=4567"),
        ("See it on Vinted", "https://www.vinted.it/items/4567"),
    ]
    photos = [photo.get("src") for photo in drawn(REUSED).iter("img")]
    assert photos == [f"/own/photo/{'a' * 64}?size=960", THEIRS.thumbnail_url]
    text = drawn(REUSED).text_content()
    for told in ("Your photo elsewhere", "€9.50", "on sale", "On sale since 3 Nov 2026", "do this", "Somebody else's"):
        assert told in text


def test_photos_of_listings_are_fetched_only_where_that_was_agreed_to() -> None:
    assert len(list(drawn(REUSED, may_fetch_photos=False).iter("img"))) == 1


def test_where_an_address_is_none_of_the_web_there_is_no_link() -> None:
    hostile = replace(REUSED, other=replace(THEIRS, url="javascript:alert(1)", thumbnail_url='x" onerror="y'))
    assert "javascript" not in str([link.get("href") for link in drawn(hostile).iter("a")])
    assert len(list(drawn(hostile).iter("img"))) == 1


def test_many_are_not_all_drawn_and_the_rest_is_counted() -> None:
    many = [replace(REUSED, key=f"{number} vinted it 1") for number in range(draw.MOST_SHOWN + 2)]
    page = drawn(*many)
    assert len(page.xpath("//article")) == 2 * draw.MOST_SHOWN
    assert "2 more wait." in page.text_content()


@pytest.mark.parametrize(("decision", "is_told"), [("same", True), ("different", False), ("later", False)])
def test_what_was_decided_says_by_whom_and_when_and_what_is_the_same_what_to_do(decision: str, is_told: bool) -> None:
    said = replace(REUSED, decision=decision, decided_by="Anna", decided_at=AT)
    text = drawn(decided=(said,)).text_content()
    assert "3 Nov 2026 · Anna" in text
    assert ("do this" in text) == is_told


def test_where_there_is_nothing_it_is_said_why() -> None:
    def told(page: DuplicatesPage) -> str:
        return str(draw.missing(page, EN, "Compared: all."))

    assert "No photo was compared yet" in told(DuplicatesPage())
    assert "Compared: all." in told(DuplicatesPage(Duplicates(compared=3)))
    assert "This did not work" in told(DuplicatesPage(trouble=ShopBusy(seconds=5)))
    assert draw.missing(DuplicatesPage(Duplicates((REUSED,), compared=3)), EN, "") is None
