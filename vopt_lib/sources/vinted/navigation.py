"""This is where we read Vinted's own lists: its tree of catalogues, its filters, and how many listings fit.

Source: facts/vinted-web.md §3.1. The lists change rarely, so they are remembered for days in the host's folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from vopt_lib.errors import DisallowedByRobots, EndpointMoved, NotJson, QueryRejected, UnexpectedAnswer
from vopt_lib.files import write_json
from vopt_lib.schema.clock import Clock
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.schema.vinted_terms import CatalogueNode
from vopt_lib.sources.vinted.answer import Answer
from vopt_lib.sources.vinted.decode import json_of
from vopt_lib.sources.vinted.kinds import Kind
from vopt_lib.sources.vinted.query import FilterCode, filter_params
from vopt_lib.sources.vinted.site import Site
from vopt_lib.sources.vinted.state import moment, read_cache
from vopt_lib.words import N_

MAX_AGE = timedelta(days=7)
"""How long a list or a count is used before it is asked for again (design §2: share seen)."""

SILENT_FOR = timedelta(days=1)
"""How long a site that does not tell a count is not asked for it again."""

_SEARCH = "/svc-catalogue/items"

_Model = TypeVar("_Model", bound=BaseModel)


class Client(Protocol):
    """What is needed of the client: it asks one site politely, and knows where that site's memories lie."""

    @property
    def site(self) -> Site:
        """The site it asks."""
        ...

    @property
    def state(self) -> Path:
        """Folder of what is remembered of the site's host."""
        ...

    @property
    def clock(self) -> Clock:
        """Its time."""
        ...

    def get(self, url: str, params: Mapping[str, str] | None = None, *, kind: Kind) -> Answer:
        """One answer of the right kind. Raises: CollectingError."""
        ...


@dataclass(frozen=True)
class Facet:
    """A value of a filter, and how many listings of a query have it."""

    term: Term
    count: int


@dataclass(frozen=True)
class Filter:
    """One filter that a catalogue offers, with the values it shows."""

    code: str
    title: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class CatalogueCount:
    """How many listings fit a query, and when the site said so."""

    listings: int
    counted_at: datetime


def _whole(value: object) -> int | None:
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() else None


