from __future__ import annotations

import io
from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from tests.simulator.drawn import AT, DRESS, drawn, found_by_another, known_kinds, offers_of, retaken
from vopt_lib.simulator.backdrops import place_of
from vopt_lib.simulator.cloth import pattern_told
from vopt_lib.simulator.kinds import kind_of, leaves
from vopt_lib.simulator.photos import draw_photo, look_of
from vopt_lib.simulator.silhouettes import silhouettes

FIVE_KINDS = ("t-shirt", "jeans", "sneaker", "handbag", "dress")
FOUR_COLOURS = (1, 7, 9, 8)


def picture(photo: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(photo))
    image.load()
    return image


def thumbnail(photo: bytes, side: int = 16) -> npt.NDArray[np.float64]:
    """A photo's small colours, less their mean: what a quick glance sees."""
    small = np.asarray(picture(photo).convert("RGB").resize((side, side)), dtype=np.float64).ravel()
    return np.asarray((small - small.mean()) / (small.std() + 1e-9))


def likeness(one: bytes, other: bytes) -> float:
    return float(np.mean(thumbnail(one) * thumbnail(other)))


@pytest.mark.parametrize("image_format", ["webp", "jpeg"])
@pytest.mark.parametrize("size", [(70, 100), (150, 210), (310, 430), (600, 800), (624, 428), (1200, 1600)])
def test_a_photo_decodes_in_its_format_and_exact_size(
    image_format: Literal["webp", "jpeg"], size: tuple[int, int]
) -> None:
    image = picture(draw_photo(DRESS, 1, size, image_format))
    assert image.format == image_format.upper()
    assert image.size == size


def test_the_same_photo_is_drawn_every_time_and_a_relist_shows_it_again() -> None:
    relist = replace(DRESS, listing_id=10_400_000_002, price=DRESS.price - 1, published_at=AT)
    first = draw_photo(DRESS, 1, (150, 210))
    for seed in range(130):  # as many as are remembered, and more
        draw_photo(replace(DRESS, photo_seed=seed), 1, (15, 20))
    assert first == draw_photo(relist, 1, (150, 210))


def test_other_things_and_other_numbers_give_other_photos() -> None:
    photos = [
        draw_photo(DRESS, 1, (150, 210)),
        draw_photo(DRESS, 2, (150, 210)),
        draw_photo(replace(DRESS, photo_seed=43), 1, (150, 210)),
        draw_photo(replace(DRESS, colour_ids=(9,)), 1, (150, 210)),
        draw_photo(replace(DRESS, catalog_id=16), 1, (150, 210)),
        draw_photo(replace(DRESS, seller_id=2), 1, (150, 210)),
    ]
    assert len(set(photos)) == 6


def test_a_red_dress_is_red_in_the_middle() -> None:
    red, green, blue = np.asarray(picture(draw_photo(DRESS, 1, (150, 210), "jpeg")).convert("RGB"))[
        100:110, 70:80
    ].mean((0, 1))
    assert red > 2 * green
    assert red > 2 * blue


@pytest.mark.parametrize("size", [(70, 93), (150, 200), (310, 413), (1200, 1600)])
@pytest.mark.parametrize("seed", [42, 43, 44])
def test_all_sizes_show_the_same_picture(size: tuple[int, int], seed: int) -> None:
    offer = replace(DRESS, photo_seed=seed, seller_id=seed)
    other = picture(draw_photo(offer, 1, size, "jpeg")).convert("L").resize((60, 80))
    usual = picture(draw_photo(offer, 1, (600, 800), "jpeg")).convert("L").resize((60, 80))
    assert np.corrcoef(np.asarray(other).ravel(), np.asarray(usual).ravel())[0, 1] > 0.97


def test_every_kind_of_thing_has_a_silhouette_and_can_be_drawn() -> None:
    assert {name for leaf in leaves() for name in leaf.kind.silhouette.split("|")} <= silhouettes().keys()
    assert set(kind_of(0).silhouette.split("|")) <= silhouettes().keys()
    for offer in offers_of(tuple(known_kinds()), (7,), each=1):
        assert picture(draw_photo(offer, 1, (30, 40))).size == (30, 40)


