"""This is where the simulator's misbehaviours are named: where each acts and what it does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from vopt_lib.errors import SettingsError
from vopt_lib.words import N_


class Place(StrEnum):
    """A part of the site where a fault can act."""

    HOME = "home"
    REFRESH = "refresh"
    CATALOGUE = "catalogue"
    GATEWAY = "gateway"
    """The same search by its other address, on the site itself."""
    FILTERS = "filters"
    NAVIGATION = "navigation"
    WARDROBE = "wardrobe"
    USER = "user"
    METADATA = "metadata"
    ITEM_PAGE = "item_page"
    CATALOGUE_PAGE = "catalogue_page"
    IMAGE = "image"
    ROBOTS = "robots"


class Fault(StrEnum):
    """One way in which the site lets a client down."""

    UNAUTHORIZED = "unauthorized"
    EXPIRED_TOKEN = "expired_token"
    INVALID_REQUEST = "invalid_request"
    FORBIDDEN_JSON = "forbidden_json"
    ACCESS_DENIED_GATEWAY = "access_denied_gateway"
    CHALLENGE_DATADOME = "challenge_datadome"
    CHALLENGE_CLOUDFLARE = "challenge_cloudflare"
    CHALLENGE_CLIENT = "challenge_client"
    BLOCKED_1020 = "blocked_1020"
    NOT_ACCEPTABLE = "not_acceptable"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    BAD_GATEWAY = "bad_gateway"
    TIMEOUT_504 = "timeout_504"
    ENDPOINT_MOVED_JSON = "endpoint_moved_json"
    ENDPOINT_MOVED_HTML = "endpoint_moved_html"
    UNKNOWN_SERVICE = "unknown_service"
    MISSING_ITEMS = "missing_items"
    HTML_200 = "html_200"
    CUT_JSON = "cut_json"
    TRUNCATED_BODY = "truncated_body"
    DROPPED_CONNECTION = "dropped_connection"
    SLOW = "slow"
    BROTLI = "brotli"
    FROZEN_FEED = "frozen_feed"
    IGNORED_FILTERS = "ignored_filters"
    DUPLICATE_ITEMS = "duplicate_items"
    SCHEMA_DRIFT = "schema_drift"
    HALF_WITHOUT_PRICE = "half_without_price"
    OTHER_CURRENCY = "other_currency"
    CATALOGUE_RENAMED = "catalogue_renamed"


@dataclass(frozen=True)
class FaultRule:
    """Where a fault acts unless told otherwise, and what it does there."""

    places: frozenset[Place]
    does: str
    spoils_answer: bool = False
    """The normal answer is still made, and comes out changed; else another one takes its place."""


_FIRST_ADDRESS = frozenset({Place.CATALOGUE})
_FEED = frozenset({Place.CATALOGUE, Place.GATEWAY})
_SEARCH = _FEED | {Place.CATALOGUE_PAGE}
_API = frozenset({*_FEED, Place.FILTERS, Place.NAVIGATION, Place.WARDROBE, Place.USER})
_GUARDED = _API | {Place.ITEM_PAGE, Place.CATALOGUE_PAGE}
_HOME = frozenset({Place.HOME})

FAULTS: Mapping[Fault, FaultRule] = {
    Fault.UNAUTHORIZED: FaultRule(_API, "401 code 100, whatever the token"),
    Fault.EXPIRED_TOKEN: FaultRule(_HOME, "the token handed out expired an hour ago", spoils_answer=True),
    Fault.INVALID_REQUEST: FaultRule(_FEED, "400 INVALID_REQUEST"),
    Fault.FORBIDDEN_JSON: FaultRule(_API, "403 code 106"),
    Fault.ACCESS_DENIED_GATEWAY: FaultRule(_API, "403 FORBIDDEN, Access denied"),
    Fault.CHALLENGE_DATADOME: FaultRule(_GUARDED, "403 HTML: DataDome's captcha"),
    Fault.CHALLENGE_CLOUDFLARE: FaultRule(_GUARDED, "403 HTML: Cloudflare's “Just a moment…”"),
    Fault.CHALLENGE_CLIENT: FaultRule(_GUARDED, "403 HTML: “Client Challenge”"),
    Fault.BLOCKED_1020: FaultRule(_GUARDED, "403 HTML: Cloudflare error 1020"),
    Fault.NOT_ACCEPTABLE: FaultRule(_HOME, "406 without a body"),
    Fault.RATE_LIMITED: FaultRule(_API, "429, Retry-After: 60, without a body"),
    Fault.SERVER_ERROR: FaultRule(_API, "500 without a body"),
    Fault.BAD_GATEWAY: FaultRule(_API, "502 HTML of the proxy"),
    Fault.TIMEOUT_504: FaultRule(_API, "504 without a body"),
    Fault.ENDPOINT_MOVED_JSON: FaultRule(_FIRST_ADDRESS, "404 code 104; the gateway still answers"),
    Fault.ENDPOINT_MOVED_HTML: FaultRule(_FIRST_ADDRESS, "404 HTML; the gateway still answers"),
    Fault.UNKNOWN_SERVICE: FaultRule(_FEED, "404 NOT_FOUND of the gateway"),
    Fault.MISSING_ITEMS: FaultRule(_FEED, "200 code 0 “Ok” without items"),
    Fault.HTML_200: FaultRule(_FEED, "200 with a short HTML page"),
    Fault.CUT_JSON: FaultRule(_FEED, "200, complete as HTTP, the JSON cut in the middle", spoils_answer=True),
    Fault.TRUNCATED_BODY: FaultRule(_FEED, "the connection closes half-way through the body", spoils_answer=True),
    Fault.DROPPED_CONNECTION: FaultRule(_API | _HOME, "the connection closes without an answer"),
    Fault.SLOW: FaultRule(_API | _HOME, "the answer comes --slow-s seconds late", spoils_answer=True),
    Fault.BROTLI: FaultRule(_API, "the body comes as brotli to a client that accepts it", spoils_answer=True),
    Fault.FROZEN_FEED: FaultRule(_SEARCH, "the shelf stays as it was when this was switched on", spoils_answer=True),
    Fault.IGNORED_FILTERS: FaultRule(_SEARCH, "every listing fits, whatever was asked", spoils_answer=True),
    Fault.DUPLICATE_ITEMS: FaultRule(_SEARCH, "each page begins with the end of the page before", spoils_answer=True),
    Fault.SCHEMA_DRIFT: FaultRule(_FEED, "the price is an object of other keys, item_box is gone", spoils_answer=True),
    Fault.HALF_WITHOUT_PRICE: FaultRule(_FEED, "every second listing comes without its price", spoils_answer=True),
    Fault.OTHER_CURRENCY: FaultRule(_FEED, "the same prices, in zloty", spoils_answer=True),
    Fault.CATALOGUE_RENAMED: FaultRule(_SEARCH, "nothing lies in the catalogue asked for", spoils_answer=True),
}


@dataclass
class SwitchedOn:
    """A fault in force: for how many more requests (None: until switched off), where, since when.

    `after`: so many more requests at these places pass unharmed first.
    """

    fault: Fault
    times: int | None
    places: frozenset[Place]
    since: datetime
    after: int = 0

    def as_json(self) -> dict[str, Any]:
        """Plain values for the control address."""
        return {
            "name": self.fault.value,
            "times": self.times,
            "after": max(self.after, 0),
            "places": sorted(self.places),
            "since": self.since.isoformat(),
            "does": FAULTS[self.fault].does,
        }


Taken = Mapping[Fault, datetime]
"""The faults that act on one request, with the moment each was switched on."""


class Faults:
    """The faults in force. Those that take the answer's place act one after the other, in the order switched on."""

    def __init__(self) -> None:
        self._on: list[SwitchedOn] = []

    def switch_on(self, order: FaultOrder, since: datetime) -> None:
        """Let a fault act from now on; a second order of the same fault replaces the first."""
        self.switch_off(order.fault)
        places = frozenset({order.place}) if order.place else FAULTS[order.fault].places
        self._on.append(SwitchedOn(order.fault, order.times, places, since, order.after))

    def switch_off(self, fault: Fault | None = None) -> None:
        """End one fault, or all of them."""
        self._on = [switched for switched in self._on if fault is not None and switched.fault is not fault]

    def in_force(self) -> list[SwitchedOn]:
        """What is switched on, oldest first."""
        return list(self._on)

    def take(self, place: Place) -> Taken:
        """The faults for one request at that place; counts them."""
        here = [switched for switched in self._on if place in switched.places and not self._is_early(switched)]
        replacing = [switched for switched in here if not FAULTS[switched.fault].spoils_answer][:1]
        slow = [switched for switched in here if switched.fault is Fault.SLOW]
        acting = [*replacing, *slow] if replacing else here
        for switched in acting:
            if switched.times is not None:
                switched.times -= 1
        self._on = [switched for switched in self._on if switched.times is None or switched.times > 0]
        return {switched.fault: switched.since for switched in acting}

    def _is_early(self, switched: SwitchedOn) -> bool:
        """Whether this request still passes unharmed; counts it."""
        switched.after -= 1
        return switched.after >= 0


