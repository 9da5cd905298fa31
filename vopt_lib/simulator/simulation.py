"""This is where everything one running simulator holds is put together."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vopt_lib.simulator.clock import VirtualClock
from vopt_lib.simulator.faults import Faults
from vopt_lib.simulator.offers import ImageFormat, Offer, SimulatedMarket
from vopt_lib.simulator.photo_wire import ImageUrls
from vopt_lib.simulator.sessions import Sessions
from vopt_lib.simulator.shelf import Shelf
from vopt_lib.simulator.wire import Addresses, Era

WWW = "www.vinted.localhost"
API = "api.vinted.localhost"
IMAGES = "images1.vinted.localhost"
_REQUESTS_KEPT = 5000

Painter = Callable[[Offer, int, tuple[int, int], ImageFormat], bytes]
"""Draws one photo of a listing: its number, width and height in pixels, the format."""


@dataclass(frozen=True)
class Options:
    """How this Vinted behaves, apart from faults."""

    seed: int = 0
    era: Era = Era.SVC_2026_09
    token_lifetime_s: float = 7200.0
    token_on_redirect: bool = False
    needs_anon_id: bool = False
    with_promoted: bool = True
    slow_s: float = 3.0
    disallowed: tuple[str, ...] = ()
    answer_takes_s: float = 0.0
    """Virtual seconds that pass with each catalogue search, so that no two pages are seen at the same moment.

    A clock that runs by itself is left alone.
    """
    with_truth: bool = False
    """Whether `/__truth__` gives away what no visitor sees."""
    missed_share: float = 0.0
    """Share of the listings that searches leave out, others on each day: the site's index is never quite whole."""


class Bucket:
    """A token bucket on the virtual clock: so many requests at once, then so many a second."""

    def __init__(self, size: int, per_second: float) -> None:
        self._size = size
        self._per_second = per_second
        self._left = float(size)
        self._at: datetime | None = None

    def take(self, now: datetime) -> bool:
        """Whether one more request is allowed now; counts it."""
        waited_s = max(0.0, (now - self._at).total_seconds()) if self._at else 0.0
        self._at = now
        self._left = min(self._size, self._left + waited_s * self._per_second)
        if self._left < 1:
            return False
        self._left -= 1
        return True


@dataclass
class Simulation:
    """One running Vinted: its market, its clock, its faults, and what it remembers of its visitors."""

    market: SimulatedMarket
    clock: VirtualClock
    options: Options
    addresses: Addresses
    sessions: Sessions
    shelf: Shelf
    paint: Painter
    faults: Faults = field(default_factory=Faults)
    profiles: Bucket = field(default_factory=lambda: Bucket(30, 1.0))
    """Requests for profiles. Source: facts/vinted-web.md §4 (30 at once, then one a second, over all countries)."""
    requests: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=_REQUESTS_KEPT))

    @classmethod
    def of(
        cls, market: SimulatedMarket, clock: VirtualClock, options: Options, *, port: int, paint: Painter
    ) -> Simulation:
        """The simulation that answers on a port of this machine."""
        return cls(
            market=market,
            clock=clock,
            options=options,
            addresses=Addresses(f"http://{WWW}:{port}", ImageUrls(f"http://{IMAGES}:{port}", options.seed)),
            sessions=Sessions(options.seed, options.token_lifetime_s),
            shelf=Shelf(
                market,
                seed=options.seed,
                with_promoted=options.with_promoted,
                missed_share=options.missed_share,
            ),
            paint=paint,
        )

    def let_answer_take_time(self) -> None:
        """Move a clock that stands still on by what an answer takes; one that runs does so by itself."""
        if self.options.answer_takes_s > 0 and not self.clock.is_ticking:
            self.clock.advance(self.options.answer_takes_s)
