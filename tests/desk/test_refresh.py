"""Refreshing follows: one after the other, told step by step, refused before anything is asked without consent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.conftest import BAGS, START
from tests.servers import RunningSimulator
from vopt_lib.desk.follow import add_follow
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.refresh import Step, refresh
from vopt_lib.desk.report import newest_runs
from vopt_lib.errors import Challenged, ConsentNeeded, NotPublished
from vopt_lib.schema.queries import CatalogueQuery, Follow, Term

SHOES = Follow("scarpe", "Scarpe", CatalogueQuery("it", Term(16, "Donna > Scarpe")), START)


def test_follows_are_collected_in_turn_then_worked_out_published_and_tidied(desk: Desk) -> None:
    steps: list[Step] = []

    done = refresh(desk, (BAGS, SHOES), on_step=steps.append)

    turns = [(step.stage, step.follow.id if step.follow else None, step.is_over) for step in steps]
    assert list(dict.fromkeys(turns)) == [
        ("collecting", "borse", False),
        ("collecting", "borse", True),
        ("collecting", "scarpe", False),
        ("collecting", "scarpe", True),
        ("figures", None, False),
        ("publishing", None, False),
        ("tidying", None, False),
    ]
    assert [run.outcome for run in (*done.collected, done.published)] == ["done", "done", "done"]
    assert desk.lake.scan("catalog_day").collect()["catalog_id"].sort().to_list()[-1] >= 19


def test_without_follows_what_was_collected_is_worked_out(desk: Desk) -> None:
    done = refresh(desk, ())
    assert (done.collected, done.published.outcome) == ((), "done")


def test_a_follow_that_fails_stops_neither_the_others_nor_the_figures(desk: Desk, market: RunningSimulator) -> None:
    market.switch_on("challenge_datadome:1@catalogue")

    done = refresh(desk, (BAGS,))

    assert [type(run.error) for run in done.collected] == [Challenged]
    assert isinstance(done.published.error, NotPublished)
    assert {run.kind for run in newest_runs(desk)} >= {"collect", "refine", "publish"}


def test_without_consent_nothing_of_it_starts(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path)
    follow = add_follow(desk, BAGS.query)
    with pytest.raises(ConsentNeeded):
        refresh(desk, (follow,))
    assert newest_runs(desk) == []
