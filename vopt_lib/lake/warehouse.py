"""This is where SQL meets the lake: views of what is published, and snapshots that any DuckDB can open."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.files import read_json, sync_file, sync_folder, write_json
from vopt_lib.lake.gold import gold_statements
from vopt_lib.lake.lake import Lake
from vopt_lib.lake.views import CONFIG, ArrowStream, view_sql
from vopt_lib.paths import Paths
from vopt_lib.schema.tables import BRAND_DAY, CATALOG_DAY, DAYS_TO_SELL, DEMAND, RUN, TABLES, Table

# Small and read by everybody: a snapshot holds them whole, so that they outlive the lake's files.
COPIED = (CATALOG_DAY.name, BRAND_DAY.name, DAYS_TO_SELL.name, DEMAND.name, RUN.name)

_SNAPSHOT = re.compile(r"^vopt-(\d+)\.duckdb")


@dataclass(frozen=True)
class Snapshot:
    """One DuckDB file made of published tables. `files` are those that its views read."""

    number: int
    path: Path
    lake_root: str
    versions: dict[str, int]
    files: dict[str, list[str]]

    @property
    def made_at(self) -> datetime:
        """When it was complete."""
        return datetime.fromtimestamp(_about_path(self.path).stat().st_mtime, UTC)


def sql_tables() -> list[Table]:
    """The tables that people's SQL may read."""
    return [table for table in TABLES.values() if table.sql]


def sql_files(lake: Lake, versions: Mapping[str, int]) -> dict[str, list[str]]:
    """{table: the exact files of its version} of the tables that people's SQL may read. Raises: LakeDamaged."""
    return {table.name: lake.files(table.name, versions.get(table.name, -1)) for table in sql_tables()}


