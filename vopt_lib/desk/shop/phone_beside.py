"""This is where the code for photos from a phone stands open beside a listing on a page, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.qr_code import qr_code
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.desk.shop.phone_page import OpenPage, open_phone_page
from vopt_lib.errors import VoptError
from vopt_lib.schema.inventory_page import Answered
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.phone import PhoneShown
from vopt_lib.schema.searches import Told
from vopt_lib.schema.visitor import Visitor
from vopt_lib.words import N_

Opening = Callable[[Desk, Member, int], AbstractContextManager[OpenPage]]


class PhoneBeside:
    """The one that is open on a page; it closes with whoever holds this, if its time is not over before."""

    def __init__(self, open_page: Opening = open_phone_page) -> None:
        self._open_page = open_page
        self._stack = ExitStack()
        self._open: tuple[int, OpenPage] | None = None

    def begin(self, desk: Desk, visitor: Visitor, listing_id: int) -> Answered:
        """Open one for this listing of hers, instead of any that is open."""
        self._close()
        try:
            opened = self._stack.enter_context(self._open_page(desk, member_of(desk, visitor), listing_id))
        except VoptError as error:
            return Answered(Told(visitor.words.error(error), "bad"))
        self._open = (listing_id, opened)
        return Answered(
            Told(visitor.words.say(N_("Scan the code with your phone, send the photos, then close it.")), "good")
        )

    def end(self, visitor: Visitor) -> Answered:
        """Close it."""
        self._close()
        return Answered(Told(visitor.words.say(N_("The code is closed. The photos that arrived are here.")), "good"))

    def shown(self, listing_id: int | None) -> PhoneShown | None:
        """What to show beside this listing; None: none is open for it, or not any more."""
        if self._open is None or self._open[0] != listing_id or not self._open[1].service.is_alive:
            return None
        page = self._open[1].page
        return PhoneShown(page, qr_code(page.address))

    def _close(self) -> None:
        self._open = None
        self._stack.close()
