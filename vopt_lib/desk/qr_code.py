"""This is where an address becomes a QR code that a phone's camera opens."""

from __future__ import annotations

from typing import Final

from vopt_lib.schema.qr_code import QrCode

BORDER: Final = 4
"""Light dots around it. Source: ISO/IEC 18004, the quiet zone."""


def qr_code(text: str) -> QrCode:
    """The QR code of a text, with the error correction M (15 % of it may be unreadable) or more where that costs
    nothing."""
    import segno

    code = segno.make_qr(text, error="m")
    return QrCode(text, tuple(tuple(bool(dot) for dot in row) for row in code.matrix_iter(border=BORDER)))


def printed(code: QrCode) -> list[str]:
    """The code as lines of text, two rows of dots in each, for dark letters on a light ground."""
    rows = [*code.rows, *([(False,) * code.side] if code.side % 2 else [])]
    return ["".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in _pairs(rows)]


_BLOCKS: Final = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def _pairs(rows: list[tuple[bool, ...]]) -> list[tuple[tuple[bool, ...], tuple[bool, ...]]]:
    return list(zip(rows[::2], rows[1::2], strict=True))
