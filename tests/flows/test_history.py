"""Prefect's own service lets runs go that ended a month ago, with all that hangs on them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from vopt_lib.desk.services import HISTORY_KEPT, prefect_environment
from vopt_lib.paths import Paths

ENABLED = "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED"
KEPT = "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD"


def test_our_server_is_told_what_to_let_go_and_when(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect.settings.models.server.services import ServerServicesDBVacuumSettings

    told = prefect_environment(Paths(tmp_path, str(tmp_path / "lake")), 4200, "admin:secret")
    for name in (ENABLED, KEPT):
        monkeypatch.setenv(name, told[name])
    read = ServerServicesDBVacuumSettings()
    assert read.retention_period == HISTORY_KEPT == timedelta(days=30)
    assert read.enabled_vacuum_types == {"flow_runs", "events", "orphans"}


def test_old_runs_leave_with_what_hangs_on_them_and_younger_ones_stay(prefect: None) -> None:
    from prefect import flow, task
    from prefect.artifacts import create_markdown_artifact
    from prefect.runtime import flow_run
    from prefect.settings import PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD, temporary_settings

    @task
    def part() -> None:
        create_markdown_artifact("What was done.", key="told")

    @flow(name="of some day")
    def day() -> str:
        part()
        return str(flow_run.id)

    old, young = UUID(day()), UUID(day())
    with temporary_settings({PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD: HISTORY_KEPT}):
        left = asyncio.run(after_a_month(old, young))
    assert left == {"runs": {young}, "artifacts": {young}}


async def after_a_month(old: UUID, young: UUID) -> dict[str, set[UUID]]:
    """What is left of two runs once the first one is a month old."""
    import sqlalchemy as sa
    from prefect.server.database import provide_database_interface
    from prefect.server.services.db_vacuum import vacuum_old_flow_runs

    db = provide_database_interface()
    both = [old, young]
    async with db.session_context(begin_transaction=True, with_for_update=True) as session:
        ended = datetime.now(UTC) - HISTORY_KEPT - timedelta(hours=1)
        await session.execute(sa.update(db.FlowRun).where(db.FlowRun.id == old).values(end_time=ended))
    await vacuum_old_flow_runs(db=db)
    async with db.session_context() as session:
        runs = await session.scalars(sa.select(db.FlowRun.id).where(db.FlowRun.id.in_(both)))
        artifacts = await session.scalars(sa.select(db.Artifact.flow_run_id).where(db.Artifact.flow_run_id.in_(both)))
        return {"runs": set(runs), "artifacts": set(artifacts)}
