"""One machine outgrown: the tables on S3, shop and Prefect on PostgreSQL, a second machine, photos described by Dask.

The same days on one disk, in SQLite and in one process end with the same tables and the same shop.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.desk.photographed import photographed
from tests.object_store import BUCKET, ObjectStore, running_object_store
from tests.servers import REPOSITORY, RunningSimulator, running_simulator
from tests.shop.old_shops import rows_of
from tests.shop.postgres import programs as postgres_programs
from tests.shop.postgres import server as postgres_server
from tests.simulator.drawn import DRESS, drawn
from tests.waiting import until
from vopt_lib.desk.environment import FLOW_ENVIRONMENT, child_environment, settings_environment
from vopt_lib.desk.follow import add_follow
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.services import answers, running_service
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.desk.up_programs import prefect_auth, programs
from vopt_lib.errors import LakeKeptElsewhere
from vopt_lib.lake.cage import SqlLimits, run_sql
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.schema.tables import TABLES
from vopt_lib.settings import load_settings
from vopt_lib.shop.copying import copy_out

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(postgres_programs() is None, reason="no PostgreSQL server is installed here"),
    pytest.mark.skipif(find_spec("prefect_dask") is None, reason="the extra `dask` is not installed"),
]

START = datetime(2026, 11, 1, 7, tzinfo=UTC)
DAYS = [(START + timedelta(days=number)).isoformat() for number in range(2)]
BAGS = CatalogueQuery("it", Term(19, "Donna > Borse"))
PHOTOS = [drawn(replace(DRESS, photo_seed=seed), size=(310, 430)).photo for seed in range(1, 4)]
BY_ITSELF = {"PREFECT_SERVER_EPHEMERAL_ENABLED": "true", "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "240"}
"""A process that is its own Prefect server."""

OF_THE_MARKET = ("collect", "recheck", "refine", "publish")
NOT_OF_THE_MARKET = ("run_id", "body")
"""Columns that tell who collected, and not what; a raw answer carries the number of the request."""


@dataclass(frozen=True)
class Grown:
    """What the machines of a household share."""

    store: ObjectStore
    shop: str
    prefect: str
    dask: str

    @property
    def settings(self) -> dict[str, str]:
        """What their vopt.toml says, but for Prefect's database, which is the business of one machine."""
        return {"lake": f"s3://{BUCKET}/vopt", "database_url": self.shop, "dask_scheduler": self.dask}


@pytest.fixture(scope="module")
def market() -> Iterator[RunningSimulator]:
    with running_simulator(seed=5, start=START.isoformat(), days=4, scale=0.2) as running:
        yield running


@pytest.fixture
def grown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Grown]:
    with ExitStack() as held:
        store = held.enter_context(running_object_store())
        for name, value in store.environment.items():
            monkeypatch.setenv(name, value)
        address = held.enter_context(postgres_server())
        shop, prefect = (database(address, name) for name in ("shop", "prefect"))
        yield Grown(store, shop, prefect, held.enter_context(dask_scheduler(tmp_path / "dask", workers=2)))


