"""This is where a person's words, or a link she copied, become a query."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from vopt_lib.desk.instance import Desk, client_of
from vopt_lib.errors import BadPrice, ConsentNeeded, LinkAndWords, UnknownTerm
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.sources.vinted import navigation
from vopt_lib.sources.vinted.client import VintedClient
from vopt_lib.sources.vinted.links import query_from_link
from vopt_lib.sources.vinted.query import check_query
from vopt_lib.sources.vinted.terms import find_brand, find_catalogue, find_condition, find_size

_PRICE = re.compile(r"^\s*(\d+(?:[.,]\d{1,2})?)?\s*-\s*(\d+(?:[.,]\d{1,2})?)?\s*$")


@dataclass(frozen=True)
class Wanted:
    """A search in a person's words: a link, or names of what to look for. `price` is "5-30", "5-" or "-30".

    A Term, which she chose from a list, is not looked up.
    """

    link: str | None = None
    market: str = "it"
    catalog: str | Term | None = None
    brands: Sequence[str | Term] = ()
    sizes: Sequence[str | Term] = ()
    conditions: Sequence[str] = ()
    price: str | None = None
    text: str | None = None


def query_from(desk: Desk, wanted: Wanted) -> CatalogueQuery:
    """The query that was meant. Names are looked up in what vopt knows by heart, then, with consent, on the site.

    Raises: UnknownTerm, with what is near; NotACatalogueLink; LinkAndWords; BadPrice; CollectingError.
    """
    if wanted.link is not None:
        if wanted.catalog or wanted.brands or wanted.sizes or wanted.conditions or wanted.price or wanted.text:
            raise LinkAndWords
        query = query_from_link(wanted.link, default_market=wanted.market)
    else:
        query = _query_from_words(desk, wanted)
    check_query(query)
    return query


def _query_from_words(desk: Desk, wanted: Wanted) -> CatalogueQuery:
    site = desk.site(wanted.market)
    real = site.is_real
    with client_of(desk, site) as client:

        def catalogue(name: str | Term) -> Term:
            if isinstance(name, Term):
                return name
            return _known_or_asked(
                lambda: find_catalogue(name, is_real=real),
                lambda: find_catalogue(name, navigation.catalogue_tree(client)),
            )

        def brand(name: str | Term) -> Term:
            if isinstance(name, Term):
                return name
            return _known_or_asked(
                lambda: find_brand(name, is_real=real),
                lambda: find_brand(name, navigation.search_brands(client, name), is_real=real),
            )

        within = catalogue(wanted.catalog) if wanted.catalog else None
        low, high = price_band(wanted.price)
        return CatalogueQuery(
            market=wanted.market,
            catalog=within,
            brands=tuple(brand(name) for name in wanted.brands),
            sizes=tuple(_size(client, name, within, is_real=real) for name in wanted.sizes),
            conditions=tuple(find_condition(name) for name in wanted.conditions),
            price_from=low,
            price_to=high,
            search_text=wanted.text,
        )


def price_band(words: str | None) -> tuple[Decimal | None, Decimal | None]:
    """Lowest and highest price of "5-30", "5-" or "-30" (euro, decimal point or comma). Raises: BadPrice."""
    if words is None:
        return None, None
    found = _PRICE.match(words)
    if found is None or not any(found.groups()):
        raise BadPrice(price=words)
    low, high = (Decimal(text.replace(",", ".")) if text else None for text in found.groups())
    return low, high


def _size(client: VintedClient, name: str | Term, within: Term | None, *, is_real: bool) -> Term:
    if isinstance(name, Term):
        return name

    def asked() -> Term:
        offered = navigation.filters(client, CatalogueQuery(client.site.market, within))
        sizes = [term for one in offered if one.code == "size" for term in one.terms]
        return find_size(name, within, sizes, is_real=is_real)

    return _known_or_asked(lambda: find_size(name, within, is_real=is_real), asked)


def _known_or_asked(known: Callable[[], Term], asked: Callable[[], Term]) -> Term:
    """What vopt knows by heart, else what the site knows; without consent for asking, what is near by heart."""
    try:
        return known()
    except UnknownTerm as unknown:
        try:
            return asked()
        except ConsentNeeded:
            raise unknown from None
