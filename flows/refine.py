"""This is where collected days become market figures under Prefect."""

from __future__ import annotations

from prefect import get_run_logger, task
from prefect.artifacts import create_markdown_artifact

from flows.scheduled import scheduled
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.publish import publish_day, refine_day
from vopt_lib.desk.report import day_report
from vopt_lib.desk.runs import headline
from vopt_lib.desk.upkeep import keep_tidy
from vopt_lib.words import Words


@task(name="refine", retries=2, retry_delay_seconds=2)
def refine_task() -> None:
    """Turn what was collected since the last time into market tables."""
    refine_day(open_desk())


@task(name="publish")
def publish_task() -> None:
    """Show the new figures, if the day passes its checks; else say why not."""
    desk = open_desk()
    run = publish_day(desk)
    if run.error is not None:
        get_run_logger().warning(Words(desk.settings.language or "en").error(run.error))


@task(name="tidy", retries=2, retry_delay_seconds=60)
def tidy_task() -> None:
    """Once a day, let old rows leave, join small files and remove those that nobody reads."""
    desk = open_desk()
    run = keep_tidy(desk)
    if run is not None:
        get_run_logger().info(headline(run, Words(desk.settings.language or "en")))


@task(name="report")
def report_task() -> None:
    """Write what today's runs did as an artifact of the Prefect UI; without its server only this fails."""
    desk = open_desk()
    words, today = Words(desk.settings.language or "en"), desk.clock.now().date()
    create_markdown_artifact(day_report(desk, words, today), key="vopt-day", description=words.day(today))


@scheduled("refine")
def refine() -> None:
    """Refine and publish what was collected."""
    refine_task()
    publish_task()
    report_task(return_state=True)
