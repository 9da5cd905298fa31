"""This is where the vectors of photos leave the lake once nothing shows these photos any more."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import polars as pl

from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.lake.lake import Lake
from vopt_lib.schema.tables import EMBEDDING, LISTING_PHOTO


def drop_unlinked(lake: Lake, *, made_before: datetime | None = None, shown: Collection[str] = ()) -> int:
    """Remove the vectors of photos that no row of `listing_photo` names, in one commit for each model.

    made_before: only vectors older than this. shown: hashes of photos whose row is still to come.
    Files of older versions leave with the next vacuum. Returns: vectors removed. Raises: LakeBusy.
    """
    if lake.version(EMBEDDING.name) < 0:
        return 0
    removed = 0
    with lake.writing(EMBEDDING.name):
        for model, lost in _lost(lake, made_before, shown).group_by("model", maintain_order=True):
            of_it = lake.scan(EMBEDDING.name, version="newest").filter(pl.col("model") == model[0]).collect()
            kept = of_it.join(lost, on=EMBEDDING.key, how="anti")
            lake.overwrite(EMBEDDING.name, kept, partitions=[{"model": str(model[0])}])
            reached(CommitPoint.MAINTENANCE_TABLE_WRITTEN, EMBEDDING.name)
            removed += of_it.height - kept.height
    return removed


def _lost(lake: Lake, made_before: datetime | None, shown: Collection[str]) -> pl.DataFrame:
    """Keys of the vectors that go, by model."""
    linked = lake.scan(LISTING_PHOTO.name, version="newest").select("photo_sha256").unique()
    known = lake.scan(EMBEDDING.name, version="newest")
    if made_before is not None:
        known = known.filter(pl.col("made_at") <= made_before)
    unlinked = known.select(EMBEDDING.key).join(linked, on="photo_sha256", how="anti")
    kept = pl.LazyFrame({"photo_sha256": list(shown)}, schema={"photo_sha256": pl.String})
    return unlinked.join(kept, on="photo_sha256", how="anti").sort("model", "photo_sha256").collect()
