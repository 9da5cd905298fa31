"""This is where photos of things are drawn, and copied as people copy them."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from PIL import Image, ImageEnhance

from tests.simulator.small_market import OFFERS
from vopt_lib.simulator.kinds import leaves
from vopt_lib.simulator.photos import draw_photo

SIZE: Final = (300, 400)
COLOURS: Final = (1, 7, 9, 10)
"""Black, red, blue and green; of a white thing made lighter nothing is left."""
MOST_CUT: Final = 0.1


def drawn(count: int) -> list[Image.Image]:
    """Photos of so many things of ten kinds and four colours: many of one kind and colour."""
    kinds = [leaf.node.catalog_id for leaf in leaves()][::7][:10]
    offers = [
        replace(OFFERS[1], photo_seed=seed, catalog_id=kinds[seed % 10], colour_ids=(COLOURS[seed % 3 + seed % 2],))
        for seed in range(count)
    ]
    return [Image.open(io.BytesIO(draw_photo(offer, 1, SIZE, "jpeg"))).convert("RGB") for offer in offers]


def saved_anew(photo: Image.Image, quality: int = 40) -> Image.Image:
    """What a JPEG of low quality leaves."""
    file = io.BytesIO()
    photo.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


def mirrored(photo: Image.Image) -> Image.Image:
    """Left and right changed."""
    return photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def cropped(photo: Image.Image) -> Image.Image:
    """Up to a tenth of its width and of its height cut away, here and there: each photo its own way."""
    width, height = photo.size
    rng = np.random.default_rng(photo.getpixel((width // 2, height // 2)))
    cut, share = rng.uniform(0.3, 1.0, 2) * MOST_CUT, rng.uniform(size=2)
    left, top = cut * share * (width, height)
    return photo.crop((round(left), round(top), round(left + width * (1 - cut[0])), round(top + height * (1 - cut[1]))))


COPIES: Final[Mapping[str, Callable[[Image.Image], Image.Image]]] = {
    "saved anew": saved_anew,
    "half the size": lambda photo: photo.resize((photo.width // 2, photo.height // 2)),
    "darker": lambda photo: ImageEnhance.Brightness(photo).enhance(0.75),
    "lighter": lambda photo: ImageEnhance.Brightness(photo).enhance(1.25),
    "mirrored": mirrored,
    "cropped": cropped,
    "mirrored, cropped and saved anew": lambda photo: saved_anew(cropped(mirrored(photo)), 60),
}
