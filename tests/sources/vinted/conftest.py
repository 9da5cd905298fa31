"""A Vinted that answers from a script, and a clock that moves when somebody sleeps: the client's two seams."""

from __future__ import annotations

import base64
import itertools
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from vopt_lib.settings import Settings
from vopt_lib.sources.vinted import consent
from vopt_lib.sources.vinted.client import VintedClient
from vopt_lib.sources.vinted.pacing import Pacing
from vopt_lib.sources.vinted.site import Site
from vopt_lib.sources.vinted.transport import Request, Response

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


class FakeClock:
    """A clock that stands still until somebody sleeps on it."""

    def __init__(self) -> None:
        self._now = START
        self._lock = threading.Lock()
        self.slept: list[float] = []

    def now(self) -> datetime:
        with self._lock:
            return self._now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._now += timedelta(seconds=seconds)
            self.slept.append(seconds)


Reply = Response | Exception | Callable[[Request], Response]


class ScriptedVinted:
    """A transport whose answers are given by path: one after the other, the last one again and again."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.sent: list[tuple[datetime, Request]] = []
        self.answer_takes_s = 0.0
        self._script: dict[str, list[Reply]] = {}
        self.on("/robots.txt", self.reply(404, "no such file"))
        self.on("/", lambda request: self.home())
        self.on("/svc-catalogue/items", self.reply(200, {"items": []}))

    @staticmethod
    def reply(status: int, body: object = b"", *set_cookies: str, **headers: str) -> Response:
        """An answer: JSON for a dict, HTML for a text that begins with "<"."""
        kind = "application/json" if isinstance(body, dict) else "text/html; charset=utf-8"
        raw = json.dumps(body).encode() if isinstance(body, dict) else body.encode() if isinstance(body, str) else body
        named = {"content-type": kind} | {name.replace("_", "-"): value for name, value in headers.items()}
        return Response("", status, (*named.items(), *(("set-cookie", line) for line in set_cookies)), raw)

    @staticmethod
    def token(expires_at: datetime, label: str = "guest") -> str:
        """A JWT as Vinted's guests get it; nobody checks its signature."""
        claims = {"purpose": "access", "scope": "public", "exp": int(expires_at.timestamp()), "label": label}
        return ".".join(
            base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
            for part in ({"alg": "RS256"}, claims, {})
        )

    def home(self, hours: float = 2, label: str = "guest") -> Response:
        """The home page as it opens a session: the token's cookie outlives the token."""
        token = self.token(self.clock.now() + timedelta(hours=hours), label)
        return self.reply(
            200,
            "<html></html>",
            "access_token_web=; Max-Age=-1; Domain=.www.vinted.it; Path=/",
            f"access_token_web={token}; Max-Age=604800; Domain=.vinted.it; Path=/; Secure; HttpOnly",
            x_anon_id="11111111-2222-3333-4444-555555555555",
        )

    def on(self, path: str, *replies: Reply) -> None:
        """Answer this path so, from now on."""
        self._script[path] = list(replies)

    def send(self, request: Request) -> Response:
        self.sent.append((self.clock.now(), request))
        replies = self._script.get(urlsplit(request.url).path) or [self.reply(404, "<html>?</html>")]
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if self.answer_takes_s:
            self.clock.sleep(self.answer_takes_s)
        if isinstance(reply, Exception):
            raise reply
        return replace(reply(request) if callable(reply) else reply, url=request.url)

    def close(self) -> None:
        pass

    def asked(self, path: str) -> list[Request]:
        """The requests for this path."""
        return [request for _, request in self.sent if urlsplit(request.url).path == path]

    @property
    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [urlsplit(request.url).path for _, request in self.sent]

    @property
    def pauses(self) -> list[float]:
        """Seconds between one request and the next."""
        moments = [moment for moment, _ in self.sent]
        return [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(moments)]


OpenClient = Callable[..., VintedClient]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def vinted(clock: FakeClock) -> ScriptedVinted:
    return ScriptedVinted(clock)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("VOPT_VINTED_WWW", "VOPT_VINTED_API", "VOPT_PAUSE_MIN_S"):
        monkeypatch.delenv(name, raising=False)
    return Settings(data=tmp_path)


@pytest.fixture
def site(settings: Settings) -> Site:
    """The real Italian site: nothing is sent to it, the transport is scripted."""
    return Site.of(settings, "it")


@pytest.fixture
def open_client(tmp_path: Path, clock: FakeClock, vinted: ScriptedVinted, settings: Settings, site: Site) -> OpenClient:
    """Opens a client as a new process would: polite, with the owner's consent, on the same state."""
    state = tmp_path / "state"
    consent.accept(state, site.host, clock.now(), "Anna")

    def open_(**changes: object) -> VintedClient:
        pacing = changes.pop("pacing", None) or Pacing.polite(settings)
        if limits := changes.pop("limits", None):
            pacing = replace(pacing, **limits)
        options = {"site": site, "state": state, "clock": clock, "transport": vinted} | changes
        return VintedClient(options.pop("site"), pacing=pacing, **options)

    return open_
