"""This is where she is offered what she may follow: catalogues, brands, sizes, conditions, and what is near a word."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from vopt_lib.desk.follow import follows
from vopt_lib.desk.instance import Desk, client_of
from vopt_lib.errors import CollectingError
from vopt_lib.schema import vinted_terms
from vopt_lib.schema.queries import Term
from vopt_lib.schema.vinted_terms import INVENTED_FROM, folded
from vopt_lib.sources.vinted.navigation import catalogue_tree, known_tree
from vopt_lib.sources.vinted.terms import near_titles
from vopt_lib.words import Words

ELECTRONICS = 7
"""The condition "not fully functional": clothes never have it."""

MOST_NEAR = 3


def catalogues(desk: Desk, market: str = "it") -> tuple[Term, ...]:
    """The catalogues that can be followed, by their whole path: those that are followed first, then the tree."""
    site = desk.site(market)
    known = known_tree(desk.paths.host_state(site.host), market) or vinted_terms.catalogue_nodes()
    tree = [Term(node.catalog_id, node.path) for node in known]
    return _usable([*_followed(desk, "catalog"), *tree], is_real=site.is_real)


def learn_catalogues(desk: Desk, market: str = "it") -> None:
    """Read the site's whole tree, so that every catalogue can be chosen: if it may be asked now, and once a week."""
    with suppress(CollectingError), client_of(desk, desk.site(market)) as client:
        catalogue_tree(client)


def brands(desk: Desk, market: str = "it") -> tuple[Term, ...]:
    """The brands that vopt knows by heart, those that are followed first, then by name."""
    own = sorted(vinted_terms.brands(), key=lambda brand: folded(brand.title))
    return _usable([*_followed(desk, "brands"), *own], is_real=desk.site(market).is_real)


def sizes(desk: Desk, catalog_id: int | None, market: str = "it") -> tuple[Term, ...]:
    """The sizes in which a catalogue's things come, smallest first; none without a catalogue."""
    group = vinted_terms.size_group(catalog_id) if catalog_id else None
    return _usable(vinted_terms.sizes()[group], is_real=desk.site(market).is_real) if group else ()


def own_catalogues(desk: Desk, market: str = "it") -> tuple[Term, ...]:
    """The catalogues that a thing of her own can lie in: the site's tree, else all of that which vopt knows by heart,
    whose numbers are partly vopt's own.
    """
    if known_tree(desk.paths.host_state(desk.site(market).host), market):
        return catalogues(desk, market)
    tree = [Term(node.catalog_id, node.path) for node in vinted_terms.catalogue_nodes() if node.depth]
    return _once([*_followed(desk, "catalog"), *tree])


def own_brands() -> tuple[Term, ...]:
    """The brands that vopt knows by heart, by name."""
    return tuple(sorted(vinted_terms.brands(), key=lambda brand: folded(brand.title)))


def own_sizes(catalog_id: int | None) -> tuple[Term, ...]:
    """The sizes of a catalogue that vopt knows by heart, smallest first; none without a catalogue."""
    group = vinted_terms.size_group(catalog_id) if catalog_id else None
    return vinted_terms.sizes()[group] if group else ()


def conditions(words: Words) -> tuple[Term, ...]:
    """The conditions of clothes in her language, best first."""
    return tuple(Term(one.id, one.labels[words.language]) for one in vinted_terms.conditions() if one.id != ELECTRONICS)


def near_brands(desk: Desk, name: str, market: str = "it") -> tuple[Term, ...]:
    """The brands of this name, else those nearest to it."""
    known = {brand.title: brand for brand in brands(desk, market)}
    exact = tuple(brand for title, brand in known.items() if folded(title) == folded(name))
    return exact or tuple(known[title] for title in near_titles(name, known))


def near_catalogues(desk: Desk, name: str, market: str = "it") -> tuple[Term, ...]:
    """The catalogues whose own name is this one, else those whose name is nearest to it."""
    named = [(catalogue.title.rpartition(" > ")[2], catalogue) for catalogue in catalogues(desk, market)]
    exact = tuple(catalogue for title, catalogue in named if folded(title) == folded(name))
    near = set(near_titles(name, {title for title, _ in named}))
    return (exact or tuple(catalogue for title, catalogue in named if title in near))[:MOST_NEAR]


def _followed(desk: Desk, field: str) -> Iterable[Term]:
    for follow in follows(desk):
        value = getattr(follow.query, field)
        yield from value if isinstance(value, tuple) else filter(None, [value])


def _usable(terms: Iterable[Term], *, is_real: bool) -> tuple[Term, ...]:
    """Each once, by the first name it comes with; ids of the simulator are none for the real site."""
    return _once(term for term in terms if not (is_real and term.id >= INVENTED_FROM))


def _once(terms: Iterable[Term]) -> tuple[Term, ...]:
    found: dict[int, Term] = {}
    for term in terms:
        found.setdefault(term.id, term)
    return tuple(found.values())