def view_statements(lake: Lake, files: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """{table: statement that makes its view} over these files, which lie on this machine."""
    tables = [table for table in sql_tables() if table.name in files]
    return {table.name: view_sql(table, files[table.name], grown=lake.has_grown(table.name)) for table in tables}


def all_statements(lake: Lake, files: Mapping[str, Sequence[str]]) -> list[str]:
    """The statements that make the views of these files, and the gold views over them."""
    views = view_statements(lake, files)
    return [*views.values(), *gold_statements(views).values()]


def connect(lake: Lake) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB with one view per published table that SQL may read, and the gold views; times show in UTC.

    For vopt's own queries: people's SQL goes through `cage.run_sql`. A lake on an object store is read through Polars,
    copies of gold only: DuckDB would need an extension.
    """
    connection = duckdb.connect(config=dict(CONFIG))
    connection.execute("SET TimeZone = 'UTC'")
    published = lake.published()
    if lake.is_local:
        for statement in all_statements(lake, sql_files(lake, published)):
            connection.execute(statement)
    else:
        _copy(connection, lake, published)
        for statement in gold_statements(COPIED).values():
            connection.execute(statement)
    return connection


def write_snapshot(lake: Lake, paths: Paths, keep: int) -> Path:
    """Make a new snapshot of what is published and let `data/vopt.duckdb` point to it; keep the last `keep`.

    The file is built aside under a name that nobody opens and never opened for writing again, so whoever holds an old
    snapshot, even for writing, touches only that one. Returns: its path.
    """
    with lake.exclusively("snapshot"):
        number = _next_number(paths.snapshots)
        path = paths.snapshots / f"vopt-{number}.duckdb"
        about = _build(lake, path, number)
        write_json(_about_path(path), about)
        reached(CommitPoint.SNAPSHOT_NAMED)
        _link(paths, path)
        reached(CommitPoint.SNAPSHOT_LINKED)
        _prune(paths.snapshots, keep)
        return path


def ensure_snapshot(lake: Lake, paths: Paths, keep: int) -> Path:
    """The newest snapshot, made again when it is missing, of other versions, or of a lake that was moved."""
    newest = snapshots(paths)[-1:]
    if newest and paths.warehouse.exists() and paths.warehouse.resolve() == newest[0].path.resolve():
        snapshot = newest[0]
        if snapshot.versions == lake.published() and snapshot.lake_root == paths.lake_root:
            return snapshot.path
    return write_snapshot(lake, paths, keep)


def snapshots(paths: Paths) -> list[Snapshot]:
    """The snapshots that are complete, oldest first."""
    return [snapshot for snapshot in snapshots_made(paths) if snapshot.path.exists()]


def snapshots_made(paths: Paths) -> list[Snapshot]:
    """The snapshots that are complete, and those removed since, until they are forgotten; oldest first."""
    found = [
        Snapshot(_number(path), path.with_suffix(""), about["lake_root"], about["versions"], about["files"])
        for path in paths.snapshots.glob("vopt-*.duckdb.json")
        if (about := read_json(path))
    ]
    return sorted(found, key=lambda snapshot: snapshot.number)


def forget_snapshots(paths: Paths, *, older_than: datetime) -> None:
    """Forget what was in snapshots that are no longer there."""
    for snapshot in snapshots_made(paths):
        if not snapshot.path.exists() and snapshot.made_at < older_than:
            _about_path(snapshot.path).unlink()


def _build(lake: Lake, path: Path, number: int) -> dict[str, object]:
    """Write the database aside and put it in place. Returns: what is told about it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(".building-*"):
        left.unlink()
    aside = path.parent / f".building-{uuid.uuid4().hex}.duckdb"
    reached(CommitPoint.SNAPSHOT_STARTED)
    published = lake.published()
    files = sql_files(lake, published)
    seen = {name: paths for name, paths in files.items() if lake.is_local and name not in COPIED}
    with duckdb.connect(str(aside), config=dict(CONFIG)) as connection:
        _copy(connection, lake, published)
        views = view_statements(lake, seen)
        for statement in (*views.values(), *gold_statements({*views, *COPIED}).values()):
            connection.execute(statement)
        connection.execute("CHECKPOINT")
    sync_file(aside)
    reached(CommitPoint.SNAPSHOT_BUILT)
    aside.rename(path)
    sync_folder(path.parent)
    return {"number": number, "lake_root": lake.paths.lake_root, "versions": published, "files": seen}


def _copy(connection: duckdb.DuckDBPyConnection, lake: Lake, versions: Mapping[str, int]) -> None:
    """Make the tables that a snapshot holds whole."""
    for name in COPIED:
        rows = lake.scan(name, version=versions.get(name, -1)).collect()
        connection.register("arriving", ArrowStream(rows))
        connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM arriving')
        connection.unregister("arriving")


def _link(paths: Paths, path: Path) -> None:
    """Point data/vopt.duckdb to a snapshot, in one step; relative, so that it survives a move of VOPT_DATA."""
    aside = paths.warehouse.with_name(f".{paths.warehouse.name}.{uuid.uuid4().hex}")
    aside.symlink_to(os.path.relpath(path, paths.warehouse.parent))
    aside.replace(paths.warehouse)
    sync_folder(paths.warehouse.parent)


def _next_number(folder: Path) -> int:
    """One more than any number ever seen, so that a stranger's leftover write-ahead log fits no new file."""
    taken = [_number(path) for path in folder.glob("vopt-*.duckdb*")]
    return max(taken, default=0) + 1


def _prune(folder: Path, keep: int) -> None:
    """Remove all but the last complete ones, with what strangers and killed processes left beside them.

    What was in them stays known: whoever holds one open still reads its files.
    """
    complete = [path for path in folder.glob("vopt-*.duckdb") if _about_path(path).exists()]
    kept = sorted(_number(path) for path in complete)[-keep:]
    for path in folder.glob("vopt-*.duckdb*"):
        if _number(path) not in kept and path.suffix != ".json":
            path.unlink(missing_ok=True)


def _number(path: Path) -> int:
    match = _SNAPSHOT.match(path.name)
    return int(match.group(1)) if match else 0


def _about_path(path: Path) -> Path:
    return path.with_name(path.name + ".json")
