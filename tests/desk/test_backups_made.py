"""A backup is called by its moment, and found again by it; what a person called otherwise is none."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from vopt_lib.desk.backups_made import backup_name, backups_made

MORNING, NOON = datetime(2026, 11, 22, 8, tzinfo=UTC), datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_newest_backup_comes_first_whatever_else_lies_there(tmp_path: Path) -> None:
    for name in (backup_name(MORNING), backup_name(NOON, "-weekly"), "vopt-backup-before-the-move.tar", "photos.tar"):
        (tmp_path / name).touch()
    assert [made_at for made_at, _ in backups_made(tmp_path)] == [NOON, MORNING]
    assert [path.name for _, path in backups_made(tmp_path, "-weekly")] == ["vopt-backup-20261122T120000Z-weekly.tar"]


def test_where_there_is_no_folder_there_is_no_backup(tmp_path: Path) -> None:
    assert backups_made(tmp_path / "nowhere") == []
