"""This is where titles become numbers: what a title is about, and how alike two titles are.

Words and pairs of words, and parts of three and four letters, so that a slip of the finger does not hide a thing
(TF-IDF). Brand and size are left out of it: they are compared by themselves.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.schema.vinted_terms import folded

LEAST_NAMED: Final = 3
"""Listings that name a brand in its field before it is looked for in other titles."""

SHORTEST_BRAND: Final = 3
MODEL: Final = "paraphrase-multilingual-MiniLM-L12-v2"
"""Small, and knows that a "robe" is an "abito". Source: sbert.net, pretrained models."""

_SPARE: Final = "vopt"
"""So that there is a word where no title has one."""

_WORD: Final = r"(?u)\b\w\w+\b"

Meaning = Callable[[Sequence[str]], npt.NDArray[np.float32]]
"""Titles in, vectors of length 1 out."""


@dataclass(frozen=True)
class Titles:
    """How titles are read: learnt from all titles of a market, used for any."""

    words: Any
    pairs: Any
    letters: Any

    def likeness(self, subjects: Sequence[str]) -> Any:
        """Sparse vectors of length 1: their inner product says how alike two titles are, from 0 to 1."""
        from scipy.sparse import hstack

        half = np.float32(np.sqrt(0.5))
        return hstack([_of(self.pairs, subjects) * half, _of(self.letters, subjects) * half]).tocsr()

    def features(self, subjects: Sequence[str]) -> Any:
        """What a price can depend on: which words there are, and which parts of words."""
        from scipy.sparse import hstack

        weights = np.float32(0.5), np.float32(0.7)
        return hstack([_of(self.words, subjects) * weights[0], _of(self.letters, subjects) * weights[1]])


def read_titles(subjects: Sequence[str]) -> Titles:
    """Learn from these titles how titles of the market are read."""
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

    texts = [*subjects, *[_SPARE] * 3]
    shared: dict[str, Any] = {"ngram_range": (1, 2), "token_pattern": _WORD, "dtype": np.float32}
    return Titles(
        words=CountVectorizer(min_df=3, binary=True, **shared).fit(texts),
        pairs=TfidfVectorizer(min_df=2, sublinear_tf=True, **shared).fit(texts),
        letters=TfidfVectorizer(
            analyzer="char_wb", ngram_range=(3, 4), min_df=2, sublinear_tf=True, dtype=np.float32
        ).fit(texts),
    )


def with_brands(listings: pl.DataFrame) -> pl.DataFrame:
    """Brands as they are compared, and what titles are about beside them.

    Needs: plain_title (folded), brand, size.
    Adds: brand_told (folded; from the title where the field is empty and a brand of this market stands there; null:
          none), subject (the title without brand and size). Grain: unchanged.
    """
    given = [folded(brand) if brand else None for brand in listings["brand"]]
    pattern = _any_of(brand for brand, n in Counter(given).items() if brand and n >= LEAST_NAMED)
    titles = [title or "" for title in listings["plain_title"]]
    told = [
        brand or (found.group(1) if pattern and (found := pattern.search(title)) else None)
        for brand, title in zip(given, titles, strict=True)
    ]
    subjects = [
        subject_of(title, brand, size) for title, brand, size in zip(titles, told, listings["size"], strict=True)
    ]
    return listings.with_columns(
        brand_told=pl.Series(told, dtype=pl.String), subject=pl.Series(subjects, dtype=pl.String)
    )


def subject_of(title: str, brand: str | None, size: str | None) -> str:
    """What a folded title is about, without brand and size."""
    for name in (brand, folded(size) if size else None):
        if name:
            title = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", title)
    return " ".join(title.split())


@cache
def meaning() -> Meaning | None:
    """A model that knows what titles mean, where sentence-transformers is installed and the model lies on this machine.

    Nothing is ever downloaded: None where either is missing.
    """
    try:
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(MODEL, local_files_only=True, device="cpu")
    except (ImportError, OSError, ValueError):
        return None
    return lambda titles: np.asarray(model.encode(list(titles), normalize_embeddings=True), dtype=np.float32)


def stacked(*vectors: Any) -> Any:
    """Sparse vectors one below the other."""
    from scipy.sparse import vstack

    return vstack(vectors).tocsr()


def _of(model: Any, subjects: Sequence[str]) -> Any:
    """What a model makes of them, be there none."""
    return model.transform([*subjects, _SPARE])[: len(subjects)]


def _any_of(brands: Any) -> re.Pattern[str] | None:
    names = sorted((re.escape(brand) for brand in brands if len(brand) >= SHORTEST_BRAND), key=len, reverse=True)
    return re.compile(rf"(?<!\w)({'|'.join(names)})(?!\w)") if names else None
