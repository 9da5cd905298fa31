"""This is where the tables are kept small under Prefect, every night."""

from __future__ import annotations

from flows.refine import report_task, tidy_task
from flows.scheduled import scheduled


@scheduled("maintain")
def maintain() -> None:
    """Let old rows leave, join small files, remove files that nobody reads; then report what was removed."""
    tidy_task()
    report_task(return_state=True)
