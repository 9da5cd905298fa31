"""This is where a seller's public closet is read, page by page to its end, as politely as everything else.

What was read stays for some hours: a reading that the hour's budget ended goes on where it stopped, and looking at a
report before taking the closet in asks for nothing twice.

Source: facts/vinted-web.md §3.1 (`/api/v2/wardrobe/{id}/items`, `/api/v2/users/{id}`).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import unquote, urlsplit

import orjson

from vopt_lib.errors import FrozenFeed, MissingItems, NotAProfileLink, UnexpectedAnswer
from vopt_lib.files import write_json
from vopt_lib.schema.clock import Clock
from vopt_lib.schema.own_records import Doubtful
from vopt_lib.sources.vinted.answer import Answer, Origin
from vopt_lib.sources.vinted.decode import json_of
from vopt_lib.sources.vinted.kinds import Kind
from vopt_lib.sources.vinted.parse_catalogue import answering_host
from vopt_lib.sources.vinted.parse_closet import ClosetPage, parse_closet
from vopt_lib.sources.vinted.parse_page import Shape
from vopt_lib.sources.vinted.site import LOCALES, Site, is_loopback
from vopt_lib.sources.vinted.state import moment, read_cache
from vopt_lib.words import N_

PER_PAGE: Final = 96
"""Listings of a page: the most that the site gives (facts §2.1)."""

MOST_PAGES: Final = 200

UNFINISHED_FOR: Final = timedelta(hours=12)
"""How long the pages of a reading that was broken off count: within a night, few listings change."""

WHOLE_FOR: Final = timedelta(minutes=15)
"""How long a closet that was read to its end counts as read: long enough to look at a report first."""

_PROFILE: Final = re.compile(r"^/members?/(\d{1,18})(?:-([^/]+))?(?:/.*)?$")
_SCHEME: Final = re.compile(r"^https?://", re.IGNORECASE)


class Client(Protocol):
    """What is needed of the client: it asks one site politely, and knows where that site's memories lie."""

    @property
    def site(self) -> Site:
        """The site it asks."""
        ...

    @property
    def state(self) -> Path:
        """Folder of what is remembered of the site's host."""
        ...

    @property
    def clock(self) -> Clock:
        """Its time."""
        ...

    def get(self, url: str, params: Mapping[str, str] | None = None, *, kind: Kind) -> Answer:
        """One answer of the right kind. Raises: CollectingError."""
        ...


@dataclass(frozen=True)
class Profile:
    """Whose closet is meant. login: None where the address does not tell it."""

    market: str
    user_id: int
    login: str | None


def profile_from_link(link: str, *, default_market: str = "it") -> Profile:
    """Whose profile an address is: https://www.vinted.it/member/12345-anna. A simulator's is of `default_market`.

    Raises: NotAProfileLink.
    """
    try:
        parts = urlsplit(link.strip() if _SCHEME.match(link.strip()) else f"https://{link.strip()}")
        host = (parts.hostname or "").casefold()
    except ValueError as error:
        raise NotAProfileLink(link=link) from error
    market = default_market if is_loopback(host) else host.removeprefix("www.").removeprefix("vinted.")
    found = _PROFILE.match(parts.path)
    is_vinteds = is_loopback(host) or host in (f"www.vinted.{market}", f"vinted.{market}")
    if not found or market not in LOCALES or not is_vinteds or "@" in parts.netloc:
        raise NotAProfileLink(link=link)
    return Profile(market, int(found[1]), unquote(found[2]) if found[2] else None)


def login_of(client: Client, user_id: int) -> str:
    """What somebody is called on the site. Raises: UnexpectedAnswer; CollectingError, as the client."""
    answer = client.get(f"/api/v2/users/{user_id}", kind=Kind.METADATA)
    envelope = json_of(answer.body)
    person = envelope.get("user") if isinstance(envelope, dict) else None
    login = person.get("login") if isinstance(person, dict) else None
    if not isinstance(login, str) or not login:
        raise UnexpectedAnswer(host=client.site.name, why=N_("it does not say whose profile it is"))
    return login


