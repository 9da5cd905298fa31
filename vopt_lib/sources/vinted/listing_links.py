"""This is where the address of a listing is found in what somebody pasted: alone, or in the text of a shared link.

Nothing is ever opened: the number is taken, and whatever else stands there is forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from vopt_lib.errors import NotAListingLink
from vopt_lib.sources.vinted.site import LOCALES, is_loopback
from vopt_lib.words import N_

LONGEST: Final = 5_000
"""Characters that are looked through; a shared text has some hundred."""

_WORDS: Final = re.compile(r"[^\s<>\"'“”«»()\[\]{}]+")
_SCHEME: Final = re.compile(r"https?://", re.IGNORECASE)
_ITEM: Final = re.compile(r"/items/([1-9][0-9]{0,14})(?:-[^/]*)?(?:/edit)?/?", re.ASCII)
_FORM: Final = re.compile(r"/items/new/?")


@dataclass(frozen=True)
class ListingLink:
    """Which listing an address is of. market: the country of the site ("it", "co.uk")."""

    market: str
    number: int


def listing_in(text: str, *, default_market: str = "it") -> ListingLink:
    """The listing whose address stands in a text, once or several times; a simulator's is of `default_market`.

    Raises: NotAListingLink.
    """
    sites = [(_market_of(link.hostname or "", default_market), link.path) for link in _links(text[:LONGEST])]
    found = {ListingLink(market, int(item[1])) for market, path in sites if market and (item := _ITEM.fullmatch(path))}
    if len({link.number for link in found}) == 1:
        return min(found, key=lambda link: link.market)
    if found:
        raise NotAListingLink(why=N_("These are addresses of several listings."))
    if any(market and _FORM.fullmatch(path) for market, path in sites):
        raise NotAListingLink(why=N_("This is the address of the form, not of the listing."))
    if any(market is None for market, _ in sites):
        raise NotAListingLink(
            why=N_("This is the address of another site, or of one of Vinted's that vopt does not know.")
        )
    raise NotAListingLink(why=N_("There is no address of a listing in this."))


def _links(text: str) -> Iterator[SplitResult]:
    """Every word that may be an address; one with a user's name before the host is none of Vinted's."""
    for word in _WORDS.findall(text):
        has_scheme = _SCHEME.match(word)
        if not has_scheme and "/items/" not in word:
            continue
        try:
            link = urlsplit((word if has_scheme else f"https://{word}").rstrip(".,;:!?…"))
            _ = link.port
        except ValueError:
            continue
        if link.hostname and "@" not in link.netloc:
            yield link


def _market_of(host: str, default: str) -> str | None:
    name = host.casefold().rstrip(".")
    if is_loopback(name):
        return default
    market = name.removeprefix("www.").removeprefix("vinted.")
    return market if market in LOCALES and name in (f"vinted.{market}", f"www.vinted.{market}") else None
