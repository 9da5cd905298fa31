"""This is where backups are called by the moment they were made at, and found again in their usual folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

_NAME: Final = "vopt-backup-"
_MOMENT: Final = "%Y%m%dT%H%M%SZ"
_LETTERS: Final = 16


def backup_name(now: datetime, more: str = "") -> str:
    """What a backup of this moment is called (UTC). more: what tells it from others ("-2", "-weekly")."""
    return f"{_NAME}{now:{_MOMENT}}{more}.tar"


def backups_made(folder: Path, more: str = "") -> list[tuple[datetime, Path]]:
    """The backups of this folder that are called so, each with when it was made; the newest first."""
    return sorted(_found(folder, more), reverse=True)


def _found(folder: Path, more: str) -> Iterator[tuple[datetime, Path]]:
    for path in folder.glob(f"{_NAME}*{more}.tar"):
        try:
            made_at = datetime.strptime(path.name.removeprefix(_NAME)[:_LETTERS], _MOMENT).replace(tzinfo=UTC)
        except ValueError:  # somebody else called it so
            continue
        yield made_at, path
