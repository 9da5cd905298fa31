"""This is where it is measured how well an embedder finds what is alike: photos whose labels a person wrote down.

Each photo is looked for among all others; counted is how many of the ten most alike have its label.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL.Image import Image, Resampling

from vopt_lib.errors import (
    IngestError,
    LabelledPhotoMissing,
    LabelledPhotoUnusable,
    NotLabels,
    OneLabelOnly,
    TooFewPhotos,
    VoptError,
)
from vopt_lib.files import reason
from vopt_lib.imports.frames import heads_of, read_columns
from vopt_lib.threads import one_thread
from vopt_lib.vision.decode import open_photo
from vopt_lib.vision.embedder import DEFAULT, Embedder, embedder
from vopt_lib.vision.vectors import Matrix

NEAREST: Final = 10
LEAST_PHOTOS: Final = 12
"""Below this nearly all others are among the ten most alike."""

_GREY: Final = (18, 24)
"""Columns and rows of the plain way: what the grey pixels of a tiny copy say. Source: facts/market-statistics.md."""

_AT_ONCE: Final = 32
_COMPARED_AT_ONCE: Final = 256

OnPhotos = Callable[[int, int], None]
Opened = Callable[[Path], Image]


@dataclass(frozen=True)
class Precision:
    """Shares of the most alike photos that have the label: of the single one, and of ten."""

    at_1: float
    at_10: float


@dataclass(frozen=True)
class LabelPrecision:
    """The same for the photos of one label."""

    label: str
    photos: int
    embedder: Precision
    pixels: Precision


@dataclass(frozen=True)
class PhotosEvaluation:
    """How well an embedder finds photos with the same label, each looked for among all others.

    pixels: the same by cosine of grey pixels, less their mean. chance: what any order finds on average. ratio:
    precision at ten over that of pixels; None where that is 0. photos_per_s: decoded and embedded on one core.
    """

    folder: str
    labels: str
    name: str
    dims: int
    photos: int
    photos_per_s: float
    embedder: Precision
    pixels: Precision
    chance: float
    ratio: float | None
    by_label: tuple[LabelPrecision, ...]

    def as_json(self) -> str:
        """The same for programs."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False)


def evaluate_photos(
    folder: Path,
    labels: Path,
    *,
    name: str = DEFAULT,
    on_photos: OnPhotos = lambda done, of: None,
) -> PhotosEvaluation:
    """Embed the photos that a table (columns path and label) names in a folder, and look for each among the others.

    labels: looked for in the folder where it is nowhere else. name: the embedder's. on_photos: told how many
    are done, of how many.
    Raises: UnknownEmbedder; ClipError; NotLabels, LabelledPhotoMissing, LabelledPhotoUnusable, TooFewPhotos,
    OneLabelOnly and other kinds of IngestError.
    """
    compared = embedder(name)
    labels = labels if labels.exists() or not (folder / labels).exists() else folder / labels
    of_photo = _labels(folder, labels)
    opened = partial(_opened, labels=labels, longest=compared.longest)
    vectors, pixels, taken_s = _seen(list(of_photo), compared, opened, on_photos)
    named = np.array(list(of_photo.values()))
    by_embedder, by_pixels = _found(vectors, named), _found(pixels, named)
    plain = _precision(by_pixels)
    return PhotosEvaluation(
        folder=str(folder),
        labels=labels.name,
        name=compared.name,
        dims=compared.length,
        photos=len(of_photo),
        photos_per_s=len(of_photo) / taken_s,
        embedder=_precision(by_embedder),
        pixels=plain,
        chance=_chance(named),
        ratio=_precision(by_embedder).at_10 / plain.at_10 if plain.at_10 else None,
        by_label=tuple(
            LabelPrecision(
                str(label),
                int((named == label).sum()),
                _precision(by_embedder[named == label]),
                _precision(by_pixels[named == label]),
            )
            for label in np.unique(named)
        ),
    )


def _labels(folder: Path, labels: Path) -> dict[Path, str]:
    """What each photo shows, by its file. Raises: IngestError."""
    if not {"path", "label"} <= set(heads_of(labels)):
        raise NotLabels(file=labels.name)
    rows = read_columns(labels, ["path", "label"]).drop_nulls()
    of_photo = {folder / path: label for path, label in rows.iter_rows()}
    if len(of_photo) < LEAST_PHOTOS:
        raise TooFewPhotos(file=labels.name, n=len(of_photo), least=LEAST_PHOTOS)
    if len(set(of_photo.values())) == 1:
        raise OneLabelOnly(file=labels.name, label=next(iter(of_photo.values())))
    for photo in of_photo:
        if not photo.is_file():
            raise LabelledPhotoMissing(file=labels.name, photo=photo.name, folder=str(photo.parent))
    return of_photo


def _seen(
    photos: Sequence[Path], compared: Embedder, opened: Opened, on_photos: OnPhotos
) -> tuple[Matrix, Matrix, float]:
    """The photos' vectors, their grey pixels, and the seconds that decoding and embedding took."""
    vectors, pixels, taken_s = [], [], 0.0
    with one_thread():
        # What is loaded at the first photo is no part of what a photo takes.
        compared.vectors([opened(photos[0])])
        for start in range(0, len(photos), _AT_ONCE):
            on_photos(start, len(photos))
            began = time.perf_counter()
            some = [opened(photo) for photo in photos[start : start + _AT_ONCE]]
            vectors.append(compared.vectors(some))
            taken_s += time.perf_counter() - began
            pixels += [_grey_pixels(photo) for photo in some]
    return np.concatenate(vectors), np.stack(pixels), taken_s


def _opened(photo: Path, labels: Path, longest: int) -> Image:
    try:
        return open_photo(photo.read_bytes(), longest=longest)
    except OSError as error:
        raise IngestError(file=photo.name, why=reason(error)) from error
    except VoptError as error:
        raise LabelledPhotoUnusable(photo=photo.name, file=labels.name) from error


def _grey_pixels(photo: Image) -> Matrix:
    """A row of length 1. The mean is taken off: otherwise bright photos would all be alike, and less is found."""
    grey = np.asarray(photo.convert("L").resize(_GREY, Resampling.BILINEAR), dtype=np.float32).ravel()
    apart = grey - grey.mean()
    return np.asarray(apart / max(float(np.linalg.norm(apart)), 1e-9), dtype=np.float32)


def _found(vectors: Matrix, labels: npt.NDArray[np.str_]) -> npt.NDArray[np.bool_]:
    """(photos, NEAREST): whether each of the others that are most alike has the photo's label, the most alike first."""
    found = []
    for start in range(0, len(vectors), _COMPARED_AT_ONCE):
        block = vectors[start : start + _COMPARED_AT_ONCE]
        likeness = block @ vectors.T
        itself = np.arange(len(block))
        likeness[itself, start + itself] = -np.inf
        nearest = np.argsort(-likeness, axis=1, kind="stable")[:, :NEAREST]
        found.append(labels[nearest] == labels[start : start + len(block), None])
    return np.concatenate(found)


def _precision(found: npt.NDArray[np.bool_]) -> Precision:
    return Precision(float(found[:, 0].mean()), float(found.mean()))


def _chance(labels: npt.NDArray[np.str_]) -> float:
    """How often another photo, whichever, has a photo's label."""
    _, counts = np.unique(labels, return_counts=True)
    return float((counts * (counts - 1)).sum() / (len(labels) * (len(labels) - 1)))
