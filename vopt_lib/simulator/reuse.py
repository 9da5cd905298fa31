"""This is where listings come to show photos that were taken for others: found ones, and things listed twice."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import numpy as np

from vopt_lib.simulator.arrays import Ints
from vopt_lib.simulator.draws import draws, uniforms
from vopt_lib.simulator.stock import Reuse
from vopt_lib.simulator.things import NONE, Things

FOUND_SHARE: Final = 0.02
"""Share of things shown by somebody else's photos of such a thing, where there are any. Invented."""

TWICE_SHARE: Final = 0.3
"""Share of things that are one their seller listed before, where she has such a thing at all. Invented."""

RETAKEN_SHARE: Final = 0.5
"""Share of those listed twice that are photographed once more; the others show the same photos, edited. Invented."""

_FOUND, _TWICE, _WHICH, _RETAKEN, _CHANGE = range(200, 205)
"""Streams of `draws`: nothing else of a market depends on them."""


def reused_photos(things: Things) -> Reuse:
    """Whose photos each listing shows, for listings newest first; those of one thing show the same ones.

    Photos come from an earlier listing of the same catalogue and main colour, so that no words belie them. What comes
    later changes nothing of what came before.
    """
    seeds, first = np.unique(things.seed[::-1], return_index=True)
    first_row = len(things) - 1 - first
    origin = np.full(len(things), NONE, dtype=np.int64)
    for place, other in _origins(things, first_row[np.argsort(-first_row)]).items():
        origin[place] = other
    of_thing = first_row[np.searchsorted(seeds, things.seed)]
    origin = origin[of_thing]
    is_own = (origin != NONE) & (things.seller == things.seller[origin])
    return Reuse(
        origin=origin,
        is_own=is_own,
        is_retaken=is_own & (uniforms(things.seed, _RETAKEN) < RETAKEN_SHARE),
        change_seed=(draws(things.seed, _CHANGE) >> np.uint64(2)).astype(np.int64) | 1,
    )


def _origins(things: Things, rows: Ints) -> dict[int, int]:
    """The row that each copy copies, going through the first listings of things from the oldest on.

    A copy is not copied again, nor is a bundle.
    """
    known: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    seeds = things.seed[rows]
    finds, doubles = uniforms(seeds, _FOUND) < FOUND_SHARE, uniforms(seeds, _TWICE) < TWICE_SHARE
    which = draws(seeds, _WHICH).tolist()
    copied: dict[int, int] = {}
    for number, row in enumerate(rows.tolist()):
        if things.pieces[row] > 1:
            continue
        seller = int(things.seller[row])
        like = known[int(things.leaf[row]), int(things.colour_ids[row, 0])]
        own = [other for other, owner in like if owner == seller] if doubles[number] else []
        others = [other for other, owner in like if owner != seller] if finds[number] else []
        if own or others:
            copied[row] = own[-1] if own else others[which[number] % len(others)]
        else:
            like.append((row, seller))
    return copied
