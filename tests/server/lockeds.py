"""This is where tests get a vopt whose pages are locked: an admin and a member with passwords, and their browsers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from tests.servers import HttpAnswer, RunningPages, running_pages
from tests.shop.full import account, add_ben, fill
from tests.shop.people import author
from tests.visitors import Visitor
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.opening import member_of, shop_of
from vopt_lib.desk.shop.signing_in import end_code_of, set_password
from vopt_lib.shop.tables import Person

ANNAS, BENS = "Giraffenwort-7", "Zebrawort-im-Zoo"
"""Their passwords; each also names what is only hers in every table of the shop."""

FORM = ("Content-Type", "application/x-www-form-urlencoded")


@dataclass
class Browser:
    """A browser with cookies that shows forms and sends them."""

    pages: RunningPages
    headers: tuple[tuple[str, str], ...] = ()
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def cookie(self) -> str:
        """Its Cookie header."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    @property
    def origin(self) -> str:
        """The Origin of our pages."""
        return f"http://{self.pages.host}"

    @property
    def visitor(self) -> Visitor:
        """The same, opening pages."""
        return Visitor(self.pages, self.cookie)

    def get(self, target: str, *headers: tuple[str, str]) -> HttpAnswer:
        """What it gets there."""
        return self._kept(self.pages.ask(target, headers=[*self._own, *self.headers, *headers]))

    def send(self, target: str, fields: Mapping[str, str], *headers: tuple[str, str]) -> HttpAnswer:
        """What a form gets that is sent there, as it is."""
        given = [*self._own, ("Origin", self.origin), FORM, *self.headers, *headers]
        return self._kept(self.pages.ask(target, method="POST", headers=given, body=urlencode(fields).encode()))

    def fill_in(self, page: str, fields: Mapping[str, str], *, to: str | None = None) -> HttpAnswer:
        """What the form of a page gets, filled in so; the hidden field is the page's."""
        return self.send(to or page.partition("?")[0], {"form": self.field_of(page), **fields})

    def field_of(self, page: str) -> str:
        """The hidden field of the form at this address."""
        found = re.search(r'name="form" value="(\w+)"', self.get(page).body.decode())
        assert found, page
        return found[1]

    def sign_in(self, name: str, password: str) -> HttpAnswer:
        """What the log-in form gets."""
        return self.fill_in("/login", {"name": name, "password": password})

    @property
    def _own(self) -> list[tuple[str, str]]:
        return [("Cookie", self.cookie)] if self.cookies else []

    def _kept(self, answer: HttpAnswer) -> HttpAnswer:
        for cookie in answer.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
            if not value:
                del self.cookies[name]
        return answer


@dataclass(frozen=True)
class Locked:
    """A running vopt whose pages are locked, and its data."""

    pages: RunningPages
    desk: Desk

    def browser(self, *headers: tuple[str, str]) -> Browser:
        """A browser that nobody knows."""
        return Browser(self.pages, headers)

    def anna(self) -> Browser:
        """A new browser in which Anna, an admin, signed in."""
        return self._signed_in("Anna", ANNAS)

    def ben(self) -> Browser:
        """A new browser in which Ben, a member, signed in."""
        return self._signed_in("Ben", BENS)

    def _signed_in(self, name: str, password: str) -> Browser:
        browser = self.browser()
        assert browser.sign_in(name, password).status == 303
        return browser


def family(data: Path, bens: str = "Zebrawort") -> Desk:
    """A vopt with Anna, an admin, and Ben, a member, each with something in every table. bens: what his texts say."""
    desk = open_desk(data=data)
    shop = shop_of(desk)
    with shop.writing(author()) as session:
        session.get_one(Person, 1).name = "Anna"
        session.add(account(1, "anna_r"))
    add_ben(shop)
    fill(shop, 1, "Giraffenwort")
    fill(shop, 2, bens)
    return desk


@contextmanager
def locked_pages(
    data: Path, *, program: tuple[str, ...] = ("-m", "vopt_lib.server"), bens: str = "Zebrawort"
) -> Iterator[Locked]:
    """The pages of that family, locked."""
    desk = family(data, bens)
    anna = member_of(desk)
    for number, password in ((1, ANNAS), (2, BENS)):
        end_code_of(desk, anna, number)
        set_password(desk, anna, number, password)
    with running_pages(data, program=program) as pages:
        yield Locked(pages, desk)
