"""This is where rows become lines of a terminal: side by side where they fit, else one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from vopt_lib.cli.speech import harmless

if TYPE_CHECKING:
    import polars as pl

SHOWN = 40  # rows: a screen or two
GAP = "  "
ROUNDED_FROM = 0.01  # below it a number keeps four digits, wherever they begin


def on_screen(rows: pl.DataFrame, room: int | None) -> list[str]:
    """The first rows as a table; where it is wider than `room` columns (None: no limit), one block for each row."""
    shown = rows.head(SHOWN)
    cells = [[cell(value) for value in row] for row in shown.iter_rows()]
    is_number = [dtype.is_numeric() for dtype in rows.dtypes]
    lines = _side_by_side([harmless(name) for name in rows.columns], cells, is_number)
    if cells and room is not None and max(map(len, lines)) > room:
        return _one_below_the_other([harmless(name) for name in rows.columns], cells)
    return lines


def cell(value: object) -> str:
    """One value on one line; a missing one is a dash, a time is UTC, a share has four decimals."""
    match value:
        case None:
            return "–"
        case datetime():
            return value.isoformat(" ", "seconds")
        case float():
            return str(round(value, 4) if abs(value) >= ROUNDED_FROM else float(f"{value:.4g}"))
        case bytes():
            return value.hex()
        case list():
            return "[" + ", ".join(map(cell, value)) + "]"
    return harmless(" ".join(str(value).split("\n")))


def _side_by_side(names: Sequence[str], cells: Sequence[Sequence[str]], is_number: Sequence[bool]) -> list[str]:
    widths = [max(len(text) for text in column) for column in zip(names, *cells, strict=True)]
    return [
        GAP.join(
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(row, widths, is_number, strict=True)
        ).rstrip()
        for row in (names, *cells)
    ]


def _one_below_the_other(names: Sequence[str], cells: Sequence[Sequence[str]]) -> list[str]:
    width = max(map(len, names))
    return [
        line
        for row in cells
        for line in (*(f"{name.ljust(width)}{GAP}{text}" for name, text in zip(names, row, strict=True)), "")
    ]
