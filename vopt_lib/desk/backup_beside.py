"""This is where a backup is made beside the pages, in a process of its own: it takes minutes, and outlives its page."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import Final

from vopt_lib.desk.alerts import end_alert, raise_alert
from vopt_lib.desk.backup import back_up
from vopt_lib.desk.environment import child_environment, settings_environment
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.errors import AlreadyRunning, VoptError
from vopt_lib.files import holder, is_held
from vopt_lib.schema.alerts import Alert
from vopt_lib.words import N_

PROGRAM: Final = "vopt_lib.desk.backup_beside"
KEY: Final = "backup:asked"
"""What an alert is about that tells of a backup that somebody asked for."""


def begin_backup(desk: Desk) -> None:
    """Let a backup be made; returns at once. What goes wrong becomes an alert. Raises: AlreadyRunning."""
    if is_held(desk.paths.backup_lock):
        raise AlreadyRunning(work="vopt backup", pid=holder(desk.paths.backup_lock))
    desk.paths.logs.mkdir(parents=True, exist_ok=True)
    with (desk.paths.logs / "backup.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", PROGRAM],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=child_environment(desk.paths, settings_environment(desk.settings)),
            start_new_session=True,
        )
    # Without somebody who waits, its end would leave a dead entry in this computer's list of processes.
    threading.Thread(target=process.wait, daemon=True).start()


def back_up_and_tell(desk: Desk) -> bool:
    """Make a backup in the usual folder; whether it was made. A failure is told as an alert."""
    try:
        back_up(desk)
    except VoptError as why:
        again = N_("See to it, then press “Back up now” again on the page Administration.")
        raise_alert(desk, Alert(KEY, "bad", N_("No backup was made. {why}"), again, {"why": why}, "/admin"))
        return False
    end_alert(desk, KEY)
    return True


if __name__ == "__main__":
    sys.exit(0 if back_up_and_tell(open_desk()) else 1)
