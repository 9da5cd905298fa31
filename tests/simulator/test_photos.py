from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

import numpy as np
import pytest
from PIL import Image

from vopt_lib.simulator.kinds import leaves
from vopt_lib.simulator.offers import Offer
from vopt_lib.simulator.photos import draw_photo

AT = datetime(2026, 11, 1, tzinfo=UTC)
DRESS = Offer(
    listing_id=10_400_000_001,
    title="Abito rosso",
    description="",
    catalog_id=9_000_001,
    brand=None,
    size=None,
    condition_id=2,
    colour_ids=(7,),
    material=None,
    price=Decimal("6.00"),
    currency="EUR",
    conversion=None,
    fee_cohort=0,
    service_fee=Decimal("1.00"),
    favourites=0,
    views=0,
    seller_id=1,
    seller_login="anna",
    seller_is_business=False,
    seller_country="IT",
    promoted_score=0.0,
    created_at=AT,
    published_at=AT,
    status="on_sale",
    photo_seed=42,
    photo_count=3,
)


def picture(photo: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(photo))
    image.load()
    return image


@pytest.mark.parametrize("image_format", ["webp", "jpeg"])
@pytest.mark.parametrize("size", [(70, 100), (150, 210), (310, 430), (600, 800), (624, 428)])
def test_a_photo_decodes_in_its_format_and_exact_size(
    image_format: Literal["webp", "jpeg"], size: tuple[int, int]
) -> None:
    image = picture(draw_photo(DRESS, 1, size, image_format))
    assert image.format == image_format.upper()
    assert image.size == size


def test_the_same_photo_is_drawn_every_time_and_a_relist_shows_it_again() -> None:
    relist = replace(DRESS, listing_id=10_400_000_002, price=Decimal("5.00"))
    assert draw_photo(DRESS, 1, (150, 210)) == draw_photo(relist, 1, (150, 210))


def test_other_things_and_other_numbers_give_other_photos() -> None:
    photos = [
        draw_photo(DRESS, 1, (150, 210)),
        draw_photo(DRESS, 2, (150, 210)),
        draw_photo(replace(DRESS, photo_seed=43), 1, (150, 210)),
        draw_photo(replace(DRESS, colour_ids=(9,)), 1, (150, 210)),
        draw_photo(replace(DRESS, catalog_id=16), 1, (150, 210)),
    ]
    assert len(set(photos)) == 5


def test_a_red_dress_is_red_in_the_middle() -> None:
    red, green, blue = np.asarray(picture(draw_photo(DRESS, 1, (150, 210), "jpeg")).convert("RGB"))[
        100:110, 70:80
    ].mean((0, 1))
    assert red > 2 * green
    assert red > 2 * blue


def test_all_sizes_show_the_same_picture() -> None:
    small = picture(draw_photo(DRESS, 1, (150, 200), "jpeg")).convert("L")
    large = picture(draw_photo(DRESS, 1, (600, 800), "jpeg")).convert("L").resize((150, 200))
    assert np.corrcoef(np.asarray(small).ravel(), np.asarray(large).ravel())[0, 1] > 0.97


def test_every_kind_of_thing_can_be_drawn() -> None:
    of_each_kind = {leaf.kind.silhouette: leaf.node.catalog_id for leaf in leaves()}
    for catalog_id in of_each_kind.values():
        assert picture(draw_photo(replace(DRESS, catalog_id=catalog_id), 1, (30, 40))).size == (30, 40)


def test_an_absurd_size_is_not_drawn() -> None:
    with pytest.raises(ValueError, match="2000 a side"):
        draw_photo(DRESS, 1, (60_000, 80_000))
