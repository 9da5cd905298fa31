"""This is where things become the sparse columns that regressions and nets learn from.

Which label a thing bears, which pairs of labels, which words and parts of words, and which words together with which
brand and which category: "jacket" is worth another sum at another brand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from vopt_lib.pricing.features import Inputs

LEAST_CROSSED: Final = 2
"""Things that must share a pair for it to be a column."""

Places = npt.NDArray[np.int64]


class _Block(NamedTuple):
    """So many columns side by side: which rows have something in which of them, and what."""

    rows: Places
    columns: Places
    values: Any
    width: int


@dataclass(frozen=True)
class Columns:
    """Which columns there are.

    sizes: how many values each label has; pairs: those of two labels, and words: those of a label and a text's words,
    each as (label, other, ids of what is a column, sorted).
    """

    sizes: Sequence[int]
    pairs: Sequence[tuple[int, int, Places]]
    words: Sequence[tuple[int, int, Places]]

    def groups(self, inputs: Inputs) -> Places:
        """Which group each column is of (0, 1 …): a label, a pair of labels, a label's words, a text, or a number."""
        counts = [
            *self.sizes,
            *(len(ids) for _, _, ids in (*self.pairs, *self.words)),
            *(text.shape[1] for text in inputs.texts),
            *(1 for _ in inputs.numbers),
        ]
        present = [count for count in counts if count]
        return np.repeat(np.arange(len(present)), present)

    def matrix(self, inputs: Inputs) -> Any:
        """One row a thing, float32."""
        from scipy.sparse import csr_matrix

        # Put together at once: a matrix of its own for each block takes longer than everything else for a single thing.
        blocks = list(self._blocks(inputs))
        starts = np.cumsum([0, *(block.width for block in blocks)])
        places = [block.columns + start for block, start in zip(blocks, starts, strict=False)]
        rows, values = [block.rows for block in blocks], [block.values for block in blocks]
        told = np.concatenate(values).astype(np.float32), (np.concatenate(rows), np.concatenate(places))
        return csr_matrix(told, shape=(len(inputs), starts[-1]))

    def _blocks(self, inputs: Inputs) -> Iterator[_Block]:
        for codes, size in zip(inputs.codes, self.sizes, strict=True):
            yield _hot(codes.astype(np.int64), size)
        for first, second, ids in self.pairs:
            yield _known(*_pair_ids(inputs, first, second, self.sizes), known=ids)
        for label, text, ids in self.words:
            yield _known(*_word_ids(inputs, label, text), known=ids)
        for words in inputs.texts:
            rows = np.repeat(np.arange(words.shape[0]), np.diff(words.indptr))
            yield _Block(rows, words.indices, words.data, words.shape[1])
        rows, places = np.nonzero(inputs.numbers.T)
        yield _Block(rows, places, inputs.numbers.T[rows, places], len(inputs.numbers))


def read_columns(inputs: Inputs, names: Sequence[str]) -> Columns:
    """Learn which columns things like these need. names: of the labels, then of the rest (`Features.names`)."""
    labels = names[: len(inputs.codes)]
    sizes = [int(codes.max(initial=-1)) + 1 for codes in inputs.codes]
    leaf = max((name for name in labels if name.startswith("category ")), default=None)
    crossed = [labels.index(name) for name in ("brand", leaf) if name in labels]
    others = [place for place in range(len(labels)) if place not in crossed]
    couples = [
        (first, second) for first in crossed for second in (*others, *crossed) if first < second or second in others
    ]
    pairs = [(first, second, _enough(_pair_ids(inputs, first, second, sizes)[0])) for first, second in couples]
    texts = names[len(labels) + len(inputs.numbers) :]
    titles = [place for place, name in enumerate(texts) if name == "title words"]
    words = [(label, text, _enough(_word_ids(inputs, label, text)[0])) for label in crossed for text in titles]
    return Columns(sizes, pairs, words)


def _enough(ids: Places) -> Places:
    found, counts = np.unique(ids, return_counts=True)
    return np.asarray(found[counts >= LEAST_CROSSED])


def _hot(codes: Places, size: int) -> _Block:
    rows = np.flatnonzero(codes >= 0)
    return _Block(rows, codes[rows], np.ones(len(rows), np.float32), size)


def _pair_ids(inputs: Inputs, first: int, second: int, sizes: Sequence[int]) -> tuple[Places, Places, Any]:
    """The ids of pairs of labels, the rows that have them, and their weights."""
    one, other = inputs.codes[first].astype(np.int64), inputs.codes[second].astype(np.int64)
    rows = np.flatnonzero((one >= 0) & (other >= 0))
    return one[rows] * sizes[second] + other[rows], rows, np.ones(len(rows), np.float32)


def _word_ids(inputs: Inputs, label: int, text: int) -> tuple[Places, Places, Any]:
    """The ids of a label with a word, the rows that have them, and the weights of the words."""
    words = inputs.texts[text]
    rows = np.repeat(np.arange(words.shape[0]), np.diff(words.indptr))
    codes = inputs.codes[label].astype(np.int64)[rows]
    told = codes >= 0
    return codes[told] * words.shape[1] + words.indices[told], rows[told], words.data[told]


def _known(ids: Places, rows: Places, weights: Any, *, known: Places) -> _Block:
    """The columns that were learnt, of the pairs that rows have."""
    if not len(known):
        return _Block(rows[:0], ids[:0], weights[:0], 0)
    places = np.minimum(np.searchsorted(known, ids), len(known) - 1)
    is_known = known[places] == ids
    return _Block(rows[is_known], places[is_known], weights[is_known], len(known))
