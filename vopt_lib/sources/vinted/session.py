"""This is where a guest's session is opened, kept and described to the site, as a browser does it.

Vinted gives every guest an access token (a JWT in the cookie `access_token_web`): having one is not being logged in,
and vopt never has any other.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import orjson

from vopt_lib.errors import HomepageRefused
from vopt_lib.files import write_json
from vopt_lib.sources.vinted.cookies import CookieJar
from vopt_lib.sources.vinted.kinds import Kind
from vopt_lib.sources.vinted.site import Site, host_of
from vopt_lib.sources.vinted.state import read_moment, remembered
from vopt_lib.sources.vinted.transport import Request, Response
from vopt_lib.words import N_

TOKEN = "access_token_web"
ANON_ID = "anon_id"

ASSUMED_LIFE = timedelta(minutes=30)
"""Life of a token whose `exp` cannot be read, or lies in the past by our clock; the shortest seen is 1 h (facts §1)."""

EXPIRY_MARGIN = timedelta(minutes=1)
HOMEPAGE_REST = timedelta(hours=1)
"""How long the home page is left alone after a 406, which means that it was asked too often (facts §4)."""

MOST_REDIRECTS = 5

Ask = Callable[[Request], Response]


@dataclass
class Session:
    """One guest's visit."""

    jar: CookieJar
    anon_id: str | None
    opened_at: datetime

    def is_good_for(self, url: str, now: datetime) -> bool:
        """Whether a request to this address would carry a token that has not expired."""
        token = self.jar.value_for(TOKEN, url, now)
        return token is not None and now < token_expiry(token, self.opened_at) - EXPIRY_MARGIN

    def absorb(self, response: Response, now: datetime) -> bool:
        """Take in what an answer sets. Returns whether anything changed."""
        changed = self.jar.absorb(response.url, response.headers_named("set-cookie"), now)
        anon_id = response.header("x-anon-id") or self.jar.value_for(ANON_ID, response.url, now) or self.anon_id
        changed = changed or anon_id != self.anon_id
        self.anon_id = anon_id
        return changed


def token_expiry(token: str, opened_at: datetime) -> datetime:
    """When a token ends: its own `exp`, which a cookie's Max-Age (7 days) says nothing about."""
    try:
        payload = token.split(".")[1]
        claims = orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        expiry = datetime.fromtimestamp(float(claims["exp"]), UTC)
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, OSError, binascii.Error):
        return opened_at + ASSUMED_LIFE
    return expiry if expiry > opened_at else opened_at + ASSUMED_LIFE


def open_session(site: Site, ask: Ask, now: Callable[[], datetime]) -> Session:
    """A new guest's session: the home page is asked for its head alone, else (when that brings no token) in full.

    Raises: HomepageRefused, and whatever `ask` raises.
    """
    session = Session(CookieJar(), None, now())
    for method in ("HEAD", "GET"):
        _visit_home(site, session, method, ask=ask, now=now)
        if session.jar.value_for(TOKEN, site.items_url, now()):
            return session
    raise HomepageRefused(host=site.name, why=N_("it gave no access token"))


def _visit_home(site: Site, session: Session, method: str, *, ask: Ask, now: Callable[[], datetime]) -> None:
    """Follow the home page to its end; every answer on the way may set the token."""
    url = site.www + "/"
    for _ in range(MOST_REDIRECTS + 1):
        response = ask(Request(method, url, page_headers(site, session, url, now())))
        session.absorb(response, now())
        location = response.header("location")
        if not (300 <= response.status < 400 and location):
            break
        url = urljoin(url, location)
        if not site.owns(url):
            raise HomepageRefused(host=site.name, why=f"→ {host_of(url)}")
    else:
        raise HomepageRefused(host=site.name, why=N_("it leads in a circle"))
    if response.status not in (200, 405, 501):
        raise HomepageRefused(host=site.name, why=str(response.status))


def api_headers(site: Site, session: Session, url: str, now: datetime) -> dict[str, str | None]:
    """What a browser on the site sends with a request of its web API (recorded 2026-10-02).

    `locale` decides the language of the labels; without it they come back French.
    """
    return {
        "accept": "application/json, text/plain, */*",
        "accept-language": accept_language(site),
        "locale": site.locale,
        "origin": site.www,
        "platform": "web",
        "priority": "u=1, i",
        "referer": site.www + "/",
        "sec-fetch-dest": "empty",
        "sec-fetch-mode": "cors",
        "sec-fetch-site": "same-origin" if host_of(url) == host_of(site.www) else "same-site",
        "sec-fetch-user": None,
        "upgrade-insecure-requests": None,
        "x-next-app": "marketplace-web",
        **_present({"x-anon-id": session.anon_id, "cookie": session.jar.header_for(url, now)}),
    }


def page_headers(site: Site, session: Session, url: str, now: datetime) -> dict[str, str | None]:
    """What a browser sends when its user opens a page of the site; the rest is the browser's own."""
    return {"accept-language": accept_language(site), **_present({"cookie": session.jar.header_for(url, now)})}


def photo_headers(site: Site) -> dict[str, str | None]:
    """What a browser on the site sends for a photo: no cookie, it lies on another host."""
    return {
        "accept": "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
        "accept-language": accept_language(site),
        "priority": "u=1, i",
        "referer": site.www + "/",
        "sec-fetch-dest": "image",
        "sec-fetch-mode": "no-cors",
        "sec-fetch-site": "cross-site",
        "sec-fetch-user": None,
        "upgrade-insecure-requests": None,
    }


def headers_for(kind: Kind, site: Site, session: Session, *, url: str, now: datetime) -> dict[str, str | None]:
    """The headers of a request of this kind."""
    return (api_headers if kind.is_json else page_headers)(site, session, url, now)


def accept_language(site: Site) -> str:
    """The site's own language first: "it-IT,it;q=0.9"."""
    return f"{site.locale},{site.locale[:2]};q=0.9"


class SessionMemory:
    """The session of one market, kept until its token ends, for every process alike; only its owner can read it."""

    def __init__(self, state: Path, market: str) -> None:
        self._file = state / f"session-{market}.json"

    def load(self) -> Session | None:
        """The session kept, if any."""
        with remembered(self._file) as kept:
            opened_at = read_moment(kept, "opened_at")
            if opened_at is None:
                return None
            return Session(CookieJar.from_json(kept["cookies"]), kept["anon_id"], opened_at)

    def save(self, session: Session) -> None:
        """Keep a session (0600)."""
        plain: dict[str, Any] = {
            "opened_at": session.opened_at.isoformat(),
            "anon_id": session.anon_id,
            "cookies": session.jar.as_json(),
        }
        write_json(self._file, plain)

    def forget(self) -> None:
        """Drop the session: the site no longer accepts it."""
        self._file.unlink(missing_ok=True)

    def rest(self, why: str, now: datetime) -> None:
        """Leave the home page alone for a while."""
        write_json(self._file, {"rests_until": (now + HOMEPAGE_REST).isoformat(), "why": why})

    def require_home_open(self, site: Site, now: datetime) -> None:
        """Nothing, when the home page may be asked. Raises: HomepageRefused while it is left alone."""
        with remembered(self._file) as kept:
            until, why = read_moment(kept, "rests_until"), str(kept.get("why"))
        if until is not None and now < until:
            raise HomepageRefused(host=site.name, why=why)


def _present(headers: dict[str, str | None]) -> dict[str, str | None]:
    return {name: value for name, value in headers.items() if value}
