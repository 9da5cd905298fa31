from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from vopt_lib.schema.queries import Term
from vopt_lib.schema.vinted_terms import catalogue_nodes
from vopt_lib.simulator.generate import generate
from vopt_lib.simulator.market import StockedMarket
from vopt_lib.simulator.offers import FilterCode, Offer, ShelfQuery

START = datetime(2026, 10, 22, tzinfo=UTC)
AT = START + timedelta(days=3, hours=9)
DONNA, VESTITI, ABITI = 1904, 4, 9_000_001
ZARA, NIKE = 12, 53
CODES: tuple[FilterCode, ...] = ("catalog", "brand", "size", "status", "color", "material")


@pytest.fixture(scope="module")
def market() -> StockedMarket:
    return generate(11, START, 10, scale=0.3)


def found(market: StockedMarket, query: ShelfQuery) -> list[Offer]:
    return market.offers(market.search(query, AT), AT)


def test_a_parent_catalogue_holds_the_listings_of_its_leaves(market: StockedMarket) -> None:
    below = [node.catalog_id for node in catalogue_nodes() if node.path.startswith("Donna > Vestiti > Abiti > ")]
    parent = set(market.search(ShelfQuery(catalog_ids=(ABITI,)), AT).tolist())
    leaves = [set(market.search(ShelfQuery(catalog_ids=(leaf,)), AT).tolist()) for leaf in below]
    assert parent == set().union(*leaves)
    assert sum(map(len, leaves)) == len(parent) > 100


def test_a_search_shows_only_what_is_on_sale_newest_first(market: StockedMarket) -> None:
    offers = found(market, ShelfQuery(catalog_ids=(VESTITI,)))
    published = [offer.published_at for offer in offers]
    assert {offer.status for offer in offers} == {"on_sale"}
    assert published == sorted(published, reverse=True)
    assert published[0] <= AT


def test_both_price_limits_are_inclusive(market: StockedMarket) -> None:
    prices = {offer.price for offer in found(market, ShelfQuery(price_from=Decimal("10"), price_to=Decimal("12.50")))}
    assert min(prices) == Decimal("10.00")
    assert max(prices) == Decimal("12.50")


def test_price_bands_that_meet_a_cent_apart_cover_everything_once(market: StockedMarket) -> None:
    low = market.search(ShelfQuery(price_to=Decimal("9.99")), AT)
    high = market.search(ShelfQuery(price_from=Decimal("10.00")), AT)
    whole = market.search(ShelfQuery(), AT)
    assert sorted([*low.tolist(), *high.tolist()]) == whole.tolist()


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        (ShelfQuery(brand_ids=(ZARA, NIKE)), lambda offer: offer.brand and offer.brand.id in (ZARA, NIKE)),
        (ShelfQuery(size_ids=(4,)), lambda offer: offer.size == Term(4, "M")),
        (ShelfQuery(condition_ids=(6, 1)), lambda offer: offer.condition_id in (6, 1)),
        (ShelfQuery(colour_ids=(9,)), lambda offer: 9 in offer.colour_ids),
        (ShelfQuery(material_ids=(9_300_003,)), lambda offer: offer.material == "Cotone"),
    ],
    ids=["brand", "size", "condition", "colour", "material"],
)
def test_a_filter_keeps_exactly_what_fits(market: StockedMarket, query: ShelfQuery, fits: object) -> None:
    assert callable(fits)
    kept = [offer.listing_id for offer in found(market, query)]
    assert kept == [offer.listing_id for offer in found(market, ShelfQuery()) if fits(offer)]
    assert kept


def test_filters_narrow_each_other(market: StockedMarket) -> None:
    both = market.search(ShelfQuery(catalog_ids=(VESTITI,), brand_ids=(ZARA,), search_text="vestito"), AT)
    one = market.search(ShelfQuery(catalog_ids=(VESTITI,), brand_ids=(ZARA,)), AT)
    assert 0 < len(both) < len(one)
    assert set(both.tolist()) < set(one.tolist())


def test_a_text_search_wants_every_word_and_minds_no_accents(market: StockedMarket) -> None:
    offers = found(market, ShelfQuery(search_text="ROBE Zara"))
    assert offers
    for offer in offers:
        text = f"{offer.title} {offer.description} {offer.brand}".lower()
        assert "robe" in text
        assert "zara" in text


def test_unknown_ids_find_nothing(market: StockedMarket) -> None:
    assert len(market.search(ShelfQuery(catalog_ids=(77,)), AT)) == 0
    assert len(market.search(ShelfQuery(brand_ids=(77,)), AT)) == 0
    assert market.row_of(1) is None
    assert market.seller(1) is None
    assert len(market.of_seller(1, AT)) == 0


