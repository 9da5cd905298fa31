"""This is where an answer is written as brotli, the encoding that was recorded, without a library that compresses."""

from __future__ import annotations

_BLOCK_BYTES = 65_536
_LAST_AND_EMPTY = b"\x03"


def stored_brotli(body: bytes) -> bytes:
    """The body as a brotli stream of stored blocks: every client that knows brotli reads it, and nothing is saved.

    Source: RFC 7932 §9.1 and §9.2.
    """
    stream = bytearray()
    for start in range(0, len(body), _BLOCK_BYTES):
        block = body[start : start + _BLOCK_BYTES]
        header = (len(block) - 1) << 3 | 1 << 19
        # The first block's header follows one bit that says how large the window is.
        stream += (header if start else header << 1).to_bytes(3, "little") + block
    return bytes(stream) + _LAST_AND_EMPTY
