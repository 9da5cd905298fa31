"""This is where we say which files make up a vopt, by the names that they have in a backup.

A unit is what a restore puts in its place in one step: a table of the lake, a file of state/, all photos.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Final

from vopt_lib.desk.restoring import holds_something
from vopt_lib.paths import Paths
from vopt_lib.schema.tables import TABLES


class Part(StrEnum):
    """What a backup can hold or leave out."""

    MARKET = "market"
    SHOP = "shop"
    PHOTOS = "photos"
    LABELS = "labels"
    MODELS = "models"
    STATE = "state"


SHOP_FILE: Final = "shop.sqlite"
SETTINGS_FILE: Final = "vopt.toml"

_PARTS: Final = {
    **dict.fromkeys(("lake", "quality", "published.json", "published.previous.json"), Part.MARKET),
    SHOP_FILE: Part.SHOP,
    "photos": Part.PHOTOS,
    "labels": Part.LABELS,
    "models": Part.MODELS,
    "state": Part.STATE,
    SETTINGS_FILE: Part.STATE,
}
_IN_UNITS: Final = ("lake", "state", "models")
# A file of it lies at least so many folders deep; whatever is not named here is a file itself.
_DEEP: Final = {"lake": 2, "models": 2, "quality": 1, "photos": 1, "labels": 1, "state": 1}
_MARKET_STATE: Final = ("refined.json", "runs", "tidied.json", "evaluation.json")
# Of processes, and gone with them; what is promised in the journal is in the lake before a backup begins. And the name
# of this machine, which no other may bear.
_PASSING: Final = (
    "locks",
    "journal",
    "ports.json",
    "up.json",
    "work.json",
    "uploads",
    "held.json",
    "backing-up",
    "inbox.json",
    "watched.json",
    "machine.json",
    "flows",
    "mail.json",
)
# Made of the market, never copied, and wrong beside another one.
_MADE_OF_MARKET: Final = ("snapshots", "vopt.duckdb", "state/journal")
_BESIDE_SHOP: Final = (f"{SHOP_FILE}-wal", f"{SHOP_FILE}-shm")


def part_of(name: str) -> Part | None:
    """The part that a file of this name belongs to; None: it is nothing of a vopt that a backup holds."""
    first, *rest = PurePosixPath(name).parts
    deep = _DEEP.get(first, 0)
    if len(rest) < deep or (rest and not deep):
        return None
    if first == "lake" and rest[0] not in TABLES:
        return None
    if first == "state" and rest[0] in (*_PASSING, *_MARKET_STATE):
        return Part.MARKET if rest[0] in _MARKET_STATE else None
    return _PARTS.get(first)


def unit_of(name: str) -> str:
    """The unit that a file of this name belongs to: lake/listing_seen, state/shop.key, photos."""
    parts = PurePosixPath(name).parts
    return "/".join(parts[:2]) if parts[0] in _IN_UNITS else parts[0]


def place_of(paths: Paths, unit: str) -> Path:
    """Where a unit lies."""
    first, _, rest = unit.partition("/")
    roots = {"lake": Path(paths.lake_root), "models": paths.models, "state": paths.state}
    return roots[first] / rest if rest else paths.data / first


def units_there(paths: Paths, parts: set[Part]) -> Iterator[str]:
    """The units of these parts that are there now, also those that are made of them."""
    for unit in _possible(paths, parts):
        if holds_something(place_of(paths, unit)):
            yield unit


def _possible(paths: Paths, parts: set[Part]) -> Iterator[str]:
    yield from (name for name, part in _PARTS.items() if part in parts and name not in _IN_UNITS)
    if Part.MARKET in parts:
        yield from (f"lake/{name}" for name in TABLES)
        yield from _MADE_OF_MARKET
    if Part.SHOP in parts:
        yield from _BESIDE_SHOP
    if Part.MODELS in parts and paths.models.is_dir():
        yield from (f"models/{path.name}" for path in sorted(paths.models.iterdir()) if _is_models(path))
    if paths.state.is_dir():
        found = sorted(f"state/{path.name}" for path in paths.state.iterdir() if not path.name.startswith("."))
        yield from (unit for unit in found if part_of(f"{unit}/x") in parts)


def _is_models(path: Path) -> bool:
    """A folder of models; files beside it come with the checkout."""
    return path.is_dir() and not path.name.startswith(".")


def files_below(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    """(name in a backup, path) of all files below a folder; drafts of files and links are left out."""
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and not any(part.startswith(".") for part in below.parts):
            yield f"{name}/{below.as_posix()}", path
