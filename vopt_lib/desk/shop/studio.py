"""This is where the studio learns what it shows: her drafts, or one of them with what its fields can be chosen from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Final, cast

from vopt_lib.desk import suggest
from vopt_lib.desk.catalogue_alike import catalogue_alike
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import member_of, shop_of
from vopt_lib.desk.shop.photos import with_hints
from vopt_lib.errors import VoptError
from vopt_lib.schema.filters import StudioAddress
from vopt_lib.schema.listing_text import TEXT_LANGUAGES, TONES, Facts, TextLanguage, Tone
from vopt_lib.schema.own_photos import OwnPhoto
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.own_states import State
from vopt_lib.schema.photo_analysis import Analysis, Field, Seen
from vopt_lib.schema.studio_page import DraftRow, Offered, OpenDraft, StudioPage, TextKept
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop import studio
from vopt_lib.shop.listings import OF_LISTING, find
from vopt_lib.shop.tables import Listing
from vopt_lib.words import Words

OF_STUDIO: Final = ("pattern", "fit", "measurements", "flaws", "care", "notes")
"""Facts that no column of a listing has."""


def studio_page(desk: Desk, visitor: Visitor | None, address: StudioAddress) -> StudioPage:
    """Her drafts, or the one that the address names; what stands in the way is its `trouble`."""
    try:
        shop, member = shop_of(desk), member_of(desk, visitor)
        if address.id is None:
            with shop.reading() as session:
                return StudioPage(tuple(_row(listing, at) for listing, at in studio.drafts_of(session, member)))
        draft = open_draft(desk, member, address.id)
        return StudioPage(draft=draft, offered=offered(desk, draft, (visitor or Visitor("")).words))
    except VoptError as error:
        return StudioPage(trouble=error)


def open_draft(desk: Desk, member: Member, listing_id: int) -> OpenDraft:
    """A listing of hers as the studio works on it. Raises: UnknownListing."""
    with shop_of(desk).reading() as session:
        draft = draft_in(session, member, listing_id)
    return replace(draft, photos=with_hints(desk.paths, draft.photos))


def draft_in(session: Any, member: Member, listing_id: int) -> OpenDraft:
    """The same in a transaction, without what could be better about its photos. Raises: UnknownListing."""
    listing = find(session, member, listing_id)
    known = studio.remembered(session, listing)
    return OpenDraft(
        listing_id=listing.id,
        sku=listing.item.sku,
        state=State(listing.state),
        market=listing.account.market,
        title=listing.title,
        description=listing.description,
        facts=_facts(listing, known.facts),
        fields={name: getattr(listing, name) for name in OF_LISTING},
        language=cast(TextLanguage, known.language if known.language in TEXT_LANGUAGES else "it"),
        tone=cast(Tone, known.tone if known.tone in TONES else "friendly"),
        photos=tuple(OwnPhoto(one.id, one.sha256, one.quarters) for one in listing.item.photos),
        analysis=analysis_of(known.analysis),
        texts=tuple(TextKept.from_json(kept) for kept in known.texts.get("written", ())),
        at=known.texts.get("at", 0),
        url=listing.url,
        changed_at=listing.changed_at,
    )


def offered(desk: Desk, draft: OpenDraft, words: Words) -> Offered:
    """What the fields of a draft can be chosen from."""
    alike = catalogue_alike(desk, draft.facts.catalog_id, market=draft.market)
    return Offered(
        suggest.own_catalogues(desk, draft.market),
        suggest.own_brands(),
        suggest.own_sizes(alike),
        suggest.conditions(words),
    )


def columns_of(facts: Facts) -> dict[str, Any]:
    """What of these facts stands in the columns of a listing."""
    first, second = (*facts.colours, None, None)[:2]
    same = ("catalog_id", "brand", "size", "condition_id", "material")
    return {name: getattr(facts, name) for name in same} | {"colour": first, "second_colour": second}


def beside_of(facts: Facts) -> dict[str, Any]:
    """What of these facts no column of a listing has."""
    return {name: getattr(facts, name) for name in OF_STUDIO if getattr(facts, name)}


def remembered_analysis(analysis: Analysis) -> dict[str, Any]:
    """What photos tell, as the shop remembers it; who was asked in vain is not."""
    told = asdict(replace(analysis, attempts=()))
    return {**told, "sure": sorted(analysis.sure), "photos": list(analysis.photos), "attempts": []}


def analysis_of(kept: Mapping[str, Any]) -> Analysis:
    """What `remembered_analysis` wrote; nothing where nothing was."""
    if not kept:
        return Analysis()
    fields = {cast(Field, name): tuple(Seen(**one) for one in seen) for name, seen in kept["fields"].items()}
    photos, sure = tuple(kept["photos"]), frozenset(cast(Field, name) for name in kept["sure"])
    return Analysis(fields, sure, kept["by"], (), photos, kept["made_at"])


def _facts(listing: Listing, more: Mapping[str, Any]) -> Facts:
    colours = tuple(colour for colour in (listing.colour, listing.second_colour) if colour)
    own = {name: more[name] for name in OF_STUDIO if more.get(name)}
    return Facts(
        catalog_id=listing.catalog_id,
        brand=listing.brand,
        size=listing.size,
        condition_id=listing.condition_id,
        colours=colours,
        material=listing.material,
        **own,
    )


def _row(listing: Listing, changed_at: Any) -> DraftRow:
    photos = listing.item.photos
    return DraftRow(
        listing_id=listing.id,
        title=listing.title,
        photo=photos[0].name if photos else None,
        photos=len(photos),
        person=listing.account.name,
        changed_at=changed_at,
    )
