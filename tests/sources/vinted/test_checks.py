import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.sources.vinted.scripted import CATALOG, ORIGIN, PSEUDONYMS, START, Thing, card
from vopt_lib.errors import FilterIgnored, FrozenFeed
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.sources.vinted.answer import Answer
from vopt_lib.sources.vinted.checks import check_feed, check_filters, fills_more_than
from vopt_lib.sources.vinted.parse import parse_catalogue

DRESSES = CatalogueQuery("it", catalog=Term(CATALOG, "Abiti"))
HOUR = timedelta(hours=1)


def page(items, *, at=START, told=None, total=None, origin=ORIGIN):
    pagination = {"current_page": 1, "per_page": 96, "total_entries": len(items) if total is None else total}
    if told is not None:
        pagination["time"] = int(told.timestamp())
    body = json.dumps({"items": items, "pagination": pagination}).encode()
    url = "https://api.vinted.it/svc-catalogue/items"
    return parse_catalogue(Answer(url, 200, "application/json", body, at), origin, PSEUDONYMS)


def cards(ids, **facts):
    return [card(Thing(number, facts.get("cents", 1000))) for number in ids]


def lines(*texts):
    """Cards with these first and second lines."""
    return [
        {**card(Thing(number, 1000)), "item_box": {"first_line": first, "second_line": second}}
        for number, (first, second) in enumerate(texts, start=1)
    ]


REAL = replace(ORIGIN, source="vinted")


@pytest.mark.parametrize(
    ("later", "told_later", "ids_later"),
    [
        (HOUR, timedelta(), range(1, 6)),
        (24 * HOUR, HOUR, range(1, 6)),
        (24 * HOUR, timedelta(), range(4, 9)),
    ],
    ids=["an hour without a move", "hardly a move in a day", "hours behind under other listings"],
)
def test_a_feed_whose_time_stands_still_is_frozen(tmp_path, later, told_later, ids_later):
    check_feed(page(cards(range(1, 6)), told=START), DRESSES, tmp_path)
    again = page(cards(ids_later), at=START + later, told=START + told_later)
    with pytest.raises(FrozenFeed) as frozen:
        check_feed(again, DRESSES, tmp_path)
    assert frozen.value.facts["since"] == START + told_later


@pytest.mark.parametrize(
    ("later", "told_later"),
    [(timedelta(minutes=5), timedelta()), (24 * HOUR, 24 * HOUR), (24 * HOUR, 22 * HOUR), (timedelta(), timedelta())],
    ids=["minutes later", "a day later on time", "two hours late", "at the same moment"],
)
def test_a_small_market_that_did_not_change_is_not_frozen(tmp_path, later, told_later):
    check_feed(page(cards(range(1, 6)), told=START), DRESSES, tmp_path)
    check_feed(page(cards(range(1, 6)), at=START + later, told=START + told_later), DRESSES, tmp_path)


def test_another_query_with_the_same_listings_is_not_frozen(tmp_path):
    check_feed(page(cards(range(1, 6)), told=START), DRESSES, tmp_path)
    cheap = replace(DRESSES, price_to=Decimal(20))
    check_feed(page(cards(range(1, 6)), at=START + 24 * HOUR, told=START), cheap, tmp_path)


def test_a_wrong_clock_of_ours_is_not_a_frozen_feed(tmp_path):
    for day in range(3):
        told = START - 50 * HOUR + day * 24 * HOUR
        check_feed(page(cards(range(1, 6)), at=START + day * 24 * HOUR, told=told), DRESSES, tmp_path)


def test_a_first_answer_of_a_real_site_that_is_hours_old_is_frozen(tmp_path):
    with pytest.raises(FrozenFeed) as frozen:
        check_feed(page(cards([1]), told=START - 5 * HOUR, origin=REAL), DRESSES, tmp_path)
    assert frozen.value.facts["since"] == START - 5 * HOUR


