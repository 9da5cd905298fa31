"""What no visitor sees is told only where a market was started to tell it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers import SMALL_SIMULATOR, RunningSimulator, running_simulator


@pytest.fixture(scope="module")
def telling() -> Iterator[RunningSimulator]:
    with running_simulator(seed=5, start="2026-10-01", days=2, scale=0.05, truth=True) as site:
        yield site


def test_a_market_tells_its_truth_only_when_asked_to(full_site: RunningSimulator, telling: RunningSimulator) -> None:
    assert full_site.ask("/__truth__").status == 404
    told = telling.ask("/__truth__").json
    assert told["family"] == "frailty with markdowns"
    assert {len(column) for column in told["listings"].values()} == {len(told["listings"]["listing_id"])}


def test_no_web_page_can_read_it(telling: RunningSimulator) -> None:
    assert telling.ask("/__truth__", headers={"Origin": "http://evil.example"}).status == 403


def test_a_market_of_given_listings_has_no_truth_to_tell() -> None:
    with running_simulator(program=SMALL_SIMULATOR, truth=True) as site:
        assert site.ask("/__truth__").status == 404


def test_it_agrees_with_what_visitors_see(telling: RunningSimulator) -> None:
    listings = telling.ask("/__truth__").json["listings"]
    now = telling.clock.now().timestamp()
    shown = telling.search("per_page=96&order=newest_first").json["items"]
    place = {listing_id: row for row, listing_id in enumerate(listings["listing_id"])}
    assert shown
    for item in shown:
        row = place[item["id"]]
        assert listings["listed_at"][row] <= now < listings["ended_at"][row]
        assert listings["brand"][row] == (item["item_box"]["first_line"] or None)


def test_a_sale_comes_when_the_thing_would_sell_and_any_other_end_before(telling: RunningSimulator) -> None:
    listings = telling.ask("/__truth__").json["listings"]
    for listed_at, ended_at, ended_as, would_sell in zip(
        *(listings[name] for name in ("listed_at", "ended_at", "ended_as", "would_sell_days")), strict=True
    ):
        age_days = (ended_at - listed_at) / 86_400
        assert age_days == pytest.approx(would_sell, abs=0.01) if ended_as == "sold" else age_days <= would_sell
