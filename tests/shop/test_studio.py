"""What the studio remembers of a draft."""

from __future__ import annotations

from typing import Any

import pytest

from tests.shop.keeping import ANNA, acting
from vopt_lib.errors import NoTitle
from vopt_lib.shop import listings, studio
from vopt_lib.shop.states import State
from vopt_lib.shop.store import Shop


def begun(shop: Shop, **fields: Any) -> int:
    with acting(shop) as session:
        made = listings.begin(session, ANNA)
        studio.write(session, made, fields)
        return made.id


def test_a_draft_begins_without_a_title_and_is_not_put_on_sale_before_it_has_one(shop: Shop) -> None:
    made = begun(shop)
    with acting(shop) as session:
        listing = listings.find(session, ANNA, made)
        assert (listing.title, listing.state, listing.item.sku) == ("", "draft", "A-0001")
        with pytest.raises(NoTitle):
            listings.change_state(session, listing, State.PUBLISHED)
        studio.write(session, listing, {"title": "Giacca"})
        listings.change_state(session, listing, State.PUBLISHED)
        assert listing.state == "published"


def test_a_title_can_be_taken_away_from_a_draft_again(shop: Shop) -> None:
    made = begun(shop, title="Giacca", brand="Zara")
    with acting(shop) as session:
        studio.write(session, listings.find(session, ANNA, made), {"title": " ", "size": "M"})
    with shop.reading() as session:
        listing = listings.find(session, ANNA, made)
        assert (listing.title, listing.brand, listing.size) == ("", "Zara", "M")


def test_of_a_draft_is_remembered_what_was_written_last_and_the_rest_stays(shop: Shop) -> None:
    made = begun(shop)
    with acting(shop) as session:
        listing = listings.find(session, ANNA, made)
        assert studio.remembered(session, listing) == studio.Remembered()
        studio.remember(session, listing, facts={"flaws": "un bottone manca"}, tone="plain")
    with acting(shop) as session:
        studio.remember(session, listings.find(session, ANNA, made), language="fr")
    with shop.reading() as session:
        known = studio.remembered(session, listings.find(session, ANNA, made))
    assert (known.language, known.tone, known.facts) == ("fr", "plain", {"flaws": "un bottone manca"})


def test_a_new_text_is_shown_and_none_before_it_is_forgotten() -> None:
    texts: dict[str, Any] = {}
    for title in "ABC":
        texts = studio.with_text(texts, {"title": title})
    assert texts == {"written": [{"title": "A"}, {"title": "B"}, {"title": "C"}], "at": 2}
    back = studio.turned(studio.turned(texts, -1), -1)
    assert (back["at"], studio.turned(back, -1)["at"], studio.turned(back, 1)["at"]) == (0, 0, 1)
    assert [text["title"] for text in studio.with_text(back, {"title": "D"})["written"]] == [*"ABCD"]


def test_only_the_last_texts_are_kept() -> None:
    texts: dict[str, Any] = {}
    for number in range(studio.MOST_TEXTS + 3):
        texts = studio.with_text(texts, {"title": str(number)})
    assert len(texts["written"]) == studio.MOST_TEXTS
    assert texts["written"][texts["at"]] == {"title": str(studio.MOST_TEXTS + 2)}


def test_her_drafts_are_those_that_she_worked_on_last_first(shop: Shop) -> None:
    first, second = begun(shop, title="A"), begun(shop, title="B")
    with acting(shop) as session:
        studio.remember(session, listings.find(session, ANNA, first), tone="plain")
    with shop.reading() as session:
        assert [listing.id for listing, _ in studio.drafts_of(session, ANNA)] == [first, second]
