"""This is where photos are found that show the same: the same photo again, the same thing again, or things alike.

Three looks find the same photo, each at what the one before let through: the first 64 bits of the hashes of every pair,
then all 256, then the two small pictures laid over each other. Things alike are neighbours by their vectors.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.schema.duplicates import PairKind
from vopt_lib.vision import descriptor
from vopt_lib.vision.index import Index
from vopt_lib.vision.overlay import agreement
from vopt_lib.vision.perceptual_hash import THUMBNAIL, WINDOWS, WORDS, Fingerprint, Hashes, Thumbnail, mirrored

MOST_BITS_OF_64: Final = 12
MOST_BITS_OF_256: Final = 90
"""Bits in which the hash of a window of one photo and that of the other photo may differ. Measured on 500 photos of
clothes: 992 of 1,000 copies, cropped at random by up to a tenth of each side, differ less; of pairs of different
photos 3 of 1,000 differ less in 64 bits, and 1 of 1,000 in all 256."""

LEAST_AGREEMENT: Final = 0.95
"""How well the small pictures of a photo and of its copy must agree (vision/overlay.py). Of the same photos 98 of 100
cropped copies agree so well, and none of 124,750 pairs of different ones: the best of them agree to .87. Of drawn
photos of one kind and colour the best agree to .94."""

MOST_ALIKE: Final = 20
"""Photos alike that are told of one photo."""

HELD: Final = 2**21
"""Pairs of hashes that are compared at once: 16 MB."""

PAIRS: Final = {
    "first": pl.String,
    "second": pl.String,
    "kind": pl.String,
    "is_mirrored": pl.Boolean,
    "agreement": pl.Float64,
    "likeness": pl.Float64,
}


@dataclass(frozen=True)
class Limits:
    """From which likeness (cosine of their vectors) two photos show the same thing, or things alike.

    Source of the defaults: fastdup joins photos to a cluster from .96 and looks at no pair below .9
    (visual-layer.readme.io/docs/tuning-run-parameters). Each model has its own scale, so what was measured for one
    goes before them.
    """

    same_item: float = 0.96
    look_alike: float = 0.9


FASTDUP: Final = Limits()

MEASURED: Final[Mapping[str, Limits]] = {descriptor.NAME: Limits(same_item=math.inf, look_alike=0.8)}
"""Limits of the models that were measured, on 3,134 things of 120 sellers of a simulated market.

shapes-1 never says that photos show the same thing: of 87 things that were photographed twice it finds 6 from .9 on,
among 40 others of the same seller, and none from .96 on. From .8 on, 98 of 100 pairs are of one kind, 25 of one kind
and colour."""


def limits_of(model: str) -> Limits:
    """What was measured for a model, else fastdup's."""
    return MEASURED.get(model, FASTDUP)


class Thumbnails(Protocol):
    """Small pictures by their places: an array of them, or what reads each when it is asked for."""

    def __getitem__(self, place: int, /) -> Thumbnail: ...


@dataclass(frozen=True)
class Fingerprints:
    """Those of n photos. keys: hashes of their bytes; hashes: (n, windows, WORDS); thumbnails: (n, side, side, 3).

    Thumbnails may lie on the disk: only those are looked at whose hashes are close to others.
    """

    keys: Sequence[str]
    hashes: Hashes
    thumbnails: Thumbnails

    @classmethod
    def of(cls, keys: Sequence[str], single: Sequence[Fingerprint]) -> Fingerprints:
        """Fingerprints put together, in the order of their keys."""
        if not single:
            return cls(
                keys, np.empty((0, len(WINDOWS), WORDS), np.uint64), np.empty((0, THUMBNAIL, THUMBNAIL, 3), np.uint8)
            )
        return cls(keys, np.stack([one.hashes for one in single]), np.stack([one.thumbnail for one in single]))


