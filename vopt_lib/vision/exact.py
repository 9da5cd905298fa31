"""This is where the vectors most alike are found by comparing with every one: one product with a matrix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from vopt_lib.threads import one_blas_thread
from vopt_lib.vision.vectors import Matrix, Rows, Vectors

Likeness = npt.NDArray[np.float64]

DIGITS: Final = 6
"""Decimals of a likeness: what differs less is the same to us, since the order of a float32 sum changes the seventh."""

MARGIN: Final = 2e-5
"""How far a float32 product of unit vectors may lie from the true one: the worst of 200,000 of 512 numbers here was
3e-7, and no more of them are compared anew for so wide a margin."""

GATHERED_SHARE: Final = 0.15
"""Below this share of all rows it is faster to copy the allowed ones together than to compare with all (measured: a
quarter of the time at .1 of 100,000 x 512, the same at .2)."""

BLOCK: Final = 32
"""Queries that are answered at once: their products with 100,000 photos are 13 MB."""


@dataclass(frozen=True)
class Nearest:
    """Rows of the most alike, best first, and their likeness: the cosine, rounded to DIGITS."""

    rows: Rows
    likeness: Likeness


def most_alike(vectors: Vectors, queries: Matrix, count: int, *, allowed: Rows | None = None) -> list[Nearest]:
    """The `count` most alike of all rows (or of the allowed ones) for each query; ties in the order of their keys."""
    if allowed is None:
        return [_best(vectors, *pair, count) for pair in _products(vectors.matrix, queries)]
    if len(allowed) < GATHERED_SHARE * len(vectors):
        near = vectors.matrix[allowed]
        return [_best(vectors, *pair, count, rows=allowed) for pair in _products(near, queries)]
    pairs = _products(vectors.matrix, queries)
    return [_best(vectors, query, products[allowed], count, rows=allowed) for query, products in pairs]


def in_order(vectors: Vectors, query: Matrix, rows: Rows, count: int) -> Nearest:
    """The best of these rows, compared anew in double precision: so the answer depends on no order of summing."""
    likeness = np.round(vectors.matrix[rows].astype(np.float64) @ query.astype(np.float64), DIGITS)
    order = np.lexsort((vectors.keys[rows], -likeness))[:count]
    return Nearest(rows[order], likeness[order])


def _products(matrix: Matrix, queries: Matrix) -> Iterator[tuple[Matrix, Matrix]]:
    """Each query with its products with all rows."""
    for first in range(0, len(queries), BLOCK):
        block = queries[first : first + BLOCK]
        with one_blas_thread():
            products = (matrix @ block[0])[None] if len(block) == 1 else block @ matrix.T
        yield from zip(block, products, strict=True)


def _best(vectors: Vectors, query: Matrix, products: Matrix, count: int, *, rows: Rows | None = None) -> Nearest:
    places = _contenders(products, count)
    return in_order(vectors, query, places if rows is None else rows[places], count)


def _contenders(products: Matrix, count: int) -> Rows:
    """Where the `count` largest are, and all that rounding may have put behind them."""
    if count >= len(products):
        return np.arange(len(products))
    least = products[np.argpartition(products, len(products) - count)[-count:]].min()
    return np.flatnonzero(products >= least - MARGIN)
