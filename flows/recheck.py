"""This is where listings that searches no longer show are asked about under Prefect, a few pages every hour."""

from __future__ import annotations

from prefect import get_run_logger, task

from flows.refine import publish_task, refine_task
from flows.scheduled import scheduled
from vopt_lib.desk.follow import due_markets
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.recheck import recheck as recheck_market
from vopt_lib.desk.runs import Run, headline
from vopt_lib.words import Words


@task(task_run_name="recheck {market}")
def recheck_one(market: str, pages: int | None = None) -> Run:
    """Visit so many pages (default: what one hour allows). The task fails when nothing could be read."""
    desk = open_desk()
    run = recheck_market(desk, market, pages=pages)
    get_run_logger().info(headline(run, Words(desk.settings.language or "en")))
    if run.outcome == "failed" and run.error:
        raise run.error
    return run


def visit_pages(pages: int | None = None) -> list[str]:
    """One round of visits in every market that is due, which are returned. One that fails does not stop the others."""
    markets = due_markets(open_desk())
    for market in markets:
        recheck_one(market, pages, return_state=True)
    return markets


@scheduled("recheck")
def recheck() -> None:
    """Visit pages of missed listings of every market that is due; then refine and publish what they said."""
    if visit_pages():
        refine_task()
        publish_task()
