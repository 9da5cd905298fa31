"""This is where the web app is put together: the guard, the shell, the assets, and marimo's pages behind them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import marimo
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from vopt_lib.schema.visitor import Visitor, language_of, theme_of
from vopt_lib.server import assets
from vopt_lib.server.browsers import Browsers
from vopt_lib.server.frame import PersonalFrames
from vopt_lib.server.guard import NOT_HERE, App, Guard, Identify, Message, Receive, Scope, Send
from vopt_lib.server.pages import PAGES
from vopt_lib.server.sessions import Sessions
from vopt_lib.server.shell import shell
from vopt_lib.words import Words

SESSION_TTL_S = 120
"""How long a kernel outlives its closed tab: a phone that sleeps for a moment finds its page as it was."""

HEADERS: Mapping[str, str] = {
    # marimo starts from inline scripts and Vega compiles its expressions: both must be allowed. Nothing else may be
    # loaded from anywhere, but the photos of listings.
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob: https://*.vinted.net http://*.vinted.localhost:*; font-src 'self' data:; "
        "connect-src 'self' ws: blob: data:; worker-src 'self' blob:; frame-ancestors 'self'; object-src 'none'; "
        "base-uri 'self'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def build(browsers: Browsers, port: int, *, identify: Identify | None = None) -> App:
    """The whole app for a server on this loopback port.

    `identify` says who asks; by default the browsers' cookie does. It is the only seam: log-in goes here.
    """
    outside = Starlette(
        routes=[
            Route("/assets/{version}/{folder}/{name:path}", assets.serve_asset),
            Route("/preferences", _remembering(browsers), methods=["POST"]),
            Route("/", _opening(browsers)),
            Route("/{page}", _opening(browsers)),
            Mount("/", PersonalFrames(_marimo())),
        ]
    )
    hosts = frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))
    sessions = Sessions(kept_s=2 * SESSION_TTL_S)
    return _with_headers(Guard(outside, identify=identify or browsers.identify, hosts=hosts, sessions=sessions))


def _marimo() -> App:
    """marimo's own app for the notebooks of all pages."""
    base = f"{assets.base()}/marimo"
    builder = marimo.create_asgi_app(quiet=True, session_ttl=SESSION_TTL_S, asset_url=base)
    for page in PAGES:
        builder = builder.with_app(path=f"/p/{page.name}", root=str(page.notebook))
    return builder.build()


def _opening(browsers: Browsers) -> Callable[[Request], Response]:
    """Answers with the shell; a browser that comes for the first time gets its cookie."""

    def open_page(request: Request) -> Response:
        name = request.path_params.get("page", "home")
        page = next((page for page in PAGES if page.name == name), None)
        visitor: Visitor | None = request.scope["visitor"]
        if page is None:
            return PlainTextResponse((visitor.words if visitor else Words()).say(NOT_HERE), 404)
        headers = {"Cache-Control": "private, no-store"}
        if visitor is None:
            visitor, cookie = browsers.welcome(request.scope)
            headers["Set-Cookie"] = cookie
        return Response(shell(page, visitor), media_type="text/html", headers=headers)

    return open_page


def _remembering(browsers: Browsers) -> Callable[[Request], Awaitable[Response]]:
    """Keeps her language and theme."""

    async def remember(request: Request) -> Response:
        visitor: Visitor = request.scope["visitor"]
        wanted = dict((await request.form()).items()) if visitor else {}
        chosen = Visitor(
            visitor.person,
            language_of(wanted.get("language"), visitor.language),
            theme_of(wanted.get("theme"), visitor.theme),
            visitor.role,
        )
        return Response(status_code=204, headers={"Set-Cookie": browsers.remember(chosen)})

    return remember


def _with_headers(app: App) -> App:
    """The app, with HEADERS on every answer."""
    fixed = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
    names = {name for name, _ in fixed}

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [(name, value) for name, value in message["headers"] if name.lower() not in names]
                message["headers"] = [*kept, *fixed]
            await send(message)

        await app(scope, receive, send_with_headers)

    return answer
