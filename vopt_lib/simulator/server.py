"""This is where the simulator listens: which host answers which address, and how answers leave."""

from __future__ import annotations

import asyncio
import gzip
import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from email.utils import format_datetime
from functools import partial

import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from vopt_lib.loopback import ADDRESS, AnnouncedServer
from vopt_lib.simulator import api, refusals, www
from vopt_lib.simulator.brotli import stored_brotli
from vopt_lib.simulator.connections import CuttableProtocol, DroppedConnection, TruncatedBody
from vopt_lib.simulator.control import PREFIX, control
from vopt_lib.simulator.faults import Fault, Place, Taken
from vopt_lib.simulator.sessions import bot_cookie
from vopt_lib.simulator.simulation import API, IMAGES, WWW, Simulation

Endpoint = Callable[[Simulation, Request, Taken], Response]
_ENCODED_FROM_BYTES = 500
_LONGEST_PATH = 1_000


@dataclass(frozen=True)
class _Address:
    """One address of a host: what answers, at which place of the site, and whether only a session gets in."""

    path: str
    endpoint: Endpoint
    place: Place
    with_session: bool = False
    methods: tuple[str, ...] = ("GET",)


def _always(refuse: Callable[[], Response]) -> Endpoint:
    return lambda simulation, request, taken: refuse()


_SERVICES = (
    _Address("/svc-catalogue/items", api.todays_items, Place.CATALOGUE, with_session=True),
    _Address("/svc-filters/filters", api.all_filters, Place.FILTERS, with_session=True),
    _Address("/svc-filters/filters/facets", api.facets, Place.FILTERS, with_session=True),
    _Address("/svc-filters/filters/search", api.found_options, Place.FILTERS, with_session=True),
    _Address("/svc-navigation/navigation_catalogs", api.category_tree, Place.NAVIGATION, with_session=True),
)
_ROBOTS = _Address("/robots.txt", www.robots, Place.ROBOTS)
_GATEWAY = tuple(
    replace(
        known,
        path=f"/web/gateway{known.path}",
        place=Place.GATEWAY if known.place is Place.CATALOGUE else known.place,
    )
    for known in _SERVICES
)

ADDRESSES: dict[str, tuple[_Address, ...]] = {
    API: (
        *_SERVICES,
        _ROBOTS,
        _Address("/{rest:path}", _always(refusals.unknown_service), Place.METADATA),
    ),
    WWW: (
        _Address("/", www.home, Place.HOME),
        _Address("/session-refresh", www.session_refresh, Place.REFRESH),
        _Address("/web/api/auth/refresh", www.refresh_token, Place.REFRESH, methods=("POST",)),
        *_GATEWAY,
        _Address("/web/gateway/{rest:path}", _always(refusals.unknown_service), Place.METADATA),
        _Address("/api/v2/catalog/items", api.old_items, Place.CATALOGUE, with_session=True),
        _Address("/api/v2/wardrobe/{user_id:int}/items", api.wardrobe, Place.WARDROBE, with_session=True),
        _Address("/api/v2/users/{user_id:int}", api.profile, Place.USER, with_session=True),
        _Address("/api/v2/countries", api.countries, Place.METADATA, with_session=True),
        _Address("/api/v2/statuses", api.statuses, Place.METADATA),
        _Address("/api/v2/items/{listing_id:int}", _always(refusals.page_not_found), Place.METADATA),
        _Address("/api/v2/items/{listing_id:int}/details", _always(refusals.datadome), Place.METADATA),
        _Address("/api/v2/catalog/{rest:path}", _always(refusals.page_not_found), Place.METADATA),
        _Address("/api/v2/{rest:path}", _always(refusals.content_not_found), Place.METADATA, with_session=True),
        _Address("/items/{reference}", www.item, Place.ITEM_PAGE),
        _Address("/catalog", www.catalogue, Place.CATALOGUE_PAGE),
        _Address("/catalog/{reference}", www.catalogue, Place.CATALOGUE_PAGE),
        _Address("/brand/{reference}", www.catalogue, Place.CATALOGUE_PAGE),
        _Address("/member/{reference}", www.member, Place.CATALOGUE_PAGE),
        _ROBOTS,
        _Address("/{rest:path}", _always(refusals.page_not_found), Place.METADATA),
    ),
    IMAGES: (
        _Address("/t/{photo_id}/{size}/{name}", www.image, Place.IMAGE),
        _Address("/tc/{photo_id}/{name}", www.image, Place.IMAGE),
        _Address("/{rest:path}", _always(refusals.page_not_found), Place.IMAGE),
    ),
}


