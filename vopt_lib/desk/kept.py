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
from vopt_lib.market.comparables import Book

P = ParamSpec("P")
T = TypeVar("T")

MOST_ANSWERS = 48
"""A catalogue's page needs some ten."""

MOST_MB = 256
"""Most of them are small; a year of every brand of a large catalogue, or all its listings of a day, take 30 MB."""


class Memory:
    """Answers by their questions, for all threads of a process; those not asked for longest leave first."""

    def __init__(self, *, most: int = MOST_ANSWERS, most_mb: float = MOST_MB) -> None:
        self._most, self._most_bytes = most, most_mb * 2**20
        self._answers: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._turn = threading.Lock()

    def answer(self, question: Hashable, compute: Callable[[], T]) -> T:
        """What is remembered, else what `compute` says."""
        with self._turn:
            if question in self._answers:
                self._answers.move_to_end(question)
                known: T = self._answers[question][0]
                return known
        made = compute()
        with self._turn:
            self._answers[question] = (made, _bytes(made))
            while len(self._answers) > 1 and self._is_full():
                self._answers.popitem(last=False)
        return made

    def forget(self) -> None:
        """Forget everything."""
        with self._turn:
            self._answers.clear()

    def _is_full(self) -> bool:
        return len(self._answers) > self._most or sum(size for _, size in self._answers.values()) > self._most_bytes


_MEMORY = Memory()


@dataclass(frozen=True)
class Reading:
    """The published tables of one market as they were at one moment, so that a page's figures agree.

    published_ns: when they were published, by the machine's clock. A folder that is made anew, or comes back from a
    backup, has the same versions with other rows.
    """

    lake: Lake
    market: str
    versions: Mapping[str, int]
    published_ns: int

    def scan(self, name: str) -> pl.LazyFrame:
        """The rows of this market."""
        return self.lake.scan(name, version=self.versions.get(name, -1)).filter(pl.col("market") == self.market)

    @property
    def identity(self) -> Hashable:
        """What tells it from any other reading: where the lake is, the market, and what was published when."""
        return (self.lake.paths.lake_root, self.market, self.published_ns, *sorted(self.versions.items()))


def read_published(desk: Desk, market: str) -> Reading:
    """What is published now. Raises: NothingPublished."""
    versions = desk.lake.published()
    if not versions:
        raise NothingPublished
    return Reading(desk.lake, market, versions, desk.paths.published.stat().st_mtime_ns)


def kept(compute: Callable[Concatenate[Reading, P], T]) -> Callable[Concatenate[Reading, P], T]:
    """The function, asked once for each reading and further arguments (hashable). Its answers must not be changed."""

    @functools.wraps(compute)
    def answer(reading: Reading, /, *asked: P.args, **named: P.kwargs) -> T:
        question = (compute.__qualname__, reading.identity, *asked, *sorted(named.items()))
        return _MEMORY.answer(question, lambda: compute(reading, *asked, **named))

    return answer


def forget() -> None:
    """Forget everything that was kept: for whoever measures how long a first look takes."""
    _MEMORY.forget()


def _bytes(answer: object) -> int:
    """What the frames of an answer, or a book of listings, take in memory."""
    parts = answer if isinstance(answer, tuple) else (answer,)
    return sum(int(part.estimated_size()) for part in parts if isinstance(part, pl.DataFrame | Book))
