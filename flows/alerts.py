"""This is where vopt looks at itself under Prefect, every quarter of an hour, and tells whoever should know."""

from __future__ import annotations

from flows.scheduled import scheduled
from vopt_lib.desk.alerts_sent import deliver
from vopt_lib.desk.alerts_watch import watch
from vopt_lib.desk.instance import open_desk


@scheduled("alerts")
def alerts() -> None:
    """Look at how vopt is; then send the alerts that nobody has been sent yet."""
    desk = open_desk()
    watch(desk)
    deliver(desk)
