"""This is where rows of numbers are made as long as 1, so that their product says how alike they are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]
"""A row, a picture or a stack of either."""


def unit(rows: Plane) -> Plane:
    """A row, or each of several, made as long as 1; one of zeros stays so."""
    length = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(length, 1e-9), dtype=np.float32)
