"""This is where the moments are named at which a killed process must lose nothing.

Crash tests replace the observer in a child process and kill it there; in the product it does nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class CommitPoint(StrEnum):
    """A moment between two durable steps; those of `collect` lie in `Lake.commit`."""

    JOURNAL_STARTED = "collect.journal_started"
    JOURNAL_WRITTEN = "collect.journal_written"
    TABLE_APPENDED = "collect.table_appended"
    JOURNAL_RETIRED = "collect.journal_retired"
    JOURNAL_REMOVED = "collect.journal_removed"
    COLLECT_STATE_WRITTEN = "collect.state_written"
    REFINE_TABLE_WRITTEN = "refine.table_written"
    REFINE_TABLE_SYNCED = "refine.table_synced"
    REFINE_STATE_WRITTEN = "refine.state_written"
    PUBLISH_BEFORE = "publish.before"
    PUBLISH_PREVIOUS_WRITTEN = "publish.previous_written"
    PUBLISH_WRITTEN = "publish.written"
    SNAPSHOT_STARTED = "snapshot.started"
    SNAPSHOT_BUILT = "snapshot.built"
    SNAPSHOT_NAMED = "snapshot.named"
    SNAPSHOT_LINKED = "snapshot.linked"
    MAINTENANCE_TABLE_WRITTEN = "maintenance.table_written"
    MAINTENANCE_PUBLISHED = "maintenance.published"
    MAINTENANCE_FILE_REMOVED = "maintenance.file_removed"
    MAINTENANCE_LOG_ENTRY_REMOVED = "maintenance.log_entry_removed"
    MAINTENANCE_VACUUMED = "maintenance.vacuumed"
    IMPORT_BEGUN = "import.begun"
    IMPORT_PHOTO_STORED = "import.photo_stored"
    IMPORT_BATCH_WRITTEN = "import.batch_written"
    IMPORT_ENDED = "import.ended"
    MIGRATION_BEGUN = "migration.begun"
    MIGRATION_STEP = "migration.step"
    MIGRATION_WRITTEN = "migration.written"
    MIGRATION_DONE = "migration.done"
    BACKUP_HELD = "backup.held"
    BACKUP_SHOP_COPIED = "backup.shop_copied"
    BACKUP_PART_ADDED = "backup.part_added"
    BACKUP_WRITTEN = "backup.written"
    BACKUP_NAMED = "backup.named"
    RESTORE_UNPACKED = "restore.unpacked"
    RESTORE_READY = "restore.ready"
    RESTORE_DECIDED = "restore.decided"
    RESTORE_SHOP_SENT = "restore.shop_sent"
    RESTORE_PUT_ASIDE = "restore.put_aside"
    RESTORE_PUT_IN = "restore.put_in"
    RESTORE_SHOWN = "restore.shown"
    RESTORE_DONE = "restore.done"
    MODEL_WRITTEN = "model.written"
    MODEL_NAMED = "model.named"
    MODEL_PUBLISHED = "model.published"
    MODEL_SET_ASIDE = "model.set_aside"
    MODEL_REMOVED = "model.removed"
    INDEX_WRITTEN = "index.written"
    INDEX_NAMED = "index.named"
    INDEX_OLD_REMOVED = "index.old_removed"
    EMBED_PHOTO_KEPT = "embed.photo_kept"
    EMBED_PHOTO_NOTED = "embed.photo_noted"
    EMBED_BATCH_WRITTEN = "embed.batch_written"
    EMBED_FINGERPRINTS_ADDED = "embed.fingerprints_added"
    EMBED_PAIRS_WRITTEN = "embed.pairs_written"
    EMBED_OWN_LINKED = "embed.own_linked"
    EMBED_VECTORS_FORGOTTEN = "embed.vectors_forgotten"
    ERASE_LISTED = "erase.listed"
    ERASE_COMMITTED = "erase.committed"
    ERASE_FILE_REMOVED = "erase.file_removed"
    ERASE_LINKS_FORGOTTEN = "erase.links_forgotten"
    ERASE_VECTORS_FORGOTTEN = "erase.vectors_forgotten"
    ERASE_INDEXES_WRITTEN = "erase.indexes_written"
    ERASE_SCRUBBED = "erase.scrubbed"
    INBOX_NOTED = "inbox.noted"
    INBOX_DRAFTED = "inbox.drafted"
    INBOX_PHOTO_IN = "inbox.photo_in"
    INBOX_MOVED = "inbox.moved"
    INBOX_FORGOTTEN = "inbox.forgotten"


Observer = Callable[[str], None]


def _nobody(point: str) -> None:
    """Nobody watches."""


_observer: Observer = _nobody


def reached(point: CommitPoint, detail: object = None) -> None:
    """Tell the observer `point`, or `point:detail` where one point is passed several times (`…table_appended:2`)."""
    _observer(str(point) if detail is None else f"{point}:{detail}")


def observe(observer: Observer) -> None:
    """Let `observer` be told every commit point of this process from now on."""
    global _observer
    _observer = observer
