import json
import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import islice

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.sources.vinted.scripted import (
    BRANDS,
    CATALOG,
    ORIGIN,
    PSEUDONYMS,
    START,
    ScriptedMarket,
    Thing,
    brand,
)
from vopt_lib.errors import BudgetSpent, FilterIgnored, FrozenFeed, MissingItems, QueryError
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.schema.tables import CRAWL_COVERAGE
from vopt_lib.sources.vinted.crawl import CrawlState, crawl, most_parts

DRESSES = CatalogueQuery(market="it", catalog=Term(CATALOG, "Abiti"))


def collect(market, query=DRESSES, state=None, **options):
    return list(crawl(market, query, state, origin=ORIGIN, pseudonyms=PSEUDONYMS, **options))


def sightings(steps, *, promoted=False):
    return Counter(
        item.id for step in steps for page in step.pages for item in page.items if bool(item.promoted) is promoted
    )


def things(count, cents=lambda n: 100 + n, **more):
    return [Thing(n + 1, cents(n), **more) for n in range(count)]


def test_a_small_query_is_read_to_its_end_in_one_step(tmp_path):
    market = ScriptedMarket(tmp_path, things(200))
    (step,) = collect(market)
    assert sightings([step]) == dict.fromkeys(range(1, 201), 1)
    assert step.state.is_finished
    assert [params["page"] for params in market.pages_asked()] == ["1", "2", "3"]


def test_the_coverage_row_has_exactly_the_tables_columns(tmp_path):
    query = replace(DRESSES, brands=(brand(1),), conditions=(Term(2, "Ottime"),), price_to=Decimal("9.5"))
    row = collect(ScriptedMarket(tmp_path, things(100)), query)[-1].coverage
    assert row == {
        "source": "simulator",
        "market": "it",
        "run_id": "run-1",
        "follow_id": "dresses",
        "day": START.date(),
        "started_at": START,
        "observed_at": START + timedelta(microseconds=1),
        "query_key": query.key,
        "query_catalog_id": CATALOG,
        "query_narrowed_by": "brand,condition,price",
        "brands": ["Alfa"],
        "sizes": [],
        "condition_ids": [2],
        "price_from": None,
        "price_to": Decimal("9.50"),
        "search_text": None,
        "is_exhaustive": True,
        "parts": 1,
        "pages": 2,
        "requests": 3,
        "listings": 100,
        "promoted": 0,
        "oldest_position": None,
        "catalog_count": 100,
        "catalog_counted_at": START,
        "share_seen": 1.0,
    }
    assert list(row) == list(CRAWL_COVERAGE.schema)


def test_an_empty_result_is_an_exhaustive_answer(tmp_path):
    row = collect(ScriptedMarket(tmp_path, []))[-1].coverage
    assert (row["is_exhaustive"], row["listings"], row["pages"]) == (True, 0, 1)


def test_later_pages_echo_the_sites_time_so_that_new_listings_do_not_shift_them(tmp_path):
    market = ScriptedMarket(tmp_path, things(200))
    collect(market)
    assert [params.get("time") for params in market.pages_asked()] == [None, "1793520000", "1793520000"]


def test_a_page_knows_its_query_and_its_place(tmp_path):
    (step,) = collect(ScriptedMarket(tmp_path, things(150)))
    assert [
        (page.origin.query_catalog_id, page.origin.query_key, page.origin.page, page.origin.first_position)
        for page in step.pages
    ] == [(CATALOG, DRESSES.key, 1, 1), (CATALOG, DRESSES.key, 2, 97)]


def test_no_two_answers_of_a_crawl_have_the_same_moment_although_the_clock_stands_still(tmp_path):
    (step,) = collect(ScriptedMarket(tmp_path, things(300)))
    moments = [page.answer.received_at for page in step.pages]
    assert len(set(moments)) == len(moments) == 4


def test_a_step_holds_at_most_ten_pages(tmp_path):
    steps = collect(ScriptedMarket(tmp_path, things(3000)))
    assert max(len(step.pages) for step in steps) == 10
    assert [step.coverage is not None for step in steps] == [False] * (len(steps) - 1) + [True]


PRICES = st.one_of(
    st.integers(0, 100_000),
    st.sampled_from([500, 1000]),
    st.integers(990, 1010),
    st.integers(0, 9_999_999),
)


CLUMPS = st.lists(st.tuples(PRICES, st.integers(1, 1500), st.integers(0, 400)), max_size=5)
"""Clumps of listings: their lowest price, how many, and over how many cents they spread."""


