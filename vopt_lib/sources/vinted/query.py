"""This is where a question becomes the parameters that today's catalogue search understands.

Source: facts/vinted-web.md §2.1. The old filter names are still answered with 200, but silently ignored, so they are
refused here; an empty price is a 400, so it is never sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from vopt_lib.errors import QueryError, RetiredFilter
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.schema.vinted_terms import INVENTED_FROM
from vopt_lib.words import N_

PER_PAGE_MAX = 96
"""Listings of one answer at most; more is clamped by the site."""

RESULT_CAP = 960
"""Listings of one query that the site shows at most, on however many pages."""

FilterCode = Literal["catalog", "brand", "size", "status", "color", "material"]

CODES: Mapping[str, FilterCode] = {
    "brands": "brand",
    "sizes": "size",
    "conditions": "status",
    "colours": "color",
    "materials": "material",
}
"""Field of CatalogueQuery and the site's own code of that filter."""

RETIRED: Mapping[str, str] = {
    "catalog": "attribute_ids[catalog]",
    "catalog_ids": "attribute_ids[catalog]",
    "brand_ids": "attribute_ids[brand]",
    "size_ids": "attribute_ids[size]",
    "status_ids": "attribute_ids[status]",
    "color_ids": "attribute_ids[color]",
    "material_ids": "attribute_ids[material]",
    "patterns_ids": "attribute_ids[patterns]",
    "video_game_platform_ids": "attribute_ids[video_game_platform]",
    "country_ids": "the market of the query: no country filter works any more",
    "disposal_ids": "no filter: Vinted has none any more",
    "is_for_swap": "no filter: Vinted has none any more",
}
"""Old filter name (without brackets) and what to use today."""

CURRENCIES: Mapping[str, str] = {
    "co.uk": "GBP",
    "com": "USD",
    "cz": "CZK",
    "dk": "DKK",
    "hu": "HUF",
    "pl": "PLN",
    "ro": "RON",
    "se": "SEK",
}
"""Markets that do not count in euro."""

_CENT = Decimal("0.01")
_TOO_MUCH = Decimal(10) ** 9
"""More than any price in any currency of Vinted's, and still what `crawl_coverage` can hold."""


def currency_of(market: str) -> str:
    """ISO 4217 code of the money a market shows its prices in."""
    return CURRENCIES.get(market, "EUR")


def catalogue_params(
    query: CatalogueQuery, *, page: int, per_page: int = PER_PAGE_MAX, time: int | None = None
) -> dict[str, str]:
    """The parameters of one page of the catalogue search.

    `time` is the site's own cursor of the first page, echoed on the later ones so that new listings do not shift them.

    Raises: QueryError, when the query cannot be asked.
    """
    check_query(query)
    if page < 1 or not 1 <= per_page <= PER_PAGE_MAX:
        raise QueryError(
            why=N_("page {page} of {per_page} listings: pages count from 1 and hold at most {most}"),
            page=page,
            per_page=per_page,
            most=PER_PAGE_MAX,
        )
    params = filter_params(query)
    if query.search_text and query.search_text.strip():
        params["search_text"] = " ".join(query.search_text.split())
    params |= {"order": query.order, "page": str(page), "per_page": str(per_page)}
    if time is not None:
        params["time"] = str(time)
    check_names(params)
    return params


def filter_params(query: CatalogueQuery) -> dict[str, str]:
    """The filters of a query in today's dialect: one comma-joined value each, and a price only where there is one."""
    params = {f"attribute_ids[{code}]": ",".join(str(term.id) for term in terms) for code, terms in _filters(query)}
    prices = {"price_from": query.price_from or None, "price_to": query.price_to}
    params |= {name: f"{price:.2f}" for name, price in prices.items() if price is not None}
    if "price_from" in params or "price_to" in params:
        params["currency"] = currency_of(query.market)
    return params


def check_names(names: Iterable[str]) -> None:
    """Let today's parameter names pass.

    Raises: RetiredFilter for the first old name, which the site would silently ignore.
    """
    for name in names:
        bare = name.split("[", 1)[0].strip()
        if bare in RETIRED:
            raise RetiredFilter(name=name, instead=RETIRED[bare])


def check_query(query: CatalogueQuery) -> None:
    """Let a query pass whose prices make sense.

    Raises: QueryError, saying which bound does not.
    """
    for price in (query.price_from, query.price_to):
        if price is not None and not (price.is_finite() and 0 <= price < _TOO_MUCH):
            raise QueryError(why=N_("{price} is not an amount of money"), price=str(price))
        if price is not None and price != price.quantize(_CENT, rounding=ROUND_HALF_UP):
            raise QueryError(why=N_("the price {price} has more than two decimals"), price=str(price))
    if query.price_from is not None and query.price_to is not None and query.price_from > query.price_to:
        low, high = str(query.price_from), str(query.price_to)
        raise QueryError(why=N_("the lowest price ({low}) is above the highest ({high})"), low=low, high=high)


def check_real(query: CatalogueQuery) -> None:
    """Let a query pass that the real Vinted can answer.

    Raises: QueryError, when it uses an id that exists only on the simulator: Vinted would ignore it.
    """
    for _, terms in _filters(query):
        for term in terms:
            if term.id >= INVENTED_FROM:
                raise QueryError(
                    why=N_("“{name}” exists only on the simulator, not on the real Vinted"), name=term.title, id=term.id
                )


def _filters(query: CatalogueQuery) -> Iterator[tuple[FilterCode, tuple[Term, ...]]]:
    if query.catalog is not None:
        yield "catalog", (query.catalog,)
    for field, code in CODES.items():
        terms: tuple[Term, ...] = getattr(query, field)
        if terms:
            yield code, terms
