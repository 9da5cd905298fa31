"""What vopt notices, in one sentence with a next step, the same at a terminal and on a page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.desk.conftest import BAGS, START
from tests.servers import RunningSimulator
from vopt_lib.desk.attention import attention
from vopt_lib.desk.collect import collect
from vopt_lib.desk.follow import add_follow, set_paused
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.job import Job, write_job
from vopt_lib.desk.publish import publish_day, refine_day
from vopt_lib.errors import ChecksBroken, LakeBusy, NotPublished, VoptError
from vopt_lib.files import only_one
from vopt_lib.quality import suites
from vopt_lib.schema.home_page import Kind
from vopt_lib.words import Words

EN, IT = Words("en"), Words("it")


@pytest.fixture
def following(desk: Desk) -> Desk:
    """A vopt that follows bags."""
    add_follow(desk, BAGS.query)
    return desk


def live_a_day(desk: Desk) -> None:
    collect(desk, BAGS)
    refine_day(desk)
    publish_day(desk)


def kinds(desk: Desk) -> list[Kind]:
    return [one.kind for one in attention(desk, EN)]


def test_a_day_as_it_should_be_leaves_nothing_to_say(following: Desk) -> None:
    live_a_day(following)
    assert kinds(following) == []


def test_a_day_and_a_half_without_anything_is_quiet_and_collecting_is_the_next_step(
    following: Desk, market: RunningSimulator
) -> None:
    live_a_day(following)
    market.clock.move_to(START + timedelta(hours=36))
    assert kinds(following) == []
    market.clock.move_to(START + timedelta(hours=37))
    [quiet] = attention(following, EN)
    assert (quiet.kind, quiet.tone, quiet.waits_for_her) == ("quiet", "warn", True)
    assert quiet.line.startswith("Nothing has come in since 1 Nov 2026 ")
    assert quiet.line.endswith(". `vopt collect` brings it up to date.")
    assert (quiet.label, quiet.href) == ("Collect now", "/follow")
    set_paused(following, "borse", paused=True)
    assert kinds(following) == ["all_paused"]


def test_a_rest_goes_on_by_itself_and_takes_the_blame_for_what_is_held_back(
    following: Desk, market: RunningSimulator, on_day: Callable[[int], None]
) -> None:
    live_a_day(following)
    on_day(3)
    market.switch_on("challenge_datadome:1@catalogue")
    live_a_day(following)
    held, resting = attention(following, EN)
    assert (held.kind, held.waits_for_her, held.command) == ("held_back", False, "")
    assert held.text.startswith("Not published, because “Borse”")
    assert (resting.kind, resting.waits_for_her) == ("resting", False)
    assert resting.text.startswith("Collecting rests until ")
    assert "localhost" not in resting.text
    assert resting.text.endswith("(DataDome). Nothing is lost; it goes on by itself.")
    market.clock.move_to(START + timedelta(days=3, hours=12))
    assert kinds(following) == ["held_back"]
    assert attention(following, EN)[0].waits_for_her


def test_a_real_site_waits_for_consent(tmp_path: Path) -> None:
    [consent] = attention(open_desk(data=tmp_path), EN)
    assert (consent.kind, consent.label) == ("consent", "Read the conditions")
    assert consent.command == "`vopt consent` shows them."


def test_work_that_was_killed_can_go_on(following: Desk) -> None:
    write_job(following.paths.job, Job.of(following, [BAGS]))
    [stopped] = attention(following, EN)
    assert (stopped.kind, stopped.label) == ("stopped", "Go on")
    assert stopped.line == "Collecting was stopped half-way. Nothing is lost. `vopt collect` goes on."


def test_work_that_was_killed_and_finished_by_another_program_is_over(following: Desk) -> None:
    write_job(following.paths.job, Job.of(following, [BAGS]))
    live_a_day(following)
    assert kinds(following) == []


@pytest.mark.parametrize(
    ("error", "told"),
    [(LakeBusy(table="run", seconds=60), ["failed"]), (NotPublished(name="Borse"), [])],
    ids=["failed", "told as held back"],
)
def test_work_that_failed_is_told_until_something_was_published_again(
    following: Desk, error: VoptError, told: list[Kind]
) -> None:
    write_job(following.paths.job, Job.of(following, [BAGS]).ended(following.clock.now(), error))
    assert kinds(following) == told
    live_a_day(following)
    assert kinds(following) == []


def test_work_under_way_is_told_as_it_stands_and_stops_the_complaint_of_quiet(
    following: Desk, on_day: Callable[[int], None]
) -> None:
    live_a_day(following)
    on_day(4)
    with _working(following):
        [collecting] = attention(following, IT)
    assert (collecting.kind, collecting.tone, collecting.waits_for_her) == ("collecting", "info", False)


def _working(desk: Desk) -> AbstractContextManager[int]:
    write_job(desk.paths.job, Job.of(desk, [BAGS]))
    return only_one(desk.paths.job_lock, "Collecting")


@pytest.mark.parametrize("work", ["refine", "publish"])
def test_figures_being_worked_out_are_told(following: Desk, work: str) -> None:
    with only_one(following.paths.locks / f"{work}.lock", f"vopt {work}"):
        assert kinds(following) == ["publishing"]
    assert kinds(following) == []


def test_a_day_that_looks_wrong_leads_to_what_was_checked(
    following: Desk, market: RunningSimulator, on_day: Callable[[int], None]
) -> None:
    live_a_day(following)
    on_day(1)
    market.switch_on("half_without_price")
    live_a_day(following)
    [held] = attention(following, EN)
    assert (held.kind, held.label, held.href) == ("held_back", "See what was checked", "/quality")
    assert " of today's listings have no price: yesterday's figures stay." in held.line


def test_checks_that_broke_are_told_once(following: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(batch: object) -> None:
        raise RuntimeError("no metrics")

    monkeypatch.setattr(suites, "suite", broken)
    live_a_day(following)
    write_job(following.paths.job, Job.of(following, [BAGS]).ended(following.clock.now(), ChecksBroken(what="x")))
    [told] = attention(following, EN)
    assert told.text.startswith("vopt could not check the new figures (RuntimeError: no metrics)")
