"""What she is offered while she chooses: what she follows first, what a catalogue has, what is near a word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.servers import RunningSimulator
from vopt_lib.desk import suggest
from vopt_lib.desk.follow import add_follow
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.schema.vinted_terms import INVENTED_FROM
from vopt_lib.sources.vinted.navigation import known_tree
from vopt_lib.words import Words


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A vopt on a made-up market that does not run."""
    return open_desk(
        data=tmp_path, vinted_www="http://www.vinted.localhost:9", vinted_api="http://api.vinted.localhost:9"
    )


def test_what_is_followed_is_offered_first_and_once(desk: Desk) -> None:
    add_follow(desk, CatalogueQuery("it", Term(19, "Donna > Borse"), brands=(Term(999, "Marni"), Term(12, "Zara"))))
    catalogues, brands = suggest.catalogues(desk), suggest.brands(desk)
    assert catalogues[0] == Term(19, "Donna > Borse")
    assert [one.id for one in catalogues].count(19) == 1
    assert [brand.title for brand in brands][:3] == ["Marni", "Zara", "& Other Stories"]


def test_a_catalogue_offers_its_own_sizes(desk: Desk) -> None:
    assert [size.title for size in suggest.sizes(desk, 4)][:4] == ["XXS", "XS", "S", "M"]
    assert "38" in [size.title for size in suggest.sizes(desk, 16)]
    assert suggest.sizes(desk, None) == suggest.sizes(desk, 1904) == ()


def test_conditions_are_offered_best_first_in_her_language() -> None:
    assert [one.title for one in suggest.conditions(Words("en"))] == [
        "New with tags",
        "New without tags",
        "Very good",
        "Good",
        "Satisfactory",
    ]
    assert suggest.conditions(Words("it"))[2] == Term(2, "Ottime")


@pytest.mark.parametrize(
    ("name", "first"), [("zara", "Zara"), ("Zaraa", "Zara"), ("addidas", "adidas"), ("h & m", "H&M")]
)
def test_brands_near_a_name_are_found(desk: Desk, name: str, first: str) -> None:
    assert suggest.near_brands(desk, name)[0].title == first


def test_catalogues_near_a_name_are_found(desk: Desk) -> None:
    assert suggest.near_catalogues(desk, "borze")[0].title == "Donna > Borse"
    assert {one.title for one in suggest.near_catalogues(desk, "vestiti")} == {"Donna > Vestiti", "Uomo > Vestiti"}
    assert suggest.near_catalogues(desk, "qqqq") == ()


def test_the_real_site_is_offered_nothing_that_only_the_simulator_has(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path)
    offered = [*suggest.catalogues(desk), *suggest.brands(desk), *suggest.sizes(desk, 4)]
    assert offered
    assert max(term.id for term in offered) < INVENTED_FROM


def test_the_sites_own_tree_is_offered_once_it_was_read(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path)
    folder = desk.paths.host_state(desk.site("it").host)
    folder.mkdir(parents=True)
    tree = {"at": desk.clock.now().isoformat(), "value": [[1904, None, "Donna"], [2050, 1904, "Sposa"]]}
    (folder / "catalogues-it.json").write_text(json.dumps({"tree": tree}))
    assert suggest.catalogues(desk) == (Term(1904, "Donna"), Term(2050, "Donna > Sposa"))


def test_the_sites_own_tree_is_read_once(market: RunningSimulator, tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path, vinted_www=market.www, vinted_api=market.api)
    suggest.learn_catalogues(desk)
    assert known_tree(desk.paths.host_state(desk.site("it").host), "it")
    market.forget_requests()
    suggest.learn_catalogues(desk)
    assert market.requests() == []


def test_a_site_that_does_not_answer_teaches_nothing(desk: Desk) -> None:
    known = suggest.catalogues(desk)
    suggest.learn_catalogues(desk)
    assert suggest.catalogues(desk) == known
