"""This is where tests get photos that the simulator draws, and what is on each: its kind, colour, thing and seller."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

import numpy as np

from vopt_lib.simulator.kinds import leaves
from vopt_lib.simulator.offers import BorrowedPhotos, ImageFormat, Offer
from vopt_lib.simulator.photos import draw_photo, look_of

AT = datetime(2026, 11, 1, tzinfo=UTC)
DRESS = Offer(
    listing_id=10_400_000_001,
    title="Abito rosso",
    description="",
    catalog_id=9_000_001,
    brand=None,
    size=None,
    condition_id=2,
    colour_ids=(7,),
    material=None,
    price=Decimal("6.00"),
    currency="EUR",
    conversion=None,
    fee_cohort=0,
    service_fee=Decimal("1.00"),
    favourites=0,
    views=0,
    seller_id=1,
    seller_login="anna",
    seller_is_business=False,
    seller_country="IT",
    promoted_score=0.0,
    created_at=AT,
    published_at=AT,
    status="on_sale",
    photo_seed=42,
    photo_count=3,
)

KINDS = (
    "t-shirt",
    "dress",
    "jeans",
    "coat",
    "skirt",
    "shorts",
    "hoodie",
    "sneaker",
    "boot",
    "handbag",
    "hat",
    "swimsuit",
)
"""Kinds that a person tells apart at a glance; `known_kinds()` has all."""

COLOURS = (1, 12, 7, 9, 10, 8, 5, 2)
"""Black, white, red, blue, green, yellow, pink, brown."""


@dataclass(frozen=True)
class Drawn:
    """One drawn photo and what is on it: colour_id is the thing's main colour, item_id stays where a thing returns."""

    photo: bytes
    kind: str
    colour_id: int
    item_id: int
    seller_id: int


@cache
def known_kinds() -> dict[str, int]:
    """Every kind that some catalogue without children holds, with one such catalogue."""
    return {name: leaf.node.catalog_id for leaf in leaves() for name in leaf.kind.silhouette.split("|")}


def offers_of(
    kinds: Sequence[str] = KINDS, colour_ids: Sequence[int] = COLOURS, *, each: int = 12, seed: int = 1
) -> Iterator[Offer]:
    """So many different things of each kind and colour, one listing each, of some sixty sellers; words tell nothing."""
    rng = np.random.default_rng(seed)
    for kind in kinds:
        for colour_id in colour_ids:
            for _ in range(each):
                yield _offer(rng, kind, colour_id)


def drawn(offer: Offer, *, size: tuple[int, int] = (600, 800), image_format: ImageFormat = "webp") -> Drawn:
    """The leading photo of a listing, and what is on it."""
    look = look_of(offer)
    return Drawn(
        draw_photo(offer, 1, size, image_format), look.silhouette, look.colour_ids[0], look.seed, offer.seller_id
    )


def found_by_another(offer: Offer, *, change_seed: int) -> Offer:
    """Another seller's listing of such a thing that shows this one's photos: cropped, mirrored or brightened."""
    return _borrower(replace(offer, seller_id=offer.seller_id + 1_000, photo_seed=change_seed), offer, change_seed)


def retaken(offer: Offer, *, change_seed: int) -> Offer:
    """The same thing once more in its seller's closet, photographed again."""
    borrower = _borrower(replace(offer, photo_seed=change_seed), offer, change_seed)
    assert borrower.borrowed is not None
    return replace(borrower, borrowed=replace(borrower.borrowed, is_retaken=True))


def _borrower(borrower: Offer, other: Offer, change_seed: int) -> Offer:
    photos = BorrowedPhotos(
        title=other.title,
        material=other.material,
        colour_ids=other.colour_ids,
        photo_seed=other.photo_seed,
        seller_id=other.seller_id,
        change_seed=change_seed,
        is_retaken=False,
    )
    return replace(borrower, listing_id=other.listing_id + change_seed, borrowed=photos)


def _offer(rng: np.random.Generator, kind: str, colour_id: int) -> Offer:
    """A listing whose draw falls on this of its catalogue's kinds."""
    while True:
        offer = replace(
            DRESS,
            listing_id=int(rng.integers(10_400_000_000, 10_500_000_000)),
            title="",
            catalog_id=known_kinds()[kind],
            colour_ids=(colour_id,),
            seller_id=int(rng.integers(1, 61)),
            photo_seed=int(rng.integers(1, 2**62)),
        )
        if look_of(offer).silhouette == kind:
            return offer