def test_a_busy_query_of_a_real_site_that_shows_nothing_new_in_a_day_is_frozen(tmp_path):
    first, again = (
        page(cards(range(1, 97)), at=at, told=at, total=960, origin=REAL) for at in (START, START + 25 * HOUR)
    )
    check_feed(first, DRESSES, tmp_path)
    with pytest.raises(FrozenFeed):
        check_feed(again, DRESSES, tmp_path)


@pytest.mark.parametrize("share_that_fits", [1.0, 0.95])
def test_listings_that_fit_but_for_a_few_pass(share_that_fits):
    shown = lines(*(("Zara" if n < 100 * share_that_fits else "Nike", "M · Ottime") for n in range(100)))
    check_filters(page(shown), replace(DRESSES, brands=(Term(12, "Zara"),)))


@pytest.mark.parametrize(
    ("query", "name"),
    [
        (replace(DRESSES, brands=(Term(12, "Zara"),)), "brand"),
        (replace(DRESSES, sizes=(Term(5, "L"),)), "size"),
        (replace(DRESSES, conditions=(Term(6, "Nuovo con cartellino"),)), "condition"),
        (replace(DRESSES, price_from=Decimal(11)), "price"),
        (replace(DRESSES, price_to=Decimal("9.99")), "price"),
    ],
)
def test_a_filter_that_most_listings_do_not_fit_is_named(query, name):
    with pytest.raises(FilterIgnored) as ignored:
        check_filters(page(lines(*[("Nike", "M · Ottime")] * 10)), query)
    assert ignored.value.facts == {"host": "api.vinted.it", "name": name, "share": "100%"}


@pytest.mark.parametrize(
    ("query", "first", "second"),
    [
        (replace(DRESSES, brands=(Term(53, "Nike"),)), "Nike Air", "M · Ottime"),
        (replace(DRESSES, brands=(Term(5, "Levi’s"),)), "LEVI'S", "M · Ottime"),
        (replace(DRESSES, brands=(Term(888, "888"),)), "Zara", "M · Ottime"),
        (replace(DRESSES, brands=(Term(12, "Zara"),)), "", "M · Ottime"),
        (replace(DRESSES, sizes=(Term(4, "M"),)), "Zara", "M / IT 42 / EU 38 · Ottime"),
        (replace(DRESSES, sizes=(Term(9, "FR 44"),)), "Zara", "W34 | FR 44 · Ottime"),
        (replace(DRESSES, conditions=(Term(2, "Ottime"),)), "Zara", "M · Très bon état"),
        (replace(DRESSES, conditions=(Term(2, "Ottime"),)), "Zara", "M · unheard of"),
    ],
    ids=[
        "line of a house",
        "other apostrophe",
        "title unknown",
        "brand not told",
        "size in three systems",
        "size of two",
        "other language",
        "unknown label",
    ],
)
def test_what_fits_in_other_words_or_cannot_be_told_passes(query, first, second):
    check_filters(page(lines(*[(first, second)] * 10)), query)


def test_promoted_listings_need_not_fit():
    paid = [card(Thing(number, 1000, brand=2), promoted=True) for number in range(1, 20)]
    check_filters(page(paid), replace(DRESSES, brands=(Term(1, "Alfa"),)))


def test_one_odd_listing_is_no_proof():
    check_filters(page(lines(("Nike", "M · Ottime"))), replace(DRESSES, brands=(Term(12, "Zara"),)))


def test_either_price_may_be_the_one_that_the_site_filters_by():
    dear = [{**item, "total_item_price": {"amount": "11.20", "currency_code": "EUR"}} for item in cards(range(1, 9))]
    check_filters(page(dear), replace(DRESSES, price_from=Decimal(11), price_to=Decimal(12)))


def test_spoiled_prices_say_nothing_of_a_filter():
    check_filters(page(cards(range(1, 9), cents=-500)), replace(DRESSES, price_from=Decimal(11)))


@pytest.mark.parametrize(
    ("total", "count", "is_overfull"),
    [(960, 100, True), (200, 100, False), (960, 400, False), (960, 0, False), (960, None, False)],
)
def test_a_result_is_overfull_only_far_above_the_sites_own_count(total, count, is_overfull):
    assert fills_more_than(page(cards(range(1, 97)), total=total), count) is is_overfull
