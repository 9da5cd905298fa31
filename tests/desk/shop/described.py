"""This is where tests let a vopt know vectors of everybody's photos, and say what it still knows of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.photo_index import bring_index_up_to_date
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.schema.tables import EMBEDDING, LISTING_PHOTO, OWN
from vopt_lib.shop.photographed import all_photos
from vopt_lib.vision.index_store import open_index
from vopt_lib.vision.vectors import as_texts

MODELS = ("one-1", "two-1")
MARKET_PHOTO = "6" * 64
AT = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Known:
    """Hashes of photos of own things that are linked, that have a vector, and that each model's index holds."""

    linked: set[str]
    vectors: set[str]
    searchable: tuple[set[str], ...]


def describe(desk: Desk) -> None:
    """Let two models have described every photo of the shop, and one of a listing."""
    with shop_of(desk).reading() as session:
        links = [(OWN, OWN, item_id, sha256, None, AT) for item_id, sha256 in all_photos(session)]
    links.append(("simulator", "it", 7, MARKET_PHOTO, "http://photo", AT))
    hashes = sorted({sha256 for _, _, _, sha256, _, _ in links})
    vectors = [(sha256, model, [0.6, 0.8], AT) for model in MODELS for sha256 in hashes]
    frames = {
        LISTING_PHOTO.name: pl.DataFrame(links, schema=LISTING_PHOTO.schema, orient="row"),
        EMBEDDING.name: pl.DataFrame(vectors, schema=EMBEDDING.schema, orient="row"),
    }
    desk.lake.commit(frames, app="described", number=1)
    for model in MODELS:
        bring_index_up_to_date(desk, model, 2)


def known(desk: Desk) -> Known:
    """What the lake and the indexes know now."""
    shown = desk.lake.scan(LISTING_PHOTO.name, version="newest").filter(market=OWN).collect()
    vectors = desk.lake.scan(EMBEDDING.name, version="newest").collect()
    held = tuple(set(as_texts(open_index(desk.paths.photo_index(one), one).vectors.keys)) for one in MODELS)
    return Known(set(shown["photo_sha256"]), set(vectors["photo_sha256"]), held)


def files_of_older_versions(desk: Desk) -> list[str]:
    """Files of the two tables that their newest version does not name."""
    names = (LISTING_PHOTO.name, EMBEDDING.name)
    there = {path.resolve() for name in names for path in Path(desk.paths.table(name)).glob("*=*/*.parquet")}
    newest = {Path(file).resolve() for name in names for file in desk.lake.files(name, desk.lake.version(name))}
    return sorted(path.name for path in there - newest)
