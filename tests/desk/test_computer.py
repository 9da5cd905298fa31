"""What a computer can carry: one heavy thing at a time, or several."""

from __future__ import annotations

import pytest

from vopt_lib.desk.computer import Computer, this_computer


@pytest.mark.parametrize(
    ("computer", "is_small"),
    [
        (Computer(4, 16 * 1024**3), True),
        (Computer(8, 16 * 1024**3), True),
        (Computer(4, 64 * 1024**3), True),
        (Computer(8, 0), True),
        (Computer(16, 64 * 1024**3), False),
    ],
)
def test_few_cores_or_little_memory_make_a_small_computer(computer: Computer, is_small: bool) -> None:
    assert computer.is_small is is_small


def test_this_computer_has_cores_and_memory() -> None:
    assert this_computer().cores > 0
    assert this_computer().memory > 0
