"""This is where the vectors of photos go from the lake into the index that is searched, and which photos have one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.desk.instance import Desk, make_folders
from vopt_lib.files import only_one
from vopt_lib.schema.tables import EMBEDDING, LISTING_PHOTO
from vopt_lib.vision.embedder import DEFAULT
from vopt_lib.vision.index_store import IndexFigures, Photos, made_for, update_index

WAIT_S: Final = 10.0
"""As long as it is waited for another process that brings the same index up to date: 100,000 vectors are written in
two."""


def photos_described(desk: Desk, model: str) -> set[str]:
    """Hashes of the photos that have a vector by this model."""
    rows = _rows(desk, model).select("photo_sha256").collect()
    return set(rows["photo_sha256"])


def indexed_models(desk: Desk) -> list[str]:
    """The models by whose vectors photos can be compared, the built-in one first."""
    made = [made_for(folder) for folder in desk.paths.photo_indexes.glob("*")]
    return sorted((model for model, _ in filter(None, made)), key=lambda model: (model != DEFAULT, model))


def bring_index_up_to_date(desk: Desk, model: str, length: int) -> IndexFigures:
    """Let the index hold every photo that a listing or own thing shows, by the vectors (length) of this model.

    Raises: VectorsUnusable; AlreadyRunning; LakeError; OSError.
    """
    folder = desk.paths.photo_index(model)
    make_folders(desk.paths, (folder,))
    with index_to_itself(desk, folder):
        # Of one moment: what leaves the lake meanwhile leaves the index with whoever waits for us.
        rows = _rows(desk, model)
        linked = desk.lake.scan(LISTING_PHOTO.name, version="newest").select("photo_sha256")
        keys = rows.select("photo_sha256").unique().join(linked, on="photo_sha256", how="semi").collect()

        def vectors_of(some: Sequence[str]) -> npt.NDArray[np.float32]:
            return _vectors(rows, some, length)

        return update_index(folder, Photos(model, length, sorted(keys["photo_sha256"]), vectors_of))


def index_to_itself(desk: Desk, folder: Path) -> AbstractContextManager[object]:
    """Be the only one who brings this index up to date. Raises: AlreadyRunning, after WAIT_S."""
    return only_one(desk.paths.locks / f"photo-index-{folder.name}.lock", "vopt embed", wait_s=WAIT_S)


def _vectors(rows: pl.LazyFrame, keys: Sequence[str], length: int) -> npt.NDArray[np.float32]:
    """(keys, length), in their order."""
    wanted = pl.LazyFrame({"photo_sha256": keys}, schema={"photo_sha256": pl.String})
    known = rows.unique("photo_sha256", keep="any")
    found = wanted.join(known, on="photo_sha256", how="inner", maintain_order="left").collect()
    return np.asarray(found["vector"].list.to_array(length).to_numpy(), dtype=np.float32)


def _rows(desk: Desk, model: str) -> pl.LazyFrame:
    return desk.lake.scan(EMBEDDING.name, version="newest").filter(pl.col("model") == model)
