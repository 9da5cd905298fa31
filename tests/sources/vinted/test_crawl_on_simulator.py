"""Whole crawls over real HTTP against a generated market, whose truth is made again here from the same seed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.servers import running_simulator
from vopt_lib.errors import FilterIgnored, FrozenFeed, MissingItems
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.settings import Settings
from vopt_lib.simulator.generate import generate
from vopt_lib.simulator.offers import ShelfQuery
from vopt_lib.sources.vinted.answer import Origin
from vopt_lib.sources.vinted.client import VintedClient
from vopt_lib.sources.vinted.crawl import crawl
from vopt_lib.sources.vinted.navigation import (
    catalogue_count,
    catalogue_tree,
    facets,
    filters,
    search_brands,
)
from vopt_lib.sources.vinted.pacing import Pacing
from vopt_lib.sources.vinted.pseudonyms import Pseudonyms
from vopt_lib.sources.vinted.site import Site
from vopt_lib.sources.vinted.terms import find_catalogue

START = datetime(2026, 11, 1, tzinfo=UTC)
CLOTHES = CatalogueQuery("it", catalog=find_catalogue("Donna > Vestiti"))
SHOES = CatalogueQuery("it", catalog=find_catalogue("Donna > Scarpe"))


@pytest.fixture(scope="module")
def market():
    return generate(7, START, 3, scale=0.5)


@pytest.fixture(scope="module")
def _running():
    with running_simulator(seed=7, start="2026-11-01", days=3, scale=0.5) as running:
        yield running


@pytest.fixture
def vinted(_running):
    _running.clock.move_to(START + timedelta(hours=6))
    _running.switch_off()
    _running.forget_requests()
    return _running


@pytest.fixture
def client(vinted, tmp_path):
    settings = Settings(data=tmp_path, vinted_www=vinted.www, vinted_api=vinted.api)
    site = Site.of(settings, "it")
    with VintedClient(site, state=tmp_path / "state", clock=vinted.clock, pacing=Pacing.none()) as client:
        yield client


def collect(client, query):
    origin = Origin(source=client.site.source, market="it", run_id="run-1", follow_id="follow")
    return list(crawl(client, query, origin=origin, pseudonyms=Pseudonyms(b"k" * 32)))


def own_sightings(steps):
    return Counter(item.id for step in steps for page in step.pages for item in page.items if not item.promoted)


def on_sale(market, query, at):
    asked = ShelfQuery(
        catalog_ids=(query.catalog.id,),
        brand_ids=tuple(term.id for term in query.brands),
        condition_ids=tuple(term.id for term in query.conditions),
        price_from=query.price_from,
        price_to=query.price_to,
    )
    return {offer.listing_id for offer in market.offers(market.search(asked, at), at)}


@pytest.mark.parametrize(
    "query",
    [
        SHOES,
        CLOTHES,
        replace(CLOTHES, price_from=Decimal(5), price_to=Decimal(20)),
        replace(CLOTHES, conditions=(Term(2, "Ottime"), Term(3, "Buone"))),
        replace(CLOTHES, brands=(Term(12, "Zara"),)),
    ],
    ids=["small", "beyond the cap", "price band", "conditions", "brand"],
)
def test_a_crawl_shows_each_listing_on_sale_exactly_once(client, market, vinted, query):
    steps = collect(client, query)
    row = steps[-1].coverage
    assert own_sightings(steps) == dict.fromkeys(on_sale(market, query, vinted.clock.now()), 1)
    assert (row["is_exhaustive"], row["share_seen"]) == (True, 1.0)
    assert row["catalog_count"] == row["listings"]
    assert row["requests"] == client.stats.requests


def test_a_crawl_that_takes_its_time_misses_next_to_nothing_that_stays_on_sale(market, tmp_path):
    with running_simulator(seed=7, start="2026-11-01", days=3, scale=0.5, answer_takes_s=15) as vinted:
        settings = Settings(data=tmp_path, vinted_www=vinted.www, vinted_api=vinted.api)
        site = Site.of(settings, "it")
        with VintedClient(site, state=tmp_path / "state", clock=vinted.clock, pacing=Pacing.none()) as client:
            steps = collect(client, CLOTHES)
        begun, ended = START, vinted.clock.now()
    seen, stayed = own_sightings(steps), on_sale(market, CLOTHES, begun) & on_sale(market, CLOTHES, ended)
    assert ended - begun > timedelta(minutes=5)
    assert on_sale(market, CLOTHES, begun) != on_sale(market, CLOTHES, ended)
    assert set(seen.values()) == {1}
    assert len(stayed - seen.keys()) <= len(stayed) * 0.02
    assert steps[-1].coverage["is_exhaustive"]


def test_a_query_beyond_the_cap_is_read_in_parts(client):
    steps = collect(client, CLOTHES)
    assert steps[-1].coverage["listings"] > 960
    assert steps[-1].coverage["parts"] > 1
    assert [event["what"] for step in steps for event in step.events] == [
        "The query holds more than {cap} listings; it is read in parts."
    ]


def test_promoted_places_are_rows_that_count_as_nothing(client):
    steps = collect(client, SHOES)
    paid = Counter(item.id for step in steps for page in step.pages for item in page.items if item.promoted)
    assert paid
    assert set(paid.values()) == {1}
    assert not paid.keys() & own_sightings(steps).keys()
    assert steps[-1].coverage["promoted"] >= len(paid)


def test_the_count_of_what_fits_is_asked_once_in_seven_days(client, vinted):
    first = catalogue_count(client, SHOES)
    asked = client.stats.requests
    assert catalogue_count(client, SHOES) == first
    assert client.stats.requests == asked
    vinted.clock.sleep(8 * 86_400)
    assert catalogue_count(client, SHOES).counted_at > first.counted_at


def test_the_sites_tree_filters_facets_and_brands_are_read(client):
    assert find_catalogue("donna > scarpe", catalogue_tree(client)) == Term(16, "Donna > Scarpe")
    assert {"brand", "size", "status", "color"} <= {known.code for known in filters(client, SHOES)}
    assert Term(53, "Nike") in [facet.term for facet in facets(client, SHOES, "brand")]
    assert search_brands(client, "nik")[0] == Term(53, "Nike")


def test_a_frozen_feed_is_named_the_next_day(client, vinted):
    collect(client, SHOES)
    vinted.switch_on("frozen_feed")
    vinted.clock.sleep(86_400)
    with pytest.raises(FrozenFeed) as frozen:
        collect(client, SHOES)
    assert frozen.value.facts["since"] == START + timedelta(hours=6)


def test_an_ignored_brand_filter_is_named(client, vinted):
    vinted.switch_on("ignored_filters")
    with pytest.raises(FilterIgnored) as ignored:
        collect(client, replace(CLOTHES, brands=(Term(12, "Zara"),)))
    assert ignored.value.facts["name"] == "brand"


def test_an_ignored_catalogue_is_named_by_the_sites_own_count(client, vinted):
    vinted.switch_on("ignored_filters")
    with pytest.raises(FilterIgnored) as ignored:
        collect(client, CatalogueQuery("it", catalog=find_catalogue("Donna > Vestiti > Abiti > Abiti da sera")))
    assert ignored.value.facts["name"] == "catalogue"


def test_an_answer_without_items_is_never_an_empty_result(client, vinted):
    vinted.switch_on("missing_items")
    with pytest.raises(MissingItems):
        collect(client, SHOES)


def test_repeated_listings_are_seen_once_and_take_the_evidence_away(client, vinted):
    vinted.switch_on("duplicate_items")
    steps = collect(client, SHOES)
    assert set(own_sightings(steps).values()) == {1}
    assert not steps[-1].coverage["is_exhaustive"]


def test_a_crawl_works_through_the_gateway_alias_alone(vinted, tmp_path):
    alias = f"{vinted.www}/web/gateway/svc-catalogue/items"
    settings = Settings(data=tmp_path, vinted_www=vinted.www, vinted_api=vinted.api, vinted_items_path=alias)
    query = replace(SHOES, price_to=Decimal(30))
    with VintedClient(
        Site.of(settings, "it"), state=tmp_path / "state", clock=vinted.clock, pacing=Pacing.none()
    ) as client:
        [*_, last] = collect(client, query)
    assert last.coverage["listings"] > 0
    assert last.coverage["catalog_count"] > 0
    paths = {request["path"] for request in vinted.requests()}
    assert {"/web/gateway/svc-catalogue/items", "/web/gateway/svc-filters/filters/facets"} <= paths
    assert not any(path.startswith("/svc-") for path in paths)
