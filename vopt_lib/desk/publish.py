"""This is where collected days become visible: refined, checked, published, and copied into the DuckDB snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.refine import refine
from vopt_lib.desk.refined import read_versions
from vopt_lib.desk.runs import Run, new_run_id
from vopt_lib.errors import NotPublished, TooManyRejects
from vopt_lib.files import only_one
from vopt_lib.lake.warehouse import write_snapshot


def refine_day(desk: Desk) -> Run:
    """Turn everything collected since the last time into market tables, and remember that it was done.

    Raises: AlreadyRunning; LakeError.
    """
    started_at = desk.clock.now()
    run_id = new_run_id("refine", started_at)
    report = refine(desk.lake, now=started_at, misses_until_gone=desk.settings.misses_until_gone, run_id=run_id)
    return _told(desk, Run(run_id, "refine", started_at, desk.clock.now(), rows=report.rows))


def publish_day(desk: Desk) -> Run:
    """Publish if the collecting since the last publication passed its checks; else hold it back and say why.

    Raises: AlreadyRunning.
    """
    with _only_publisher(desk):
        versions = read_versions(desk.paths.refined)
        refusal = gate(unpublished_runs(desk, versions), rejects_max_share=desk.settings.rejects_max_share)
        return _publish(desk, versions) if refusal is None else _hold_back(desk, refusal)


def publish(desk: Desk) -> Run:
    """Make the refined tables visible to pages, SQL and the snapshot, unchecked: what a person gave herself.

    Raises: AlreadyRunning.
    """
    with _only_publisher(desk):
        return _publish(desk, read_versions(desk.paths.refined))


def gate(collected: Sequence[Run], *, rejects_max_share: float) -> NotPublished | None:
    """Why these runs must not be published, or None: a follow that failed, or too many refused rows."""
    for run in collected:
        if run.outcome == "failed":
            return NotPublished(name=run.follow_name or run.run_id)
    refused, met = sum(run.rejected for run in collected), sum(run.rejected + run.rows for run in collected)
    if met and refused / met > rejects_max_share:
        return TooManyRejects(refused=refused, met=met)
    return None


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
    started_at = desk.clock.now()
    desk.lake.publish({name: version for name, version in versions.items() if version >= 0})
    write_snapshot(desk.lake, desk.paths, desk.settings.snapshots_kept)
    return _told(desk, Run(new_run_id("publish", started_at), "publish", started_at, desk.clock.now()))


def _hold_back(desk: Desk, refusal: NotPublished) -> Run:
    now = desk.clock.now()
    return _told(desk, Run(new_run_id("publish", now), "publish", now, now, outcome="held_back", error=refusal))


def _told(desk: Desk, run: Run) -> Run:
    desk.lake.commit({"run": run.row()}, app=run.run_id, number=1)
    return run
