"""This is where a market of a dozen hand-written listings stands, to test the web server without the generated one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from vopt_lib.schema.queries import Term
from vopt_lib.simulator.arrays import Rows
from vopt_lib.simulator.offers import Conversion, FilterCode, Offer, Seller, ShelfQuery, buyer_fee

START = datetime(2026, 11, 1, tzinfo=UTC)
DRESSES, TROUSERS = 9_000_001, 9_000_025
ZARA, NIKE = Term(12, "Zara"), Term(53, "Nike")
M, L = Term(4, "M"), Term(5, "L")
COTTON = Term(44, "Cotone")
ANNA = Seller(700_001, "anna.armadio", False, "IT", START - timedelta(days=900), 12)
SHOP = Seller(700_002, "vintage_shop", True, "FR", START - timedelta(days=90), 350)


def _offer(number: int, title: str, price: str, **facts: Any) -> Offer:
    seller = SHOP if number % 5 == 0 else ANNA
    plain: dict[str, Any] = {
        "listing_id": 10_400_000_000 + number,
        "title": title,
        "description": f"{title}, mai indossato",
        "catalog_id": DRESSES,
        "brand": ZARA,
        "size": M,
        "condition_id": 2,
        "colour_ids": (9,),
        "material": None,
        "price": Decimal(price),
        "currency": "EUR",
        "conversion": None,
        "fee_cohort": number % 3,
        "service_fee": buyer_fee(Decimal(price), number % 3),
        "favourites": number,
        "views": 10 * number,
        "seller_id": seller.seller_id,
        "seller_login": seller.login,
        "seller_is_business": seller.is_business,
        "seller_country": seller.country,
        "promoted_score": 0.0,
        "created_at": START - timedelta(hours=number + 5),
        "published_at": START - timedelta(hours=number),
        "status": "on_sale",
        "photo_seed": number,
        "photo_count": 2,
        "wire": None,
    }
    return Offer(**(plain | facts))


SOLD_AT = START + timedelta(hours=2)
BORN_AT = START + timedelta(hours=1)
ENDS = {
    4: ("sold", SOLD_AT),
    5: ("reserved", SOLD_AT),
    6: ("deleted", SOLD_AT),
    7: ("deleted", SOLD_AT),
    8: ("hidden", SOLD_AT),
}
"""What becomes of some listings, by their number."""

OFFERS: tuple[Offer, ...] = (
    _offer(0, "Abito appena pubblicato", "19.00", published_at=BORN_AT),
    _offer(1, "Vestito di lino & seta", "6.00", condition_id=1, material="Cotone"),
    _offer(2, "Robe d'été </script> fleurie", "55.00", brand=None),
    _offer(3, "Abito blu", "30.00", size=None, condition_id=6),
    _offer(4, "Vestito che si vende", "12.00"),
    _offer(5, "Vestito che si riserva", "13.00"),
    _offer(6, "Vestito che si toglie", "14.00"),
    _offer(7, "Vestito che sparisce", "15.00"),
    _offer(8, "Vestito che si nasconde", "16.00"),
    _offer(
        9,
        "Vestito polacco",
        "23.50",
        conversion=Conversion(Decimal("100.00"), "PLN", Decimal("0.235"), Decimal("0.03")),
    ),
    _offer(10, "Pantaloni Nike", "40.00", catalog_id=TROUSERS, brand=NIKE, size=L, promoted_score=0.9, condition_id=3),
    _offer(11, "Pantaloni neri", "9.99", catalog_id=TROUSERS, colour_ids=(1, 9), promoted_score=0.4),
    _offer(12, "Pantaloni rovinati", "8.00", catalog_id=TROUSERS, wire={"price": "gratis"}, photo_count=0),
)


class SmallMarket:
    """The dozen listings over time, answering as the simulated market does."""

    def search(self, query: ShelfQuery, at: datetime) -> Rows:
        """Rows that fit and are on sale, newest first."""
        fitting = [row for row, offer in enumerate(OFFERS) if _is_on_sale(row, at) and _fits(offer, query)]
        return np.array(sorted(fitting, key=lambda row: OFFERS[row].published_at, reverse=True), dtype=np.int64)

    def promoted(self, query: ShelfQuery, at: datetime) -> Rows:
        """The paid placements on sale, best paid first."""
        paid = [row for row, offer in enumerate(OFFERS) if offer.promoted_score > 0 and _is_on_sale(row, at)]
        return np.array(sorted(paid, key=lambda row: -OFFERS[row].promoted_score), dtype=np.int64)

    def sorted_by_price(self, rows: Rows, at: datetime, *, descending: bool = False) -> Rows:
        """The rows by price."""
        prices = np.array([float(OFFERS[row].price) for row in rows])
        return rows[np.argsort(-prices if descending else prices, kind="stable")]

    def offers(self, rows: Iterable[int], at: datetime) -> list[Offer]:
        """The listings as they stand."""
        return [replace(OFFERS[row], status=_status(row, at)) for row in rows]

    def row_of(self, listing_id: int) -> int | None:
        """The row of an id."""
        row = listing_id - 10_400_000_000
        return row if 0 <= row < len(OFFERS) else None

    def of_seller(self, seller_id: int, at: datetime) -> Rows:
        """Her closet, newest first."""
        shown = ("on_sale", "reserved", "sold")
        rows = [row for row, offer in enumerate(OFFERS) if offer.seller_id == seller_id and offer.published_at <= at]
        return np.array([row for row in rows if _status(row, at) in shown], dtype=np.int64)

    def seller(self, seller_id: int) -> Seller | None:
        """Her profile."""
        return {ANNA.seller_id: ANNA, SHOP.seller_id: SHOP}.get(seller_id)

    def count_by(self, query: ShelfQuery, at: datetime, code: FilterCode) -> list[tuple[Term, int]]:
        """Facets."""
        cleared: dict[FilterCode, str] = {"catalog": "catalog_ids", "brand": "brand_ids", "size": "size_ids"}
        rows = self.search(replace(query, **{cleared[code]: ()}) if code in cleared else query, at)
        counts: dict[Term, int] = {}
        for row in rows:
            for term in _terms_of(OFFERS[row], code):
                counts[term] = counts.get(term, 0) + 1
        return sorted(counts.items(), key=lambda pair: -pair[1])

    def terms(self, code: FilterCode) -> Sequence[Term]:
        """Every value."""
        return sorted({term for offer in OFFERS for term in _terms_of(offer, code)}, key=lambda term: term.title)

    def truth_told(self) -> None:
        """It hides nothing."""


def _is_on_sale(row: int, at: datetime) -> bool:
    return OFFERS[row].published_at <= at and _status(row, at) == "on_sale"


def _status(row: int, at: datetime) -> Any:
    status, since = ENDS.get(row, ("on_sale", START))
    return status if at >= since else "on_sale"


def _fits(offer: Offer, query: ShelfQuery) -> bool:
    words = (query.search_text or "").lower().split()
    return (
        (not query.catalog_ids or bool({offer.catalog_id, 4, 1904} & set(query.catalog_ids)))
        and (not query.brand_ids or (offer.brand is not None and offer.brand.id in query.brand_ids))
        and (not query.size_ids or (offer.size is not None and offer.size.id in query.size_ids))
        and (not query.condition_ids or offer.condition_id in query.condition_ids)
        and (not query.colour_ids or bool(set(offer.colour_ids) & set(query.colour_ids)))
        and (not query.material_ids or (offer.material is not None and COTTON.id in query.material_ids))
        and (query.published_by is None or offer.published_at <= query.published_by)
        and (query.price_from is None or offer.price >= query.price_from)
        and (query.price_to is None or offer.price <= query.price_to)
        and all(word in f"{offer.title} {offer.description}".lower() for word in words)
    )


def _terms_of(offer: Offer, code: FilterCode) -> list[Term]:
    match code:
        case "catalog":
            leaf = Term(offer.catalog_id, "Abiti" if offer.catalog_id == DRESSES else "Pantaloni e leggings")
            return [Term(1904, "Donna"), Term(4, "Vestiti"), leaf]
        case "brand":
            return [offer.brand] if offer.brand else []
        case "size":
            return [offer.size] if offer.size else []
        case "status":
            return [Term(offer.condition_id, "")] if offer.condition_id else []
        case "color":
            return [Term(colour, "") for colour in offer.colour_ids]
        case "material":
            return [COTTON] if offer.material else []
