"""The shop that tests look at: on SQLite, and in the slow tests on PostgreSQL too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.shop.people import family
from tests.shop.postgres import programs, server
from vopt_lib.shop.store import Shop, open_shop
from vopt_lib.shop.tables import Base

POSTGRES = pytest.param(
    "postgres",
    marks=(pytest.mark.slow, pytest.mark.skipif(programs() is None, reason="no PostgreSQL server is installed here")),
)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server."""
    with server() as address:
        yield address


@pytest.fixture(params=["sqlite", POSTGRES])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/shop.sqlite"
        return
    server_address = request.getfixturevalue("postgres")
    name = f"shop_{abs(hash(str(tmp_path)))}"
    engine = create_engine(server_address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server_address).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(scope="session")
def with_tables(postgres: str) -> str:
    """The address of a database that has the tables: making them takes longer than most tests."""
    open_shop(postgres).close()
    return postgres


@pytest.fixture(params=["sqlite", POSTGRES])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    """A shop of one family."""
    if request.param == "sqlite":
        opened = open_shop(f"sqlite:///{tmp_path}/shop.sqlite")
    else:
        server_address = request.getfixturevalue("with_tables")
        empty(server_address)
        opened = open_shop(server_address)
    family(opened)
    yield opened
    opened.close()


def empty(server_address: str) -> None:
    """Leave no row of an earlier test, and let numbers begin with 1 again."""
    tables = [f'"{table.name}"' for table in Base.metadata.sorted_tables]
    # What is written down stays, by a trigger; rows of others would have to go first, by keys.
    deeds = ["SET LOCAL session_replication_role = replica", *(f"DELETE FROM {table}" for table in tables)]
    deeds += ["SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"]
    engine = create_engine(server_address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("; ".join(["BEGIN", *deeds, "COMMIT"]))
        # Else new rows fill the holes that old ones left, in an order of their own.
        connection.exec_driver_sql(f"VACUUM {', '.join(tables)}")
    engine.dispose()
