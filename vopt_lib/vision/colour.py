"""This is where a photo's colours become numbers as far apart as people see them, and a thing's colours one row."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from vopt_lib.vision.rows import Plane, unit

BINS: Final = (6, 7, 7)
"""Of lightness and the two colour axes, in a thing's colours."""

LENGTH: Final = BINS[0] * BINS[1] * BINS[2]

_WIDEST: Final = 70.0
"""Beyond this an axis is cut off: of clothes only neon ones lie there."""

_TO_XYZ: Final = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], dtype=np.float32
) / np.array([[0.9505], [1.0], [1.089]], dtype=np.float32)
"""From linear sRGB, over the white of daylight. Source: IEC 61966-2-1."""


def lab(photo: Image.Image) -> Plane:
    """Colours of a photo in mode RGB as CIELAB, (rows, columns, 3): lightness 0 to 100, green to red, blue to yellow.

    Near black the cube root is taken throughout, where CIE 15 has a straight line: darker than any cloth.
    """
    root = np.cbrt(_linear()[np.asarray(photo)] @ _TO_XYZ.T)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)], axis=-1)


def bins_of(colours: Plane, bins: tuple[int, int, int]) -> npt.NDArray[np.intp]:
    """The bin of each colour, counted through all three axes: 0 to the product of bins."""
    scaled = (colours + np.array([0.0, _WIDEST, _WIDEST], np.float32)) / np.array(
        [100.0, 2 * _WIDEST, 2 * _WIDEST], np.float32
    )
    most = np.array(bins, dtype=np.float32)
    at = np.clip(scaled * most, 0.0, most - 1.0).astype(np.intp)
    return np.asarray(np.ravel_multi_index((at[..., 0], at[..., 1], at[..., 2]), bins))


def colours_of(colours: Plane, mask: Plane) -> Plane:
    """A thing's colours as one row of LENGTH, as long as 1: square roots of the shares of colour bins under the mask.

    Bins that are near each other share, so that another light moves a little and not all of it.
    """
    from scipy.ndimage import gaussian_filter

    counts = np.bincount(bins_of(colours, BINS).ravel(), mask.ravel(), minlength=LENGTH).reshape(BINS)
    shared = gaussian_filter(counts.astype(np.float32), (0.9, 0.7, 0.7), mode="constant")
    return unit(np.sqrt(shared.ravel()))


@lru_cache(maxsize=1)
def _linear() -> Plane:
    """Of each of the 256 levels of sRGB, how much light it is. Source: IEC 61966-2-1."""
    level = np.arange(256) / 255.0
    return np.where(level > 0.04045, ((level + 0.055) / 1.055) ** 2.4, level / 12.92).astype(np.float32)
