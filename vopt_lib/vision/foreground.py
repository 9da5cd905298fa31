"""This is where the thing on a photo is told from what it lies on, by the colours along the photo's border."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from vopt_lib.vision.colour import bins_of
from vopt_lib.vision.rows import Plane

Box = tuple[float, float, float, float]

LONGEST: Final = 128
"""Pixels of the long edge on which a thing is looked for: 96 find less, more take longer than it is worth."""

_BORDER: Final = 0.03
"""Of the long edge: how wide the border is whose colours are the background's."""
_COLOURS: Final = 5
"""Colours that a border is taken to have: floorboards and their joints, a bedspread, a wall, a shadow."""
_LEAST_SHARE: Final = 0.04
"""Of the border's pixels: a colour of fewer may be a sleeve that is cut off."""
_LESS_LIGHT: Final = 0.7
"""A shadow changes lightness more than the other two axes."""
_FARTHEST: Final = 12.0
"""Mahalanobis's distance beyond which a colour is none of the border's for sure."""
_BINS: Final = (10, 12, 12)
"""Of lightness and the two colour axes: coarse enough that a print's colours are met often."""
_ROUNDS: Final = 6
"""Of looking again: the mask changes little afterwards. All numbers of this module were tried out on drawn photos and
recorded ones by eye and by what is found with them; none is sensitive."""
_SURE: Final = 3.0
"""The most that a pixel's colour may say for or against the thing, in natural logarithm of odds."""


@dataclass(frozen=True)
class Foreground:
    """Where the thing is. mask: 1 on it, 0 elsewhere, as many rows and columns as the looked-at photo. box: left, top,
    right and bottom around nearly all of it, as shares of the photo's width and height."""

    mask: Plane
    box: Box


def foreground(colours: Plane) -> Foreground:
    """The thing on a photo: what has other colours than the border, near the middle, in one piece or few.

    colours: of the photo made small (LONGEST), as `colour.lab` has them.
    Where nothing stands out, it is the middle of the photo.
    """
    mask = _solid(_refined(colours, _unlike_border(colours)))
    return Foreground(mask, _box(mask))


def _unlike_border(colours: Plane) -> Plane:
    """How surely each pixel has none of the border's colours, 0 to 1."""
    from scipy.ndimage import gaussian_filter

    rows, columns, _ = colours.shape
    edge = max(2, round(_BORDER * max(rows, columns)))
    seen = gaussian_filter(colours, (0.5, 0.5, 0.0)) * np.array([_LESS_LIGHT, 1.0, 1.0], dtype=np.float32)
    border = [part.reshape(-1, 3) for part in (seen[:edge], seen[-edge:], seen[:, :edge], seen[:, -edge:])]
    every = seen.reshape(-1, 3)
    nearest = np.full(len(every), _FARTHEST**2, dtype=np.float32)
    # Every second pixel of the border tells as much as all do.
    for of_one in _parted(np.concatenate(border)[::2]):
        # Mahalanobis's distance, with a noise of 3 on each axis.
        spread = np.cov(of_one.T) + 9.0 * np.eye(3)
        whitened = (every - of_one.mean(axis=0)) @ np.linalg.cholesky(np.linalg.inv(spread)).astype(np.float32)
        np.minimum(nearest, np.einsum("ij,ij->i", whitened, whitened), out=nearest)
    distance = np.sqrt(nearest).reshape(rows, columns)
    return _likely(np.asarray(1.5 * (distance - _two_heaps(distance)), dtype=np.float32))


def _parted(colours: Plane) -> list[Plane]:
    """Colours in groups around a few means (k-means from far-apart ones); those of few pixels are left out."""
    means = np.median(colours, axis=0)[None, :]
    while len(means) < _COLOURS:
        apart = _squared(colours, means).min(axis=1)
        # Not the farthest: that is often a single odd pixel.
        means = np.vstack([means, colours[np.argsort(apart, kind="stable")[int(0.95 * len(colours))]]])
    for _ in range(_ROUNDS):
        member = np.eye(_COLOURS, dtype=np.float32)[_squared(colours, means).argmin(axis=1)]
        count = member.sum(axis=0)[:, None]
        means = np.where(count > 0, member.T @ colours / np.maximum(count, 1.0), means)
    group = _squared(colours, means).argmin(axis=1)
    parts = [colours[group == at] for at in range(_COLOURS)]
    return [part for part in parts if len(part) > max(3.0, _LEAST_SHARE * len(colours))]


