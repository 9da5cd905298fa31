"""This is where a photo becomes a vector without a download: the shape of the thing on it, and beside that its colours.

    vector = [silhouette | inside, evened | inside, shares | colours]
              `------------------ shape -----------------'

The thing is cut out by the colours of the photo's border (`foreground`). The edges of its silhouette, and those inside
its crop in two forms (`hog`), are each centred and turned so that what differs between drawn photos of one silhouette
counts less: `models/shapes-1.npz`, fitted by `python -m docs.fit_descriptor` on photos that the simulator draws.
Colours (`colour`) fight with shape, so that they are a block of their own with a small weight (`COLOUR`); how much they
count is said when something is looked for (`asked`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
from PIL import Image

from vopt_lib.errors import FileDamaged
from vopt_lib.paths import descriptor_file
from vopt_lib.vision.colour import LENGTH as COLOURS
from vopt_lib.vision.colour import colours_of, lab
from vopt_lib.vision.foreground import LONGEST, Box, foreground
from vopt_lib.vision.hog import edges, evened, shares
from vopt_lib.vision.rows import Plane, unit

NAME: Final = "shapes-1"
"""Its vectors are comparable with each other only: whatever changes them gets another name."""

COLOUR: Final = 0.05
"""How much colours count in a kept vector, 0 to 1: so little that shape decides."""

PARTS: Final[Mapping[str, float]] = {"silhouette": 1.0, "evened": 0.5, "shares": 0.5}
"""How much each part of the shape counts: what the thing's outline says as much as what is seen inside it."""

_CROP: Final = 64
_CELLS: Final = 6


class Split(NamedTuple):
    """The two blocks of vectors, rows of length 1 each."""

    shape: Plane
    colour: Plane


@dataclass(frozen=True)
class Projection:
    """How one part is centred and turned. mean: (numbers of the part,); axes: (numbers of the part, fewer)."""

    mean: Plane
    axes: Plane

    def of(self, part: Plane) -> Plane:
        """The part turned, a row of length 1."""
        return unit(np.matmul(part - self.mean, self.axes, dtype=np.float32))


@dataclass(frozen=True)
class ShapesEmbedder:
    """The built-in descriptor: some milliseconds a photo on one core, without network or AVX2.

    Raises: FileDamaged, at the first photo, where models/shapes-1.npz is not what came with vopt.
    """

    name: str = NAME
    longest: int = LONGEST

    @property
    def length(self) -> int:
        """Numbers in a vector."""
        return _shape_length() + COLOURS

    def vectors(self, photos: Sequence[Image.Image]) -> npt.NDArray[np.float32]:
        """One row of length 1 for each photo (mode RGB): (photos, length)."""
        rows = [_vector(photo) for photo in photos]
        return np.stack(rows) if rows else np.empty((0, self.length), dtype=np.float32)


def split(vectors: Plane) -> Split:
    """The shape and the colour block of vectors (…, length), rows of length 1 each."""
    at = _shape_length()
    return Split(unit(vectors[..., :at]), unit(vectors[..., at:]))


def asked(vectors: Plane, *, colour: float) -> Plane:
    """Vectors to look for, rows of length 1, that order kept ones by likeness in which colours count so much.

    colour: 0 (shape alone) to 1 (colours alone); COLOUR gives the vectors back. Only what is looked for is weighed
    anew, never what is kept. `likeness` makes of the products what they say.
    """
    shape, colours = split(vectors)
    by_shape, by_colour = _weights(colour)
    return unit(np.concatenate([shape * by_shape, colours * by_colour], axis=-1))


def likeness(products: Plane, *, colour: float) -> Plane:
    """What products with asked vectors say: (1 - colour) · cosine of shapes + colour · cosine of colours."""
    return np.asarray(products * np.float32(np.hypot(*_weights(colour))))


def _weights(colour: float) -> tuple[float, float]:
    """By what the two blocks of what is looked for are multiplied, given how the kept ones are weighed."""
    if not 0.0 <= colour <= 1.0:
        raise ValueError(f"Colours count from 0 to 1, not {colour}.")
    return (1.0 - colour) / math.sqrt(1.0 - COLOUR), colour / math.sqrt(COLOUR)


def parts_of(photo: Image.Image) -> dict[str, Plane]:
    """What is seen on a photo (mode RGB), each a row of length 1: the PARTS of its shape before they are projected, and
    its colours as "colour"."""
    from scipy.ndimage import gaussian_filter

    small = _small(photo)
    colours = lab(small)
    thing = foreground(colours)
    outline = Image.fromarray(gaussian_filter(thing.mask, 1.2))
    inside = edges(_crop(small.convert("L"), _stretched(thing.box, small.size)), _CELLS)
    return {
        "silhouette": shares(edges(_crop(outline, _squared(thing.box, small.size)), _CELLS), 0.7),
        "evened": evened(inside),
        "shares": shares(inside, 0.4),
        "colour": colours_of(colours, thing.mask),
    }


def _vector(photo: Image.Image) -> Plane:
    seen = parts_of(photo)
    projections = read_projections(descriptor_file())
    shape = [math.sqrt(weight) * projections[name].of(seen[name]) for name, weight in PARTS.items()]
    blocks = [math.sqrt(1.0 - COLOUR) * unit(np.concatenate(shape)), math.sqrt(COLOUR) * seen["colour"]]
    return np.concatenate(blocks, dtype=np.float32)


@lru_cache(maxsize=1)
def read_projections(file: Path) -> Mapping[str, Projection]:
    """The projection of each of PARTS, in their order. Raises: FileDamaged."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            return {
                name: Projection(kept[f"{name}_mean"].astype(np.float32), kept[f"{name}_axes"].astype(np.float32))
                for name in PARTS
            }
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise FileDamaged(path=file) from error


def _shape_length() -> int:
    return sum(projection.axes.shape[1] for projection in read_projections(descriptor_file()).values())


def _small(photo: Image.Image) -> Image.Image:
    """LONGEST pixels on the long edge; a strip gets at least 8 on the other."""
    scale = LONGEST / max(photo.size)
    size = max(8, round(photo.width * scale)), max(8, round(photo.height * scale))
    return photo.resize(size, Image.Resampling.BOX, reducing_gap=2.0)


def _squared(box: Box, size: tuple[int, int]) -> Box:
    """A square around a box, in pixels, with a margin: long things stay long."""
    left, top, right, bottom = _in_pixels(box, size)
    across, down, half = (left + right) / 2, (top + bottom) / 2, 0.58 * max(right - left, bottom - top)
    return across - half, down - half, across + half, down + half


def _stretched(box: Box, size: tuple[int, int]) -> Box:
    """The box itself, in pixels, with a margin: collars lie over collars, hems over hems."""
    left, top, right, bottom = _in_pixels(box, size)
    across, down = 0.05 * (right - left), 0.05 * (bottom - top)
    return left - across, top - down, right + across, bottom + down


def _in_pixels(box: Box, size: tuple[int, int]) -> Box:
    return box[0] * size[0], box[1] * size[1], box[2] * size[0], box[3] * size[1]


def _crop(picture: Image.Image, box: Box) -> Plane:
    """A box of a one-channel picture as a square of _CROP pixels; black where the box goes beyond it."""
    across, down = (box[2] - box[0]) / _CROP, (box[3] - box[1]) / _CROP
    square = picture.transform(
        (_CROP, _CROP), Image.Transform.AFFINE, (across, 0, box[0], 0, down, box[1]), Image.Resampling.BILINEAR
    )
    return np.asarray(square, dtype=np.float32)
