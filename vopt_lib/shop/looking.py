"""This is where the shop's database is looked at without changing anything, also one that is damaged or read-only."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from vopt_lib.errors import SettingsError, ShopBusy, ShopUnreachable
from vopt_lib.shop.migrate import NEWEST, revision_of
from vopt_lib.shop.store import fault_of
from vopt_lib.words import N_

CONNECT_S: Final = 2
"""The shortest that PostgreSQL's library waits for a connection."""

BUSY_S: Final = 1.0

_FORM: Final = "SELECT version_num FROM alembic_version"
_HAS_FORM: Final = "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"


@dataclass(frozen=True)
class ShopForm:
    """In which form a shop is; None: there is none yet."""

    form: str | None

    @property
    def is_newer(self) -> bool:
        """Whether a later vopt wrote it. Forms are numbered, in as many digits."""
        return self.form is not None and self.form > NEWEST

    @property
    def is_older(self) -> bool:
        """Whether it waits to be brought to today's form."""
        return self.form is not None and self.form < NEWEST


def look_at_shop(url: str) -> ShopForm:
    """The form of the shop at this address.

    Raises: ShopDamaged; ShopNotWritten; ShopBusy; ShopUnreachable; SettingsError.
    """
    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            return ShopForm(_form_of_file(Path(address.database or "")))
        engine = create_engine(address, connect_args={"connect_timeout": CONNECT_S})
    except (ArgumentError, ImportError, ValueError) as error:
        facts = {"name": "VOPT_DATABASE_URL", "value": "“…”", "where": N_("the environment or vopt.toml")}
        raise SettingsError(**facts, why=N_("it is no address of a database")) from error
    try:
        return ShopForm(revision_of(engine))
    except SQLAlchemyError as error:
        why = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise ShopUnreachable(host=address.host or "", why=why) from error
    finally:
        engine.dispose()


def fault_of_file(file: Path) -> str:
    """What SQLite finds wrong in this file, looking at every page; empty: nothing.

    Raises: ShopDamaged; ShopNotWritten; ShopBusy.
    """
    with _told(file), closing(_opened(file)) as connection:
        found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    return "" if found == "ok" else found


def _form_of_file(file: Path) -> str | None:
    if not file.exists() or not file.stat().st_size:
        return None
    with _told(file), closing(_opened(file)) as connection:
        if not connection.execute(_HAS_FORM).fetchone()[0]:
            return None
        row = connection.execute(_FORM).fetchone()
    return str(row[0]) if row else None


def _opened(file: Path) -> sqlite3.Connection:
    """The file for reading. Where nothing can be written beside it, SQLite is told that nobody else does either."""
    more = "mode=ro" if os.access(file.parent, os.W_OK) else "mode=ro&immutable=1"
    return sqlite3.connect(f"file:{quote(str(file))}?{more}", uri=True, timeout=BUSY_S)


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """What SQLite complains about, as what it means for her."""
    try:
        yield
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise ShopBusy(seconds=BUSY_S) from error
        raise fault_of(str(file), error) from error
