"""This is where the edges of a picture are counted by their place and direction: histograms of oriented gradients.

Source: N. Dalal, B. Triggs, Histograms of Oriented Gradients for Human Detection, CVPR 2005; here on soft cells, and a
picture and its mirror image are one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from vopt_lib.vision.rows import Plane, unit

DIRECTIONS: Final = 9
"""Between 0 and 180 degrees, as Dalal and Triggs found best."""

_MIRRORED: Final = (0, *range(DIRECTIONS - 1, 0, -1))


def edges(picture: Plane, cells: int) -> Plane:
    """How strong the edges of a square picture are, (cells, cells / 2, DIRECTIONS), its mirror image counted in.

    The right half would repeat the left one. Each pixel counts in the nearest cells and directions, by how near it is
    to their middles.
    """
    found = np.zeros((DIRECTIONS, picture.size), dtype=np.float32)
    strength, direction = _gradients(picture)
    lower = np.floor(direction)
    above, pixel = direction - lower, np.arange(picture.size)
    at = lower.astype(np.intp) % DIRECTIONS
    found[at, pixel] = strength * (1.0 - above)
    found[(at + 1) % DIRECTIONS, pixel] += strength * above
    pool = _pool(picture.shape[0], cells)
    in_cells = np.moveaxis(pool @ found.reshape(DIRECTIONS, *picture.shape) @ pool.T, 0, -1)
    mirrored = in_cells[:, ::-1, _MIRRORED]
    return np.asarray((in_cells + mirrored)[:, : (cells + 1) // 2], dtype=np.float32)


def shares(found: Plane, power: float) -> Plane:
    """Edges as one row of shares raised to a power below 1, so that a few strong ones do not outshine all others."""
    return unit(np.power(found.ravel() / max(float(found.sum()), 1e-6), power, dtype=np.float32))


def evened(found: Plane) -> Plane:
    """Edges evened out over blocks of 2 x 2 cells, as one row: a dark cloth's folds count like a bright one's."""
    rows, columns = found.shape[0] - 1, found.shape[1] - 1
    corners = [found[down : rows + down, across : columns + across] for down in (0, 1) for across in (0, 1)]
    blocks = np.concatenate(corners, axis=-1)
    # A tenth of the usual strength, so that noise on a plain wall stays small.
    least = 0.1 * float(np.sqrt(np.mean(np.sum(blocks**2, axis=-1)))) + 1e-6
    capped = np.minimum(blocks / np.sqrt(np.sum(blocks**2, axis=-1, keepdims=True) + least**2), 0.2)
    return unit(capped.ravel())


def _gradients(picture: Plane) -> tuple[Plane, Plane]:
    """Strength of each pixel's edge, and its direction in units of 180 degrees / DIRECTIONS; none at the rim."""
    across, down = np.zeros_like(picture), np.zeros_like(picture)
    across[:, 1:-1] = picture[:, 2:] - picture[:, :-2]
    down[1:-1] = picture[2:] - picture[:-2]
    direction = np.mod(np.arctan2(down, across), np.pi) * (DIRECTIONS / np.pi)
    return np.hypot(across, down).ravel(), np.asarray(direction, dtype=np.float32).ravel()


@lru_cache(maxsize=8)
def _pool(side: int, cells: int) -> Plane:
    """(cells, side): how much each row of pixels counts in each row of cells, falling off in a straight line."""
    middles = (np.arange(cells) + 0.5) * side / cells
    apart = np.abs(np.arange(side) + 0.5 - middles[:, None]) / (side / cells)
    return np.maximum(0.0, 1.0 - apart).astype(np.float32)
