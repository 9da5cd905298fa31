"""When things run by themselves: at times that every day has, what is heavy apart, and never two of a kind at once."""

from __future__ import annotations

import asyncio
import importlib
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from tests.servers import REPOSITORY
from vopt_lib.desk.flow_runs import JOBS

DEPLOYMENTS: dict[str, dict[str, Any]] = {
    one["name"]: one for one in yaml.safe_load((REPOSITORY / "prefect.yaml").read_text())["deployments"]
}
ROME = ZoneInfo("Europe/Rome")
MONDAY = datetime(2026, 11, 23, tzinfo=ROME)
HEAVY = ("daily", "refine", "maintain", "train", "embed", "backup")


def times(name: str, start: datetime, days: int) -> list[datetime]:
    """When a deployment begins in these days, in Rome, as Prefect's scheduler tells."""
    from prefect.server.schemas.schedules import CronSchedule

    [given] = DEPLOYMENTS[name]["schedules"]
    schedule = CronSchedule(cron=given["cron"], timezone=given["timezone"])
    end = start + timedelta(days=days)
    return [at.astimezone(ROME) for at in asyncio.run(schedule.get_dates(n=500 * days, start=start, end=end))]


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_every_deployment_names_a_flow_that_is_watched_over(name: str) -> None:
    file, flow = DEPLOYMENTS[name]["entrypoint"].split(":")
    found = getattr(importlib.import_module(Path(file).with_suffix("").as_posix().replace("/", ".")), flow)
    assert found.name == name
    assert name in JOBS


def test_every_flow_that_is_watched_over_runs_by_itself() -> None:
    assert set(DEPLOYMENTS) == set(JOBS)
    assert all(one["schedules"] for one in DEPLOYMENTS.values())


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_run_that_comes_while_another_of_its_kind_runs_is_let_go(name: str) -> None:
    assert DEPLOYMENTS[name]["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}


def test_what_is_heavy_begins_twenty_minutes_apart_in_every_week() -> None:
    begins = sorted((at, name) for name in HEAVY for at in times(name, MONDAY, 7))
    near = [(one, other) for one, other in pairwise(begins) if other[0] - one[0] < timedelta(minutes=20)]
    assert near == []


@pytest.mark.parametrize(
    ("spring", "autumn"), [(datetime(2027, 3, 28, tzinfo=ROME), datetime(2026, 10, 25, tzinfo=ROME))]
)
def test_on_the_days_when_clocks_change_daily_things_run_once(spring: datetime, autumn: datetime) -> None:
    at = {name: DEPLOYMENTS[name]["schedules"][0]["cron"] for name in DEPLOYMENTS}
    once_a_day = [name for name, cron in at.items() if cron.split()[1].isdigit() and cron.endswith("* * *")]
    assert set(once_a_day) >= {"daily", "maintain", "refine", "quality"}
    for day in (spring, autumn):
        assert {name: len(times(name, day, 1)) for name in once_a_day} == dict.fromkeys(once_a_day, 1)
        assert len(times("embed", day, 1)) == 3


def test_a_light_collection_and_a_round_of_visits_fit_into_one_hour() -> None:
    from vopt_lib.settings import Settings

    [schedule] = DEPLOYMENTS["collect"]["schedules"]
    limits = Settings.model_fields
    both = schedule["parameters"]["requests"] + limits["item_pages_per_hour"].default
    assert both <= limits["requests_per_hour"].default


def test_times_are_those_of_rome() -> None:
    zones = {schedule["timezone"] for one in DEPLOYMENTS.values() for schedule in one["schedules"]}
    assert zones == {"Europe/Rome"}
    assert times("daily", datetime(2026, 7, 1, tzinfo=UTC), 1)[0].hour == 6
