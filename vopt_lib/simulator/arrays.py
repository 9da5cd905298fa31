"""This is where the columns that a market is kept in are named: one value per listing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int8]
Texts = npt.NDArray[np.str_]
Rows = Ints
"""Places of listings in a market's own tables."""
