from __future__ import annotations

from vopt_lib.schema.vinted_terms import catalogue_nodes
from vopt_lib.simulator.generate import ON_SALE_AT_ONCE
from vopt_lib.simulator.kinds import LANGUAGES, brand_levels, kind_of, leaves


def test_listings_lie_only_in_catalogues_without_children() -> None:
    parents = {node.parent_id for node in catalogue_nodes()}
    assert leaves()
    assert not {leaf.node.catalog_id for leaf in leaves()} & parents


def test_every_catalogue_has_a_kind_of_its_own_sort() -> None:
    anything = kind_of(-1)
    assert [leaf.node.path for leaf in leaves() if leaf.kind is anything] == []


def test_a_catalogue_without_a_kind_takes_its_parents() -> None:
    mini_dresses = next(leaf for leaf in leaves() if leaf.node.path == "Donna > Vestiti > Abiti > Mini abiti")
    assert mini_dresses.kind.title == "Abiti"


def test_every_kind_has_a_noun_in_each_language() -> None:
    assert all(leaf.kind.nouns[language][0] for leaf in leaves() for language in LANGUAGES)


def test_every_brand_letter_has_brands() -> None:
    letters = {leaf.brand_kind for leaf in leaves()} - {""}
    assert all(brand_levels(letter) for letter in letters)
    assert brand_levels("") == ()


def test_the_busy_catalogues_exist() -> None:
    assert set(ON_SALE_AT_ONCE) <= {node.path for node in catalogue_nodes()}
