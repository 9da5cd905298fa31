"""This is where secrets are taken out of what is kept or shown: logs, alerts, and what is told of how vopt is."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote, urlsplit

from pydantic import SecretStr

from vopt_lib.settings import Settings

HIDDEN = "…"
SHORTEST = 4
"""A shorter secret is too likely to be a part of some word, which nobody could read any more."""

# No piece of a pattern is without end: on a hostile line, each would be tried from every word to the line's end.
_PATTERNS = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        # An address of Apprise (Telegram, ntfy, mail …) is a secret as a whole; ours for databases are not.
        (r"\b(tgram|ntfys?|mailtos?|discord|slack|gotifys?|pover|matrixs?|signals?)://[^\s\"']+", rf"\1://{HIDDEN}"),
        (r"\b([a-z][a-z0-9+.-]{0,40}://)[^/\s@\"']{0,500}@", rf"\1{HIDDEN}@"),
        (r"/(first|invitation|reset)/[\w.~-]+", rf"/\1/{HIDDEN}"),
        (r"([?&](?:\w*token|session_id|auth|password|code|key|secret)=)[^&\s\"']+", rf"\1{HIDDEN}"),
        (r"\b((?:proxy-)?authorization|(?:set-)?cookie)\b([\"']?\s*[:=]\s*).+", rf"\1\2{HIDDEN}"),
        (
            r"\b([\w-]{0,40}(?:passw(?:or)?d|secret|token|api[_-]?key|auth_string|session[_-]id))\b"
            r"([\"']?\s*[:=]\s*[\"']?)[^\s\"',&}]+",
            rf"\1\2{HIDDEN}",
        ),
        (r"\bey[\w-]{8,2000}\.[\w-]{1,4000}\.[\w-]+", HIDDEN),
        (r"\b\d{8,10}:[\w-]{35}\b", HIDDEN),
    )
)


def masked(text: str, secrets: Sequence[str] = ()) -> str:
    """The text without these secrets, and without what looks like one: passwords, tokens, cookies, one-time links."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def secrets_of(settings: Settings, *others: str) -> tuple[str, ...]:
    """What of these settings nobody shall read, in every form in which it may stand somewhere; longest first.

    others: secrets that are no settings, such as "user:password".
    """
    values = [getattr(settings, name) for name in type(settings).model_fields]
    told = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
    # Of a list of addresses each is a secret by itself.
    each = [word for secret in told for word in (secret, *secret.split())]
    return _longest_first(form for secret in (*each, *others) if len(secret) >= SHORTEST for form in _forms(secret))


def _forms(secret: str) -> Iterable[str]:
    yield secret
    yield quote(secret, safe="")
    yield base64.b64encode(secret.encode()).decode()
    if "://" in secret:
        password = _password(secret)
        yield password
        yield quote(password, safe="")
    elif ":" in secret:
        yield secret.partition(":")[2]


def _password(address: str) -> str:
    try:
        return urlsplit(address).password or ""
    except ValueError:
        return ""


def _longest_first(forms: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({form for form in forms if len(form) >= SHORTEST}, key=lambda form: (-len(form), form)))
