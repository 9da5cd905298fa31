"""This is where the client's small memories are read: one JSON file per matter, for its owner's eyes only (0600)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from vopt_lib.errors import StateDamaged
from vopt_lib.files import read_json


def read_state(file: Path) -> dict[str, Any]:
    """What a file remembers; empty when there is none yet.

    Raises: StateDamaged, because an open breaker or a spent budget must never be forgotten silently.
    """
    try:
        return dict(read_json(file) or {})
    except (ValueError, TypeError) as error:
        raise StateDamaged(path=str(file)) from error


def read_moment(remembered: Mapping[str, Any], name: str) -> datetime | None:
    """A moment of what was read, or None when it was never set."""
    value = remembered.get(name)
    return datetime.fromisoformat(value) if value else None
