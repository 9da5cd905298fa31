"""This is where a whole shop is copied while people work in it: into one SQLite file, and from such a file back.

The file is the same wherever the shop lies, so that one that was kept on a server can be put back into a file, and the
other way round.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Table, func, insert, select, text

from vopt_lib.errors import ShopDamaged
from vopt_lib.shop.store import Shop, copy_pages, open_shop
from vopt_lib.shop.tables import AuditEvent, Base
from vopt_lib.words import N_

ROWS_AT_ONCE: Final = 1000

_SQLITE: Final = b"SQLite format 3\0"


def is_in_use(shop: Shop) -> bool:
    """Whether anybody did anything in this shop but found it."""
    with shop.reading() as session:
        deeds = session.scalars(select(AuditEvent.deed).distinct().limit(2)).all()
    return bool(set(deeds) - {"found"})


def copy_out(shop: Shop, file: Path) -> None:
    """Copy the shop as it is at this moment into a new SQLite file (0600). Raises: ShopBusy; OSError."""
    file.touch(mode=0o600, exist_ok=False)
    if shop.engine.dialect.name == "sqlite":
        copy_pages(shop.engine, file)
    else:
        _copy_all_rows(shop, file)
    # One file instead of three: whoever copies it copies all of it.
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def checked_copy(file: Path) -> None:
    """See to it that this copy is whole and in today's form, whatever vopt wrote it.

    Raises: ShopDamaged; ShopTooNew.
    """
    with file.open("rb") as stream:
        if stream.read(len(_SQLITE)) != _SQLITE:
            raise ShopDamaged(file=str(file), why=N_("it is another kind of file"))
    copy = open_shop(f"sqlite:///{file}")
    try:
        with copy.reading() as session:
            lost = session.execute(text("PRAGMA foreign_key_check")).first()
        if lost is not None:
            raise ShopDamaged(file=str(file), why=N_("rows in it name others that are missing"))
    finally:
        copy.close()


def copy_in(file: Path, shop: Shop) -> None:
    """Let a shop on a server hold what this file holds (in today's form), and nothing else, in one transaction.

    Raises: ShopBusy; ShopUnreachable.
    """
    copy = open_shop(f"sqlite:///{file}")
    try:
        with copy.engine.connect() as source, shop.changing() as target:
            names = ", ".join(_quoted(target, table) for table in Base.metadata.sorted_tables)
            target.execute(text(f"TRUNCATE {names}"))
            _copy_rows(source, target)
            for table in Base.metadata.sorted_tables:
                _count_on(target, table)
    finally:
        copy.close()


def _copy_all_rows(shop: Shop, file: Path) -> None:
    """All rows as one moment shows them."""
    copy = open_shop(f"sqlite:///{file}")
    try:
        with shop.engine.connect() as source, copy.changing() as target:
            _copy_rows(source, target)
    finally:
        copy.close()


def _copy_rows(source: Connection, target: Connection) -> None:
    for table in Base.metadata.sorted_tables:
        for rows in source.execute(select(table).execution_options(yield_per=ROWS_AT_ONCE)).mappings().partitions():
            target.execute(insert(table), [dict(row) for row in rows])


def _count_on(target: Connection, table: Table) -> None:
    """Let the server give the next row a number that none of these has."""
    numbered = table.autoincrement_column
    if numbered is None:
        return
    sequence = func.pg_get_serial_sequence(_quoted(target, table), numbered.name)
    highest = select(func.coalesce(func.max(numbered), 0) + 1).scalar_subquery()
    target.execute(select(func.setval(sequence, highest, False)))


def _quoted(connection: Connection, table: Table) -> str:
    return connection.dialect.identifier_preparer.format_table(table)
