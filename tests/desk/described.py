"""This is where tests let photos be described and shown by listings, without a lake."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.schema.similar import FOUND
from vopt_lib.vision.decode import open_photo
from vopt_lib.vision.descriptor import NAME, ShapesEmbedder
from vopt_lib.vision.foreground import LONGEST
from vopt_lib.vision.index_store import Photos, update_index


def describe(desk: Desk, photos: Sequence[bytes]) -> None:
    """Let the index of the built-in descriptor hold these photos."""
    made_by = ShapesEmbedder()
    by_key = {hashlib.sha256(one).hexdigest(): one for one in photos}

    def vectors_of(keys: Sequence[str]) -> np.ndarray:
        return made_by.vectors([open_photo(by_key[key], longest=LONGEST) for key in keys])

    folder = desk.paths.photo_index(NAME)
    folder.mkdir(parents=True, exist_ok=True)
    update_index(folder, Photos(NAME, made_by.length, list(by_key), vectors_of))


def listings_of(
    shown: Sequence[tuple[bytes, int]], *, brand: str | None = None, title: str = "", condition_id: int = 2
) -> pl.DataFrame:
    """Listings that show these photos, with their catalogues: `FOUND` without likeness."""
    schema = pl.Schema({name: dtype for name, dtype in FOUND.items() if name != "likeness"})
    told = {"brand": brand, "title": title, "condition_id": condition_id}
    rows = [
        {"photo_sha256": hashlib.sha256(photo).hexdigest(), "listing_id": place, "catalog_id": catalog_id, **told}
        for place, (photo, catalog_id) in enumerate(shown)
    ]
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)
