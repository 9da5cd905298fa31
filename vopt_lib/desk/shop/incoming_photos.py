"""This is where a photo comes into a thing: first its file, then its row, and never one without the other for long.

Before its file is kept, the shop remembers it as one that was deleted just now: killed before the thing has it, the
file goes as those of deleted photos do (`deleted_photos`), and is erased with her who sent it.
"""

from __future__ import annotations

import hashlib

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.kept_files import Keeper
from vopt_lib.desk.shop.opening import author_of, shop_of
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop import listings
from vopt_lib.shop.photos import announce_photo, bring_photo_back


def take_photo_in(desk: Desk, member: Member, listing_id: int, content: bytes, *, deed: str) -> str:
    """Put a photo behind the others of the listing's thing, as it is, or not at all; the same one twice is one.

    Returns: its hash. Raises: UnknownListing; PhotosEnough; OSError, when it cannot be written.
    """
    shop, author = shop_of(desk), author_of(desk, member, deed)
    sha256 = hashlib.sha256(content).hexdigest()
    with shop.writing(author) as session:
        coming = announce_photo(session, listings.find(session, member, listing_id).item, sha256)
    if coming is None:
        return sha256
    keeper = Keeper(desk.paths)
    keeper.photo(content)
    keeper.sync()
    with shop.writing(author) as session:
        bring_photo_back(session, listings.find(session, member, listing_id).item, coming)
    return sha256
