"""This is where a thing gets its cloth: colours, pattern and texture, by its listing's words or else by chance."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from vopt_lib.schema.vinted_terms import colours, folded
from vopt_lib.simulator.arrays import Floats
from vopt_lib.simulator.poses import Pixels, Pose
from vopt_lib.simulator.silhouettes import Silhouette

Rgb = tuple[int, int, int]
Picture = npt.NDArray[np.float32]

PATTERNS: Final[Mapping[str, float]] = {
    "plain": 0.60,
    "stripes": 0.09,
    "pinstripes": 0.03,
    "checks": 0.06,
    "dots": 0.05,
    "flowers": 0.07,
    "print": 0.10,
}
"""How often each is met where words do not tell. Invented."""

WORDS: Final[Mapping[str, str]] = {
    "plain": "tinta unita|unita|monocolore|uni|unie|liso|lisa|plain",
    "stripes": "a righe|righe|rigato|rigata|righine|raye|rayee|rayures|rayas|striped|stripes|mariniere|marinara",
    "pinstripes": "gessato|gessata|pinstripe|tennis",
    "checks": "a quadri|quadri|quadretti|scozzese|tartan|vichy|carreaux|cuadros|checked|checks|plaid|gingham",
    "dots": "pois|a pois|lunares|polka|dots|dotted",
    "flowers": "a fiori|fiori|floreale|floreali|fleuri|fleurie|fleurs|flores|floral|flowers|flowery",
    "animal": "animalier|leopardato|leopardata|leopardo|maculato|leopard|zebrato|zebra|pitone|python",
    "print": "stampa|stampe|stampato|stampata|imprime|imprimee|print|printed|grafica|logo|disegno",
    "denim": "denim|jeans|jean|vaquero|vaquera",
}
"""Words of titles that tell a pattern, folded. The first found counts."""

MULTICOLOUR: Final = 15
_UNKNOWN: Final = "#8c8c8c"
_SECOND_GIVEN: Final = {"plain": 0.2, "block": 0.25, "stripes": 0.25, "checks": 0.12, "dots": 0.08, "flowers": 0.1}
_MANY_COLOURS: Final = {"flowers": 0.45, "patches": 0.3, "stripes": 0.25}
_WHITES: Final[tuple[Rgb, ...]] = ((244, 242, 236), (30, 30, 34))
_FIXED: Final[Mapping[str, Rgb]] = {
    "white": (243, 241, 235),
    "metal": (196, 182, 148),
    "dark": (44, 40, 40),
    "skin": (226, 178, 150),
}


@dataclass(frozen=True)
class Look:
    """What a thing looks like, whoever photographs it. pattern is "" where words do not tell it."""

    silhouette: str
    colour_ids: tuple[int, ...]
    seed: int
    pattern: str = ""
    material: str = ""


@dataclass(frozen=True)
class Cloth:
    """What a thing is made of. others are more colours of its pattern, the second one first."""

    base: Rgb
    others: tuple[Rgb, ...]
    pattern: str
    texture: str

    @property
    def is_dark(self) -> bool:
        """Whether what is drawn on it must be lighter to be seen."""
        return _brightness(self.base) < 62.0

    def toned(self, tone: str) -> Rgb:
        """The colour of a part: a fixed one, the second, or the cloth so many percent darker or lighter."""
        if tone in _FIXED:
            return _FIXED[tone]
        if tone == "second":
            return self.others[0]
        return shaded(self.base, float(tone), is_dark=self.is_dark)


def pattern_told(title: str) -> str:
    """The pattern that a title's words tell, "" for none: «Abito a fiori» is flowers."""
    words = folded(title)
    return next((pattern for pattern, told in WORDS.items() if re.search(rf"\b(?:{told})\b", words)), "")