def _squared(colours: Plane, means: Plane) -> Plane:
    """(colours, means): squared distances."""
    return np.asarray(np.sum(colours**2, axis=1)[:, None] - 2.0 * colours @ means.T + np.sum(means**2, axis=1))


def _two_heaps(distance: Plane) -> float:
    """Otsu's threshold: where small and large distances are parted best (IEEE Trans. SMC 9, 1979, p. 62)."""
    counts, edges = np.histogram(distance, 64)
    share, middle = counts / counts.sum(), (edges[:-1] + edges[1:]) / 2.0
    below, mean = np.cumsum(share), np.cumsum(share * middle)
    between = (mean[-1] * below - mean) ** 2 / np.maximum(below * (1.0 - below), 1e-9)
    return float(middle[np.argmax(between)])


def _refined(colours: Plane, likely: Plane) -> Plane:
    """How surely each pixel is the thing's, by how usual its colour is on the thing and beside it, a few times over."""
    from scipy.ndimage import gaussian_filter

    colour = bins_of(colours, _BINS)
    everywhere = _counts(colour, np.ones_like(likely))
    middle = 0.6 * (1.0 - _away_from_middle(likely.shape))
    for _ in range(_ROUNDS):
        thing = _counts(colour, likely)
        odds = np.log(_shares(thing)) - np.log(_shares(np.maximum(everywhere - thing, 0.0)))
        said = gaussian_filter(np.clip(odds, -_SURE, _SURE)[colour], 0.8)
        likely = _likely(2.0 * (said + middle))
    return likely


def _counts(colour: npt.NDArray[np.intp], weight: Plane) -> Plane:
    """How much weight each colour bin has; bins that are near each other share."""
    from scipy.ndimage import gaussian_filter

    counts = np.bincount(colour.ravel(), weight.ravel(), minlength=math.prod(_BINS))
    return np.asarray(gaussian_filter(counts.reshape(_BINS).astype(np.float32), 0.7)).ravel()


def _shares(counts: Plane) -> Plane:
    return np.asarray((counts + 0.02) / (counts + 0.02).sum())


def _away_from_middle(shape: tuple[int, ...]) -> Plane:
    """Squared distance from the middle: 1 at nine tenths of the way to the nearest edges."""
    across, down = (np.linspace(-1.0, 1.0, side, dtype=np.float32) / 0.9 for side in (shape[1], shape[0]))
    return np.asarray(across[None, :] ** 2 + down[:, None] ** 2)


def _likely(odds: Plane) -> Plane:
    return np.asarray(1.0 / (1.0 + np.exp(-odds)), dtype=np.float32)


def _solid(likely: Plane) -> Plane:
    """The largest pieces near the middle, small holes filled; the middle itself where there is next to nothing."""
    from scipy.ndimage import label

    away = _away_from_middle(likely.shape)
    pieces, count = label(likely > 0.5)
    weight = np.bincount(pieces.ravel(), np.exp(-0.8 * away).ravel(), minlength=count + 1)[1:]
    if count == 0 or weight.max() < 0.01 * likely.size:
        return np.asarray(away < 0.6, dtype=np.float32)
    thing = np.concatenate([[False], weight > 0.2 * weight.max()])[pieces]
    return np.asarray(thing | _small_holes(thing), dtype=np.float32)


def _small_holes(thing: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """A print or a buckle in the background's colour; not what is seen between two legs."""
    from scipy.ndimage import binary_fill_holes, label

    holes, _ = label(binary_fill_holes(thing) & ~thing)
    sizes = np.bincount(holes.ravel())
    sizes[0] = thing.size
    return np.asarray((sizes < 0.04 * thing.sum())[holes])


def _box(mask: Plane) -> Box:
    """Without the outermost hundredth on each side: a hanger's hook, a thread."""
    left, right = _ends(mask.sum(axis=0))
    top, bottom = _ends(mask.sum(axis=1))
    return left, top, right, bottom


def _ends(weight: Plane) -> tuple[float, float]:
    below = np.cumsum(weight) / weight.sum()
    first, last = np.searchsorted(below, 0.01), np.searchsorted(below, 0.99)
    return float(first) / len(weight), float(last + 1) / len(weight)
