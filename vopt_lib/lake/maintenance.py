"""This is where the lake stays small: old rows leave, small files are joined, files that nobody reads are removed.

What is published stays readable throughout: a compacted table is published in place of its equal, unless newer rows
already wait behind it; then the published files simply stay until the next publishing.
"""

from __future__ import annotations

import contextlib
from calendar import monthrange
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from vopt_lib.lake.commit_points import CommitPoint, reached
from vopt_lib.lake.lake import Lake
from vopt_lib.lake.warehouse import ensure_snapshot, forget_snapshots, snapshots_made
from vopt_lib.schema.tables import TABLES, Table

# Text that sellers wrote is theirs: figures stay, words go.
TEXT_COLUMNS = {"listing_seen": ("title", "description"), "listing_ended": ("title",)}
TEXT_KEPT_DAYS = 180
# A query opens every file of the days it reads; joining pays from a few on.
FILES_WORTH_JOINING = 4
# A file that no log entry names may be a commit under way; nobody needs a day for one.
UNKNOWN_FILES_KEPT = timedelta(days=1)
SNAPSHOT_FILES_KEPT = timedelta(days=30)
LOG_KEPT = timedelta(days=30)


@dataclass
class Maintenance:
    """What one round did."""

    partitions_removed: int = 0
    partitions_without_text: int = 0
    partitions_joined: int = 0
    files_removed: int = 0
    bytes_freed: int = 0


def maintain(
    lake: Lake, *, now: datetime, snapshots_kept: int, needed: Collection[tuple[str, int]] = ()
) -> Maintenance:
    """One round: retention, compaction, vacuum, and a fresh snapshot when anything published moved.

    Every step is one commit of one table and can be repeated; a killed round is finished by the next one.

    Needs: `needed`, each (table, version) that somebody counts on beyond what is published.
    Raises: LakeBusy when somebody overwrites a table for long.
    """
    done = Maintenance()
    lake.recover()
    for table in TABLES.values():
        if lake.version(table.name) >= 0:
            _drop_old_days(lake, table, now.date(), done)
            _drop_old_text(lake, table, now.date(), done)
            _join_small_files(lake, table, now.date(), done)
    if lake.published() and lake.is_local:
        ensure_snapshot(lake, lake.paths, snapshots_kept)
    for table in TABLES.values():
        if lake.version(table.name) >= 0:
            kept = {version for name, version in needed if name == table.name}
            _vacuum(lake, table, now, kept=kept | _readable_versions(lake, table), done=done)
    forget_snapshots(lake.paths, older_than=now - SNAPSHOT_FILES_KEPT)
    reached(CommitPoint.MAINTENANCE_VACUUMED)
    return done


def _drop_old_days(lake: Lake, table: Table, today: date, done: Maintenance) -> None:
    """Empty the days that a table no longer keeps."""
    if table.kept_days is None:
        return
    first_kept = today - timedelta(days=table.kept_days)
    version = lake.version(table.name)
    old = [one for one in lake.partitions(table.name, version) if date.fromisoformat(one["day"]) < first_kept]
    if old:
        lake.overwrite(table.name, table.empty(), partitions=old)
        done.partitions_removed += len(old)


def _drop_old_text(lake: Lake, table: Table, today: date, done: Maintenance) -> None:
    """Null sellers' words in sightings and ended spells older than half a year."""
    columns = TEXT_COLUMNS.get(table.name)
    if columns is None:
        return
    first_kept = today - timedelta(days=TEXT_KEPT_DAYS)

    def due(partition: Mapping[str, str], files: int) -> bool:
        return _last_day(partition) < first_kept and _has_text(lake, table.name, partition, columns)

    def without_text(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in columns)

    done.partitions_without_text += _rewrite(lake, table, due=due, change=without_text, done=done)


def _join_small_files(lake: Lake, table: Table, today: date, done: Maintenance) -> None:
    """Join the files of every partition that is closed: a day before today, or any partition of another grain."""

    def due(partition: Mapping[str, str], files: int) -> bool:
        is_open = "day" in partition and date.fromisoformat(partition["day"]) >= today
        return files >= FILES_WORTH_JOINING and not is_open

    done.partitions_joined += _rewrite(lake, table, due=due, change=lambda frame: frame, done=done)