def cloth_of(look: Look, rng: np.random.Generator, silhouette: Silhouette) -> Cloth:
    """The cloth of a thing; its texture is the silhouette's own, else its material's."""
    worn = rng.normal(0.0, 6.0) + rng.normal(0.0, 3.0, 3)
    base = _rgb_of(look.colour_ids[0]) if look.colour_ids else (140, 140, 140)
    base = _clipped(np.array(base) * 0.96 + worn + 4.0)
    others = [_clipped(np.array(_rgb_of(one)) + worn) for one in look.colour_ids[1:]]
    if MULTICOLOUR in look.colour_ids:
        bright = [known for known in colours() if known.id != MULTICOLOUR]
        others = [_rgb_of(bright[place].id) for place in rng.integers(len(bright), size=4).tolist()]
    pattern = _pattern(look, rng, silhouette)
    texture = silhouette.texture or {"Denim": "denim", "Lana": "knit", "Cashmere": "knit", "Pelle": "leather"}.get(
        look.material, "denim" if pattern == "denim" else ""
    )
    contrast = _WHITES[int(_brightness(base) > 150.0)] if rng.random() < 0.5 else shaded(base, -32.0, is_dark=False)
    if _brightness(base) < 62.0:
        contrast = _WHITES[0]
    return Cloth(base, tuple(others) or (contrast,), pattern, texture)


def shaded(colour: Rgb, percent: float, *, is_dark: bool) -> Rgb:
    """A colour so many percent darker (below 0) or lighter; on a dark one either is seen as lighter."""
    value = np.array(colour, dtype=float)
    if is_dark:
        return _clipped(value + 1.8 * abs(percent))
    return _clipped(value * (1.0 + percent / 100.0) if percent < 0 else value + (255.0 - value) * percent / 100.0)


def weave(drawing: ImageDraw.ImageDraw, pose: Pose, cloth: Cloth, rng: np.random.Generator) -> None:
    """Draws the cloth's pattern all over a picture of its base colour, as it runs on a thing that lies so."""
    painter = _PAINTERS.get(cloth.pattern)
    if painter is not None:
        painter(drawing, pose, cloth, rng)


@cache
def texture_of(name: str, size: tuple[int, int]) -> Image.Image:
    """A grey picture of a texture around the middle grey, the same in all sizes; "" is a plain weave."""
    rng, (height, width) = np.random.default_rng(7), (480, 360)
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    noise = rng.normal(0.0, 1.0, (height, width)).astype(np.float32)
    match name:
        case "knit":
            rows = np.sin(across * 1.05) * 9.0 + np.sin(down * 1.3 + np.abs((across % 6.0) - 3.0)) * 6.0
        case "denim":
            rows = np.sin((across + down) * 1.6) * 10.0 + _blurred(noise, 0.5) * 15.0
        case "leather":
            rows = _blurred(noise, 2.0) * 7.0
        case "grass":
            rows = _blurred(noise, 0.8) * 34.0 + np.sin(across * 0.9 + noise) * 9.0
        case "pile":
            rows = _blurred(noise, 0.7) * 17.0
        case "grain":
            rows = _blurred(noise, 0.8, along=9) * 15.0
        case _:
            rows = _blurred(noise, 0.6) * 7.0
    grey = Image.fromarray(np.clip(127.5 + rows, 0, 255).astype(np.uint8))
    return grey.resize(size, Image.Resampling.BILINEAR)


def _blurred(noise: Picture, spread: float, along: int = 1) -> Picture:
    """Noise with neighbours mixed in; `along` more of them downwards."""
    near = max(1, round(2 * spread))
    for axis, count in ((0, near * along), (1, near)):
        noise = np.sum([np.roll(noise, step, axis) for step in range(-count, count + 1)], axis=0)
    return np.asarray(noise / (2.0 * noise.std()), dtype=np.float32)


def _pattern(look: Look, rng: np.random.Generator, silhouette: Silhouette) -> str:
    draw = float(rng.random())
    if silhouette.twin is not None:
        return "plain"
    is_plain = silhouette.is_plain or silhouette.texture in ("denim", "leather")
    if MULTICOLOUR in look.colour_ids and not is_plain and not look.pattern:
        return _picked(_MANY_COLOURS, draw)
    if look.pattern or is_plain:
        return look.pattern or "plain"
    return _picked(_SECOND_GIVEN if len(look.colour_ids) > 1 else PATTERNS, draw)


def _picked(shares: Mapping[str, float], draw: float) -> str:
    bounds = np.cumsum(list(shares.values()))
    return list(shares)[min(int(np.searchsorted(bounds, draw * bounds[-1], side="right")), len(bounds) - 1)]


