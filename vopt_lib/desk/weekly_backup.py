"""This is where everything is copied by itself every week, and the oldest such copies leave; nobody else's do."""

from __future__ import annotations

from typing import Final

from vopt_lib.desk.backup import Backup, back_up
from vopt_lib.desk.backups_made import backup_name, backups_made
from vopt_lib.desk.instance import Desk

_WEEKLY: Final = "-weekly"
"""How the names end of those that a schedule made: those that `vopt backup` made are called otherwise, and stay."""


def back_up_weekly(desk: Desk) -> Backup:
    """Copy everything into a new file of data/backups; then let the oldest such files leave but for the newest ones.

    How many stay is the setting weekly_backups_kept. A file leaves only once the new one is whole.
    Raises: as `back_up`.
    """
    folder, now = desk.paths.backups, desk.clock.now()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    done = back_up(desk, folder / backup_name(now, _WEEKLY))
    for _, old in backups_made(folder, _WEEKLY)[desk.settings.weekly_backups_kept :]:
        old.unlink(missing_ok=True)
    return done
