"""This is where the lake stays small: old rows leave, small files are joined, files that nobody reads are removed.

What is published stays readable throughout: a compacted table is published in place of its equal, unless newer rows
already wait behind it; then the published files simply stay until the next publishing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.lake.holding import VACUUM, held_versions
from vopt_lib.lake.lake import Lake
from vopt_lib.lake.unlinked import drop_unlinked
from vopt_lib.lake.warehouse import ensure_snapshot, forget_snapshots, snapshots_made
from vopt_lib.schema.tables import EMBEDDING, TABLES, Table

# Text that sellers wrote is theirs: figures stay, words go.
TEXT_COLUMNS = {"listing_seen": ("title", "description"), "listing_ended": ("title",)}
TEXT_KEPT_DAYS = 180
# An address ends with the title's words, /items/4242-gonna-nera; without them it leads to the same page.
ADDRESS_WITH_WORDS = r"(/items/[0-9]+)-.*$"
# A query opens every file of the days it reads; joining pays from a few on.
FILES_WORTH_JOINING = 4
# A file that no log entry names may be a commit under way; nobody needs a day for one.
UNKNOWN_FILES_KEPT = timedelta(days=1)
# Of snapshots, and of what was published before: nobody goes back that far, and rows that left must leave the disk.
READERS_KEPT = timedelta(days=30)
LOG_KEPT = timedelta(days=30)

Needed = Callable[[], Collection[tuple[str, int]]]


@dataclass
class Tidied:
    """What one round did to one table.

    `removed_until` is the last day whose rows left; `texts_removed` counts days (of ended spells: months) that lost
    sellers' words, `unlinked_removed` vectors of photos that nothing shows, `files_joined` files that became one each.
    """

    days_removed: int = 0
    removed_until: date | None = None
    texts_removed: int = 0
    unlinked_removed: int = 0
    files_joined: int = 0
    files_removed: int = 0
    bytes_removed: int = 0
    log_entries_removed: int = 0

    def __bool__(self) -> bool:
        """Whether it did anything."""
        return self != Tidied()


def maintain(lake: Lake, *, now: datetime, snapshots_kept: int, needed: Needed = tuple) -> dict[str, Tidied]:
    """One round: retention, compaction, republishing, vacuum. Returns: what it did, by table; all tables are named.

    Every step is one commit of one table and can be repeated; a killed round is finished by the next one.

    Needs: `needed`, which tells each (table, version) that somebody counts on beyond what is published. It is asked
           before files are removed, and may first move to versions that can stand in (`Lake.standing_in`).
    Raises: LakeBusy when somebody overwrites a table for long.
    """
    lake.recover()
    done = {name: Tidied() for name in TABLES if lake.version(name) >= 0}
    for name, tidied in done.items():
        with lake.writing(name):
            _drop_old_days(lake, TABLES[name], now.date(), tidied)
            _drop_old_text(lake, TABLES[name], now.date(), tidied)
            _join_small_files(lake, TABLES[name], now.date(), tidied)
    if EMBEDDING.name in done:
        # Young ones may be linked soon.
        done[EMBEDDING.name].unlinked_removed += drop_unlinked(lake, made_before=now - UNKNOWN_FILES_KEPT)
    lake.forget_published_before(older_than=now - READERS_KEPT)
    lake.publish_equals()
    reached(CommitPoint.MAINTENANCE_PUBLISHED)
    if lake.published() and lake.is_local:
        ensure_snapshot(lake, lake.paths, snapshots_kept)
    with lake.exclusively(VACUUM):
        counted_on = {*needed(), *held_versions(lake.paths)}
        for name, tidied in done.items():
            kept = {version for table, version in counted_on if table == name} | _readable_versions(lake, name)
            _vacuum(lake, TABLES[name], now, kept=kept, tidied=tidied)
    forget_snapshots(lake.paths, older_than=now - READERS_KEPT)
    reached(CommitPoint.MAINTENANCE_VACUUMED)
    return done


# Retention


def _drop_old_days(lake: Lake, table: Table, today: date, tidied: Tidied) -> None:
    """Empty the days that a table no longer keeps."""
    if table.kept_days is None:
        return
    first_kept = today - timedelta(days=table.kept_days)
    known = lake.partitions(table.name, lake.version(table.name))
    old = [one for one in known if date.fromisoformat(one["day"]) < first_kept]
    if old:
        lake.overwrite(table.name, table.empty(), partitions=old)
        reached(CommitPoint.MAINTENANCE_TABLE_WRITTEN, table.name)
        tidied.days_removed += len(old)
        tidied.removed_until = date.fromisoformat(max(one["day"] for one in old))


def _drop_old_text(lake: Lake, table: Table, today: date, tidied: Tidied) -> None:
    """Null sellers' words in sightings and ended spells older than half a year."""
    columns = TEXT_COLUMNS.get(table.name)
    if columns is None:
        return
    due = _partitions_with_text(lake, table, columns, today - timedelta(days=TEXT_KEPT_DAYS))
    nothing = [pl.lit(None, dtype=pl.String).alias(name) for name in columns]
    address = pl.col("url").str.replace(ADDRESS_WITH_WORDS, "$1")
    _rewrite(lake, table, due, change=lambda frame: frame.with_columns(address, *nothing))
    tidied.texts_removed += len(due)


