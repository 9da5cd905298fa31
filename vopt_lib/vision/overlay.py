"""This is where two small pictures are laid over each other, to see whether one is cut out of the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from vopt_lib.vision.perceptual_hash import Thumbnail, Window

SMALLEST: Final = 0.85
"""Share of a side that a window must see."""

LEAST_ROUGH: Final = 0.8
"""Below this the rough pictures have nothing to do with each other: of copies none agreed less than .86."""

DETAIL: Final = 2.0
"""Pixels (standard deviation of a Gaussian) over which a picture is smoothed: what remains beside that is its detail.
Photos of dark clothes on one floor agree in all that is smooth."""

_ROUGH: Final = 16
_FINE: Final = 32
"""Pixels a side that are compared, first and then."""
_ROUGH_STEPS: Final = (0.04, 0.02)
_FINE_STEPS: Final = (0.01, 0.005)
"""Shares of a side by which a window is moved while that brings more; a pixel of 32 is .03."""

_MOVES: Final = (
    *((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)),  # one edge
    *((1, 0, 1, 0), (0, 1, 0, 1)),  # the whole window
    *((1, 0, -1, 0), (0, 1, 0, -1), (1, 1, -1, -1)),  # narrower, lower, smaller
)

Picture = npt.NDArray[np.float32]


def agreement(whole: Thumbnail, part: Thumbnail, window: Window) -> float:
    """How well the detail of `part` agrees with what `whole` shows through the best window near this one.

    It is their normalised cross-correlation, 1 at most, where the one of the pictures themselves is largest: a climb
    from window to window that stops where no step brings more. 0 where they do not even roughly agree.
    """
    pair = Image.fromarray(whole), Image.fromarray(part)
    rough, window = _climbed(*pair, window, side=_ROUGH, steps=_ROUGH_STEPS)
    if rough < LEAST_ROUGH:
        return 0.0
    _, window = _climbed(*pair, window, side=_FINE, steps=_FINE_STEPS)
    return float(np.vdot(_detail(_through(pair[0], window, _FINE)), _detail(_shrunk(pair[1], _FINE))))


def _climbed(
    whole: Image.Image, part: Image.Image, window: Window, *, side: int, steps: tuple[float, ...]
) -> tuple[float, Window]:
    """The best window and its correlation."""
    sought = _unit(_shrunk(part, side))

    def correlation(some: Window) -> float:
        return float(np.vdot(_unit(_through(whole, some, side)), sought))

    best = correlation(window)
    for step in steps:
        best, window = _top(correlation, best, window, step)
    return best, window


def _top(correlation: Callable[[Window], float], best: float, window: Window, step: float) -> tuple[float, Window]:
    while True:
        better, moved = max((correlation(moved), moved) for moved in _moved(window, step))
        if better <= best:
            return best, window
        best, window = better, moved


def _moved(window: Window, step: float) -> Iterator[Window]:
    """The window itself and after each move either way, as far as it stays within the picture and sees enough."""
    yield window
    for move in _MOVES:
        for change in (-step, step):
            left, top, right, bottom = (
                min(max(edge + change * way, 0.0), 1.0) for edge, way in zip(window, move, strict=True)
            )
            if right - left >= SMALLEST and bottom - top >= SMALLEST:
                yield left, top, right, bottom


def _through(picture: Image.Image, window: Window, side: int) -> Picture:
    box = tuple(edge * picture.width for edge in window)
    return np.asarray(picture.resize((side, side), Image.Resampling.BILINEAR, box=box), dtype=np.float32)  # type: ignore[arg-type]


def _shrunk(picture: Image.Image, side: int) -> Picture:
    return _through(picture, (0.0, 0.0, 1.0, 1.0), side)


def _detail(picture: Picture) -> Picture:
    from scipy.ndimage import gaussian_filter

    return _unit(picture - gaussian_filter(picture, (DETAIL, DETAIL, 0)))


def _unit(picture: npt.NDArray[Any]) -> Picture:
    """Without the mean of each colour, and of length 1: the scalar product of two is then their correlation."""
    centred = picture - picture.mean(axis=(0, 1))
    return np.asarray(centred / max(float(np.linalg.norm(centred)), 1e-6))