def find_pairs(
    ours: Fingerprints, index: Index, *, theirs: Fingerprints | None = None, limits: Limits | None = None
) -> pl.DataFrame:
    """Photos of ours that belong together, or to some of theirs: each pair once, as the strongest kind that it is.

    limits: those of the index's model, unless others are given.

    A photo that has no vector in the index can be the same photo, but nothing alike.
    Returns: first (a photo of ours), second, kind (of PairKind), is_mirrored and agreement (of the same photo, else
    null), likeness (cosine of the vectors; null for the same photo). The strongest come first.
    """
    same = same_photos(ours, theirs)
    alike = photos_alike(ours.keys, index, theirs=None if theirs is None else theirs.keys, limits=limits)
    strength = pl.col("kind").replace_strict({kind.value: place for place, kind in enumerate(PairKind)})
    by = [strength, "agreement", "likeness", "first", "second"]
    return pl.concat([same, alike.join(same, on=["first", "second"], how="anti")]).sort(
        by, descending=[False, True, True, False, False]
    )


def same_photos(ours: Fingerprints, theirs: Fingerprints | None = None) -> pl.DataFrame:
    """Pairs that are copies of one photo: saved anew, resized, lighter, darker, mirrored, cropped by up to a tenth.

    Either of a pair may be the copy. Every pair is looked at. Laying over each other takes most of the time: 6 ms, for
    one pair in 1,200 of photos that people took, so that 500 of ours with 1,000 of theirs take some 5 seconds.
    Returns: the columns of `find_pairs`; among ours alone `first` is the lesser key.
    """
    if theirs is None:
        return _as_pairs(_once(_copies(ours, ours)))
    turned = _copies(theirs, ours).rename({"first": "second", "second": "first"})
    found = pl.concat([_copies(ours, theirs), turned.select(_COPIES)])
    return _as_pairs(_strongest(found))


def photos_alike(
    keys: Sequence[str], index: Index, *, theirs: Sequence[str] | None = None, limits: Limits | None = None
) -> pl.DataFrame:
    """Pairs that show the same thing or things alike, by their vectors; up to MOST_ALIKE of each photo.

    limits: those of the index's model, unless others are given.

    Returns: the columns of `find_pairs`; among ours alone `first` is the lesser key.
    """
    limits = limits_of(index.vectors.model) if limits is None else limits
    rows = index.vectors.rows_of(keys)
    held = [key for key, row in zip(keys, rows, strict=True) if row >= 0]
    if not held:
        return pl.DataFrame(schema=PAIRS)
    found = index.search(
        index.vectors.matrix[rows[rows >= 0]],
        model=index.vectors.model,
        count=MOST_ALIKE + 1,
        among=keys if theirs is None else theirs,
    )
    pairs = found.filter(pl.col("likeness") >= limits.look_alike).select(
        first=pl.lit(pl.Series(held, dtype=pl.String)).gather("query"), second="photo_sha256", likeness="likeness"
    )
    is_same = pl.col("likeness") >= limits.same_item
    kind = pl.when(is_same).then(pl.lit(PairKind.SAME_ITEM.value)).otherwise(pl.lit(PairKind.LOOK_ALIKE.value))
    once = pairs.filter(pl.col("first") != pl.col("second")) if theirs is not None else _once(pairs)
    empty = {"is_mirrored": pl.lit(None, pl.Boolean), "agreement": pl.lit(None, pl.Float64)}
    return once.with_columns(kind=kind, **empty).select(PAIRS.keys())


_COPIES: Final = ("first", "second", "bits", "is_mirrored", "agreement")
_NEARBY: Final = {"seen": pl.Int64, "whole": pl.Int64, "window": pl.UInt8, "is_mirrored": pl.Boolean, "bits": pl.UInt16}


def _once(pairs: pl.DataFrame) -> pl.DataFrame:
    """Each pair one way round and once, and no photo with itself."""
    first, second = pl.min_horizontal("first", "second"), pl.max_horizontal("first", "second")
    found = pairs.filter(pl.col("first") != pl.col("second")).with_columns(first=first, second=second)
    return _strongest(found)


