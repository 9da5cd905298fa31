"""This is where plain borders are cut off a photo: bars of a screenshot, and empty space around a thing."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image, Resampling

LOOKED_AT: Final = 400
"""Pixels of the long edge that are enough to see a border."""

TOLERANCE: Final = 14
"""Of 255: what may differ within a plain border. JPEG's own noise at quality 75 is below 10."""

PLAIN_SHARE: Final = 0.995
"""Share of a line's pixels that must be plain: a speck of dust is no thing."""

MOST_CUT: Final = 0.25
"""Share of an edge's length that may go on one side, so that no error can cost the thing."""

MARGIN: Final = 0.04
"""Share of the long edge that stays around a thing."""

LEAST_CUT: Final = 0.02
"""Less than this share of an edge is not worth a change."""

BAR_SHARE: Final = 0.9
"""Where a border ends along so much of a line at once, it is a bar, not the space around a thing."""


def without_plain_borders(photo: Image) -> Image:
    """The photo without its plain borders, at most a quarter of it on each side; around a thing some space stays."""
    top, bottom, left, right = _cuts(photo)
    width, height = photo.size
    box = (round(left * width), round(top * height), round((1 - right) * width), round((1 - bottom) * height))
    return photo if box == (0, 0, width, height) else photo.crop(box)


def _cuts(photo: Image) -> tuple[float, float, float, float]:
    """Share of the height to cut at the top and the bottom, and of the width on the left and the right."""
    small = photo.copy()
    small.thumbnail((LOOKED_AT, LOOKED_AT), Resampling.BOX)
    pixels = np.asarray(small, np.int16)
    if min(pixels.shape[:2]) < 16:
        return 0, 0, 0, 0
    on_side = pixels.transpose(1, 0, 2)
    return _cut(pixels), _cut(pixels[::-1]), _cut(on_side), _cut(on_side[::-1])


def _cut(lines: NDArray[Any]) -> float:
    """Share of these lines to cut, from the first on."""
    differs = np.abs(lines - np.median(lines[:2].reshape(-1, 3), axis=0)).max(axis=2) > TOLERANCE
    plain = differs.mean(axis=1) <= 1 - PLAIN_SHARE
    if plain.all() or not plain[0]:
        return 0
    end = int(np.argmin(plain))
    # The line in which a border ends may be half of it.
    is_bar = differs[end : end + 2].mean(axis=1).max() >= BAR_SHARE
    cut = end + 1 if is_bar else end - round(MARGIN * max(lines.shape[:2]))
    share = min(cut / len(lines), MOST_CUT)
    return share if share >= LEAST_CUT else 0
