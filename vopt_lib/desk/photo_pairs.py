"""This is where own photos are compared with all others: which of them somebody shows, and which show the same.

Fingerprints are kept beside the photos; each photo is compared once, when it is new. What was found is a file of pairs,
written before the photos count as compared: a killed run compares them once more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.desk.instance import Desk, make_folders
from vopt_lib.errors import FileDamaged, IndexMissing
from vopt_lib.files import read_json, write_json
from vopt_lib.schema.tables import LISTING_PHOTO, OWN
from vopt_lib.vision import fingerprint_store
from vopt_lib.vision.duplicates import PAIRS, limits_of, photos_alike, same_photos
from vopt_lib.vision.fingerprint_store import Kept, read_fingerprints
from vopt_lib.vision.index_store import open_index
from vopt_lib.vision.perceptual_hash import Fingerprint


def fingerprinted(desk: Desk) -> set[str]:
    """Hashes of the photos that are known again when they are copied."""
    return set(read_fingerprints(desk.paths.fingerprints).keys)


def keep_fingerprints(desk: Desk, found: Mapping[str, Fingerprint], *, known: Collection[str]) -> set[str]:
    """Keep these fingerprints, but of photos known. Returns: the new ones' hashes. Raises: OSError."""
    new = {sha256: one for sha256, one in found.items() if sha256 not in known}
    if new:
        make_folders(desk.paths, (desk.paths.fingerprints.parent,))
        fingerprint_store.add_fingerprints(desk.paths.fingerprints, new)
    return set(new)


@dataclass(frozen=True)
class Compared:
    """Photos that show the same (the columns of `duplicates.PAIRS`), among so many own ones and so many others."""

    pairs: pl.DataFrame
    own: int
    others: int


def compared_photos(desk: Desk) -> Compared:
    """What is known, as far as photos were compared."""
    told = _told(desk)
    own = len(told.get("own", ()))
    return Compared(_pairs(told), own, len(read_fingerprints(desk.paths.fingerprints)) - own)


def forget_gone(desk: Desk) -> None:
    """Forget the fingerprints of photos whose files have gone, and pairs of what nothing shows any more, for good.

    Raises: AlreadyRunning; OSError.
    """
    if desk.paths.fingerprints.exists():
        _forget_gone(desk, *_shown(desk))


def compare_new_photos(desk: Desk, model: str) -> None:
    """Compare own photos with all others, as far as that was not done; those whose files have gone are forgotten.

    model: the name of the one whose vectors tell the same thing on different photos, where it can.
    Raises: LikenessError; OSError.
    """
    if not desk.paths.fingerprints.exists():
        return
    shown, own = _shown(desk)
    before, known = _forget_gone(desk, shown, own)
    kept = read_fingerprints(desk.paths.fingerprints)
    pairs = pl.concat([known.filter(kind="same_photo"), *_compared(kept, own, before), _same_items(desk, own, model)])
    _write(desk, own & set(kept.keys), pairs.unique(["first", "second"], keep="first", maintain_order=True))
    reached(CommitPoint.EMBED_PAIRS_WRITTEN)
    fingerprint_store.mark_compared(desk.paths.fingerprints, kept.keys)


def _forget_gone(desk: Desk, shown: set[str], own: set[str]) -> tuple[set[str], pl.DataFrame]:
    """As `forget_gone`, given what is shown. Returns: the own photos that were compared, and the pairs left."""
    fingerprint_store.keep_only(
        desk.paths.fingerprints, {*_names(desk.paths.photos), *_names(desk.paths.market_photos)}
    )
    told = _told(desk)
    left = own & set(told.get("own", ()))
    pairs = _pairs(told).filter(pl.col("first").is_in(shown), pl.col("second").is_in(shown))
    if told:
        _write(desk, left, pairs)
    return left, pairs


def _compared(kept: Kept, own: set[str], before: set[str]) -> Iterator[pl.DataFrame]:
    """The same photos among what was not compared yet: own new ones with all, other new ones with the rest."""
    everything = set(kept.keys)
    new, old = (own - before) & everything, own & before & everything
    yield same_photos(kept.of(new))
    if new:
        yield same_photos(kept.of(new), kept.of(everything - new))
    others = everything - kept.compared - own
    if others and old:
        yield same_photos(kept.of(old), kept.of(others))


def _same_items(desk: Desk, own: set[str], model: str) -> pl.DataFrame:
    """Own photos that show the same thing by their vectors, where these can tell."""
    limits = limits_of(model)
    if limits.same_item > 1.0:
        return pl.DataFrame(schema=PAIRS)
    try:
        index = open_index(desk.paths.photo_index(model), model)
    except IndexMissing:
        return pl.DataFrame(schema=PAIRS)
    return photos_alike(sorted(own), index, limits=replace(limits, look_alike=limits.same_item))


def _shown(desk: Desk) -> tuple[set[str], set[str]]:
    """Hashes of the photos that listings and own things show, and of those that own things show."""
    linked = desk.lake.scan(LISTING_PHOTO.name, version="newest").select("market", "photo_sha256").collect()
    return set(linked["photo_sha256"]), set(linked.filter(pl.col("market") == OWN)["photo_sha256"])


def _names(folder: Path) -> Iterator[str]:
    with suppress(FileNotFoundError):
        yield from (path.name for path in folder.iterdir())


def _told(desk: Desk) -> dict[str, Any]:
    try:
        return read_json(desk.paths.photo_pairs) or {}
    except FileDamaged:  # it is made anew
        return {}


def _pairs(told: Mapping[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(told.get("pairs", []), schema=PAIRS, orient="row")


def _write(desk: Desk, own: Collection[str], pairs: pl.DataFrame) -> None:
    write_json(desk.paths.photo_pairs, {"own": sorted(own), "pairs": [list(row) for row in pairs.iter_rows()]})
