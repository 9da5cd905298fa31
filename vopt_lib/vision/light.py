"""This is where the light of a photo is corrected, so little that a good photo stays as it is.

Only how light it is, never its colours: a cast of colour cannot be told from a pale thing (a light blue jacket on black
became white when it was tried), and a buyer who gets another colour than she saw sends it back.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL.Image import Image, Resampling

LOOKED_AT: Final = 256
"""Pixels of the long edge that are enough to see its light."""

MOST_GAIN: Final = 1.35
"""The most that it is brightened by: more would show the noise of a phone in the dark."""

BLACK: Final = 16
"""Of 255: where the darkest half per cent of a clear photo lie at most, by how phones expose."""

MOST_BLACK: Final = 12
"""Of 255: the most that a haze over the shadows is lowered by."""

BRIGHT: Final = 240
"""Of 255: where the brightest hundredth of a well lit photo lies."""


def well_lit(photo: Image) -> Image:
    """The photo (RGB) with the light it lacks, within bounds: a dim one brighter, a hazy one with its shadows dark."""
    black, gain = _levels(photo)
    steps = np.arange(256, dtype=np.float32)
    table = ((steps - black) * gain).round().clip(0, 255).astype(np.uint8).tolist()
    return photo.point(table * 3)


def _levels(photo: Image) -> tuple[float, float]:
    """What to take off every colour, and what to multiply it by then."""
    small = photo.copy()
    small.thumbnail((LOOKED_AT, LOOKED_AT), Resampling.BOX)
    pixels = np.asarray(small)
    darkest, brightest = float(np.quantile(pixels.min(axis=2), 0.005)), float(np.quantile(pixels.max(axis=2), 0.99))
    black = min(max(darkest - BLACK, 0.0), MOST_BLACK)
    if brightest - black < 1:
        return 0, 1
    return black, min(max(BRIGHT, brightest) / (brightest - black), MOST_GAIN)
