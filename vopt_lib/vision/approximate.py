"""This is where the vectors most alike are found without comparing with every one: a graph of neighbours (HNSW).

Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using hierarchical navigable small world
graphs" (2016), as usearch has it, in half precision.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

from vopt_lib.vision.vectors import Matrix, Numbers

CONNECTIVITY: Final = 16
EXPANSION_ADD: Final = 96
"""Neighbours of each photo, and how many are looked at when one is put in. Measured on 100,000 drawn vectors of 512
numbers (tests/vision/clusters.py): so they find all of the ten most alike, in a twentieth of the time of comparing with
each. Of 20,000 Gaussian ones, the worst case since nothing lies near anything, the first of WIDTHS finds half."""

WIDTHS: Final = (96, 192, 384, 768)
"""How many are looked at when one is looked for: the first that finds enough."""


class Graph:
    """A graph of numbered vectors."""

    def __init__(self, length: int) -> None:
        """One without vectors, for vectors of this length."""
        self._index = _index_of(length)

    @classmethod
    def load(cls, path: Path, length: int) -> Graph:
        """The one that was saved there, to be changed. Needs: a file that is not empty. Raises: ValueError."""
        return cls(length)._read(path, "load")

    @classmethod
    def view(cls, path: Path, length: int) -> Graph:
        """The same, to be searched alone: it stays on the disk and is there at once."""
        return cls(length)._read(path, "view")

    def _read(self, path: Path, way: str) -> Graph:
        length = self._index.ndim
        try:
            getattr(self._index, way)(str(path))
        except (RuntimeError, OSError, KeyError) as error:
            raise ValueError(f"{path} is no graph: {error}") from error
        if self._index.ndim != length:
            raise ValueError(f"{path} holds vectors of {self._index.ndim} numbers, not {length}")
        return self

    @property
    def width(self) -> int:
        """How many vectors are looked at for each question: more take more time and miss less."""
        return int(self._index.expansion_search)

    @width.setter
    def width(self, width: int) -> None:
        self._index.expansion_search = width

    def __len__(self) -> int:
        return len(self._index)

    def add(self, numbers: Numbers, matrix: Matrix) -> None:
        """Put vectors in, one thread of the processor alone: so the same vectors always give the same graph."""
        self._index.add(numbers, matrix, threads=1)

    def remove(self, numbers: Numbers) -> None:
        """Take vectors out; their places in the graph stay, so one with many such places is better made anew."""
        if len(numbers):
            self._index.remove(numbers, threads=1)

    def nearest(self, query: Matrix, count: int) -> Numbers:
        """Numbers of about the `count` most alike; there may be fewer."""
        return np.asarray(self._index.search(query, count, threads=1).keys, dtype=np.uint64)

    def save(self, path: Path) -> None:
        """Write it there. Raises: OSError."""
        try:
            self._index.save(str(path))
        except RuntimeError as error:
            raise OSError(f"{path} cannot be written: {error}") from error


def _index_of(length: int) -> Any:
    from usearch.index import Index

    return Index(
        ndim=length,
        metric="ip",
        dtype="f16",
        connectivity=CONNECTIVITY,
        expansion_add=EXPANSION_ADD,
        expansion_search=WIDTHS[0],
    )
