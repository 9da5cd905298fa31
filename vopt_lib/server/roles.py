"""This is where we know what only an admin may open: one table for pages, their kernels, files, and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from vopt_lib.schema.visitor import Role, Visitor
from vopt_lib.server.answers import NOT_FOR_MEMBERS, Refused
from vopt_lib.server.pages import Page

ADMIN_PAGES: Final = frozenset({"admin"})
"""Pages of the whole house. What belongs to somebody is bounded by whoever asks, on every page, not by its address."""

ADMIN_ADDRESSES: Final = frozenset({"/health/deep", "/api/v1/health"})
"""How vopt itself is: nothing of a member's own. The checks of the market's data are everybody's, as the market is."""

_PAGE: Final = re.compile(r"/(?:p/)?([^/]+)(?:/.*)?", re.DOTALL)


def role_for(path: str) -> Role:
    """Whom this address is for: everybody of the household ("member"), or its admins."""
    page = _PAGE.fullmatch(path)
    is_admins = path in ADMIN_ADDRESSES or (page is not None and page[1] in ADMIN_PAGES)
    return "admin" if is_admins else "member"


def check_role(path: str, visitor: Visitor) -> None:
    """Raises: Refused, for what is not hers to open."""
    if role_for(path) == "admin" and visitor.role != "admin":
        raise Refused(403, NOT_FOR_MEMBERS)


def open_to(visitor: Visitor, pages: Iterable[Page]) -> tuple[Page, ...]:
    """Those of these pages that she may open."""
    return tuple(page for page in pages if visitor.role == "admin" or page.name not in ADMIN_PAGES)