def _rewrite(
    lake: Lake,
    table: Table,
    *,
    due: Callable[[Mapping[str, str], int], bool],
    change: Callable[[pl.DataFrame], pl.DataFrame],
    done: Maintenance,
) -> int:
    """Write the due partitions anew, sorted, as one file each, and publish them in place of their equals."""
    rewritten = 0
    with lake.writing(table.name):
        for partition, files in lake.partition_files(table.name).items():
            if not due(dict(partition), files):
                continue
            before = lake.version(table.name)
            after = lake.rewrite(table.name, dict(partition), change)
            reached(CommitPoint.MAINTENANCE_TABLE_WRITTEN, table.name)
            lake.publish_equal(table.name, before, after)
            reached(CommitPoint.MAINTENANCE_PUBLISHED, table.name)
            rewritten += 1
    return rewritten


def _last_day(partition: Mapping[str, str]) -> date:
    """The last day that a partition by day or by month holds."""
    if "day" in partition:
        return date.fromisoformat(partition["day"])
    first = date.fromisoformat(partition["ended_month"] + "-01")
    return first.replace(day=monthrange(first.year, first.month)[1])


def _has_text(lake: Lake, name: str, partition: Mapping[str, str], columns: Sequence[str]) -> bool:
    rows = lake.scan(name, version="newest")
    inside = rows.filter(pl.col(column).cast(pl.String) == value for column, value in partition.items())
    counts = inside.select(pl.col(column).count() for column in columns).collect()
    return bool(sum(counts.row(0)))


def _vacuum(lake: Lake, table: Table, now: datetime, *, kept: set[int], done: Maintenance) -> None:
    """Remove data files that none of these versions and no young snapshot names, and log entries older than those."""
    pinned = {version for version in kept if version >= 0}
    if not lake.is_local:
        lake.vacuum_remote(table.name, sorted(pinned))
        return
    root = Path(lake.paths.table(table.name)).resolve()
    used = {Path(file).resolve() for version in pinned for file in lake.files(table.name, version)}
    used |= {Path(file).resolve() for file in _snapshot_files(lake, table, now)}
    for path in root.rglob("*.parquet"):
        age = now - datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if "_delta_log" not in path.parts and path not in used and age > UNKNOWN_FILES_KEPT:
            done.files_removed += 1
            done.bytes_freed += path.stat().st_size
            path.unlink()
    _remove_empty_folders(root)
    _clean_log(root / "_delta_log", min(pinned), now)


def _readable_versions(lake: Lake, table: Table) -> set[int]:
    """Versions that somebody may read: published now or before, and the newest."""
    recorded = (lake.published(), lake.published_before())
    return {versions.get(table.name, -1) for versions in recorded} | {lake.version(table.name)}


def _snapshot_files(lake: Lake, table: Table, now: datetime) -> set[str]:
    """Files of young snapshots, also of those that were replaced: somebody may still hold one open."""
    young = [made for made in snapshots_made(lake.paths) if now - made.made_at < SNAPSHOT_FILES_KEPT]
    return {file for snapshot in young for file in snapshot.files.get(table.name, [])}


def _remove_empty_folders(root: Path) -> None:
    for path in sorted((path for path in root.rglob("*=*") if path.is_dir()), reverse=True):
        # Only an empty folder goes; one that a writer fills just now refuses.
        with contextlib.suppress(OSError):
            path.rmdir()


def _clean_log(folder: Path, oldest_pinned: int, now: datetime) -> None:
    """Remove old log entries below the newest checkpoint from which every pinned version can still be read."""
    checkpoints = [int(path.name[:20]) for path in folder.glob("*.checkpoint.parquet")]
    base = max((version for version in checkpoints if version <= oldest_pinned), default=0)
    for path in folder.iterdir():
        digits = path.name[:20]
        if digits.isdigit() and int(digits) < base:
            age = now - datetime.fromtimestamp(path.stat().st_mtime, UTC)
            if age > LOG_KEPT:
                path.unlink()
