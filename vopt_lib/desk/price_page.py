"""This is where the page of prices learns what it shows: the thing that she names or picks, priced, and the choices."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import polars as pl

from vopt_lib.desk import suggest
from vopt_lib.desk.comparables import book_of, freshness
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.kept import Reading, kept, read_published
from vopt_lib.desk.price_item import Offer, price_item
from vopt_lib.desk.pricing_known import Pricing
from vopt_lib.desk.shop.opening import member_of, shop_of
from vopt_lib.errors import NothingPublished, VoptError
from vopt_lib.schema.comparables import Subject
from vopt_lib.schema.filters import PriceFilters
from vopt_lib.schema.market_page import Choice, Freshness
from vopt_lib.schema.price_page import OwnThing, PricePage
from vopt_lib.schema.pricing import Selling
from vopt_lib.schema.queries import Term
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop.to_price import thing_to_price, things_to_price
from vopt_lib.words import Words

MOST_BRANDS = 400


def price_page(
    desk: Desk, visitor: Visitor | None, asked: PriceFilters, *, pricing: Pricing | None = None
) -> PricePage:
    """Everything the page shows; what stands in the way is its `trouble`. pricing: as for `price_item`."""
    try:
        page = _choices(desk, visitor, asked)
        if asked.is_empty:
            return page
        thing = _thing(desk, visitor, asked.own) if asked.own is not None else None
        filled = filled_in(asked, thing)
        priced = price_item(
            desk,
            subject_of(filled, thing),
            selling_of(desk, filled.cost),
            market=filled.market,
            offer=_offer(filled, thing),
            pricing=pricing,
        )
        asked_eur = _amount(thing.asked) if thing else None
        return replace(page, filled=filled, priced=priced, asked_eur=asked_eur, own=_with_it(page.own, thing))
    except VoptError as error:
        return PricePage(Freshness(), asked, trouble=error)


def filled_in(asked: PriceFilters, thing: OwnThing | None) -> PriceFilters:
    """The address with what the shop knows of her own thing, where the address says nothing else."""
    if thing is None:
        return asked
    known = thing.subject
    told: dict[str, Any] = {
        "title": known.title[:300] or None,
        "brand": known.brand,
        "catalog": known.catalog_id,
        "size": known.size,
        "condition": known.condition_id,
        "cost": thing.cost,
    }
    said = {name: value for name, value in asked.model_dump().items() if value is not None}
    return PriceFilters.model_validate({name: value for name, value in told.items() if value is not None} | said)


def subject_of(filled: PriceFilters, thing: OwnThing | None = None) -> Subject:
    """The thing that an address describes, with what else the shop knows of it."""
    known = thing.subject if thing else Subject(None)
    return replace(
        known,
        catalog_id=filled.catalog,
        title=filled.title or "",
        brand=filled.brand,
        size=filled.size,
        condition_id=filled.condition,
    )


def selling_of(desk: Desk, cost: Any = None) -> Selling:
    """What selling a thing costs her, with what it cost in EUR; as the settings have it."""
    return Selling(cost_eur=float(cost or 0), holding_eur_a_day=desk.settings.holding_eur_a_day)


def _thing(desk: Desk, visitor: Visitor | None, listing_id: int) -> OwnThing:
    with shop_of(desk).reading() as session:
        return thing_to_price(session, member_of(desk, visitor), listing_id, now=desk.clock.now())


def _with_it(own: tuple[Choice, ...], thing: OwnThing | None) -> tuple[Choice, ...]:
    """Her things, with the one that is priced: it may be sold already."""
    if thing is None or any(choice.value == thing.listing_id for choice in own):
        return own
    return (Choice(thing.listing_id, thing.subject.title), *own)


def _choices(desk: Desk, visitor: Visitor | None, asked: PriceFilters) -> PricePage:
    words = visitor.words if visitor else Words("en")
    with shop_of(desk).reading() as session:
        own = things_to_price(session, member_of(desk, visitor))
    page = PricePage(
        Freshness(),
        asked,
        own=own,
        catalogues=suggest.catalogues(desk, asked.market),
        brands=_by_heart(desk, asked.market),
        conditions=suggest.conditions(words),
    )
    try:
        reading = read_published(desk, asked.market)
    except NothingPublished:
        return page
    listed = _listed(reading)
    told = {choice.value for choice in listed}
    brands = (*listed, *(choice for choice in page.brands if choice.value not in told))
    return replace(page, freshness=freshness(desk, reading), brands=brands, catalogues=_with(reading, page.catalogues))


def _by_heart(desk: Desk, market: str) -> tuple[Choice, ...]:
    return tuple(Choice(brand.title) for brand in suggest.brands(desk, market))


@kept
def _listed(reading: Reading) -> tuple[Choice, ...]:
    """The brands of the market's listings, those with most first."""
    brands = book_of(reading).rows.drop_nulls("brand").group_by("brand").len()
    most = brands.sort("len", "brand", descending=[True, False]).head(MOST_BRANDS)
    return tuple(Choice(brand, listings=count) for brand, count in most.iter_rows())


def _with(reading: Reading, catalogues: tuple[Term, ...]) -> tuple[Term, ...]:
    """The catalogues in which the market has listings first: those are what a price can be known of."""
    here = set(book_of(reading).rows.select(pl.col("leaf_catalog_id").drop_nulls().unique()).to_series())
    return tuple(sorted(catalogues, key=lambda term: term.id not in here))


def _amount(price: Decimal | None) -> float | None:
    return None if price is None else float(price)


def _offer(filled: PriceFilters, thing: OwnThing | None) -> Offer | None:
    if filled.offer is None:
        return None
    asked = Offer(float(filled.offer))
    return replace(asked, asked_eur=_amount(thing.asked), days_listed=thing.days_listed) if thing else asked
