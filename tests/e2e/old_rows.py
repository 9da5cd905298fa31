"""This is where a lake gets all that a round of maintenance has to do: old rows and words, small and dead files."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl

from tests.lake.frames import changes, live, pages, rows, seen
from vopt_lib.desk.refined import read_versions
from vopt_lib.files import read_json, write_json
from vopt_lib.lake import Lake
from vopt_lib.lake.warehouse import write_snapshot
from vopt_lib.schema.tables import EMBEDDING, LISTING_ENDED, LISTING_PHOTO, REJECTED, TABLES

MARKET = "fr"
COMMITS = 25  # a checkpoint of the log, and a few


def grow_old(lake: Lake, now: datetime) -> None:
    """Publish rows of another market that are due to be tidied away at `now`, all of them written 40 days before."""
    today = now.date()
    _add_rows(lake, today)
    for number in range(4):
        lake.overwrite("listing_live", live([number], market=MARKET), partitions=[{"market": MARKET}])
    for number in range(COMMITS):
        lake.append("listing_photo", rows(LISTING_PHOTO, 1, photo_sha256=f"photo {number}", market=MARKET))
    lake.publish({name: lake.version(name) for name in TABLES if lake.version(name) >= 0})
    refined = lake.paths.refined
    newest = {name: lake.version(name) for name in read_versions(refined)}
    write_json(refined, {**(read_json(refined) or {}), **newest})
    write_snapshot(lake, lake.paths, 3)
    _age(Path(lake.paths.lake_root), now - timedelta(days=40))
    _age(lake.paths.snapshots, now - timedelta(days=31))


def _add_rows(lake: Lake, today: date) -> None:
    old, recent = today - timedelta(days=200), today - timedelta(days=10)
    for number in range(4):
        words = {"title": "Jupe", "description": "Jamais"}
        lake.append("listing_seen", seen([number], market=MARKET, day=old, **words))
        lake.append("listing_seen", seen([number], market=MARKET, day=recent, **words))
        lake.append("price_change", changes([number], market=MARKET, month=f"{old:%Y-%m}"))
    lake.append("listing_ended", rows(LISTING_ENDED, 1, market=MARKET, title="Jupe", ended_month=f"{old:%Y-%m}"))
    lake.append("page_raw", pages(["old"], day=today - timedelta(days=8)))
    lake.append("rejected", rows(REJECTED, 1, day=today - timedelta(days=31)))
    made_at = pl.datetime(old.year, old.month, old.day, time_zone="UTC")
    vectors = rows(EMBEDDING, 2, photo_sha256=["photo 1", "lost"]).with_columns(made_at=made_at)
    lake.append("embedding", vectors)


def _age(folder: Path, at: datetime) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (at.timestamp(), at.timestamp()))
