"""This is where the house keeps itself tidy: once a day old rows leave, small files are joined, dead files removed."""

from __future__ import annotations

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.refined import WAIT_S, refining, versions_needed
from vopt_lib.desk.runs import Run, new_run_id
from vopt_lib.files import read_json, write_json
from vopt_lib.lake.maintenance import maintain


def keep_tidy(desk: Desk, *, wait_s: float = WAIT_S) -> Run | None:
    """One round of maintenance, unless this day already had one.

    Refining waits meanwhile, and another round too: both read versions that nobody else may know of.

    Raises: AlreadyRunning, after `wait_s`; LakeBusy.
    """
    started_at = desk.clock.now()
    today = started_at.date().isoformat()
    with refining(desk.paths, wait_s=wait_s):
        if (read_json(desk.paths.tidied) or {}).get("on") == today:
            return None
        kept, needed = desk.settings.snapshots_kept, versions_needed(desk.paths.refined)
        done = maintain(desk.lake, now=started_at, snapshots_kept=kept, needed=needed)
        run = Run(new_run_id("maintain", started_at), "maintain", started_at, desk.clock.now(), rows=done.files_removed)
        desk.lake.commit({"run": run.row()}, app=run.run_id, number=1)
        write_json(desk.paths.tidied, {"on": today})
    return run
