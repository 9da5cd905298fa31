"""This is where photos are drawn: a thing of the listing's kind, colours and pattern, where its seller photographs."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from vopt_lib.simulator.backdrops import Place, coarse, ground, hand, in_light, lit, place_of, stand
from vopt_lib.simulator.cloth import Cloth, Look, cloth_of, disc, pattern_told, texture_of, weave
from vopt_lib.simulator.draws import draws
from vopt_lib.simulator.kinds import kind_of
from vopt_lib.simulator.offers import ImageFormat, Offer
from vopt_lib.simulator.poses import Pixels, Pose, laid_down, placed
from vopt_lib.simulator.silhouettes import Part, Silhouette, silhouettes
from vopt_lib.simulator.titles import NOUN_STREAM

_QUALITY: Final = 80
_EFFORT: Final = 2
"""Of WebP: a third of the time of its default, for files a tenth larger."""
_LONGEST_SIDE: Final = 2_000
_CANVASES: Final = ((150, 200), (318, 424), (600, 800), (1_200, 1_600), (2_000, 2_667))
"""What photos are painted on, each for sizes up to a twentieth larger: smaller ones show the same picture."""
_LANDSCAPE_SHARE: Final = 0.03
_SIDEWAYS_SHARE: Final = 0.012
_BLURRED_SHARE: Final = 0.05
"""Invented, as every share here."""
_CREASED: Final = {"leather": 20.0, "knit": 9.0}
"""How strong folds are, for textures that have more or fewer than others."""


@dataclass(frozen=True)
class _Scene:
    """What one photo shows; the same scene always gives the same picture. edit_seed is 0 for one as it was taken."""

    look: Look
    seller_id: int
    shot_seed: int
    number: int
    edit_seed: int


def draw_photo(offer: Offer, number: int, size: tuple[int, int], image_format: ImageFormat = "webp") -> bytes:
    """One of a listing's photos as a file of exactly so many pixels, the leading one being number 1.

    All sizes of a photo show the same picture, and so do the photos of a relist. Borrowed photos are the other
    listing's, cropped a little, mirrored or brightened, or its thing photographed once more.
    Raises: ValueError for a size beyond 2,000 pixels a side.
    """
    if not all(0 < side <= _LONGEST_SIDE for side in size):
        raise ValueError(f"A photo of {size[0]} x {size[1]} pixels is not drawn: at most {_LONGEST_SIDE} a side.")
    return _file(_scene(offer, number), size, image_format)


def look_of(offer: Offer) -> Look:
    """What the thing on a listing's photos looks like."""
    shown = offer.borrowed or offer
    alternatives = kind_of(offer.catalog_id).silhouette.split("|")
    picked = int(draws(np.array([shown.photo_seed]), NOUN_STREAM)[0]) % len(alternatives)
    pattern = pattern_told(shown.title)
    return Look(alternatives[picked], shown.colour_ids, shown.photo_seed, pattern, shown.material or "")


def _scene(offer: Offer, number: int) -> _Scene:
    borrowed = offer.borrowed
    if borrowed is None:
        return _Scene(look_of(offer), offer.seller_id, offer.photo_seed, number, 0)
    if borrowed.is_retaken:
        return _Scene(look_of(offer), borrowed.seller_id, borrowed.change_seed, number, 0)
    return _Scene(look_of(offer), borrowed.seller_id, borrowed.photo_seed, number, borrowed.change_seed)


@lru_cache(maxsize=128)
def _file(scene: _Scene, size: tuple[int, int], image_format: ImageFormat) -> bytes:
    canvas = next(canvas for canvas in _CANVASES if size[0] <= 1.05 * canvas[0] and size[1] <= 1.05 * canvas[1])
    picture, quality = _painted(scene, canvas), _QUALITY
    if scene.edit_seed:
        rng = np.random.default_rng((scene.edit_seed, scene.number))
        picture, quality = _edited(picture, rng), int(rng.integers(55, 78))
    file = io.BytesIO()
    # Lanczos would cost more than the picture's edges are worth.
    ImageOps.fit(picture, size, Image.Resampling.BICUBIC).save(file, image_format, quality=quality, method=_EFFORT)
    return file.getvalue()


