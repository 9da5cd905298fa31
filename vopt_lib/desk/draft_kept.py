"""This is where a draft made of photos is kept in the shop: a listing that waits in the studio, then its photos."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from vopt_lib.desk.draft_photos import Drafted
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.incoming_photos import take_photo_in
from vopt_lib.desk.shop.opening import author_of, shop_of
from vopt_lib.desk.shop.studio import beside_of, columns_of, remembered_analysis
from vopt_lib.schema.listing_text import Tone
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.studio_page import TextKept, whole_description
from vopt_lib.shop import listings, studio
from vopt_lib.shop.batches import listing_of_batch


@dataclass(frozen=True)
class KeptDraft:
    """A draft in the shop: the number of its listing, and the code of its thing."""

    listing_id: int
    sku: str


def keep_draft(
    desk: Desk, member: Member, made: Drafted, *, tone: Tone, deed: str = "draft", batch: str | None = None
) -> KeptDraft:
    """Keep a draft of hers, still without its photos, in one step. batch: a name by which `draft_kept_as` finds it.

    Raises: NotWritable, for a text that is longer than the shop takes.
    """
    with shop_of(desk).writing(author_of(desk, member, deed, batch)) as session:
        listing = listings.begin(session, member)
        studio.write(session, listing, _fields(made))
        studio.remember(
            session,
            listing,
            language=made.written.text.language,
            tone=tone,
            facts=beside_of(made.facts),
            analysis=remembered_analysis(made.analysis),
            texts=studio.with_text({}, TextKept.of(made.written).as_json()),
        )
        return KeptDraft(listing.id, listing.item.sku)


def draft_kept_as(desk: Desk, member: Member, batch: str) -> KeptDraft | None:
    """The draft that was kept under this name; None: none was, or she threw it away since."""
    with shop_of(desk).reading() as session:
        found = listing_of_batch(session, member, batch)
        return None if found is None else KeptDraft(found.id, found.item.sku)


def keep_photos(desk: Desk, member: Member, listing_id: int, contents: Iterable[bytes], *, deed: str = "draft") -> None:
    """Put photos into the draft, in their order; those that it has already stay where they are.

    Raises: UnknownListing; PhotosEnough; OSError, when one cannot be written.
    """
    for content in contents:
        take_photo_in(desk, member, listing_id, content, deed=deed)


def _fields(made: Drafted) -> dict[str, Any]:
    text = made.written.text
    own = {"title": text.title, "description": whole_description(text), "asked": made.asked}
    return own | columns_of(made.facts)
