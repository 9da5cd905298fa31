"""This is where the shop's database is opened: SQLite beside the other data, or a PostgreSQL server.

Whoever writes holds the database for the whole transaction (SQLite: BEGIN IMMEDIATE; PostgreSQL: a lock of its own), so
that what she read is still true when she writes. Others wait, for BUSY_S at most. Whoever reads waits for nobody, and
sees one moment.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from vopt_lib.errors import (
    ChangedMeanwhile,
    SettingsError,
    ShopBusy,
    ShopDamaged,
    ShopError,
    ShopNotWritten,
    ShopUnreachable,
)
from vopt_lib.shop.audit import AUTHOR, Author, stamp, write_down
from vopt_lib.shop.migrate import upgrade
from vopt_lib.shop.search import keep_findable
from vopt_lib.words import N_

BUSY_S: Final = 30
"""How long a writer waits for others. Of four that write without a pause on a busy machine none waits for two."""

SHORTLY_S: Final = 2
"""How long it is tried to have the database alone: what wants this can wait until nobody is there."""

POLL_S: Final = 0.002
"""How often a writer tries: a transaction takes two to five milliseconds."""

_TURN: Final = 8420_2026
"""Number of the lock that whoever writes holds on a server (any that nobody else uses)."""

_WAIT: Final = f"SELECT set_config('lock_timeout', '{BUSY_S}s', true)"
_TO_WRITE: Final = "BEGIN IMMEDIATE"
_WRITES: Final = "vopt_writes"
_TRIES: Final = "vopt_tries"
_ALONE: Final = "vopt_alone"
_NOT_WRITTEN: Final = {
    sqlite3.SQLITE_FULL: N_("the disk is full"),
    sqlite3.SQLITE_READONLY: N_("nothing can be written there"),
    sqlite3.SQLITE_PERM: N_("you have no right to it"),
    sqlite3.SQLITE_CANTOPEN: N_("its file, or one beside it, cannot be opened"),
    sqlite3.SQLITE_IOERR: N_("its disk fails to read or to write"),
}
"""{what SQLite says when nothing is wrong with the file: why it cannot be used}."""

_BUSY = ("database is locked", "lock timeout", "deadlock detected")


@dataclass(frozen=True)
class Shop:
    """The open database."""

    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees the shop as it is at its first question, and changes nothing."""
        with _told(self), Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self, author: Author) -> Iterator[Session]:
        """A transaction: all of what is done in it, or nothing. What it changes is written down as this author's.

        Raises: ChangedMeanwhile, when somebody else changed a row that was read; ShopBusy.
        """
        engine = self.engine.execution_options(**{_WRITES: True})
        with _told(self), Session(engine, expire_on_commit=False, info={AUTHOR: author}) as session:
            write_down(session)
            keep_findable(session)
            with session.begin():
                yield session

    @contextmanager
    def trying(self, author: Author) -> Iterator[Session]:
        """The same, of which nothing stays: to see what would become of it.

        Nobody waits for it, however long it takes: of SQLite it is done in a copy of the file. On a server, only who
        changes the same account waits; it is not written down, because those who do that take turns.
        """
        with _told(self), _elsewhere(self.engine) as engine:
            trying = engine.execution_options(**{_TRIES: True})
            with Session(trying, expire_on_commit=False, info={AUTHOR: author}) as session:
                stamp(session)
                yield session
                session.rollback()

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """A transaction of bare rows, for what is no deed of anybody: nothing is written down. Raises: ShopBusy."""
        with _told(self), self.engine.execution_options(**{_WRITES: True}).begin() as connection:
            yield connection

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """A connection outside of any transaction, for what needs the database to itself. Raises: ShopBusy."""
        engine, wait = self.engine.execution_options(**{_ALONE: True}), f"PRAGMA busy_timeout = {SHORTLY_S * 1000}"
        if engine.dialect.name != "sqlite":
            engine, wait = engine.execution_options(isolation_level="AUTOCOMMIT"), f"SET lock_timeout = '{SHORTLY_S}s'"
        with _told(self), engine.connect() as connection:
            connection.exec_driver_sql(wait)
            try:
                yield connection
            finally:
                connection.invalidate()

    def mark(self) -> str:
        """What differs as soon as anybody has changed anything in the database since. Equal marks: equal rows."""
        if self.engine.dialect.name == "sqlite":
            file = self.engine.url.database or ""
            return repr([_written(f"{file}{suffix}") for suffix in ("", "-wal")])
        with self.reading() as session:
            return str(session.execute(text("SELECT pg_current_snapshot()::text")).scalar_one())

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def open_shop(url: str) -> Shop:
    """The shop at this address, checked, and brought to the newest form.

    Raises: SettingsError; ShopDamaged; ShopTooNew; ShopUnreachable; ShopBusy.
    """
    engine = open_engine(url)
    shop = Shop(engine)
    with _told(shop):
        _check(engine)
        upgrade(engine)
    return shop


