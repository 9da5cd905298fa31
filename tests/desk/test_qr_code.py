"""An address as a QR code."""

from __future__ import annotations

from vopt_lib.desk.qr_code import BORDER, printed, qr_code
from vopt_lib.schema.qr_code import QrCode

ADDRESS = "http://192.168.178.123:8422/" + "x" * 43
FINDER = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
"""What stands in three corners of every QR code. Source: ISO/IEC 18004."""


def corner(code: QrCode, row: int, column: int) -> list[str]:
    return ["".join("01"[dot] for dot in dots[column : column + 7]) for dots in code.rows[row : row + 7]]


def test_a_code_has_its_corners_and_a_light_border() -> None:
    code, far = qr_code(ADDRESS), qr_code(ADDRESS).side - BORDER - 7
    assert [corner(code, *place) for place in ((BORDER, BORDER), (BORDER, far), (far, BORDER))] == [FINDER] * 3
    assert not any(any(row) for row in (*code.rows[:BORDER], *code.rows[-BORDER:]))
    assert code.side == 37 + 2 * BORDER  # version 5: 84 bytes with correction M; a phone reads it at arm's length
    assert len({len(row) for row in code.rows} | {code.side}) == 1


def test_two_addresses_have_two_codes() -> None:
    assert qr_code(ADDRESS).rows != qr_code(ADDRESS[:-1] + "y").rows


def test_in_a_terminal_two_rows_are_a_line() -> None:
    assert printed(QrCode("", ((True, True), (False, True)))) == ["▀█"]
    assert printed(QrCode("", ((True,) * 3, (False,) * 3, (True, False, True)))) == ["▀▀▀", "▀ ▀"]
    lines = printed(qr_code(ADDRESS))
    assert (len(lines), {len(line) for line in lines}) == (23, {45})