def _edited(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """What somebody makes of a photo that she found: cropped a little, now and then mirrored, brighter or darker."""
    width, height = picture.size
    left, top, right, bottom = rng.uniform(0.01, 0.07, 4).tolist()
    crop = picture.crop(
        (round(left * width), round(top * height), round((1.0 - right) * width), round((1.0 - bottom) * height))
    )
    if rng.random() < 0.35:
        crop = ImageOps.mirror(crop)
    gain = float(rng.uniform(0.82, 1.22))
    levels = np.clip(np.arange(256.0) * gain, 0, 255).astype(np.uint8).tolist()
    return crop.point(levels * 3).resize(picture.size, Image.Resampling.BICUBIC)


def _painted(scene: _Scene, canvas: tuple[int, int]) -> Image.Image:
    rng = np.random.default_rng((scene.shot_seed, scene.number))
    form = rng.random()
    if form < _LANDSCAPE_SHARE:
        wide = _photographed(scene, rng, (canvas[0], round(canvas[0] * 0.75)), is_sideways=False)
        behind = wide.resize((30, 40), Image.Resampling.BOX).resize(canvas, Image.Resampling.BICUBIC)
        behind.paste(wide, (0, (canvas[1] - wide.height) // 2))
        return behind
    return _photographed(scene, rng, canvas, is_sideways=form < _LANDSCAPE_SHARE + _SIDEWAYS_SHARE)


def _photographed(scene: _Scene, rng: np.random.Generator, size: tuple[int, int], *, is_sideways: bool) -> Image.Image:
    look, silhouette = scene.look, silhouettes()[scene.look.silhouette]
    place = place_of(scene.seller_id, rng, hangs=silhouette.hangs and not is_sideways)
    cut = np.random.default_rng((look.seed, 1))
    cloth = cloth_of(look, cut, silhouette)
    stretch = cut.uniform(0.94, 1.06), cut.uniform(silhouette.shortest, 1.04)
    pose = laid_down(
        rng,
        size,
        stretch,
        closeness=min(scene.number - 1, 3),
        is_upright=place.is_upright,
        is_sideways=is_sideways,
    )
    picture = ground(place, rng, size)
    stand(picture, place, pose)
    drawn, mask = _thing(silhouette, cloth, pose, cut)
    cloth_shade, ground_shade = _shades(mask, rng, _CREASED.get(cloth.texture, 13.0))
    seen = lit(drawn, cloth_shade, texture_of(cloth.texture, size))
    soft = mask.filter(ImageFilter.BoxBlur(max(0.6, size[0] / 800)))
    picture = Image.composite(seen, lit(picture, ground_shade), soft)
    if place.has_hand:
        hand(picture, rng)
    return _taken(picture, place, rng)


def _taken(picture: Image.Image, place: Place, rng: np.random.Generator) -> Image.Image:
    """As the camera sees it: in its light, now and then out of focus."""
    seen = in_light(picture, place.light, rng)
    if rng.random() < _BLURRED_SHARE:
        return seen.filter(ImageFilter.GaussianBlur(picture.width / 600 * float(rng.uniform(1.5, 4.0))))
    return seen


def _shades(mask: Image.Image, rng: np.random.Generator, strength: float) -> tuple[Image.Image, Image.Image]:
    """Little shades for the thing, with its folds and its rounded edges, and for the ground, with its shadow."""
    little = mask.resize((75, max(1, round(75 * mask.height / mask.width))), Image.Resampling.BOX)
    inside = np.asarray(little.filter(ImageFilter.GaussianBlur(1.6)), dtype=np.float32) / 255.0
    below, aside = int(rng.integers(0, 3)), int(rng.integers(-2, 3))
    ground_shade = 127.5 - 52.0 * np.roll(inside, (below, aside), (0, 1))
    folds = np.asarray(_folds(rng, little.size, strength), dtype=np.float32)
    cloth_shade = np.clip(folds - 26.0 * (1.0 - inside) + 4.0, 20, 235)
    return Image.fromarray(cloth_shade.astype(np.uint8)), Image.fromarray(ground_shade.astype(np.uint8))


def _folds(rng: np.random.Generator, size: tuple[int, int], strength: float) -> Image.Image:
    """Soft unevenness, and a few creases that run down."""
    shade = coarse(rng, (6, 9), strength).resize(size, Image.Resampling.BICUBIC)
    drawing, (width, height) = ImageDraw.Draw(shade), size
    for x, y, aside, down in rng.uniform((0.2, 0.1, -0.12, 0.1), (0.8, 0.7, 0.12, 0.3), (6, 4)).tolist():
        ends = [(x * width, y * height), ((x + aside) * width, (y + down) * height)]
        drawing.line(ends, int(127.5 - 1.6 * strength), 1)
        drawing.line([(a + 1.5, b) for a, b in ends], int(127.5 + 1.3 * strength), 1)
    return shade.filter(ImageFilter.GaussianBlur(0.9))


def _thing(
    silhouette: Silhouette, cloth: Cloth, pose: Pose, rng: np.random.Generator
) -> tuple[Image.Image, Image.Image]:
    """The thing over a whole photo of its cloth, and where in the photo it is."""
    picture, mask = Image.new("RGB", pose.size, cloth.base), Image.new("L", pose.size)
    drawing, masking = ImageDraw.Draw(picture), ImageDraw.Draw(mask)
    weave(drawing, pose, cloth, rng)
    brush = _Brush(drawing, masking, pose, cloth)
    if silhouette.twin is not None:
        for part, at in placed(silhouette.parts, pose, silhouette.twin):
            brush.draw(part, at)
    for number, (part, at) in enumerate(placed(silhouette.parts, pose)):
        brush.draw(part, at, is_over=silhouette.twin is not None or number > 0)
    return picture, mask


@dataclass(frozen=True)
class _Brush:
    """What draws the parts of a thing: on its cloth, and on the mask of where it is."""

    drawing: ImageDraw.ImageDraw
    masking: ImageDraw.ImageDraw
    pose: Pose
    cloth: Cloth

    def draw(self, part: Part, at: Pixels, *, is_over: bool = False) -> None:
        """Draws one part; cloth over other cloth has an edge of its own."""
        drawing, masking, pose, cloth = self.drawing, self.masking, self.pose, self.cloth
        colour = cloth.toned(part.tone)
        match part.kind:
            case "cloth":
                masking.polygon(at, fill=255)
                if part.tone != "0" or is_over:
                    drawing.polygon(at, fill=colour)
                if is_over:
                    drawing.line([*at, at[0]], cloth.toned("-34"), pose.wide(0.5))
            case "hole":
                masking.polygon(at, fill=0)
            case "panel":
                drawing.polygon(at, fill=colour)
            case "line":
                drawing.line(at, colour, pose.wide(part.width), joint="curve")
            case "strand":
                masking.line(at, 255, pose.wide(part.width), joint="curve")
            case "dots":
                for spot in at:
                    disc(drawing, spot, pose.over(part.width), colour)
