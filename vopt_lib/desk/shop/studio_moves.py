"""This is where the studio goes on after what she does: what is drawn anew, and what is under way.

The page hands in what it remembers, each as a way to read and a way to write it; nothing is kept here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from vopt_lib.desk.assistant import is_set
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.photo_analysis import analyse_at_once
from vopt_lib.desk.shop.inventory import inventory_mark
from vopt_lib.desk.shop.inventory_deeds import press_listing, undo_bulk
from vopt_lib.desk.shop.inventory_moves import Remembered
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.desk.shop.phone_beside import PhoneBeside
from vopt_lib.desk.shop.photo_panel import press_photo
from vopt_lib.desk.shop.published import mark_published
from vopt_lib.desk.shop.studio import open_draft, studio_page
from vopt_lib.desk.shop.studio_deeds import (
    SHORT,
    begin_draft,
    keep_fields,
    look_again,
    look_at_photos,
    take_suggestion,
    turn_text,
    write_draft,
)
from vopt_lib.errors import VoptError
from vopt_lib.schema.filters import StudioAddress
from vopt_lib.schema.inventory_page import Answered
from vopt_lib.schema.listing_text import ListingText
from vopt_lib.schema.phone import PhoneShown
from vopt_lib.schema.searches import Told
from vopt_lib.schema.studio_page import OpenDraft, StudioPage, Work
from vopt_lib.schema.visitor import Visitor
from vopt_lib.words import N_

REDRAWS: Final = frozenset({"catalog_id", "brand"})
"""Fields after which others are drawn anew: sizes depend on the catalogue, and a brand stands in one of two fields."""


@dataclass(frozen=True)
class StudioMoves:
    """What she can do on the page.

    drawn: rises when fields and photos have to be drawn anew; text: when the text has to be; mark: with every change,
    the number of the last one in the shop; work: what is under way; answered: what was told last.
    """

    desk: Desk
    visitor: Visitor
    query: Remembered[str]
    drawn: Remembered[int]
    text: Remembered[int]
    mark: Remembered[int]
    work: Remembered[Work | None]
    answered: Remembered[Answered | None]
    phone: PhoneBeside = field(default_factory=PhoneBeside)

    @property
    def address(self) -> StudioAddress:
        """Where she is."""
        return StudioAddress.from_query(self.query.get())

    @property
    def listing_id(self) -> int:
        """The draft that is open; 0: none."""
        return self.address.id or 0

    def page(self) -> StudioPage:
        """What the page shows now."""
        return studio_page(self.desk, self.visitor, self.address)

    def draft(self) -> OpenDraft | None:
        """The draft that is open, as it is now; None where none is, or it cannot be read."""
        if not self.listing_id:
            return None
        try:
            return open_draft(self.desk, member_of(self.desk, self.visitor), self.listing_id)
        except VoptError:
            return None

    def phone_shown(self) -> PhoneShown | None:
        """The code for photos from her phone, while it is open."""
        return self.phone.shown(self.listing_id or None)

    def go(self, query: str) -> None:
        """Go to this address of the page."""
        was = self.listing_id
        self.query.set(query)
        if self.listing_id != was:
            self.answered.set(None)
            self._redraw()

    def look(self) -> None:
        """Show what was changed meanwhile by somebody else, or came from her phone."""
        mark = inventory_mark(self.desk, self.visitor)
        if mark != self.mark.get() and self.work.get() is None:
            self._redraw()

    def begin(self, uploads: Sequence[str] = ()) -> None:
        """Begin a draft with these photos, open it, and look at them."""
        begun = begin_draft(self.desk, self.visitor, uploads)
        self.answered.set(begun)
        if begun.opens:
            self.query.set(StudioAddress(id=begun.opens).as_query())
            self._redraw()
            if uploads:
                self.work.set("look")

    def photo(self, told: str) -> None:
        """Do with the photos what is told; new ones are looked at."""
        self._tell(press_photo(self.desk, self.visitor, self.listing_id, told))
        if told.startswith("add "):
            self.work.set("look")

    def bring_photo_back(self, deleted: int) -> None:
        """Bring back a deleted photo."""
        self.photo(f"back {deleted}")

    def write(self, name: str, value: Any) -> None:
        """Keep what she wrote in a field."""
        if value is None and name not in ("catalog_id", "condition_id"):
            value = ""
        followed = self._done(partial(keep_fields, self.desk, self.visitor, self.listing_id, {name: value}))
        if followed:
            self.text.set(self.text.get() + 1)
        if name in REDRAWS:
            self.drawn.set(self.drawn.get() + 1)

    def take(self, told: str) -> None:
        """Fill in what photos suggest."""
        self._done(partial(take_suggestion, self.desk, self.visitor, self.listing_id, told))
        self._redraw()

    def turn(self, steps: int) -> None:
        """Show an earlier or a later text."""
        self._done(partial(turn_text, self.desk, self.visitor, self.listing_id, steps))
        self.text.set(self.text.get() + 1)

    def press(self, act: str, thing: str = "") -> None:
        """Do one of these: `begin`, `phone`, `phone-close`, `delete`, `restore`, `take FIELD PLACE`, `ask PRICE`,
        `earlier`, `later`, or begin a `Work`.
        """
        acts: Mapping[str, Callable[[], None]] = {
            "begin": self.begin,
            "phone": lambda: self._tell(self.phone.begin(self.desk, self.visitor, self.listing_id)),
            "phone-close": self._close_phone,
            "take": lambda: self.take(thing),
            "ask": lambda: self._ask(thing),
            "earlier": lambda: self.turn(-1),
            "later": lambda: self.turn(1),
            "delete": lambda: self._press_listing("delete", self.listing_id),
            "restore": lambda: self._press_listing("restore", int(thing)),
        }
        if act in acts:
            acts[act]()
        elif act in ("write", "shorten") and not self._is_known():
            said = self.visitor.words.say(N_("First say what it is: choose a catalogue or a brand above."))
            self.answered.set(Answered(Told(said, "warn")))
        else:
            self.work.set(act)  # type: ignore[arg-type] # a Work

    def publish(self, pasted: str) -> None:
        """Remember that it is on sale at this address."""
        if pasted.strip():
            self._tell(mark_published(self.desk, self.visitor, self.listing_id, pasted))

    def undo(self, batch: str) -> None:
        """Take back what was done under this name."""
        self._tell(undo_bulk(self.desk, self.visitor, batch))

    def do(self, work: Work, on_text: Callable[[ListingText], None]) -> None:
        """Do what takes a while; then nothing is under way. on_text: is told what is written so far."""
        deeds: Mapping[Work, Callable[[Desk, Visitor, int], object]] = {
            "look": self._look_at_photos,
            "look again": look_again,
            "write": partial(write_draft, on_text=on_text),
            "shorten": partial(write_draft, on_text=on_text, most_signs=SHORT),
        }
        try:
            self._done(lambda: deeds[work](self.desk, self.visitor, self.listing_id))
        finally:
            self.work.set(None)
            self._redraw()

    def _look_at_photos(self, desk: Desk, visitor: Visitor, listing_id: int) -> None:
        """First what shows at once; a language model may take minutes."""
        look_at_photos(desk, visitor, listing_id, look=analyse_at_once)
        self._redraw()
        if is_set(desk, "look"):
            look_at_photos(desk, visitor, listing_id)

    def _is_known(self) -> bool:
        draft = self.draft()
        return draft is not None and bool(draft.facts.catalog_id or draft.facts.brand)

    def _ask(self, price: str) -> None:
        self.write("asked", price)
        self.drawn.set(self.drawn.get() + 1)

    def _close_phone(self) -> None:
        self._tell(self.phone.end(self.visitor))
        self.work.set("look")

    def _press_listing(self, act: str, listing_id: int) -> None:
        done = press_listing(self.desk, self.visitor, act, listing_id)
        if done.opens is not None:
            self.query.set(StudioAddress(id=done.opens or None).as_query())
        self._tell(done)

    def _done(self, deed: Callable[[], Any]) -> Any:
        """What came of it; a refusal is told, and what stands in the fields stays."""
        try:
            came = deed()
        except VoptError as error:
            self.answered.set(Answered(Told(self.visitor.words.error(error), "bad")))
            return None
        self.mark.set(inventory_mark(self.desk, self.visitor))
        if self.answered.get() is not None:
            self.answered.set(None)
        return came

    def _tell(self, answered: Answered) -> None:
        self.answered.set(answered)
        self._redraw()

    def _redraw(self) -> None:
        for drawn in (self.drawn, self.text):
            drawn.set(drawn.get() + 1)
        self.mark.set(inventory_mark(self.desk, self.visitor))
