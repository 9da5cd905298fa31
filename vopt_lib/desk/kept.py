"""This is where what pages ask of the published tables is remembered until others are published.

Only the market is remembered here, never anything of a person: everybody in the house sees the same market.
"""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.errors import NothingPublished
from vopt_lib.lake import Lake

P = ParamSpec("P")
T = TypeVar("T")

MOST_KEPT = 48
"""Answers remembered in a process; a catalogue's page needs some ten, of at most a few megabytes each."""

_kept: OrderedDict[Hashable, Any] = OrderedDict()
_turn = threading.Lock()


@dataclass(frozen=True)
class Reading:
    """The published tables of one market as they were at one moment, so that a page's figures agree."""

    lake: Lake
    market: str
    versions: Mapping[str, int]

    def scan(self, name: str) -> pl.LazyFrame:
        """The rows of this market."""
        return self.lake.scan(name, version=self.versions.get(name, -1)).filter(pl.col("market") == self.market)

    @property
    def identity(self) -> Hashable:
        """What tells it from any other reading: where the lake is, the market and the versions."""
        return (self.lake.paths.lake_root, self.market, *sorted(self.versions.items()))


def read_published(desk: Desk, market: str) -> Reading:
    """What is published now. Raises: NothingPublished."""
    versions = desk.lake.published()
    if not versions:
        raise NothingPublished
    return Reading(desk.lake, market, versions)


def kept(compute: Callable[Concatenate[Reading, P], T]) -> Callable[Concatenate[Reading, P], T]:
    """The function, asked once for each reading and further arguments (hashable). Its answers must not be changed."""

    @functools.wraps(compute)
    def answer(reading: Reading, /, *asked: P.args, **named: P.kwargs) -> T:
        key = (compute.__qualname__, reading.identity, *asked, *sorted(named.items()))
        with _turn:
            if key in _kept:
                _kept.move_to_end(key)
                known: T = _kept[key]
                return known
        made = compute(reading, *asked, **named)
        with _turn:
            _kept[key] = made
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
        return made

    return answer


def forget() -> None:
    """Forget everything that was kept: for whoever measures how long a first look takes."""
    with _turn:
        _kept.clear()
