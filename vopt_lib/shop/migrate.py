"""This is where the shop's database is brought from an earlier form to today's."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Engine, inspect, text

NEWEST: Final = "0002"
"""The revision that `tables` describes: the last file of migrations/versions."""

_FOLDER: Final = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, revision: str = NEWEST) -> None:
    """Bring the database to this revision, in one transaction; nothing is done where it is there already.

    One from a later vopt is left as it is.
    """
    if revision_of(engine) == revision:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    with engine.execution_options(vopt_writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def revision_of(engine: Engine) -> str | None:
    """The revision that the database is in; None: it is empty."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision
