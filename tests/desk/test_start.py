"""Starting work from a page: a process of its own, one at a time, that tells how it goes and may be killed anywhere."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import polars as pl
import psutil
import pytest
from filelock import FileLock

from tests.desk.conftest import BAGS, START, host_lock
from tests.servers import RunningSimulator
from tests.waiting import until
from vopt_lib.desk.collect import collect
from vopt_lib.desk.environment import settings_environment
from vopt_lib.desk.follow import add_follow, follows
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.job import Job
from vopt_lib.desk.progress import Progress, progress_of, told_last, told_now
from vopt_lib.desk.start import start, stop
from vopt_lib.errors import AlreadyRunning, Challenged, ConsentNeeded, UnknownFollow
from vopt_lib.files import only_one
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.sources.vinted.navigation import known_tree
from vopt_lib.words import Words

EN = Words("en")


@pytest.fixture
def desk(market: RunningSimulator, tmp_path: Path) -> Desk:
    opened = open_desk(data=tmp_path / "data", vinted_www=market.www, vinted_api=market.api)
    add_follow(opened, BAGS.query, "Borse")
    return opened


def ended(desk: Desk) -> Progress:
    """How the job ended, once it has."""
    until(lambda: progress_of(desk).state != "running")
    return progress_of(desk)


def holder(desk: Desk) -> int:
    return int(desk.paths.job_lock.with_suffix(".pid").read_text())


def test_nothing_was_ever_started(desk: Desk) -> None:
    now = progress_of(desk)
    assert (now.state, now.is_moving, now.share, told_now(now, EN), told_last(now, EN, START)) == (
        "idle",
        False,
        None,
        None,
        (),
    )


def test_what_was_asked_for_arrives_and_can_be_looked_at(desk: Desk) -> None:
    start(desk, ["borse"])

    done = ended(desk)

    assert done.state == "ended"
    (line,) = told_last(done, EN, desk.clock.now())
    listings = desk.lake.scan("listing_seen").filter(~pl.col("promoted")).collect()["listing_id"].n_unique()
    assert line.text.startswith(f"Arrived. Borse: {listings} listings on ")
    assert (line.kind, line.href) == ("good", "/market?catalog=19")
    assert known_tree(desk.paths.host_state(desk.site("it").host), "it")  # from now on every catalogue can be chosen


def test_it_outlives_who_started_it_and_while_it_runs_it_is_told_and_a_second_start_is_refused(desk: Desk) -> None:
    with host_lock(desk):
        start(desk, ["borse"])
        until(lambda: bool(progress_of(desk).job) and _stage(desk) == "collecting")
        now = progress_of(desk)
        with pytest.raises(AlreadyRunning) as refused:
            start(desk, ["borse"])
        pid = holder(desk)
        assert os.getsid(pid) == pid != os.getsid(0), "it is a child of the terminal"
    assert (now.state, now.is_moving, now.share) == ("running", True, None)
    told = told_now(now, EN)
    assert told
    assert told.text == "Collecting “Borse”…"
    assert refused.value.facts["pid"] == pid
    assert ended(desk).state == "ended"


def test_what_a_follow_usually_takes_says_how_much_is_done(desk: Desk) -> None:
    collect(desk, follows(desk)[0])
    with host_lock(desk):
        job = start(desk, ["borse"])
        share = progress_of(desk).share
        stop(desk.paths, within_s=60)
    assert job.follows[0].usual_requests
    assert share == 0.0


def test_work_under_way_is_ended_when_it_is_told_to_stop(desk: Desk) -> None:
    stop(desk.paths)
    with host_lock(desk):
        start(desk, ["borse"])
        stop(desk.paths, within_s=60)
        assert progress_of(desk).state == "stopped"


def test_work_that_has_only_just_begun_is_ended_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told: Iterator[list[str]] = iter([[], []])
    tell = psutil.Process.cmdline
    monkeypatch.setattr(psutil.Process, "cmdline", lambda process: next(told, None) or tell(process))
    with host_lock(desk):
        start(desk, ["borse"])
        stop(desk.paths, within_s=60)
        assert progress_of(desk).state == "stopped"


def test_nobody_but_the_work_itself_is_ended(desk: Desk) -> None:
    with only_one(desk.paths.job_lock, "Collecting"), pytest.raises(AlreadyRunning):
        stop(desk.paths, within_s=0)


BLOCKED: dict[str, Callable[[Desk], AbstractContextManager[object]]] = {
    "collecting": host_lock,
    "figures": lambda desk: FileLock(desk.paths.locks / "refine.lock"),
    "publishing": lambda desk: FileLock(desk.paths.locks / "publish.lock"),
}


@pytest.mark.parametrize("stage", BLOCKED)
def test_a_killed_one_lost_nothing_and_goes_on_where_it_was(desk: Desk, stage: str) -> None:
    with BLOCKED[stage](desk):
        start(desk, ["borse"])
        until(lambda: _stage(desk) == stage)
        os.kill(holder(desk), signal.SIGKILL)
        until(lambda: progress_of(desk).state == "stopped")
    left = progress_of(desk)
    told = told_now(left, EN)
    assert told
    assert told.text.startswith("Collecting was stopped half-way. Nothing is lost:")
    assert left.job

    start(desk, [follow.id for follow in left.job.remaining])

    assert (ended(desk).state, _error(desk)) == ("ended", None)
    seen = desk.lake.scan("listing_seen").collect()
    assert seen.height == seen.unique(["listing_id", "observed_at"]).height > 100
    assert desk.lake.scan("catalog_day").collect()["catalog_id"].to_list() == [19]


def test_a_refusal_is_told_with_its_reason(desk: Desk, market: RunningSimulator) -> None:
    market.switch_on("challenge_datadome:1@catalogue")
    start(desk, ["borse"])

    (line,) = told_last(ended(desk), Words("it"), desk.clock.now())

    assert line.text.startswith("Borse: non è stato raccolto niente.")
    assert "pagina solo per umani" in line.text
    job = progress_of(desk).job
    assert job
    assert isinstance(job.collected[0].error, Challenged)


def test_a_follow_that_nobody_knows_starts_nothing(desk: Desk) -> None:
    with pytest.raises(UnknownFollow):
        start(desk, ["borse", "scarpe"])
    assert progress_of(desk).state == "idle"


def test_without_consent_nothing_starts(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path)
    follow = add_follow(desk, CatalogueQuery("it", Term(4, "Donna > Vestiti")))
    with pytest.raises(ConsentNeeded):
        start(desk, [follow.id])
    assert progress_of(desk).state == "idle"


def test_settings_reach_the_process_wherever_they_were_made_but_for_those_that_it_reads_itself(tmp_path: Path) -> None:
    (tmp_path / "vopt.toml").write_text('requests_per_hour = 40\nsql_rows = 5\nlanguage = "en"\n')
    made = settings_environment(open_desk(data=tmp_path, language="it", sql_rows=5).settings)
    assert made == {"VOPT_LANGUAGE": "it", "VOPT_SQL_ROWS": "5", "VOPT_SQL_SECONDS": "30.0"}


def _stage(desk: Desk) -> str | None:
    job = progress_of(desk).job
    return job.stage if job else None


def _error(desk: Desk) -> object:
    job: Job | None = progress_of(desk).job
    return job and job.error
