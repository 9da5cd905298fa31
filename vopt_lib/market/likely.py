"""This is where a title tells in which catalogue a thing lies: the one in which listings with such titles are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from vopt_lib.market.comparables import KIN, Book, Places
from vopt_lib.market.wording import subject_of
from vopt_lib.schema.comparables import Subject
from vopt_lib.schema.vinted_terms import folded

MOST_ASKED: Final = 30
LEAST_ASKED: Final = 3
LEAST_SHARE: Final = 0.6
"""Of the likeness of those asked, what must lie in one catalogue: with less, the title fits several."""


def likely_catalogues(book: Book, things: Sequence[Subject]) -> list[int | None]:
    """For each thing the catalogue of most listings whose titles are like its own; None: no listing is, or they lie
    apart. Hundreds at once take a second in a market of thousands.
    """
    if not things or not book.rows.height:
        return [None] * len(things)
    subjects = [subject_of(folded(one.title), folded(one.brand) if one.brand else None, one.size) for one in things]
    alike = (book.features.titles.likeness(subjects) @ book.titles.T).tocsr()
    catalogues = book.rows["leaf_catalog_id"].cast(int).fill_null(0).to_numpy()
    return [_likely(alike[place], catalogues) for place in range(len(things))]


def _likely(alike: Any, catalogues: Places) -> int | None:
    """alike: one sparse row, how alike each listing's title is."""
    known = (alike.data >= KIN) & (catalogues[alike.indices] > 0)
    shares, places = alike.data[known], catalogues[alike.indices[known]]
    best = np.argsort(-shares, kind="stable")[:MOST_ASKED]
    if len(best) < LEAST_ASKED:
        return None
    found, numbers = np.unique(places[best], return_inverse=True)
    weights = np.bincount(numbers, weights=shares[best])
    return int(found[weights.argmax()]) if weights.max() >= LEAST_SHARE * weights.sum() else None
