"""This is where drawn listings become a stock: ids, words, photos, and what visitors can see of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final, TypeVar

import numpy as np

from vopt_lib.schema.queries import Term
from vopt_lib.simulator.arrays import Floats, Ints
from vopt_lib.simulator.draws import draws, uniforms
from vopt_lib.simulator.fates import UNSOLD_DAYS, Fates, log_relative, timeline_of
from vopt_lib.simulator.hazard import Sales, share_unsold
from vopt_lib.simulator.kinds import MATERIALS, leaves
from vopt_lib.simulator.market import StockedMarket
from vopt_lib.simulator.people import Sellers
from vopt_lib.simulator.prices import Asking
from vopt_lib.simulator.reuse import reused_photos
from vopt_lib.simulator.stock import STATUSES, Stock, Truth
from vopt_lib.simulator.things import NONE, Things, shown_brand, true_brand
from vopt_lib.simulator.titles import Subject, description_of, language_of, make_titles

IDS_PER_S: Final = 10
"""Numbers that a second of drafts takes: other people's, too."""

_DAY_S: Final = 86_400
_ENDED_KEPT_DAYS: Final = 7
_FIRST_ID: Final = 10_400_000_000
_FEE_COHORT_SHARES: Final = (0.57, 0.22, 0.21)
"""Source: facts/vinted-web.md §5 (219, 85 and 80 of 384 rows)."""
_PROMOTED_SHARE: Final = 0.06

Columns = TypeVar("Columns", Things, Asking, Fates, "Looks")


@dataclass(frozen=True)
class Listings:
    """Listings on their way into the stock, one value each, in any order. origin is a place in these, or NONE."""

    things: Things
    published_s: Ints
    created_s: Ints
    asked: Asking
    fates: Fates
    origin: Ints

    def __len__(self) -> int:
        return len(self.published_s)

    def taken(self, places: Ints) -> Listings:
        """These listings only, in this order; origins still count in the old order."""
        return Listings(
            things=self.things.taken(places),
            published_s=self.published_s[places],
            created_s=self.created_s[places],
            asked=_taken(self.asked, places),
            fates=_taken(self.fates, places),
            origin=self.origin[places],
        )


def joined(first: Listings, second: Listings) -> Listings:
    """Both, one after the other; origins of the second are places in the first."""
    return Listings(
        things=_concatenated(first.things, second.things),
        published_s=np.concatenate([first.published_s, second.published_s]),
        created_s=np.concatenate([first.created_s, second.created_s]),
        asked=_concatenated(first.asked, second.asked),
        fates=_concatenated(first.fates, second.fates),
        origin=np.concatenate([first.origin, second.origin]),
    )


@dataclass(frozen=True)
class Looks:
    """What a listing shows beside the thing itself, one value each; appeal is the favourites a fair one ends with."""

    appeal: Floats
    fee_cohort: Ints
    views_at_first: Ints
    views_per_favourite: Floats
    promoted_score: Floats


def stocked(
    streams: Sequence[tuple[int, np.random.Generator]],
    listings: Listings,
    sellers: Sellers,
    *,
    start_s: int,
    sales: Sales,
) -> StockedMarket:
    """The market of these listings as visitors meet it from the start on.

    Looks of what was published at a moment or later, up to the next one's, come out of that moment's stream.
    """
    ids = _ids_by_creation(listings.created_s, start_s)
    former = np.where(listings.origin == NONE, 0, ids[listings.origin])
    exit_s = listings.published_s + (listings.fates.exit_days * _DAY_S).astype(np.int64)
    kept = np.flatnonzero(exit_s > start_s - _ENDED_KEPT_DAYS * _DAY_S)
    kept = kept[np.argsort(-listings.published_s[kept], kind="stable")]
    shown = listings.taken(kept)
    reuse = reused_photos(shown.things)
    from_listing = np.where(reuse.origin == NONE, 0, ids[kept][reuse.origin])
    truth = Truth(
        family=sales.family,
        fair_eur=shown.things.fair_eur,
        hidden_log=shown.things.hidden_log,
        first_asked_eur=shown.asked.cents[:, 0] / 100.0,
        oddity=np.select([shown.things.is_nonsense, shown.things.pieces > 1], ["nonsense", "bundle"], ""),
        sale_days=shown.fates.sale_days,
        unsold=share_unsold(
            sales.hazard,
            UNSOLD_DAYS,
            luck=shown.fates.luck,
            cut_days=shown.asked.cut_days,
            log_relative=log_relative(shown.asked, shown.things.fair_eur, shown.things.is_nonsense),
        ),
        exit_at_s=exit_s[kept],
        exit_kind=np.array(STATUSES)[shown.fates.exit_status],
        returned=shown.fates.returned,
        relist_of=former[kept],
        photos_of=np.where(reuse.is_retaken, 0, from_listing),
        same_thing_as=np.where(reuse.is_own, from_listing, 0),
    )
    stock = _stock(_looks(streams, shown.published_s), shown, ids[kept], sellers)
    return StockedMarket(replace(stock, reuse=reuse), truth=truth)


