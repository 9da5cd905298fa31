"""This is where folders of photos in the inbox become drafts under Prefect, every few minutes."""

from __future__ import annotations

from prefect import get_run_logger, task

from flows.scheduled import scheduled
from vopt_lib.desk.inbox import empty_inbox
from vopt_lib.desk.instance import open_desk
from vopt_lib.errors import AlreadyRunning
from vopt_lib.schema.clock import SystemClock
from vopt_lib.words import Words


@task(name="draft from the inbox")
def draft_task() -> None:
    """Make a draft of each folder that is whole; one that cannot be one is told, and does not stop the others.

    Nothing is done while another run is at it. Files carry the time of this machine, whatever time the market lives in.
    """
    desk, log = open_desk(), get_run_logger()
    words = Words(desk.settings.language or "en")
    try:
        done = empty_inbox(desk, now=SystemClock().now())
    except AlreadyRunning as running:
        log.info(words.error(running))
        return
    for one in done:
        (log.warning if one.error else log.info)(one.said(words))


@scheduled("draft")
def draft() -> None:
    """Turn what lies in data/inbox into drafts that wait in the studio."""
    draft_task()


if __name__ == "__main__":
    draft()
