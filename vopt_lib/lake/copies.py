"""This is where files of tables on an object store are copied to this machine, for DuckDB, which reaches no network.

A file of the lake never changes, so it is copied once; the copies of files that are published no more go.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import polars as pl

from vopt_lib.files import written_aside
from vopt_lib.lake.gold import made_of
from vopt_lib.lake.lake import Lake
from vopt_lib.lake.shared import reached_store
from vopt_lib.schema.gold import VIEWS


def copied_files(lake: Lake, files: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """{table: copies on this machine} of these files of an object store, made where they are missing.

    Raises: LakeUnreachable; OSError, for instance when the disk is full.
    """
    with lake.exclusively("lake_copies"):
        copies = {name: [str(_copied(lake, address)) for address in addresses] for name, addresses in files.items()}
        for name, kept in copies.items():
            _forget(lake.paths.lake_copies / name, kept)
    return copies


def named_in(sql: str, tables: Collection[str]) -> set[str]:
    """The tables that a statement may read: whatever it names, and what the views that it names are made of.

    A word in a text or a comment counts, too: then a table is copied that the statement does not read.
    """
    words = {word.casefold() for word in re.findall(r"\w+", sql)}
    named = {name for name in (*tables, *VIEWS) if name.casefold() in words}
    while more := {part for view in named & set(VIEWS) for part in made_of(view)} - named:
        named |= more
    return named & set(tables)


def _copied(lake: Lake, address: str) -> Path:
    place = lake.paths.lake_copies / address.removeprefix(lake.paths.lake_root.rstrip("/")).lstrip("/")
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        rows = pl.scan_parquet(
            address,
            hive_partitioning=False,
            storage_options=dict(lake.paths.storage_options) or None,
            glob=False,
        )
        with written_aside(place) as aside:
            reached_store(lake.paths.lake_root, lambda: rows.sink_parquet(aside, compression="zstd"))
    return place


def _forget(folder: Path, kept: Collection[str]) -> None:
    for path in folder.rglob("*.parquet"):
        if str(path) not in kept:
            # Whoever reads it has it open, or asks again.
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
