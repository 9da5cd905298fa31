"""This is where one request goes out, when nothing speaks against it, and faults that pass are waited out.

The circuit breaker, the budgets and the pace are asked before every single request: robots.txt, the home page and each
hop of a redirect included.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from vopt_lib.errors import AccessRefused, CertificateWrong, Challenged, RateLimited, Unreachable
from vopt_lib.schema.clock import Clock
from vopt_lib.sources.vinted.breaker import Breaker
from vopt_lib.sources.vinted.budget import Budget
from vopt_lib.sources.vinted.kinds import Kind
from vopt_lib.sources.vinted.pacing import Pace, Pacing
from vopt_lib.sources.vinted.site import host_of
from vopt_lib.sources.vinted.transport import Request, Response, Transport
from vopt_lib.sources.vinted.verdict import Fault, challenge_shown, passing_fault
from vopt_lib.words import N_


@dataclass
class Stats:
    """What a client has done so far. `events` tell what went wrong and how it was handled: {at, what, facts}."""

    requests: int = 0
    retries: int = 0
    waited_s: float = 0.0
    received_bytes: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)

    def note(self, at: datetime, what: str, **facts: object) -> None:
        """Tell what went wrong and how it was handled: a marked sentence and its facts."""
        self.events.append({"at": at.isoformat(), "what": what, "facts": facts})


class Gate:
    """The one way out to a marketplace. Used only under the host's lock.

    `permit` raises when the owner does not, or no longer, allow it: asked last, because a pause gives time to think.
    """

    def __init__(
        self, *, state: Path, clock: Clock, pacing: Pacing, transport: Transport, permit: Callable[[], None], seed: int
    ) -> None:
        self.stats = Stats()
        self.answered_at = clock.now()
        """When the last answer came. Asking a simulator's clock costs a request, so its answers are shared."""
        self._clock = clock
        self._pacing = pacing
        self._transport = transport
        self._permit = permit
        self._random = random.Random(seed)
        self._pace = Pace(state, pacing, self._random)
        self._budget = Budget(state, pacing)
        self._breaker = Breaker(state)

    def ask(self, request: Request, kind: Kind | None) -> Response:
        """The answer, once the faults that pass have passed. `kind` is None for robots.txt and the home page.

        Raises: the fault's error when it stays (Unreachable, NotJson, RateLimited); Challenged at once;
            CollectingPaused, BudgetSpent and RateLimited before anything is asked.
        """
        for attempt in itertools.count():
            outcome = self._try(request, kind)
            if isinstance(outcome, Response):
                return outcome
            self._put_off(outcome, attempt, host_of(request.url))
        raise AssertionError("itertools.count ended")

    def refused(self, host: str) -> None:
        """Count a refusal (403 in JSON). Raises: AccessRefused when it is the second; then collecting rests."""
        now = self._clock.now()
        if self._breaker.refused(now):
            raise self.denied(host)
        self.note(N_("{host} refused access (403); vopt tries once more with a new session."), host=host)

    def denied(self, host: str) -> AccessRefused:
        """Let collecting rest, because a fresh session was refused. Returns the error to raise."""
        now = self._clock.now()
        until = self._breaker.open("403", now)
        hours = (until - now) // timedelta(hours=1)
        self.note(N_("{host} refused access again (403); collecting rests for {hours} hours."), host=host, hours=hours)
        return AccessRefused(host=host, until=until)

    def succeeded(self) -> None:
        """A good answer came: the breaker closes."""
        self._breaker.succeeded()

    def note(self, what: str, **facts: object) -> None:
        """Tell what went wrong and how it was handled: a marked sentence and its facts."""
        self.stats.note(self._clock.now(), what, **facts)

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def _try(self, request: Request, kind: Kind | None) -> Response | Fault:
        try:
            response = self._send(request, kind)
        except CertificateWrong:
            raise
        except Unreachable as error:
            return Fault(error)
        if name := challenge_shown(response, kind):
            raise self._challenged(name, host_of(request.url))
        return passing_fault(response, kind, self.answered_at) or response

    def _put_off(self, fault: Fault, attempt: int, host: str) -> None:
        """Let the next request to the host wait, in every process. Raises: the fault's error, after enough attempts."""
        wait_s = self._pacing.backoff(attempt, self._random) if fault.wait_s is None else fault.wait_s
        if wait_s > 0:
            self._pace.ask_not_before(self._clock.now() + timedelta(seconds=wait_s))
        if attempt >= self._pacing.retries or wait_s > self._pacing.longest_wait_s:
            raise fault.error
        self.stats.retries += 1
        seconds = round(wait_s)
        self.note(
            N_("{host} did not answer as it should ({why}); vopt waits {seconds} seconds and asks again.")
            if seconds
            else N_("{host} did not answer as it should ({why}); vopt asks again."),
            host=host,
            why=fault.why,
            seconds=seconds,
        )

    def _send(self, request: Request, kind: Kind | None) -> Response:
        """One request and its answer, when the breaker, the budgets and the pace let it go."""
        host, now = host_of(request.url), self._clock.now()
        self._breaker.require_closed(host, now)
        self._budget.require(kind, now)
        if self._wait(self._pace.seconds_to_wait(now), host):
            now = self._clock.now()
        self._permit()
        self._budget.spend(kind, now)
        self._pace.note(now)
        self.stats.requests += 1
        try:
            response = self._transport.send(request)
        finally:
            self.answered_at = self._clock.now()
            self._pace.note(self.answered_at)
        self.stats.received_bytes += len(response.body)
        return response

    def _wait(self, seconds: float, host: str) -> bool:
        if seconds > self._pacing.longest_wait_s:
            raise RateLimited(host=host, seconds=round(seconds))
        if seconds <= 0:
            return False
        self._clock.sleep(seconds)
        self.stats.waited_s += seconds
        return True

    def _challenged(self, name: str, host: str) -> Challenged:
        now = self._clock.now()
        until = self._breaker.open(name, now)
        self.note(
            N_("{host} showed a page for humans only ({kind}); vopt does not solve it and rests for {hours} hours."),
            host=host,
            kind=name,
            hours=(until - now) // timedelta(hours=1),
        )
        return Challenged(host=host, kind=name, until=until)
