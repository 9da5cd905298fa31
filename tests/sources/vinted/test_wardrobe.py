"""A seller's public closet, read over HTTP from the simulator: to its end, politely, and nothing asked twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.servers import SMALL_SIMULATOR, RunningSimulator, running_simulator
from tests.simulator.small_market import ANNA, SOLD_AT
from vopt_lib.errors import (
    CollectingError,
    EndpointMoved,
    FrozenFeed,
    MissingItems,
    NotAProfileLink,
    NotJson,
    RunBudgetSpent,
)
from vopt_lib.schema.own_records import OwnListing
from vopt_lib.settings import Settings
from vopt_lib.sources.vinted.client import VintedClient
from vopt_lib.sources.vinted.pacing import Pacing
from vopt_lib.sources.vinted.parse_closet import Owner
from vopt_lib.sources.vinted.site import Site
from vopt_lib.sources.vinted.wardrobe import WHOLE_FOR, Profile, login_of, profile_from_link, read_closet

pytestmark = pytest.mark.timeout(120)
OpenClient = Callable[..., VintedClient]


@pytest.fixture(scope="module")
def _running() -> Iterator[RunningSimulator]:
    with running_simulator(program=SMALL_SIMULATOR, needs_anon_id=True) as running:
        yield running


@pytest.fixture
def vinted(_running: RunningSimulator) -> RunningSimulator:
    """The small simulator when some things of Anna's are sold, without faults."""
    _running.clock.move_to(SOLD_AT)
    _running.switch_off()
    _running.forget_requests()
    return _running


@pytest.fixture
def open_client(vinted: RunningSimulator, tmp_path: Path) -> Iterator[OpenClient]:
    """Opens a client as a new process would, on the same state; `most` requests may be made in its run."""
    settings = Settings(data=tmp_path, vinted_www=vinted.www, vinted_api=vinted.api)
    opened: list[VintedClient] = []

    def open_(most: int | None = None) -> VintedClient:
        site = Site.of(settings, "it")
        pacing = replace(Pacing.polite(settings), requests_per_run=most)
        opened.append(VintedClient(site, state=tmp_path / "state", clock=vinted.clock, pacing=pacing))
        return opened[-1]

    yield open_
    for client in opened:
        client.close()


def read(client: VintedClient, per_page: int = 4) -> list[OwnListing]:
    pages = list(read_closet(client, ANNA.seller_id, per_page=per_page))
    return [one for page in pages for one in page.records if isinstance(one, OwnListing)]


def asked(vinted: RunningSimulator) -> list[str]:
    return [one["query"] for one in vinted.requests() if "/wardrobe/" in one["path"]]


def test_a_closet_is_read_to_its_end_with_the_state_of_each_listing(vinted, open_client):
    pages = list(read_closet(open_client(), ANNA.seller_id, per_page=4))
    assert {owner for page in pages for owner in page.owners} == {Owner(ANNA.seller_id, ANNA.login)}
    found = {one.external_id: one for page in pages for one in page.records if isinstance(one, OwnListing)}
    assert sorted(found) == [10_400_000_000 + n for n in (1, 2, 3, 4, 9, 11)]
    assert [one for one in found if found[one].is_sold] == [10_400_000_004]
    assert [one.reason for page in pages for one in page.records if not isinstance(one, OwnListing)] == ["bad_price"]
    assert asked(vinted) == [f"page={n}&per_page=4&order=newest_first" for n in (1, 2)]


def test_each_page_waits_for_its_turn(vinted, open_client):
    client = open_client()
    read(client)
    assert client.stats.waited_s > 9


def test_a_listing_that_moved_to_the_next_page_is_told_once(vinted, open_client):
    vinted.switch_on("duplicate_items@wardrobe")
    ids = [one.external_id for one in read(open_client(), per_page=7)]
    assert len(ids) == len({*ids}) == 6


def test_a_reading_that_the_budget_ended_goes_on_where_it_stopped(vinted, open_client):
    with pytest.raises(RunBudgetSpent):
        read(open_client(most=4), per_page=3)
    before = len(asked(vinted))
    assert 0 < before < 3
    assert len(read(open_client(), per_page=3)) == 6
    assert len(asked(vinted)) == len({*asked(vinted)}) == 3


def test_a_closet_just_read_is_not_asked_for_again_but_later_it_is(vinted, open_client):
    first = read(open_client())
    assert read(open_client()) == first
    assert len(asked(vinted)) == 2
    vinted.clock.move_to(vinted.clock.now() + WHOLE_FOR + timedelta(minutes=1))
    read(open_client())
    assert len(asked(vinted)) == 4


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("missing_items@wardrobe", MissingItems),
        ("html_200@wardrobe", NotJson),
        ("endpoint_moved_json@wardrobe", EndpointMoved),
        ("challenge_datadome@wardrobe", CollectingError),
    ],
)
def test_what_is_no_closet_is_named_and_not_remembered(vinted, open_client, fault, error):
    vinted.switch_on(fault)
    with pytest.raises(error):
        read(open_client())
    vinted.switch_off()
    vinted.clock.move_to(vinted.clock.now() + timedelta(hours=7))
    assert len(read(open_client())) == 6


def test_a_site_that_shows_the_same_page_again_and_again_is_not_believed(vinted, open_client):
    vinted.switch_on("duplicate_items@wardrobe")
    with pytest.raises(FrozenFeed):
        read(open_client(), per_page=3)


def test_a_fault_that_passes_is_waited_out(vinted, open_client):
    vinted.switch_on("timeout_504:1@wardrobe+1")
    assert len(read(open_client())) == 6


def test_a_profile_tells_the_login(open_client):
    assert login_of(open_client(), ANNA.seller_id) == ANNA.login


@pytest.mark.parametrize(
    ("link", "profile"),
    [
        ("https://www.vinted.it/member/12345-anna_r", Profile("it", 12345, "anna_r")),
        ("https://www.vinted.it/member/12345-anna_r?tab=closet#top", Profile("it", 12345, "anna_r")),
        (" www.vinted.co.uk/member/12345 ", Profile("co.uk", 12345, None)),
        ("vinted.fr/member/12345-ann%C3%A9e/items", Profile("fr", 12345, "année")),
        ("http://www.vinted.localhost:8421/member/7-a.b", Profile("it", 7, "a.b")),
    ],
)
def test_the_address_of_a_profile_tells_whose_it_is(link, profile):
    assert profile_from_link(link) == profile


@pytest.mark.parametrize(
    "link",
    [
        "https://www.vinted.it/items/12345-abito",
        "https://www.vinted.it.evil.com/member/12345-anna",
        "https://evil.com/member/12345-anna",
        "https://www.vinted.it@evil.com/member/12345-anna",
        "https://user@www.vinted.it/member/12345-anna",
        "https://www.vinted.it/member/anna",
        "https://www.vinted.it/member/general/faq",
        "closet.json",
        "",
        "http://[",
    ],
)
def test_what_is_no_profile_is_said_to_be_so(link):
    with pytest.raises(NotAProfileLink):
        profile_from_link(link)