@dataclass(frozen=True)
class FaultOrder:
    """What to switch on: a fault, for so many requests (None: until switched off), perhaps at one place only.

    `after`: only once so many requests have passed there.
    """

    fault: Fault
    times: int | None = None
    place: Place | None = None
    after: int = 0

    @classmethod
    def parse(cls, text: str) -> FaultOrder:
        """The order written as NAME[:TIMES][@PLACE][+AFTER], for instance `rate_limited:2@wardrobe+10`.

        Raises: SettingsError for an unknown name or a number that is none.
        """
        where, plus, after = text.partition("+")
        rest, _, place = where.partition("@")
        name, _, times = rest.partition(":")
        return cls(
            fault=Fault(_known(name, Fault, text)),
            times=_count(times, 1, text) if times else None,
            place=Place(_known(place, Place, text)) if place else None,
            after=_count(after, 0, text) if plus else 0,
        )


def _count(digits: str, least: int, text: str) -> int:
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10 and int(digits) >= least):
        raise _unusable(text, N_("a number of requests must be between {least} and 999,999,999"), least=least)
    return int(digits)


def _known(name: str, kind: Iterable[StrEnum], text: str) -> str:
    names = [member.value for member in kind]
    if name in names:
        return name
    near = get_close_matches(name, names, n=1)
    if near:
        raise _unusable(text, N_("“{fault}” is not known, near it is {near}"), fault=name, near=near[0])
    raise _unusable(text, N_("“{fault}” is not known; known: {known}"), fault=name, known=", ".join(names))


def _unusable(text: str, why: str, **facts: object) -> SettingsError:
    return SettingsError(name="--fault", value=f"“{text}”", why=why, where=N_("the command"), **facts)
