"""This is where we say what is told of pages that are served: who gets to them, and how the owner comes in first."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Serving:
    """Who gets to the pages. elsewhere: their addresses for other devices; is_plain: whether any of them goes through
    the home network without encryption; first: the one-time link of the owner, while nobody can sign in.
    """

    is_locked: bool
    elsewhere: tuple[str, ...] = ()
    is_plain: bool = False
    first: str | None = None