def database(server: str, name: str) -> str:
    """The address of a new database of this server."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@contextmanager
def dask_scheduler(folder: Path, *, workers: int) -> Iterator[str]:
    """The address of a scheduler with workers, each a process that has vopt, and nothing of anybody's data."""
    folder.mkdir()
    file, told = folder / "scheduler.json", {"cwd": folder, "stdout": subprocess.DEVNULL}
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH"))))
    }
    dask, common = [sys.executable, "-m", "dask"], ["--scheduler-file", str(file)]
    commands = [
        [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", *common],
        *([*dask, "worker", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1", *common],) * workers,
    ]
    running = []
    try:
        for command in commands:
            running.append(subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, **told))  # type: ignore[call-overload]
            until(file.exists)
        from distributed import Client

        with Client(scheduler_file=str(file)) as client:
            client.wait_for_workers(workers, timeout=60)
            address = str(client.scheduler.address)
        yield address
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait()


def machine(data: Path, market: RunningSimulator, **given: str) -> Desk:
    """A machine with these settings."""
    settings = {"vinted_www": market.www, "vinted_api": market.api, "photos_a_run": "5", **given}
    return open_desk(data=data, **settings)


def lived(desk: Desk, *days: str, environment: Mapping[str, str]) -> None:
    """Let this machine live these days in a process of its own, and describe its photos."""
    (desk.paths.homes / "prefect").mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "tests.e2e.outgrown_child", *days],
        cwd=REPOSITORY,
        env=child_environment(desk.paths, {**settings_environment(desk.settings), **FLOW_ENVIRONMENT, **environment}),
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def prefect_on(desk: Desk, database_url: str) -> Iterator[Mapping[str, str]]:
    """The Prefect server as `vopt up` starts it. Gives: what a program needs to talk to it."""
    given = {"prefect_port": 0, "pages_port": 0, "prefect_database_url": database_url}
    settings = load_settings(data=desk.paths.data, **given)
    [program] = [one for one in programs(settings, desk.paths) if one.name == "prefect"]
    launch = program.launch()
    with running_service("prefect", launch.command, desk.paths, launch.environment) as service:

        def is_ready() -> bool:
            service.ensure_alive()
            return answers(str(launch.health))

        until(is_ready, within_s=240)
        yield {
            "PREFECT_API_URL": f"http://127.0.0.1:{program.port}/api",
            "PREFECT_API_AUTH_STRING": prefect_auth(desk.paths),
        }


def rows(desk: Desk, name: str) -> pl.DataFrame:
    """What is published of a table (of those that nobody publishes: its newest rows), in one order."""
    version = "published" if name in desk.lake.published() else "newest"
    found = desk.lake.scan(name, version=version).drop(NOT_OF_THE_MARKET, strict=False).collect()
    return found.sort(pl.exclude(pl.List(pl.Float32), pl.List(pl.Date), pl.List(pl.String)))


def test_the_same_days_end_with_the_same_tables_and_shop(
    tmp_path: Path, market: RunningSimulator, grown: Grown
) -> None:
    alone = machine(tmp_path / "alone", market)
    home = machine(tmp_path / "home", market, **grown.settings)
    second = machine(tmp_path / "second", market, **grown.settings)
    for desk in (alone, home):
        market.clock.move_to(START)
        add_follow(desk, BAGS, "Borse")
        photographed(desk, "Abito", *PHOTOS)
    lived(alone, *DAYS, environment=BY_ITSELF)
    # By the same key, sellers get the same pseudonyms.
    shutil.copy(alone.paths.seller_key, second.paths.seller_key)
    with prefect_on(home, grown.prefect) as prefect:
        lived(second, *DAYS, environment=prefect)
        lived(home, environment=prefect)
    assert_same_tables(alone, home)
    assert shop_rows(home, tmp_path / "of home.sqlite") == shop_rows(alone, tmp_path / "of alone.sqlite")
    assert_each_did_its_part(grown, home, second)


def shop_rows(desk: Desk, file: Path) -> Mapping[str, Sequence[Mapping[str, object]]]:
    """Every row of the shop, copied into a file as a backup does: PostgreSQL has other types than SQLite."""
    copy_out(shop_of(desk), file)
    engine = create_engine(f"sqlite:///{file}")
    try:
        return rows_of(engine)
    finally:
        engine.dispose()


def assert_same_tables(alone: Desk, home: Desk) -> None:
    """Whatever was published is the same, read on the machine that did not collect it."""
    assert home.lake.published().keys() == alone.lake.published().keys() > {"catalog_day", "listing_live"}
    differences = {name: difference(rows(home, name), rows(alone, name)) for name in TABLES.keys() - {"run"}}
    differences["run"] = difference(*(what_runs_did(desk) for desk in (home, alone)))
    assert {name: told for name, told in differences.items() if told} == {}
    asked = "SELECT catalog_id, day, seen FROM catalog_day ORDER BY ALL"
    answered = [run_sql(desk.lake, asked, SqlLimits(seconds=300)).frame for desk in (home, alone)]
    assert answered[0].height > 0
    assert_frame_equal(*answered)


def what_runs_did(desk: Desk) -> pl.DataFrame:
    """What each run of the market brought; those of photos are made once on each machine."""
    columns = ["kind", "outcome", "pages", "listings", "rows", "requests"]
    return rows(desk, "run").filter(pl.col("kind").is_in(OF_THE_MARKET)).select(columns).sort(columns)


def difference(found: pl.DataFrame, expected: pl.DataFrame) -> str:
    """In what two frames differ; nothing where they are the same."""
    try:
        assert_frame_equal(found, expected)
    except AssertionError as told:
        return str(told)
    return ""


def assert_each_did_its_part(grown: Grown, home: Desk, second: Desk) -> None:
    """Nothing of the market lies on a disk, Prefect's runs are in PostgreSQL, and home may not collect."""
    assert not [*home.paths.data.rglob("lake/*"), *second.paths.data.rglob("lake/*")]
    assert not [*home.paths.homes.rglob("prefect.db")]
    engine = create_engine(grown.prefect)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM flow_run")).scalar_one() >= 4
    engine.dispose()
    with pytest.raises(LakeKeptElsewhere):
        home.lake.ensure_kept_here()
    assert rows(home, "embedding").height >= len(PHOTOS)
