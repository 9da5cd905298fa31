"""This is where we say what a QR code is, for whoever draws one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class QrCode:
    """A text as a square of dots. rows: True is a dark one; the light border that readers need is part of it."""

    text: str
    rows: tuple[tuple[bool, ...], ...]

    @property
    def side(self) -> int:
        """How many dots its side has."""
        return len(self.rows)
