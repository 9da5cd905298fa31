"""This is where a thing is put on a plain background, by a mask that says what of its photo is the thing.

A mask that cannot be right changes nothing: half a sleeve that is gone is worse than a restless background.
"""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from vopt_lib.schema.photo_hints import Background

Mask = npt.NDArray[np.float32]
"""(height, width) of the model's own size: 0 where a photo shows the background, 1 where it shows the thing."""

PLAIN: Final = (246, 246, 246)
"""The plain background: as light as paper, and darker than a white shirt."""

SURE: Final = 0.5
"""From here on a pixel rather belongs to the thing."""

UNSURE: Final = (0.2, 0.8)
"""Between these nobody knows. An edge is unsure by its nature, an area is not."""

LEAST_THING: Final = 0.02
MOST_THING: Final = 0.95
"""Shares of a photo: a thing that is smaller or larger was not found."""

MOST_UNSURE: Final = 0.5
"""Unsure pixels for each one of the thing: a square of a tenth of a mask of 320 has some .1 along its edges."""

SPECK: Final = 0.05
"""A part that is this much smaller than the largest one belongs to the background: dust, a socket, a shadow."""

MOST_PARTS: Final = 6
"""A pair of shoes has two, a set of clothes a few; what falls into more was not understood."""

MOST_SPECKS: Final = 0.2
"""Share of the thing that may be specks."""

EDGE: Final = (0.3, 0.75)
"""What of a mask becomes the edge: a little inside, where less of the old background shines through."""

FEATHER: Final = 1 / 1000
"""Radius, as a share of the long edge, by which the edge is softened: hardly two pixels of a large photo."""


class Segmenter(Protocol):
    """Something that tells a thing from its background."""

    def mask(self, photo: Image.Image) -> Mask:
        """What of a photo (mode RGB) is the thing."""
        ...


def verdict(mask: Mask) -> Background:
    """Whether a thing can be cut out by this mask: PLAIN, or why not."""
    sure = mask > SURE
    if sure.mean() < LEAST_THING:
        return Background.NOTHING
    if sure.mean() > MOST_THING:
        return Background.ALL
    unsure = (mask > UNSURE[0]) & (mask < UNSURE[1])
    parts = _parts(sure)
    kept = parts[parts >= SPECK * parts.max()]
    is_ragged = len(kept) > MOST_PARTS or parts.sum() - kept.sum() > MOST_SPECKS * parts.sum()
    return Background.UNSURE if is_ragged or unsure.sum() > MOST_UNSURE * sure.sum() else Background.PLAIN


def on_plain(photo: Image.Image, mask: Mask) -> Image.Image:
    """The thing of a photo on PLAIN, with soft edges. The mask is stretched to the photo's size."""
    return Image.composite(photo, Image.new("RGB", photo.size, PLAIN), _opacity(mask, photo.size))


def _opacity(mask: Mask, size: tuple[int, int]) -> Image.Image:
    """How much of each pixel stays, 0 to 255."""
    large = np.asarray(Image.fromarray(_without_specks(mask)).resize(size, Image.Resampling.BICUBIC))
    low, high = EDGE
    edged = np.clip((large - low) / (high - low), 0, 1) * 255
    return Image.fromarray(edged.astype(np.uint8)).filter(ImageFilter.GaussianBlur(FEATHER * max(size)))


def _without_specks(mask: Mask) -> Mask:
    """The mask without what lies apart from the thing and is much smaller."""
    from scipy.ndimage import label

    numbers, _ = label(mask > UNSURE[0])
    sizes = np.bincount(numbers.ravel())
    sizes[0] = 0
    stays = sizes >= SPECK * sizes.max()
    stays[0] = False
    return np.where(stays[numbers], mask, 0).astype(np.float32)


def _parts(sure: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Pixels of each part of the thing."""
    from scipy.ndimage import label

    numbers, _ = label(sure)
    return np.asarray(np.bincount(numbers.ravel())[1:], dtype=np.int64)
