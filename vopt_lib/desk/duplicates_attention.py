"""This is where vopt notices that somebody shows her photos, or that she seems to offer a thing twice."""

from __future__ import annotations

from collections.abc import Iterator

from vopt_lib.desk.duplicates_told import summary
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.schema.home_page import Attention
from vopt_lib.schema.visitor import Visitor
from vopt_lib.words import N_, Words

DUPLICATES = "/duplicates"
"""The page where she decides."""


def duplicates_attention(desk: Desk, words: Words, visitor: Visitor | None) -> Iterator[Attention]:
    """What waits for whoever looks (None: the owner); nothing before photos were compared. Raises: ShopError."""
    if not desk.paths.photo_pairs.exists():
        return
    from vopt_lib.desk.duplicates import duplicates

    found = duplicates(desk, member_of(desk, visitor))
    if found.open:
        command = words.say(N_("`vopt duplicates` lists them."))
        yield Attention(
            "duplicates", "warn", summary(found, words), words.say(N_("Look at them")), command, href=DUPLICATES
        )
