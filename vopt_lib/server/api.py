"""This is where programs ask: JSON below /api/v1/, behind the same guard as the pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.answers import PRIVATE
from vopt_lib.server.door import Known
from vopt_lib.server.health import HEALTH, Health
from vopt_lib.server.pages import Page
from vopt_lib.server.roles import open_to

PREFIX: Final = "/api/v1/"


class Api:
    """The addresses for programs of one vopt."""

    def __init__(self, pages: Sequence[Page], health: Health | None) -> None:
        self._pages, self._health = pages, health

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route(HEALTH, _shallow),
            Route(PREFIX + "me", self._me),
            Route(PREFIX + "pages", self._listed),
            *(Route(at, self._deep) for at in (f"{HEALTH}/deep", PREFIX + "health") if self._health),
        ]

    async def _me(self, request: Request) -> Response:
        """Who asks. name, ends_at: of whoever is signed in."""
        known: Known = request.scope["known"]
        visitor, signed_in = _visitor(request), known.signed_in
        told: dict[str, Any] = {
            "name": signed_in.name if signed_in else None,
            "member": visitor.member,
            "role": visitor.role,
            "language": visitor.language,
            "theme": visitor.theme,
            "signed_in": signed_in is not None,
            "ends_at": signed_in.ends_at.isoformat() if signed_in else None,
        }
        return JSONResponse(told, headers=PRIVATE)

    async def _listed(self, request: Request) -> Response:
        """The pages that are hers to open."""
        visitor = _visitor(request)
        listed = [
            {
                "name": page.name,
                "title": visitor.words.say(page.title),
                "href": page.href,
                "in_sidebar": page.in_sidebar,
            }
            for page in open_to(visitor, self._pages)
        ]
        return JSONResponse({"pages": listed}, headers=PRIVATE)

    async def _deep(self, request: Request) -> Response:
        assert self._health is not None
        return JSONResponse(await self._health.deep(_visitor(request).words), headers=PRIVATE)


async def _shallow(request: Request) -> Response:
    """Whether vopt answers; nothing else, because nobody need be signed in."""
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


def _visitor(request: Request) -> Visitor:
    """Who asks; a program on this computer, before anybody has a password, asks as its owner."""
    visitor: Visitor | None = request.scope["visitor"]
    return visitor or Visitor("", role="admin")
