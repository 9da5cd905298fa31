"""This is where we say what the page of data quality is told: by the desk, which reads it, to the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import polars as pl

from vopt_lib.errors import VoptError
from vopt_lib.schema.searches import Told
from vopt_lib.schema.tile import Tile

Mark = Literal["whole", "part", "failed", "none"]


@dataclass(frozen=True)
class Cell:
    """One search on one day: searched whole, in part, not although tried, or not at all; the share of the market it
    saw (0 to 1; None: unknown), and the same in words."""

    mark: Mark
    share: float | None
    told: str


@dataclass(frozen=True)
class Covered:
    """One search, and what became of it on each of the days."""

    name: str
    href: str | None
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Evaluated:
    """How right vopt was on a made-up market: the figures that matter most, and every line of it."""

    at: datetime
    tiles: Sequence[Tile]
    lines: Sequence[str]


@dataclass(frozen=True)
class QualityPage:
    """What the page of data quality shows.

    verdict: how the newest round of checks ended. checks: title, loud, result, detail (text), kind (Result); of that
    round. rounds: at (UTC), passed, warned, failed, told; newest first. drifts: name, listings, before, median_change
    (share), psi, before_on (Date). covered: the searches over `days`. gaps: day, name, why. refused: reason, rows.
    docs: whether pages of Great Expectations can be opened.
    """

    published_at: datetime | None = None
    newest_day: date | None = None
    verdict: Told | None = None
    checks: pl.DataFrame | None = None
    rounds: pl.DataFrame | None = None
    drifts: pl.DataFrame | None = None
    days: Sequence[date] = ()
    covered: Sequence[Covered] = ()
    gaps: pl.DataFrame | None = None
    refused: pl.DataFrame | None = None
    tiles: Sequence[Tile] = ()
    evaluated: Evaluated | None = None
    has_docs: bool = False
    trouble: VoptError | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was collected yet."""
        return not self.covered and self.verdict is None
