"""This is where texts become vectors: their words with pairs of words, and their parts of three to five letters.

A word counts the more the fewer texts hold it (TF-IDF). Parts of words find what is misspelt, or bent by grammar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

LEAST_TEXTS: Final = 2
"""Texts that must hold a word for it to be learnt."""

MOST_WORDS: Final = 100_000
"""Those that most texts hold: with more, the models of a million things no longer fit into 6 GB."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Vocabulary:
    """What texts are taken apart into: the words (or parts of words) that were learnt, and how telling each is."""

    kind: str
    terms: Sequence[str]
    idf: Floats

    @cached_property
    def _reader(self) -> Any:
        reader = _reader(self.kind, vocabulary={term: place for place, term in enumerate(self.terms)})
        reader.idf_ = self.idf
        return reader

    def vectors(self, texts: Sequence[str]) -> Any:
        """One row a text, of length 1; zeros where it holds no known term."""
        from scipy.sparse import csr_matrix

        if not self.terms:
            return csr_matrix((len(texts), 0), dtype=np.float32)
        return self._reader.transform(texts)


def learn_vocabulary(kind: str, texts: Sequence[str]) -> Vocabulary:
    """Learn how texts like these are read: by "words", or by "letters"."""
    reader = _reader(kind, min_df=LEAST_TEXTS if len(texts) > LEAST_TEXTS else 1, max_features=MOST_WORDS)
    try:
        reader.fit(texts)
    except ValueError:  # scikit-learn's word for: no term is left
        return Vocabulary(kind, (), np.zeros(0, dtype=np.float32))
    return Vocabulary(kind, reader.get_feature_names_out().tolist(), np.asarray(reader.idf_, dtype=np.float32))


def _reader(kind: str, **options: Any) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    shared: dict[str, Any] = {"sublinear_tf": True, "dtype": np.float32, "lowercase": False, **options}
    if kind == "words":
        return TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b", **shared)
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), **shared)
