"""This is where `vopt up` looks after the house now and then: logs, free disk, and alerts in a child of its own."""

from __future__ import annotations

import shutil
import sys
from contextlib import suppress
from dataclasses import dataclass, field

from vopt_lib.desk.disk import room_on
from vopt_lib.desk.environment import settings_environment
from vopt_lib.desk.guarded import Guarded, Launch
from vopt_lib.desk.log_file import LogFile
from vopt_lib.desk.log_upkeep import tidy_logs
from vopt_lib.paths import Paths
from vopt_lib.schema.clock import Clock
from vopt_lib.settings import Settings

LOGS_EVERY_S = 600.0
DISK_EVERY_S = 60.0
ALERTS_EVERY_S = 300.0
"""Opening the shop takes a second or two of an old computer, so it is not done more often unless something happened."""

ALERTS_SOON_S = 15.0
"""After a change: what ends and comes back several times at once is told once. Also: so long start-up has peace."""

ALERTS_WITHIN_S = 600.0


@dataclass
class Chores:
    """What is due when. Times are monotonic seconds."""

    paths: Paths
    settings: Settings
    log: LogFile
    clock: Clock
    _logs_at: float = 0.0
    _disk_at: float = 0.0
    _alerts_at: float | None = None
    _is_hastened: bool = True
    _is_disk_low: bool = False
    _child: Guarded | None = None
    _child_until: float = 0.0
    _mine: LogFile = field(init=False)

    def __post_init__(self) -> None:
        self._mine = LogFile(self.paths.logs / "alerts.log", self.clock.now, self.log.secrets)

    def step(self, now: float) -> None:
        """Do what is due."""
        if now >= self._logs_at:
            self._logs_at = now + LOGS_EVERY_S
            tidy_logs(self.paths, now=self.clock.now())
        if now >= self._disk_at:
            self._disk_at = now + DISK_EVERY_S
            self._look_at_disk()
        self._look_after_alerts(now)

    def hasten(self) -> None:
        """Something happened that somebody should know of soon."""
        self._is_hastened = True

    def end(self) -> None:
        """Leave off."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def _look_at_disk(self) -> None:
        with suppress(OSError):
            usage = shutil.disk_usage(self.paths.data)
            is_low = room_on(usage.free, usage.total) != "good"
            if is_low != self._is_disk_low:
                self._is_disk_low = is_low
                self.log.write("the disk is almost full" if is_low else "the disk has room again",
                               "warning" if is_low else "info")  # fmt: skip
                self.hasten()

    def _look_after_alerts(self, now: float) -> None:
        if self._child is not None:
            if self._child.status() is None and now < self._child_until:
                return
            self._child.kill()
            self._child, self._alerts_at = None, now + ALERTS_EVERY_S
        if self._is_hastened:
            self._is_hastened = False
            self._alerts_at = min(now + ALERTS_SOON_S, self._alerts_at or now + ALERTS_SOON_S)
        if self._alerts_at is not None and now >= self._alerts_at:
            self._begin_alerts(now)

    def _begin_alerts(self, now: float) -> None:
        command = [sys.executable, "-m", "vopt_lib.desk.housekeeping"]
        try:
            self._child = Guarded(Launch(command, settings_environment(self.settings)), self.paths, self._mine)
            self._child_until = now + ALERTS_WITHIN_S
        except OSError:
            self._alerts_at = now + ALERTS_EVERY_S
