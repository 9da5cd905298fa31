"""This is where a photo is judged: what keeps it from showing a thing well. Thresholds were chosen to say little."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image, Resampling

from vopt_lib.schema.photo_hints import PhotoHint

LOOKED_AT: Final = 320
"""Pixels of the long edge at which light, sharpness and clutter are judged: as in a list on a phone."""

SMALLEST: Final = 800
"""Pixels of the long edge. Source: Vinted shows a photo at 800."""

DIM: Final = 110
"""Of 255: a photo whose lightest tenth is darker than this is too dark."""

SHARP: Final = 0.15
"""A photo is blurred where its sharpest half per cent bends less than this, of its contrast, along one axis."""

EDGE: Final = 24
"""Of 255: how far two pixels differ between which something ends."""

FRAME: Final = 0.1
"""Share of the long edge that is the rim of a photo."""

CLUTTERED: Final = 0.25
"""Share of the rim in which something ends, above which the background is restless.

DIM, SHARP, EDGE and this were chosen on 500 photos of clothes that people took (CC0, 360 pixels), not on their labels:
1 % of them are dark, 1 % blurred, 14 % restless (rugs, leaves); of copies half as light 87 % are dark, and of blurred
ones (Gaussian of 1.5 pixels, or a hand that moved by 9) 99 % blurred.
"""

WIDER: Final = 1.15
"""Wider than tall by this: a square photo with a bit cut off is not meant."""


def hints_of(photo: Image) -> tuple[PhotoHint, ...]:
    """What could be better about an upright photo, the worst first."""
    return tuple(hint for hint, applies in _RULES.items() if applies(photo))


def _is_dark(photo: Image) -> bool:
    return bool(np.quantile(_grey(photo), 0.9) < DIM)


def _is_blurred(photo: Image) -> bool:
    return 0 < _sharpness(_grey(photo)) < SHARP


def _is_cluttered(photo: Image) -> bool:
    return _clutter(_grey(photo)) > CLUTTERED


def _is_small(photo: Image) -> bool:
    return max(photo.size) < SMALLEST


def _is_wide(photo: Image) -> bool:
    return photo.width > WIDER * photo.height


_RULES: Final[dict[PhotoHint, Callable[[Image], bool]]] = {
    PhotoHint.DARK: _is_dark,
    PhotoHint.BLURRED: _is_blurred,
    PhotoHint.SMALL: _is_small,
    PhotoHint.CLUTTERED: _is_cluttered,
    PhotoHint.WIDE: _is_wide,
}


def _grey(photo: Image) -> NDArray[Any]:
    """The photo as it is judged, in grey (0 to 255)."""
    small = photo.convert("L") if max(photo.size) <= LOOKED_AT else photo.copy()
    small.thumbnail((LOOKED_AT, LOOKED_AT), Resampling.BOX)
    return np.asarray(small.convert("L"), np.float32)


def _sharpness(grey: NDArray[Any]) -> float:
    """How strongly its sharpest edges bend, of its contrast, along the axis where that is less: a hand that moves blurs
    one axis. 0: there is nothing to see.
    """
    contrast = float(np.quantile(grey, 0.99) - np.quantile(grey, 0.01))
    if min(grey.shape) < 16 or contrast < 8:
        return 0
    across, down = (np.abs(np.diff(grey, n=2, axis=axis)) for axis in (1, 0))
    return float(min(np.quantile(across, 0.995), np.quantile(down, 0.995)) / contrast)


def _clutter(grey: NDArray[Any]) -> float:
    """Share of the rim's pixels that differ from the one two further on."""
    if min(grey.shape) < 16:
        return 0
    across, down = np.abs(grey[1:-1, 2:] - grey[1:-1, :-2]), np.abs(grey[2:, 1:-1] - grey[:-2, 1:-1])
    ends, rim = np.maximum(across, down) > EDGE, round(FRAME * max(grey.shape))
    inner = ends[rim:-rim, rim:-rim]
    return float((ends.sum() - inner.sum()) / max(ends.size - inner.size, 1))
