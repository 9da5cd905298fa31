"""What is told of work under way: from small files alone, whoever wrote them and however they were left."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vopt_lib.desk.follow import add_follow
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.job import Job, JobFollow, read_job, write_job
from vopt_lib.desk.progress import Progress, progress_of, told_last, told_now
from vopt_lib.desk.runs import Run
from vopt_lib.errors import AlreadyRunning, CollectingPaused, VoptError
from vopt_lib.files import only_one
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.words import Words

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
BAGS = JobFollow("borse", "Borse", "it", 19, usual_requests=20)
WORDS_ONLY = JobFollow("lino", "“lino”", "it", None, usual_requests=None)
RUN = Run(
    "collect-1", "collect", NOON, NOON, follow_id="borse", follow_name="Borse", rows=48, listings=48, pages=1, events=[]
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path)


@pytest.mark.parametrize(
    "job",
    [
        Job(NOON, (BAGS,)),
        Job(NOON, (BAGS, WORDS_ONLY), "collecting", "lino", replace(RUN, share_seen=0.5), (RUN,)),
        Job(NOON, (), "tidying", ended_at=NOON, error=CollectingPaused(host="x", until=NOON, why="403")),
    ],
    ids=["starting", "half-way", "ended"],
)
def test_a_job_is_remembered_as_it_was(tmp_path: Path, job: Job) -> None:
    write_job(tmp_path / "work.json", job)
    known = read_job(tmp_path / "work.json")
    assert known
    assert replace(known, error=None) == replace(job, error=None)
    assert str(known.error) == str(job.error)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"started_at": 3}', "null"])
def test_a_file_that_cannot_be_understood_is_no_job(desk: Desk, text: str) -> None:
    desk.paths.job.write_text(text)
    assert progress_of(desk).state == "idle"


@pytest.mark.parametrize(
    ("job", "requests", "share"),
    [
        (Job(NOON, (BAGS,)), 0, 0.0),
        (Job(NOON, (BAGS,), "collecting", "borse"), 11, 11 / 22),
        (Job(NOON, (BAGS,), "collecting", "borse"), 500, 19 / 22),
        (Job(NOON, (BAGS, WORDS_ONLY), "collecting", "lino", None, (RUN,)), 0, 20 / 42),
        (Job(NOON, (BAGS,), "figures", None, None, (RUN,)), 0, 20 / 22),
        (Job(NOON, (WORDS_ONLY,), "collecting", "lino"), 5, None),
        (Job(NOON, (), "figures"), 0, 0.0),
    ],
    ids=["start", "half-way", "longer than usual", "second", "figures", "never collected before", "figures alone"],
)
def test_the_share_done_rests_on_what_the_follows_usually_take(job: Job, requests: int, share: float | None) -> None:
    assert Progress("running", job, requests).share == (None if share is None else pytest.approx(share))


@pytest.mark.parametrize(
    ("job", "told"),
    [
        (Job(NOON, (BAGS,)), "Getting ready…"),
        (Job(NOON, (BAGS,), "collecting", "borse"), "Collecting “Borse”, 7 requests so far…"),
        (
            Job(NOON, (BAGS, WORDS_ONLY), "collecting", "lino", replace(RUN, rows=1), (RUN,)),
            "Collecting ““lino”” (2 of 2), 7 requests so far, 1 listing…",
        ),
        (Job(NOON, (BAGS,), "collecting"), "Working out the figures…"),
        (Job(NOON, (BAGS,), "figures"), "Working out the figures…"),
        (Job(NOON, (BAGS,), "tidying"), "Putting the new figures on the pages…"),
    ],
)
def test_what_is_under_way_is_one_sentence(job: Job, told: str) -> None:
    now = told_now(Progress("running", job, 7), Words("en"))
    assert now
    assert now.text == told


def test_requests_since_the_last_commit_are_counted_where_a_host_has_a_budget(desk: Desk) -> None:
    asked = [(NOON + timedelta(seconds=15 * n)).isoformat() for n in range(-3, 5)]
    folder = desk.paths.host_state(desk.site("it").host)
    folder.mkdir(parents=True)
    (folder / "budget.json").write_text(json.dumps({"requests": asked}))
    write_job(desk.paths.job, Job(NOON, (BAGS,), "collecting", "borse", replace(RUN, requests=10)))
    with only_one(desk.paths.job_lock, "Collecting"):
        assert progress_of(desk).requests == 14


@pytest.mark.parametrize(
    ("run", "error", "told"),
    [
        (RUN, None, [("good", "Arrived. Borse: 48 listings on 1 page", "/market?catalog=19")]),
        (replace(RUN, rows=0, listings=0), None, [("info", "Borse: 0 listings on 1 page", None)]),
        (
            None,
            AlreadyRunning(work="vopt collect Borse", pid=7),
            [("bad", "vopt collect Borse is already running (process 7). Wait for it to end, then try again.", None)],
        ),
    ],
)
def test_how_it_ended_is_told_line_by_line(run: Run | None, error: VoptError | None, told: list[object]) -> None:
    job = Job(NOON, (BAGS,), "tidying", collected=(run,) if run else (), ended_at=NOON, error=error)
    assert [(line.kind, line.text, line.href) for line in told_last(Progress("ended", job), Words("en"), NOON)] == told


def test_a_follow_that_another_program_collects_is_named(desk: Desk) -> None:
    follow = add_follow(desk, CatalogueQuery("it", Term(19, "Donna > Borse")))
    with only_one(desk.paths.locks / f"collect-{follow.id}.lock", "vopt collect"):
        now = progress_of(desk)
    told = told_now(now, Words("en"))
    assert told
    assert told.text == "Another program is collecting now: Borse (Donna)."
    assert now.is_moving
    assert not progress_of(desk).is_moving


def test_what_ended_long_ago_is_no_news() -> None:
    job = Job(NOON, (BAGS,), "tidying", collected=(RUN,), ended_at=NOON)
    assert told_last(Progress("ended", job), Words("en"), NOON + timedelta(hours=2)) == ()
