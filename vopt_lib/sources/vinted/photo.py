"""This is where the photo of a listing is fetched: at exactly the address that was delivered, and only there."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from vopt_lib.errors import ForeignAddress, UnexpectedAnswer
from vopt_lib.sources.vinted.client import VintedClient
from vopt_lib.sources.vinted.kinds import Kind
from vopt_lib.sources.vinted.site import host_of
from vopt_lib.words import N_

LARGEST: Final = 4 * 2**20
"""Bytes. Source: facts/vinted-web.md §2.3: a photo of 600 × 800 pixels has some 100 kB, a small one 20."""


def fetch_photo(client: VintedClient, url: str) -> bytes:
    """The file of a photo, which is told to be one and is not looked at yet.

    Raises: CollectingError. PageGone: the address does not, or no longer, lead to it; ForeignAddress: it is none of the
        marketplace's photo hosts', nothing was asked; UnexpectedAnswer: no photo, or too large a one.
    """
    if not is_whole(url):
        raise ForeignAddress(url=url, host=client.site.name)
    body = client.get(url, kind=Kind.IMAGE).body
    if len(body) > LARGEST:
        raise UnexpectedAnswer(host=host_of(url), why=N_("it is larger than any real answer"))
    return body


def unsigned(url: str) -> str:
    """The address without what changes each time it is delivered: the same photo always has the same."""
    return url.partition("?")[0].partition("#")[0]


def is_whole(url: str) -> bool:
    """Whether an address can be read as one with a host."""
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False
