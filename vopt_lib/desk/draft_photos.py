"""This is where photos become the draft of a listing: looked at, written about, priced, and held against Vinted's form.

Nothing of it needs a language model: photos are looked at without one where none is set, and `written_by_template`
writes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from vopt_lib.assistant.template import template_text
from vopt_lib.desk import photo_analysis
from vopt_lib.desk.catalogue_alike import catalogue_alike
from vopt_lib.desk.completeness import completeness
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.listing_for import look_for, write_for
from vopt_lib.desk.photo_analysis import filled_in
from vopt_lib.desk.price_item import price_item
from vopt_lib.desk.price_page import selling_of
from vopt_lib.errors import PhotoError
from vopt_lib.schema.comparables import Subject
from vopt_lib.schema.completeness import Completeness
from vopt_lib.schema.listing_text import TEMPLATE, Facts, ListingText, TextLanguage, Tone, Written
from vopt_lib.schema.own_photos import OwnPhoto
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.photo_analysis import Analysis, Field
from vopt_lib.schema.price_page import Priced
from vopt_lib.schema.pricing import Advice
from vopt_lib.vision.cleaning import judged

Analyse = Callable[[Desk, Sequence[bytes]], Analysis]
"""What looks at the photos of a thing."""

Write = Callable[[Desk, Facts, TextLanguage, Tone], Written]
"""What writes its text."""

_OF_FACTS: Final[tuple[Field, ...]] = ("catalog_id", "brand", "pattern", "material", "condition_id", "size")
_FIELDS: Final[tuple[Field, ...]] = (*_OF_FACTS, "colours")


@dataclass(frozen=True)
class Drafted:
    """A draft of a listing, kept nowhere yet. facts: those that were given, and what the photos surely show.

    photos: those that can be opened, in their order; refused: the places of the others, and why.
    """

    analysis: Analysis
    facts: Facts
    priced: Priced
    written: Written
    completeness: Completeness
    photos: tuple[OwnPhoto, ...]
    refused: Mapping[int, PhotoError] = field(default_factory=dict)

    @property
    def asked(self) -> Decimal | None:
        """The price that is advised, in EUR; None where nobody knows one."""
        return advised(self.priced)


def looks_for(member: Member) -> Analyse:
    """Whoever can looks at the photos for her, within her allowance."""
    return lambda desk, contents: look_for(desk, member, contents)


def writes_for(member: Member) -> Write:
    """Whoever can writes for her, within her allowance."""
    return lambda desk, facts, language, tone: write_for(desk, member, facts, language=language, tone=tone)


def written_by_template(desk: Desk, facts: Facts, language: TextLanguage, tone: Tone) -> Written:
    """What the built-in writer makes of the facts."""
    known = replace(facts, catalog_id=catalogue_alike(desk, facts.catalog_id))
    return Written(template_text(known, language, tone), TEMPLATE)


def drafted(
    desk: Desk,
    contents: Sequence[bytes],
    facts: Facts,
    *,
    language: TextLanguage = "it",
    tone: Tone = "friendly",
    analyse: Analyse = photo_analysis.analyse,
    write: Write = written_by_template,
) -> Drafted:
    """The draft of a thing with these photos, the first the leading one. Facts that are given win over what is seen.

    A photo that cannot be opened is left out. Raises: what analyse, write and `price_item` raise.
    """
    analysis, photos, refused = _looked_at(desk, contents, analyse)
    known = with_seen(facts, analysis)
    written = write(desk, known, language, tone)
    priced = price_item(desk, _subject(known, written.text), selling_of(desk))
    sized = replace(known, catalog_id=catalogue_alike(desk, known.catalog_id))
    complete = completeness(sized, written.text, photos, advised(priced))
    return Drafted(analysis, known, priced, written, complete, photos, refused)


def with_seen(facts: Facts, analysis: Analysis) -> Facts:
    """The facts, with what the photos surely show where nothing is known yet."""
    found = {name: [one.value for one in filled_in(analysis, name)] for name in _FIELDS}
    seen: dict[str, Any] = {name: found[name][0] for name in _OF_FACTS if found[name] and not getattr(facts, name)}
    if found["colours"] and not facts.colours:
        seen["colours"] = tuple(map(str, found["colours"]))
    return replace(facts, **seen)


def advised(priced: Priced) -> Decimal | None:
    """The price that is advised, in EUR and cents; None where nobody knows one."""
    return Decimal(f"{priced.advice.ask:.2f}") if isinstance(priced.advice, Advice) else None


def _looked_at(
    desk: Desk, contents: Sequence[bytes], analyse: Analyse
) -> tuple[Analysis, tuple[OwnPhoto, ...], Mapping[int, PhotoError]]:
    """What the photos tell, and what could be better about each: two looks at once, since each takes as long."""
    analysis = Analysis()
    with ThreadPoolExecutor(1) as beside:
        judging = beside.submit(_judged, contents)
        with suppress(PhotoError):
            analysis = analyse(desk, contents) if contents else analysis
        photos, refused = judging.result()
    usable = [content for place, content in enumerate(contents) if place not in refused]
    if refused:
        analysis = analyse(desk, usable) if usable else Analysis()
    return analysis, photos, refused


def _judged(contents: Sequence[bytes]) -> tuple[tuple[OwnPhoto, ...], Mapping[int, PhotoError]]:
    photos, refused = [], {}
    for place, content in enumerate(contents):
        try:
            photos.append(OwnPhoto(place, hashlib.sha256(content).hexdigest(), hints=judged(content)))
        except PhotoError as error:
            refused[place] = error
    return tuple(photos), refused


def _subject(facts: Facts, text: ListingText) -> Subject:
    return Subject(
        catalog_id=facts.catalog_id,
        title=text.title,
        brand=facts.brand,
        size=facts.size,
        condition_id=facts.condition_id,
        color=", ".join(facts.colours) or None,
        material=facts.material,
        description=text.description or None,
    )
