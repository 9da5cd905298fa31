"""This is where everything is copied by itself every week, and the oldest such copies leave; nobody else's do."""

from __future__ import annotations

from itertools import chain, count
from typing import Final

from vopt_lib.desk.backup import Backup, back_up
from vopt_lib.desk.instance import Desk

_NAME: Final = "vopt-weekly-"
"""How the files begin that a schedule made: those that `vopt backup` made are called otherwise, and stay."""


def back_up_weekly(desk: Desk) -> Backup:
    """Copy everything into a new file of data/backups; then let the oldest such files leave but for the newest ones.

    How many stay is the setting weekly_backups_kept. A file leaves only once the new one is whole.
    Raises: as `back_up`.
    """
    folder, now = desk.paths.backups, desk.clock.now()
    names = (f"{_NAME}{now:%Y%m%dT%H%M%SZ}{more}.tar" for more in chain([""], (f"-{n}" for n in count(2))))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    done = back_up(desk, next(folder / name for name in names if not (folder / name).exists()))
    for old in sorted(folder.glob(f"{_NAME}*.tar"))[: -desk.settings.weekly_backups_kept]:
        old.unlink(missing_ok=True)
    return done
