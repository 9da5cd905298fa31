from dataclasses import replace
from decimal import Decimal

import pytest

from vopt_lib.errors import QueryError, RetiredFilter
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.sources.vinted.query import catalogue_params, check_names, check_real

DRESSES = CatalogueQuery(
    market="it",
    catalog=Term(1904, "Donna"),
    brands=(Term(53, "Nike"), Term(12, "Zara")),
    sizes=(Term(4, "M"),),
    conditions=(Term(2, "Ottime"),),
    colours=(Term(9, "Blu"),),
    materials=(Term(44, "Cotone"),),
    price_from=Decimal("5"),
    price_to=Decimal("30.5"),
    search_text="  vestito   estivo ",
)


def test_a_query_speaks_todays_dialect_with_comma_joined_ids():
    assert catalogue_params(DRESSES, page=2, time=1789808579) == {
        "attribute_ids[catalog]": "1904",
        "attribute_ids[brand]": "53,12",
        "attribute_ids[size]": "4",
        "attribute_ids[status]": "2",
        "attribute_ids[color]": "9",
        "attribute_ids[material]": "44",
        "price_from": "5.00",
        "price_to": "30.50",
        "currency": "EUR",
        "search_text": "vestito estivo",
        "order": "newest_first",
        "page": "2",
        "per_page": "96",
        "time": "1789808579",
    }


def test_what_was_not_asked_is_not_sent_because_an_empty_price_is_refused_by_the_site():
    asked = catalogue_params(CatalogueQuery(market="it", catalog=Term(4, "Vestiti"), search_text=" "), page=1)
    assert asked == {"attribute_ids[catalog]": "4", "order": "newest_first", "page": "1", "per_page": "96"}


def test_a_lowest_price_of_zero_is_no_bound():
    assert "price_from" not in catalogue_params(CatalogueQuery(market="it", price_from=Decimal(0)), page=1)


def test_prices_are_asked_in_the_markets_own_money():
    assert catalogue_params(CatalogueQuery(market="co.uk", price_to=Decimal(9)), page=1)["currency"] == "GBP"


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("catalog_ids", "attribute_ids[catalog]"),
        ("catalog", "attribute_ids[catalog]"),
        ("catalog[]", "attribute_ids[catalog]"),
        ("brand_ids", "attribute_ids[brand]"),
        ("brand_ids[]", "attribute_ids[brand]"),
        ("size_ids", "attribute_ids[size]"),
        ("status_ids", "attribute_ids[status]"),
        ("color_ids", "attribute_ids[color]"),
        ("material_ids", "attribute_ids[material]"),
        ("country_ids", "the market of the query"),
    ],
)
def test_an_old_filter_name_is_refused_and_its_replacement_named(name, instead):
    with pytest.raises(RetiredFilter) as refused:
        check_names(["order", name])
    assert refused.value.facts["name"] == name
    assert instead in str(refused.value)


def test_todays_names_are_not_refused():
    check_names(
        ["attribute_ids[catalog]", "attribute_ids[brand]", "price_from", "search_text", "order", "page", "time"]
    )


@pytest.mark.parametrize(
    ("price_from", "price_to", "why"),
    [
        ("30", "5", "above the highest"),
        ("-1", None, "not an amount"),
        (None, "NaN", "not an amount"),
        ("Infinity", None, "not an amount"),
        ("1.005", None, "more than two decimals"),
    ],
)
def test_prices_that_make_no_sense_are_not_asked(price_from, price_to, why):
    bounds = {
        name: Decimal(value) if value else None for name, value in (("price_from", price_from), ("price_to", price_to))
    }
    with pytest.raises(QueryError, match=why):
        catalogue_params(CatalogueQuery(market="it", **bounds), page=1)


@pytest.mark.parametrize(("page", "per_page"), [(0, 96), (1, 97), (1, 0)])
def test_a_page_that_the_site_does_not_have_is_not_asked(page, per_page):
    with pytest.raises(QueryError):
        catalogue_params(DRESSES, page=page, per_page=per_page)


def test_an_invented_id_is_never_asked_of_the_real_vinted():
    check_real(DRESSES)
    with pytest.raises(QueryError, match="only on the simulator"):
        check_real(replace(DRESSES, catalog=Term(9_000_000, "Abiti")))
