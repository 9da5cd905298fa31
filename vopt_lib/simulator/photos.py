"""This is where photos are drawn: a garment of the listing's kind and colours on somebody's floor."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from vopt_lib.schema.vinted_terms import colours
from vopt_lib.simulator.kinds import kind_of
from vopt_lib.simulator.offers import ImageFormat, Offer

Point = tuple[float, float]
Picture = npt.NDArray[np.float32]

_QUALITY: Final = 80
_EFFORT: Final = 2
"""Of WebP: a third of the time of its default, for files a tenth larger."""
_MULTICOLOUR: Final = 15
_LONGEST_SIDE: Final = 2_000
_BACKGROUNDS: Final = (
    (214, 205, 193),
    (178, 148, 118),
    (232, 230, 226),
    (150, 158, 166),
    (206, 190, 170),
    (98, 92, 88),
)

_HALVES: Final[dict[str, tuple[Point, ...]]] = {
    "dress": (
        (0.5, 0.14),
        (0.44, 0.12),
        (0.40, 0.05),
        (0.36, 0.05),
        (0.33, 0.22),
        (0.37, 0.40),
        (0.18, 0.93),
        (0.5, 0.95),
    ),
    "shirt": (
        *((0.5, 0.13), (0.42, 0.10), (0.36, 0.08), (0.20, 0.14), (0.06, 0.30), (0.16, 0.38), (0.25, 0.32)),
        *((0.25, 0.85), (0.5, 0.86)),
    ),
    "longsleeve": (
        *((0.5, 0.13), (0.42, 0.10), (0.36, 0.08), (0.20, 0.14), (0.04, 0.62), (0.13, 0.66), (0.25, 0.36)),
        *((0.25, 0.85), (0.5, 0.86)),
    ),
    "coat": (
        *((0.5, 0.10), (0.40, 0.05), (0.34, 0.06), (0.18, 0.12), (0.03, 0.66), (0.14, 0.70), (0.24, 0.38)),
        *((0.19, 0.95), (0.5, 0.95)),
    ),
    "trousers": ((0.5, 0.06), (0.30, 0.06), (0.27, 0.30), (0.22, 0.95), (0.40, 0.95), (0.5, 0.36)),
    "shorts": ((0.5, 0.20), (0.28, 0.20), (0.18, 0.68), (0.44, 0.70), (0.5, 0.45)),
    "skirt": ((0.5, 0.20), (0.34, 0.20), (0.14, 0.82), (0.5, 0.85)),
    "swimsuit": (
        *((0.5, 0.30), (0.42, 0.22), (0.40, 0.10), (0.36, 0.10), (0.33, 0.32), (0.38, 0.50), (0.30, 0.66)),
        *((0.45, 0.82), (0.5, 0.83)),
    ),
    "bag": (
        *((0.5, 0.42), (0.36, 0.42), (0.33, 0.20), (0.5, 0.13), (0.5, 0.10), (0.30, 0.17), (0.32, 0.42), (0.19, 0.42)),
        *((0.14, 0.85), (0.5, 0.88)),
    ),
    "hat": ((0.5, 0.25), (0.38, 0.27), (0.30, 0.38), (0.27, 0.55), (0.08, 0.62), (0.12, 0.67), (0.5, 0.69)),
    "box": ((0.5, 0.20), (0.16, 0.22), (0.16, 0.80), (0.5, 0.82)),
    "book": ((0.5, 0.14), (0.24, 0.14), (0.24, 0.86), (0.5, 0.86)),
    "accessory": (
        *((0.5, 0.28), (0.30, 0.33), (0.20, 0.50), (0.30, 0.67), (0.5, 0.72), (0.5, 0.66), (0.34, 0.62)),
        *((0.27, 0.50), (0.34, 0.38), (0.5, 0.34)),
    ),
}
"""Left halves of outlines in a unit square, from the top of the middle line down; the right half mirrors them."""

_WHOLES: Final[dict[str, tuple[Point, ...]]] = {
    "shoe": (
        *((0.07, 0.70), (0.08, 0.47), (0.28, 0.45), (0.38, 0.36), (0.55, 0.52), (0.84, 0.58), (0.94, 0.67)),
        *((0.94, 0.74), (0.07, 0.74)),
    ),
    "boot": ((0.26, 0.12), (0.55, 0.12), (0.55, 0.60), (0.84, 0.68), (0.91, 0.78), (0.91, 0.83), (0.26, 0.83)),
}
"""Outlines that are not symmetric."""


@dataclass(frozen=True)
class _Scene:
    """What one photo shows; the same scene always gives the same picture."""

    silhouette: str
    colour_ids: tuple[int, ...]
    seed: int
    number: int


def draw_photo(offer: Offer, number: int, size: tuple[int, int], image_format: ImageFormat = "webp") -> bytes:
    """One of a listing's photos as a file of exactly so many pixels, the leading one being number 1.

    All sizes of a photo show the same picture, and so do the photos of a relist.
    Raises: ValueError for a size beyond 2,000 pixels a side.
    """
    if not all(0 < side <= _LONGEST_SIDE for side in size):
        raise ValueError(f"A photo of {size[0]} x {size[1]} pixels is not drawn: at most {_LONGEST_SIDE} a side.")
    scene = _Scene(kind_of(offer.catalog_id).silhouette, offer.colour_ids, offer.photo_seed, number)
    return _file(scene, size, image_format)


@lru_cache(maxsize=128)
def _file(scene: _Scene, size: tuple[int, int], image_format: ImageFormat) -> bytes:
    width, height = size
    canvas = max(width, round(height * 3 / 4)), max(height, round(width * 4 / 3))
    picture = ImageOps.fit(_painted(scene, canvas), size)
    file = io.BytesIO()
    picture.save(file, image_format, quality=_QUALITY, method=_EFFORT)
    return file.getvalue()


def _painted(scene: _Scene, size: tuple[int, int]) -> Image.Image:
    rng = np.random.default_rng((scene.seed, scene.number))
    background = _background(rng, size)
    outline = _placed(rng, _outline(scene.silhouette), closeness=min(scene.number - 1, 3))
    cloth = _cloth(rng, scene.colour_ids, size)
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).polygon([(x * size[0], y * size[1]) for x, y in outline], fill=255)
    soft = mask.filter(ImageFilter.GaussianBlur(size[0] / 500))
    shadow = np.asarray(mask.filter(ImageFilter.GaussianBlur(size[0] / 40)), dtype=np.float32)[..., None] / 255.0
    ground = _as_image(background * (1.0 - 0.35 * shadow))
    return Image.composite(_as_image(cloth), ground, soft)


def _background(rng: np.random.Generator, size: tuple[int, int]) -> Picture:
    base = np.array(_BACKGROUNDS[int(rng.integers(len(_BACKGROUNDS)))], dtype=np.float32)
    above, below = rng.uniform(0.8, 1.15, 2).tolist()
    light = np.linspace(above, below, size[1], dtype=np.float32)[:, None, None]
    return np.asarray(base * light + 9.0 * _noise(rng, (60, 45), size) + 5.0 * _noise(rng, (160, 120), size))


def _cloth(rng: np.random.Generator, colour_ids: tuple[int, ...], size: tuple[int, int]) -> Picture:
    """The main colour with folds; a second colour in stripes, many colours in blotches."""
    first = _rgb(colour_ids[0]) if colour_ids else np.array((140, 140, 140), dtype=np.float32)
    second = _rgb(colour_ids[1]) if len(colour_ids) > 1 else first
    stripes = int(rng.integers(5, 16))
    across = np.linspace(0.0, stripes, size[1], dtype=np.float32)[:, None, None]
    cloth = np.where(across % 1.0 < 0.5, first, second) + np.zeros((size[1], size[0], 1), dtype=np.float32)
    if _MULTICOLOUR in colour_ids:
        blotches = [_noise(rng, (24, 18), size) for _ in range(3)]
        cloth = cloth + 60.0 * np.concatenate(blotches, axis=2)
    return np.asarray(cloth + 14.0 * _noise(rng, (6, 18), size) + 4.0 * _noise(rng, (120, 90), size), dtype=np.float32)


def _noise(rng: np.random.Generator, grid: tuple[int, int], size: tuple[int, int]) -> Picture:
    """Smooth noise around 0: a coarse grid of random values stretched to the size, so that all sizes look alike."""
    coarse = Image.fromarray(rng.normal(size=grid).astype(np.float32))
    return np.asarray(coarse.resize(size, Image.Resampling.BICUBIC), dtype=np.float32)[..., None]


def _placed(rng: np.random.Generator, outline: tuple[Point, ...], closeness: int) -> list[Point]:
    """The outline as somebody laid it down and held the camera; later photos come closer."""
    turn, scale = rng.normal(0.0, 0.07), rng.uniform(0.78, 0.95) * (1.0 + 0.35 * closeness)
    shift = rng.normal(0.0, 0.025, 2)
    wobble = rng.normal(0.0, 0.008, (len(outline), 2))
    points = (np.array(outline) + wobble - 0.5) * scale
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return [(float(x), float(y)) for x, y in points @ rotation.T + 0.5 + shift]


def _outline(silhouette: str) -> tuple[Point, ...]:
    if silhouette in _WHOLES:
        return _WHOLES[silhouette]
    half = _HALVES.get(silhouette, _HALVES["box"])
    return half + tuple((1.0 - x, y) for x, y in reversed(half))


def _rgb(colour_id: int) -> Picture:
    known = {colour.id: colour.hex for colour in colours()}
    plain = known.get(colour_id, "#8c8c8c")
    return np.array([int(plain[place : place + 2], 16) for place in (1, 3, 5)], dtype=np.float32)


def _as_image(picture: Picture) -> Image.Image:
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
