"""This is where we say what kinds of address vopt asks a marketplace for."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What an address is: decides the headers sent, the budget used and the media type expected."""

    CATALOGUE = "catalogue"
    METADATA = "metadata"
    WARDROBE = "wardrobe"
    ITEM_PAGE = "item_page"
    IMAGE = "image"

    @property
    def is_json(self) -> bool:
        """The answer must be JSON: it belongs to the web API, and needs a session."""
        return self in (Kind.CATALOGUE, Kind.METADATA, Kind.WARDROBE)

    @property
    def needs_session(self) -> bool:
        """A guest's session must be open before it is asked; photos lie on another host and need none."""
        return self is not Kind.IMAGE
