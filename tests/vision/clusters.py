"""This is where vectors are drawn as those of photos lie: in clusters of things alike, along few directions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

DIRECTIONS = 32
"""What photos of clothes differ in is less than the numbers that describe them."""


def clustered(count: int, length: int, *, seed: int, clusters: int = 1_000) -> npt.NDArray[np.float32]:
    """`count` vectors (count, length) of length 1 around so many centres, in 32 directions, with noise in all others.

    The same number of clusters and length give the same centres, whatever the seed.
    """
    shared, rng = np.random.default_rng((clusters, length)), np.random.default_rng(seed)
    centres = shared.normal(size=(clusters, DIRECTIONS)).astype(np.float32)
    directions = shared.normal(size=(DIRECTIONS, length)).astype(np.float32)
    within = centres[rng.integers(clusters, size=count)]
    within += 0.6 * rng.normal(size=within.shape).astype(np.float32)
    vectors = within @ directions
    for row in vectors:
        row += 0.85 * rng.normal(size=length).astype(np.float32)
        row /= np.linalg.norm(row)
    return vectors
