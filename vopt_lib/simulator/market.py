"""This is where a stock of listings answers questions: searches, facets, closets, at any moment."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property
from typing import Any

import numpy as np

from vopt_lib.schema.queries import Term
from vopt_lib.schema.vinted_terms import brands, catalogue_nodes, colours, conditions, folded
from vopt_lib.simulator.arrays import Ints, Rows
from vopt_lib.simulator.kinds import MATERIALS
from vopt_lib.simulator.offers import (
    FILTERED_BY,
    BorrowedPhotos,
    Conversion,
    FilterCode,
    Offer,
    Seller,
    ShelfQuery,
    buyer_fee,
)
from vopt_lib.simulator.prices import conversion_of
from vopt_lib.simulator.stock import ON_SALE, SOLD, STATUSES, UNPUBLISHED, Moment, Stock, Truth, epoch_s
from vopt_lib.simulator.titles import searchable
from vopt_lib.simulator.tree import below, way_down
from vopt_lib.simulator.truth import truth_told


class StockedMarket:
    """A SimulatedMarket over a stock. `truth` is what no visitor sees; None for a stock that was given.

    Nothing is remembered from one question to the next, so their order cannot matter.
    """

    def __init__(self, stock: Stock, *, truth: Truth | None = None) -> None:
        self.stock = stock
        self.truth = truth
        self._brand_ids = _ids(stock.brand)
        self._size_ids = _ids(stock.size)
        self._material_ids = _ids(stock.material)

    def __len__(self) -> int:
        return len(self.stock)

    def search(self, query: ShelfQuery, at: datetime) -> Rows:
        """Rows that fit and are on sale at that moment, newest publication first."""
        rows = self._in_catalogues(query.catalog_ids) if query.catalog_ids else self._every_row
        status, cents = self.stock.timeline.status_and_cents(epoch_s(at), rows)
        fits = status == ON_SALE
        if query.published_by is not None:
            fits &= self.stock.published_s[rows] <= epoch_s(query.published_by)
        if query.price_from is not None:
            fits &= cents >= _cents(query.price_from, ROUND_CEILING)
        if query.price_to is not None:
            fits &= cents <= _cents(query.price_to, ROUND_FLOOR)
        return self._matching(query, rows[fits])

    def promoted(self, query: ShelfQuery, at: datetime) -> Rows:
        """Paid placements on sale in the query's root catalogues, the best paid first."""
        rows = self._every_row
        if query.catalog_ids:
            roots = {node.catalog_id for id_ in query.catalog_ids for node in way_down(id_)[:1]}
            rows = self._in_catalogues([*roots, *query.catalog_ids])
        status, _ = self.stock.timeline.status_and_cents(epoch_s(at), rows)
        rows = rows[(status == ON_SALE) & (self.stock.promoted_score[rows] > 0)]
        return np.asarray(rows[np.argsort(-self.stock.promoted_score[rows], kind="stable")])

    def sorted_by_price(self, rows: Rows, at: datetime, *, descending: bool = False) -> Rows:
        """The rows by their price of that moment; equal prices stay in the order given."""
        cents = self.stock.timeline.at(epoch_s(at), rows).cents
        return np.asarray(rows[np.argsort(-cents if descending else cents, kind="stable")])

    def offers(self, rows: Iterable[int], at: datetime) -> list[Offer]:
        """The listings of these rows as they stand at that moment."""
        wanted = np.fromiter(rows, dtype=np.int64)
        moment = self.stock.timeline.at(epoch_s(at), wanted)
        return [self._offer(int(row), place, moment) for place, row in enumerate(wanted)]

    def row_of(self, listing_id: int) -> int | None:
        """Row of a listing, published or not; None for an id that was never given."""
        return self._rows_by_id.get(listing_id)

    def of_seller(self, seller_id: int, at: datetime) -> Rows:
        """Rows of a seller's closet: on sale, reserved and sold, newest first."""
        place = self._seller_places.get(seller_id, -1)
        mine = np.flatnonzero(self.stock.seller == place)
        status = self.stock.timeline.at(epoch_s(at), mine).status
        return np.asarray(mine[(status != UNPUBLISHED) & (status <= SOLD)])

    def seller(self, seller_id: int) -> Seller | None:
        """A seller's profile; None for an unknown id."""
        place = self._seller_places.get(seller_id)
        return None if place is None else self.stock.sellers[place]

    def count_by(self, query: ShelfQuery, at: datetime, code: FilterCode) -> list[tuple[Term, int]]:
        """How many fitting listings are on sale under each value of a filter, most first."""
        rows = self.search(replace(query, **{FILTERED_BY[code]: ()}), at)  # type: ignore[arg-type]
        known = {term.id: term for term in self.terms(code)}
        if code == "catalog":
            counts = self._counted_with_parents(rows)
        else:
            values, found = np.unique(self._values(code)[rows], return_counts=True)
            counts = dict(zip(values.tolist(), found.tolist(), strict=True))
        named = [(known[value], count) for value, count in counts.items() if value in known]
        return sorted(named, key=lambda pair: (-pair[1], pair[0].title, pair[0].id))

    def terms(self, code: FilterCode) -> Sequence[Term]:
        """Every value of a filter that this market knows, by title."""
        return self._terms[code]

    def truth_told(self) -> dict[str, Any] | None:
        """What no visitor sees (`truth.truth_told`); None for a stock that was given."""
        return truth_told(self.stock, self.truth) if self.truth else None

    def _matching(self, query: ShelfQuery, rows: Rows) -> Rows:
        """Those of the rows that have all that is asked for beside catalogue and price."""
        for wanted, values in (
            (query.brand_ids, self._brand_ids),
            (query.size_ids, self._size_ids),
            (query.condition_ids, self.stock.condition_id),
            (query.material_ids, self._material_ids),
        ):
            if wanted:
                rows = rows[np.isin(values[rows], wanted)]
        if query.colour_ids:
            rows = rows[np.isin(self.stock.colour_ids[rows], query.colour_ids).any(axis=1)]
        words = folded(query.search_text or "").split()
        if words:
            found = [all(word in self._texts[row] for word in words) for row in rows.tolist()]
            rows = rows[np.array(found, dtype=bool)]
        return rows

    def _in_catalogues(self, catalog_ids: Sequence[int]) -> Rows:
        """The rows of these catalogues and all below, newest first."""
        leaves = set[int]().union(*map(below, catalog_ids)) & self._rows_of_leaf.keys()
        inside = [self._rows_of_leaf[leaf] for leaf in sorted(leaves)]
        return np.sort(np.concatenate(inside)) if inside else self._every_row[:0]

    @cached_property
    def _every_row(self) -> Rows:
        return np.arange(len(self), dtype=np.int64)

    @cached_property
    def _rows_of_leaf(self) -> dict[int, Rows]:
        order = np.argsort(self.stock.catalog_id, kind="stable")
        leaves, starts = np.unique(self.stock.catalog_id[order], return_index=True)
        return dict(zip(leaves.tolist(), np.split(order, starts[1:]), strict=True))

    def _values(self, code: FilterCode) -> Ints:
        match code:
            case "brand":
                return self._brand_ids
            case "size":
                return self._size_ids
            case "status":
                return self.stock.condition_id
            case "color":
                return self.stock.colour_ids
            case _:
                return self._material_ids

    def _counted_with_parents(self, rows: Rows) -> dict[int, int]:
        counts: dict[int, int] = {}
        values, found = np.unique(self.stock.catalog_id[rows], return_counts=True)
        for leaf, count in zip(values.tolist(), found.tolist(), strict=True):
            for catalog_id in {leaf, *(node.catalog_id for node in way_down(leaf))}:
                counts[catalog_id] = counts.get(catalog_id, 0) + count
        return counts

    @cached_property
    def _rows_by_id(self) -> dict[int, int]:
        return {listing_id: row for row, listing_id in enumerate(self.stock.listing_id.tolist())}

    @cached_property
    def _seller_places(self) -> dict[int, int]:
        return {seller.seller_id: place for place, seller in enumerate(self.stock.sellers)}

    @cached_property
    def _texts(self) -> list[str]:
        stock = self.stock
        return [
            searchable(title, description, brand.title if brand else None)
            for title, description, brand in zip(stock.title, stock.description, stock.brand, strict=True)
        ]

    @cached_property
    def _terms(self) -> Mapping[FilterCode, tuple[Term, ...]]:
        return {
            "catalog": tuple(Term(node.catalog_id, node.title) for node in catalogue_nodes()),
            "brand": _by_title((*self.stock.brand, *brands())),
            "size": _by_title(self.stock.size),
            "status": tuple(Term(condition.id, condition.labels["it"]) for condition in conditions()),
            "color": tuple(Term(colour.id, colour.labels["it"]) for colour in colours()),
            "material": _by_title((*self.stock.material, *MATERIALS)),
        }

    def _offer(self, row: int, place: int, moment: Moment) -> Offer:
        stock = self.stock
        cents, favourites = int(moment.cents[place]), int(moment.favourites[place])
        seller = stock.sellers[stock.seller[row]]
        price = Decimal(cents).scaleb(-2)
        cohort = int(stock.fee_cohort[row])
        given_fee = stock.service_fee[row] if stock.service_fee else None
        material = stock.material[row]
        return Offer(
            listing_id=int(stock.listing_id[row]),
            title=stock.title[row],
            description=stock.description[row],
            catalog_id=int(stock.catalog_id[row]),
            brand=stock.brand[row],
            size=stock.size[row],
            condition_id=int(stock.condition_id[row]) or None,
            colour_ids=self._colour_ids(row),
            material=material.title if material else None,
            price=price,
            currency=stock.currency[row],
            conversion=self._conversion(row, cents),
            fee_cohort=cohort,
            service_fee=given_fee if given_fee is not None else buyer_fee(price, cohort),
            favourites=favourites,
            views=int(stock.views_at_first[row] + math.floor(stock.views_per_favourite[row] * favourites)),
            seller_id=seller.seller_id,
            seller_login=seller.login,
            seller_is_business=seller.is_business,
            seller_country=seller.country,
            promoted_score=float(stock.promoted_score[row]),
            created_at=datetime.fromtimestamp(int(stock.created_s[row]), UTC),
            published_at=datetime.fromtimestamp(int(stock.published_s[row]), UTC),
            status=STATUSES[moment.status[place]] if moment.status[place] >= 0 else "hidden",
            photo_seed=int(stock.photo_seed[row]),
            photo_count=int(stock.photo_count[row]),
            wire=stock.wire[row] if stock.wire else None,
            borrowed=self._borrowed(row),
        )

    def _borrowed(self, row: int) -> BorrowedPhotos | None:
        stock, reuse = self.stock, self.stock.reuse
        if reuse is None or reuse.origin[row] < 0:
            return None
        origin = int(reuse.origin[row])
        material = stock.material[origin]
        return BorrowedPhotos(
            title=stock.title[origin],
            material=material.title if material else None,
            colour_ids=self._colour_ids(origin),
            photo_seed=int(stock.photo_seed[origin]),
            seller_id=stock.sellers[stock.seller[origin]].seller_id,
            change_seed=int(reuse.change_seed[row]),
            is_retaken=bool(reuse.is_retaken[row]),
        )

    def _colour_ids(self, row: int) -> tuple[int, ...]:
        return tuple(colour for colour in self.stock.colour_ids[row].tolist() if colour)

    def _conversion(self, row: int, cents: int) -> Conversion | None:
        if self.stock.seller_currency is not None:
            return conversion_of(cents, self.stock.seller_currency[row])
        return self.stock.conversion[row] if self.stock.conversion else None


def _ids(terms: Sequence[Term | None]) -> Ints:
    return np.fromiter((term.id if term else 0 for term in terms), dtype=np.int64, count=len(terms))


def _by_title(terms: Iterable[Term | None]) -> tuple[Term, ...]:
    """Each id once, under the first title it was met with."""
    first: dict[int, Term] = {}
    for term in terms:
        if term is not None:
            first.setdefault(term.id, term)
    return tuple(sorted(first.values(), key=lambda term: (folded(term.title), term.id)))


def _cents(price: Decimal, rounding: str) -> int:
    return int((price * 100).to_integral_value(rounding=rounding))
