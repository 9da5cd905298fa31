"""This is where the address of a Vinted results page, copied from the browser, becomes a question.

In such an address the old filter names are right: the site itself translates them. What vopt cannot ask is named,
never dropped, because a follow that silently asks for more than she saw would mix other things into her prices.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import cast, get_args
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from vopt_lib.errors import NotACatalogueLink, QueryError
from vopt_lib.schema.queries import CatalogueQuery, Order, Term
from vopt_lib.sources.vinted import terms
from vopt_lib.sources.vinted.query import check_query, currency_of
from vopt_lib.sources.vinted.site import LOCALES, is_loopback
from vopt_lib.words import N_

VOLATILE = frozenset(
    {
        "_rsc",
        "disable_search_saving",
        "disabled_personalization",
        "fbclid",
        "gclid",
        "global_search_session_id",
        "order",
        "page",
        "per_page",
        "ref",
        "referrer",
        "search_correlation_id",
        "search_id",
        "search_session_id",
        "search_start_id",
        "time",
    }
)
"""What an address says of one visit, not of the question. Source: facts/vinted-web.md §2.1. (`order` is read apart.)"""

_NAMES = {
    "catalog": "catalog",
    "catalog_ids": "catalog",
    "brand_ids": "brand",
    "size_ids": "size",
    "status_ids": "status",
    "color_ids": "color",
    "material_ids": "material",
}
_FIELDS: Mapping[str, tuple[str, Callable[[int], Term]]] = {
    "brand": ("brands", terms.brand_term),
    "size": ("sizes", terms.size_term),
    "status": ("conditions", terms.condition_term),
    "color": ("colours", terms.colour_term),
    "material": ("materials", terms.plain_term),
}
_NOT_FILTERS = frozenset({"search_text", "price_from", "price_to", "currency"})

_PATH = re.compile(r"^/(?P<kind>catalog|brand)(?:/(?P<id>[0-9]{1,18})(?:-[^/]*)?)?/?$")
_ID = re.compile(r"[0-9]{1,18}")
_SCHEME = re.compile(r"\s*https?://", re.IGNORECASE)
_INDEX = re.compile(r"\[\d*\]$")
_ATTRIBUTE = re.compile(r"^attribute_ids\[(\w+)\]$")


def query_from_link(link: str, *, default_market: str = "it") -> CatalogueQuery:
    """The question that the address of a Vinted results page asks.

    The market is the site's country; the simulator's host stands for `default_market`. Words come from the built-in
    lists; a filter's value that they do not know is called by its id.

    Raises: NotACatalogueLink; QueryError, naming the filters that cannot be asked.
    """
    parts = _split(link)
    market = _market_of(parts.hostname or "", default_market)
    path = _PATH.match(unquote(parts.path))
    if market is None or path is None or (path["kind"] == "brand" and path["id"] is None):
        raise NotACatalogueLink(link=link)
    given = _given(parts.query)
    filters = {name: _ids(name, values) for name, values in _filters(given).items()}
    if path["id"] is not None:
        filters.setdefault(path["kind"], {})[int(path["id"])] = None
    _check_known(given, filters)
    query = CatalogueQuery(
        market=market,
        catalog=_catalogue(filters.get("catalog", {})),
        price_from=_price(given, "price_from"),
        price_to=_price(given, "price_to"),
        search_text=" ".join(" ".join(given.get("search_text", [])).split()) or None,
        order=_order(given),
        **{field: tuple(map(term, filters.get(code, {}))) for code, (field, term) in _FIELDS.items()},
    )
    _check_currency(given, query)
    check_query(query)
    return query


def _split(link: str) -> SplitResult:
    try:
        parts = urlsplit(link.strip() if _SCHEME.match(link) else f"https://{link.strip()}")
        _ = parts.port
    except ValueError as error:
        raise NotACatalogueLink(link=link) from error
    if "@" in parts.netloc:
        raise NotACatalogueLink(link=link)
    return parts


def _market_of(host: str, default: str) -> str | None:
    """The country of a host: www.vinted.co.uk, vinted.it, www.vinted.localhost; None for a stranger's."""
    name = host.casefold().rstrip(".")
    if is_loopback(name):
        return default
    market = name.removeprefix("www.").removeprefix("vinted.")
    return market if market in LOCALES and name in (f"vinted.{market}", f"www.vinted.{market}") else None


def _given(query: str) -> dict[str, list[str]]:
    """Every parameter with a value, by its name without `[]` or `[0]`."""
    given: dict[str, list[str]] = {}
    for name, value in parse_qsl(query):
        if value.strip():
            given.setdefault(_INDEX.sub("", name.strip()), []).append(value.strip())
    return given


def _filters(given: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The filters by their code, whichever of the two dialects the address speaks."""
    filters: dict[str, list[str]] = {}
    for name, values in given.items():
        attribute = _ATTRIBUTE.match(name)
        if code := attribute[1] if attribute else _NAMES.get(name):
            filters.setdefault(code, []).extend(values)
    return filters


def _ids(name: str, values: Iterable[str]) -> dict[int, None]:
    """The ids in order, each once."""
    texts = [text.strip() for value in values for text in value.split(",") if text.strip()]
    # A catalogue or brand may carry its words: "4-vestiti".
    heads = [text.partition("-")[0] for text in texts]
    if bad := [text for text, head in zip(texts, heads, strict=True) if not _ID.fullmatch(head)]:
        raise QueryError(why=N_("“{bad}” is not an id of the filter “{name}”"), bad=", ".join(bad), name=name)
    return dict.fromkeys(map(int, heads))


def _check_known(given: Mapping[str, list[str]], filters: Mapping[str, object]) -> None:
    spoken = {*_NAMES, *_NOT_FILTERS, *VOLATILE}
    unknown = [
        name for name in given if name not in spoken and not name.startswith("utm_") and not _ATTRIBUTE.match(name)
    ]
    unknown += [code for code in filters if code != "catalog" and code not in _FIELDS]
    if unknown:
        raise QueryError(
            why=N_(
                "the address filters by {filters}, which vopt cannot ask for. Remove it on the page and copy the "
                "address again"
            ),
            filters=", ".join(unknown),
        )


def _catalogue(ids: Mapping[int, None]) -> Term | None:
    if len(ids) > 1:
        titles = ", ".join(terms.catalogue_term(catalog_id).title for catalog_id in ids)
        raise QueryError(
            why=N_("the address names several catalogues ({titles}). Follow each one by itself"), titles=titles
        )
    return next((terms.catalogue_term(catalog_id) for catalog_id in ids), None)


def _price(given: Mapping[str, list[str]], name: str) -> Decimal | None:
    values = given.get(name, [])
    if not values:
        return None
    try:
        return Decimal(values[-1].replace(",", "."))
    except InvalidOperation as error:
        raise QueryError(why=N_("{price} is not an amount of money"), price=f"{name}={values[-1]}") from error


def _order(given: Mapping[str, list[str]]) -> Order:
    asked = given.get("order", ["newest_first"])[-1]
    return cast(Order, asked) if asked in get_args(Order) else "newest_first"


def _check_currency(given: Mapping[str, list[str]], query: CatalogueQuery) -> None:
    own = currency_of(query.market)
    asked = given.get("currency", [own])[-1].upper()
    if asked != own and not (query.price_from is query.price_to is None):
        raise QueryError(
            why=N_("its prices are in {asked}, but vinted.{market} counts in {own}"),
            asked=asked,
            market=query.market,
            own=own,
        )
