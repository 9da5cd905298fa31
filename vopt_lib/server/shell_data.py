"""This is where the frame around the pages asks for what it shows: alerts, and what her words find."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vopt_lib.desk.alerts import alerts_of, see_alerts, unseen
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.search_everything import KINDS, Hit, search_everything
from vopt_lib.errors import VoptError
from vopt_lib.schema.alerts import KnownAlert
from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.answers import PRIVATE, STRANGER, UNCLEAR, Refused
from vopt_lib.server.pages import PAGES
from vopt_lib.server.roles import open_to
from vopt_lib.words import N_, Words

ALERTS: Final = "/api/v1/alerts"
SEEN: Final = ALERTS + "/seen"
SEARCH: Final = "/api/v1/search"

MOST_ALERTS: Final = 20
_LARGEST_ID: Final = 2**31 - 1

Telling = Callable[[Desk, Visitor, Request], dict[str, Any]]


def routes(desk: Desk) -> list[Route]:
    """All of these addresses."""
    return [
        Route(ALERTS, _answering(desk, lambda desk, visitor, _: _alerts(desk, visitor))),
        Route(SEEN, _putting_aside(desk), methods=["POST"]),
        Route(SEARCH, _answering(desk, _found)),
    ]


def _answering(desk: Desk, tell: Telling) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        return _told(desk, tell, request)

    return answer


def _putting_aside(desk: Desk) -> Callable[[Request], Awaitable[Response]]:
    """Puts alerts aside for her: {"ids": [4, 7]}; answers with those there are then."""

    async def put_aside(request: Request) -> Response:
        ids = _numbers(await request.body())

        def tell(desk: Desk, visitor: Visitor, _: Request) -> dict[str, Any]:
            see_alerts(desk, visitor, ids)
            return _alerts(desk, visitor)

        return await run_in_threadpool(_told, desk, tell, request)

    return put_aside


def _told(desk: Desk, tell: Telling, request: Request) -> Response:
    """The answer for whoever asks; a failure is told in a sentence."""
    visitor: Visitor | None = request.scope["visitor"]
    if visitor is None:
        raise Refused(401, STRANGER)
    try:
        return JSONResponse(tell(desk, visitor, request), headers=PRIVATE)
    except VoptError as error:
        raise Refused(422, error.message, **error.facts) from error


def _alerts(desk: Desk, visitor: Visitor) -> dict[str, Any]:
    words, count = visitor.words, unseen(desk, visitor)
    label = words.count(N_("Alerts: {n} new one"), N_("Alerts: {n} new ones"), count) if count else None
    return {
        "unseen": count,
        "label": label or words.say(N_("Alerts")),
        "alerts": [_alert(one, words) for one in alerts_of(desk, visitor)[:MOST_ALERTS]],
    }


def _alert(known: KnownAlert, words: Words) -> dict[str, Any]:
    over = N_("since {begun}, over since {ended}") if known.ended_at else N_("since {begun}")
    return {
        "id": known.id,
        "level": known.alert.level,
        "text": known.alert.told(words),
        "next_step": known.alert.told_next(words),
        "href": known.alert.href,
        "when": words.say(over, begun=known.begun_at, ended=known.ended_at),
        "lasts": known.ended_at is None,
        "is_seen": known.is_seen,
    }


def _found(desk: Desk, visitor: Visitor, request: Request) -> dict[str, Any]:
    words = visitor.words
    pages = (
        Hit("page", words.say(page.title), page.href, words=page.name)
        for page in open_to(visitor, PAGES)
        if page.in_sidebar
    )
    hits = search_everything(desk, visitor, request.query_params.get("q", ""), pages)
    return {
        "found": [
            {"kind": words.say(KINDS[hit.kind]), "title": hit.title, "told": hit.told, "href": hit.href} for hit in hits
        ]
    }


def _numbers(body: bytes) -> list[int]:
    """The numbers that she sent. Raises: Refused."""
    try:
        ids = json.loads(body)["ids"]
        if not all(type(one) is int and 0 < one <= _LARGEST_ID for one in ids):
            raise ValueError
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Refused(400, UNCLEAR) from error
    return list(ids)
