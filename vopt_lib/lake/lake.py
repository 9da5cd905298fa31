"""This is where everything vopt knows of the market lies: one `Lake` of tables, written durably, read as published."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

import polars as pl
from filelock import FileLock, Timeout

from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.errors import LakeBusy, LakeDamaged, NothingPublished
from vopt_lib.lake.contract import checked, checked_partitions
from vopt_lib.lake.delta import DeltaFiles
from vopt_lib.lake.journal import Journal, JournalEntry
from vopt_lib.lake.publish import Published
from vopt_lib.lake.shared import SharedFile, ensure_keeper
from vopt_lib.paths import Paths
from vopt_lib.schema.tables import TABLES, Table
from vopt_lib.schema.tables import table as table_of

WRITER_WAITS_S = 60.0
# A commit takes some 30 ms: who waits for one should not wait for two.
LOOK_EVERY_S = 0.005


class Lake:
    """The lake of one vopt instance.

    Rows come in by `commit` (several tables, all or nothing, once) or `append` (one table); derived tables are replaced
    partition by partition with `overwrite`. Readers see what `publish` named, until something else is published.
    """

    def __init__(self, paths: Paths, *, writer_waits_s: float = WRITER_WAITS_S) -> None:
        self.paths = paths
        self.writer_waits_s = writer_waits_s
        self._journal = Journal(paths.journal)
        self._published = Published(paths.published, None if self.is_local else SharedFile(paths, "published"))
        self._tables: dict[str, DeltaFiles] = {}
        self._locks: dict[str, FileLock] = {}
        self._files: dict[tuple[str, int], dict[str, int]] = {}
        self._numbers: dict[str, int | None] = {}
        self._is_kept_here = False

    # Writing

    def commit(self, frames: Mapping[str, pl.DataFrame], *, app: str, number: int) -> None:
        """Add rows to several tables, all or nothing, and once: a repeated (app, number) changes nothing.

        Numbers of one app grow; a smaller one than `committed(app)` counts as a repetition. When this returns, the rows
        survive kill -9 and a power cut; when the process dies inside, `recover` finishes what was promised.

        Raises: ContractBroken (nothing was written), LakeBusy.
        """
        rows = {name: checked(table_of(name), frame) for name, frame in frames.items()}
        # A commit without rows still counts: its number goes into the first table.
        filled = {name: frame for name, frame in rows.items() if frame.height} or dict(list(rows.items())[:1])
        with self._journal_to_itself():
            if app not in self._numbers:
                self._numbers[app] = self.committed(app)
            done = self._numbers[app]
            if done is None or done < number:
                self._apply(self._journal.write(app, number, filled), filled)
                self._numbers[app] = number

    def committed(self, app: str) -> int | None:
        """Highest number that this app committed (or promised: it is in the journal); null when none."""
        numbers = [entry.number for entry in self._journal.entries() if entry.app == app]
        for name in TABLES:
            number = self._table(name).transaction_version(app)
            if number is not None:
                numbers.append(number)
        return max(numbers, default=None)

    def recover(self) -> int:
        """Finish the commits that killed processes left in the journal. Returns: how many. Raises: LakeBusy."""
        with self._journal_to_itself() as finished:
            self._journal.sweep()
        return finished

    def versions(self, names: Iterable[str]) -> dict[str, int]:
        """{table: newest version} of one moment: every commit is in all of its tables or in none. Raises: LakeBusy."""
        with self.between_commits():
            return {name: self.version(name) for name in names}

    @contextmanager
    def between_commits(self) -> Iterator[None]:
        """No commit is under way while the block runs: each is in all of its tables or in none. Raises: LakeBusy."""
        with self._journal_to_itself():
            yield

    def append(self, name: str, frame: pl.DataFrame) -> int:
        """Add rows to one table. Returns: its version. Raises: ContractBroken, LakeBusy."""
        files, rows = self._table(name), checked(table_of(name), frame)
        before = files.version()
        version = files.append(rows) if rows.height else before
        files.sync(before, version)
        return version

    def overwrite(self, name: str, frame: pl.DataFrame, *, partitions: Sequence[Mapping[str, str]]) -> int:
        """Replace exactly these partitions by these rows, in one commit, one writer at a time.

        A partition is {column: value as text}; a part of the partition columns means all that match, `{}` the whole
        table; a partition without rows is emptied. An empty frame for a table that was never written changes nothing.

        Returns: the table's version.
        Raises: ContractBroken (also for a row outside the partitions), LakeBusy.
        """
        files, rows = self._table(name), checked(table_of(name), frame)
        wanted = checked_partitions(table_of(name), rows, partitions)
        with self.writing(name):
            before = files.version()
            if not wanted or (before < 0 and not rows.height):
                return before
            version = files.overwrite(rows, wanted)
            reached(CommitPoint.REFINE_TABLE_WRITTEN, name)
            files.sync(before, version)
            reached(CommitPoint.REFINE_TABLE_SYNCED, name)
            return version

    @contextmanager
    def writing(self, *names: str) -> Iterator[None]:
        """Be the only one who overwrites these tables while the block runs (read, work, overwrite).

        Raises: LakeBusy after `writer_waits_s`.
        """
        with ExitStack() as held:
            for name in sorted(names):
                held.enter_context(self._locked(f"table-{table_of(name).name}", name))
            yield

    @contextmanager
    def exclusively(self, what: str) -> Iterator[None]:
        """Be the only process that does this work while the block runs. Raises: LakeBusy after `writer_waits_s`."""
        with self._locked(what, what):
            yield

    def rollback(self, name: str, version: int) -> int:
        """Make the content of an older version the newest.

        Returns: the version to use from now on, a new one: history is never rewritten.
        Raises: LakeDamaged when that version's files are gone, LakeBusy.
        """
        files = self._table(name)
        with self.writing(name):
            before = files.version()
            if version == before:
                return before
            self.files(name, version)
            restored = files.restore(version)
            files.sync(before, restored)
            return restored

    # Reading

    def scan(
        self, name: str, *, version: int | Literal["published", "newest"] = "published", required: bool = False
    ) -> pl.LazyFrame:
        """The rows of one version, with the table's schema; no rows where nothing was written or published.

        Raises: NothingPublished when `required` and published.json is missing, LakeDamaged, UnknownTable.
        """
        table = table_of(name)
        files = self.files(name, self._resolved(name, version, required=required))
        if not files:
            return table.empty().lazy()
        return _scan_files(table, files, self.paths.storage_options)

    def version(self, name: str) -> int:
        """Newest version of a table; -1 when it was never written."""
        return self._table(name).version()

    def files(self, name: str, version: int) -> list[str]:
        """The exact Parquet files of a version: absolute paths or object-store addresses.

        Raises: LakeDamaged when a local one is missing, or not as long as it was written.
        """
        key = (table_of(name).name, version)
        if key not in self._files or self._damaged(self._files[key]):
            self._files[key] = self._table(name).files(version)
        if damaged := self._damaged(self._files[key]):
            raise LakeDamaged(path=damaged)
        return list(self._files[key])

    @property
    def is_local(self) -> bool:
        """Whether the tables lie in a folder of this machine (an object store has an address with ://)."""
        return "://" not in self.paths.lake_root

    def ensure_kept_here(self) -> None:
        """Be the machine that collects and refines, unless another one is. Tables in a folder are always this one's.

        Raises: LakeKeptElsewhere; LakeUnreachable.
        """
        if not self.is_local and not self._is_kept_here:
            ensure_keeper(self.paths)
            self._is_kept_here = True

    def has_grown(self, name: str) -> bool:
        """Whether the table got columns after rows: old files lack them."""
        return self._table(name).has_grown()

    def partitions(self, name: str, version: int) -> list[dict[str, str]]:
        """Partition values that have rows in a version."""
        return self._table(name).partitions(version)

    def changed_partitions(self, name: str, since: int, until: int | None = None) -> list[dict[str, str]]:
        """Partition values whose rows may differ between two versions (-1: none; null: the newest), sorted.

        Compaction changes no rows and is left out. When the log of a commit is gone: all partitions.
        """
        files = self._table(name)
        until = self.version(name) if until is None else until
        changed: set[tuple[tuple[str, str], ...]] = set()
        for version in range(since + 1, until + 1):
            actions = files.log(version)
            if actions is None:
                return self.partitions(name, until)
            for action in actions:
                file = action.get("add") or action.get("remove")
                if file and file["dataChange"]:
                    changed.add(tuple(sorted(file["partitionValues"].items())))
        return [dict(values) for values in sorted(changed)]

    # Publishing

    def published(self) -> dict[str, int]:
        """{table: version} that pages, SQL and the snapshot read; empty when nothing is published."""
        try:
            return self._published.read()
        except NothingPublished:
            return {}

    def published_before(self) -> dict[str, int]:
        """The versions published before these, for rolling back with `publish`; empty when there were none."""
        return self._published.read_previous()

    def publish(self, versions: Mapping[str, int]) -> dict[str, int]:
        """Let everybody read these versions, in one durable step; tables not named keep theirs.

        Returns: all published versions. Raises: LakeDamaged when a file of one is missing (nothing changes).
        """
        for name, version in versions.items():
            self.files(name, version)
        with self.exclusively("published"):
            published = {**self.published(), **versions}
            self._published.write(published)
        return published

    # Upkeep, for maintenance.py

    def partition_files(self, name: str) -> dict[tuple[tuple[str, str], ...], int]:
        """{partition values: number of files} of the newest version."""
        return self._table(name).partition_files()

    def rewrite(self, name: str, partition: Mapping[str, str], change: Callable[[pl.DataFrame], pl.DataFrame]) -> int:
        """Write one partition anew as one sorted file, without telling readers of changes that rows changed.

        Only for changes that nothing was derived from. Returns: the table's version. Raises: ContractBroken, LakeBusy.
        """
        table, files = table_of(name), self._table(name)
        with self.writing(name):
            before = files.version()
            log_paths = files.log_paths(partition)
            rows = _scan_files(table, [files.address(path) for path in log_paths], self.paths.storage_options)
            version = files.replace(checked(table, change(rows.collect())), partition, log_paths)
            files.sync(before, version)
            return version

    def standing_in(self, name: str, version: int) -> int:
        """The version to read instead of an older one: the newest with the same rows, as compaction makes them.

        Of a table that SQL does not show it is simply the newest: nobody reads it as published, and rows that left it
        must leave the disk, too.
        """
        newest = self.version(name)
        if not table_of(name).sql:
            return newest
        while 0 <= version < newest and not self.changed_partitions(name, version, version + 1):
            version += 1
        return version

    def publish_equals(self) -> None:
        """Publish, in place of the published versions and of those before, what can stand in for them."""
        with self.exclusively("published"):
            self._published.move(self.standing_in)

    def forget_published_before(self, *, older_than: datetime) -> None:
        """Give up rolling back to what was published before, when it was replaced before this moment."""
        with self.exclusively("published"):
            self._published.forget_previous(older_than=older_than)

    def vacuum_remote(self, name: str, versions: Sequence[int]) -> None:
        """Remove the files of an object store that none of these versions names."""
        self._table(name).vacuum(versions)

    # Inside

    def _table(self, name: str) -> DeltaFiles:
        if name not in self._tables:
            self._tables[name] = DeltaFiles(table_of(name), self.paths.table(name), self.paths.storage_options)
        return self._tables[name]

    def _apply(self, entry: JournalEntry, frames: Mapping[str, pl.DataFrame]) -> None:
        """Bring an entry into its tables, two at a time, flush them to the disk, and forget it."""

        def add(name: str, frame: pl.DataFrame) -> None:
            files = self._table(name)
            before = files.version()
            after = files.append(frame, transaction=(entry.app, entry.number))
            if after > before:
                files.sync(before, after)
            else:
                files.sync_transaction(entry.app, entry.number)

        with ThreadPoolExecutor(max_workers=2) as pool:
            added = [pool.submit(add, name, frame) for name, frame in frames.items()]
            for place, one in enumerate(added, start=1):
                one.result()
                reached(CommitPoint.TABLE_APPENDED, place)
        self._journal.remove(entry)

    @contextmanager
    def _journal_to_itself(self) -> Iterator[int]:
        """No other commit under way while the block runs; those of dead processes finished first. Gives: how many."""
        with self.exclusively("journal"):
            left = self._journal.entries()
            for entry in left:
                self._apply(entry, entry.frames())
            yield len(left)

    @contextmanager
    def _locked(self, lock: str, what: str) -> Iterator[None]:
        if lock not in self._locks:
            self.paths.locks.mkdir(parents=True, exist_ok=True)
            self._locks[lock] = FileLock(self.paths.locks / f"{lock}.lock")
        try:
            self._locks[lock].acquire(timeout=self.writer_waits_s, poll_interval=LOOK_EVERY_S)
        except Timeout:
            raise LakeBusy(table=what, seconds=self.writer_waits_s) from None
        try:
            yield
        finally:
            self._locks[lock].release()

    def _resolved(self, name: str, version: int | str, *, required: bool) -> int:
        if version == "newest":
            return self.version(name)
        if version == "published":
            published = self._published.read() if required else self.published()
            return published.get(name, -1)
        return int(version)

    def _damaged(self, files: Mapping[str, int]) -> str | None:
        """The first local file that is not there, or not as long as it was written."""
        if not self.is_local:
            return None
        return next((path for path, size in files.items() if _length(path) != size), None)


def _length(path: str) -> int | None:
    try:
        return Path(path).stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return None


def _scan_files(table: Table, files: Sequence[str], storage_options: Mapping[str, str]) -> pl.LazyFrame:
    """The rows of exact Parquet files; a column that an old file lacks is null."""
    partitions = {name: table.schema[name] for name in table.partitions}
    return pl.scan_parquet(
        list(files),
        schema={name: dtype for name, dtype in table.schema.items() if name not in partitions},
        hive_partitioning=True,
        hive_schema=partitions,
        missing_columns="insert",
        extra_columns="ignore",
        storage_options=dict(storage_options) or None,
        glob=False,
    ).select(table.schema.names())
