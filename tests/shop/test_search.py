"""Words of her own listings: found without accents, inside other words, and in spite of typing errors."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from tests.shop.keeping import ANNA, BEN, acting, found, offer, titles, with_ben
from tests.shop.people import FAMILY
from vopt_lib.shop import listings
from vopt_lib.shop.search import LONGEST_TEXT, make_findable, words_of
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import Listing, SearchWord


@pytest.fixture
def things(shop: Shop) -> Shop:
    offer(shop, "Vestito perché élégant", brand="Zara", external_id=12345678901)
    offer(shop, "T-shirt a righe", brand="Levi's", external_id=777)
    offer(shop, "Gonna lunga", brand="Max Mara", external_id=888)
    return shop


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("perche", ["Vestito perché élégant"]),
        ("ÉLÉGANT", ["Vestito perché élégant"]),
        ("zara vest", ["Vestito perché élégant"]),
        ("tshirt", ["T-shirt a righe"]),
        ("T shirt", ["T-shirt a righe"]),
        ("levis", ["T-shirt a righe"]),
        ("max-mara", ["Gonna lunga"]),
        ("12345678901", ["Vestito perché élégant"]),
        ("45678", ["Vestito perché élégant"]),
        ("zara gonna", []),
        ("%", ["Gonna lunga", "T-shirt a righe", "Vestito perché élégant"]),
        ("_____", ["Gonna lunga", "T-shirt a righe", "Vestito perché élégant"]),
        ("' OR 1=1 --", []),
    ],
)
def test_words_are_found_in_title_brand_and_number(things: Shop, typed: str, wanted: list[str]) -> None:
    assert sorted(titles(things, text=typed)) == wanted


def test_a_code_is_found_as_it_is_written_and_without_its_signs(shop: Shop) -> None:
    with acting(shop) as session:
        listings.create(session, ANNA, {"title": "Abito", "sku": "BOX-12/b"})
        listings.create(session, ANNA, {"title": "Gonna", "sku": "BOX-13/b"})
    assert titles(shop, text="BOX-12") == titles(shop, text="box12b") == ["Abito"]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("vestiot", ["Vestito perché élégant"]),
        ("vesito", ["Vestito perché élégant"]),
        ("vesttito zarra", ["Vestito perché élégant"]),
        ("gona", ["Gonna lunga"]),
        ("goa", []),
        ("gnnoa", []),
        ("12345678902", []),
    ],
    ids=["swapped", "left out", "two words", "four letters", "too short", "two errors in five letters", "a number"],
)
def test_one_error_is_forgiven_in_a_word_of_four_letters(things: Shop, typed: str, wanted: list[str]) -> None:
    assert titles(things, text=typed) == wanted


def test_two_errors_are_forgiven_in_a_word_of_eight_letters_and_the_reader_is_told(shop: Shop) -> None:
    offer(shop, "Pantaloni neri", "Cappello")
    told = found(shop, text="pantlonni")
    assert [row.title for row in told.rows] == ["Pantaloni neri"]
    assert told.instead == {"pantlonni": ("pantaloni",)}


def test_a_word_that_is_found_somewhere_stands_for_itself(shop: Shop) -> None:
    offer(shop, "Gonna nera", "Donna felice")
    assert titles(shop, text="gonna felice") == []
    assert titles(shop, text="donna nera") == []


def test_what_is_changed_is_found_by_its_new_words_only(shop: Shop) -> None:
    (made,) = offer(shop, "Abito")
    with acting(shop) as session:
        listing = listings.find(session, ANNA, made)
        listings.edit(session, listing, {"title": "Cappotto", "brand": "Gucci", "sku": "Z-7"})
    assert titles(shop, text="cappotto gucci z7") == titles(shop, text="capotto") == ["Cappotto"]
    assert titles(shop, text="abito") == []


def test_words_of_another_person_are_not_found_and_not_told(shop: Shop) -> None:
    with_ben(shop)
    offer(shop, "Pelliccia")
    offer(shop, "Felpa", account_id=2)
    assert titles(shop, text="pelliccia") == ["Pelliccia"]
    told = found(shop, BEN, text="peliccia")
    assert (told.rows, told.instead) == ((), {})
    assert titles(shop, BEN, text="fellpa") == ["Felpa"]


def test_listings_from_before_can_be_made_findable(things: Shop) -> None:
    with acting(things) as session:
        session.execute(update(Listing).values(search_text=""))
        session.execute(SearchWord.__table__.delete())  # type: ignore[attr-defined]
    assert titles(things, text="gonna") == []
    with acting(things) as session:
        make_findable(session, FAMILY)
    assert titles(things, text="gonna") == titles(things, text="gona") == ["Gonna lunga"]
    with acting(things) as session:
        assert set(session.scalars(select(SearchWord.word))) == {
            "zara", "vestito", "perche", "elegant", "levis", "tshirt", "righe", "max", "mara", "gonna", "lunga",
        }  # fmt: skip


def test_a_household_without_listings_can_be_made_findable(shop: Shop) -> None:
    with acting(shop) as session:
        make_findable(session, FAMILY)
    assert titles(shop, text="gonna") == []


def test_hostile_titles_are_kept_and_found(shop: Shop) -> None:
    """PostgreSQL indexes no more than 2,704 bytes of a row: the longest letters have four each."""
    long = "".join(chr(0x10428 + number * 7 % 40) for number in range(200))
    with acting(shop) as session:
        listings.create(session, ANNA, {"title": long, "brand": long[::-1], "size": long[3:] + long[:3]})
    assert titles(shop, text=long[:20]) == [long]
    with acting(shop) as session:
        assert len(session.scalars(select(Listing.search_text)).one()) <= LONGEST_TEXT
        assert session.scalars(select(SearchWord)).all() == []


def test_words_are_compared_without_accents_case_and_signs() -> None:
    assert words_of(" Très  BON état; Levi's – T-shirt 38/40 ✨") == ["tres", "bon", "etat", "levis", "tshirt", "3840"]
