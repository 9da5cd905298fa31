"""This is where it is chosen what turns photos into vectors whose product says how alike the photos are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
from PIL.Image import Image

from vopt_lib.errors import UnknownEmbedder, WordsNotCompared
from vopt_lib.paths import Paths
from vopt_lib.settings import load_settings
from vopt_lib.vision.clip import clip_embedder
from vopt_lib.vision.clip_weights import STANDARD, ClipName, clip_name, found_weights
from vopt_lib.vision.descriptor import NAME as SHAPES
from vopt_lib.vision.descriptor import ShapesEmbedder

DEFAULT: Final = SHAPES
"""The built-in one: it needs no download and runs on any processor."""


class Embedder(Protocol):
    """Something that turns photos into vectors. Vectors of different names are never compared.

    name: what its vectors are kept under. length: numbers in a vector. longest: pixels on the long edge that it looks
    at; a photo may be decoded smaller as long as it keeps these.
    """

    @property
    def name(self) -> str: ...

    @property
    def length(self) -> int: ...

    @property
    def longest(self) -> int: ...

    def vectors(self, photos: Sequence[Image]) -> npt.NDArray[np.float32]:
        """One row of length 1 for each photo (mode RGB, upright, in sRGB): (photos, length)."""
        ...


@runtime_checkable
class WordsEmbedder(Embedder, Protocol):
    """One that also turns words into vectors, as like a photo's as they tell what is on it.

    sharpness: by what it multiplies likeness before sentences compete for a photo.
    """

    @property
    def sharpness(self) -> float: ...

    def words(self, sentences: Sequence[str]) -> npt.NDArray[np.float32]:
        """One row of length 1 for each sentence: (sentences, length). Raises: WordsNotCompared."""
        ...


def embedder(name: str = DEFAULT, weights: Path | None = None) -> Embedder:
    """The embedder of a name: the built-in one, `clip`, or open_clip:ARCHITECTURE/WEIGHTS.

    weights: the folder of CLIP's weights; default: the one that the settings tell. The name of what is returned also
    tells which file of weights it is.
    Raises: UnknownEmbedder; ClipError, where the extra or the weights are missing or cannot be used.
    """
    asked = clip_meant(name)
    return ShapesEmbedder() if asked is None else clip_embedder(asked, weights or _folder())


def vectors_name(name: str, weights: Path | None = None) -> str:
    """What the vectors of the embedder of this name are kept under; without loading it.

    Raises: UnknownEmbedder; WeightsMissing; WeightsUnusable.
    """
    asked = clip_meant(name)
    return name if asked is None else str(found_weights(asked, weights or _folder())[0])


def clip_meant(name: str) -> ClipName | None:
    """The CLIP model of this name; None: the built-in embedder's. Raises: UnknownEmbedder."""
    asked = clip_name(name)
    if asked is None and name != SHAPES:
        raise UnknownEmbedder(name=name, known=f"{SHAPES}, {STANDARD}")
    return asked


def words_embedder(name: str, weights: Path | None = None) -> WordsEmbedder:
    """The embedder of a name that knows words, too. Raises: WordsNotCompared; as `embedder`."""
    found = embedder(name, weights)
    if not isinstance(found, WordsEmbedder):
        raise WordsNotCompared(model=name)
    return found


def _folder() -> Path:
    return Paths.of(load_settings()).weights
