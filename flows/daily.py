"""This is where a day's work is one flow: collect every follow, ask about what left, refine, publish, watch, tidy."""

from __future__ import annotations

from flows.collect import collect_one
from flows.recheck import visit_pages
from flows.refine import publish_task, refine_task, report_task, tidy_task
from flows.scheduled import scheduled
from flows.train import watch_task
from vopt_lib.desk.follow import due_follows
from vopt_lib.desk.instance import open_desk


def run_name() -> str:
    """The day it works for, in the marketplace's time: the demo's runs carry virtual days."""
    return f"daily {open_desk().clock.now():%Y-%m-%d}"


@scheduled("daily", flow_run_name=run_name)
def daily(pages: int | None = None) -> None:
    """Collect every follow that is due, one after the other; then refine, publish, report and tidy.

    Between them, pages of listings that searches no longer showed the day before are visited: so many (default: as an
    hour allows). A follow that fails does not stop the others. Whether the day is published is what `publish_day`
    decides. The price model in use is held against the new day; a fault of it stops nothing.
    """
    for follow in due_follows(open_desk()):
        collect_one(follow.id, return_state=True)
    visit_pages(pages)
    refine_task()
    publish_task()
    watch_task(return_state=True)
    report_task(return_state=True)
    tidy_task()
