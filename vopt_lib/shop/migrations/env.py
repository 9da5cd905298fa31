"""This is where Alembic is told which database to change: the one that `vopt_lib.shop.migrate` has opened."""

from __future__ import annotations

from alembic import context

from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.shop.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    on_version_apply=lambda *, step, **_: reached(CommitPoint.MIGRATION_STEP, step.up_revision_id),
)
context.run_migrations()
