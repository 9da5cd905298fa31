"""This is where vopt tells whoever should know of its alerts under Prefect, every quarter of an hour."""

from __future__ import annotations

from flows.scheduled import scheduled
from vopt_lib.desk.alerts_sent import deliver
from vopt_lib.desk.instance import open_desk


@scheduled("alerts")
def alerts() -> None:
    """Send the alerts that nobody has been sent yet."""
    deliver(open_desk())
