"""This is where what is published is checked once more under Prefect, every evening."""

from __future__ import annotations

from prefect import task

from flows.scheduled import scheduled
from vopt_lib.desk.checking_again import check_published
from vopt_lib.desk.instance import open_desk


@task(name="check what is published")
def check_task() -> None:
    """Hold what is published against its checks. The task fails with what cannot be right."""
    found = check_published(open_desk())
    if found is not None:
        raise found


@scheduled("quality")
def quality() -> None:
    """Check what is published, and renew the pages that tell what was found."""
    check_task()
