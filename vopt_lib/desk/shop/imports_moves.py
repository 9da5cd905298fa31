"""This is where the page of imports goes on after what she does: what is read beside it, and what is told next.

The page hands in what it remembers, each as a way to read and a way to write it; nothing is kept here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop import mailbox_page, under_way
from vopt_lib.desk.shop.imports_page import leave, look_into, press, take_in
from vopt_lib.desk.shop.inventory_moves import Remembered
from vopt_lib.schema.imports_page import Chosen, UnderWay
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.searches import Told
from vopt_lib.words import N_, Words

BROKEN = N_("Something went wrong in vopt. What came in until then stays; what happened is written in its log.")


@dataclass(frozen=True)
class Moves:
    """What she can do on the page.

    work: what goes on beside the page; seen: what was looked into, and waits for her word; told: the answer to what she
    did last; turn: how often something changed that the page tells.
    """

    desk: Desk
    member: Member
    words: Words
    work: Remembered[UnderWay | None]
    seen: Remembered[UnderWay | None]
    told: Remembered[Told | None]
    turn: Remembered[int]

    def arrived(self, upload_id: str, name: str) -> None:
        """She dropped a file: look into it."""
        self._look(Chosen(upload_id, name))

    def visit(self, address: str, login: str = "") -> None:
        """Look at her closet on Vinted."""
        if address.strip():
            self._look(Chosen(address.strip(), address.strip(), "closet", login.strip() or None))

    def say(self, login: str, columns: Mapping[str, str | None], mail_server: str) -> None:
        """She says more of what she looks at: look again, where that changes anything."""
        shown = self.seen.get()
        if shown is None or shown.looked is None:
            return
        before, table = shown.chosen, shown.looked.table
        named = {name: head for name, head in columns.items() if head}
        chosen = replace(before, login=login.strip() or before.login, mail_server=mail_server.strip() or None)
        if table and named != dict(table.columns):
            chosen = replace(chosen, columns=named)
        if chosen != before:
            self._look(chosen)

    def press(self, act: str, thing: str) -> None:
        """Take in or leave what she looks at; read, check or forget a mailbox; answer a question."""
        shown = self.seen.get()
        if act == "take-in" and shown is not None:
            self._take_in(shown.chosen)
        elif act == "leave" and shown is not None:
            leave(self.desk, self.member, shown.chosen)
            self.seen.set(None)
        elif act == "read":
            self._read(Chosen(thing, thing, "mailbox"))
        elif act == "check":
            chosen = Chosen(thing, thing, "mailbox")
            self._begin(chosen, lambda _: mailbox_page.check(self.desk, self.member, thing, self.words))
        elif act == "forget":
            self.answered(mailbox_page.forget(self.desk, self.member, thing, self.words))
        else:
            self.answered(press(self.desk, self.member, act, thing, words=self.words))

    def kept(self, found: str) -> None:
        """A mailbox was set beside the page; found: what vopt said of it."""
        self.answered(Told(found, "good"))

    def answered(self, told: Told) -> None:
        """Something was done: say so, and tell the rest anew."""
        self.told.set(told)
        self.turn.set(self.turn.get() + 1)

    def notice(self) -> None:
        """Look whether what was begun has come to its end. What could not be taken in waits on."""
        work = self.work.get()
        if work is None or work.outcome is None:
            return
        self.work.set(None)
        if work.told is None:
            self.seen.set(work)
            return
        if work.told.kind != "bad":
            self.seen.set(None)
        self.answered(work.told)

    def _read(self, mailbox: Chosen) -> None:
        """Read a mailbox at once, unless it must be asked for which account."""
        looked = look_into(self.desk, self.member, mailbox, self.words)
        self._look(mailbox) if looked.needs_login else self._take_in(mailbox)

    def _look(self, chosen: Chosen) -> None:
        self._begin(chosen, lambda progress: look_into(self.desk, self.member, chosen, self.words, progress=progress))

    def _take_in(self, chosen: Chosen) -> None:
        self._begin(chosen, lambda progress: take_in(self.desk, self.member, chosen, self.words, progress=progress))

    def _begin(self, chosen: Chosen, doing: under_way.Doing) -> None:
        broken = Told(self.words.say(BROKEN), "bad")
        self.told.set(None)
        self.work.set(under_way.begin(self.desk, self.member, chosen, doing, broken=broken))
        self.notice()
