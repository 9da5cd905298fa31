"""This is where people sign in and out, and choose a password with a link: pages before all the others."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vopt_lib.desk.shop.signing_in import accept, invited, sign_in, sign_out
from vopt_lib.errors import CodeNeeded, CodeWrong, FormTooOld, LinkUsed, PasswordsDiffer, VoptError
from vopt_lib.schema.signing_in import FIRST, INVITATION
from vopt_lib.server.answers import UNCLEAR, Refused
from vopt_lib.server.door import Door
from vopt_lib.server.forms import ACCOUNT, LOGIN, Asked, Turns, own_address, told, typed
from vopt_lib.server.sockets import Sockets
from vopt_lib.ui.signing_in import Told, login_page, password_page, spent_page

LOGOUT: Final = "/logout"

OPEN: Final = (LOGIN, LOGOUT, FIRST, INVITATION)
"""Addresses for whoever is not signed in (those that end in "/": with what follows)."""

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
"""No script runs on a page with a password, nobody frames it, and no browser keeps it."""


def is_of_entrance(path: str) -> bool:
    """Whether one of these pages, or somebody's account, is at this address."""
    return path == ACCOUNT or is_open(path)


def is_open(path: str) -> bool:
    """Whether somebody who is not signed in may ask for this."""
    return any(path.startswith(one) if one.endswith("/") else path == one for one in OPEN)


class Entrance:
    """The pages of one vopt. pages: the names of the framed ones, to which one is led back."""

    def __init__(self, door: Door, sockets: Sockets, *, turns: Turns, pages: Collection[str]) -> None:
        self._door, self._sockets, self._turns, self._pages = door, sockets, turns, pages

    def routes(self) -> list[Route]:
        """All of their addresses."""
        return [
            Route(LOGIN, self._login_form, methods=["GET"]),
            Route(LOGIN, self._login, methods=["POST"]),
            Route(LOGOUT, self._logout, methods=["POST"]),
            *(Route(at + "{token}", self._link_form, methods=["GET"]) for at in (FIRST, INVITATION)),
            *(Route(at + "{token}", self._link, methods=["POST"]) for at in (FIRST, INVITATION)),
        ]

    async def _login_form(self, request: Request) -> Response:
        asked = Asked(self._door, request)
        next_ = own_address(request.query_params.get("next", "/"), self._pages)
        if asked.known.visitor is not None or not asked.known.is_locked:
            return asked.sent_to(next_)
        return asked.shown(login_page(asked.sheet(of_browser=True), next_=next_))

    async def _login(self, request: Request) -> Response:
        asked, fields = Asked(self._door, request), await typed(request)
        next_ = own_address(fields.get("next", "/"), self._pages)
        name, code = fields.get("name", "")[:200], fields.get("code", "").replace(" ", "")[:20]
        try:
            if not asked.is_ours(fields, of_browser=True):
                raise FormTooOld
            where = self._door.reach.where(asked.scope)
            async with self._turns.mine():
                desk = self._door.desk
                token = await run_in_threadpool(sign_in, desk, name, fields.get("password", ""), where, code=code)
        except VoptError as error:
            wants_code = isinstance(error, CodeNeeded | CodeWrong)
            sheet = asked.sheet(of_browser=True)
            said = told(error, sheet.words)
            asked.refuse(login_page(sheet, name=name, next_=next_, wants_code=wants_code, told=said), error)
        return await self._let_in(asked, token, next_)

    async def _let_in(self, asked: Asked, token: str, next_: str) -> Response:
        """Her browser gets the new session; one that it had before ends, so that nobody else has it."""
        if asked.known.token is not None:
            await run_in_threadpool(sign_out, self._door.desk, asked.known.token)
        await self._sockets.look_now()
        return asked.sent_to(next_, self._door.session_cookie(asked.scope, token))

    async def _logout(self, request: Request) -> Response:
        asked, fields = Asked(self._door, request), await typed(request)
        if asked.known.token is not None:
            if not asked.is_ours(fields):
                return asked.sent_to(ACCOUNT)
            await run_in_threadpool(sign_out, self._door.desk, asked.known.token)
            await self._sockets.look_now()
        return asked.sent_to(LOGIN, self._door.no_session_cookie(asked.scope))

    async def _link_form(self, request: Request) -> Response:
        asked = Asked(self._door, request)
        return asked.shown(await self._page_of_link(asked))

    async def _link(self, request: Request) -> Response:
        asked, fields = Asked(self._door, request), await typed(request)
        code, new = fields.get("code", "").replace(" ", "")[:20], fields.get("new", "")
        try:
            if not asked.is_ours(fields, of_browser=True):
                raise FormTooOld
            if new != fields.get("again", ""):
                raise PasswordsDiffer
            where, given = self._door.reach.where(asked.scope), request.path_params["token"]
            async with self._turns.mine():
                token = await run_in_threadpool(accept, self._door.desk, given, new, where, code=code)
        except VoptError as error:
            asked.refuse(await self._page_of_link(asked, error), error)
        return await self._let_in(asked, token, "/")

    async def _page_of_link(self, asked: Asked, error: VoptError | None = None) -> str:
        """The form of a link. Raises: Refused, with a page that says so, when it is used up."""
        sheet, path = asked.sheet(of_browser=True), asked.request.url.path
        try:
            name = await run_in_threadpool(invited, self._door.desk, asked.request.path_params["token"])
        except LinkUsed as used:
            raise Refused(410, UNCLEAR).on(spent_page(sheet, sheet.words.error(used))) from used
        wants_code = isinstance(error, CodeNeeded | CodeWrong)
        said: Told | None = told(error, sheet.words) if error else None
        is_first = path.startswith(FIRST)
        return password_page(sheet, name=name, action=path, is_first=is_first, wants_code=wants_code, told=said)
