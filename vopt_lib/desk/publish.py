"""This is where collected days become visible: refined, checked, published, and copied into the DuckDB snapshot."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.refine import refine
from vopt_lib.desk.runs import Run, new_run_id
from vopt_lib.errors import NotPublished, TooManyRejects
from vopt_lib.files import only_one, read_json
from vopt_lib.lake.warehouse import write_snapshot
from vopt_lib.schema.tables import DERIVED, TABLES


def refine_day(desk: Desk) -> Run:
    """Turn everything collected since the last time into market tables, and remember that it was done.

    Raises: AlreadyRunning; LakeError.
    """
    desk.lake.recover()
    desk.lake.recover()
    started_at = desk.clock.now()
    run_id = new_run_id("refine", started_at)
    report = refine(desk.lake, now=started_at, misses_until_gone=desk.settings.misses_until_gone, run_id=run_id)
    run = Run(run_id, "refine", started_at, desk.clock.now(), rows=report.rows)
    desk.lake.commit({"run": run.row()}, app=run_id, number=1)
    return run


def publish_day(desk: Desk) -> Run:
    """Publish if the collecting since the last publication passed its checks; else hold it back and say why.

    Raises: AlreadyRunning.
    """
    refusal = gate(unpublished_runs(desk), rejects_max_share=desk.settings.rejects_max_share)
    if refusal is None:
        return publish(desk)
    now = desk.clock.now()
    run = Run(new_run_id("publish", now), "publish", now, now, outcome="held_back", error=refusal)
    desk.lake.commit({"run": run.row()}, app=run.run_id, number=1)
    return run


def publish(desk: Desk) -> Run:
    """Make the refined tables visible to pages, SQL and the snapshot, unchecked: what a person gave herself.

    Raises: AlreadyRunning.
    """
    started_at = desk.clock.now()
    with only_one(desk.paths.locks / "publish.lock", "vopt publish", wait_s=60):
        refined = read_json(desk.paths.refined) or {}
        versions = {name: desk.lake.version(name) for name in TABLES if name not in DERIVED}
        versions |= {name: version for name, version in refined.items() if name in TABLES}
        desk.lake.publish({name: version for name, version in versions.items() if version >= 0})
        write_snapshot(desk.lake, desk.paths, desk.settings.snapshots_kept)
        run = Run(new_run_id("publish", started_at), "publish", started_at, desk.clock.now())
        desk.lake.commit({"run": run.row()}, app=run.run_id, number=1)
    return run


def gate(collected: Sequence[Run], *, rejects_max_share: float) -> NotPublished | None:
    """Why these runs must not be published, or None: a follow that failed, or too many refused rows."""
    for run in collected:
        if run.outcome == "failed":
            return NotPublished(name=run.follow_name or run.run_id)
    refused, met = sum(run.rejected for run in collected), sum(run.rejected + run.rows for run in collected)
    if met and refused / met > rejects_max_share:
        return TooManyRejects(refused=refused, met=met)
    return None


def unpublished_runs(desk: Desk) -> list[Run]:
    """The newest collecting run of each follow that was refined and is not in the published `run` table yet."""
    rows = (
        desk.lake.scan("run", version=_refined_versions(desk).get("run", "newest"))
        .join(desk.lake.scan("run"), on="run_id", how="anti")
        .filter(pl.col("kind") == "collect")
        .sort("ended_at")
        .unique("follow_id", keep="last")
        .collect()
    )
    return [Run.from_row(row) for row in rows.iter_rows(named=True)]


def _refined_versions(desk: Desk) -> dict[str, int]:
    """{table: version} of what the last refine used and left: what is published together, so that it agrees."""
    refined = read_json(desk.paths.refined) or {}
    return {name: int(str(version)) for name, version in refined.items() if name in TABLES}