def _strongest(pairs: pl.DataFrame) -> pl.DataFrame:
    strength = "agreement" if "agreement" in pairs.columns else "likeness"
    return pairs.sort("first", "second", strength, descending=[False, False, True]).unique(
        ["first", "second"], keep="first", maintain_order=True
    )


def _as_pairs(copies: pl.DataFrame) -> pl.DataFrame:
    kind, unknown = pl.lit(PairKind.SAME_PHOTO.value), pl.lit(None, pl.Float64)
    return copies.with_columns(kind=kind, likeness=unknown).select(PAIRS.keys()).sort("first", "second")


def _copies(seen: Fingerprints, whole: Fingerprints) -> pl.DataFrame:
    """Photos of `whole` that show what photos of `seen` show through a window."""
    near = pl.concat([pl.DataFrame(schema=_NEARBY), *_nearby(seen.hashes, whole.hashes)])
    if seen is whole:
        near = near.filter(pl.col("seen") != pl.col("whole"))
    near = near.sort("bits", "window", "is_mirrored").unique(["seen", "whole"], keep="first", maintain_order=True)
    agreed = [_laid_over(seen.thumbnails, whole.thumbnails, *row) for row in near.select(_PLACES).iter_rows()]
    return (
        near.with_columns(agreement=pl.Series(agreed, dtype=pl.Float64))
        .filter(pl.col("agreement") >= LEAST_AGREEMENT)
        .with_columns(first=_keys(seen).gather("seen"), second=_keys(whole).gather("whole"))
        .select(_COPIES)
    )


_PLACES: Final = ("seen", "whole", "window", "is_mirrored")


def _keys(fingerprints: Fingerprints) -> pl.Expr:
    return pl.lit(pl.Series(list(fingerprints.keys), dtype=pl.String))


def _laid_over(seen: Thumbnails, whole: Thumbnails, *place: int) -> float:
    row, other, window, is_mirrored = place
    part = whole[other][:, ::-1] if is_mirrored else whole[other]
    return agreement(seen[row], np.ascontiguousarray(part), WINDOWS[window])


def _nearby(seen: Hashes, whole: Hashes) -> Iterator[pl.DataFrame]:
    """Pairs whose hashes differ in few bits, for each window and both ways round, block by block."""
    block = max(1, HELD // max(len(whole), 1))
    for first in range(0, len(seen), block):
        for window in range(len(WINDOWS)):
            part = seen[first : first + block, window]
            for is_mirrored, bits in ((False, part), (True, mirrored(part))):
                rows, others, count = _close(bits, whole[:, 0])
                yield pl.DataFrame(
                    {"seen": rows + first, "whole": others, "bits": count}, schema_overrides=_NEARBY
                ).select(
                    "seen", "whole", pl.lit(window, pl.UInt8).alias("window"), pl.lit(is_mirrored).alias("is_mirrored"),
                    "bits",
                )  # fmt: skip


def _close(some: Hashes, others: Hashes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of both, and in how many bits of 256 they differ."""
    # Of two rows of 64 signs the product is 64, less two for each that differs.
    rows, columns = np.nonzero(_signs(some[:, 0]) @ _signs(others[:, 0]).T >= 64 - 2 * MOST_BITS_OF_64)
    bits = _bits(some[rows] ^ others[columns]).sum(axis=1, dtype=np.uint16)
    near = bits <= MOST_BITS_OF_256
    return rows[near], columns[near], bits[near]


def _signs(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.float32]:
    """A row of 64 signs for each word."""
    return _bits(words[:, None]).astype(np.float32) * 2.0 - 1.0


def _bits(rows: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint8]:
    """The bits of each row of words, one after the other."""
    return np.unpackbits(np.ascontiguousarray(rows).view(np.uint8), axis=1)
