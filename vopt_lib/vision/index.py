"""This is where photos are looked for by likeness: among all, or among those whose listings a person wants to see.

Up to EXACT_UP_TO photos every one is compared; above, a graph of neighbours proposes some, which are then compared as
exactly. A filter loses no results: where the graph does not propose enough that pass, all that pass are compared.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.vision.approximate import Graph
from vopt_lib.vision.exact import Nearest, in_order, most_alike
from vopt_lib.vision.vectors import Matrix, Rows, Vectors, as_texts

EXACT_UP_TO: Final = 100_000
"""Photos up to which all are compared: 6 ms on one thread, and nothing is missed (market-statistics.md)."""

EXACT_SHARE: Final = 0.05
"""Share of photos that pass a filter below which just those are compared: for one that passes the graph would have to
propose twenty."""

SPARE: Final = 10
"""More that the graph is asked for, since half precision swaps neighbours that are almost equally like."""

MOST_PROPOSED: Final = 0.1
"""Share of all photos that the graph is asked for at most; beyond, comparing with all is faster."""

FOUND: Final = {"query": pl.UInt32, "photo_sha256": pl.String, "likeness": pl.Float64}

Among = pl.Expr | Collection[str]
"""Which photos may be found: those of whose facts one row fulfils the expression, or the ones of these keys."""


@dataclass(frozen=True)
class Index:
    """Photos of one model, ready to be searched.

    graph: None where all are compared. facts: what filters ask for, a row for each listing of each photo; `_row` is the
    photo's row in `vectors`, -1 where it is not there.
    """

    vectors: Vectors
    graph: Graph | None = None
    facts: pl.DataFrame | None = None

    def with_facts(self, facts: pl.DataFrame) -> Index:
        """The same with what is known of the photos' listings. Needs: photo_sha256, and the columns of filters."""
        return replace(self, facts=facts.with_columns(_row=self.vectors.rows_of(facts["photo_sha256"])))

    def search(
        self, queries: npt.ArrayLike, *, model: str, count: int = 10, among: Among | None = None
    ) -> pl.DataFrame:
        """The photos most alike to one vector (length,) or to several (q, length), the best first.

        Returns: query (UInt32, which of the vectors), photo_sha256, likeness (Float64, cosine: -1 to 1), at most
        `count` rows for each query and only fewer where there are no more; equals stand in the order of their keys.
        Raises: ModelsDiffer, where the vectors are another model's; VectorsUnusable; ValueError for a filter by facts
        where there are none.
        """
        asked = self.vectors.asked(queries, model)
        allowed = None if among is None else self._allowed(among)
        most = min(count, len(self.vectors) if allowed is None else len(allowed))
        if most < 1:
            return pl.DataFrame(schema=FOUND)
        return _as_frame(self.vectors, self._nearest(asked, most, allowed))

    def exactly(self) -> Index:
        """The same, comparing with every photo."""
        return replace(self, graph=None)

    def _nearest(self, queries: Matrix, count: int, allowed: Rows | None) -> list[Nearest]:
        share = 1.0 if allowed is None else len(allowed) / len(self.vectors)
        if self.graph is None or share < EXACT_SHARE:
            return most_alike(self.vectors, queries, count, allowed=allowed)
        passing = None if allowed is None else _mask(allowed, len(self.vectors))
        return [
            self._proposed(self.graph, query, count, passing)
            or most_alike(self.vectors, query[None], count, allowed=allowed)[0]
            for query in queries
        ]

    def _proposed(
        self, graph: Graph, query: Matrix, count: int, passing: npt.NDArray[np.bool_] | None
    ) -> Nearest | None:
        """The best of what the graph proposes; None where that is too few, however many it is asked for."""
        share = 1.0 if passing is None else passing.mean()
        asked = math.ceil(count / share) + SPARE
        while asked <= max(MOST_PROPOSED * len(self.vectors), count + SPARE):
            rows = self._numbered(graph.nearest(query, asked))
            chosen = rows if passing is None else rows[passing[rows]]
            if len(chosen) >= count:
                return in_order(self.vectors, query, chosen, count)
            asked *= 2
        return None

    def _numbered(self, numbers: npt.NDArray[np.uint64]) -> Rows:
        return np.searchsorted(self.vectors.numbers, numbers)

    def _allowed(self, among: Among) -> Rows:
        if not isinstance(among, pl.Expr):
            rows = self.vectors.rows_of(among)
        elif self.facts is None:
            raise ValueError("This index has no facts to filter by: give them with `with_facts`")
        else:
            rows = self.facts.filter(among)["_row"].to_numpy()
        return np.unique(rows[rows >= 0])


def recall_at_10(index: Index, *, sample: int, seed: int) -> float:
    """Share of the ten most alike that the graph finds, over a sample of the photos; itself no photo is told."""
    rows = np.random.default_rng(seed).choice(len(index.vectors), min(sample, len(index.vectors)), replace=False)
    told = _others(index, rows)
    true = _others(index.exactly(), rows)
    return len(told & true) / len(true) if true else 1.0


def _others(index: Index, rows: Rows) -> set[tuple[int, str]]:
    own = as_texts(index.vectors.keys[rows])
    found = index.search(index.vectors.matrix[rows], model=index.vectors.model, count=11)
    pairs = zip(found["query"].to_list(), found["photo_sha256"].to_list(), strict=True)
    return {(query, key) for query, key in pairs if key != own[query]}


def _mask(rows: Rows, count: int) -> npt.NDArray[np.bool_]:
    mask = np.zeros(count, dtype=bool)
    mask[rows] = True
    return mask


def _as_frame(vectors: Vectors, found: list[Nearest]) -> pl.DataFrame:
    rows = np.concatenate([one.rows for one in found])
    return pl.DataFrame(
        {
            "query": np.repeat(np.arange(len(found), dtype=np.uint32), [len(one.rows) for one in found]),
            "photo_sha256": as_texts(vectors.keys[rows]),
            "likeness": np.concatenate([one.likeness for one in found]),
        },
        schema=FOUND,
    )
