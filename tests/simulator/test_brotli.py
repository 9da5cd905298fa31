import pytest

from vopt_lib.simulator.brotli import stored_brotli


@pytest.mark.parametrize(
    ("body", "stream"),
    [
        (b"a", b"\x00\x00\x10a\x03"),
        (b"ab", b"\x10\x00\x10ab\x03"),
        (b"x" * 65_537, b"\xf0\xff\x1f" + b"x" * 65_536 + b"\x00\x00\x08" + b"x" + b"\x03"),
    ],
)
def test_blocks_are_stored_behind_their_length(body, stream):
    assert stored_brotli(body) == stream
