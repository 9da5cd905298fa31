"""This is where a lake table is a Delta table: created, appended to, overwritten, read back by version."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

import polars as pl
from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.schema import ArrayType, Field, PrimitiveType, Schema
from deltalake.transaction import AddAction, RemoveAction

from vopt_lib.errors import LakeBusy, LakeDamaged
from vopt_lib.files import sync_files, system_number
from vopt_lib.lake.shared import reached_store
from vopt_lib.schema.tables import Table

# Every commit adds a batch to the state a writer holds in memory, and each append walks over all of them: after 100
# commits an append takes three times as long. Reopening from a fresh checkpoint costs 4 ms and brings it back.
COMMITS_PER_CHECKPOINT = 20
COMMIT_ATTEMPTS = 20
ROW_GROUP = 131_072
# What deltalake tells as an error of its own, or as a lost race: trying again makes no room.
_OF_THE_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR})
# Table property: some files lack columns that came later.
GROWN = "vopt.columnsWereAdded"

_PRIMITIVES: Mapping[pl.DataType, str] = {
    pl.String(): "string",
    pl.Int64(): "long",
    pl.Int32(): "integer",
    pl.Float64(): "double",
    pl.Float32(): "float",
    pl.Boolean(): "boolean",
    pl.Date(): "date",
    pl.Binary(): "binary",
}
_T = TypeVar("_T")


class DeltaFiles:
    """One lake table on disk or on an object store, held open for appending.

    Writers in several threads take turns; writers in several processes meet in Delta's log, where the later one
    retries.
    """

    def __init__(self, table: Table, root: str, storage_options: Mapping[str, str]) -> None:
        self.table = table
        self.root = root
        self.storage_options = dict(storage_options)
        self._turn = threading.RLock()
        self._held: DeltaTable | None = None
        self._held_since = -1
        self._held_folder = -1

    @property
    def is_local(self) -> bool:
        """Whether the table lies in a folder of this machine."""
        return "://" not in self.root

    @property
    def log_folder(self) -> Path:
        """Folder of the Delta log; only of a local table."""
        return Path(self.root) / "_delta_log"

    def exists(self) -> bool:
        """Whether the table was ever written."""
        return bool(DeltaTable.is_deltatable(self.root, self.storage_options or None))

    def version(self) -> int:
        """Newest version; -1 when the table was never written."""
        with self._turn:
            table = self._newest()
            return -1 if table is None else int(table.version())

    def transaction_version(self, app: str) -> int | None:
        """Highest number that this app committed here."""
        with self._turn:
            table = self._newest()
            return None if table is None else table.transaction_version(app)

    def at(self, version: int) -> DeltaTable:
        """The table as of a version. Raises: LakeDamaged when the log no longer tells; LakeUnreachable."""
        try:
            return self._opened(version)
        except (DeltaError, FileNotFoundError) as error:
            raise LakeDamaged(path=f"{self.root} ({version})") from error

    def has_grown(self) -> bool:
        """Whether columns were added after rows."""
        with self._turn:
            table = self._newest()
            return table is not None and table.metadata().configuration.get(GROWN) == "true"

    def files(self, version: int) -> dict[str, int]:
        """{absolute path or object-store address: its size in bytes} of the exact data files of a version, sorted."""
        if version < 0:
            return {}
        # Not file_uris(): it quotes the root, so that a folder with a space in its name is not found.
        added = pl.DataFrame(self.at(version).get_add_actions())
        return dict(sorted(zip(map(self.address, added["path"]), added["size_bytes"], strict=True)))

    def partitions(self, version: int) -> list[dict[str, str]]:
        """Partition values that have data in a version."""
        if version < 0:
            return []
        return [{name: str(value) for name, value in one.items()} for one in self.at(version).partitions()]

    def append(self, frame: pl.DataFrame, *, transaction: tuple[str, int] | None = None) -> int:
        """Add rows; with a transaction (app, number), nothing when that number was committed before.

        Returns: the table's version. The new files are flushed to the disk by `sync`.
        """

        def attempt() -> int:
            table = self._for_writing()
            if transaction and _is_committed(table, *transaction):
                return int(table.version())
            self._write(table, frame, mode="append", commit=_commit_properties(transaction))
            return int(table.version())

        return self._retried(attempt)

    def overwrite(self, frame: pl.DataFrame, partitions: Sequence[Mapping[str, str]]) -> int:
        """Replace whole partitions by these rows, in one commit. Returns: the table's version."""
        predicate = _predicate(self.table, partitions)

        def attempt() -> int:
            table = self._for_writing()
            self._write(table, frame, mode="overwrite", commit=_commit_properties(None), predicate=predicate)
            return int(table.version())

        return self._retried(attempt)

    def restore(self, version: int) -> int:
        """Make the content of an older version the newest. Returns: the new version."""

        def attempt() -> int:
            table = self._for_writing()
            table.restore(version, commit_properties=_commit_properties(None))
            self._held = None
            return self.version()

        return self._retried(attempt)

    def sync_transaction(self, app: str, number: int) -> None:
        """Flush what (app, number) committed to the disk; for a process that finishes another one's commit."""
        newest = self.version()
        for version in range(newest, -1, -1):
            actions = self.log(version)
            if actions is None or any(one.get("txn", {}).get("appId") == app for one in actions):
                self.sync(version - 1, version)
                return

    def partition_files(self) -> dict[tuple[tuple[str, str], ...], int]:
        """{partition values: number of files} of the newest version."""
        counted: dict[tuple[tuple[str, str], ...], int] = {}
        for _, values in self._added():
            counted[values] = counted.get(values, 0) + 1
        return counted

    def log_paths(self, partition: Mapping[str, str]) -> list[str]:
        """Data files of one partition in the newest version, as the log names them."""
        wanted = tuple(sorted(partition.items()))
        return [path for path, values in self._added() if values == wanted]

    def address(self, log_path: str) -> str:
        """Where a data file lies that the log names (the log quotes what the file's name already quotes)."""
        return f"{self.root.rstrip('/')}/{unquote(log_path)}"

    def replace(self, frame: pl.DataFrame, partition: Mapping[str, str], log_paths: Sequence[str]) -> int:
        """Put these rows in place of these files of a partition, marked as no change of rows. Returns: the version."""
        log_path = f"{log_paths[0].rpartition('/')[0]}/part-{uuid.uuid4()}.zstd.parquet"
        size = self._write_file(self.address(log_path), self._sorted(frame).drop(self.table.partitions))
        now_ms = int(time.time() * 1000)
        added = AddAction(log_path, size, dict(partition), now_ms, False, json.dumps({"numRecords": frame.height}))
        removed = [RemoveAction(old, False, now_ms, partition_values=dict(partition)) for old in log_paths]

        def attempt() -> int:
            table = self._for_writing()
            table.create_write_transaction(
                [added, *removed],
                mode="append",
                schema=table.schema(),
                partition_by=list(self.table.partitions),
                commit_properties=_commit_properties(None),
            )
            return self.version()

        return self._retried(attempt)

    def vacuum(self, versions: Sequence[int]) -> None:
        """Remove the files that neither the newest nor any of these versions names and that are a week old."""
        self._for_writing().vacuum(dry_run=False, full=True, keep_versions=list(versions))

    def log(self, version: int) -> list[dict[str, Any]] | None:
        """What one commit did (Delta actions); null when its log entry is gone."""
        path = f"{self.root.rstrip('/')}/_delta_log/{version:020}.json"
        if self.is_local:
            try:
                return [json.loads(line) for line in Path(path).read_bytes().splitlines() if line.strip()]
            except FileNotFoundError:
                return None
        try:
            lines = pl.scan_lines(path, storage_options=self.storage_options).collect().to_series()
        except (FileNotFoundError, OSError):
            return None
        return [json.loads(line) for line in lines if line.strip()]

    def sync(self, since: int, until: int) -> None:
        """Flush the log entries and data files of the versions after `since` up to `until` to the disk.

        deltalake does not; an object store needs none.
        """
        if not self.is_local or until <= since:
            return
        paths: list[str | Path] = []
        for version in range(since + 1, until + 1):
            actions = self.log(version)
            if actions is None:
                continue
            paths.append(self.log_folder / f"{version:020}.json")
            paths += [self.address(one["add"]["path"]) for one in actions if "add" in one]
        sync_files(path for path in paths if Path(path).exists())

    def _added(self) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
        """(relative path, partition values) of every data file of the newest version."""
        with self._turn:
            table = self._newest()
            if table is None:
                return []
            added = pl.DataFrame(table.get_add_actions(flatten=True))
        columns = [f"partition.{name}" for name in sorted(self.table.partitions)]
        return [
            (row["path"], tuple((name.removeprefix("partition."), str(row[name])) for name in columns))
            for row in added.select("path", *columns).sort("path").iter_rows(named=True)
        ]

    def _write_file(self, address: str, rows: pl.DataFrame) -> int:
        """Write one Parquet file. Returns: its size in bytes."""
        content = io.BytesIO()
        rows.write_parquet(content, compression="zstd", row_group_size=ROW_GROUP)
        if self.is_local:
            Path(address).write_bytes(content.getvalue())
        else:
            rows.write_parquet(
                address, compression="zstd", row_group_size=ROW_GROUP, storage_options=self.storage_options or None
            )
        return len(content.getvalue())

    def _sorted(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.sort(self.table.sorted_by, maintain_order=True) if self.table.sorted_by else frame

    def _newest(self) -> DeltaTable | None:
        if self._held is not None:
            # A table that was removed or made anew meanwhile cannot be caught up with: it is opened again.
            with contextlib.suppress(DeltaError):
                self._held.update_incremental()
                if (
                    self._held.version() - self._held_since < COMMITS_PER_CHECKPOINT
                    and self._held_folder == self._folder_id()
                ):
                    return self._held
        try:
            self._held = self._opened(None)
        except TableNotFoundError:
            self._held = None
            return None
        self._held_since = self._held.version()
        self._held_folder = self._folder_id()
        return self._held

    def _opened(self, version: int | None) -> DeltaTable:
        """The table from its log. Raises: LakeUnreachable."""

        def from_log() -> DeltaTable:
            return DeltaTable(self.root, version=version, storage_options=self.storage_options or None)

        return from_log() if self.is_local else reached_store(self.root, from_log)

    def _folder_id(self) -> int:
        """What tells this table's log folder from another one of the same name; 0 on an object store."""
        try:
            return self.log_folder.stat().st_ino if self.is_local else 0
        except FileNotFoundError:
            return -1

    def _for_writing(self) -> DeltaTable:
        table = self._newest()
        if table is None:
            self._create()
            table = self._newest()
        if table is None:
            raise LakeDamaged(path=self.root)
        return table

    def _create(self) -> None:
        DeltaTable.create(
            self.root,
            schema=_delta_schema(self.table.schema),
            mode="ignore",
            partition_by=list(self.table.partitions),
            name=self.table.name,
            description=self.table.grain,
            configuration=_configuration(self.table),
            storage_options=self.storage_options or None,
        )

    def _write(
        self,
        table: DeltaTable,
        frame: pl.DataFrame,
        *,
        mode: Any,
        commit: CommitProperties,
        predicate: str | None = None,
    ) -> None:
        grows = {field.name for field in table.schema().fields} != set(frame.columns)
        if grows:
            table.alter.set_table_properties({GROWN: "true"}, raise_if_not_exists=False)
        write_deltalake(
            table,
            self._sorted(frame),
            mode=mode,
            predicate=predicate,
            schema_mode="merge" if grows else None,
            writer_properties=WriterProperties(compression="ZSTD", max_row_group_size=ROW_GROUP),
            commit_properties=commit,
        )

    def _retried(self, attempt: Callable[[], _T]) -> _T:
        """A commit that lost a race is made again on the newest version, a bounded number of times."""
        with self._turn:
            for tried in range(COMMIT_ATTEMPTS):
                try:
                    return attempt()
                except (CommitFailedError, DeltaError) as error:
                    self._held = None
                    if (number := system_number(error)) in _OF_THE_DISK:
                        raise OSError(number, os.strerror(number)) from error
                    if not _is_conflict(error):
                        raise
                    time.sleep(0.005 * (tried + 1))
        raise LakeBusy(table=self.table.name, seconds=round(0.005 * COMMIT_ATTEMPTS * (COMMIT_ATTEMPTS + 1) / 2, 1))


def _is_committed(table: DeltaTable, app: str, number: int) -> bool:
    highest = table.transaction_version(app)
    return highest is not None and highest >= number


def _is_conflict(error: Exception) -> bool:
    text = str(error).lower()
    return isinstance(error, CommitFailedError) or "already exists" in text or "conflict" in text


def _commit_properties(transaction: tuple[str, int] | None) -> CommitProperties:
    return CommitProperties(app_transactions=[Transaction(*transaction)] if transaction else None)


def _configuration(table: Table) -> dict[str, str | None]:
    """Few statistics (the log stays small and appends fast; Parquet keeps its own), and no log clean-up by accident.

    Maintenance cleans the log itself, because a published version must stay readable.
    """
    measured = [name for name in table.sorted_by or table.key if name not in table.partitions]
    return {
        "delta.checkpointInterval": str(COMMITS_PER_CHECKPOINT),
        "delta.dataSkippingStatsColumns": ",".join(measured),
        "delta.enableExpiredLogCleanup": "false",
        "delta.logRetentionDuration": "interval 3650 days",
    }


def _predicate(table: Table, partitions: Sequence[Mapping[str, str]]) -> str | None:
    if any(not partition for partition in partitions):
        return None
    return " OR ".join(
        "(" + " AND ".join(_equals(table, name, value) for name, value in partition.items()) + ")"
        for partition in partitions
    )


def _equals(table: Table, name: str, value: str) -> str:
    literal = "'" + value.replace("'", "''") + "'"
    return f"{name} = DATE {literal}" if table.schema[name] == pl.Date else f"{name} = {literal}"


def _delta_schema(schema: pl.Schema) -> Schema:
    return Schema([Field(name, _delta_type(dtype), nullable=True) for name, dtype in schema.items()])


def _delta_type(dtype: pl.DataType) -> PrimitiveType | ArrayType:
    match dtype:
        case pl.List(inner=inner):
            return ArrayType(_delta_type(inner if isinstance(inner, pl.DataType) else inner()), contains_null=True)
        case pl.Datetime():
            return PrimitiveType("timestamp")
        case pl.Decimal(precision=precision, scale=scale):
            return PrimitiveType(f"decimal({precision},{scale})")
        case _:
            return PrimitiveType(_PRIMITIVES[dtype])
