"""The flows wrap the desk's jobs: same tables, plus retries, states and a report in Prefect."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from tests.desk.drafting import SHIRT
from tests.flows.conftest import START
from tests.priced_market import publish_listings
from tests.pricing.standin import MEDIANS
from tests.servers import RunningSimulator
from vopt_lib.desk import price_training
from vopt_lib.desk.alerts import alerts_of
from vopt_lib.desk.follow import follows, set_paused
from vopt_lib.desk.heavy import FLOW_PATIENCE_S
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.publish import refine_day
from vopt_lib.desk.report import newest_runs
from vopt_lib.errors import Challenged, NothingPublished, PricesMissing
from vopt_lib.files import only_one
from vopt_lib.pricing.store import published
from vopt_lib.words import Words


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


def told(desk: Desk) -> list[str]:
    """Alerts that last."""
    return [known.alert.line(Words("en")) for known in alerts_of(desk) if known.ended_at is None]


def test_a_flow_that_fails_is_an_alert_until_it_does_well_again(desk: Desk, market: RunningSimulator) -> None:
    from flows.collect import collect

    market.switch_on("challenge_datadome:1@catalogue")
    assert collect(return_state=True).is_failed()
    [said] = told(desk)
    assert said.startswith("Collecting failed: 1 of 1 searches could not be collected.")
    # Now the site rests, which is told by itself.
    assert collect(return_state=True).is_completed()
    assert told(desk) == []


def test_a_flow_that_has_nothing_to_do_any_more_does_well(desk: Desk, market: RunningSimulator) -> None:
    from flows.collect import collect

    market.switch_on("challenge_datadome:1@catalogue")
    collect(return_state=True)
    assert told(desk) != []
    set_paused(desk, "Borse", paused=True)
    collect()
    assert told(desk) == []


def test_a_flow_whose_work_is_under_way_elsewhere_is_put_off(desk: Desk) -> None:
    from flows.maintain import maintain

    with only_one(desk.paths.flow_lock("maintain"), "vopt tidy"):
        state = maintain(return_state=True)
    assert (state.name, state.type.value) == ("Skipped", "COMPLETED")
    assert state.message.startswith("Tidying up is already running")
    assert state.message.endswith("It comes again at its next time.")
    assert told(desk) == []


@pytest.mark.parametrize(
    "flow", ["daily", "collect", "recheck", "refine", "quality", "embed", "draft", "mail", "alerts"]
)
def test_where_nobody_agreed_to_visits_flows_are_quiet(desk: Desk, flow: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOPT_VINTED_WWW")
    monkeypatch.delenv("VOPT_VINTED_API")
    run = getattr(importlib.import_module(f"flows.{flow}"), flow)
    assert run(return_state=True).is_completed()
    assert told(desk) == []
    assert {run.outcome for run in newest_runs(desk)} <= {"done"}


def test_a_light_collection_asks_only_for_what_few_requests_suffice_for(desk: Desk, market: RunningSimulator) -> None:
    from flows.collect import collect

    collect(requests=60)
    assert newest_runs(desk, "collect") == []
    collect()
    [whole] = newest_runs(desk, "collect")
    collect(requests=whole.requests - 1)
    assert len(newest_runs(desk, "collect")) == 1
    collect(requests=whole.requests)
    assert len(newest_runs(desk, "collect")) == 2


def test_the_weekly_flows_leave_a_copy_of_everything_and_what_was_checked(desk: Desk) -> None:
    from flows.backup import backup
    from flows.daily import daily
    from flows.quality import quality

    daily()
    quality()
    backup()
    assert len(list(desk.paths.backups.glob("vopt-backup-*-weekly.tar"))) == 1
    assert (desk.paths.quality_docs / "index.html").exists()
    assert told(desk) == []


def test_heavy_work_in_a_flow_waits_longer_than_beside_a_person(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    import flows.refine
    from vopt_lib.desk import heavy

    waits = []
    monkeypatch.setattr(flows.refine, "refine_day", lambda desk: waits.append(heavy._patience.get()))
    flows.refine.refine()
    assert waits == [FLOW_PATIENCE_S]
