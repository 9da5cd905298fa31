"""This is where files of photos become vectors, some at a time: in this process, or in others that do it side by side.

What is handed to another process of this machine are names of files, to one of another machine what is in them, and
the name of the model; what comes back are vectors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from PIL.Image import Image

from vopt_lib.errors import PhotoError
from vopt_lib.schema.photo_limits import LARGEST_PHOTO
from vopt_lib.vision.decode import open_photo
from vopt_lib.vision.embedder import Embedder, embedder
from vopt_lib.vision.perceptual_hash import Fingerprint, fingerprint


class Seen(NamedTuple):
    """What is made of a photo: its vector, and what it is known again by when it is copied."""

    vector: npt.NDArray[np.float32]
    fingerprint: Fingerprint


Described = Mapping[str, Seen | None]
"""What is made of each photo by its hash; None: it is no photo that can be used."""

Files = Sequence[Path]
"""Files of photos, each called by the hash of its bytes."""


class MapBatches(Protocol):
    """Applies a describer to each batch and gives the answers in the order of the batches, as `map` does."""

    def __call__(self, describer: Describer, batches: Iterable[Files], /) -> Iterable[Described]: ...


@dataclass(frozen=True)
class Describer:
    """Describes files of photos. In another process it is made anew by the name it was asked by, once in each."""

    asked: str
    made_by: Embedder

    def __call__(self, files: Files) -> Described:
        """What these files show; one that is not there or not what its name says is left out."""
        # One after the other: a batch of large files would not fit into memory.
        return self.of_contents(contents(files))

    def of_contents(self, photos: Iterable[tuple[str, bytes]]) -> Described:
        """What the contents of these files show, by the hashes they are given with."""
        return described(self.made_by, photos)

    def __reduce__(self) -> tuple[object, ...]:
        return (_describer, (self.asked,))


@lru_cache(maxsize=1)
def _describer(asked: str) -> Describer:
    return Describer(asked, embedder(asked))


def described(made_by: Embedder, contents: Iterable[tuple[str, bytes]]) -> Described:
    """What the contents of these files show, by the hashes they are given with."""
    opened: dict[str, Image | None] = {}
    for sha256, content in contents:
        try:
            opened[sha256] = open_photo(content, longest=made_by.longest)
        except PhotoError:
            opened[sha256] = None
    photos = {sha256: photo for sha256, photo in opened.items() if photo is not None}
    vectors = made_by.vectors(list(photos.values())) if photos else ()
    seen = [Seen(vector, fingerprint(photo)) for vector, photo in zip(vectors, photos.values(), strict=True)]
    return {**dict.fromkeys(opened), **dict(zip(photos, seen, strict=True))}


def contents(files: Files) -> Iterator[tuple[str, bytes]]:
    """The hash and the content of these files, one after the other; one that is not there or not what its name says is
    left out.
    """
    return ((path.name, content) for path in files if (content := whole(path)) is not None)


def whole(path: Path) -> bytes | None:
    """The file of a photo; None: it is not there, or not what its name says. Of one that is larger than any photo, no
    more than shows that.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_PHOTO + 1)
    except OSError:
        return None
    is_it = len(content) > LARGEST_PHOTO or hashlib.sha256(content).hexdigest() == path.name
    return content if is_it else None
