"""This is where it is judged whether a disk has room: once for pages, alerts, `vopt doctor` and `vopt up`."""

from __future__ import annotations

from typing import Final

from vopt_lib.schema.health import State

LITTLE_BYTES: Final = 2 * 10**9
"""A day of a large market is collected, joined and snapshotted in some hundred MB, a backup takes as much as it all."""

LITTLE_SHARE: Final = 0.05
"""With less of a disk free, macOS and Linux become slow."""

TOO_LITTLE_BYTES: Final = 5 * 10**8
"""A day is collected, joined to larger files and snapshotted beside the old ones: some hundred MB at once."""


def room_on(free: int, of: int) -> State:
    """How well a disk is off that has so many bytes free, of so many."""
    if free < TOO_LITTLE_BYTES:
        return "bad"
    return "warn" if free < LITTLE_BYTES or free < LITTLE_SHARE * of else "good"