def test_answers_do_not_depend_on_what_was_asked_before() -> None:
    questions = [
        (query, START + timedelta(days=day))
        for query in (ShelfQuery(), ShelfQuery(brand_ids=(ZARA,)), ShelfQuery(search_text="nero"))
        for day in (9, 0, 4)
    ]
    answers = []
    for order in (7, 8):
        market = generate(2, START, 10, scale=0.1)
        asked = random.Random(order).sample(questions, len(questions))
        answers.append({question: market.offers(market.search(*question), question[1]) for question in asked})
    assert answers[0] == answers[1]


def test_equal_prices_keep_their_order_and_dearest_first_is_the_reverse_of_cheapest_first(
    market: StockedMarket,
) -> None:
    rows = market.search(ShelfQuery(catalog_ids=(ABITI,)), AT)
    rising = market.offers(market.sorted_by_price(rows, AT), AT)
    keys = [(offer.price, -offer.published_at.timestamp()) for offer in rising]
    assert [key[0] for key in keys] == sorted(key[0] for key in keys)
    assert keys == sorted(keys)
    falling = market.offers(market.sorted_by_price(rows, AT, descending=True), AT)
    assert [offer.price for offer in falling] == [offer.price for offer in reversed(rising)]


@pytest.mark.parametrize("code", CODES)
def test_facets_count_what_a_search_with_that_value_finds(market: StockedMarket, code: FilterCode) -> None:
    narrowed: dict[FilterCode, str] = {
        "catalog": "catalog_ids",
        "brand": "brand_ids",
        "size": "size_ids",
        "status": "condition_ids",
        "color": "colour_ids",
        "material": "material_ids",
    }
    counts = market.count_by(ShelfQuery(price_to=Decimal(30)), AT, code)
    assert [count for _, count in counts] == sorted((count for _, count in counts), reverse=True)
    for term, count in counts[:5]:
        query = ShelfQuery(price_to=Decimal(30), **{narrowed[code]: (term.id,)})  # type: ignore[arg-type]
        assert len(market.search(query, AT)) == count
        assert term in market.terms(code)


def test_a_facet_does_not_narrow_itself(market: StockedMarket) -> None:
    brands = market.count_by(ShelfQuery(catalog_ids=(ABITI,), brand_ids=(ZARA,)), AT, "brand")
    assert len(brands) > 5


def test_catalogue_counts_of_parents_include_their_leaves(market: StockedMarket) -> None:
    counts = {term.id: count for term, count in market.count_by(ShelfQuery(), AT, "catalog")}
    assert counts[DONNA] > counts[VESTITI] > counts[ABITI] > 0
    assert counts[DONNA] == len(market.search(ShelfQuery(catalog_ids=(DONNA,)), AT))


def test_paid_placements_are_on_sale_in_the_same_root_best_paid_first(market: StockedMarket) -> None:
    offers = market.offers(market.promoted(ShelfQuery(catalog_ids=(ABITI,), brand_ids=(ZARA,)), AT), AT)
    scores = [offer.promoted_score for offer in offers]
    donna = set(market.search(ShelfQuery(catalog_ids=(DONNA,)), AT).tolist())
    assert scores == sorted(scores, reverse=True)
    assert min(scores) > 0
    assert {market.row_of(offer.listing_id) for offer in offers} <= donna
    assert len(offers) > 30


def test_a_closet_holds_what_is_on_sale_reserved_or_sold(market: StockedMarket) -> None:
    sold = np.flatnonzero(market.stock.timeline.at(int(AT.timestamp())).status == 2)
    [example] = market.offers(sold[:1].tolist(), AT)
    closet = market.offers(market.of_seller(example.seller_id, AT), AT)
    assert example in closet
    assert {offer.status for offer in closet} <= {"on_sale", "reserved", "sold"}
    profile = market.seller(example.seller_id)
    assert profile is not None
    assert (profile.login, profile.country) == (example.seller_login, example.seller_country)


def test_a_listing_is_found_by_its_id_and_its_total_is_price_and_fee(market: StockedMarket) -> None:
    [offer] = market.offers([17], AT)
    assert market.row_of(offer.listing_id) == 17
    assert offer.total == offer.price + offer.service_fee
    assert offer.price.as_tuple().exponent == -2


def test_offers_come_in_the_order_asked(market: StockedMarket) -> None:
    assert [market.row_of(offer.listing_id) for offer in market.offers([5, 2, 9], AT)] == [5, 2, 9]
    assert market.offers([], AT) == []
