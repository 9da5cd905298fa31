"""This is where tests let the owner of a vopt have photos of her things."""

from __future__ import annotations

import hashlib

from sqlalchemy import select

from tests.selling import sell
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.shop.tables import Listing, Photo


def photographed(desk: Desk, title: str, *contents: bytes) -> list[str]:
    """Put a thing of the owner's on sale with these photos. Returns: their hashes."""
    [listing_id] = sell(desk, title)
    owner, hashes = member_of(desk), [hashlib.sha256(content).hexdigest() for content in contents]
    desk.paths.photos.mkdir(parents=True, exist_ok=True)
    for sha256, content in zip(hashes, contents, strict=True):
        (desk.paths.photos / sha256).write_bytes(content)
    with shop_of(desk).writing(author_of(desk, owner, "add photos")) as session:
        [item_id] = session.scalars(select(Listing.item_id).where(Listing.id == listing_id))
        for place, sha256 in enumerate(hashes):
            session.add(Photo(household_id=owner.household_id, item_id=item_id, sha256=sha256, position=place))
    return hashes
