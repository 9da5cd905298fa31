"""The flows wrap the desk's jobs: same tables, plus retries, states and a report in Prefect."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
import yaml

from tests.desk.drafting import SHIRT
from tests.flows.conftest import START
from tests.priced_market import publish_listings
from tests.pricing.standin import MEDIANS
from tests.servers import REPOSITORY, RunningSimulator
from vopt_lib.desk import price_training
from vopt_lib.desk.follow import follows
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.publish import refine_day
from vopt_lib.desk.report import newest_runs
from vopt_lib.errors import Challenged, NothingPublished, PricesMissing
from vopt_lib.pricing.store import published


def kinds(desk: Desk) -> list[str]:
    return sorted(run.kind for run in newest_runs(desk))


def artifacts() -> list[dict[str, str]]:
    """What is told in Prefect, also by the flows of other tests on the same server."""
    import httpx
    from prefect.settings import PREFECT_API_URL

    # Prefect's own client sends nulls here that its server refuses.
    found: list[dict[str, str]] = httpx.post(f"{PREFECT_API_URL.value()}/artifacts/filter", json={}).json()
    return found


def test_daily_collects_refines_publishes_and_reports(desk: Desk, market: RunningSimulator) -> None:
    from flows.daily import daily

    before = {artifact["id"] for artifact in artifacts()}

    daily()

    assert kinds(desk) == ["collect", "maintain", "publish", "recheck", "refine"]
    assert desk.lake.published()["catalog_day"] >= 0
    reports = [artifact for artifact in artifacts() if artifact["id"] not in before]
    assert [report["key"] for report in reports] == ["vopt-day"]
    assert "Borse" in reports[0]["data"]
    assert "/__truth__" not in {request["path"] for request in market.requests()}


def test_a_refused_follow_fails_its_task_but_not_the_day(desk: Desk, market: RunningSimulator) -> None:
    from flows.daily import daily

    market.switch_on("challenge_datadome:1@catalogue")

    daily()

    runs = {run.kind: run.outcome for run in newest_runs(desk)}
    assert runs == {
        "collect": "failed",
        "refine": "done",
        "recheck": "done",
        "publish": "held_back",
        "maintain": "done",
    }
    assert desk.lake.published() == {}


def test_a_day_that_looks_wrong_is_held_back_and_its_report_says_why(desk: Desk, market: RunningSimulator) -> None:
    from flows.daily import daily

    market.switch_on("half_without_price")
    daily()
    market.switch_off()

    held = newest_runs(desk, "publish")[0]
    assert (held.outcome, type(held.error)) == ("held_back", PricesMissing)
    assert any("of today's listings have no price" in artifact["data"] for artifact in artifacts())


def test_collect_alone_fails_when_a_follow_does(desk: Desk, market: RunningSimulator) -> None:
    from flows.collect import collect

    market.switch_on("challenge_datadome:1@catalogue")
    assert collect(return_state=True).is_failed()


def test_recheck_visits_pages_and_publishes_what_they_said(desk: Desk, market: RunningSimulator) -> None:
    from flows.collect import collect
    from flows.recheck import recheck
    from flows.refine import refine

    collect()
    refine()
    recheck()

    assert {run.kind: run.outcome for run in newest_runs(desk)}["recheck"] == "done"
    assert desk.lake.scan("listing_seen").filter(pl.col("shape") == "item-page").collect().height == 15


def test_a_recheck_that_is_refused_fails_its_task(desk: Desk, market: RunningSimulator) -> None:
    from flows.collect import collect
    from flows.recheck import recheck_one
    from flows.refine import refine

    collect()
    refine()
    market.switch_on("challenge_datadome:1@item_page")

    with pytest.raises(Challenged):
        recheck_one("it")


def test_refine_alone_publishes_what_was_collected(desk: Desk) -> None:
    from flows.collect import collect
    from flows.refine import refine

    collect()
    refine()

    assert desk.lake.scan("listing_live").collect().height > 0


def test_maintain_tidies_and_reports_what_was_removed(desk: Desk, market: RunningSimulator) -> None:
    from flows.collect import collect
    from flows.maintain import maintain
    from flows.refine import refine

    collect()
    refine()
    market.clock.move_to(START + timedelta(days=9))
    before = {artifact["id"] for artifact in artifacts()}

    maintain()
    maintain()

    assert kinds(desk).count("maintain") == 1
    assert desk.lake.scan("page_raw").collect().is_empty()
    reports = [artifact for artifact in artifacts() if artifact["id"] not in before]
    assert len(reports) == 2
    assert "Old days removed from page_raw: 1, up to 2026-11-01." in reports[0]["data"]


def test_train_learns_every_market_that_is_followed_and_reports(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.train import train

    monkeypatch.setattr(price_training, "our_learner", lambda: MEDIANS)
    publish_listings(desk, 900, until=START, source="vinted")
    before = {artifact["id"] for artifact in artifacts()}

    train()

    assert {run.kind: run.outcome for run in newest_runs(desk)} == {"train": "done"}
    assert published(desk.paths.price_models).keys() == {"it"}
    reports = [artifact for artifact in artifacts() if artifact["id"] not in before]
    assert any("is in use now: 823 listings" in report["data"] for report in reports)


def test_a_market_that_teaches_nothing_fails_its_task_but_not_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.train import train, train_one

    monkeypatch.setattr(price_training, "our_learner", lambda: MEDIANS)
    with pytest.raises(NothingPublished):
        train_one("it")
    assert train(return_state=True).is_completed()
    assert [run.outcome for run in newest_runs(desk, "train")] == ["failed", "failed"]


def test_a_day_watches_the_price_model_and_a_fault_of_it_stops_nothing(desk: Desk) -> None:
    from flows.daily import daily

    folder = desk.paths.price_models
    folder.mkdir(parents=True)
    (folder / "published.json").write_text('{"it": "it-20261115T063000"}')
    daily()
    assert "maintain" in kinds(desk)


@pytest.mark.parametrize("deployment", yaml.safe_load((REPOSITORY / "prefect.yaml").read_text())["deployments"])
def test_every_deployment_names_a_flow_that_exists(deployment: dict[str, str]) -> None:
    import importlib

    file, name = deployment["entrypoint"].split(":")
    assert (REPOSITORY / file).exists()
    assert hasattr(importlib.import_module(Path(file).with_suffix("").as_posix().replace("/", ".")), name)


def test_embed_describes_own_photos_and_those_of_every_market_that_is_followed(
    desk: Desk, market: RunningSimulator
) -> None:
    from flows.collect import collect_one
    from flows.embed import embed

    [follow] = follows(desk)
    collect_one(follow.id)
    refine_day(desk)
    before = {artifact["id"] for artifact in artifacts()}

    embed()

    runs = newest_runs(desk, "embed")
    assert {(run.market, run.outcome, run.pages) for run in runs} == {("it", "done", 60), (None, "done", 0)}
    reports = [artifact for artifact in artifacts() if artifact["id"] not in before]
    assert any("60 photos described, 60 fetched" in report["data"] for report in reports)


def test_a_market_whose_photos_cannot_be_fetched_fails_its_task_but_not_the_flow(
    desk: Desk, market: RunningSimulator
) -> None:
    from flows.collect import collect_one
    from flows.embed import embed, embed_one

    [follow] = follows(desk)
    collect_one(follow.id)
    refine_day(desk)
    market.switch_on("challenge_datadome@image")
    with pytest.raises(Challenged):
        embed_one("it", "shapes-1")
    assert embed(return_state=True).is_completed()


def test_a_folder_in_the_inbox_becomes_a_draft_once_nothing_changes_in_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    import flows.draft

    class Later:
        def now(self) -> datetime:
            return datetime(2100, 1, 1, tzinfo=UTC)

    item = desk.paths.inbox / "giacca"
    item.mkdir(parents=True)
    (item / "1.jpg").write_bytes(SHIRT)
    flows.draft.draft()
    assert item.exists()
    monkeypatch.setattr(flows.draft, "SystemClock", Later)
    flows.draft.draft()
    assert (desk.paths.inbox_done / "giacca").exists()
