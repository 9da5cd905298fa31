"""This is where the tokens of sessions and links are made: chance that only a browser or a link keeps.

The shop knows a token by its SHA-256: whoever reads the database, or a copy of it, can sign in as nobody. No slow hash
is needed, because nobody guesses 32 random bytes.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

TOKEN_BYTES: Final = 32


def new_token() -> str:
    """A new token, in letters that are good for an address and a cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def sha256_of(token: str) -> str:
    """By what the shop knows a token, whatever was sent as one."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