def _ids_by_creation(created_s: Ints, start_s: int) -> Ints:
    """Rising ids in the order in which drafts were made, with gaps for everybody else's."""
    order = np.argsort(created_s, kind="stable")
    wanted = _FIRST_ID + (created_s[order] - start_s) * IDS_PER_S
    place = np.arange(len(order))
    ids = np.empty(len(order), dtype=np.int64)
    ids[order] = np.maximum.accumulate(wanted - place) + place
    return ids


def _looks(streams: Sequence[tuple[int, np.random.Generator]], published_s: Ints) -> Looks:
    """Looks of listings, newest first."""
    block = np.searchsorted([from_s for from_s, _ in streams], published_s, side="right") - 1
    drawn = [_draw_looks(rng, int((block == place).sum())) for place, (_, rng) in enumerate(streams)]
    return reduce(_concatenated, reversed(drawn))


def _draw_looks(rng: np.random.Generator, n: int) -> Looks:
    return Looks(
        appeal=rng.gamma(0.7, 14.0, n),
        fee_cohort=rng.choice(3, n, p=_FEE_COHORT_SHARES).astype(np.int64),
        views_at_first=rng.poisson(6.0, n).astype(np.int64),
        views_per_favourite=rng.gamma(4.0, 3.0, n),
        promoted_score=np.where(rng.random(n) < _PROMOTED_SHARE, rng.uniform(0.05, 1.0, n), 0.0),
    )


def _stock(looks: Looks, listings: Listings, ids: Ints, sellers: Sellers) -> Stock:
    things, n = listings.things, len(listings)
    titles, descriptions = _words(things, sellers)
    own_leaf = [leaves()[place] for place in things.leaf.tolist()]
    return Stock(
        listing_id=ids,
        created_s=listings.created_s,
        published_s=listings.published_s,
        catalog_id=np.array([leaf.node.catalog_id for leaf in own_leaf], dtype=np.int64),
        brand=[shown_brand(things, row) for row in range(n)],
        size=[_size(things, row) for row in range(n)],
        condition_id=things.condition_id,
        colour_ids=things.colour_ids,
        material=[MATERIALS[place] if place != NONE else None for place in things.material.tolist()],
        title=titles,
        description=descriptions,
        currency=["EUR"] * n,
        conversion=None,
        seller_currency=[str(code) for code in sellers.currency[things.seller]],
        fee_cohort=looks.fee_cohort,
        service_fee=None,
        views_at_first=looks.views_at_first,
        views_per_favourite=looks.views_per_favourite,
        seller=things.seller,
        sellers=sellers.sellers,
        promoted_score=looks.promoted_score,
        photo_seed=things.seed,
        photo_count=1 + (draws(things.seed, 7) % np.uint64(6)).astype(np.int64),
        wire=None,
        timeline=timeline_of(
            listings.published_s, listings.asked, listings.fates, fair_eur=things.fair_eur, appeal=looks.appeal
        ),
    )


def _size(things: Things, row: int) -> Term | None:
    place = int(things.size[row])
    return None if place == NONE else leaves()[things.leaf[row]].sizes[place]


def _words(things: Things, sellers: Sellers) -> tuple[list[str], list[str]]:
    """Titles and descriptions, in the language of each seller."""
    countries = sellers.country[things.seller].tolist()
    whims = uniforms(things.seed, 5).tolist()
    languages = [language_of(country, whim) for country, whim in zip(countries, whims, strict=True)]
    subjects = [
        Subject(
            kind=leaves()[things.leaf[row]].kind,
            language=language,
            brand=brand.title if (brand := true_brand(things, row)) else None,
            size=size.title if (size := _size(things, row)) else None,
            colour_id=int(things.colour_ids[row, 0]),
            pieces=int(things.pieces[row]),
        )
        for row, language in enumerate(languages)
    ]
    titles = make_titles(subjects, things.seed)
    texts = zip(titles, languages, draws(things.seed, 6).tolist(), strict=True)
    return titles, [description_of(title, language, draw) for title, language, draw in texts]


def _taken(record: Columns, places: Ints) -> Columns:
    return type(record)(**{name: column[places] for name, column in vars(record).items()})


def _concatenated(first: Columns, second: Columns) -> Columns:
    other = vars(second)
    return type(first)(**{name: np.concatenate([column, other[name]]) for name, column in vars(first).items()})