def _stripes(drawing: ImageDraw.ImageDraw, pose: Pose, cloth: Cloth, rng: np.random.Generator) -> None:
    period, filled = rng.uniform(5.0, 13.0), rng.uniform(0.25, 0.42)
    for number, top in enumerate(np.arange(-20.0, 120.0, period).tolist()):
        band = [(-30.0, top), (130.0, top), (130.0, top + filled * period), (-30.0, top + filled * period)]
        drawing.polygon(pose.drawn(np.array(band)), fill=cloth.others[number % len(cloth.others)])


def _pinstripes(drawing: ImageDraw.ImageDraw, pose: Pose, cloth: Cloth, rng: np.random.Generator) -> None:
    period, width = rng.uniform(3.5, 7.0), pose.wide(rng.uniform(0.4, 0.9))
    for left in np.arange(-20.0, 120.0, period).tolist():
        drawing.line(pose.drawn(np.array([(left, -20.0), (left, 120.0)])), cloth.others[0], width)


def _checks(drawing: ImageDraw.ImageDraw, pose: Pose, cloth: Cloth, rng: np.random.Generator) -> None:
    period, thin = rng.uniform(7.0, 14.0), pose.wide(0.5)
    mixed = _mixed(cloth.base, cloth.others[0])
    for start in np.arange(-20.0, 120.0, period).tolist():
        end = start + 0.3 * period
        drawing.polygon(pose.drawn(np.array([(-30, start), (130, start), (130, end), (-30, end)])), fill=mixed)
    for start in np.arange(-20.0, 120.0, period).tolist():
        end = start + 0.3 * period
        drawing.polygon(pose.drawn(np.array([(start, -30), (start, 130), (end, 130), (end, -30)])), fill=mixed)
    crossings = [(x, y) for x in np.arange(-20, 120, period) for y in np.arange(-20, 120, period)]
    side = 0.3 * period
    for x, y in crossings:
        corners = np.array([(x, y), (x + side, y), (x + side, y + side), (x, y + side)])
        drawing.polygon(pose.drawn(corners), fill=cloth.others[0])
    for at in np.arange(-20.0 + 0.65 * period, 120.0, period).tolist():
        drawing.line(pose.drawn(np.array([(-30, at), (130, at)])), cloth.others[-1], thin)


def _dots(drawing: ImageDraw.ImageDraw, pose: Pose, cloth: Cloth, rng: np.random.Generator) -> None:
    period = rng.uniform(4.5, 9.0)
    radius = pose.over(period * rng.uniform(0.18, 0.28))
    for number, (x, y) in enumerate(_grid(pose, period)):
        disc(drawing, (x, y), radius, cloth.others[number % len(cloth.others)])


def _flowers(drawing: ImageDraw.ImageDraw, pose: Pose, cloth: Cloth, rng: np.random.Generator) -> None:
    period = rng.uniform(9.0, 15.0)
    petal, heart = pose.over(period * 0.15), (236, 206, 96)
    turns = rng.uniform(0.0, 6.3, 1_000).tolist()
    for number, (x, y) in enumerate(_grid(pose, period)):
        drawing.line([(x, y), (x + 3.2 * petal, y + 2.2 * petal)], (72, 120, 70), max(1, round(petal / 2)))
        colour = cloth.others[number % len(cloth.others)]
        for angle in np.arange(5) * 1.2566 + turns[number % 1_000]:
            disc(drawing, (x + 1.2 * petal * np.cos(angle), y + 1.2 * petal * np.sin(angle)), petal, colour)
        disc(drawing, (x, y), 0.75 * petal, heart)


