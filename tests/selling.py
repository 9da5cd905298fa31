"""This is where tests let the owner of a vopt sell things of her own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.schema.own_states import State
from vopt_lib.shop import listings


def sell(desk: Desk, *titles: str, **facts: Any) -> list[int]:
    """Put things of the owner's on sale, for 12 €, each once repriced and with a note. Returns: their numbers."""
    owner = member_of(desk)
    made = []
    for title in titles:
        fields = {"title": title[:200], "brand": title[:60], "asked": Decimal("12.00"), "place": title[:60]} | facts
        with shop_of(desk).writing(author_of(desk, owner, "create listing")) as session:
            listing = listings.create(session, owner, fields | {"tags": [title[:20]], "description": title})
            listings.change_state(session, listing, State.PUBLISHED, title[:60])
            listings.add_note(session, owner, listing, title)
            made.append(listing.id)
        with shop_of(desk).writing(author_of(desk, owner, "edit listing")) as session:
            listings.edit(session, listings.find(session, owner, made[-1]), {"asked": Decimal("9.50")})
    return made
