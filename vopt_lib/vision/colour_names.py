"""This is where it is told which of some named colours a thing on a photo has, and how much of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from vopt_lib.vision.colour import lab
from vopt_lib.vision.foreground import LONGEST, foreground
from vopt_lib.vision.rows import Plane

_LESS_LIGHT: Final = 0.6
"""Folds and lamps change lightness more than the other two axes."""


def colour_shares(photo: Image.Image, hexes: Sequence[str]) -> npt.NDArray[np.float64]:
    """Share of the thing's surface that is nearest to each of these colours ("#1a1a1a"), in their order: together 1.

    photo: in mode RGB.
    """
    small = photo.copy()
    small.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
    seen = lab(small)
    mask = foreground(seen).mask.ravel()
    nearest = _distances(seen, _palette(hexes)).argmin(axis=1)
    counts = np.bincount(nearest, mask, minlength=len(hexes))
    return np.asarray(counts / max(counts.sum(), 1e-9), dtype=np.float64)


def _distances(seen: Plane, palette: Plane) -> Plane:
    weights = np.array([_LESS_LIGHT, 1.0, 1.0], dtype=np.float32)
    return np.asarray((((seen.reshape(-1, 1, 3) - palette) * weights) ** 2).sum(axis=2))


def _palette(hexes: Sequence[str]) -> Plane:
    drawn = Image.new("RGB", (len(hexes), 1))
    drawn.putdata([(int(one[1:3], 16), int(one[3:5], 16), int(one[5:7], 16)) for one in hexes])
    return np.asarray(lab(drawn)[0])