def market_of(clumps, seed, most_at_one_price=1500):
    """Listings of these clumps in a random order, with random brands (or none) and conditions."""
    prices = [cents + n % (spread + 1) for cents, count, spread in clumps for n in range(count)]
    prices = [price for price, count in Counter(prices).items() for _ in range(min(count, most_at_one_price))]
    order = random.Random(seed)
    order.shuffle(prices)
    return [
        Thing(n + 1, cents, brand=order.choice([None, *BRANDS]), condition=order.choice([1, 2, 3, 4, 6]))
        for n, cents in enumerate(prices)
    ]


WILD = settings(phases=[Phase.explicit, Phase.generate])
"""Without shrinking: an example is seconds of crawling."""


@settings(WILD, max_examples=40)
@given(clumps=CLUMPS, seed=st.integers(0, 99))
def test_a_query_fuller_than_its_result_shows_every_listing_exactly_once(clumps, seed, tmp_path_factory):
    offered = market_of(clumps, seed)
    steps = collect(ScriptedMarket(tmp_path_factory.mktemp("market"), offered))
    assert sightings(steps) == dict.fromkeys([thing.id for thing in offered], 1)
    assert steps[-1].coverage["is_exhaustive"]
    assert steps[-1].coverage["share_seen"] == (1.0 if offered else None)


@settings(WILD, max_examples=20)
@given(clumps=CLUMPS, seed=st.integers(0, 99))
def test_a_query_that_says_it_showed_everything_did(clumps, seed, tmp_path_factory):
    offered = market_of(clumps, seed, most_at_one_price=10_000)
    steps = collect(ScriptedMarket(tmp_path_factory.mktemp("market"), offered), max_parts=12)
    seen, everything = sightings(steps), {thing.id for thing in offered}
    assert set(seen.values()) <= {1}
    assert seen.keys() <= everything
    if steps[-1].coverage["is_exhaustive"]:
        assert len(everything - seen.keys()) <= len(everything) // 50


@settings(WILD, max_examples=15)
@given(clumps=CLUMPS, seed=st.integers(0, 99), killed_after=st.integers(0, 5))
def test_a_killed_crawl_goes_on_after_its_last_step_and_sees_the_rest_once(
    clumps, seed, killed_after, tmp_path_factory
):
    offered = market_of(clumps, seed)
    market = ScriptedMarket(tmp_path_factory.mktemp("market"), offered)
    before = list(islice(crawl(market, DRESSES, origin=ORIGIN, pseudonyms=PSEUDONYMS), killed_after + 1))
    state = CrawlState.from_json(json.loads(json.dumps(before[-1].state.as_json())))
    assert state == before[-1].state
    after = collect(market, state=state) if before[-1].coverage is None else []
    assert sightings([*before, *after]) == dict.fromkeys([thing.id for thing in offered], 1)
    last = (after or before)[-1]
    assert last.coverage["is_exhaustive"]
    assert last.coverage["pages"] == sum(len(step.pages) for step in [*before, *after])


def test_a_crowded_single_price_is_split_by_brand(tmp_path):
    crowd = [Thing(n, 500, brand=1 + n % 4) for n in range(1, 2001)]
    market = ScriptedMarket(tmp_path, [*crowd, *things(50, lambda n: 800 + n, brand=1)][:2000])
    steps = collect(market)
    assert len(sightings(steps)) == 2000
    assert steps[-1].coverage["is_exhaustive"]
    assert {params["attribute_ids[brand]"] for params in market.pages_asked() if "attribute_ids[brand]" in params} >= {
        "1",
        "2",
    }


def test_listings_without_a_brand_at_a_crowded_price_are_found_by_their_condition(tmp_path):
    crowd = [Thing(n, 500, brand=None if n % 10 == 0 else 1 + n % 4, condition=1 + n % 3) for n in range(1, 1501)]
    steps = collect(ScriptedMarket(tmp_path, crowd))
    assert len(sightings(steps)) == 1500
    assert steps[-1].coverage["is_exhaustive"]


def test_a_crowd_that_cannot_be_enumerated_is_not_exhaustive(tmp_path):
    crowd = [Thing(n, 500, brand=None if n <= 100 else 1 + n % 4) for n in range(1, 1501)]
    market = ScriptedMarket(tmp_path, crowd, facet_codes=frozenset({"catalog", "brand"}))
    row = collect(market)[-1].coverage
    assert (row["is_exhaustive"], row["listings"], row["catalog_count"]) == (False, 1400, 1500)
    assert row["share_seen"] == pytest.approx(1400 / 1500)


def test_a_site_that_counts_nothing_is_collected_all_the_same_but_its_share_is_unknown(tmp_path):
    market = ScriptedMarket(tmp_path, things(1500), facet_codes=frozenset())
    row = collect(market)[-1].coverage
    assert (row["listings"], row["is_exhaustive"], row["catalog_count"], row["share_seen"]) == (1500, True, None, None)


