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


@pytest.fixture
def shop(address: str) -> Iterator[Shop]:
    """A shop of one family."""
    opened = open_shop(address)
    family(opened)
    yield opened
    opened.close()
