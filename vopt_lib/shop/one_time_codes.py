"""This is where the codes of a second factor are made and compared (TOTP, RFC 6238): six digits for half a minute.

SHA-1, because the apps that show such codes know nothing else for certain; in an HMAC it is still sound.
"""

from __future__ import annotations

import base64
import hmac
import os
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_S: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20
"""As long as what SHA-1 gives (RFC 4226, section 4)."""

TOLERANCE: Final = 1
"""Steps before and after this one that count, too: clocks of telephones differ (RFC 6238, section 5.2)."""

ISSUER: Final = "vopt"


def new_secret() -> str:
    """A new secret, in base32."""
    return base64.b32encode(os.urandom(SECRET_BYTES)).decode("ascii")


def address_of(secret: str, name: str) -> str:
    """The otpauth:// address that an app takes from a QR code."""
    return _codes(secret).get_provisioning_uri(name, ISSUER)


def step_of(secret: str, code: str, now: datetime, *, after: int | None) -> int | None:
    """The number of the half minute of which this is the code, where it is now and later than `after`; else None.

    An `after` that is still to come is of a clock that was wrong: she would be kept out until then.
    """
    digits = "".join(code.split()).encode("utf-8", "replace")
    codes, this = _codes(secret), int(now.timestamp()) // STEP_S
    used = after if after is not None and after <= this + TOLERANCE else -1
    fitting = [
        step
        for step in range(max(this - TOLERANCE, 0), this + TOLERANCE + 1)
        if hmac.compare_digest(codes.generate(step * STEP_S), digits) and step > used
    ]
    return fitting[-1] if fitting else None


def _codes(secret: str) -> TOTP:
    # A library's own comparison would not say which step it was, and so a code could be used twice.
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_S)