def test_a_crowded_price_without_any_count_shows_its_newest_listings_and_is_not_exhaustive(tmp_path):
    market = ScriptedMarket(tmp_path, things(1500, lambda n: 500), facet_codes=frozenset())
    steps = collect(market)
    assert set(sightings(steps)) == set(range(541, 1501))
    assert (steps[-1].coverage["is_exhaustive"], steps[-1].coverage["oldest_position"]) == (False, 960)


def test_a_query_that_no_run_can_read_shows_its_newest_listings_not_its_cheapest(tmp_path):
    market = ScriptedMarket(tmp_path, things(5000))
    steps = collect(market, max_parts=4)
    assert set(sightings(steps)) == set(range(4041, 5001))
    assert not steps[-1].coverage["is_exhaustive"]
    assert "more than one run can read" in steps[0].events[0]["what"]


def test_no_more_parts_are_made_than_allowed(tmp_path):
    market = ScriptedMarket(tmp_path, things(9000), facet_codes=frozenset())
    row = collect(market, max_parts=5)[-1].coverage
    assert row["parts"] <= 5
    assert not row["is_exhaustive"]


def test_a_spent_budget_ends_the_crawl_cleanly_and_the_rest_can_be_resumed(tmp_path):
    market = ScriptedMarket(tmp_path, things(3000), budget=15)
    before = collect(market)
    assert not before[-1].coverage["is_exhaustive"]
    assert not before[-1].state.is_finished
    assert before[-1].events[-1]["what"] == BudgetSpent.message
    market.budget = None
    market.clock.sleep(3600)
    after = collect(market, state=before[-1].state)
    assert sightings([*before, *after]) == dict.fromkeys(range(1, 3001), 1)
    assert after[-1].coverage["is_exhaustive"]
    assert after[-1].coverage["started_at"] == START


def test_a_budget_spent_before_the_first_page_is_an_error(tmp_path):
    with pytest.raises(BudgetSpent):
        collect(ScriptedMarket(tmp_path, things(10), budget=0))


@pytest.mark.parametrize("hours", [7, 17], ids=["older than six hours", "the next day"])
def test_an_old_state_starts_anew(tmp_path, hours):
    market = ScriptedMarket(tmp_path, things(3000), budget=15)
    old = collect(market)[-1].state
    market.budget = None
    market.clock.sleep(hours * 3600)
    row = collect(market, state=old)[-1].coverage
    assert row["started_at"] == START + timedelta(hours=hours)
    assert row["listings"] == 3000


def test_promoted_listings_are_rows_but_never_matches(tmp_path):
    paid = [Thing(100_000 + n, 9_900) for n in range(3)]
    steps = collect(ScriptedMarket(tmp_path, things(150), promoted=paid))
    assert sightings(steps) == dict.fromkeys(range(1, 151), 1)
    assert sightings(steps, promoted=True) == dict.fromkeys((100_000, 100_001, 100_002), 1)
    row = steps[-1].coverage
    assert (row["listings"], row["promoted"], row["is_exhaustive"]) == (150, 6, True)


def test_listings_pushed_off_the_last_page_by_promoted_ones_are_looked_for(tmp_path):
    paid = [Thing(100_000 + n, 9_900) for n in range(10)]
    market = ScriptedMarket(tmp_path, things(190), promoted=paid, promoted_replace=True)
    steps = collect(market)
    assert len(sightings(steps)) == 190
    assert steps[-1].coverage["is_exhaustive"]


def test_a_promoted_listing_that_also_shows_up_by_itself_counts_once_and_as_itself(tmp_path):
    offered = things(150)
    steps = collect(ScriptedMarket(tmp_path, offered, promoted=[offered[0]]))
    assert sightings(steps) == dict.fromkeys(range(1, 151), 1)
    assert sightings(steps, promoted=True) == {}


def test_pages_that_bring_nothing_new_end_a_part_which_is_then_not_exhaustive(tmp_path):
    market = ScriptedMarket(tmp_path, things(900))
    honest = market.get

    def repeating(url, params=None, *, kind):
        return honest(url, {**params, "page": "1"} if params and "page" in params else params, kind=kind)

    market.get = repeating
    steps = collect(market)
    assert len(market.pages_asked()) == 3
    assert not steps[-1].coverage["is_exhaustive"]


def test_a_listing_that_sells_while_the_pages_are_read_does_not_spoil_the_evidence(tmp_path):
    market = ScriptedMarket(tmp_path, things(300))
    steps = crawl(market, DRESSES, origin=ORIGIN, pseudonyms=PSEUDONYMS)
    honest = market.get

    def selling(url, params=None, *, kind):
        if params and params.get("page") == "2":
            market.things = [thing for thing in market.things if thing.id != 2]
        return honest(url, params, kind=kind)

    market.get = selling
    assert list(steps)[-1].coverage["is_exhaustive"]


