"""This is where passwords are hashed and compared: with Argon2id, so slowly that guessing many of them costs much.

Source of the parameters: OWASP's Password Storage Cheat Sheet (19 MiB, two rounds, one lane). That takes 0.04 s on a
computer of 2020 and about 0.2 s on one of 2013, and no more than two are computed at once: forty that try together
wait for each other instead of taking 800 MB.
"""

from __future__ import annotations

import os
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from vopt_lib.errors import PasswordUnusable, SignInBusy
from vopt_lib.words import N_

MEMORY_KIB: Final = 19_456
ROUNDS: Final = 2
LANES: Final = 1
SALT_BYTES: Final = 16
HASH_BYTES: Final = 32

FEWEST_LETTERS: Final = 10
MOST_LETTERS: Final = 200
"""The sentences below say these numbers."""

FEWEST_DIFFERENT: Final = 4
"""Fewer different letters than that are a pattern: 1111111111, 1212121212."""

AT_ONCE: Final = 2
WAITS_S: Final = 15
"""How long one waits for those before her. At 0.2 s each, 150 would have to be in front of her."""

_MOST_READ: Final = 4 * MOST_LETTERS
"""Letters of what was typed that are looked at: accents written apart become fewer when they are put together."""

_TURN: Final = threading.BoundedSemaphore(AT_ONCE)

_SET: Final = f"$argon2id$v=19$m={MEMORY_KIB},t={ROUNDS},p={LANES}$"
_NOBODYS: Final = f"{_SET}{'A' * 22}${'A' * 43}"
"""A hash that no password has: whoever does not exist costs the same time as a wrong password."""

_LISTED: Final = """
0123456789 1234567890 0987654321 12345678910 123456789a 1234554321 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc
q1w2e3r4t5 q1w2e3r4t5y6 qwertyuiop qwertyuiop123 qwerty1234 qwerty12345 qwerty123456 qazwsxedcrfv asdfghjkl123
abcdefghij abcd123456 abc1234567 a123456789 password12 password123 password1234 password12345 passwordpassword
passw0rd123 password01 mypassword iloveyou12 iloveyou123 administrator changeme123 letmein123 welcome123
welcome1234 football123 princess123 sunshine123 michael123 superman123 charlie123 liverpool1 manchester
motdepasse contraseña passwort123 passwort1234 ciaociao123 ciaociaociao amoremio12 amoremio123 forzajuve10
forzamilan forzainter forzanapoli juventus10 francesco1 alessandro1 alessandra giuseppe123 andrea12345
tiamotantotanto vintedvinted vinted1234 vinted12345 vinted2024 vinted2025 vinted2026
"""
"""Passwords of ten letters or more from lists of those that leaked most (the shorter ones are too short anyway)."""

_MOST_USED: Final = frozenset(_LISTED.split())


def hash_of(password: str) -> str:
    """A new hash of a password, as a PHC string with what is needed to compare. Raises: SignInBusy."""
    with _turn():
        return _argon2(os.urandom(SALT_BYTES)).derive_phc_encoded(_bytes(password))


def is_right(password: str, known: str | None) -> bool:
    """Whether this is the password of that hash; without one never, after the same time. Raises: SignInBusy."""
    with _turn():
        try:
            Argon2id.verify_phc_encoded(_bytes(password), known or _NOBODYS)
        except InvalidKey:
            return False
    return known is not None and len(password) <= _MOST_READ


def is_dated(known: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return not known.startswith(_SET)


def must_be_usable(password: str, name: str) -> None:
    """Let a password pass that others will not guess at once. Raises: PasswordUnusable, with what to do."""
    chosen = _normal(password)
    if len(chosen) < FEWEST_LETTERS:
        raise PasswordUnusable(why=N_("it needs 10 letters or more, as three or four words have"))
    if len(chosen) > MOST_LETTERS or len(password) > _MOST_READ:
        raise PasswordUnusable(why=N_("it may have 200 letters at most"))
    plain = "".join(chosen.casefold().split())
    if plain == "".join(_normal(name).casefold().split()):
        raise PasswordUnusable(why=N_("it is your name"))
    if plain in _MOST_USED or len(set(plain)) < FEWEST_DIFFERENT:
        raise PasswordUnusable(why=N_("it is one of the first that anybody tries"))


@contextmanager
def _turn() -> Iterator[None]:
    if not _TURN.acquire(timeout=WAITS_S):
        raise SignInBusy
    try:
        yield
    finally:
        _TURN.release()


def _argon2(salt: bytes) -> Argon2id:
    return Argon2id(salt=salt, length=HASH_BYTES, iterations=ROUNDS, lanes=LANES, memory_cost=MEMORY_KIB)


def _bytes(password: str) -> bytes:
    return _normal(password[:_MOST_READ]).encode("utf-8", "surrogatepass")


def _normal(text: str) -> str:
    """The same letters, however a keyboard made them: é is one letter or two (NFKC)."""
    return unicodedata.normalize("NFKC", text)