def test_an_absurd_size_is_not_drawn() -> None:
    with pytest.raises(ValueError, match="2000 a side"):
        draw_photo(DRESS, 1, (60_000, 80_000))
    with pytest.raises(ValueError, match="0 x 40"):
        draw_photo(DRESS, 1, (0, 40))


@pytest.mark.parametrize(
    ("title", "pattern"),
    [
        ("Abito a fiori Zara", "flowers"),
        ("Maglia A RIGHE bianca e blu", "stripes"),
        ("Gonna a quadri scozzese", "checks"),
        ("Vestito a pois", "dots"),
        ("Camicia tinta unita", "plain"),
        ("T-shirt con stampa", "print"),
        ("Giacca denim", "denim"),
        ("Robe rayée", "stripes"),
        ("Leopard top", "animal"),
        ("Abito rosso", ""),
        ("Unito Roma", ""),
    ],
)
def test_a_title_tells_the_pattern(title: str, pattern: str) -> None:
    assert pattern_told(title) == pattern


def test_a_striped_thing_is_drawn_with_stripes_and_a_plain_one_without() -> None:
    def unevenness(title: str, seed: int) -> float:
        offer = replace(DRESS, title=title, colour_ids=(12, 1), photo_seed=seed)
        column = np.asarray(picture(draw_photo(offer, 1, (150, 200), "jpeg")).convert("L"), dtype=float)[60:150, 75]
        return float(np.abs(np.diff(column)).mean())

    for seed in range(5):
        assert unevenness("Abito a righe", seed) > 3 * unevenness("Abito tinta unita", seed)


@pytest.mark.parametrize(
    "title", ["a righe", "gessato", "a quadri", "a pois", "a fiori", "con stampa", "leopardato", "denim"]
)
def test_every_pattern_that_words_tell_is_seen(title: str) -> None:
    offer = replace(DRESS, photo_seed=3)
    plain = picture(draw_photo(replace(offer, title="tinta unita"), 1, (300, 400), "jpeg")).crop((100, 120, 200, 300))
    shown = picture(draw_photo(replace(offer, title=title), 1, (300, 400), "jpeg")).crop((100, 120, 200, 300))
    assert np.abs(np.asarray(shown, dtype=float) - np.asarray(plain, dtype=float)).mean() > 2.0


def test_a_second_colour_and_many_colours_are_seen_whatever_words_tell() -> None:
    def colours(colour_ids: tuple[int, ...], seed: int) -> float:
        offer = replace(DRESS, title="", colour_ids=colour_ids, photo_seed=seed)
        middle = np.asarray(picture(draw_photo(offer, 1, (300, 400), "jpeg")), dtype=float)[120:300, 110:190]
        return float((middle - middle.mean(axis=2, keepdims=True)).std(axis=(0, 1)).sum())

    for colour_ids in ((12, 7), (15,)):
        assert np.mean([colours(colour_ids, seed) > 15.0 for seed in range(30)]) > 0.6


def test_a_denim_material_is_seen() -> None:
    offer = replace(DRESS, title="tinta unita")
    assert draw_photo(replace(offer, material="Denim"), 1, (150, 200)) != draw_photo(offer, 1, (150, 200))


def test_a_thing_of_no_known_colour_is_grey() -> None:
    offer = replace(DRESS, title="tinta unita", colour_ids=(), seller_id=8)
    red, green, blue = np.asarray(picture(draw_photo(offer, 1, (150, 200))))[90:110, 70:80].mean((0, 1))
    assert max(red, green, blue) < 1.5 * min(red, green, blue)


def test_the_second_colour_is_seen_where_words_tell_of_a_pattern() -> None:
    offer = replace(DRESS, title="Abito a righe", colour_ids=(12, 7), photo_seed=1)
    middle = np.asarray(picture(draw_photo(offer, 1, (300, 400), "jpeg")), dtype=float)[120:300, 100:200].reshape(-1, 3)
    is_red = (middle[:, 0] > 1.7 * middle[:, 1]) & (middle[:, 0] > 100)
    assert 0.15 < is_red.mean() < 0.7


