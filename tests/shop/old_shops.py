"""This is where tests get shops as earlier versions left them: rows of every table, in SQL that never changes.

A new revision needs one file more here, revisions/NNNN.sql, that fills every table as that revision has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, select

from vopt_lib.shop.migrate import upgrade
from vopt_lib.shop.store import open_engine

FOLDER = Path(__file__).parent / "revisions"
Rows = Mapping[str, list[dict[str, Any]]]


def old_shop(address: str, revision: str) -> Engine:
    """A database of this revision with its rows."""
    engine = open_engine(address)
    upgrade(engine, revision)
    with engine.execution_options(vopt_writes=True).begin() as connection:
        is_server = engine.dialect.name == "postgresql"
        if is_server:
            connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
        for statement in (FOLDER / f"{revision}.sql").read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(re.sub(r"X'([0-9a-f]*)'", r"'\\x\1'", statement) if is_server else statement)
    return engine


def rows_of(engine: Engine) -> Rows:
    """{table: its rows, in order}, as the database itself describes them."""
    with engine.connect() as connection:
        return {name: _rows(connection, table) for name, table in _tables(connection).items()}


def _tables(connection: Connection) -> Mapping[str, Any]:
    described = MetaData()
    described.reflect(connection)
    return {name: table for name, table in described.tables.items() if name != "alembic_version"}


def _rows(connection: Connection, table: Any) -> list[dict[str, Any]]:
    found = connection.execute(select(table).order_by(*table.primary_key)).mappings()
    return [dict(row) for row in found]
