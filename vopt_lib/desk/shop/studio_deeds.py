"""This is where a draft of the studio is worked on: begun, filled in field by field, looked at, written.

Everything is kept at once. While the text is the built-in writer's, it follows the facts; what she or a model wrote
stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from vopt_lib.assistant.languages import other_language
from vopt_lib.assistant.template import template_text
from vopt_lib.desk.catalogue_alike import catalogue_alike
from vopt_lib.desk.draft_photos import with_seen
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.listing_for import look_for, write_for
from vopt_lib.desk.photo_analysis import analyse, analyse_again
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.desk.shop.photo_panel import press_photo
from vopt_lib.desk.shop.photos import photo_as_it_came
from vopt_lib.desk.shop.studio import OF_STUDIO, beside_of, columns_of, draft_in, open_draft, remembered_analysis
from vopt_lib.desk.shop.written import listing_fields
from vopt_lib.errors import VoptError
from vopt_lib.schema.inventory_page import Answered
from vopt_lib.schema.listing_text import MOST_DESCRIPTION, ListingText, Written
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.package import without_hashtags
from vopt_lib.schema.photo_analysis import Analysis
from vopt_lib.schema.searches import Told
from vopt_lib.schema.studio_page import OpenDraft, TextKept, whole_description
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop import listings, studio
from vopt_lib.words import N_

DEED: Final = "write in the studio"
"""The deed under which the changes of the studio are written down."""

LONGEST_FACT: Final = 1_000
"""Signs of a fact that no column of a listing has."""

SHORT: Final = 300
"""Signs of a description that was asked to be short."""

MOST_LOOKED_AT: Final = 6
"""Photos that are looked at: the first ones, which show the most."""


def begin_draft(desk: Desk, visitor: Visitor, uploads: Sequence[str] = ()) -> Answered:
    """Begin a draft with the photos that she uploaded. Where none of them can be kept, there is no draft."""
    try:
        with _at_work(desk, visitor) as (session, member):
            begun: int = listings.begin(session, member).id
        if not uploads:
            return Answered(Told(visitor.words.say(N_("A new draft is here.")), "good"), opens=begun)
        added = press_photo(desk, visitor, begun, f"add {' '.join(uploads)}")
        if added.told.kind != "bad":
            return replace(added, opens=begun)
        with _at_work(desk, visitor) as (session, member):
            listings.delete(session, listings.find(session, member, begun))
        return added
    except VoptError as error:
        return Answered(Told(visitor.words.error(error), "bad"))


def keep_fields(desk: Desk, visitor: Visitor, listing_id: int, fields: Mapping[str, Any]) -> bool:
    """Keep what she wrote in fields. Returns: whether the text followed it. Raises: NotWritable; NoPrice …"""
    with _at_work(desk, visitor) as (session, member):
        before = draft_in(session, member, listing_id)
        manner = {name: value for name, value in fields.items() if name in ("language", "tone")}
        if manner:
            studio.remember(session, listings.find(session, member, listing_id), **manner)
        _write(session, member, listing_id, {name: fields[name] for name in fields.keys() - manner.keys()})
        return _follow(desk, session, member, before)


def take_suggestion(desk: Desk, visitor: Visitor, listing_id: int, told: str) -> None:
    """Fill in what photos suggest: "FIELD PLACE" of `Analysis.fields`; nothing where that is suggested no more.

    Raises: UnknownListing.
    """
    name, _, place = told.partition(" ")
    with _at_work(desk, visitor) as (session, member):
        before = draft_in(session, member, listing_id)
        seen = {str(field): values for field, values in before.analysis.fields.items()}.get(name, ())
        if not place.isdecimal() or int(place) >= len(seen):
            return
        value = seen[int(place)].value
        fields = _with_colour(before, str(value)) if name == "colours" else {name: value}
        _write(session, member, listing_id, fields)
        _follow(desk, session, member, before)


def look_at_photos(desk: Desk, visitor: Visitor, listing_id: int, *, look: Callable[..., Analysis] = analyse) -> None:
    """Let the photos suggest what they show: what is sure is filled in where nothing stands yet. Raises: ShopError …

    look: `analyse`, or `analyse_again`.
    """
    member = member_of(desk, visitor)
    draft = open_draft(desk, member, listing_id)
    names = [photo.name for photo in draft.photos if photo.hints is not None][:MOST_LOOKED_AT]
    if not names:
        return
    files = [photo_as_it_came(desk, member, name) for name in names]
    found = look_for(desk, member, files, look=look, names=names, market=draft.market)
    with _at_work(desk, visitor) as (session, member):
        before = draft_in(session, member, listing_id)
        studio.remember(session, listings.find(session, member, listing_id), analysis=remembered_analysis(found))
        _write(session, member, listing_id, _sure(before, found))
        _follow(desk, session, member, before)


def look_again(desk: Desk, visitor: Visitor, listing_id: int) -> None:
    """The same without what is remembered of these photos."""
    look_at_photos(desk, visitor, listing_id, look=analyse_again)


def write_draft(
    desk: Desk,
    visitor: Visitor,
    listing_id: int,
    *,
    most_signs: int = MOST_DESCRIPTION,
    on_text: Callable[[ListingText], None] = lambda text: None,
) -> Written:
    """Let the text be written by whoever can; what stood there can be gone back to. Raises: ShopError …

    most_signs: of the description. on_text: is told what is written so far.
    """
    member = member_of(desk, visitor)
    draft = open_draft(desk, member, listing_id)
    written = write_for(
        desk,
        member,
        draft.facts,
        market=draft.market,
        language=draft.language,
        tone=draft.tone,
        style=_her_style(desk, member, draft),
        most_signs=most_signs,
        on_text=on_text,
    )
    kept = TextKept.of(written)
    with _at_work(desk, visitor) as (session, member):
        before = draft_in(session, member, listing_id)
        listing = listings.find(session, member, listing_id)
        texts = studio.remembered(session, listing).texts
        if before.shown is None and before.description:
            texts = studio.with_text(texts, TextKept(before.title, before.description).as_json())
        studio.remember(session, listing, texts=studio.with_text(texts, kept.as_json()))
        studio.write(session, listing, {"title": kept.title, "description": kept.description})
    return written


def turn_text(desk: Desk, visitor: Visitor, listing_id: int, steps: int) -> None:
    """Show an earlier (-1) or a later (1) text. What she changed meanwhile is kept as the newest. Raises: ShopError."""
    with _at_work(desk, visitor) as (session, member):
        before = draft_in(session, member, listing_id)
        listing = listings.find(session, member, listing_id)
        texts = dict(studio.remembered(session, listing).texts)
        if before.shown is None and before.description and texts:
            own = TextKept(before.title, before.description).as_json()
            texts = {"written": [*texts["written"], own][-studio.MOST_TEXTS :], "at": texts["at"]}
        if not texts:
            return
        texts = studio.turned(texts, steps)
        studio.remember(session, listing, texts=texts)
        now = texts["written"][texts["at"]]
        studio.write(session, listing, {"title": now["title"], "description": now["description"]})


def built_in_text(desk: Desk, draft: OpenDraft) -> TextKept:
    """What the built-in writer says of a draft; nothing before it is known what the thing is."""
    if draft.facts.catalog_id is None and not draft.facts.brand:
        return TextKept("", "")
    alike = catalogue_alike(desk, draft.facts.catalog_id, market=draft.market)
    text = template_text(replace(draft.facts, catalog_id=alike), draft.language, draft.tone)
    return TextKept(text.title, whole_description(text))


def _her_style(desk: Desk, member: Member, draft: OpenDraft) -> list[ListingText]:
    """What she wrote before in the language of the draft."""
    with shop_of(desk).reading() as session:
        texts = studio.past_texts(session, member, draft.listing_id)
    own = (ListingText(title, *without_hashtags(description), draft.language) for title, description in texts)
    return [text for text in own if other_language(text.description, draft.language) is None]


def _write(session: Any, member: Member, listing_id: int, fields: Mapping[str, Any]) -> None:
    listing = listings.find(session, member, listing_id)
    own = {name: str(value or "").strip()[:LONGEST_FACT] for name, value in fields.items() if name in OF_STUDIO}
    if own:
        studio.remember(session, listing, facts={**studio.remembered(session, listing).facts, **own})
    columns = {name: value for name, value in fields.items() if name not in OF_STUDIO}
    if columns:
        studio.write(session, listing, listing_fields(columns))


def _follow(desk: Desk, session: Any, member: Member, before: OpenDraft) -> bool:
    """Let a text that is still the built-in writer's say what is known now."""
    after = draft_in(session, member, before.listing_id)
    was, now = built_in_text(desk, before), built_in_text(desk, after)
    changes = {
        name: getattr(now, name)
        for name in ("title", "description")
        if getattr(after, name) in ("", getattr(was, name)) and getattr(after, name) != getattr(now, name)
    }
    if changes:
        studio.write(session, listings.find(session, member, before.listing_id), changes)
    return bool(changes)


def _sure(before: OpenDraft, found: Analysis) -> dict[str, Any]:
    """What is sure, of what she said nothing yet."""
    known, seen = before.facts, with_seen(before.facts, found)
    was, now = columns_of(known) | beside_of(known), columns_of(seen) | beside_of(seen)
    return {name: value for name, value in now.items() if value != was.get(name)}


def _with_colour(before: OpenDraft, colour: str) -> dict[str, Any]:
    """Her colours with this one: the second where there is a first one, instead of the second where there are two."""
    known = [one for one in before.facts.colours if one != colour]
    return {"colour": known[0], "second_colour": colour} if known else {"colour": colour}


@contextmanager
def _at_work(desk: Desk, visitor: Visitor) -> Iterator[tuple[Any, Member]]:
    """A transaction of the shop, and who of the household works in it."""
    member = member_of(desk, visitor)
    with shop_of(desk).writing(author_of(desk, member, DEED)) as session:
        yield session, member
