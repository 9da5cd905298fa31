from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vopt_lib.simulator.dialects import Asked, BadQuery, old_search, pairs, peoples_search, todays_search
from vopt_lib.simulator.offers import ShelfQuery


def test_todays_dialect_joins_ids_with_commas():
    asked = todays_search(
        pairs(
            b"attribute_ids[catalog]=1904,5&attribute_ids%5Bbrand%5D=53&attribute_ids[size]=4&attribute_ids[status]=6,1"
            b"&attribute_ids[color]=9&attribute_ids[material]=44&price_from=5&price_to=30.50&search_text=abito+lino"
            b"&order=newest_first&page=2&per_page=20&time=1793491200"
        )
    )
    query = ShelfQuery((5, 1904), (53,), (4,), (1, 6), (9,), (44,), Decimal(5), Decimal("30.50"), "abito lino")
    assert asked == Asked(query, "newest_first", page=2, per_page=20, time=1793491200)


@pytest.mark.parametrize(
    "name", ["catalog_ids", "brand_ids", "size_ids", "status_ids", "color_ids", "material_ids", "catalog", "catalog[]"]
)
def test_todays_search_ignores_the_old_names_in_silence(name):
    assert todays_search([(name, "4")]).query == ShelfQuery()


@pytest.mark.parametrize(
    "query",
    [
        b"price_from=",
        b"price_to=",
        b"price_from=ten",
        b"price_from=-1",
        b"price_from=nan",
        b"price_to=inf",
        b"price_to=1e999999",
        b"attribute_ids[brand]=1&attribute_ids[brand]=2",
        b"attribute_ids[brand]=zara",
        b"page=0",
        b"page=two",
        b"per_page=-1",
    ],
)
def test_todays_search_refuses(query):
    with pytest.raises(BadQuery):
        todays_search(pairs(query))


def test_an_empty_attribute_is_allowed():
    assert todays_search(pairs(b"attribute_ids[brand]=")).query == ShelfQuery()


def test_no_page_holds_more_than_96():
    assert todays_search(pairs(b"per_page=500")).per_page == 96


@pytest.mark.parametrize(
    "query", [b"catalog_ids=4,5", b"catalog_ids[]=4&catalog_ids[]=5", b"catalog_ids=4&catalog_ids=5"]
)
def test_the_old_dialect_takes_ids_in_three_ways(query):
    assert old_search(pairs(query)).query.catalog_ids == (4, 5)


def test_the_old_dialect_tolerates_an_empty_price_and_ignores_bare_catalog():
    assert old_search(pairs(b"price_from=&catalog=4")).query == ShelfQuery()


def test_a_link_names_its_catalogue_in_the_path_or_the_query():
    assert peoples_search(pairs(b"catalog[]=5&brand_ids[]=53"), catalog_id=4).query == ShelfQuery((4, 5), (53,))


def test_an_unknown_order_is_relevance():
    assert todays_search(pairs(b"order=cheapest")).order == "relevance"


@given(st.binary(max_size=200))
def test_any_query_string_is_understood_or_refused(query):
    for search in (todays_search, old_search, peoples_search):
        with suppress(BadQuery):
            assert 1 <= search(pairs(query)).per_page <= 96


@pytest.mark.parametrize("name", ["attribute_ids[brand]", "page", "per_page", "time"])
@pytest.mark.parametrize("digits", [19, 5000])
def test_a_number_too_long_for_an_id_is_refused(name, digits):
    with pytest.raises(BadQuery):
        todays_search(pairs(f"{name}={'9' * digits}".encode()))
