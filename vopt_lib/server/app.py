"""This is where the web app is put together: the guard, the shell, the assets, and marimo's pages behind them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl

import marimo
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.signing_in import remember
from vopt_lib.schema.visitor import Visitor, language_of, theme_of
from vopt_lib.server import assets, handing_out, own, shell_data
from vopt_lib.server.account import AccountPage
from vopt_lib.server.answers import PRIVATE, App
from vopt_lib.server.api import Api
from vopt_lib.server.browsers import Browsers
from vopt_lib.server.docs import PREFIX, serve_docs
from vopt_lib.server.door import Door, Known, known_by
from vopt_lib.server.endings import EndingPages, Waiting
from vopt_lib.server.entrance import Entrance
from vopt_lib.server.forms import Turns
from vopt_lib.server.frame import PersonalFrames
from vopt_lib.server.guard import Guard, Identify, Rules
from vopt_lib.server.health import Checks, Health, checks_of
from vopt_lib.server.pages import PAGES, Page
from vopt_lib.server.reach import LOCAL_NAMES, Reach
from vopt_lib.server.sessions import Sessions
from vopt_lib.server.shell import shell
from vopt_lib.server.sockets import Sockets, look

SESSION_TTL_S = 120
"""How long a kernel outlives its closed tab: a phone that sleeps for a moment finds its page as it was."""


def build(
    browsers: Browsers,
    port: int,
    *,
    pages: Sequence[Page] = PAGES,
    identify: Identify | None = None,
    door: Door | None = None,
    session_ttl_s: int = SESSION_TTL_S,
    docs: Path | None = None,
    desk: Desk | None = None,
    checks: Checks = checks_of,
) -> App:
    """The whole app for a server on this port.

    `door` says who asks, and is where people sign in; `identify` instead of it: whom this says, without a session; by
    default the browsers' cookie does. `docs` is the folder of the pages of Great Expectations, `desk` the vopt whose
    shop's photos, labels, uploads and people's data go in and out, `checks` what is told of how it is.
    """
    reach = door.reach if door else Reach(frozenset(f"{name}:{port}" for name in LOCAL_NAMES))
    sockets = Sockets(look(door.desk) if door and identify is None else None)
    api = Api(pages, Health(desk, checks) if desk else None)
    outside = Starlette(
        routes=[
            Route("/assets/{version}/{folder}/{name:path}", assets.serve_asset),
            Route("/preferences", _remembering(browsers, door), methods=["POST"]),
            Route(PREFIX + "{name}", serve_docs(docs)),
            *api.routes(),
            *(_signing_in(door, sockets, pages) if door else ()),
            *((*own.routes(desk), *handing_out.routes(desk), *shell_data.routes(desk)) if desk else ()),
            Route("/", _opening(browsers, door, pages)),
            Route("/{page}", _opening(browsers, door, pages)),
        ]
    )
    outside.router.redirect_slashes = False
    rules = Rules(
        reach=reach,
        pages=frozenset(page.name for page in pages),
        know=known_by(identify) if identify else door.know if door else known_by(browsers.identify),
        headers=_headers(reach),
    )
    frames = PersonalFrames(_marimo(pages, session_ttl_s))
    return Guard(outside, frames, rules=rules, sessions=Sessions(session_ttl_s), sockets=sockets)


def _signing_in(door: Door, sockets: Sockets, pages: Sequence[Page]) -> list[Route]:
    """Where people sign in, and change with what they do."""
    turns, names = Turns(), frozenset(page.name for page in pages)
    entrance, account = Entrance(door, sockets, turns=turns, pages=names), AccountPage(door, sockets, turns=turns)
    return [*entrance.routes(), *account.routes()]


def _headers(reach: Reach) -> Mapping[str, str]:
    """The headers of every answer: a page of ours loads nothing from elsewhere, but the photos of listings."""
    policy = {
        "default-src": "'self'",
        # marimo starts from inline scripts, and Vega compiles its expressions: both must be allowed.
        "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob: https://*.vinted.net http://*.vinted.localhost:*",
        "font-src": "'self' data:",
        "connect-src": f"'self' {' '.join(reach.sockets)} blob: data:",
        "worker-src": "'self' blob:",
        "frame-ancestors": "'self'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        # Not no-referrer: with that, browsers send forms with `Origin: null` (Fetch standard), and ours look foreign.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def _marimo(pages: Sequence[Page], session_ttl_s: int) -> App:
    """marimo's own app for the notebooks of all pages."""
    base, ending = f"{assets.base()}/marimo", partial(EndingPages, waiting=Waiting())
    builder = marimo.create_asgi_app(quiet=True, session_ttl=session_ttl_s, asset_url=base)
    for page in pages:
        builder = builder.with_app(path=f"/p/{page.name}", root=str(page.notebook), middleware=[ending])
    return builder.build()


def _opening(browsers: Browsers, door: Door | None, pages: Sequence[Page]) -> Callable[[Request], Response]:
    """Answers with the shell; a browser that comes for the first time gets its cookie."""

    def open_page(request: Request) -> Response:
        name = request.path_params.get("page", "home")
        page = next((page for page in pages if page.name == name), None)
        if page is None:
            return Response(status_code=404)
        visitor: Visitor | None = request.scope["visitor"]
        headers = {**PRIVATE}
        if visitor is None:
            visitor, headers["Set-Cookie"] = browsers.welcome(request.scope)
        known: Known = request.scope["known"]
        sign_out = door.field_of_session(known.token) if door and known.token else None
        return Response(shell(page, visitor, sign_out=sign_out), media_type="text/html", headers=headers)

    return open_page


def _remembering(browsers: Browsers, door: Door | None) -> Callable[[Request], Awaitable[Response]]:
    """Keeps her language and theme: with her, where she is signed in, else in this browser."""

    async def keep(request: Request) -> Response:
        visitor: Visitor = request.scope["visitor"]
        known: Known = request.scope["known"]
        wanted = dict(parse_qsl((await request.body()).decode("latin-1")))
        chosen = replace(
            visitor,
            language=language_of(wanted.get("language"), visitor.language),
            theme=theme_of(wanted.get("theme"), visitor.theme),
        )
        if door is None or known.token is None:
            return Response(status_code=204, headers={"Set-Cookie": browsers.remember(chosen)})
        await run_in_threadpool(_keep, door.desk, known.token, visitor, chosen)
        return Response(status_code=204)

    return keep


def _keep(desk: Desk, token: str, before: Visitor, chosen: Visitor) -> None:
    """Remember what she changed. Raises: SignInOver."""
    if chosen.language != before.language:
        remember(desk, token, language=chosen.language)
    if chosen.theme != before.theme:
        remember(desk, token, theme=chosen.theme)
