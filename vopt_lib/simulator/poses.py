"""This is where a thing is laid down and a camera held over it: percent of its frame become pixels of a photo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vopt_lib.simulator.silhouettes import Part, Points

Pixels = list[tuple[float, float]]

_ASPECT = 0.75
"""Width over height of the frame that silhouettes are drawn in, and of photos."""


@dataclass(frozen=True)
class Pose:
    """How one photo shows a thing: turned, near or far, off the middle, slanted, and not quite flat.

    size is the photo's, in pixels. turn is in radians; lean is how much smaller its upper end is than its lower one;
    waves are rows of (strength across, strength along, waves across, waves along, phase).
    """

    size: tuple[int, int]
    turn: float
    scale: float
    shift: tuple[float, float]
    lean: float
    slant: float
    stretch: tuple[float, float]
    waves: Points

    def pixels(self, points: Points) -> Points:
        """Where these points of the frame lie in the photo, (n, 2)."""
        at = (points - 50.0) * np.array([_ASPECT * self.stretch[0], self.stretch[1]]) / 100.0
        phase = 2.0 * np.pi * (points @ self.waves[:, 2:4].T / 100.0 + self.waves[:, 4])
        at = at + np.sin(phase) @ self.waves[:, :2]
        at = at / (1.0 - self.lean * at[:, 1:])
        cos, sin = np.cos(self.turn), np.sin(self.turn)
        at = at @ np.array([[cos, sin], [-sin + self.slant, cos]]) * self.scale + np.array(self.shift)
        width, height = self.size
        return np.asarray(at * height + np.array([width / 2.0, height / 2.0]))

    def drawn(self, points: Points) -> Pixels:
        """The same, as an `ImageDraw` takes them."""
        return [(x, y) for x, y in self.pixels(points).tolist()]

    def wide(self, percent: float) -> int:
        """So much of the frame, in whole pixels, at least one."""
        return max(1, round(percent / 100.0 * self.size[1] * self.scale))

    def over(self, percent: float) -> float:
        """So much of the frame, in pixels."""
        return percent / 100.0 * self.size[1] * self.scale


def laid_down(
    rng: np.random.Generator,
    size: tuple[int, int],
    stretch: Sequence[float],
    *,
    closeness: int,
    is_upright: bool,
    is_sideways: bool,
) -> Pose:
    """The pose that a person chose for one photo; what hangs is upright, later photos come closer."""
    turn = rng.normal(0.0, 0.02 if is_upright else 0.09) + (np.pi / 2.0 if is_sideways else 0.0)
    nearer = 1.15 if size[0] > size[1] else 0.74 if is_sideways else 1.0
    strength = rng.normal(0.0, 0.004 if is_upright else 0.007, (3, 2))
    return Pose(
        size=size,
        turn=float(turn),
        scale=float(rng.uniform(0.74, 0.97) * (1.0 + 0.35 * closeness) * nearer),
        shift=(float(rng.normal(0.0, 0.022)), float(rng.normal(0.0, 0.025))),
        lean=float(rng.normal(0.0, 0.12)),
        slant=float(rng.normal(0.0, 0.03)),
        stretch=(float(stretch[0]), float(stretch[1])),
        waves=np.column_stack([strength, rng.uniform(-1.6, 1.6, (3, 2)), rng.uniform(0.0, 1.0, 3)]),
    )


def placed(parts: Sequence[Part], pose: Pose, behind: Points | None = None) -> Iterator[tuple[Part, Pixels]]:
    """Each part with its pixels; `behind` is how far back the second of a pair lies, a little smaller."""
    points = np.concatenate([part.points for part in parts])
    pixels = pose.drawn(points if behind is None else 0.96 * points + behind)
    start = 0
    for part in parts:
        yield part, pixels[start : start + len(part.points)]
        start += len(part.points)
