"""This is where rows of texts become lines of a terminal, one column beside the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def side_by_side(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A line for each row: the first column to the left, numbers to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))]
        yield "  ".join(cells).rstrip()
