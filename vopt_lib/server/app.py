"""This is where the web app is put together: the guard, the shell, the assets, and marimo's pages behind them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

import marimo
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vopt_lib.desk.instance import Desk
from vopt_lib.schema.visitor import Visitor, language_of, theme_of
from vopt_lib.server import assets, handing_out, own
from vopt_lib.server.answers import App
from vopt_lib.server.browsers import Browsers
from vopt_lib.server.docs import PREFIX, serve_docs
from vopt_lib.server.frame import PersonalFrames
from vopt_lib.server.guard import Guard, Identify, Rules
from vopt_lib.server.pages import PAGES, Page
from vopt_lib.server.sessions import Sessions
from vopt_lib.server.shell import shell

SESSION_TTL_S = 120
"""How long a kernel outlives its closed tab: a phone that sleeps for a moment finds its page as it was."""


def build(
    browsers: Browsers,
    port: int,
    *,
    pages: Sequence[Page] = PAGES,
    identify: Identify | None = None,
    session_ttl_s: int = SESSION_TTL_S,
    docs: Path | None = None,
    desk: Desk | None = None,
) -> App:
    """The whole app for a server on this loopback port.

    `identify` says who asks; by default the browsers' cookie does. It is the only seam: log-in goes here. `docs` is the
    folder of the pages of Great Expectations, `desk` the vopt whose shop's photos, labels, uploads and people's data go
    in and out.
    """
    outside = Starlette(
        routes=[
            Route("/assets/{version}/{folder}/{name:path}", assets.serve_asset),
            Route("/preferences", _remembering(browsers), methods=["POST"]),
            Route(PREFIX + "{name}", serve_docs(docs)),
            *((*own.routes(desk), *handing_out.routes(desk)) if desk else ()),
            Route("/", _opening(browsers, pages)),
            Route("/{page}", _opening(browsers, pages)),
        ]
    )
    outside.router.redirect_slashes = False
    hosts = [f"{name}:{port}" for name in ("127.0.0.1", "localhost")]
    rules = Rules(
        hosts=frozenset(hosts),
        pages=frozenset(page.name for page in pages),
        identify=identify or browsers.identify,
        headers=_headers(hosts),
    )
    return Guard(outside, PersonalFrames(_marimo(pages, session_ttl_s)), rules=rules, sessions=Sessions(session_ttl_s))


def _headers(hosts: Sequence[str]) -> Mapping[str, str]:
    """The headers of every answer: a page of ours loads nothing from elsewhere, but the photos of listings."""
    sockets = " ".join(f"ws://{host}" for host in hosts)
    policy = {
        "default-src": "'self'",
        # marimo starts from inline scripts, and Vega compiles its expressions: both must be allowed.
        "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob: https://*.vinted.net http://*.vinted.localhost:*",
        "font-src": "'self' data:",
        "connect-src": f"'self' {sockets} blob: data:",
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
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def _marimo(pages: Sequence[Page], session_ttl_s: int) -> App:
    """marimo's own app for the notebooks of all pages."""
    base = f"{assets.base()}/marimo"
    builder = marimo.create_asgi_app(quiet=True, session_ttl=session_ttl_s, asset_url=base)
    for page in pages:
        builder = builder.with_app(path=f"/p/{page.name}", root=str(page.notebook))
    return builder.build()


def _opening(browsers: Browsers, pages: Sequence[Page]) -> Callable[[Request], Response]:
    """Answers with the shell; a browser that comes for the first time gets its cookie."""

    def open_page(request: Request) -> Response:
        name = request.path_params.get("page", "home")
        page = next((page for page in pages if page.name == name), None)
        if page is None:
            return Response(status_code=404)
        visitor: Visitor | None = request.scope["visitor"]
        headers = {"Cache-Control": "private, no-store"}
        if visitor is None:
            visitor, headers["Set-Cookie"] = browsers.welcome(request.scope)
        return Response(shell(page, visitor), media_type="text/html", headers=headers)

    return open_page


def _remembering(browsers: Browsers) -> Callable[[Request], Awaitable[Response]]:
    """Keeps her language and theme."""

    async def remember(request: Request) -> Response:
        visitor: Visitor = request.scope["visitor"]
        wanted = dict(parse_qsl((await request.body()).decode("latin-1")))
        chosen = replace(
            visitor,
            language=language_of(wanted.get("language"), visitor.language),
            theme=theme_of(wanted.get("theme"), visitor.theme),
        )
        return Response(status_code=204, headers={"Set-Cookie": browsers.remember(chosen)})

    return remember
