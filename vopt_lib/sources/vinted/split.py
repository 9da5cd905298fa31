"""This is where a query that is fuller than its result can show is cut into parts.

By price first: two bands that neither overlap nor leave a gap. Where one price alone is too full, by the terms of a
filter, as many in one part as fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median_low

from vopt_lib.sources.vinted.crawl_state import Axis, Part
from vopt_lib.sources.vinted.navigation import Facet
from vopt_lib.sources.vinted.query import RESULT_CAP

HIGHEST_PRICE = 10_000_000
"""Cents. Above it, an open band is not cut any more: nobody asks for more than 100,000 for a piece of clothing."""

ROOM = int(RESULT_CAP * 0.8)
"""Listings put into one part by the facets' counts, which may be some hours old."""

MOST_TERMS = 100
"""Terms named in one request at most: an address of about a thousand characters."""


def by_price(part: Part, prices: Iterable[int]) -> tuple[Part, Part] | None:
    """The part's cheaper and dearer half; None, when it is a single price.

    `prices` (cents) are those met so far: their median halves the crowd. At every second cut the middle of the band is
    taken instead, because listings that are new need not be priced like the others.
    """
    lowest, highest = part.price_from or 0, part.price_to
    if lowest >= (HIGHEST_PRICE if highest is None else highest):
        return None
    met = [price for price in prices if price >= lowest and (highest is None or price <= highest)]
    if part.depth % 2 == 0 and met:
        cut = median_low(met)
    elif highest is not None:
        cut = (lowest + highest) // 2
    else:
        cut = max([2 * lowest, *met, 100])
    cut = max(lowest, cut if highest is None else min(cut, highest - 1))
    cheaper = Part(part.price_from, cut, dict(part.terms), part.depth + 1, part.crowd)
    dearer = Part(cut + 1, highest, dict(part.terms), part.depth + 1, part.crowd)
    return cheaper, dearer


def by_terms(part: Part, axis: Axis, facets: Sequence[Facet]) -> list[Part]:
    """Parts that together hold every listing with one of these terms, fullest terms first.

    Several terms share a part as long as their counts leave room, and their ids fit in an address.
    """
    groups: list[list[Facet]] = []
    for facet in sorted(facets, key=lambda facet: -facet.count):
        if facet.count <= 0:
            continue
        roomy = next((group for group in groups if _has_room(group, facet)), None)
        if roomy is None:
            groups.append([facet])
        else:
            roomy.append(facet)
    return [part.narrowed(axis, tuple(facet.term for facet in group)) for group in groups]


def _has_room(group: Sequence[Facet], another: Facet) -> bool:
    return len(group) < MOST_TERMS and sum(facet.count for facet in group) + another.count <= ROOM


def halves(part: Part) -> tuple[Part, Part] | None:
    """The part with the first half of its terms and that with the other half; None, when each filter has one term."""
    for axis, terms in part.terms.items():
        if len(terms) > 1:
            middle = len(terms) // 2
            return part.narrowed(axis, terms[:middle]), part.narrowed(axis, terms[middle:])
    return None
