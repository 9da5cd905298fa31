"""This is where collected days become visible: refined, checked, published, and copied into the DuckDB snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

import polars as pl

from vopt_lib.desk.checking import check_day
from vopt_lib.desk.heavy import heavy
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.refine import refine
from vopt_lib.desk.refined import read_versions
from vopt_lib.desk.runs import Outcome, Run, new_run_id
from vopt_lib.desk.shop.seen import noted
from vopt_lib.errors import ChecksBroken, NotPublished, TooManyRejects, VoptError
from vopt_lib.files import only_one
from vopt_lib.lake.warehouse import write_snapshot


def refine_day(desk: Desk) -> Run:
    """Turn everything collected since the last time into market tables, and remember that it was done.

    Raises: AlreadyRunning; LakeError.
    """
    with heavy(desk, "vopt refine"):
        started_at = desk.clock.now()
        run_id = new_run_id("refine", started_at)
        report = refine(desk.lake, now=started_at, misses_until_gone=desk.settings.misses_until_gone, run_id=run_id)
    return _told(desk, Run(run_id, "refine", started_at, desk.clock.now(), rows=report.rows))


def publish_day(desk: Desk) -> Run:
    """Publish if the day passed its checks since the last publication; else hold it back and say why.

    What was collected must be there (not a failed follow), look as a day does (`desk.checking`), and not consist of
    refused rows. Checks that cannot be made hold it back, too, as a run that failed: they say nothing of the day.

    Raises: AlreadyRunning.
    """
    with _only_publisher(desk):
        versions = read_versions(desk.paths.refined)
        collected = unpublished_runs(desk, versions)
        try:
            refusal = (
                not_collected(collected)
                or check_day(desk, versions, collected)
                or too_many_refused(collected, most=desk.settings.rejects_max_share)
            )
        except ChecksBroken as fault:
            return _kept_back(desk, fault, "failed")
        return _publish(desk, versions) if refusal is None else _kept_back(desk, refusal, "held_back")


def publish(desk: Desk) -> Run:
    """Make the refined tables visible to pages, SQL and the snapshot, unchecked: what a person gave or wants so.

    Raises: AlreadyRunning.
    """
    with _only_publisher(desk):
        return _publish(desk, read_versions(desk.paths.refined))


def not_collected(collected: Sequence[Run]) -> NotPublished | None:
    """Why these runs must not be published: a follow that failed."""
    failed = next((run for run in collected if run.outcome == "failed"), None)
    return NotPublished(name=failed.follow_name or failed.run_id) if failed else None


def too_many_refused(collected: Sequence[Run], *, most: float) -> NotPublished | None:
    """Why these runs must not be published: more than this share of their rows was refused."""
    refused, met = sum(run.rejected for run in collected), sum(run.rejected + run.rows for run in collected)
    return TooManyRejects(refused=refused, met=met) if met and refused / met > most else None


def unpublished_runs(desk: Desk, versions: Mapping[str, int]) -> list[Run]:
    """The newest collecting run of each follow that these versions of the tables add to the published ones."""
    rows = (
        desk.lake.scan("run", version=versions.get("run", -1))
        .join(desk.lake.scan("run"), on="run_id", how="anti")
        .filter(pl.col("kind") == "collect")
        .sort("ended_at")
        .unique("follow_id", keep="last")
        .collect()
    )
    return [Run.from_row(row) for row in rows.iter_rows(named=True)]


def _only_publisher(desk: Desk) -> AbstractContextManager[object]:
    return only_one(desk.paths.locks / "publish.lock", "vopt publish", wait_s=60)


def _publish(desk: Desk, versions: Mapping[str, int]) -> Run:
    desk.lake.ensure_kept_here()
    started_at = desk.clock.now()
    desk.lake.publish({name: version for name, version in versions.items() if version >= 0})
    write_snapshot(desk.lake, desk.paths, desk.settings.snapshots_kept)
    events = noted(desk)
    return _told(desk, Run(new_run_id("publish", started_at), "publish", started_at, desk.clock.now(), events=events))


def _kept_back(desk: Desk, why: VoptError, outcome: Outcome) -> Run:
    now = desk.clock.now()
    return _told(desk, Run(new_run_id("publish", now), "publish", now, now, outcome=outcome, error=why))


def _told(desk: Desk, run: Run) -> Run:
    desk.lake.commit({"run": run.row()}, app=run.run_id, number=1)
    return run
