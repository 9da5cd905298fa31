from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import orjson
import pytest

from tests.sources.vinted.scripted import START, FakeClock, site
from vopt_lib.errors import AccessRefused, EndpointMoved, NotJson, UnexpectedAnswer
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.schema.vinted_terms import CatalogueNode
from vopt_lib.sources.vinted.answer import Answer
from vopt_lib.sources.vinted.navigation import (
    CatalogueCount,
    Facet,
    Filter,
    catalogue_count,
    catalogue_tree,
    facets,
    filters,
    search_brands,
)

DRESSES = CatalogueQuery("it", catalog=Term(4, "Donna > Vestiti"), price_to=Decimal(20), search_text="  rosso ")
TREE = {"catalogs": [{"id": 1904, "title": "Donna", "catalogs": [{"id": 4, "title": "Vestiti", "catalogs": []}]}]}
CATALOG_FACETS = {
    "options": [
        {
            "id": "1904",
            "title": "Donna",
            "items_count": 90,
            "options": [{"id": "4", "title": "Vestiti", "items_count": 70}],
        }
    ]
}
SIZE_FACETS = {
    "options": [
        {
            "id": "women",
            "title": "Donna",
            "type": "group",
            "options": [{"id": "4", "title": "M", "type": "default", "items_count": 12}, {"id": "5", "title": "L"}],
        }
    ]
}


def asking(tmp_path, *bodies):
    """A client that gives these answers in turn (an error is raised) and remembers what it was asked."""
    answers, asked = list(bodies), []

    def get(url, params=None, *, kind):
        asked.append((url, dict(params or {})))
        body = answers.pop(0)
        if isinstance(body, Exception):
            raise body
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        return Answer(url, 200, "application/json", raw, START)

    return SimpleNamespace(site=site(), state=tmp_path, clock=FakeClock(), get=get, asked=asked)


def test_the_tree_comes_with_paths_parents_first(tmp_path):
    client = asking(tmp_path, TREE)
    nodes = (
        CatalogueNode(1904, None, "Donna", "Donna", 0),
        CatalogueNode(4, 1904, "Vestiti", "Donna > Vestiti", 1),
    )
    assert catalogue_tree(client) == nodes
    assert catalogue_tree(client) == nodes
    assert client.asked == [
        ("http://api.vinted.localhost/svc-navigation/navigation_catalogs", {"virtual_categories": "false"})
    ]


def test_a_list_is_asked_for_again_after_seven_days(tmp_path):
    client = asking(tmp_path, TREE, TREE)
    catalogue_tree(client)
    client.clock.sleep(timedelta(days=7, seconds=1).total_seconds())
    catalogue_tree(client)
    assert len(client.asked) == 2


def test_a_damaged_memory_is_read_again(tmp_path):
    (tmp_path / "catalogues-it.json").write_text("{")
    assert len(catalogue_tree(asking(tmp_path, TREE))) == 2


def test_each_market_has_its_own_memory(tmp_path):
    catalogue_tree(asking(tmp_path, TREE))
    french = asking(tmp_path, TREE)
    french.site = replace(french.site, market="fr")
    catalogue_tree(french)
    assert len(french.asked) == 1


def test_the_gateway_alias_is_used_for_its_sister_services(tmp_path):
    client = asking(tmp_path, TREE)
    client.site = replace(client.site, items_url="https://www.vinted.it/web/gateway/svc-catalogue/items")
    catalogue_tree(client)
    assert client.asked[0][0] == "https://www.vinted.it/web/gateway/svc-navigation/navigation_catalogs"


def test_facets_are_the_leaves_that_have_a_count(tmp_path):
    client = asking(tmp_path, SIZE_FACETS)
    assert facets(client, DRESSES, "size") == (Facet(Term(4, "M"), 12),)
    assert client.asked == [
        (
            "http://api.vinted.localhost/svc-filters/filters/facets",
            {
                "filter_code": "size",
                "attribute_ids[catalog]": "4",
                "price_to": "20.00",
                "currency": "EUR",
                "search_text": "rosso",
            },
        )
    ]


def test_filters_come_with_the_terms_they_show(tmp_path):
    body = {"filters": [{"code": "size", "title": "Taglia", "is_hidden": False, **SIZE_FACETS}, {"code": "brand"}]}
    client = asking(tmp_path, body)
    assert filters(client, DRESSES) == (
        Filter("size", "Taglia", (Term(4, "M"), Term(5, "L"))),
        Filter("brand", "", ()),
    )


def test_a_brand_search_is_remembered_by_its_words(tmp_path):
    client = asking(tmp_path, {"options": [{"id": "53", "title": "Nike", "type": "default"}]})
    assert search_brands(client, "Nik ") == (Term(53, "Nike"),)
    assert search_brands(client, "nik") == (Term(53, "Nike"),)
    assert [params for _, params in client.asked] == [{"filter_search_code": "brand", "filter_search_text": "Nik"}]


def test_the_count_is_the_catalogues_own_wherever_it_stands_in_the_tree(tmp_path):
    assert catalogue_count(asking(tmp_path, CATALOG_FACETS), DRESSES) == CatalogueCount(70, START)


def test_without_a_catalogue_the_roots_are_counted_together(tmp_path):
    assert catalogue_count(asking(tmp_path, CATALOG_FACETS), CatalogueQuery("it")) == CatalogueCount(90, START)


def test_a_count_that_the_facets_do_not_tell_is_looked_for_among_the_filters(tmp_path):
    client = asking(tmp_path, {"options": []}, {"filters": [{"code": "catalog", **CATALOG_FACETS}]})
    assert catalogue_count(client, DRESSES) == CatalogueCount(70, START)


@pytest.mark.parametrize("answer", [{"options": []}, EndpointMoved(url="x"), {"code": 0}, b"<html>"])
def test_a_site_that_tells_no_count_is_not_asked_again_the_same_day(tmp_path, answer):
    client = asking(tmp_path, answer, {"filters": []}, CATALOG_FACETS)
    assert catalogue_count(client, DRESSES) is None
    asked = len(client.asked)
    assert catalogue_count(client, DRESSES) is None
    assert len(client.asked) == asked


def test_a_site_that_told_no_count_is_asked_again_the_next_day(tmp_path):
    client = asking(tmp_path, EndpointMoved(url="x"), CATALOG_FACETS)
    assert catalogue_count(client, DRESSES) is None
    client.clock.sleep(86_401)
    assert catalogue_count(client, DRESSES) == CatalogueCount(70, START + timedelta(seconds=86_401))


def test_a_refusal_is_not_taken_for_a_missing_count(tmp_path):
    with pytest.raises(AccessRefused):
        catalogue_count(asking(tmp_path, AccessRefused(host="h", until=START)), DRESSES)


@pytest.mark.parametrize(("body", "error"), [(b"<html>", NotJson), ({"code": 0}, UnexpectedAnswer)])
def test_a_list_that_is_none_is_an_error(tmp_path, body, error):
    with pytest.raises(error):
        catalogue_tree(asking(tmp_path, body))
