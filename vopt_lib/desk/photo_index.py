"""This is where the vectors of photos go from the lake into the index that is searched, and which photos have one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.desk.instance import Desk, make_folders
from vopt_lib.vision.embedder import Embedder
from vopt_lib.vision.index_store import IndexFigures, Photos, update_index


def described(desk: Desk, model: str) -> set[str]:
    """Hashes of the photos that have a vector by this model."""
    rows = _rows(desk, model).select("photo_sha256").collect()
    return set(rows["photo_sha256"])


def bring_index_up_to_date(desk: Desk, made_by: Embedder) -> IndexFigures:
    """Let the index hold every photo that a listing or own thing shows, by the vectors of this embedder.

    Raises: VectorsUnusable; AlreadyRunning; OSError.
    """
    folder = desk.paths.photo_index(made_by.name)
    make_folders(desk.paths, (folder,))
    linked = desk.lake.scan("listing_photo", version="newest").select("photo_sha256")
    keys = _rows(desk, made_by.name).select("photo_sha256").unique().join(linked, on="photo_sha256", how="semi")

    def vectors_of(some: Sequence[str]) -> npt.NDArray[np.float32]:
        return _vectors(desk, made_by, some)

    return update_index(
        folder, Photos(made_by.name, made_by.length, sorted(keys.collect()["photo_sha256"]), vectors_of)
    )


def _vectors(desk: Desk, made_by: Embedder, keys: Sequence[str]) -> npt.NDArray[np.float32]:
    """(keys, length), in their order."""
    wanted = pl.LazyFrame({"photo_sha256": keys}, schema={"photo_sha256": pl.String})
    known = _rows(desk, made_by.name).unique("photo_sha256", keep="any")
    found = wanted.join(known, on="photo_sha256", how="inner", maintain_order="left").collect()
    return np.asarray(found["vector"].list.to_array(made_by.length).to_numpy(), dtype=np.float32)


def _rows(desk: Desk, model: str) -> pl.LazyFrame:
    return desk.lake.scan("embedding", version="newest").filter(pl.col("model") == model)
