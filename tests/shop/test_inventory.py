"""Her listings looked through: narrowed, in order, page by page, counted, and compared with each other."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.shop.keeping import ANNA, BEN, acting, found, offer, titles, with_ben
from tests.shop.people import FAMILY, NOW
from vopt_lib.schema.filters import Standing
from vopt_lib.schema.inventory_page import ROWS_AT_ONCE as ROWS
from vopt_lib.schema.market_page import Choice
from vopt_lib.shop import listings
from vopt_lib.shop.choices import changes_so_far, choices_of
from vopt_lib.shop.inventory import similar
from vopt_lib.shop.states import State
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import ListingStatDay, Photo


def ago(days: float) -> Any:
    return NOW - timedelta(days=days)


@pytest.fixture
def things(shop: Shop) -> Shop:
    with_ben(shop)
    offer(
        shop, "Abito", brand="Zara", size="M", condition_id=2, catalog_id=10, asked=Decimal("12.00"), listed_at=ago(40)
    )
    offer(shop, "Borsa", brand="Furla", asked=Decimal("80.00"), listed_at=ago(5))
    offer(shop, "Camicia", brand="Zara", size="S", asked=None, state="draft", listed_at=None)
    offer(shop, "Divano", state="sold", listed_at=ago(100), ended_at=ago(90), asked=Decimal("30.00"))
    offer(shop, "Elmo", account_id=2, listed_at=ago(2), asked=Decimal("5.50"))
    return shop


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({}, "ABCDE"),
        ({"state": "published"}, "ABE"),
        ({"state": "sold"}, "D"),
        ({"state": "deleted"}, ""),
        ({"person": 2}, "E"),
        ({"account": 1}, "ABCD"),
        ({"catalog": 10}, "A"),
        ({"brand": "Zara"}, "AC"),
        ({"brand": "Zara", "size": "S"}, "C"),
        ({"condition": 2}, "A"),
        ({"price_from": "12"}, "ABD"),
        ({"price_from": "12", "price_to": "30.00"}, "AD"),
        ({"price_to": "11.99"}, "E"),
        ({"days": 10}, "AD"),
        ({"days": 11}, "A"),
        ({"text": "borsa", "brand": "Zara"}, ""),
    ],
    ids=str,
)
def test_what_fits_is_shown(things: Shop, filters: dict[str, Any], wanted: str) -> None:
    assert "".join(sorted(title[0] for title in titles(things, **filters))) == wanted
    assert found(things, **filters).total == len(wanted)


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        ("newest", "CEBAD"),
        ("oldest", "DABEC"),
        ("cheapest", "EADBC"),
        ("dearest", "BDAEC"),
        ("slowest", "ADBEC"),
        ("viewed", "BAEDC"),
        ("liked", "ABEDC"),
    ],
)
def test_the_order_is_what_she_chose_and_what_is_not_known_comes_last(things: Shop, order: str, wanted: str) -> None:
    with acting(things) as session:
        for listing, day, views, favourites in ((1, 1, 50, 9), (1, 2, 60, None), (2, 1, 70, 1), (2, 2, 71, 2)):
            told = {"listing_id": listing, "day": date(2026, 11, day), "views": views, "favourites": favourites}
            session.add(ListingStatDay(household_id=FAMILY, source="archive", **told))
    assert "".join(title[0] for title in titles(things, order=order)) == wanted


def test_place_and_tag_are_those_of_the_thing(shop: Shop) -> None:
    with acting(shop) as session:
        for title, place, tags in (("A", "Cantina", ["è_100%"]), ("B", "Cantina", ["è"]), ("C", None, ["mare", "è"])):
            listings.create(session, ANNA, {"title": title, "place": place, "tags": tags})
    assert titles(shop, place="Cantina", order="oldest") == ["A", "B"]
    assert titles(shop, tag="è", order="oldest") == ["B", "C"]
    assert titles(shop, tag="è_100%") == ["A"]
    assert titles(shop, tag="è_1%") == []
    assert titles(shop, place="Cantina", tag="mare") == []


def test_a_row_says_how_long_how_seen_and_what_it_looks_like(things: Shop) -> None:
    with acting(things) as session:
        photos = (("a", 1, False), ("b", 2, True))
        for name, place, first in photos:
            photo = Photo(household_id=FAMILY, item_id=1, sha256=name * 64, position=place, is_primary=first)
            session.add(photo)
        day = {"day": date(2026, 11, 1), "source": "archive"}
        session.add(ListingStatDay(household_id=FAMILY, listing_id=1, views=60, favourites=3, **day))
    rows = {row.title: row for row in found(things).rows}
    abito = rows["Abito"]
    assert (abito.days, abito.views, abito.favourites, abito.photo, abito.account) == (40, 60, 3, "b" * 64, "anna_r")
    assert (rows["Divano"].days, rows["Camicia"].days, rows["Divano"].state.label) == (10, None, "sold")


def test_the_list_goes_on_page_by_page_and_the_last_page_is_the_last(shop: Shop) -> None:
    with acting(shop) as session:
        for number in range(ROWS + 3):
            listings.create(session, ANNA, {"title": f"Abito {number}"})
    first, second, beyond = (found(shop, page=page) for page in (1, 2, 99))
    assert (len(first.rows), len(second.rows), first.total) == (ROWS, 3, ROWS + 3)
    assert beyond == second
    assert len({row.listing_id for row in (*first.rows, *second.rows)}) == ROWS + 3


def test_a_member_sees_her_own_and_counts_her_own(things: Shop) -> None:
    assert titles(things, BEN) == ["Elmo"]
    assert titles(things, BEN, person=1) == []
    with things.reading() as session:
        his, all_of_them = choices_of(session, BEN), choices_of(session, ANNA)
    assert (his.total, his.brands, his.accounts) == (1, (), (Choice(2, "ben_r", 1),))
    assert all_of_them.brands == (Choice("Furla", None, 1), Choice("Zara", None, 2))
    assert all_of_them.states == (
        Choice("draft", "draft", 1),
        Choice("published", "on sale", 3),
        Choice("sold", "sold", 1),
    )
    assert all_of_them.people == (Choice(1, "Anna", 4), Choice(2, "Ben", 1))


def test_places_and_tags_can_be_chosen(shop: Shop) -> None:
    with acting(shop) as session:
        listings.create(session, ANNA, {"title": "A", "place": "Cantina", "tags": ["mare", "è"]})
        listings.create(session, ANNA, {"title": "B", "tags": ["mare"]})
    with shop.reading() as session:
        told = choices_of(session, ANNA)
    assert (told.places, told.tags) == ((Choice("Cantina", None, 1),), (Choice("è", None, 1), Choice("mare", None, 2)))


def test_the_choices_are_the_same_until_something_changes(shop: Shop) -> None:
    def number() -> int:
        with shop.reading() as session:
            return changes_so_far(session, ANNA)

    before = number()
    assert number() == before
    offer(shop, "Abito")
    assert number() > before


def test_listings_alike_share_more_than_a_catalogue_and_say_what(shop: Shop) -> None:
    (one,) = offer(shop, "Vestito lungo a fiori", brand="Zara", size="M", catalog_id=10)
    offer(shop, "Vestito lungo nero", brand="Zara", size="M", catalog_id=10, state="sold")
    offer(shop, "Vestito corto", brand="Zara", size="L", catalog_id=10)
    offer(shop, "Camicia", brand="OVS", catalog_id=10)
    with acting(shop) as session:
        listings.relist(session, listings.find(session, ANNA, one))
    with shop.reading() as session:
        told = similar(session, ANNA, listings.find(session, ANNA, one), now=NOW)
    assert [(alike.row.title, alike.why, alike.shared) for alike in told] == [
        (
            "Vestito lungo a fiori",
            ("the same thing", "same catalogue", "same brand", "same size"),
            ("vestito", "lungo", "fiori"),
        ),
        ("Vestito lungo nero", ("same catalogue", "same brand", "same size"), ("vestito", "lungo")),
        ("Vestito corto", ("same catalogue", "same brand"), ("vestito",)),
    ]  # fmt: skip


def test_nothing_of_another_person_is_alike(shop: Shop) -> None:
    with_ben(shop)
    offer(shop, "Vestito lungo", brand="Zara", catalog_id=10)
    (his,) = offer(shop, "Vestito lungo", brand="Zara", catalog_id=10, account_id=2)
    with shop.reading() as session:
        assert similar(session, BEN, listings.find(session, BEN, his), now=NOW) == ()


def test_an_address_knows_every_state() -> None:
    assert set(Standing.__args__) == {*(state.value for state in State), "deleted"}  # type: ignore[attr-defined]
