"""This is where the simulator opens anonymous sessions: tokens with an expiry, and cookies with Vinted's traps."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

DOMAIN = ".vinted.localhost"
WWW_DOMAIN = ".www.vinted.localhost"
REFRESH_LIFETIME_S = 7 * 86_400
"""Source: facts/vinted-web.md §1 (new issuer, October 2026)."""
COOKIE_MAX_AGE_S = 604_800
"""What the cookie claims, which is not how long the token is valid. Source: facts/vinted-web.md §1."""


@dataclass(frozen=True)
class Session:
    """What one visit to the home page hands out."""

    anon_id: str
    access_token: str
    refresh_token: str


class Sessions:
    """Issues and checks tokens. An access token says itself until when it is valid; a refresh token works once."""

    def __init__(self, seed: int, lifetime_s: float) -> None:
        self._key = hashlib.sha256(f"simulated sessions {seed}".encode()).digest()
        self._lifetime = timedelta(seconds=lifetime_s)
        self._issued = 0
        self._used: set[str] = set()

    def open(self, now: datetime, *, expired: bool = False) -> Session:
        """A fresh anonymous session; `expired`: with an access token that ran out an hour ago."""
        ends_at = now - timedelta(hours=1) if expired else now + self._lifetime
        return self._session(now, ends_at, str(UUID(bytes=self._digest(self._next("anon"))[:16], version=4)))

    def refresh(self, token: str, now: datetime) -> Session | None:
        """The session that continues the one of this refresh token; None: not valid, or used before."""
        claims = self._claims(token, now)
        if claims is None or claims["purpose"] != "refresh" or claims["jti"] in self._used:
            return None
        self._used.add(claims["jti"])
        return self._session(now, now + self._lifetime, claims["anon_id"])

    def is_valid(self, token: str, now: datetime) -> bool:
        """Whether an access token is ours and not expired."""
        claims = self._claims(token, now)
        return claims is not None and claims["purpose"] == "access"

    def _session(self, now: datetime, ends_at: datetime, anon_id: str) -> Session:
        refresh_ends_at = now + timedelta(seconds=REFRESH_LIFETIME_S)
        return Session(
            anon_id, self._token("access", anon_id, now, ends_at), self._token("refresh", anon_id, now, refresh_ends_at)
        )

    def _token(self, purpose: str, anon_id: str, now: datetime, ends_at: datetime) -> str:
        claims = {
            "aud": "it.core.api",
            "client_id": "web",
            "exp": int(ends_at.timestamp()),
            "iat": int(now.timestamp()),
            "iss": "vinted-iam-service",
            "jti": self._digest(self._next("token")).hex()[:32],
            "anon_id": anon_id,
            "purpose": purpose,
            "scope": "public",
        }
        signed = f"{_HEADER}.{_base64url(json.dumps(claims).encode())}"
        return f"{signed}.{_base64url(self._digest(signed))}"

    def _claims(self, token: str, now: datetime) -> dict[str, Any] | None:
        signed, _, signature = token.rpartition(".")
        if not signed.isascii() or not hmac.compare_digest(
            signature.encode(), _base64url(self._digest(signed)).encode()
        ):
            return None
        payload = signed.partition(".")[2]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return claims if claims["exp"] > now.timestamp() else None

    def _next(self, what: str) -> str:
        self._issued += 1
        return f"{what} {self._issued}"

    def _digest(self, text: str) -> bytes:
        return hmac.digest(self._key, text.encode(), "sha256")


def token_cookies(session: Session) -> list[str]:
    """The Set-Cookie values that carry the tokens, between empty ones that delete tokens of narrower domains.

    A client that keeps cookies by name alone ends up with an empty token, whichever of two it keeps.
    """
    kept = f"Max-Age={COOKIE_MAX_AGE_S}; Domain={DOMAIN}; Path=/; HttpOnly; SameSite=Lax"
    return [
        f"access_token_web=; Max-Age=-1; Domain={WWW_DOMAIN}; Path=/",
        f"access_token_web={session.access_token}; {kept}",
        f"refresh_token_web={session.refresh_token}; {kept}",
        "access_token_web=; Max-Age=-1; Path=/",
    ]


def visitor_cookies(session: Session) -> list[str]:
    """The other Set-Cookie values of a home page; two of them are for `www` alone."""
    return [
        f"anon_id={session.anon_id}; Max-Age=631152000; Domain={DOMAIN}; Path=/",
        f"anonymous-locale=it; Max-Age=631152000; Domain={DOMAIN}; Path=/",
        f"anonymous-iso-locale=it-IT; Max-Age=631152000; Domain={DOMAIN}; Path=/",
        f"v_udt={opaque_id(session)}; Max-Age=631152000; Domain={DOMAIN}; Path=/",
        f"v_sid={session.anon_id[:8]}-1; Path=/",
        "non_dot_com_www_domain_cookie_buster=1; Path=/",
        bot_cookie(session.anon_id),
    ]


def opaque_id(session: Session) -> str:
    """What stands in the cookie `v_udt` and in the header of that name."""
    return base64.b64encode(hashlib.sha256(session.anon_id.encode()).digest()).decode()


def bot_cookie(value: str) -> str:
    """Cloudflare's short-lived cookie, which the API host sets too."""
    return f"__cf_bm={hashlib.sha1(value.encode()).hexdigest()}; Max-Age=1800; Domain={DOMAIN}; Path=/; HttpOnly"


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


_HEADER = _base64url(b'{"alg":"HS256","typ":"JWT"}')
