"""What a Vinted archive tells, in every shape in which one was seen."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.imports.archives import archive, listing, order, page
from vopt_lib.imports.archive import HIDDEN, REASONS, Record, read_archive
from vopt_lib.schema.own_records import Amount, Doubtful, OrderedThing, OwnListing, OwnOrder


def read(folder: Path, *cells: str, name: str = "listings/index.html") -> list[Record]:
    return list(read_archive(archive(folder, {name: page(*cells)})))


def test_a_listing_is_told_whole(tmp_path: Path) -> None:
    assert read(tmp_path, listing(photos=2)) == [
        OwnListing(
            title="Abito Zara nero",
            external_id=1234567890,
            description="Come nuovo, taglia M",
            brand="Zara",
            size="M",
            condition="Ottime",
            colours=("Nero", "Bianco"),
            materials=("Cotone",),
            parcel_size="Piccolo",
            listed_at=datetime(2026, 8, 28, 19, 30, 14, tzinfo=UTC),
            asked=Amount(Decimal("12.00"), "EUR"),
            views=41,
            favourites=7,
            photos=("listings/photos/1234567890/1.webp", "listings/photos/1234567890/2.webp"),
        )
    ]


def only(records: list[Record]) -> OwnListing:
    (found,) = records
    assert isinstance(found, OwnListing)
    return found


def test_ids_have_ten_or_eleven_digits_and_without_a_photo_there_is_none(tmp_path: Path) -> None:
    assert only(read(tmp_path, listing(10154024350))).external_id == 10154024350
    assert only(read(tmp_path, listing(None))).external_id is None


def test_sold_and_hidden_are_told_apart(tmp_path: Path) -> None:
    assert only(read(tmp_path, listing(marked_as_sold="2026-09-01"))).is_sold
    assert not only(read(tmp_path, listing(hidden="Pagato"))).is_hidden


@pytest.mark.parametrize("word", sorted(HIDDEN))
def test_hidden_is_known_in_every_language(tmp_path: Path, word: str) -> None:
    assert only(read(tmp_path, listing(hidden=f" {word.capitalize()}. "))).is_hidden


def test_any_field_may_be_missing(tmp_path: Path) -> None:
    bare = dict.fromkeys(
        ("description", "brand", "size", "status", "color", "material", "parcel_size", "created_at", "order_value"), ""
    )
    assert only(read(tmp_path, listing(views_count="", favourite_count="", **bare))) == OwnListing(
        "Abito Zara nero", 1234567890, photos=("listings/photos/1234567890/1.webp",)
    )


def test_a_decimal_in_a_title_is_no_price(tmp_path: Path) -> None:
    found = only(read(tmp_path, listing(title="Jeans 12.50 € invece di 30", order_value="9,5 EUR")))
    assert (found.title, found.asked) == ("Jeans 12.50 € invece di 30", Amount(Decimal("9.50"), "EUR"))


@pytest.mark.parametrize(
    ("told", "reason"),
    [({"title": ""}, "no_title"), ({"order_value": "twelve"}, "bad_price"), ({"created_at": "yesterday"}, "bad_time")],
)
def test_what_cannot_be_read_is_doubtful_with_its_reason(tmp_path: Path, told: dict[str, str], reason: str) -> None:
    (found,) = read(tmp_path, listing(**told))
    assert isinstance(found, Doubtful)
    assert (found.reason, found.where) == (reason, "listings/index.html")
    assert reason in REASONS


@pytest.mark.parametrize("name", ["annunci/pagina.HTML", "x.htm", "données/index.html"])
def test_what_a_file_is_called_makes_no_difference(tmp_path: Path, name: str) -> None:
    assert only(read(tmp_path, listing(), name=name)).title == "Abito Zara nero"


def test_a_sale_with_its_things_is_told(tmp_path: Path) -> None:
    cell = order(
        things={"Abito": "10.0", "Borsa": "0.0"},
        seller="anna_r",
        status="Order completed!",
        wallet_amount="15.50 EUR",
        last_updated="2026-09-09 10:00:00 +0200",
    )
    assert read(tmp_path, cell) == [
        OwnOrder(
            title="Abito",
            ordered_at=datetime(2026, 9, 3, 8, tzinfo=UTC),
            buyer="luisa88",
            seller="anna_r",
            total=Amount(Decimal("15.50"), "EUR"),
            received=Amount(Decimal("15.50"), "EUR"),
            status="Order completed!",
            changed_at=datetime(2026, 9, 9, 8, tzinfo=UTC),
            things=(OrderedThing("Abito", Decimal("10.00")), OrderedThing("Borsa", None)),
        )
    ]


def test_an_order_may_say_a_bare_number_and_name_nobody(tmp_path: Path) -> None:
    (found,) = read(tmp_path, order(order_value="15.5", buyer="No data"))
    assert isinstance(found, OwnOrder)
    assert (found.total, found.buyer) == (Amount(Decimal("15.50"), None), None)


def test_other_sections_are_passed_over(tmp_path: Path) -> None:
    message = '<div class="cell" itemscope><span itemprop="message">Ciao</span></div>'
    files = {"messages/index.html": page(message), "listings/photos/1234567890/1.webp": b"RIFF"}
    assert list(read_archive(archive(tmp_path, files))) == []


def test_markup_in_a_stranger_text_stays_text(tmp_path: Path) -> None:
    found = only(read(tmp_path, listing(title="&lt;script&gt;alert(1)&lt;/script&gt; abito")))
    assert found.title == "<script>alert(1)</script> abito"


@given(st.text(max_size=400))
def test_whatever_stands_in_a_page_it_is_read_or_passed_over(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = archive(tmp_path_factory.mktemp("wild"), {"index.html": page(listing(), text)})
    assert any(isinstance(found, OwnListing) for found in read_archive(path))
