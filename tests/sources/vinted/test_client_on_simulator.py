"""Every error answer that was recorded of Vinted, over real HTTP, with the polite pacing on the simulator's clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import orjson
import pytest

from tests.servers import SMALL_SIMULATOR, RunningSimulator, running_simulator
from tests.simulator.small_market import START
from vopt_lib.errors import (
    AccessRefused,
    Challenged,
    CollectingPaused,
    DisallowedByRobots,
    EndpointMoved,
    HomepageRefused,
    NotJson,
    QueryRejected,
    RateLimited,
    SessionRefused,
    Unreachable,
)
from vopt_lib.settings import Settings
from vopt_lib.sources.vinted.client import Kind, VintedClient
from vopt_lib.sources.vinted.pacing import Pacing
from vopt_lib.sources.vinted.site import Site

ITEMS = "/svc-catalogue/items"
OpenClient = Callable[[], VintedClient]


@pytest.fixture(scope="module")
def _running() -> Iterator[RunningSimulator]:
    with running_simulator(program=SMALL_SIMULATOR, needs_anon_id=True, token_on_redirect=True) as running:
        yield running


@pytest.fixture
def vinted(_running: RunningSimulator) -> RunningSimulator:
    """The small simulator at its start, without faults: it wants X-Anon-Id, and hands its token out on a redirect."""
    _running.clock.move_to(START)
    _running.switch_off()
    _running.forget_requests()
    return _running


@pytest.fixture
def open_client(vinted: RunningSimulator, tmp_path: Path) -> Iterator[OpenClient]:
    """Opens a client as a new process would, on the same state."""
    settings = Settings(data=tmp_path, vinted_www=vinted.www, vinted_api=vinted.api)
    opened: list[VintedClient] = []

    def open_() -> VintedClient:
        site = Site.of(settings, "it")
        client = VintedClient(site, state=tmp_path / "state", clock=vinted.clock, pacing=Pacing.polite(settings))
        opened.append(client)
        return client

    yield open_
    for client in opened:
        client.close()


def ask(client: VintedClient) -> dict[str, object]:
    answer = client.get(client.site.items_url, {"page": "1", "order": "newest_first"}, kind=Kind.CATALOGUE)
    return dict(orjson.loads(answer.body))


def asked(vinted: RunningSimulator, path: str) -> int:
    return sum(request["path"] == path for request in vinted.requests())


def test_a_guest_gets_in_and_asks_politely(vinted, open_client):
    client = open_client()
    first = ask(client)
    assert first["items"]
    for _ in range(3):
        ask(client)
    moments = [datetime.fromisoformat(request["at"]) for request in vinted.requests()]
    assert [request["path"] for request in vinted.requests()] == [
        "/robots.txt",
        "/robots.txt",
        "/",
        "/session-refresh",
        "/",
        *[ITEMS] * 4,
    ]
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    assert all(timedelta(seconds=10) <= pause <= timedelta(seconds=20) for pause in pauses)


def test_a_session_lasts_until_its_token_ends(vinted, open_client):
    ask(open_client())
    vinted.clock.sleep(7200 - 300)
    ask(open_client())
    assert asked(vinted, "/session-refresh") == 1
    vinted.clock.sleep(600)
    ask(open_client())
    assert asked(vinted, "/session-refresh") == 2


def test_labels_come_in_the_sites_language(open_client):
    item = ask(open_client())["items"][0]
    assert "Condizioni" in item["item_box"]["accessibility_label"]


@pytest.mark.parametrize(
    ("fault", "error", "times_asked"),
    [
        ("unauthorized", SessionRefused, 2),
        ("forbidden_json", AccessRefused, 2),
        ("access_denied_gateway", AccessRefused, 2),
        ("invalid_request", QueryRejected, 1),
        ("unknown_service", EndpointMoved, 1),
        ("endpoint_moved_json", EndpointMoved, 1),
        ("endpoint_moved_html", EndpointMoved, 1),
        ("rate_limited", RateLimited, 4),
        ("challenge_datadome", Challenged, 1),
        ("challenge_cloudflare", Challenged, 1),
        ("challenge_client", Challenged, 1),
        ("blocked_1020", Challenged, 1),
        ("server_error", Unreachable, 4),
        ("bad_gateway", Unreachable, 4),
        ("timeout_504", Unreachable, 4),
        ("dropped_connection@catalogue", Unreachable, 4),
        ("html_200", NotJson, 1),
        ("cut_json", NotJson, 4),
        ("truncated_body", NotJson, 4),
    ],
)
def test_an_error_that_stays_is_named_after_as_many_attempts_as_are_decent(
    vinted, open_client, fault, error, times_asked
):
    vinted.switch_on(fault)
    with pytest.raises(error):
        ask(open_client())
    assert asked(vinted, ITEMS) == times_asked


@pytest.mark.parametrize(
    "fault",
    [
        "unauthorized:1",
        "forbidden_json:1",
        "access_denied_gateway:1",
        "rate_limited:3",
        "server_error:3",
        "bad_gateway:2",
        "timeout_504:1",
        "dropped_connection:2@catalogue",
        "dropped_connection:1@home",
        "cut_json:2",
        "truncated_body:2",
        "expired_token:1",
    ],
)
def test_an_error_that_passes_is_waited_out_and_told(vinted, open_client, fault):
    vinted.switch_on(fault)
    client = open_client()
    assert ask(client)["items"]
    assert client.stats.events or fault.startswith("expired_token")


def test_retry_after_is_obeyed(vinted, open_client):
    client = open_client()
    ask(client)
    vinted.switch_on("rate_limited:1")
    before = vinted.clock.now()
    ask(client)
    assert vinted.clock.now() - before >= timedelta(seconds=60)
    assert client.stats.events[-1]["facts"]["seconds"] == 60


def test_a_home_page_that_says_406_is_left_alone_for_an_hour(vinted, open_client):
    vinted.switch_on("not_acceptable:1")
    with pytest.raises(HomepageRefused):
        ask(open_client())
    with pytest.raises(HomepageRefused):
        ask(open_client())
    assert asked(vinted, "/") == 1
    vinted.clock.sleep(3600)
    assert ask(open_client())["items"]


def test_a_challenge_stops_every_process_for_6_hours_and_the_next_for_24(vinted, open_client):
    vinted.switch_on("challenge_datadome:2")
    with pytest.raises(Challenged):
        ask(open_client())
    vinted.clock.sleep(5.9 * 3600)
    requests = len(vinted.requests())
    with pytest.raises(CollectingPaused):
        ask(open_client())
    assert len(vinted.requests()) == requests

    vinted.clock.sleep(0.2 * 3600)
    with pytest.raises(Challenged) as second:
        ask(open_client())
    assert second.value.facts["until"] == vinted.clock.now() + timedelta(hours=24)
    vinted.clock.sleep(24 * 3600)
    assert ask(open_client())["items"]


def test_the_retired_address_is_named_as_moved(vinted, open_client):
    with pytest.raises(EndpointMoved):
        open_client().get("/api/v2/catalog/initializers", kind=Kind.METADATA)


def test_a_path_that_robots_txt_disallows_is_never_requested(tmp_path):
    with running_simulator(program=SMALL_SIMULATOR, disallow=["/svc-catalogue/"]) as closed:
        settings = Settings(data=tmp_path, vinted_www=closed.www, vinted_api=closed.api)
        site = Site.of(settings, "it")
        client = VintedClient.of(site, settings, state=tmp_path / "state", clock=closed.clock)
        with client, pytest.raises(DisallowedByRobots):
            ask(client)
        assert [request["path"] for request in closed.requests()] == ["/robots.txt"]


def test_item_pages_and_photos_are_read_too(open_client):
    client = open_client()
    item = ask(client)["items"][0]
    page = client.get(item["url"], kind=Kind.ITEM_PAGE)
    assert b"application/ld+json" in page.body
    photo = client.get(item["photo"]["url"], kind=Kind.IMAGE)
    assert photo.content_type.startswith("image/")
