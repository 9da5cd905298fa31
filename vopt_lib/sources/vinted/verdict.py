"""This is where the status, headers and body of an answer are understood: what it means, not what is done about it.

Source: facts/vinted-web.md §4, from recorded answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from vopt_lib.errors import (
    CollectingError,
    EndpointMoved,
    HomepageRefused,
    NotJson,
    PageGone,
    QueryRejected,
    RateLimited,
    UnexpectedAnswer,
    Unreachable,
)
from vopt_lib.sources.vinted.decode import json_of
from vopt_lib.sources.vinted.kinds import Kind
from vopt_lib.sources.vinted.site import host_of
from vopt_lib.sources.vinted.transport import Response
from vopt_lib.words import N_

DEFAULT_RETRY_AFTER_S = 60.0
"""What a 429 without a usable Retry-After means; 60 was recorded on /api/v2/users."""

CHALLENGE_LIMIT = 200_000
"""Challenge pages are a few kB; a real page of megabytes may well quote their words."""

_CAPTCHA_HOST = b"captcha-delivery.com"
_CHALLENGES = ((b"client challenge", "Client Challenge"), (b"just a moment", "Cloudflare"))
_TITLE = re.compile(rb"<title>[^<]*")
_BLOCKED_PAGE = re.compile(rb"cf-error-(\d{4})|error (?:reference number:|code:?)\s*(\d{4})", re.IGNORECASE)


@dataclass(frozen=True)
class Fault:
    """A fault that may pass: the error it becomes if it does not, and how long the site asked to wait, seconds."""

    error: CollectingError
    wait_s: float | None = None

    @property
    def why(self) -> str:
        """What happened, in a word or two."""
        return str(self.error.facts.get("why") or self.error.facts.get("what") or "HTTP 429")


def challenge_shown(response: Response, kind: Kind | None) -> str | None:
    """The name of the challenge or block page that an answer is, or None.

    Any 403 that is not JSON is one; the photo host says 403 for an expired address, too, which is none.
    """
    if response.header("cf-mitigated").casefold() == "challenge":
        return "Cloudflare"
    if named := _challenge_named(response):
        return named
    if response.status != 403 or kind is Kind.IMAGE or _is_json(response):
        return None
    numbered = _BLOCKED_PAGE.search(response.body)
    return f"Cloudflare {(numbered[1] or numbered[2]).decode()}" if numbered else "403"


def passing_fault(response: Response, kind: Kind | None, now: datetime) -> Fault | None:
    """The fault that may pass when the same is asked again later, or None."""
    host = host_of(response.url)
    match response.status:
        case 429:
            wait_s = retry_after(response, now)
            return Fault(RateLimited(host=host, seconds=round(wait_s)), wait_s)
        case 408 | 425:
            return Fault(Unreachable(host=host, why=f"HTTP {response.status}"))
        case status if status >= 500:
            asked = retry_after(response, now) if response.header("retry-after") else None
            return Fault(Unreachable(host=host, why=f"HTTP {status}"), asked)
        case 200 if kind is not None and kind.is_json and (not response.is_complete or _is_cut_json(response)):
            return Fault(NotJson(host=host, what=N_("a cut-off answer")))
        case _ if not response.is_complete:
            return Fault(Unreachable(host=host, why=N_("a cut-off answer")))
    return None


def is_refusal(response: Response) -> bool:
    """A 403 of the web API itself (legacy code 106, gateway FORBIDDEN): this session is not accepted."""
    return response.status == 403 and _is_json(response)


def failure(response: Response, kind: Kind) -> CollectingError | None:
    """The error that a lasting answer means for what was asked, or None for a good answer."""
    host, url = host_of(response.url), response.url
    match response.status:
        case 200:
            return _wrong_content(response, kind)
        case 400 | 422:
            return QueryRejected(host=host, url=url)
        case 406:
            return HomepageRefused(host=host, why="406")
        case 403 if kind is Kind.IMAGE:
            return PageGone(url=url, status=403)
        case status if status in (404, 405, 410) or 300 <= status < 400:
            return (
                EndpointMoved(url=url, host=host, status=status) if kind.is_json else PageGone(url=url, status=status)
            )
        case status:
            return UnexpectedAnswer(host=host, why=f"HTTP {status}")


def retry_after(response: Response, now: datetime) -> float:
    """How long the site asks to wait, seconds: its Retry-After as a number or as a date, else a minute."""
    text = response.header("retry-after").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", text):
        return float(text) or DEFAULT_RETRY_AFTER_S
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return DEFAULT_RETRY_AFTER_S
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    seconds = (moment - now).total_seconds()
    return seconds if seconds > 0 else DEFAULT_RETRY_AFTER_S


def _challenge_named(response: Response) -> str | None:
    """The challenge that a page names itself. Beside a 403 only its title counts: a listing may quote the words."""
    if len(response.body) > CHALLENGE_LIMIT or not (response.status == 403 or _is_html(response)):
        return None
    body = response.body.lower()
    if _CAPTCHA_HOST in body:
        return "DataDome"
    title = _TITLE.search(body)
    where = body if response.status == 403 else title[0] if title else b""
    return next((name for mark, name in _CHALLENGES if mark in where), None)


def _wrong_content(response: Response, kind: Kind) -> CollectingError | None:
    host = host_of(response.url)
    if kind.is_json:
        if _parses(response.body):
            return None
        return NotJson(host=host, what=N_("a web page") if _is_html(response) else N_("something unreadable"))
    wanted = "image/" if kind is Kind.IMAGE else "text/html"
    if response.content_type.startswith(wanted) and response.body:
        return None
    return UnexpectedAnswer(host=host, why=response.content_type or N_("nothing"))


def _is_cut_json(response: Response) -> bool:
    """JSON that begins well and does not end: cut on its way, or by the service behind the gateway."""
    if _is_html(response):
        return False
    begins_well = response.body.lstrip()[:1] in (b"{", b"[", b"")
    return begins_well and not _parses(response.body)


@lru_cache(maxsize=1)  # each answer is looked at twice, and reading it is the dearest part of judging it
def _parses(body: bytes) -> bool:
    try:
        return isinstance(json_of(body), dict | list)
    except ValueError:
        return False


def _is_html(response: Response) -> bool:
    return "html" in response.content_type or response.body.lstrip()[:1] == b"<"


def _is_json(response: Response) -> bool:
    return _parses(response.body) or (not response.body and "json" in response.content_type)
