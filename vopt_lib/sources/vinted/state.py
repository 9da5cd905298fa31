"""This is where the client's small memories are read: one JSON file per matter, for its owner's eyes only (0600).

What keeps vopt polite (a pause, a budget, a rest, the owner's consent) must never be forgotten silently: its damage is
an error. What the site can be asked for again is simply forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from vopt_lib.errors import StateDamaged
from vopt_lib.files import read_json


@contextmanager
def remembered(file: Path) -> Iterator[dict[str, Any]]:
    """What a file remembers, empty when there is none yet; its values are to be read inside the `with`.

    Raises: StateDamaged, also for a value that is missing or not what it should be.
    """
    try:
        yield dict(read_json(file) or {})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StateDamaged(path=str(file)) from error


def moment(text: str) -> datetime:
    """A moment that was remembered. Raises: ValueError or TypeError, when it is none or names no zone."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def read_moment(kept: Mapping[str, Any], name: str) -> datetime | None:
    """A moment of what is remembered, or None when it was never set. Raises: as `moment`."""
    return moment(kept[name]) if kept.get(name) is not None else None


def read_cache(file: Path) -> dict[str, dict[str, Any]]:
    """The entries of a file, each with the moment (`at`) it was read from the site; without those that are damaged."""
    try:
        entries = read_json(file) or {}
    except (ValueError, TypeError):
        return {}
    return {key: entry for key, entry in entries.items() if _has_moment(entry)}


def _has_moment(entry: Any) -> bool:
    try:
        return moment(entry["at"]) is not None
    except (ValueError, TypeError, KeyError):
        return False
