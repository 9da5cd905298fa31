"""This is where a browser becomes somebody of the household: by a session in a cookie, once anybody has a password.

Until then whoever opens the pages on this computer is their owner (`browsers`). Which of the two holds is looked up
with every request, so that the first password locks every page at once.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from starlette.concurrency import run_in_threadpool

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.signing_in import is_login_required, session_of
from vopt_lib.schema.signing_in import SignedIn
from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.answers import Scope
from vopt_lib.server.browsers import Browsers, cookies
from vopt_lib.server.reach import Reach

DAY_S: Final = 86_400
FORM_KEPT_S: Final = 3600
MOST_TOKEN: Final = 200
MOST_COOKIES: Final = 4
"""Of one name that are looked at: a browser sends one for each path, and ours has one. A head has room for a thousand,
each of them a question to the shop, from whoever is not even known.
"""

FIELD: Final = "form"
"""The hidden field of every form that shows that it is ours."""

Cookie = Literal["session", "form"]


@dataclass(frozen=True)
class Known:
    """Who asks, and whether one must be signed in. `token`: what her browser shows for her session (None: it has none
    that holds, or needs none).
    """

    visitor: Visitor | None
    is_locked: bool = False
    token: str | None = None
    signed_in: SignedIn | None = None


Know = Callable[[Scope], Awaitable[Known]]


class Door:
    """Who comes in at one vopt, and the cookies and form fields that go with it."""

    def __init__(self, desk: Desk, browsers: Browsers, *, reach: Reach, key: bytes, port: int) -> None:
        self.desk, self.reach, self.browsers = desk, reach, browsers
        self._key, self._port = key, port

    async def know(self, scope: Scope) -> Known:
        """Who asks: looked up in a thread, because the shop may take a moment."""
        return await run_in_threadpool(self._know, scope)

    def _know(self, scope: Scope) -> Known:
        for token in self._read("session", scope):
            signed_in = session_of(self.desk, token)
            if signed_in is not None:
                return Known(self._visitor(signed_in, scope), True, token, signed_in)
        if is_login_required(self.desk):
            return Known(None, True)
        return Known(self.browsers.identify(scope))

    def _visitor(self, signed_in: SignedIn, scope: Scope) -> Visitor:
        language, _ = self.browsers.reading(scope)
        return Visitor(
            person=f"person-{signed_in.person_id}",
            language=signed_in.language or language,
            theme=signed_in.theme,
            role=signed_in.role,
            member=signed_in.person_id,
            name=signed_in.name,
        )

    def session_cookie(self, scope: Scope, token: str) -> str:
        """The Set-Cookie header that keeps her session: in her browser no longer than it can last."""
        return self._written("session", scope, token, self.desk.settings.session_days * DAY_S)

    def no_session_cookie(self, scope: Scope) -> str:
        """The Set-Cookie header that ends it in her browser."""
        return self._written("session", scope, "", 0)

    def field_of_session(self, token: str) -> str:
        """What the hidden field of her forms holds: nobody can know it who does not have her session."""
        return self._signature(f"session {token}")

    def field_of_browser(self, scope: Scope) -> tuple[str, str]:
        """The same for a form that somebody sees who is not signed in, and the Set-Cookie header that goes with it."""
        known = next(self._read("form", scope), "") or secrets.token_urlsafe(16)
        return self._signature(f"browser {known}"), self._written("form", scope, known, FORM_KEPT_S)

    def is_ours(self, field: str, scope: Scope, token: str | None = None) -> bool:
        """Whether the hidden field is what it was on the form: of her session, or of her browser."""
        if token is not None:
            return hmac.compare_digest(field.encode(), self.field_of_session(token).encode())
        known = next(self._read("form", scope), "")
        return bool(known) and hmac.compare_digest(field.encode(), self._signature(f"browser {known}").encode())

    def _signature(self, text: str) -> str:
        return hmac.digest(self._key, text.encode("utf-8", "replace"), "sha256").hex()

    def _name(self, kind: Cookie, scope: Scope) -> str:
        # Cookies know no ports: two vopts of one computer stay apart by their names. A name with __Host- holds only
        # when it came by https, for just this host.
        return f"__Host-vopt_{kind}" if self.reach.is_secure(scope) else f"vopt_{kind}_{self._port}"

    def _read(self, kind: Cookie, scope: Scope) -> Iterator[str]:
        first = islice(cookies(scope, self._name(kind, scope)), MOST_COOKIES)
        return (value for value in first if 0 < len(value) <= MOST_TOKEN)

    def _written(self, kind: Cookie, scope: Scope, value: str, seconds: int) -> str:
        secure = "; Secure" if self.reach.is_secure(scope) else ""
        return f"{self._name(kind, scope)}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


def known_by(identify: Callable[[Scope], Visitor | None]) -> Know:
    """Whom this says is let in, without a session: for pages that need none."""

    async def know(scope: Scope) -> Known:
        return Known(identify(scope))

    return know