def _print(drawing: ImageDraw.ImageDraw, pose: Pose, cloth: Cloth, rng: np.random.Generator) -> None:
    """One motif in the middle: a badge with a star, a bar or a heart, and a line of would-be letters below it."""
    (x, y), side, colour = (50.0, float(rng.uniform(38.0, 46.0))), rng.uniform(7.0, 11.0), cloth.others[0]
    points = int(rng.integers(3, 8))
    spokes = np.arange(2 * points) * np.pi / points
    reach = np.where(np.arange(2 * points) % 2, side * rng.uniform(0.35, 0.8), side)
    star = np.column_stack([x + reach * np.cos(spokes) / 0.75, y + reach * np.sin(spokes)])
    if rng.random() < 0.5:
        disc(drawing, pose.drawn(np.array([(x, y)]))[0], pose.over(1.15 * side), _mixed(cloth.base, colour))
    drawing.polygon(pose.drawn(star), fill=colour)
    for place in range(int(rng.integers(3, 9))):
        left, top = x - 14.0 + 4.0 * place, y + side + 3.0
        width, height = rng.uniform(1.6, 3.2), rng.uniform(3.0, 5.0)
        box = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
        drawing.polygon(pose.drawn(np.array(box)), fill=colour)


def _animal(drawing: ImageDraw.ImageDraw, pose: Pose, cloth: Cloth, rng: np.random.Generator) -> None:
    radius = pose.over(1.7)
    dark = shaded(cloth.base, -70.0, is_dark=cloth.is_dark)
    for x, y in _grid(pose, 6.0):
        at_x, at_y = (float(step) for step in rng.normal(0.0, radius * 0.7, 2))
        disc(drawing, (x + at_x, y + at_y), radius, dark)
        disc(drawing, (x + at_x + radius * 0.3, y + at_y), radius * 0.5, shaded(cloth.base, -25.0, is_dark=False))


def _block(drawing: ImageDraw.ImageDraw, pose: Pose, cloth: Cloth, rng: np.random.Generator) -> None:
    top = rng.uniform(52.0, 68.0)
    end = top + rng.choice([12.0, 100.0])
    drawing.polygon(pose.drawn(np.array([(-30, top), (130, top), (130, end), (-30, end)])), fill=cloth.others[0])


def _patches(drawing: ImageDraw.ImageDraw, pose: Pose, cloth: Cloth, rng: np.random.Generator) -> None:
    side = rng.uniform(12.0, 22.0)
    for number, left in enumerate(np.arange(-20.0, 120.0, side).tolist()):
        for along, top in enumerate(np.arange(-20.0, 120.0, side).tolist()):
            corners = np.array([(left, top), (left + side, top), (left + side, top + side), (left, top + side)])
            drawing.polygon(pose.drawn(corners), fill=cloth.others[(number + 2 * along) % len(cloth.others)])


_PAINTERS: Final[Mapping[str, Callable[[ImageDraw.ImageDraw, Pose, Cloth, np.random.Generator], None]]] = {
    "stripes": _stripes,
    "pinstripes": _pinstripes,
    "checks": _checks,
    "dots": _dots,
    "flowers": _flowers,
    "print": _print,
    "animal": _animal,
    "block": _block,
    "patches": _patches,
}


def disc(drawing: ImageDraw.ImageDraw, at: tuple[float, float], radius: float, colour: Rgb) -> None:
    """A filled circle."""
    drawing.ellipse((at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius), fill=colour)


def _grid(pose: Pose, period: float) -> Pixels:
    """Places all over the frame, every other row moved by half a period."""
    rows = np.arange(-10.0, 110.0, period)
    across = np.arange(-10.0, 110.0, period / 0.75)
    shifted = np.where(np.arange(len(rows)) % 2, 0.5 * period / 0.75, 0.0)
    x, y = np.broadcast_arrays(across[None, :] + shifted[:, None], rows[:, None])
    return pose.drawn(np.column_stack([x.ravel(), y.ravel()]))


def _mixed(one: Rgb, other: Rgb) -> Rgb:
    return _clipped((np.array(one, dtype=float) + np.array(other)) / 2.0)


def _brightness(colour: Rgb) -> float:
    red, green, blue = colour
    return 0.299 * red + 0.587 * green + 0.114 * blue


def _clipped(colour: Floats) -> Rgb:
    red, green, blue = np.clip(colour, 4, 252).astype(int).tolist()
    return red, green, blue


@cache
def _rgb_of(colour_id: int) -> Rgb:
    known = {colour.id: colour.hex for colour in colours()}
    plain = known.get(colour_id, _UNKNOWN)
    return int(plain[1:3], 16), int(plain[3:5], 16), int(plain[5:7], 16)
