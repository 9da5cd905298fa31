"""Which catalogue lies in which."""

from __future__ import annotations

import polars as pl

from tests.market.rows import TREE
from vopt_lib.market.catalogues import ANCESTORS, UNKNOWN_DEPTH, ancestors, depth, short_titles, within
from vopt_lib.schema.vinted_terms import CatalogueNode


def test_every_catalogue_is_its_own_ancestor() -> None:
    nodes = [CatalogueNode(7, 5, "Abiti", "Donna > Abiti", 1), CatalogueNode(5, None, "Donna", "Donna", 0)]
    assert sorted(ancestors(nodes).rows()) == [(5, 5), (7, 5), (7, 7)]


def test_within_a_catalogue_is_itself_and_all_below() -> None:
    assert sorted(within(TREE, 2)) == [2, 3, 4]
    assert within(TREE, 77) == [77]


def test_a_catalogue_the_tree_lacks_is_deeper_than_any() -> None:
    asked = pl.DataFrame({"catalog_id": [1, 3, 77, None]})
    assert asked.select(depth("catalog_id", TREE)).to_series().to_list() == [1, 3, UNKNOWN_DEPTH, 0]
    assert asked.select(depth("catalog_id", ANCESTORS.to_frame())).to_series().to_list() == [UNKNOWN_DEPTH] * 3 + [0]


def test_a_short_title_says_whose_it_is_only_where_it_must() -> None:
    paths = {1: "Donna > Borse", 2: "Donna > Jeans", 3: "Uomo > Jeans", 4: "Donna > Sport > Top", 5: "Donna > Top"}
    assert short_titles(paths) == {
        1: "Borse",
        2: "Jeans (Donna)",
        3: "Jeans (Uomo)",
        4: "Donna > Sport > Top",
        5: "Donna > Top",
    }
