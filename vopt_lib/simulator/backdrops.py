"""This is where the surroundings of a photo are drawn: what a thing lies on or hangs from, and the light."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from vopt_lib.simulator.arrays import Floats
from vopt_lib.simulator.cloth import Rgb, disc, texture_of
from vopt_lib.simulator.poses import Pose

HABIT_SHARE: Final = 0.75
"""How often a seller photographs where and in what light she usually does. Invented."""

BACKDROPS: Final[Mapping[str, float]] = {
    "wood": 0.18,
    "wall": 0.17,
    "sheet": 0.17,
    "table": 0.10,
    "tiles": 0.10,
    "carpet": 0.08,
    "mannequin": 0.07,
    "rug": 0.06,
    "duvet": 0.04,
    "grass": 0.03,
}
LIGHTS: Final[Mapping[str, float]] = {
    "even": 0.34,
    "warm": 0.20,
    "cold": 0.14,
    "window": 0.14,
    "flash": 0.10,
    "dark": 0.08,
}
"""How often each is met. Invented."""

CLUTTERED_SHARE: Final = 0.12
HAND_SHARE: Final = 0.04

_BASES: Final[Mapping[str, tuple[Rgb, ...]]] = {
    "wood": ((178, 140, 98), (142, 100, 66), (206, 178, 140), (112, 84, 64)),
    "wall": ((232, 228, 220), (214, 218, 220), (226, 214, 196), (190, 204, 206)),
    "sheet": ((236, 234, 232), (214, 222, 232), (232, 220, 222), (206, 204, 198)),
    "table": ((240, 240, 238), (214, 206, 194), (88, 84, 82), (196, 198, 200)),
    "tiles": ((214, 206, 194), (188, 178, 166), (226, 226, 222), (168, 150, 132)),
    "carpet": ((150, 146, 140), (182, 172, 158), (108, 112, 122), (196, 184, 166)),
    "rug": ((158, 84, 74), (96, 110, 130), (196, 178, 150), (120, 130, 104)),
    "duvet": ((196, 206, 220), (224, 208, 204), (168, 178, 170), (230, 226, 214)),
    "grass": ((104, 136, 70), (126, 146, 80), (92, 120, 72), (140, 150, 92)),
}
_SKINS: Final[tuple[Rgb, ...]] = ((232, 190, 164), (206, 158, 128), (150, 104, 80))


@dataclass(frozen=True)
class Place:
    """Where one photo is taken: what kind of place, the colours of this one, the light, what lies about."""

    backdrop: str
    base: Rgb
    other: Rgb
    angle: float
    light: str
    is_cluttered: bool
    has_hand: bool

    @property
    def is_upright(self) -> bool:
        """Whether things hang or stand here."""
        return self.backdrop in ("wall", "mannequin")


def place_of(seller_id: int, rng: np.random.Generator, *, hangs: bool) -> Place:
    """Where a seller takes one photo: mostly where she always does. What cannot hang lies on a table instead."""
    habits = np.random.default_rng((seller_id, 71))
    usual = _picked(BACKDROPS, habits.random()), _picked(LIGHTS, habits.random())
    untidy = habits.random() ** 3
    backdrop = usual[0] if rng.random() < HABIT_SHARE else _picked(BACKDROPS, rng.random())
    light = usual[1] if rng.random() < HABIT_SHARE else _picked(LIGHTS, rng.random())
    if backdrop in ("wall", "mannequin") and not hangs:
        backdrop = "table"
    own = np.random.default_rng((seller_id, list(BACKDROPS).index(backdrop)))
    bases = _BASES["wall" if backdrop == "mannequin" else backdrop]
    first, second = own.permutation(len(bases))[:2].tolist()
    tint = own.normal(0.0, 7.0)
    return Place(
        backdrop=backdrop,
        base=_rgb(np.array(bases[first]) + tint),
        other=_rgb(np.array(bases[second]) + tint),
        angle=float(own.choice([0.0, 0.0, 1.57, 0.6]) + rng.normal(0.0, 0.05)),
        light=light,
        is_cluttered=bool(rng.random() < 4.0 * CLUTTERED_SHARE * untidy),
        has_hand=bool(rng.random() < HAND_SHARE),
    )


def ground(place: Place, rng: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    """The place with nothing in it."""
    picture = Image.new("RGB", size, place.base)
    painter, texture, strength = _GROUNDS[place.backdrop]
    if painter is not None:
        painter(ImageDraw.Draw(picture), place, rng, size)
    picture = lit(picture, coarse(rng, (4, 5), strength), texture_of(texture, size))
    if place.is_cluttered:
        _clutter(ImageDraw.Draw(picture), rng, size)
    return picture


def lit(picture: Image.Image, shade: Image.Image, texture: Image.Image | None = None) -> Image.Image:
    """A picture under a grey shade of any size, whose middle grey changes nothing; textures work alike."""
    whole = shade.resize(picture.size, Image.Resampling.BICUBIC)
    if texture is not None:
        whole = ImageChops.add(whole, texture, 1.0, -128)
    return ImageChops.hard_light(picture, Image.merge("RGB", (whole, whole, whole)))


def coarse(rng: np.random.Generator, grid: tuple[int, int], strength: float) -> Image.Image:
    """A little grey picture of noise around the middle grey, to be stretched: all sizes of a photo look alike."""
    noise = rng.normal(127.5, strength, (grid[1], grid[0]))
    return Image.fromarray(np.clip(noise, 20, 235).astype(np.uint8))


def stand(picture: Image.Image, place: Place, pose: Pose) -> None:
    """Draws what a thing hangs from, behind it: a hanger on a wall, or a tailor's dummy."""
    drawing = ImageDraw.Draw(picture)
    if place.backdrop == "wall":
        width, colour = pose.wide(1.1), (96, 84, 76)
        bar = np.array([(24.0, 15.0), (50.0, 5.0), (76.0, 15.0)])
        hook = np.array([(50.0, 5.0), (50.0, -1.0), (53.5, -4.0), (50.0, -7.5), (46.5, -5.0)])
        drawing.line(pose.drawn(bar), colour, 2 * width, joint="curve")
        drawing.line(pose.drawn(hook), colour, width, joint="curve")
    if place.backdrop == "mannequin":
        neck = np.array([(43.0, 18.0), (44.0, 2.0), (46.0, -2.0), (54.0, -2.0), (56.0, 2.0), (57.0, 18.0)])
        body = np.array([(30.0, 12.0), (70.0, 12.0), (64.0, 44.0), (68.0, 74.0), (32.0, 74.0), (36.0, 44.0)])
        drawing.line(pose.drawn(np.array([(50.0, 60.0), (50.0, 130.0)])), (70, 60, 54), pose.wide(2.2))
        drawing.polygon(pose.drawn(body), fill=(216, 204, 184))
        drawing.polygon(pose.drawn(neck), fill=(206, 192, 170))


