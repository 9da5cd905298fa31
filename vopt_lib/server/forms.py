"""This is where forms that need no script are read and answered: bounded, ours, and never leading elsewhere."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Final, NoReturn
from urllib.parse import parse_qsl, quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from vopt_lib.errors import TooManyTries, VoptError, WrongPassword
from vopt_lib.schema.visitor import Visitor
from vopt_lib.server import assets
from vopt_lib.server.answers import TOO_MANY, UNCLEAR, Refused, Scope
from vopt_lib.server.door import FIELD, Door, Known
from vopt_lib.ui.signing_in import Sheet, Told
from vopt_lib.words import Words

MOST_FORM: Final = 2**16
"""Bytes of a form: a password of a thousand letters, percent-encoded, is a tenth of it."""

MOST_FIELDS: Final = 20
LOGIN: Final = "/login"
ACCOUNT: Final = "/account"

AT_ONCE: Final = 2
MOST_WAITING: Final = 20
"""Passwords are slow to look at on purpose: two at once, and who comes when twenty wait is sent away. Each waits in a
thread, and every other request needs one, too.
"""

_QUERY: Final = re.compile(r"[\w.~!$&'()*+,;=:@/?%-]{0,4000}", re.ASCII)


def own_address(wanted: str, pages: Collection[str]) -> str:
    """Where she goes when she is signed in: one of our pages with its filters, or the first one."""
    path, mark, query = wanted.partition("?")
    is_page = path[:1] == "/" and path[1:] in pages
    if not (is_page or path in ("/", ACCOUNT)) or not _QUERY.fullmatch(query):
        return "/"
    return path + mark + query


def login_address(scope: Scope) -> str:
    """Where she signs in who asked for this page."""
    query = scope["query_string"].decode("latin-1")
    asked = scope["path"] + (f"?{query}" if query else "")
    return LOGIN if asked == "/" else f"{LOGIN}?next={quote(asked, safe='')}"


async def typed(request: Request) -> Mapping[str, str]:
    """The fields of a form. Raises: Refused, for what is none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refused(400, UNCLEAR)
    try:
        body = (await request.body()).decode("utf-8", "replace")
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError as error:
        raise Refused(400, UNCLEAR) from error


class Turns:
    """Who may look at a password now."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    @asynccontextmanager
    async def mine(self) -> AsyncIterator[None]:
        """A block that two at once are in. Raises: Refused, when too many wait already."""
        if self._waiting >= MOST_WAITING:
            raise Refused(429, TOO_MANY).with_headers({"Retry-After": "60"})
        self._waiting += 1
        try:
            async with self._free:
                yield
        finally:
            self._waiting -= 1


class Asked:
    """One request for one of these pages: who asks, in which language, and what its forms carry."""

    def __init__(self, door: Door, request: Request) -> None:
        self.door, self.request = door, request
        self.scope: Scope = request.scope["asked"]
        self.known: Known = request.scope["known"]
        self.set_cookies: list[str] = []

    @property
    def token(self) -> str:
        """What shows her session. Raises: Refused, for whoever is not signed in."""
        if self.known.token is None:
            raise Refused.elsewhere(LOGIN)
        return self.known.token

    @property
    def words(self) -> Words:
        """What she reads in."""
        return self.sheet().words

    def sheet(self, *, of_browser: bool = False) -> Sheet:
        """What every page needs. of_browser: its form is for somebody who need not be signed in."""
        visitor: Visitor | None = self.known.visitor
        language, theme = (visitor.language, visitor.theme) if visitor else self.door.browsers.reading(self.scope)
        if of_browser or self.known.token is None:
            value, cookie = self.door.field_of_browser(self.scope)
            self.set_cookies = [cookie]
        else:
            value = self.door.field_of_session(self.known.token)
        return Sheet(language, theme, f"{assets.base()}/vopt", (FIELD, value))

    def is_ours(self, fields: Mapping[str, str], *, of_browser: bool = False) -> bool:
        """Whether a form came from a page that this browser got from us."""
        return self.door.is_ours(fields.get(FIELD, ""), self.scope, None if of_browser else self.known.token)

    def shown(self, page: str) -> Response:
        """A page as it is."""
        return self._with_cookies(HTMLResponse(page))

    def sent_to(self, address: str, *cookies: str) -> Response:
        """The next page, which the browser gets by itself."""
        self.set_cookies = [*cookies]
        return self._with_cookies(RedirectResponse(address, status_code=303))

    def refuse(self, page: str, error: VoptError | None = None) -> NoReturn:
        """Show a form again that was not taken. Raises: Refused."""
        headers = {"Set-Cookie": self.set_cookies[0]} if self.set_cookies else {}
        if isinstance(error, TooManyTries):
            raise Refused(429, TOO_MANY).on(page).with_headers({"Retry-After": "60", **headers})
        raise Refused(403 if isinstance(error, WrongPassword) else 422, UNCLEAR).on(page).with_headers(headers)

    def _with_cookies(self, response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        for cookie in self.set_cookies:
            response.headers.append("Set-Cookie", cookie)
        return response


def told(error: VoptError, words: Words) -> Told:
    """What went wrong, for above a form."""
    return Told(words.error(error), "info" if error.__class__.__name__ == "CodeNeeded" else "bad")
