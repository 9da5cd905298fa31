"""This is where tests get pages for photos from a phone that no process serves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from vopt_lib.desk.instance import Desk
from vopt_lib.errors import NoHomeNetwork
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.phone import PhonePage


@dataclass
class Server:
    """Pages that are opened without any process."""

    open: list[int] = field(default_factory=list)
    is_alive: bool = True

    @contextmanager
    def page(self, desk: Desk, member: Member, listing_id: int) -> Iterator[Any]:
        """One of them; that of listing 9 has no home network."""
        if listing_id == 9:
            raise NoHomeNetwork
        self.open.append(listing_id)
        try:
            page = PhonePage(f"http://192.168.1.7:8422/{listing_id}", "Abito", desk.clock.now())
            yield SimpleNamespace(page=page, service=self)
        finally:
            self.open.remove(listing_id)
