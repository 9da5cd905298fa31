"""This is where the words she uses for a catalogue, brand, size or condition become the marketplace's ids.

Names must be exact but for accents, case and spaces: a nearly right name is offered, never taken. Known are the
built-in words, and whatever longer lists of the site itself are passed in.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

from vopt_lib.errors import AmbiguousSize, UnknownTerm
from vopt_lib.schema.queries import Term
from vopt_lib.schema.vinted_terms import (
    INVENTED_FROM,
    CatalogueNode,
    brands,
    catalogue_nodes,
    colours,
    condition_id,
    conditions,
    folded,
    size_group,
    sizes,
)
from vopt_lib.words import N_

CATALOGUE, BRAND, SIZE, CONDITION = N_("catalogue"), N_("brand"), N_("size"), N_("condition")
NOTHING = N_("nothing vopt knows")

MOST_NEAR = 5
NEAR_ENOUGH = 0.5
"""Likeness (difflib ratio) from which a name is offered: "vestti" is near "vestiti", "scarpe" is not."""

_HOMES = {
    "women_clothing": "Donna > Vestiti",
    "women_shoes": "Donna > Scarpe",
    "men_clothing": "Uomo > Vestiti",
    "men_shoes": "Uomo > Scarpe",
    "children_clothing": "Bambini",
    "children_shoes": "Bambini > Scarpe bambini",
    "one_size": "Donna > Accessori",
}
"""Size group and the catalogue that people know it by."""

_ARROW = re.compile(r"\s*[>/›»]\s*")


def find_catalogue(words: str, tree: Sequence[CatalogueNode] = (), *, is_real: bool = False) -> Term:
    """The catalogue of this path ("Donna > Vestiti"), of this end of a path, or of this name if only one has it.

    `tree` is the site's own (`navigation.catalogue_tree`), else the built-in part of it; `is_real` leaves the
    simulator's own catalogues out. The title is the whole path.

    Raises: UnknownTerm, with the catalogues near it, or all of that name.
    """
    nodes = [node for node in tree or catalogue_nodes() if not (is_real and node.catalog_id >= INVENTED_FROM)]
    asked = _steps(words)
    whole = [node for node in nodes if _steps(node.path) == asked]
    ends = whole or [node for node in nodes if asked and _steps(node.path)[-len(asked) :] == asked]
    if len(ends) == 1:
        return Term(ends[0].catalog_id, ends[0].path)
    near = [node.path for node in ends] or _near_paths(asked, nodes)
    raise UnknownTerm(kind=CATALOGUE, name=words, near="; ".join(near[: 2 * MOST_NEAR]))


def find_brand(name: str, more: Iterable[Term] = (), *, is_real: bool = False) -> Term:
    """The brand of this name among the built-in ones and `more` (`navigation.search_brands`).

    Raises: UnknownTerm, with the brands near it.
    """
    return _find(BRAND, name, [*brands(), *more], is_real=is_real)


def find_size(name: str, catalog: Term | None, more: Iterable[Term] = (), *, is_real: bool = False) -> Term:
    """The size of this name as the catalogue's listings have it: M for women is another size than M for men.

    `more` are the sizes that the site offers for the catalogue (`navigation.filters`).

    Raises: UnknownTerm, with the sizes near it; AmbiguousSize, when the name alone does not say whose size it is.
    """
    group = size_group(catalog.id) if catalog else None
    groups = {group: sizes()[group]} if group else sizes()
    known = [*more] or [term for terms in groups.values() for term in terms]
    fitting = [term for term in known if _is_named(term.title, name) and not (is_real and term.id >= INVENTED_FROM)]
    if len({term.id for term in fitting}) > 1:
        homes = [home for home, terms in groups.items() if any(_is_named(term.title, name) for term in terms)]
        raise AmbiguousSize(name=name, near=", ".join(_HOMES.get(home, home) for home in homes))
    return _find(SIZE, name, known, is_real=is_real)


def find_condition(name: str) -> Term:
    """The condition of this label, in any of the seven languages; its title is the Italian label.

    Raises: UnknownTerm, with every condition.
    """
    found = condition_id(name)
    labels = {condition.id: condition.labels["it"] for condition in conditions()}
    if found is None:
        raise UnknownTerm(kind=CONDITION, name=name, near=", ".join(labels.values()))
    return Term(found, labels[found])


def catalogue_term(catalog_id: int) -> Term:
    """The built-in catalogue of this id, by its whole path; an unknown one is called by its id."""
    return _called(catalog_id, {node.catalog_id: node.path for node in catalogue_nodes()})


def brand_term(brand_id: int) -> Term:
    """The built-in brand of this id; an unknown one is called by its id."""
    return _called(brand_id, {term.id: term.title for term in brands()})


def size_term(size_id: int) -> Term:
    """The built-in size of this id; an unknown one is called by its id."""
    return _called(size_id, {term.id: term.title for terms in sizes().values() for term in terms})


def condition_term(condition: int) -> Term:
    """The condition of this id, by its Italian label; an unknown one is called by its id."""
    return _called(condition, {known.id: known.labels["it"] for known in conditions()})


def colour_term(colour_id: int) -> Term:
    """The colour of this id, by its Italian name; an unknown one is called by its id."""
    return _called(colour_id, {colour.id: colour.labels["it"] for colour in colours()})


def plain_term(term_id: int) -> Term:
    """A value known by its id alone."""
    return Term(term_id, str(term_id))


def near_titles(name: str, titles: Iterable[str]) -> list[str]:
    """The titles most like the name; those that hold it first."""
    by_name = {folded(title): title for title in titles}
    asked = folded(name)
    holding = sorted((key for key in by_name if asked and asked in key), key=len)
    alike = difflib.get_close_matches(asked, by_name, n=MOST_NEAR, cutoff=NEAR_ENOUGH)
    return [by_name[key] for key in dict.fromkeys([*holding, *alike])][:MOST_NEAR]


def _called(term_id: int, titles: Mapping[int, str]) -> Term:
    return Term(term_id, titles.get(term_id, str(term_id)))


def _find(kind: str, name: str, known: Sequence[Term], *, is_real: bool = False) -> Term:
    usable = [term for term in known if not (is_real and term.id >= INVENTED_FROM)]
    found = next((term for term in usable if _is_named(term.title, name)), None)
    if found is None:
        near = near_titles(name, [term.title for term in usable])
        raise UnknownTerm(kind=kind, name=name, near=", ".join(near) or NOTHING)
    return found


def _is_named(title: str, name: str) -> bool:
    return folded(title.partition(" (")[0]) == folded(name) or folded(title) == folded(name)


def _near_paths(asked: Sequence[str], nodes: Sequence[CatalogueNode]) -> list[str]:
    if not asked:
        return [node.path for node in nodes if node.depth == 0]
    titles = set(near_titles(asked[-1], {node.title for node in nodes}))
    near = [node for node in nodes if node.title in titles]
    # Those in the branch she named come first.
    near.sort(key=lambda node: (_steps(node.path)[:1] != list(asked[:1]), node.depth))
    return [node.path for node in near] or _known_beginning(asked, nodes)


def _known_beginning(asked: Sequence[str], nodes: Sequence[CatalogueNode]) -> list[str]:
    """The deepest catalogue on the way that was named; where its first step is unknown, every main one."""
    on_the_way = [node for node in nodes if _steps(node.path) == list(asked[: node.depth + 1])]
    if on_the_way:
        return [max(on_the_way, key=lambda node: node.depth).path]
    return [node.path for node in nodes if node.depth == 0]


def _steps(path: str) -> list[str]:
    return [step for step in map(folded, _ARROW.split(path)) if step]
