"""This is where it is chosen what turns photos into vectors whose product says how alike the photos are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
from PIL.Image import Image

from vopt_lib.errors import UnknownEmbedder
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


_MADE_BY: Final[Mapping[str, Callable[[], Embedder]]] = {SHAPES: ShapesEmbedder}


def embedder(name: str = DEFAULT) -> Embedder:
    """The embedder of a name. Raises: UnknownEmbedder."""
    make = _MADE_BY.get(name)
    if make is None:
        raise UnknownEmbedder(name=name, known=", ".join(_MADE_BY))
    return make()
