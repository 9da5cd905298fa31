"""This is where a marketplace is asked: politely, one request at a time, and with every refusal understood.

No caller can skip consent, robots.txt, the pause, the budgets or the circuit breaker: they are inside `get`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

from filelock import FileLock

from vopt_lib.errors import (
    ConsentNeeded,
    DisallowedByRobots,
    ForeignAddress,
    HomepageRefused,
    RateLimited,
    SessionRefused,
    Unreachable,
)
from vopt_lib.schema.clock import Clock
from vopt_lib.sources.vinted import consent
from vopt_lib.sources.vinted.answer import Answer
from vopt_lib.sources.vinted.gate import Gate, Stats
from vopt_lib.sources.vinted.kinds import Kind
from vopt_lib.sources.vinted.pacing import Pacing, pacing_for
from vopt_lib.sources.vinted.robots import Robots, RobotsMemory, path_of, robots_url
from vopt_lib.sources.vinted.session import Session, SessionMemory, headers_for, open_session, photo_headers
from vopt_lib.sources.vinted.site import Site, host_of
from vopt_lib.sources.vinted.transport import CurlTransport, Request, Response, Transport
from vopt_lib.sources.vinted.verdict import failure, is_refusal
from vopt_lib.words import N_

if TYPE_CHECKING:
    from vopt_lib.settings import Settings

__all__ = ["Kind", "Stats", "VintedClient"]

MOST_PAGE_REDIRECTS = 2
"""An item page's address without its words leads to the one with them; more would be something else."""

MOST_ROBOTS_REDIRECTS = 5


