"""This is where photo addresses are signed: a signature fits one exact address, another size is a 404."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import urlsplit

FULL_SIZE = "tc"
SIZES = {"70x100": (70, 100), "150x210": (150, 210), "310x430": (310, 430), "f800": (600, 800), FULL_SIZE: (1200, 1600)}
"""Pixels of each size that an address can name. Source: facts/vinted-web.md §2.3."""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID_LENGTH = 24


@dataclass(frozen=True)
class Photo:
    """One photo of one listing, the leading one being number 1."""

    listing_id: int
    number: int


class ImageUrls:
    """Addresses of photos on the image host. A photo's id hides its listing from readers but not from the server."""

    def __init__(self, base: str, seed: int) -> None:
        self._base = base
        self._key = hashlib.sha256(f"simulated images {seed}".encode()).digest()

    def photo_id(self, photo: Photo) -> str:
        """The photo's id, in the form of the recorded ones: 06_0082b_FgHcZi296vwTGmKyGM3kBxsu."""
        plain = photo.listing_id.to_bytes(8, "big") + photo.number.to_bytes(1, "big")
        nonce = self._digest(plain)[:8]
        hidden = bytes(a ^ b for a, b in zip(plain, self._digest(nonce), strict=False))
        number, letters = int.from_bytes(nonce + hidden, "big"), ""
        for _ in range(_ID_LENGTH):
            number, digit = divmod(number, len(_ALPHABET))
            letters = _ALPHABET[digit] + letters
        return f"{nonce[0] % 6 + 1:02d}_{nonce[1:4].hex()[:5]}_{letters}"

    def photo(self, photo_id: str) -> Photo | None:
        """The photo of an id; None: not one of ours."""
        letters = photo_id.rpartition("_")[2]
        if len(letters) != _ID_LENGTH or not set(letters) <= set(_ALPHABET):
            return None
        number = 0
        for letter in letters:
            number = number * len(_ALPHABET) + _ALPHABET.index(letter)
        raw = number.to_bytes(18, "big")[1:]
        nonce, hidden = raw[:8], raw[8:]
        plain = bytes(a ^ b for a, b in zip(hidden, self._digest(nonce), strict=False))
        photo = Photo(int.from_bytes(plain[:8], "big"), plain[8])
        return photo if self._digest(plain)[:8] == nonce else None

    def url(self, photo_id: str, size: str, file_name: str) -> str:
        """The signed address of a photo in one size."""
        path = f"/tc/{photo_id}/{file_name}" if size == FULL_SIZE else f"/t/{photo_id}/{size}/{file_name}"
        return f"{self._base}{path}?s={self._signature(path)}"

    def is_signed(self, path: str, signature: str) -> bool:
        """Whether the signature was made for exactly this path."""
        return signature.isascii() and hmac.compare_digest(signature, self._signature(path))

    @property
    def host(self) -> str:
        """The host that answers these addresses."""
        return urlsplit(self._base).hostname or ""

    def _signature(self, path: str) -> str:
        return hmac.digest(self._key, path.encode(), "sha1").hex()

    def _digest(self, raw: bytes) -> bytes:
        return hmac.digest(self._key, raw, "sha256")
