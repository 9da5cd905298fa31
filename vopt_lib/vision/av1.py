"""This is where an AVIF is read as far as the sizes of its pictures, without decoding: its decoder believes the file.

What a file says of its size stands in a box of its own, and the pictures in it may be far larger: they would be decoded
whole and then made smaller. Sources: ISO/IEC 14496-12 (boxes), 23008-12 (items), AV1 specification 5.3 and 5.5.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

MOST_PIECES: Final = 4096
"""Items, and pieces of them. A picture of 256 tiles with transparency has 514; more is made to take hours."""

_SEQUENCE_HEADER: Final = 1


class _Bits:
    """Bytes read as numbers of so many bits. Raises: ValueError, past the end."""

    def __init__(self, content: bytes, at: int = 0) -> None:
        self.content = content
        self.at = at * 8

    def read(self, bits: int) -> int:
        """The next number."""
        start, self.at = self.at, self.at + bits
        if self.at > 8 * len(self.content):
            raise ValueError("cut off")
        value = int.from_bytes(self.content[start // 8 : -(-self.at // 8)], "big")
        return value >> (-self.at % 8) & ((1 << bits) - 1)

    def bytes(self, count: int) -> int:
        """The next number of so many bytes."""
        return self.read(8 * count)


def largest_picture(content: bytes) -> int:
    """Pixels of the largest picture that the items of an AVIF hold. Raises: ValueError, where it cannot be read."""
    meta = next(box for name, box in _boxes(content) if name == b"meta")[4:]
    inner = dict(_boxes(meta))
    kinds, idat = _kinds(inner[b"iinf"]), inner.get(b"idat", b"")
    pixels, left = [0], 2 * len(content)
    for item, method, extents in _locations(inner[b"iloc"]):
        if kinds.get(item) not in (b"av01", b"grid"):
            continue
        data = _joined(idat if method else content, extents)
        left -= len(data)
        if method > 1 or left < 0:
            raise ValueError("items within items, or on top of each other")
        pixels += _sizes(data) if kinds[item] == b"av01" else [_grid(data)]
    return max(pixels)


def _joined(source: bytes, extents: list[tuple[int, int]]) -> bytes:
    """The pieces of an item in one; a length of 0 means to the end."""
    if sum(length or len(source) for _, length in extents) > 2 * len(source):
        raise ValueError("pieces on top of each other")
    return b"".join(source[start : start + length if length else None] for start, length in extents)


def _grid(data: bytes) -> int:
    """Pixels of a picture that is laid from tiles."""
    bits, size = _Bits(data, at=4), 4 if data[1] & 1 else 2
    return bits.bytes(size) * bits.bytes(size)


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The boxes that lie side by side here: name and content."""
    at = 0
    while at + 8 <= len(content):
        size, name, head = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(content[at + 8 : at + 16], "big"), 16
        end = at + size if size else len(content)
        if end < at + head:
            raise ValueError("a box shorter than its head")
        yield name, content[at + head : end]
        at = end


def _kinds(iinf: bytes) -> dict[int, bytes]:
    """What each item is."""
    kinds = {}
    for name, box in _boxes(iinf[8 if iinf[0] else 6 :]):
        if name == b"infe" and box[0] >= 2:
            size = 2 if box[0] == 2 else 4
            kinds[int.from_bytes(box[4 : 4 + size], "big")] = box[6 + size : 10 + size]
    return kinds


def _locations(iloc: bytes) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """Each item: its number, how it is kept (0: in the file, 1: in `idat`), and where its pieces start and how long."""
    version, bits = iloc[0], _Bits(iloc, at=4)
    offset_size, length_size, base_size, index_size = (bits.read(4) for _ in range(4))
    left = MOST_PIECES
    for _ in range(bits.bytes(2 if version < 2 else 4)):
        item = bits.bytes(2 if version < 2 else 4)
        method = bits.bytes(2) & 15 if version else 0
        bits.bytes(2)  # in which file: always this one
        base, extents, count = bits.bytes(base_size), [], bits.bytes(2)
        left -= 1 + count
        if left < 0:
            raise ValueError("too many pieces")
        for _ in range(count):
            if version:
                bits.bytes(index_size)
            extents.append((base + bits.bytes(offset_size), bits.bytes(length_size)))
        yield item, method, extents


def _sizes(data: bytes) -> Iterator[int]:
    """Pixels that each sequence header of these units announces."""
    at = 0
    while at < len(data):
        head = data[at]
        at += 2 if head & 4 else 1
        size, shift = len(data) - at, 0
        if head & 2:
            size = 0
            while True:
                part, at = data[at], at + 1
                size |= (part & 127) << shift
                shift += 7
                if part < 128:
                    break
        if head >> 3 & 15 == _SEQUENCE_HEADER:
            yield _announced(_Bits(data[at : at + size]))
        at += size


def _announced(bits: _Bits) -> int:
    """Pixels of the largest frame after a sequence header."""
    bits.read(4)  # profile, still picture
    if bits.read(1):  # reduced
        bits.read(5)
    else:
        _skip_operating_points(bits)
    wide, high = bits.read(4) + 1, bits.read(4) + 1
    return (bits.read(wide) + 1) * (bits.read(high) + 1)


def _skip_operating_points(bits: _Bits) -> None:
    delays = 0
    if bits.read(1):  # timing
        bits.read(64)
        if bits.read(1):
            _skip_uvlc(bits)
        if bits.read(1):  # decoder model
            delays = bits.read(5) + 1
            bits.read(42)
    displayed = bits.read(1)
    for _ in range(bits.read(5) + 1):
        bits.read(12)
        if bits.read(5) > 7:
            bits.read(1)
        if delays and bits.read(1):
            bits.read(2 * delays + 1)
        if displayed and bits.read(1):
            bits.read(4)


def _skip_uvlc(bits: _Bits) -> None:
    zeros = 0
    while not bits.read(1):
        zeros += 1
    if zeros < 32:
        bits.read(zeros)