def test_things_of_one_kind_and_colour_look_more_alike_than_others() -> None:
    offers = list(offers_of(FIVE_KINDS, FOUR_COLOURS, each=6))
    photos = np.stack([thumbnail(draw_photo(offer, 1, (70, 100), "jpeg")) for offer in offers])
    alike = photos @ photos.T / photos.shape[1]
    kind = np.array([look_of(offer).silhouette for offer in offers])
    colour = np.array([offer.colour_ids[0] for offer in offers])
    same_kind, same_colour = kind[:, None] == kind[None, :], colour[:, None] == colour[None, :]
    others = ~np.eye(len(offers), dtype=bool)
    assert alike[same_kind & same_colour & others].mean() > alike[same_kind & ~same_colour].mean() + 0.05
    assert alike[same_kind & same_colour & others].mean() > alike[~same_kind & same_colour].mean() + 0.05
    assert alike[same_kind & others].mean() > alike[~same_kind].mean() + 0.02


def test_a_seller_mostly_photographs_in_one_place_and_light() -> None:
    rng = np.random.default_rng(1)
    for seller_id in range(1, 20):
        places = [place_of(seller_id, rng, hangs=True) for _ in range(60)]
        backdrops = [place.backdrop for place in places]
        lights = [place.light for place in places]
        assert max(backdrops.count(one) for one in set(backdrops)) > 0.55 * len(places)
        assert max(lights.count(one) for one in set(lights)) > 0.55 * len(places)


def test_sellers_photograph_in_different_places() -> None:
    rng = np.random.default_rng(1)
    assert len({place_of(seller_id, rng, hangs=True).backdrop for seller_id in range(80)}) >= 8


def test_what_cannot_hang_is_never_hung() -> None:
    rng = np.random.default_rng(1)
    assert not any(place_of(seller_id, rng, hangs=False).is_upright for seller_id in range(200))


@pytest.mark.parametrize("kind", ["dress", "sneaker", "handbag"])
def test_a_found_photo_is_another_file_that_looks_alike(kind: str) -> None:
    for number, offer in enumerate(offers_of((kind,), (7, 9), each=4)):
        own, copy = (
            drawn(offer, size=(150, 200)),
            drawn(found_by_another(offer, change_seed=number + 1), size=(150, 200)),
        )
        assert own.photo != copy.photo
        assert (own.item_id, own.kind, own.colour_id) == (copy.item_id, copy.kind, copy.colour_id)
        mirrored = io.BytesIO()
        picture(copy.photo).transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(mirrored, "png")
        assert max(likeness(own.photo, copy.photo), likeness(own.photo, mirrored.getvalue())) > 0.7


def test_some_found_photos_are_mirrored_and_some_brighter() -> None:
    offer = replace(DRESS, seller_id=3)
    own = picture(draw_photo(offer, 1, (150, 200), "jpeg"))
    mirrored, brightness = 0, []
    for seed in range(1, 31):
        copy = picture(draw_photo(found_by_another(offer, change_seed=seed), 1, (150, 200), "jpeg"))
        flipped = copy.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        mirrored += _difference(own, flipped) < _difference(own, copy)
        brightness.append(float(np.asarray(copy).mean() / np.asarray(own).mean()))
    assert 4 <= mirrored <= 20
    assert min(brightness) < 0.93
    assert max(brightness) > 1.07


def test_a_thing_photographed_once_more_is_the_same_thing_on_another_photo() -> None:
    offer = replace(DRESS, title="Abito a fiori")
    again = retaken(offer, change_seed=9)
    assert look_of(again) == look_of(offer)
    assert draw_photo(again, 1, (150, 200)) != draw_photo(offer, 1, (150, 200))


def _difference(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures are apart, whatever their brightness."""
    greys = [np.asarray(image.convert("L"), dtype=float).ravel() for image in (one, other)]
    return 1.0 - float(np.corrcoef(greys[0], greys[1])[0, 1])
