"""This is where Alembic is told which database to change: the one that `vopt_lib.shop.migrate` has opened."""

from __future__ import annotations

from alembic import context

from vopt_lib.shop.tables import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, transactional_ddl=True)
context.run_migrations()
