"""This is where people become pseudonyms, before anything is written.

A seller's id turns into a keyed hash that only this installation can repeat; logins, profile addresses and portraits
go; buyers leave nothing at all. The key lies in `data/state` (0600) and never leaves it.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from pathlib import Path

from vopt_lib.errors import StateDamaged
from vopt_lib.files import kept_key

HASH_BYTES = 16

_PERSON_IN_ADDRESS = re.compile(
    r"((?:/member/|/members/|/wardrobe/|/users/|[?&](?:user_id|seller_id|member_id|receiver_id)=))([^/?&#\s\"'<>\\]+)"
)
_HASH = re.compile(rf"[0-9a-f]{{{2 * HASH_BYTES}}}")


@dataclass(frozen=True)
class Pseudonyms:
    """The pseudonyms of one installation.

    Example:
        >>> Pseudonyms(b"k" * 32).seller(123) == Pseudonyms(b"k" * 32).seller("123")
        True
    """

    key: bytes = field(repr=False)

    def seller(self, value: object) -> str:
        """The pseudonym of a person's id (or login, where nothing else is known): 32 hex digits, HMAC-SHA256."""
        return hmac.digest(self.key, str(value).encode(), "sha256")[:HASH_BYTES].hex()

    def address(self, url: str) -> str:
        """The address (or text) with the person in it, if any, replaced: /member/12-maria, /wardrobe/12/items."""
        return _PERSON_IN_ADDRESS.sub(self._without_person, url)

    def _without_person(self, found: re.Match[str]) -> str:
        person = found[2]
        if _HASH.fullmatch(person):
            return found[0]
        number = re.match(r"\d+", person)
        return found[1] + self.seller(number[0] if number else person)


def load_pseudonyms(path: Path) -> Pseudonyms:
    """The pseudonyms whose key lies at path; the first caller makes the key, whoever else starts at the same moment.

    Raises: OSError; StateDamaged when the file holds no key, because a new one would split every seller in two.
    """
    try:
        return Pseudonyms(kept_key(path))
    except ValueError as error:
        raise StateDamaged(path=str(path)) from error
