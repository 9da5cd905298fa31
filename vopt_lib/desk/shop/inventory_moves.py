"""This is where the inventory page goes on after what she does: what it shows next, what is picked, what is open.

The page hands in what it remembers, each as a way to read and a way to write it; nothing is kept here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.inventory import inventory_mark
from vopt_lib.desk.shop.inventory_deeds import (
    apply_bulk,
    create_listing,
    press_listing,
    preview_bulk,
    save_listing,
    undo_bulk,
    write_note,
)
from vopt_lib.desk.shop.phone_beside import PhoneBeside
from vopt_lib.desk.shop.photo_panel import press_photo
from vopt_lib.desk.shop.repricing import preview_repricing
from vopt_lib.schema.bulk import Plan
from vopt_lib.schema.filters import InventoryFilters
from vopt_lib.schema.inventory_page import Answered, Moment, OwnPane
from vopt_lib.schema.pricing import Repricing
from vopt_lib.schema.visitor import Visitor

T = TypeVar("T")


@dataclass(frozen=True)
class Remembered(Generic[T]):
    """One thing that a page remembers."""

    get: Callable[[], T]
    set: Callable[[T], None]


@dataclass(frozen=True)
class Opened:
    """What stands beside the list, how often it was looked up anew, and what was typed there before (`OwnPane`)."""

    listing_id: int | None = None
    is_new: bool = False
    turn: int = 0
    typed: Mapping[str, Any] = field(default_factory=dict)
    seen: tuple[int, int] | None = None


@dataclass(frozen=True)
class Moves:
    """What she can do on the page. mark: the change of the shop that the list was made after; phone: her code for
    photos from a phone.
    """

    desk: Desk
    visitor: Visitor
    query: Remembered[str]
    opened: Remembered[Opened]
    picked: Remembered[tuple[int, ...]]
    moment: Remembered[Moment]
    mark: Remembered[int]
    phone: PhoneBeside = field(default_factory=PhoneBeside)

    @property
    def filters(self) -> InventoryFilters:
        """Where she is."""
        return InventoryFilters.from_query(self.query.get())

    def go(self, query: str) -> None:
        """Go to this address of the page; what stands beside the list stays as it is unless that changes."""
        self.query.set(query)
        wanted, now = self.filters, self.opened.get()
        if (wanted.id, wanted.new) != (now.listing_id, now.is_new):
            self.opened.set(Opened(wanted.id, wanted.new))

    def look(self) -> None:
        """Show the list anew where something was changed meanwhile; what she is writing is left alone."""
        mark = inventory_mark(self.desk, self.visitor)
        if mark != self.mark.get():
            self.mark.set(mark)

    def close(self) -> None:
        """Show the list alone."""
        self.go(self.filters.but(id=None).as_query())

    def save(self, pane: OwnPane, typed: Mapping[str, Any]) -> None:
        """Keep what is written in the fields beside the list."""
        if pane.detail is None:
            self._then(create_listing(self.desk, self.visitor, typed))
            return
        detail = pane.detail
        seen = pane.seen or detail.versions
        self._then(save_listing(self.desk, self.visitor, detail.row.listing_id, typed, seen=seen))

    def press(self, act: str, text: str) -> None:
        """Do something with the listing that is open. text: a note, or the reason."""
        listing_id = self.opened.get().listing_id or 0
        if act == "note":
            self._then(write_note(self.desk, self.visitor, listing_id, text))
        elif act == "phone":
            self._then(self.phone.begin(self.desk, self.visitor, listing_id))
        elif act == "phone-close":
            self._then(self.phone.end(self.visitor))
        else:
            self._then(press_listing(self.desk, self.visitor, act, listing_id, reason=text))

    def photo(self, pane: OwnPane, told: str, typed: Mapping[str, Any]) -> None:
        """Do with the photos of the listing that is open what is told; what is typed in its fields stays."""
        if pane.detail is not None:
            self._photo(told, dict(typed), pane.seen or pane.detail.versions)

    def bring_photo_back(self, deleted: int) -> None:
        """Bring back a deleted photo of the listing that is open."""
        self._photo(f"back {deleted}", self.opened.get().typed, self.opened.get().seen)

    def _photo(self, told: str, typed: Mapping[str, Any], seen: tuple[int, int] | None) -> None:
        self._then(press_photo(self.desk, self.visitor, self.opened.get().listing_id or 0, told))
        now = self.opened.get()
        self.opened.set(replace(now, turn=now.turn + 1, typed=typed, seen=seen))

    def with_moment(self, pane: OwnPane | None) -> OwnPane | None:
        """What stands beside the list, with the code that is open for it, and with what she was typing."""
        if pane is None or pane.detail is None:
            return pane
        opened, phone = self.opened.get(), self.phone.shown(pane.detail.row.listing_id)
        return replace(pane, phone=phone, typed=opened.typed, seen=opened.seen)

    def restore(self, listing_id: int) -> None:
        """Bring back a deleted listing."""
        self._then(press_listing(self.desk, self.visitor, "restore", listing_id))

    def preview(self, typed: Mapping[str, Any]) -> None:
        """Show what would become of the picked listings."""
        self._tell(preview_bulk(self.desk, self.visitor, self.picked.get(), typed))

    def reprice(self, change: Repricing) -> None:
        """Show what would become of a listing at the price that is advised."""
        self._tell(preview_repricing(self.desk, self.visitor, change))

    def apply(self) -> None:
        """Make the change that she looks at."""
        plan = self.moment.get().plan
        if plan is not None:
            self.picked.set(())
            self._then(apply_bulk(self.desk, self.visitor, plan))

    def leave(self) -> None:
        """Make no change."""
        self._tell(None)

    def undo(self, batch: str) -> None:
        """Take back what was done under this name."""
        self._then(undo_bulk(self.desk, self.visitor, batch))

    def _tell(self, outcome: Answered | Plan | None) -> None:
        self.moment.set(self.moment.get().then(outcome))

    def _then(self, answered: Answered) -> None:
        """Say it, and show the list and what is open as they are now; after a refusal, what she wrote stays."""
        self._tell(answered)
        if answered.told.kind == "bad":
            return
        self.mark.set(inventory_mark(self.desk, self.visitor))
        if answered.opens is not None:
            self.go(self.filters.but(id=answered.opens or None).as_query())
        now = self.opened.get()
        self.opened.set(Opened(now.listing_id, now.is_new, now.turn + 1))