class App:
    """The whole site as one ASGI application."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._hosts = {
            host: Router([self._route(address) for address in addresses]) for host, addresses in ADDRESSES.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        host = _host(request)
        if len(scope["raw_path"]) > _LONGEST_PATH:
            return await Response(status_code=414)(scope, receive, send)
        if request.url.path.startswith(PREFIX) and (host in self._hosts or host in ("localhost", ADDRESS)):
            answer = await control(self._simulation, request)
            return await answer(scope, receive, send)
        router = self._hosts.get(host)
        if router is None:
            return await refusals.misdirected()(scope, receive, send)
        await router(scope, receive, send)

    def _route(self, address: _Address) -> Route:
        async def answer(request: Request) -> Response:
            return await self._answer(address, request)

        return Route(address.path, answer, methods=list(address.methods))

    async def _answer(self, address: _Address, request: Request) -> Response:
        simulation = self._simulation
        if address.place in (Place.CATALOGUE, Place.GATEWAY):
            simulation.let_answer_take_time()
        taken = simulation.faults.take(address.place)
        if Fault.SLOW in taken:
            await asyncio.sleep(simulation.options.slow_s)
        if Fault.DROPPED_CONNECTION in taken:
            self._note(request, None)
            return DroppedConnection()
        answer = refusals.refusal(taken)
        if answer is None and address.with_session and not www.is_known(simulation, request):
            answer = refusals.unauthorized()
        if answer is None:
            answer = address.endpoint(simulation, request, taken)
        self._note(request, answer.status_code)
        return self._finished(request, answer, taken)

    def _finished(self, request: Request, answer: Response, taken: Taken) -> Response:
        if Fault.CUT_JSON in taken:
            answer.body = bytes(answer.body)[: len(answer.body) // 2]
        headers = answer.headers
        headers["Date"] = format_datetime(self._simulation.clock.now(), usegmt=True)
        headers["Server"] = "cloudflare"
        if _host(request) == API:
            headers.append("Set-Cookie", bot_cookie(request.headers.get("x-anon-id", "")))
        encoding = _encoding(request, answer, taken)
        if encoding is not None:
            answer.body = _ENCODERS[encoding](bytes(answer.body))
            headers["Content-Encoding"] = encoding
            headers["Vary"] = "Accept-Encoding"
        headers["Content-Length"] = str(len(answer.body))
        return TruncatedBody(answer) if Fault.TRUNCATED_BODY in taken else answer

    def _note(self, request: Request, status: int | None) -> None:
        query = request.scope["query_string"].decode("latin-1")
        self._simulation.requests.append(
            {
                "at": self._simulation.clock.now().isoformat(),
                "method": request.method,
                "host": _host(request),
                "path": request.url.path,
                "query": query,
                "headers": dict(request.headers),
                "status": status,
            }
        )


_ENCODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": stored_brotli,
    "gzip": partial(gzip.compress, compresslevel=1, mtime=0),
}


def _encoding(request: Request, answer: Response, taken: Taken) -> str | None:
    accepted = request.headers.get("accept-encoding", "").replace(" ", "").split(",")
    wanted = ("br", "gzip") if Fault.BROTLI in taken else ("gzip",)
    return next((name for name in wanted if name in accepted and len(answer.body) >= _ENCODED_FROM_BYTES), None)


def _host(request: Request) -> str:
    """The host that was asked, as the request itself names it.

    `request.url` cannot be asked: instead of a malformed name it gives our own address, which is one of those trusted.
    """
    return re.sub(r":\d*$", "", request.headers.get("host", "")).lower()


def serve(simulation: Simulation, listening: socket.socket) -> None:
    """Answer until SIGTERM or SIGINT; one JSON line on stdout, with port, pid and url, tells that it is ready."""
    config = uvicorn.Config(
        App(simulation),
        http=CuttableProtocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        access_log=False,
        log_config=None,
        log_level="error",  # curl offers every plain-HTTP server an upgrade; uvicorn would warn of each
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=600,
        timeout_graceful_shutdown=1,
    )
    AnnouncedServer(config, WWW).run(sockets=[listening])
