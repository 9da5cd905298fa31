"""This is where the shop's database is brought from an earlier form to today's."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, inspect, text

from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.errors import ShopTooNew
from vopt_lib.shop.append_only import protect
from vopt_lib.shop.tables import Base

NEWEST: Final = "0009"
"""The revision that `tables` describes: the last file of migrations/versions."""

_FOLDER: Final = Path(__file__).parent / "migrations"

protect()


def upgrade(engine: Engine, revision: str = NEWEST) -> None:
    """Bring the database to this revision, in one transaction; nothing is done where it is there already. An empty one
    gets the tables of today as they are: nobody's rows have to come the whole way.

    Raises: ShopTooNew, for one from a later vopt, which is left as it is.
    """
    if revision_of(engine) == revision:
        return
    from alembic import command

    with engine.execution_options(vopt_writes=True).begin() as connection:
        found = _revision(connection)
        if found is not None and found not in revisions():
            raise ShopTooNew(form=found, known=NEWEST)
        reached(CommitPoint.MIGRATION_BEGUN)
        config = _config()
        config.attributes["connection"] = connection
        if found is None and revision == NEWEST:
            Base.metadata.create_all(connection)
            command.stamp(config, revision)
        else:
            command.upgrade(config, revision)
        reached(CommitPoint.MIGRATION_WRITTEN)
    reached(CommitPoint.MIGRATION_DONE)


def revisions() -> list[str]:
    """All revisions that this vopt knows, the first one first."""
    from alembic.script import ScriptDirectory

    steps = ScriptDirectory.from_config(_config()).walk_revisions()
    return [step.revision for step in steps][::-1]


def revision_of(engine: Engine) -> str | None:
    """The revision that the database is in; None: it is empty."""
    with engine.connect() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def _config() -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    return config
