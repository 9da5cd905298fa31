"""This is where we say how large the file of a photo may be, for whoever takes one in."""

from __future__ import annotations

from typing import Final

LARGEST_PHOTO: Final = 20 * 2**20
"""Bytes; Vinted's own have some hundred kB, a telephone's 2 to 12 MB."""
