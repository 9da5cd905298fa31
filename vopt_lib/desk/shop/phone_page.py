"""This is where the page for photos from a phone is started, as a process of its own, and what it tells is read."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from vopt_lib.desk.environment import settings_environment
from vopt_lib.desk.home_network import home_address
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.services import Service, announced_port, running_service
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.phone import PhonePage, PhotoArrived
from vopt_lib.schema.photo_hints import PhotoHint
from vopt_lib.shop.listings import find

PROGRAM: Final = ("-m", "vopt_lib.server.phone_serving")


@dataclass(frozen=True)
class OpenPage:
    """The page while it is open."""

    page: PhonePage
    service: Service

    def photos(self) -> Iterator[PhotoArrived]:
        """Each photo when it has arrived, until the page is over. Raises: ServiceError, when it ended otherwise."""
        while told := self.service.next_line():
            what: dict[str, Any] = orjson.loads(told)
            if "photo" in what:
                yield PhotoArrived(what["photo"], tuple(map(PhotoHint, what["hints"])))
        self.service.wait()


@contextmanager
def open_phone_page(
    desk: Desk, member: Member, listing_id: int, *, address: str | None = None, program: Sequence[str] = PROGRAM
) -> Iterator[OpenPage]:
    """A page on the home network that takes photos for this listing, until it is over or the block ends.

    address: of this computer in the home network, else the one that is found. program: what Python runs as the server.

    Raises: NoHomeNetwork; UnknownListing; ServiceError.
    """
    with shop_of(desk).reading() as session:
        find(session, member, listing_id)
    at = home_address() if address is None else address
    asked = ["--listing", str(listing_id), "--person", str(member.person_id), "--address", at]
    environment = settings_environment(desk.settings)
    command = [sys.executable, *program, *asked]
    with running_service("phone", command, desk.paths, environment, stdout=subprocess.PIPE) as service:
        service.port = announced_port(service)
        told = orjson.loads(service.next_line())
        yield OpenPage(PhonePage(told["address"], told["title"], datetime.fromisoformat(told["ends_at"])), service)
