"""This is where we say what is told of somebody who is signed in: types for shop, desk and server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vopt_lib.schema.visitor import Role, Theme
from vopt_lib.words import Language

FIRST: Final = "/first/"
INVITATION: Final = "/invitation/"
"""Where the links are opened with which somebody sets her password; the token of the link follows."""


@dataclass(frozen=True)
class Where:
    """From where somebody asks: the network address, and what her browser calls itself (cut to 200 letters)."""

    address: str
    browser: str = ""


@dataclass(frozen=True)
class SignedIn:
    """Who a session belongs to. session: its number in the shop, for telling sessions apart (no secret)."""

    session: int
    person_id: int
    name: str
    role: Role
    language: Language | None
    theme: Theme
    ends_at: datetime
    """When it ends if she does nothing more."""


@dataclass(frozen=True)
class OpenSession:
    """A session as its owner or an admin sees it in a list."""

    id: int
    person_id: int
    person: str
    begun_at: datetime
    seen_at: datetime
    ends_at: datetime
    where: Where
