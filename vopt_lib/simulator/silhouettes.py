"""This is where we say what things look like: the outline and details of each silhouette, in percent of a frame."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
PartKind = Literal["cloth", "hole", "panel", "line", "dots", "strand"]

_FILE: Final = Path(__file__).parent / "silhouettes.csv"
_TEETH: Final = 13
_LINE_WIDTH: Final = 0.55
_MIRROR: Final = np.array([-1.0, 1.0])
_RIGHT_EDGE: Final = np.array([100.0, 0.0])


class Part(NamedTuple):
    """One thing to draw: its points, (n, 2), and what they are.

    cloth is filled and belongs to the thing, a hole shows what lies behind it; a panel is filled over the cloth. A
    strand is a line that belongs to the thing. Tone is a number (percent darker or lighter than the cloth around it) or
    a word: second, white, metal, dark, skin. Width is that of a line, or the radius of dots, in percent of the frame.
    """

    kind: PartKind
    tone: str
    width: float
    points: Points


@dataclass
class Silhouette:
    """What a thing looks like from its front. twin is how far behind it the second of a pair lies; None: no pair.

    shortest is the share of its length down to which it is cut; texture is the one it always has, "" for none. hangs:
    it can be put on a hanger or a dummy; is_plain: such things have no pattern unless their words tell one.
    """

    parts: list[Part] = field(default_factory=list)
    twin: Points | None = None
    shortest: float = 0.93
    texture: str = ""
    hangs: bool = False
    is_plain: bool = False


@cache
def silhouettes() -> Mapping[str, Silhouette]:
    """Every silhouette by its name, with smooth outlines."""
    known: dict[str, Silhouette] = {}
    with _FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            _add(known.setdefault(row["silhouette"], Silhouette()), row, known)
    return known


def _add(silhouette: Silhouette, row: Mapping[str, str], known: Mapping[str, Silhouette]) -> None:
    match row["part"]:
        case "like":
            silhouette.parts += known[row["tone"]].parts
        case "texture":
            silhouette.texture = row["tone"]
        case "hangs":
            silhouette.hangs = True
        case "plain":
            silhouette.is_plain = True
        case "length":
            silhouette.shortest = float(row["tone"]) / 100.0
        case "twin":
            silhouette.twin = _points(row["points"])[0]
        case _:
            silhouette.parts += _drawn(row)


def _drawn(row: Mapping[str, str]) -> Iterator[Part]:
    """The parts of one row of the file; a plural stands for the part and its mirror image."""
    points, tone, width = _points(row["points"]), row["tone"] or "0", float(row["width"] or _LINE_WIDTH)
    match row["part"]:
        case "body" | "inlay" | "holes" as one:
            whole: PartKind = "cloth" if one == "body" else "panel" if one == "inlay" else "hole"
            yield Part(whole, tone, width, _smooth(np.concatenate([points, _mirrored(points)[::-1]]), closed=True))
        case "shape" | "panel" | "hole" as one:
            yield Part("cloth" if one == "shape" else one, tone, width, _smooth(points, closed=True))
        case "shapes" | "panels" as both:
            for half in (points, _mirrored(points)):
                yield Part("cloth" if both == "shapes" else "panel", tone, width, _smooth(half, closed=True))
        case "dots":
            yield Part("dots", tone, width, points)
        case "line" | "strand" as one:
            yield Part(one, tone, width, _smooth(points, closed=False))
        case "lines" | "strands" as both:
            for half in (points, _mirrored(points)):
                yield Part("line" if both == "lines" else "strand", tone, width, _smooth(half, closed=False))
        case "comb":
            first, last, tooth = points
            for share in np.linspace(0.06, 1.0, _TEETH):
                root = first + share * (last - first)
                for half in (np.array([root, root + tooth]), _mirrored(np.array([root, root + tooth]))):
                    yield Part("line", tone, 0.4, half)


def _points(text: str) -> Points:
    """The points of a row; one with an exclamation mark is a sharp corner, hence there three times."""
    points: list[tuple[float, float]] = []
    for word in text.split("|"):
        x, y = map(float, word.rstrip("!").split())
        points += [(x, y)] * (3 if word.endswith("!") else 1)
    return np.array(points)


def _mirrored(points: Points) -> Points:
    return np.asarray(points * _MIRROR + _RIGHT_EDGE)


def _smooth(points: Points, *, closed: bool) -> Points:
    """The points with rounded corners, but for a plain quadrangle. Source: Chaikin (1974), two rounds."""
    if len(points) < 3 or (closed and len(points) == 4):
        return points
    for _ in range(2):
        ends = np.roll(points, -1, axis=0) if closed else points[1:]
        starts = points if closed else points[:-1]
        cut = np.stack([0.75 * starts + 0.25 * ends, 0.25 * starts + 0.75 * ends], axis=1).reshape(-1, 2)
        points = cut if closed else np.concatenate([points[:1], cut[1:-1], points[-1:]])
    return points
