"""This is where photos are held as the vectors that one model made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from vopt_lib.errors import ModelsDiffer, VectorsUnusable
from vopt_lib.words import N_

Matrix = npt.NDArray[np.float32]
Keys = npt.NDArray[np.bytes_]
Numbers = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]

LENGTH_TOLERANCE: Final = 1e-2
"""How far from 1 a vector's length may be: half-precision numbers of a model are rounded to a thousandth each."""


@dataclass(frozen=True)
class Vectors:
    """Photos by their vectors, n of them.

    model: the name of the model that made them. keys: (n,) hashes of the photos' bytes, each once. matrix: (n, length)
    float32, rows of length 1; it may lie on the disk. numbers: (n,) ascending, a number of each photo that no other
    ever had in this index.
    """

    model: str
    keys: Keys
    matrix: Matrix
    numbers: Numbers

    @classmethod
    def of(cls, model: str, keys: Sequence[str], matrix: npt.ArrayLike) -> Vectors:
        """Vectors in memory. Raises: VectorsUnusable; ValueError where a key occurs twice or rows are missing."""
        held = checked(np.asarray(matrix))
        if len(keys) != len(held) or len(set(keys)) != len(keys):
            raise ValueError(f"{len(set(keys))} keys for {len(held)} vectors: each photo must be there once")
        return cls(model, as_keys(keys), held, np.arange(len(held), dtype=np.uint64))

    @property
    def length(self) -> int:
        """Numbers of each vector."""
        return int(self.matrix.shape[1])

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def _by_key(self) -> Rows:
        return np.argsort(self.keys)

    def rows_of(self, keys: Iterable[str]) -> Rows:
        """The row of each key, -1 where there is none."""
        sought = as_keys(list(keys))
        if not len(sought) or not len(self):
            return np.full(len(sought), -1)
        places = np.searchsorted(self.keys, sought, sorter=self._by_key)
        rows = self._by_key[np.minimum(places, len(self) - 1)]
        return np.where(self.keys[rows] == sought, rows, -1)

    def asked(self, queries: npt.ArrayLike, model: str) -> Matrix:
        """One vector (length,) or several (q, length) of this model as (q, length).

        Raises: ModelsDiffer; VectorsUnusable.
        """
        if model != self.model:
            raise ModelsDiffer(theirs=model, ours=self.model)
        several = checked(np.atleast_2d(np.asarray(queries)))
        if several.shape[1] != self.length:
            raise VectorsUnusable(why=N_("it has another length than those it is compared with"))
        return several


def as_keys(keys: Sequence[str]) -> Keys:
    """Keys (ASCII) as fixed-width bytes, which numpy sorts and keeps on the disk."""
    return np.asarray([key.encode("ascii") for key in keys], dtype=np.bytes_)


def as_texts(keys: Keys) -> list[str]:
    """Keys as they came."""
    return [key.decode("ascii") for key in keys.tolist()]


def checked(matrix: npt.NDArray[Any]) -> Matrix:
    """The same rows as float32 (n, length), one after the other in memory. Raises: VectorsUnusable."""
    if matrix.ndim != 2:
        raise VectorsUnusable(why=N_("it is not one row of numbers for each photo"))
    rows = np.ascontiguousarray(matrix, dtype=np.float32)
    lengths = np.sqrt(np.einsum("nd,nd->n", rows, rows))
    if not np.isfinite(lengths).all():
        raise VectorsUnusable(why=N_("it holds what is no number"))
    if (lengths == 0).any():
        raise VectorsUnusable(why=N_("it holds nothing but zeros"))
    if (np.abs(lengths - 1) > LENGTH_TOLERANCE).any():
        raise VectorsUnusable(why=N_("its length is not 1"))
    return rows