class VintedClient:
    """A polite guest of one site. Whatever it remembers lies in `state`, which all its processes share.

    A real site gets at least the slowest pace that is decent, whatever `pacing` says.

    Example:
        >>> with VintedClient.of(site, settings, state=state, clock=clock) as client:  # doctest: +SKIP
        ...     answer = client.get(site.items_url, {"page": "1"}, kind=Kind.CATALOGUE)
    """

    def __init__(
        self,
        site: Site,
        *,
        state: Path,
        clock: Clock,
        pacing: Pacing,
        transport: Transport | None = None,
        seed: int = 0,
    ) -> None:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.site = site
        self.state = state
        self.clock = clock
        self._gate = Gate(
            state=state,
            clock=clock,
            pacing=pacing.for_real_host() if site.is_real else pacing,
            transport=transport or CurlTransport(site.impersonate),
            permit=self._require_consent,
            seed=seed,
        )
        self._lock = FileLock(state / "host.lock")
        self._robots = RobotsMemory(state)
        self._sessions = SessionMemory(state, site.market)

    @classmethod
    def of(cls, site: Site, settings: Settings, *, state: Path, clock: Clock, seed: int = 0) -> VintedClient:
        """A client with the pacing that the settings give this site."""
        return cls(site, state=state, clock=clock, pacing=pacing_for(site, settings), seed=seed)

    @property
    def stats(self) -> Stats:
        """What was done so far, for the run's row."""
        return self._gate.stats

    def get(self, url_or_path: str, params: Mapping[str, str] | None = None, *, kind: Kind) -> Answer:
        """The answer to one question: always a 200 of the right media type.

        A path is looked up on the site (`/api/v2/…`, `/items/…`) or, when it begins with `/svc-`, on its web API.

        Raises: CollectingError: the one that names what happened. After ConsentNeeded, DisallowedByRobots,
            ForeignAddress and CollectingPaused nothing was asked.
        """
        url = self._address(url_or_path, params, kind)
        self._require_consent()
        with self._lock:
            response = self._ask_page(url) if kind is Kind.ITEM_PAGE else self._ask(url, kind)
            if error := failure(response, kind):
                if isinstance(error, HomepageRefused):
                    self._sessions.rest("406", self.clock.now())
                raise error
            self._gate.succeeded()
            return self._answer(response)

    def close(self) -> None:
        """Close the connection."""
        self._gate.close()

    def __enter__(self) -> VintedClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask_page(self, url: str) -> Response:
        """An item page, at the end of its redirects; one that leads elsewhere says that the listing is gone."""
        for _ in range(MOST_PAGE_REDIRECTS):
            response = self._ask(url, Kind.ITEM_PAGE)
            target = urljoin(url, response.header("location"))
            if not 300 <= response.status < 400 or not _is_same_page(url, target):
                return response
            url = target
        return self._ask(url, Kind.ITEM_PAGE)

    def _ask(self, url: str, kind: Kind) -> Response:
        """The lasting answer to a request; a session that is not accepted is replaced once."""
        is_renewed = False
        while True:
            now = self.clock.now()
            self._require_allowed(url, now)
            response = self._ask_once(url, kind, now)
            if not kind.needs_session or not (response.status == 401 or is_refusal(response)):
                return response
            self._sessions.forget()
            if is_refusal(response):
                self._gate.refused(host_of(url))
            elif is_renewed:
                raise SessionRefused(host=host_of(url))
            else:
                is_renewed = True
                self._gate.note(N_("{host} ended the session (401); vopt opened a new one."), host=host_of(url))

    def _ask_once(self, url: str, kind: Kind, now: datetime) -> Response:
        if not kind.needs_session:
            return self._gate.ask(Request("GET", url, photo_headers(self.site)), kind)
        session = self._session_in_force(now)
        headers = headers_for(kind, self.site, session, url=url, now=max(now, session.opened_at))
        response = self._gate.ask(Request("GET", url, headers), kind)
        if session.absorb(response, self._gate.answered_at):
            self._sessions.save(session)
        return response

    def _session_in_force(self, now: datetime) -> Session:
        """The session kept, while its token lasts, else a new one."""
        kept = self._sessions.load()
        if kept is not None and kept.is_good_for(self.site.items_url, now):
            return kept
        self._sessions.require_home_open(self.site, now)
        try:
            session = open_session(self.site, self._ask_home, self.clock.now)
        except HomepageRefused as error:
            self._sessions.rest(str(error.facts["why"]), self.clock.now())
            raise
        self._sessions.save(session)
        return session

    def _ask_home(self, request: Request) -> Response:
        self._require_allowed(request.url, self.clock.now())
        response = self._gate.ask(request, None)
        if is_refusal(response):
            raise self._gate.denied(self.site.name)
        return response

    def _require_consent(self) -> None:
        if self.site.is_real and not consent.is_accepted(self.state, self.site.host):
            raise ConsentNeeded(host=self.site.name)

    def _require_allowed(self, url: str, now: datetime) -> None:
        robots = self._robots.fresh(url, now) or self._read_robots(url)
        if not robots.allows(url):
            raise DisallowedByRobots(host=host_of(url), path=path_of(url))

    def _read_robots(self, url: str) -> Robots:
        """The rules of a host, read now. A host without the file (4xx) has none.

        While it cannot be read (no answer, 5xx, 429), an older copy counts; without one nothing is asked (RFC 9309
        §2.3.1.4): the error goes on to the caller.
        """
        try:
            response = self._ask_robots(robots_url(url))
        except (Unreachable, RateLimited):
            stale = self._robots.tried_in_vain(url, self.clock.now())
            if stale is None:
                raise
            self._gate.note(N_("{host} did not show its robots.txt; vopt went by the last one."), host=host_of(url))
            return stale
        text = response.body.decode("utf-8", "replace") if response.status == 200 else ""
        return self._robots.remember(url, text, self.clock.now())

    def _ask_robots(self, url: str) -> Response:
        """A robots.txt, at the end of its redirects (RFC 9309 §2.3.1.2: at least five) within the marketplace."""
        host, kind = host_of(url), None if self.site.owns(url) else Kind.IMAGE
        for _ in range(MOST_ROBOTS_REDIRECTS + 1):
            response = self._gate.ask(Request("GET", url, {"accept": "text/plain,*/*;q=0.8"}), kind)
            if not 300 <= response.status < 400:
                return response
            url = urljoin(url, response.header("location"))
            if not (self.site.owns(url) or self.site.owns_photo(url)):
                break
        raise Unreachable(host=host, why=f"robots.txt → {host_of(url)}")

    def _answer(self, response: Response) -> Answer:
        return Answer(
            url=response.url,
            status=response.status,
            content_type=response.header("content-type"),
            body=response.body,
            received_at=self._gate.answered_at,
            headers={name.casefold(): value for name, value in response.headers if name.casefold() != "set-cookie"},
        )

    def _address(self, url_or_path: str, params: Mapping[str, str] | None, kind: Kind) -> str:
        """The whole address. Raises: ForeignAddress for one that is not the site's."""
        base = self.site.api if url_or_path.startswith("/svc-") else self.site.www
        parts = urlsplit(base + url_or_path if url_or_path.startswith("/") else url_or_path)
        query = "&".join(part for part in (parts.query, urlencode(params or {})) if part)
        url = parts._replace(path=parts.path or "/", query=query, fragment="").geturl()
        if not (self.site.owns_photo(url) if kind is Kind.IMAGE else self.site.owns(url)):
            raise ForeignAddress(url=url, host=self.site.name)
        return url


def _is_same_page(url: str, target: str) -> bool:
    """Whether a redirect of an item page leads to the same item's page: /items/1 → /items/1-some-words."""
    here, there = urlsplit(url), urlsplit(target)
    return (here.scheme, here.netloc) == (there.scheme, there.netloc) and _item_id(here.path) == _item_id(there.path)


def _item_id(path: str) -> str:
    """The id in /items/<id>-<words>; any other path is its own."""
    return path.removeprefix("/items/").partition("-")[0].strip("/") if path.startswith("/items/") else path