def hand(picture: Image.Image, rng: np.random.Generator) -> None:
    """Draws four fingers that hold something at the edge of a photo."""
    drawing, (width, height) = ImageDraw.Draw(picture), picture.size
    skin, thick = _SKINS[int(rng.integers(len(_SKINS)))], 0.035 * height
    from_left, at = rng.random() < 0.5, rng.uniform(0.35, 0.75) * height
    for finger in range(4):
        reach = (0.13 + 0.035 * (1.5 - abs(finger - 1.5))) * width
        end, start = (reach, -thick) if from_left else (width - reach, width + thick)
        y = at + 1.9 * thick * finger
        colour = _rgb(np.array(skin) * (1.0 - 0.03 * finger))
        drawing.line([(start, y + thick), (end, y)], colour, round(1.9 * thick))
        disc(drawing, (end, y), 0.95 * thick, colour)


def in_light(picture: Image.Image, light: str, rng: np.random.Generator) -> Image.Image:
    """The photo in a light: brightness, colour and where it comes from."""
    gain, red, blue = {
        "warm": (0.98, 1.07, 0.86),
        "cold": (0.98, 0.94, 1.07),
        "dark": (0.68, 1.02, 0.94),
        "flash": (1.04, 1.0, 1.0),
    }.get(light, (1.0, 1.0, 1.0))
    gain *= float(np.exp(rng.normal(0.0, 0.05)))
    levels = np.arange(256.0)
    channels = [np.clip(levels * gain * own, 0, 255) for own in (red, 1.0, blue)]
    picture = picture.point(np.concatenate(channels).astype(np.uint8).tolist())
    return lit(picture, _field(light, rng))


def _field(light: str, rng: np.random.Generator) -> Image.Image:
    down, across = np.mgrid[-1.0:1.0:9j, -1.0:1.0:7j]
    side, fall = float(rng.choice([-1.0, 1.0])), rng.uniform(-12.0, 12.0)
    match light:
        case "flash":
            shade = 150.0 - 46.0 * (down**2 + across**2)
        case "window":
            shade = 127.5 + 34.0 * side * (across + 0.4 * down)
        case _:
            shade = 127.5 + fall * down + 0.4 * fall * side * across
    return Image.fromarray(np.clip(shade, 0, 255).astype(np.uint8))


