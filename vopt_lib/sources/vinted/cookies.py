"""This is where cookies are kept as a browser keeps them (RFC 6265), on our clock and in our file.

The libraries' jars read the machine's clock and know nothing of a simulator's, and a site's log-in depends on details:
an empty deletion cookie beside the real one, one domain's cookie that another host must not get.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from vopt_lib.sources.vinted.site import is_loopback

LONGEST_LIFE = timedelta(days=400)
"""What browsers cap a cookie's life at (RFC 6265bis §5.5)."""


@dataclass(frozen=True)
class Cookie:
    """One cookie and where it may be sent."""

    name: str
    value: str
    domain: str
    is_host_only: bool
    path: str
    is_secure: bool
    expires_at: datetime | None

    @property
    def place(self) -> tuple[str, str, str]:
        """What a later cookie must share to replace or delete this one."""
        return self.name, self.domain, self.path

    def fits(self, url: str, now: datetime) -> bool:
        """Whether it is sent with a request to this address now."""
        parts = urlsplit(url)
        host = (parts.hostname or "").casefold()
        if self.expires_at is not None and self.expires_at <= now:
            return False
        if self.is_secure and parts.scheme != "https" and not is_loopback(host):
            return False
        is_at_home = host == self.domain if self.is_host_only else _domain_matches(host, self.domain)
        return is_at_home and _path_matches(parts.path or "/", self.path)


class CookieJar:
    """The cookies of one visitor."""

    def __init__(self, cookies: Iterable[Cookie] = ()) -> None:
        self._cookies = {cookie.place: cookie for cookie in cookies}

    def absorb(self, url: str, set_cookies: Iterable[str], now: datetime) -> bool:
        """Take in the Set-Cookie lines of one answer. Returns whether anything changed.

        Deletions are applied first, whatever their order: the home page sends one beside the real token, and an
        answer that sets a token never means to leave its visitor without one.
        """
        before = dict(self._cookies)
        cookies = [cookie for line in set_cookies if (cookie := parse_set_cookie(line, url, now)) is not None]
        deletions = [cookie for cookie in cookies if _is_deletion(cookie, now)]
        for cookie in deletions:
            self._cookies.pop(cookie.place, None)
        for cookie in cookies:
            if cookie not in deletions:
                self._cookies[cookie.place] = cookie
        return self._cookies != before

    def header_for(self, url: str, now: datetime) -> str:
        """The Cookie header of a request: the longest path first, else as they came; empty when there is none."""
        fitting = sorted(self._fitting(url, now), key=lambda cookie: -len(cookie.path))
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in fitting)

    def value_for(self, name: str, url: str, now: datetime) -> str | None:
        """The value of a cookie that a request to this address would carry."""
        return next((cookie.value for cookie in self._fitting(url, now) if cookie.name == name), None)

    def as_json(self) -> list[dict[str, Any]]:
        """Plain values for a file."""
        return [
            {**vars(cookie), "expires_at": cookie.expires_at.isoformat() if cookie.expires_at else None}
            for cookie in self._cookies.values()
        ]

    @classmethod
    def from_json(cls, plain: Iterable[dict[str, Any]]) -> CookieJar:
        """The jar that `as_json` wrote."""
        cookies = [Cookie(**values) for values in plain]
        return cls(
            replace(cookie, expires_at=datetime.fromisoformat(str(cookie.expires_at))) if cookie.expires_at else cookie
            for cookie in cookies
        )

    def _fitting(self, url: str, now: datetime) -> list[Cookie]:
        return [cookie for cookie in self._cookies.values() if cookie.fits(url, now)]


def parse_set_cookie(line: str, url: str, now: datetime) -> Cookie | None:
    """The cookie that an answer from this address sets, or None for one it may not set (RFC 6265 §5.2, §5.3)."""
    pair, *rest = line.split(";")
    name, equals, value = (part.strip() for part in pair.partition("="))
    if not equals or not name:
        return None
    attributes = {key.strip().casefold(): worth.strip() for key, _, worth in (part.partition("=") for part in rest)}
    host = (urlsplit(url).hostname or "").casefold()
    domain = attributes.get("domain", "").removeprefix(".").casefold()
    if domain and domain != host and ("." not in domain or not _domain_matches(host, domain)):
        return None
    path = attributes.get("path", "")
    return Cookie(
        name=name,
        value=value.strip('"'),
        domain=domain or host,
        is_host_only=not domain,
        path=path if path.startswith("/") else _default_path(url),
        is_secure="secure" in attributes,
        expires_at=_expiry(attributes, now),
    )


def _is_deletion(cookie: Cookie, now: datetime) -> bool:
    return not cookie.value or (cookie.expires_at is not None and cookie.expires_at <= now)


def _expiry(attributes: dict[str, str], now: datetime) -> datetime | None:
    """Max-Age before Expires; None for a cookie that lasts as long as the visit."""
    age = attributes.get("max-age", "")
    if age.removeprefix("-").isdecimal():
        seconds = max(0, min(int(age[:12]), int(LONGEST_LIFE.total_seconds())))
        return now + timedelta(seconds=seconds)
    try:
        moment = parsedate_to_datetime(attributes["expires"].replace("-", " "))
    except (KeyError, ValueError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _domain_matches(host: str, domain: str) -> bool:
    return host == domain or (host.endswith(f".{domain}") and not host.replace(".", "").isdigit())


def _path_matches(path: str, cookie_path: str) -> bool:
    return path == cookie_path or (
        path.startswith(cookie_path) and (cookie_path.endswith("/") or path[len(cookie_path)] == "/")
    )


def _default_path(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[0] or "/"