def read_closet(client: Client, user_id: int, *, per_page: int = PER_PAGE) -> Iterator[ClosetPage]:
    """The pages of somebody's public closet, newest listings first, each listing once.

    Raises: MissingItems, FrozenFeed, UnexpectedAnswer; CollectingError, as the client. What was read until then is
    kept: the next reading goes on after it.
    """
    kept = _Kept(client.state / "closets" / f"{client.site.market}-{user_id}-{per_page}", client.clock.now())
    origin = Origin(source=client.site.source, market=client.site.market, run_id="")
    seen: set[int | None] = set()
    for number in range(1, MOST_PAGES + 1):
        known = kept.page(number)
        answer = known or _ask(client, user_id, number, per_page)
        page = parse_closet(Shape.WARDROBE, answer, origin)
        ids = {None if isinstance(one, Doubtful) else one.external_id for one in page.records}
        is_last = _is_last(page, number)
        _check_shown(page, is_last=is_last, host=answering_host(answer, origin))
        if ids <= seen and not is_last:
            raise FrozenFeed(host=answering_host(answer, origin), since=answer.received_at)
        if known is None:
            kept.keep(number, answer)
        fresh = tuple(one for one in page.records if isinstance(one, Doubtful) or one.external_id not in seen)
        seen |= ids
        yield ClosetPage(page.owners, fresh, page.pagination)
        if is_last:
            break
    kept.end(client.clock.now())


def _ask(client: Client, user_id: int, number: int, per_page: int) -> Answer:
    asked = {"page": str(number), "per_page": str(per_page), "order": "newest_first"}
    return client.get(f"/api/v2/wardrobe/{user_id}/items", asked, kind=Kind.WARDROBE)


def _is_last(page: ClosetPage, number: int) -> bool:
    """Whether no page follows; where the site does not count its pages, one that is not full is the last."""
    told = page.pagination
    if told.total_pages is not None:
        return bool(number >= told.total_pages)
    return len(page.records) < (told.per_page or PER_PAGE)


def _check_shown(page: ClosetPage, *, is_last: bool, host: str) -> None:
    """Let a page pass that shows what it says it has. Raises: MissingItems."""
    is_first = page.pagination.current_page in (1, None)
    if not page.records and (not is_last or (is_first and page.pagination.total_entries)):
        raise MissingItems(host=host, what="items")


class _Kept:
    """The pages of one closet that were read lately, each a file."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self._folder = folder
        begun, ended = self._at("1"), self._at("end")
        if (begun and now - begun > UNFINISHED_FOR) or (ended and now - ended > WHOLE_FOR):
            shutil.rmtree(folder, ignore_errors=True)

    def page(self, number: int) -> Answer | None:
        """The answer that was kept, if there is one."""
        kept = read_cache(self._file(str(number))).get("kept", {})
        if "envelope" not in kept:
            return None
        body = orjson.dumps(kept["envelope"])
        return Answer(str(kept.get("url")), 200, "application/json", body, moment(kept["at"]))

    def keep(self, number: int, answer: Answer) -> None:
        """Keep an answer; where the end was known before, it no longer is."""
        self._file("end").unlink(missing_ok=True)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        told: dict[str, Any] = {"at": answer.received_at.isoformat(), "url": answer.url}
        write_json(self._file(str(number)), {"kept": {**told, "envelope": json_of(answer.body)}})

    def end(self, now: datetime) -> None:
        """Remember that the closet was read to its end."""
        if self._at("end") is None:
            write_json(self._file("end"), {"kept": {"at": now.isoformat()}})

    def _at(self, name: str) -> datetime | None:
        kept = read_cache(self._file(name)).get("kept")
        return moment(kept["at"]) if kept else None

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.json"
