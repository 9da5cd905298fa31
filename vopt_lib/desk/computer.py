"""This is where we know what this computer can carry: one heavy thing at a time, or several."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

FEW_CORES: Final = 4
LITTLE_MEMORY: Final = 24 * 1024**3
"""Bytes below which two heavy things at once may end in swapping: one may take 4 GB, beside her browser and Prefect."""


@dataclass(frozen=True)
class Computer:
    """What a computer can carry. memory: bytes; 0: not known."""

    cores: int
    memory: int

    @property
    def is_small(self) -> bool:
        """Whether two heavy things at once would slow each other, and whoever works at it, down."""
        return self.cores <= FEW_CORES or self.memory < LITTLE_MEMORY


def this_computer() -> Computer:
    """The computer that this runs on."""
    memory = 0
    with suppress(ValueError, OSError):
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Computer(os.cpu_count() or 1, memory)