def _planks(drawing: ImageDraw.ImageDraw, place: Place, rng: np.random.Generator, size: tuple[int, int]) -> None:
    """Boards side by side, each of its own tint."""
    tints = np.random.default_rng(place.base).normal(0.0, 9.0, 24)
    start, width = rng.uniform(-0.15, 0.0), 0.14
    for number, tint in enumerate(tints.tolist()):
        left = -0.8 + start + number * width
        box = [(left, -1.0), (left + width, -1.0), (left + width, 1.0), (left, 1.0)]
        drawing.polygon(_turned(box, place.angle, size), fill=_rgb(np.array(place.base) + tint))
        seam = _turned([(left, -1.0), (left, 1.0)], place.angle, size)
        drawing.line(seam, _rgb(np.array(place.base) * 0.72), max(1, size[1] // 400))


def _squares(drawing: ImageDraw.ImageDraw, place: Place, rng: np.random.Generator, size: tuple[int, int]) -> None:
    """Joints between tiles."""
    start, side = rng.uniform(-0.3, 0.0, 2), 0.31
    for number in range(8):
        for turn, offset in ((0.0, start[0]), (1.5708, start[1])):
            at = -1.0 + float(offset) + number * side
            line = _turned([(at, -1.2), (at, 1.2)], place.angle + turn, size)
            drawing.line(line, _rgb(np.array(place.base) * 0.8), max(1, size[1] // 200))


def _border(drawing: ImageDraw.ImageDraw, place: Place, rng: np.random.Generator, size: tuple[int, int]) -> None:
    """A woven rug: bands and lozenges of another colour."""
    for at in (-0.46, -0.40, 0.40, 0.46):
        drawing.line(_turned([(-1.0, at), (1.0, at)], place.angle, size), place.other, max(1, size[1] // 60))
    for place_x in np.arange(-0.9, 0.95, 0.18).tolist():
        for at in (-0.43, 0.43):
            lozenge = [(place_x - 0.05, at), (place_x, at - 0.03), (place_x + 0.05, at), (place_x, at + 0.03)]
            drawing.polygon(_turned(lozenge, place.angle, size), fill=place.other)


def _broad_stripes(drawing: ImageDraw.ImageDraw, place: Place, rng: np.random.Generator, size: tuple[int, int]) -> None:
    shift = rng.uniform(0.0, 0.2)
    pale = _rgb(np.array(place.base) * 0.93)
    for at in np.arange(-1.0, 1.0, 0.2).tolist():
        band = [(-1.2, at + shift), (1.2, at + shift), (1.2, at + shift + 0.1), (-1.2, at + shift + 0.1)]
        drawing.polygon(_turned(band, place.angle, size), fill=pale)


def _skirting(drawing: ImageDraw.ImageDraw, place: Place, rng: np.random.Generator, size: tuple[int, int]) -> None:
    """Some walls end in a skirting board and a bit of floor."""
    if rng.random() < 0.35:
        top = float(rng.uniform(0.88, 0.96)) * size[1]
        drawing.rectangle((0, top, size[0], size[1]), fill=_rgb(np.array(place.base) * 0.74))
        drawing.rectangle((0, top - 0.02 * size[1], size[0], top), fill=_rgb(np.array(place.base) * 1.05))


_Painter = Callable[[ImageDraw.ImageDraw, Place, np.random.Generator, tuple[int, int]], None]
_GROUNDS: Final[Mapping[str, tuple[_Painter | None, str, float]]] = {
    "wood": (_planks, "grain", 5.0),
    "wall": (_skirting, "", 4.0),
    "mannequin": (_skirting, "", 4.0),
    "sheet": (None, "", 15.0),
    "table": (None, "", 4.0),
    "tiles": (_squares, "", 5.0),
    "carpet": (None, "pile", 5.0),
    "rug": (_border, "pile", 6.0),
    "duvet": (_broad_stripes, "", 12.0),
    "grass": (None, "grass", 12.0),
}
"""How each is painted, its texture, and how uneven it is."""


def _clutter(drawing: ImageDraw.ImageDraw, rng: np.random.Generator, size: tuple[int, int]) -> None:
    """A few things that stick into the photo at its edge."""
    middle = np.array(size) / 2.0
    for _ in range(int(rng.integers(1, 4))):
        edge, along, turn = int(rng.integers(4)), rng.uniform(-0.9, 0.9), rng.uniform(0.0, 3.14)
        out = rng.uniform(0.98, 1.08)
        at = np.array([(along, -out), (out, along), (along, out), (-out, along)][edge]) * middle + middle
        long, short = rng.uniform(0.06, 0.14) * size[1], rng.uniform(0.03, 0.07) * size[1]
        corners = np.array([(-long, -short), (long, -short), (long, short), (-long, short)])
        turned = corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + at
        grey = rng.uniform(60, 210)
        drawing.polygon([(x, y) for x, y in turned.tolist()], fill=_rgb(grey + rng.uniform(-40, 40, 3)))


def _turned(points: list[tuple[float, float]], angle: float, size: tuple[int, int]) -> list[tuple[float, float]]:
    """Points around the middle, in heights of the photo, turned and in pixels."""
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    (width, height) = size
    return [(width / 2 + height * (cos * x - sin * y), height / 2 + height * (sin * x + cos * y)) for x, y in points]


def _picked(shares: Mapping[str, float], draw: float) -> str:
    bounds = np.cumsum(list(shares.values()))
    return list(shares)[min(int(np.searchsorted(bounds, draw * bounds[-1], side="right")), len(bounds) - 1)]


def _rgb(colour: Floats) -> Rgb:
    red, green, blue = np.clip(colour, 0, 255).astype(int).tolist()
    return red, green, blue
