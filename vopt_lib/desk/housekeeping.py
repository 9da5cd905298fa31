"""This is where `vopt up` tells what happened to it: alerts raised, ended and sent, in a process of their own.

`python -m vopt_lib.desk.housekeeping` does one round: opening the shop needs much more memory than the supervisor has.
"""

from __future__ import annotations

import sys

from vopt_lib.desk.alerts import end_alert, raise_alert
from vopt_lib.desk.alerts_sent import deliver
from vopt_lib.desk.alerts_watch import watch
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.up_state import Up, UpProgram, running
from vopt_lib.errors import VoptError
from vopt_lib.schema.alerts import Alert, Level
from vopt_lib.words import N_, Words

OFTEN = 5
"""So many ends in a row, and the program does not come back by itself soon."""

_ENDED = {
    "pages": N_("The pages ended without having been asked to, and were started again."),
    "prefect": N_("Prefect, which runs everything on schedule, ended without having been asked to."),
    "worker": N_("What does the work on schedule ended without having been asked to."),
}
_NEXT = {
    "pages": N_("If it happens again, `vopt logs pages` says why."),
    "prefect": N_("vopt starts it again by itself. If it happens again, `vopt logs prefect` says why."),
    "worker": N_("vopt starts it again by itself. If it happens again, `vopt logs worker` says why."),
}


def main() -> int:
    """One round; returns the exit status."""
    try:
        desk = open_desk()
        if (up := running(desk.paths)) is not None:
            tell_of_programs(desk, up)
        watch(desk)
        deliver(desk)
    except VoptError as error:
        sys.stderr.write(f"WARNING {Words('en').error(error)}\n")
        return 1
    return 0


def tell_of_programs(desk: Desk, up: Up) -> None:
    """Raise an alert for each program that ended by itself, and end it when it has run well for a while."""
    for program in up.programs:
        if program.failures and program.name in _ENDED:
            raise_alert(desk, alert_of(program))
        elif program.state == "up":
            end_alert(desk, key_of(program))


def alert_of(program: UpProgram) -> Alert:
    """What is said of a program that ended by itself."""
    level: Level = "bad" if program.failures >= OFTEN else "warn"
    return Alert(key_of(program), level, _ENDED[program.name], _NEXT[program.name])


def key_of(program: UpProgram) -> str:
    """What its alert is about."""
    return f"program:{program.name}"


if __name__ == "__main__":
    sys.exit(main())