def test_a_result_that_shows_fewer_than_it_says_is_not_exhaustive(tmp_path):
    market = ScriptedMarket(tmp_path, things(300))
    honest = market.get

    def hiding(url, params=None, *, kind):
        answer = honest(url, params, kind=kind)
        if b'"items"' not in answer.body:
            return answer
        body = json.loads(answer.body)
        body["items"] = body["items"][::2]
        return replace(answer, body=json.dumps(body).encode())

    market.get = hiding
    assert not collect(market)[-1].coverage["is_exhaustive"]


def test_a_result_without_a_total_is_read_until_a_short_page(tmp_path):
    market = ScriptedMarket(tmp_path, things(250), tells_total=False)
    steps = collect(market)
    assert len(sightings(steps)) == 250


@pytest.mark.parametrize("count", [0, 30, 250])
def test_a_result_that_names_no_total_proves_no_absence(tmp_path, count):
    market = ScriptedMarket(tmp_path, things(count), tells_total=False, facet_codes=frozenset())
    assert not collect(market)[-1].coverage["is_exhaustive"]


def test_refused_entries_are_refused_once_and_take_the_evidence_away(tmp_path):
    def spoil(item):
        return {**item, "price": "cheap"} if item["id"] % 500 == 0 else item

    steps = collect(ScriptedMarket(tmp_path, things(2000), spoil=spoil))
    refused = [reject for step in steps for page in step.pages for reject in page.rejects]
    assert sorted(json.loads(reject.raw)["id"] for reject in refused) == [500, 1000, 1500, 2000]
    assert not steps[-1].coverage["is_exhaustive"]
    assert steps[-1].coverage["listings"] == 1996


def test_an_ignored_brand_filter_is_an_error_before_anything_is_evidence(tmp_path):
    offered = [Thing(n, 100 + n, brand=1 + n % 4) for n in range(1, 200)]
    market = ScriptedMarket(tmp_path, offered, ignores=frozenset({"brand"}), facet_codes=frozenset())
    with pytest.raises(FilterIgnored) as ignored:
        collect(market, replace(DRESSES, brands=(brand(1),)))
    assert ignored.value.facts["name"] == "brand"


def test_an_ignored_price_filter_is_noticed_when_a_full_query_is_split(tmp_path):
    market = ScriptedMarket(tmp_path, things(3000), ignores=frozenset({"price"}))
    with pytest.raises(FilterIgnored) as ignored:
        collect(market)
    assert ignored.value.facts["name"] == "price"


def test_a_result_far_fuller_than_the_sites_own_count_is_an_ignored_catalogue(tmp_path):
    market = ScriptedMarket(tmp_path, things(900))
    honest = market.get

    def lying(url, params=None, *, kind):
        if "items_count" not in (body := honest(url, params, kind=kind)).body.decode():
            return body
        return replace(body, body=body.body.replace(b'"items_count":900', b'"items_count":40'))

    market.get = lying
    with pytest.raises(FilterIgnored) as ignored:
        collect(market)
    assert ignored.value.facts["name"] == "catalogue"


def test_a_feed_that_stands_still_is_an_error_and_nothing_is_recorded(tmp_path):
    market = ScriptedMarket(tmp_path, things(50), time=int(START.timestamp()))
    collect(market)
    market.clock.sleep(86_400)
    with pytest.raises(FrozenFeed) as frozen:
        collect(market)
    assert frozen.value.facts["since"] == START


def test_pages_read_before_a_failure_are_handed_out_first(tmp_path):
    market = ScriptedMarket(tmp_path, things(500))
    honest = market.get

    def failing(url, params=None, *, kind):
        answer = honest(url, params, kind=kind)
        return replace(answer, body=b'{"code":0}') if params and params.get("page") == "4" else answer

    market.get = failing
    steps = crawl(market, DRESSES, origin=ORIGIN, pseudonyms=PSEUDONYMS)
    first = next(steps)
    assert (len(first.pages), first.coverage) == (3, None)
    with pytest.raises(MissingItems):
        next(steps)
    market.get = honest
    assert len(sightings([first, *collect(market, state=first.state)])) == 500


def test_an_invented_catalogue_is_never_asked_of_a_real_site(tmp_path):
    market = ScriptedMarket(tmp_path, things(5))
    market.site = replace(market.site, is_real=True)
    with pytest.raises(QueryError, match="only on the simulator"):
        collect(market)
    assert market.asked == []


@pytest.mark.parametrize(("requests", "parts"), [(None, 64), (5_000, 64), (400, 50), (60, 7), (3, 1)])
def test_a_query_is_cut_into_no_more_parts_than_its_run_can_read(requests: int | None, parts: int) -> None:
    assert most_parts(requests) == parts
