"""This is where a row of numbers becomes a line small enough to stand beside a figure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby

from markupsafe import Markup

from vopt_lib.ui.markup import tag

WIDTH = 100
HEIGHT = 28
_EDGE = 3  # so that a thick last point is not cut at the top or bottom

Point = tuple[float, float]


def sparkline(values: Sequence[float | None]) -> Markup:
    """The values as a line, the newest marked by a dot. A missing value is a gap; fewer than two values are no line.

    It says nothing that the figure beside it does not, so screen readers skip it.
    """
    points = _points(values)
    known = [point for point in points if point is not None]
    if len(known) < 2:
        return Markup("")
    line = " ".join(_stretch(stretch) for stretch in _stretches(points))
    return tag(
        "svg",
        tag("path", d=line),
        tag("path", d=_dot(known[-1]), class_="is-last"),
        class_="vopt-spark",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def _points(values: Sequence[float | None]) -> list[Point | None]:
    numbers = [float(value) if value is not None and math.isfinite(value) else None for value in values]
    known = [number for number in numbers if number is not None]
    if not known:
        return []
    low, room = min(known), max(known) - min(known)
    step = WIDTH / max(len(numbers) - 1, 1)
    return [
        None if number is None else (round(place * step, 2), _height((number - low) / room if room else 0.5))
        for place, number in enumerate(numbers)
    ]


def _height(share: float) -> float:
    return round(HEIGHT - _EDGE - share * (HEIGHT - 2 * _EDGE), 2)


def _stretches(points: Sequence[Point | None]) -> Iterator[list[Point]]:
    for is_gap, stretch in groupby(points, key=lambda point: point is None):
        if not is_gap:
            yield [point for point in stretch if point is not None]


def _stretch(points: Sequence[Point]) -> str:
    if len(points) == 1:
        return _dot(points[0])
    return "M" + "L".join(f"{across:g} {down:g}" for across, down in points)


def _dot(point: Point) -> str:
    """A line of no length: with round ends it is drawn as a dot, round in any proportions of the picture."""
    return f"M{point[0]:g} {point[1]:g}h0"
