"""This is where people change their own password and second factor, and end their sessions: the page /account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vopt_lib.desk.qr_code import qr_code
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.desk.shop.signing_in import (
    begin_code,
    change_password,
    confirm_code,
    end_session,
    end_sessions,
    first_link,
    has_code,
    remove_code,
    sessions_of,
)
from vopt_lib.errors import FormTooOld, PasswordsDiffer, SignInOver, VoptError
from vopt_lib.schema.qr_code import QrCode
from vopt_lib.schema.signing_in import FIRST, SignedIn
from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.door import Door
from vopt_lib.server.forms import ACCOUNT, LOGIN, Asked, Turns, told, typed
from vopt_lib.server.sockets import Sockets
from vopt_lib.ui.account import Account, account_page, open_account_page
from vopt_lib.ui.signing_in import Told
from vopt_lib.words import N_

DONE: Final = {
    "password": N_("Your password is changed. Everywhere else you are signed out."),
    "confirm_code": N_("Your second factor is on. From now on you are asked for a code when you sign in."),
    "remove_code": N_("Your second factor is off."),
    "end": N_("That browser is signed out."),
    "end_others": N_("All other browsers are signed out."),
}
"""What is said when it is done, by the name of the form."""

_LONGEST_ADDRESS: Final = 500


class AccountPage:
    """The page of one vopt."""

    def __init__(self, door: Door, sockets: Sockets, *, turns: Turns) -> None:
        self._door, self._sockets, self._turns = door, sockets, turns

    def routes(self) -> list[Route]:
        """Its address."""
        return [Route(ACCOUNT, self._show, methods=["GET"]), Route(ACCOUNT, self._do, methods=["POST"])]

    async def _show(self, request: Request) -> Response:
        asked = Asked(self._door, request)
        if not asked.known.is_locked:
            return asked.shown(open_account_page(asked.sheet()))
        done = DONE.get(request.query_params.get("done", ""))
        said = Told(asked.words.say(done), "good") if done else None
        return asked.shown(await run_in_threadpool(self._page, asked, said))

    async def _do(self, request: Request) -> Response:
        asked, fields = Asked(self._door, request), await typed(request)
        if not asked.known.is_locked:
            return await self._lock(asked, fields)
        deed = fields.get("do", "")
        try:
            if not asked.is_ours(fields):
                raise FormTooOld
            if deed == "begin_code":
                address = await run_in_threadpool(begin_code, self._door.desk, asked.token)
                return asked.shown(await run_in_threadpool(self._page, asked, None, qr_code(address)))
            await self._done(asked, deed, fields)
        except SignInOver as error:
            if deed != "end":
                return asked.sent_to(LOGIN)
            asked.refuse(await run_in_threadpool(self._page, asked, told(error, asked.words)), error)
        except VoptError as error:
            said = told(error, asked.words)
            asked.refuse(await run_in_threadpool(self._page, asked, said, _scanned(deed, fields)), error)
        await self._sockets.look_now()
        return asked.sent_to(f"{ACCOUNT}?done={deed}" if deed in DONE else ACCOUNT)

    async def _done(self, asked: Asked, deed: str, fields: Mapping[str, str]) -> None:
        """Do what a form asks for. Raises: VoptError; Refused, when too many passwords are looked at."""
        desk, token, now = self._door.desk, asked.token, fields.get("password", "")
        if deed == "password":
            if fields.get("new", "") != fields.get("again", ""):
                raise PasswordsDiffer
            async with self._turns.mine():
                await run_in_threadpool(change_password, desk, token, now, fields.get("new", ""))
        elif deed == "remove_code":
            async with self._turns.mine():
                await run_in_threadpool(remove_code, desk, token, now)
        elif deed == "confirm_code":
            code = fields.get("code", "").replace(" ", "")[:20]
            await run_in_threadpool(confirm_code, desk, token, code)
        elif deed in ("end", "end_others"):
            await run_in_threadpool(self._end, asked, deed, fields)

    def _end(self, asked: Asked, deed: str, fields: Mapping[str, str]) -> None:
        """End sessions of hers. Raises: SignInOver."""
        signed_in, by = _who(asked), member_of(self._door.desk, asked.known.visitor)
        if deed == "end_others":
            end_sessions(self._door.desk, by, by.person_id, besides=signed_in.session)
            return
        wanted = fields.get("session", "")
        hers = {str(one.id) for one in sessions_of(self._door.desk, by) if one.person_id == by.person_id}
        if wanted not in hers:
            raise SignInOver
        end_session(self._door.desk, by, int(wanted))

    def _page(self, asked: Asked, said: Told | None = None, code: QrCode | None = None) -> str:
        signed_in, desk = _who(asked), self._door.desk
        by = member_of(desk, asked.known.visitor)
        hers = [one for one in sessions_of(desk, by) if one.person_id == by.person_id]
        known = Account(signed_in.name, hers, signed_in.session, has_code(desk, by.person_id), code)
        return account_page(asked.sheet(), known, said)

    async def _lock(self, asked: Asked, fields: Mapping[str, str]) -> Response:
        """While nobody has a password: the owner, who sits before this computer, is led to where she chooses hers."""
        visitor: Visitor | None = asked.known.visitor
        if visitor is None or not asked.is_ours(fields):
            return asked.sent_to(ACCOUNT)
        token = await run_in_threadpool(first_link, self._door.desk)
        return asked.sent_to(FIRST + token if token else LOGIN)


def _who(asked: Asked) -> SignedIn:
    signed_in = asked.known.signed_in
    assert signed_in is not None  # the guard lets nobody else in while it is locked
    return signed_in


def _scanned(deed: str, fields: Mapping[str, str]) -> QrCode | None:
    """What her app scanned when she mistyped its code: the same is shown again."""
    address = fields.get("address", "")
    if deed != "confirm_code" or not address.startswith("otpauth://totp/") or len(address) > _LONGEST_ADDRESS:
        return None
    return qr_code(address)
