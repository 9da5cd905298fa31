"""This is where a photo gets its fingerprint: bits that stay when it is saved anew, made lighter, mirrored or cropped.

The hash is that of Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010, §3.2.1): the
picture at 32 x 32 in grey, its discrete cosine transform, the lowest 8 x 8 frequencies, a bit each. Two things differ:
a bit is the sign of its frequency, not whether it lies above the median, so a mirrored picture has the same bits but
for those of odd frequencies across, which are the opposite; and 16 x 16 frequencies are kept, whose first 64 bits are
the usual hash. A photo is hashed whole and through windows, so that a cropped copy is like one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

Hashes = npt.NDArray[np.uint64]
Thumbnail = npt.NDArray[np.uint8]
Window = tuple[float, float, float, float]
"""Left, top, right and bottom edge, as shares of the photo's sides."""

WINDOWS: Final[tuple[Window, ...]] = (
    (0.0, 0.0, 1.0, 1.0),
    (0.025, 0.025, 0.975, 0.975),
    *((left, top, round(left + 0.9, 2), round(top + 0.9, 2)) for top in (0.0, 0.05, 0.1) for left in (0.0, 0.05, 0.1)),
)
"""The whole photo, and what crops of up to a tenth of each side leave, to about a fortieth of a side."""

WORDS: Final = 4
"""64-bit words of a hash, the lowest frequencies in the first."""

THUMBNAIL: Final = 48
"""Pixels a side of the small picture by which two photos whose hashes are close are told apart."""

_HASH_BYTES: Final = 8 * WORDS * len(WINDOWS)
PACKED_BYTES: Final = _HASH_BYTES + 3 * THUMBNAIL**2

_SIDE: Final = 32
_FREQUENCIES: Final = 16
_BASE: Final = 96
"""Pixels a side of the small picture that all windows are cut from: three to one of the hash's."""

_ROWS, _COLUMNS = np.divmod(np.arange(_FREQUENCIES**2), _FREQUENCIES)
_ORDER: Final = np.lexsort((_COLUMNS, _ROWS, np.maximum(_ROWS, _COLUMNS) >= 8))


@dataclass(frozen=True)
class Fingerprint:
    """hashes: (windows, WORDS) uint64. thumbnail: (THUMBNAIL, THUMBNAIL, 3) uint8, the whole photo."""

    hashes: Hashes
    thumbnail: Thumbnail

    def packed(self) -> bytes:
        """The same as PACKED_BYTES bytes, to be kept."""
        return self.hashes.astype("<u8").tobytes() + self.thumbnail.tobytes()

    @classmethod
    def unpacked(cls, content: bytes) -> Fingerprint:
        """The one that was packed. Raises: ValueError, for bytes of another length."""
        if len(content) != PACKED_BYTES:
            raise ValueError(f"a fingerprint has {PACKED_BYTES} bytes, not {len(content)}")
        hashes, small = content[:_HASH_BYTES], content[_HASH_BYTES:]
        return cls(
            np.frombuffer(hashes, "<u8").astype(np.uint64).reshape(len(WINDOWS), WORDS),
            np.frombuffer(small, np.uint8).reshape(THUMBNAIL, THUMBNAIL, 3),
        )


def fingerprint(photo: Image.Image) -> Fingerprint:
    """The fingerprint of an upright photo, in about a millisecond."""
    small = photo.convert("RGB").resize((_BASE, _BASE), Image.Resampling.BOX)
    thumbnail = np.asarray(small.resize((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX))
    return Fingerprint(_hashes(small.convert("L")), thumbnail)


def mirrored(hashes: Hashes) -> Hashes:
    """Hashes (…, WORDS) of the same pictures mirrored, to the bit but for rounding."""
    return np.asarray(hashes ^ MIRROR)


def _hashes(grey: Image.Image) -> Hashes:
    from scipy.fft import dctn

    seen = np.stack([_seen(grey, window) for window in WINDOWS])
    low = dctn(seen, axes=(1, 2))[:, :_FREQUENCIES, :_FREQUENCIES].reshape(len(WINDOWS), -1)
    bits = low > 0
    bits[:, 0] = False  # how light the picture is
    return _packed(bits)


def _seen(grey: Image.Image, window: Window) -> npt.NDArray[np.float32]:
    left, top, right, bottom = (edge * _BASE for edge in window)
    box = (left, top, right, bottom)
    return np.asarray(grey.resize((_SIDE, _SIDE), Image.Resampling.BOX, box=box), dtype=np.float32)


def _packed(bits: npt.NDArray[np.bool_]) -> Hashes:
    packed = np.packbits(np.ascontiguousarray(bits[..., _ORDER]), axis=-1)
    return np.ascontiguousarray(packed).view(">u8").astype(np.uint64)


MIRROR: Final = _packed(_COLUMNS % 2 == 1)
"""Bits that a mirror turns: those of odd frequencies across."""