class _Option(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: Annotated[int | None, BeforeValidator(_whole)] = None
    title: str = ""
    type: str | None = None
    items_count: int | None = None
    options: list[_Option] | None = None


class _Options(BaseModel):
    options: list[_Option]


class _Filter(BaseModel):
    code: str
    title: str = ""
    options: list[_Option] | None = None


class _Filters(BaseModel):
    filters: list[_Filter]


class _Catalogue(BaseModel):
    id: int
    title: str
    catalogs: list[_Catalogue] | None = None


class _Catalogues(BaseModel):
    catalogs: list[_Catalogue]


def catalogue_tree(client: Client) -> tuple[CatalogueNode, ...]:
    """The site's whole tree of catalogues, every parent before its children.

    Raises: CollectingError.
    """

    def read() -> Any:
        url = f"{_base(client.site)}/svc-navigation/navigation_catalogs"
        answer = client.get(url, {"virtual_categories": "false"}, kind=Kind.METADATA)
        return [list(row) for row in _rows_of_tree(_parsed(_Catalogues, answer, client.site).catalogs, None)]

    return tuple(_nodes(_remembered(client, "catalogues", "tree", read)[0]))


def known_tree(state: Path, market: str) -> tuple[CatalogueNode, ...]:
    """The site's tree as `catalogue_tree` last read it into a host's folder, however long ago; else nothing."""
    entry = read_cache(state / f"catalogues-{market}.json").get("tree")
    return tuple(_nodes(entry["value"])) if entry else ()


def filters(client: Client, query: CatalogueQuery) -> tuple[Filter, ...]:
    """The filters that the site offers for a query.

    Raises: CollectingError.
    """

    def read() -> Any:
        return [
            [one.code, one.title, [[option.id, option.title] for option in _values(one.options)]]
            for one in _ask_filters(client, query).filters
        ]

    found = _remembered(client, "filters", query.key, read)[0]
    return tuple(Filter(code, title, tuple(Term(*term) for term in terms)) for code, title, terms in found)


def search_brands(client: Client, text: str) -> tuple[Term, ...]:
    """The brands that the site finds for a text, best first.

    Raises: CollectingError.
    """

    def read() -> Any:
        params = {"filter_search_code": "brand", "filter_search_text": text.strip()}
        answer = client.get(f"{_base(client.site)}/svc-filters/filters/search", params, kind=Kind.METADATA)
        return [[option.id, option.title] for option in _values(_parsed(_Options, answer, client.site).options)]

    found = _remembered(client, "brands", " ".join(text.casefold().split()), read)[0]
    return tuple(Term(*term) for term in found)


def facets(client: Client, query: CatalogueQuery, code: FilterCode) -> tuple[Facet, ...]:
    """How many listings of a query each value of a filter has, asked now. A value without a count is left out.

    Raises: CollectingError.
    """
    return tuple(
        Facet(Term(option.id, option.title), option.items_count)
        for option in _values(_ask_facets(client, query, code).options)
        if option.id is not None and option.items_count is not None
    )


def catalogue_count(client: Client, query: CatalogueQuery, *, max_age: timedelta = MAX_AGE) -> CatalogueCount | None:
    """How many listings fit a query, by the site's own facets; None, when the site does not say.

    Raises: CollectingError, when the site cannot be asked at all.
    """

    def read() -> Any:
        return count_now(client, query)

    file = _file(client, "counts")
    known = read_cache(file).get(query.key)
    if known and known["value"] is None:
        max_age = min(max_age, SILENT_FOR)
    count, counted_at = _remembered(client, "counts", query.key, read, max_age=max_age)
    return None if count is None else CatalogueCount(int(count), counted_at)


def count_now(client: Client, query: CatalogueQuery) -> int | None:
    """How many listings fit a query, asked now and not remembered; None, when the site does not say.

    Raises: CollectingError, when the site cannot be asked at all.
    """
    try:
        counted = _count_among(_ask_facets(client, query, "catalog").options, query)
        if counted is None:
            asked = _ask_filters(client, query).filters
            counted = _count_among(next((one.options or [] for one in asked if one.code == "catalog"), []), query)
    except (EndpointMoved, QueryRejected, UnexpectedAnswer, DisallowedByRobots):
        # A count is a nicety: a site that tells none is still worth collecting.
        return None
    return counted


def _count_among(options: Sequence[_Option], query: CatalogueQuery) -> int | None:
    if query.catalog is not None:
        mine = (option for option in _every(options) if option.id == query.catalog.id)
        return next((option.items_count for option in mine if option.items_count is not None), None)
    counts = [option.items_count for option in options]
    return sum(filter(None, counts)) if counts and None not in counts else None


def _ask_facets(client: Client, query: CatalogueQuery, code: FilterCode) -> _Options:
    params = {"filter_code": code, **_asked(query)}
    answer = client.get(f"{_base(client.site)}/svc-filters/filters/facets", params, kind=Kind.METADATA)
    return _parsed(_Options, answer, client.site)


def _ask_filters(client: Client, query: CatalogueQuery) -> _Filters:
    answer = client.get(f"{_base(client.site)}/svc-filters/filters", _asked(query), kind=Kind.METADATA)
    return _parsed(_Filters, answer, client.site)


def _asked(query: CatalogueQuery) -> dict[str, str]:
    words = " ".join((query.search_text or "").split())
    return filter_params(query) | ({"search_text": words} if words else {})


def _base(site: Site) -> str:
    # The gateway alias of the search lies on the site itself; its sister services lie beside it there.
    return site.items_url.removesuffix(_SEARCH) if site.items_url.endswith(_SEARCH) else site.api


def _parsed(model: type[_Model], answer: Answer, site: Site) -> _Model:
    try:
        return model.model_validate(json_of(answer.body))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise UnexpectedAnswer(
            host=site.name, why=f"{answer.url}: {'.'.join(map(str, first['loc']))}: {first['msg']}"
        ) from error
    except ValueError as error:
        raise NotJson(host=site.name, what=answer.content_type or N_("something unreadable")) from error


def _every(options: Sequence[_Option]) -> Iterator[_Option]:
    for option in options:
        yield option
        yield from _every(option.options or ())


def _values(options: Sequence[_Option] | None) -> Iterator[_Option]:
    return (option for option in _every(options or ()) if option.type != "group" and option.id is not None)


def _rows_of_tree(catalogues: Sequence[_Catalogue], parent: int | None) -> Iterator[tuple[int, int | None, str]]:
    for catalogue in catalogues:
        yield catalogue.id, parent, catalogue.title
        yield from _rows_of_tree(catalogue.catalogs or (), catalogue.id)


def _nodes(rows: Sequence[Sequence[Any]]) -> Iterator[CatalogueNode]:
    known: dict[int, CatalogueNode] = {}
    for catalog_id, parent_id, title in rows:
        parent = known.get(parent_id)
        known[catalog_id] = CatalogueNode(
            catalog_id=catalog_id,
            parent_id=parent_id,
            title=title,
            path=f"{parent.path} > {title}" if parent else title,
            depth=parent.depth + 1 if parent else 0,
        )
        yield known[catalog_id]


def _file(client: Client, name: str) -> Path:
    return client.state / f"{name}-{client.site.market}.json"


def _remembered(
    client: Client, name: str, key: str, read: Callable[[], Any], *, max_age: timedelta = MAX_AGE
) -> tuple[Any, datetime]:
    """A value not older than `max_age`, and when it was read. Two processes at once may both read it: no harm."""
    file, now = _file(client, name), client.clock.now()
    if (entry := read_cache(file).get(key)) and _is_fresh(entry, now, max_age):
        return entry["value"], moment(entry["at"])
    value = read()
    now = client.clock.now()
    kept = {other: entry for other, entry in read_cache(file).items() if _is_fresh(entry, now, MAX_AGE)}
    write_json(file, {**kept, key: {"at": now.isoformat(), "value": value}})
    return value, now


def _is_fresh(entry: Mapping[str, Any], now: datetime, max_age: timedelta) -> bool:
    age = now - moment(entry["at"])
    return timedelta() <= age <= max_age
