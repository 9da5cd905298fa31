"""This is where we remember what the market tables were made from, and how they were left.

`refined.json` = {table: Delta version} of the inputs used and of the derived tables as a finished refine left them, and
what the next one needs to know. It is written last, so what differs from it was left by a refine that did not finish.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from vopt_lib.files import only_one, read_json, write_json
from vopt_lib.lake import Lake
from vopt_lib.paths import Paths
from vopt_lib.schema.tables import COLLECTED, DERIVED, table

RULES = 4
"""Raised when the rules of spells, day figures or days to sell change: everything is then told again."""

WAIT_S = 60.0

INPUTS = (*COLLECTED, "run")
"""What a refine rests on, each as of one moment: what comes with it (runs, raw pages) is published with it."""


@dataclass(frozen=True)
class Newest:
    """The newest day of a market, and the version of listing_live that holds the state before it (null: none does)."""

    day: date
    live_before: int | None


@dataclass(frozen=True)
class Refined:
    """What the last finished refine left behind."""

    versions: Mapping[str, int] = field(default_factory=dict)
    misses_until_gone: int | None = None
    newest: Mapping[str, Newest] = field(default_factory=dict)

    def since(self, name: str) -> int:
        """Version of an input used, or of a derived table as it was left; -1: none."""
        return self.versions.get(name, -1)


def refining(paths: Paths, *, wait_s: float = WAIT_S) -> AbstractContextManager[object]:
    """Be the only one who refines, or tidies away what refining rests on. Raises: AlreadyRunning after `wait_s`."""
    return only_one(paths.locks / "refine.lock", "vopt refine", wait_s=wait_s)


def read_refined(path: Path) -> Refined:
    """What the file says; nothing when there is none or other rules wrote it."""
    plain: dict[str, Any] = read_json(path) or {}
    if plain.get("rules") != RULES:
        return Refined()
    newest = {market: Newest(date.fromisoformat(day), before) for market, (day, before) in plain["newest"].items()}
    return Refined(read_versions(path), plain["misses_until_gone"], newest)


def read_versions(path: Path) -> dict[str, int]:
    """{table: version} that the last finished refine used and left: these agree, so they are published together."""
    plain = read_json(path) or {}
    return {name: int(plain[name]) for name in (*INPUTS, *DERIVED) if name in plain}


def versions_needed(path: Path) -> list[tuple[str, int]]:
    """(table, version) that the next refine may read or roll back to."""
    states = [("listing_live", newest.live_before) for newest in read_refined(path).newest.values()]
    return [*read_versions(path).items(), *((name, version) for name, version in states if version is not None)]


def write_refined(path: Path, refined: Refined, *, now: datetime, run_id: str) -> None:
    """Replace the file, in one durable step."""
    write_json(
        path,
        {
            **refined.versions,
            "rules": RULES,
            "misses_until_gone": refined.misses_until_gone,
            "newest": {
                market: [newest.day.isoformat(), newest.live_before] for market, newest in refined.newest.items()
            },
            "refined_at": now.isoformat(),
            "run_id": run_id,
        },
    )


def stand_in(lake: Lake, path: Path) -> None:
    """Name, in place of the versions in the file, those that can stand in for them, so that these may be removed."""
    plain = read_json(path)
    if plain is not None:
        moved = {name: lake.standing_in(name, version) for name, version in read_versions(path).items()}
        write_json(path, plain | moved)


def as_left(lake: Lake, path: Path, *, misses_until_gone: int) -> Refined:
    """What the last finished refine left, with the derived tables brought back to it.

    A table that a killed refine has changed since is rolled back (compaction changes no rows and stays). Without a
    usable record, or when spells end after another number of misses now, the derived tables are emptied.
    """
    refined = read_refined(path)
    if refined.misses_until_gone != misses_until_gone:
        for name in DERIVED:
            lake.overwrite(name, table(name).empty(), partitions=[{}])
        return Refined({}, misses_until_gone)
    for name in DERIVED:
        _bring_back(lake, name, refined.since(name))
    return refined


def _bring_back(lake: Lake, name: str, version: int) -> None:
    if lake.version(name) == version or not lake.changed_partitions(name, version):
        return
    if version < 0:
        lake.overwrite(name, table(name).empty(), partitions=[{}])
    else:
        lake.rollback(name, version)