def open_engine(url: str) -> Engine:
    """The database at this address, as it is. Raises: SettingsError, which does not show the address."""
    try:
        return _engine(make_url(url))
    except ImportError:
        why = N_("the driver of its database is not installed (vopt[postgresql])")
    except (ArgumentError, ValueError):
        why = N_("it is no address of a database")
    raise SettingsError(name="VOPT_DATABASE_URL", value="“…”", why=why, where=N_("the environment or vopt.toml"))


def _engine(address: URL) -> Engine:
    if address.get_backend_name() != "sqlite":
        engine = create_engine(address, pool_pre_ping=True, connect_args={"connect_timeout": BUSY_S})
        _as_server(engine)
        return engine
    if address.database:
        _lock_up(Path(address.database))
    engine = create_engine(address, connect_args={"timeout": BUSY_S})
    _as_sqlite(engine)
    return engine


@contextmanager
def _elsewhere(engine: Engine) -> Iterator[Engine]:
    """A database with the same rows, for the time being: of a file a copy, of a server the server itself."""
    file = engine.url.database
    if engine.dialect.name != "sqlite" or not file:
        yield engine
        return
    with tempfile.TemporaryDirectory(prefix="vopt-trial-") as folder:
        copy = _engine(make_url(f"sqlite:///{folder}/shop.sqlite"))
        try:
            copy_pages(engine, Path(folder) / "shop.sqlite")
            yield copy
        finally:
            copy.dispose()


def copy_pages(engine: Engine, file: Path) -> None:
    """Copy SQLite's pages into this file in one step: those who write meanwhile write beside it."""
    with closing(sqlite3.connect(file)) as target, closing(engine.raw_connection()) as source:
        held: Any = source.driver_connection
        held.backup(target)


def _lock_up(file: Path) -> None:
    """See to it that only its owner reads this file: SQLite gives what it writes beside it the same rights."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not file.exists():
        file.touch(mode=0o600)
    elif file.stat().st_mode & 0o077:
        with suppress(PermissionError):
            file.chmod(0o600)


def _as_sqlite(engine: Engine) -> None:
    """WAL, foreign keys, and transactions that SQLAlchemy begins itself: Python's sqlite3 would begin them too late."""

    def connected(connection: Any, _: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    def begun(connection: Any) -> None:
        options = connection.get_execution_options()
        if options.get(_WRITES):
            _wait_for_turn(connection)
        elif not options.get(_ALONE):
            connection.exec_driver_sql("BEGIN")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)


def _wait_for_turn(connection: Connection) -> None:
    """Begin to write. SQLite's own wait sleeps longer the longer it lasts: who came first would come last."""
    raw: Any = connection.connection.driver_connection
    ends = time.monotonic() + BUSY_S
    raw.execute("PRAGMA busy_timeout = 0")
    try:
        while _is_busy(raw) and time.monotonic() < ends:
            time.sleep(POLL_S)
        if not raw.in_transaction:
            connection.exec_driver_sql(_TO_WRITE)
    finally:
        raw.execute(f"PRAGMA busy_timeout = {BUSY_S * 1000}")


def _is_busy(raw: sqlite3.Connection) -> bool:
    """Try to begin. Returns: whether somebody else writes just now."""
    try:
        raw.execute(_TO_WRITE)
    except sqlite3.Error as error:
        return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    return False


def _as_server(engine: Engine) -> None:
    def begun(connection: Any) -> None:
        options = connection.get_execution_options()
        if options.get(_ALONE):
            return
        if options.get(_WRITES):
            connection.exec_driver_sql(f"{_WAIT}, pg_advisory_xact_lock({_TURN})")
        elif options.get(_TRIES):
            connection.exec_driver_sql(_WAIT)
        else:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    event.listen(engine, "begin", begun)


def _check(engine: Engine) -> None:
    """Look whether the file is whole: every page of it, as SQLite says, in some milliseconds for each 10 MB."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        found = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
    if found != "ok":
        raise ShopDamaged(file=engine.url.database or "", why=str(found))


def fault_of(file: str, error: BaseException | None) -> ShopError:
    """What is wrong with SQLite's file: a disk that is full or lets nothing be written damages nothing."""
    why = _NOT_WRITTEN.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    return ShopNotWritten(why=why) if why else ShopDamaged(file=file, why=str(error))


def _written(file: str) -> tuple[int, int]:
    """When a file was written last, and how long it is: every change of SQLite's writes one of its two."""
    try:
        found = Path(file).stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


@contextmanager
def _told(shop: Shop) -> Iterator[None]:
    """What the database complains about, in words for a person."""
    try:
        yield
    except StaleDataError as error:
        raise ChangedMeanwhile from error
    except OperationalError as error:
        reason = str(error.orig)
        if any(sign in reason for sign in _BUSY):
            raise ShopBusy(seconds=BUSY_S) from error
        if shop.engine.dialect.name == "sqlite":
            raise fault_of(shop.engine.url.database or "", error.orig) from error
        raise ShopUnreachable(host=shop.engine.url.host or "", why=reason.splitlines()[0]) from error
    except DatabaseError as error:
        if "not a database" in str(error.orig) or "malformed" in str(error.orig):
            raise ShopDamaged(file=shop.engine.url.database or "", why=str(error.orig)) from error
        raise