def _partitions_with_text(lake: Lake, table: Table, columns: Sequence[str], first_kept: date) -> list[dict[str, str]]:
    """The partitions that end before this day and still hold words."""
    in_time = table.partitions[-1]
    is_old = pl.col(in_time) < (pl.lit(first_kept) if in_time == "day" else pl.lit(f"{first_kept:%Y-%m}"))
    has_text = pl.any_horizontal(pl.col(name).is_not_null().any() for name in columns)
    rows = lake.scan(table.name, version="newest").filter(is_old)
    due = rows.group_by(table.partitions).agg(has_text.alias("has_text")).filter("has_text").drop("has_text")
    return due.select(pl.all().cast(pl.String)).sort(pl.all()).collect().to_dicts()


# Compaction


def _join_small_files(lake: Lake, table: Table, today: date, tidied: Tidied) -> None:
    """Join the files of every partition that is closed: a day before today, or any partition of another grain."""
    due = {}
    for key, files in lake.partition_files(table.name).items():
        partition = dict(key)
        is_open = "day" in partition and date.fromisoformat(partition["day"]) >= today
        if files >= FILES_WORTH_JOINING and not is_open:
            due[key] = files
    _rewrite(lake, table, [dict(key) for key in due], change=lambda frame: frame)
    tidied.files_joined += sum(due.values())


def _rewrite(
    lake: Lake,
    table: Table,
    partitions: Iterable[Mapping[str, str]],
    *,
    change: Callable[[pl.DataFrame], pl.DataFrame],
) -> None:
    """Write these partitions anew, sorted, as one file each."""
    for partition in partitions:
        lake.rewrite(table.name, partition, change)
        reached(CommitPoint.MAINTENANCE_TABLE_WRITTEN, table.name)


# Vacuum


def _vacuum(lake: Lake, table: Table, now: datetime, *, kept: Collection[int], tidied: Tidied) -> None:
    """Remove data files that none of these versions and no young snapshot names, and log entries older than those."""
    pinned = {version for version in kept if version >= 0}
    if not lake.is_local:
        lake.vacuum_remote(table.name, sorted(pinned))
        return
    root = Path(lake.paths.table(table.name)).resolve()
    used = {Path(file).resolve() for version in pinned for file in lake.files(table.name, version)}
    used |= {Path(file).resolve() for file in _snapshot_files(lake, table, now)}
    for path in sorted(root.rglob("*.parquet")):
        if "_delta_log" not in path.parts and path not in used and _age(path, now) > UNKNOWN_FILES_KEPT:
            tidied.files_removed += 1
            tidied.bytes_removed += path.stat().st_size
            path.unlink()
            reached(CommitPoint.MAINTENANCE_FILE_REMOVED, table.name)
    _remove_empty_folders(root)
    tidied.log_entries_removed += _clean_log(root / "_delta_log", min(pinned), now)


def _readable_versions(lake: Lake, name: str) -> set[int]:
    """Versions that somebody may read: published now or before, and the newest."""
    recorded = (lake.published(), lake.published_before())
    return {versions.get(name, -1) for versions in recorded} | {lake.version(name)}


def _snapshot_files(lake: Lake, table: Table, now: datetime) -> set[str]:
    """Files of young snapshots, also of those that were replaced: somebody may still hold one open."""
    young = [made for made in snapshots_made(lake.paths) if now - made.made_at < READERS_KEPT]
    return {file for snapshot in young for file in snapshot.files.get(table.name, [])}


def _remove_empty_folders(root: Path) -> None:
    for path in sorted((path for path in root.rglob("*=*") if path.is_dir()), reverse=True):
        # Only an empty folder goes; one that a writer fills just now refuses.
        with contextlib.suppress(OSError):
            path.rmdir()


def _clean_log(folder: Path, oldest_pinned: int, now: datetime) -> int:
    """Remove old log entries below the newest checkpoint from which every pinned version can still be read.

    The oldest first, so that what a killed round leaves has no gap. Returns: how many.
    """
    checkpoints = [int(path.name[:20]) for path in folder.glob("*.checkpoint.parquet")]
    base = max((version for version in checkpoints if version <= oldest_pinned), default=0)
    removed = 0
    for path in sorted(folder.iterdir()):
        digits = path.name[:20]
        if digits.isdigit() and int(digits) < base and _age(path, now) > LOG_KEPT:
            path.unlink()
            removed += 1
            reached(CommitPoint.MAINTENANCE_LOG_ENTRY_REMOVED, folder.parent.name)
    return removed


def _age(path: Path, now: datetime) -> timedelta:
    return now - datetime.fromtimestamp(path.stat().st_mtime, UTC)
