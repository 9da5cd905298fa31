"""This is where a browser becomes a visitor: a random cookie that only this vopt can have given.

Until somebody has a password, whoever opens the pages on this computer is the owner; the cookie keeps browsers apart.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from vopt_lib.schema.visitor import Theme, Visitor, language_of, theme_of
from vopt_lib.words import LANGUAGES, Language

Scope = Mapping[str, Any]
YEAR_S = 365 * 86_400
PERSON_BYTES = 16


class Browsers:
    """The browsers of one vopt. Cookies know no ports: their names carry it, so that two of them stay apart.

    `language` is for browsers that ask for neither of ours.
    """

    def __init__(self, key: bytes, port: int, language: Language = "en") -> None:
        self._key = key
        self._name = f"vopt_visitor_{port}"
        self._reads = f"vopt_reads_{port}"
        self._language = language

    def identify(self, scope: Scope) -> Visitor | None:
        """Who asks; None for a browser without a cookie of ours."""
        person = next(
            (cookie.partition(".")[0] for cookie in cookies(scope, self._name) if self._is_ours(cookie)), None
        )
        if person is None:
            return None
        language, theme = self.reading(scope)
        return Visitor(person, language, theme, "admin")

    def reading(self, scope: Scope) -> tuple[Language, Theme]:
        """The language and theme that this browser was told to keep, else what it asks for."""
        reads = dict(parse_qsl(next(cookies(scope, self._reads), "")))
        language = language_of(reads.get("language"), preferred_language(scope, self._language))
        return language, theme_of(reads.get("theme"))

    def welcome(self, scope: Scope) -> tuple[Visitor, str]:
        """A browser that comes for the first time as a visitor, and the Set-Cookie header that makes it known."""
        person = secrets.token_hex(PERSON_BYTES)
        visitor = Visitor(person, preferred_language(scope, self._language), role="admin")
        return visitor, _set_cookie(self._name, f"{person}.{self._signature(person)}")

    def remember(self, visitor: Visitor) -> str:
        """The Set-Cookie header that keeps her language and theme."""
        return _set_cookie(self._reads, urlencode({"language": visitor.language, "theme": visitor.theme}))

    def _is_ours(self, cookie: str) -> bool:
        person, _, signature = cookie.partition(".")
        return hmac.compare_digest(signature.encode(), self._signature(person).encode())

    def _signature(self, person: str) -> str:
        return hmac.digest(self._key, person.encode(), "sha256").hex()


def preferred_language(scope: Scope, otherwise: Language = "en") -> Language:
    """The first language of ours that the browser asks for."""
    wanted = [part.strip()[:2].lower() for part in header(scope, b"accept-language").split(",")]
    return language_of(next((code for code in wanted if code in LANGUAGES), None), otherwise)


def header(scope: Scope, name: bytes) -> str:
    """A header's value; several are joined by a comma, none is empty."""
    return ",".join(value.decode("latin-1") for key, value in scope["headers"] if key == name)


def cookies(scope: Scope, name: str) -> Iterator[str]:
    """The values of all cookies of this name. Cookies of programs on other ports come along, in whatever form."""
    for key, value in scope["headers"]:
        for written in value.decode("latin-1").split(";") if key == b"cookie" else ():
            known_as, _, content = written.strip().partition("=")
            if known_as == name:
                yield content


def _set_cookie(name: str, value: str) -> str:
    return f"{name}={value}; Path=/; Max-Age={YEAR_S}; HttpOnly; SameSite=Lax"
