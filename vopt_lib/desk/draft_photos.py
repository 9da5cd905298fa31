"""This is where photos become the draft of a listing: looked at, written about, priced, and held against Vinted's form.

Nothing of it needs a language model: `seen_by_look` and `written_by_template` stand where none looks or writes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from vopt_lib.assistant.template import template_text
from vopt_lib.desk.completeness import completeness
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.photo_suggestions import suggest_by_look
from vopt_lib.desk.price_item import price_item
from vopt_lib.desk.price_page import selling_of
from vopt_lib.errors import LikenessError, PhotoError, ShopError
from vopt_lib.schema.comparables import Subject
from vopt_lib.schema.completeness import Completeness
from vopt_lib.schema.listing_text import TEMPLATE, Facts, ListingText, TextLanguage, Tone, Written
from vopt_lib.schema.own_photos import OwnPhoto
from vopt_lib.schema.photo_analysis import Analysis, Field, Seen, Source
from vopt_lib.schema.photo_suggestions import Guess
from vopt_lib.schema.price_page import Priced
from vopt_lib.schema.pricing import Advice
from vopt_lib.schema.vinted_terms import colours
from vopt_lib.vision.cleaning import judged

Analyse = Callable[[Desk, Sequence[bytes]], Analysis]
"""What looks at the photos of a thing."""

Write = Callable[[Desk, Facts, TextLanguage, Tone], Written]
"""What writes its text."""

MOST_COLOURS: Final = 2

_OF_FACTS: Final[tuple[Field, ...]] = ("catalog_id", "brand", "pattern", "material", "condition_id", "size")


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


def seen_by_look(desk: Desk, contents: Sequence[bytes]) -> Analysis:
    """What the first photo suggests without any model: colours that are seen, catalogues of look-alikes; none sure."""
    try:
        found = suggest_by_look(desk, contents[0])
    except (LikenessError, ShopError):
        return Analysis(made_at=desk.clock.now().isoformat())
    known = {one.id: one.labels["it"] for one in colours()}
    fields: dict[Field, tuple[Seen, ...]] = {
        "catalog_id": tuple(_seen(one, one.id, "alike") for one in found.catalogues),
        "colours": tuple(_seen(one, known[int(one.id)], "colours") for one in found.colours),
    }
    return Analysis({name: seen for name, seen in fields.items() if seen}, made_at=desk.clock.now().isoformat())


def written_by_template(desk: Desk, facts: Facts, language: TextLanguage, tone: Tone) -> Written:
    """What the built-in writer makes of the facts."""
    return Written(template_text(facts, language, tone), TEMPLATE)


def drafted(
    desk: Desk,
    contents: Sequence[bytes],
    facts: Facts,
    *,
    language: TextLanguage = "it",
    tone: Tone = "friendly",
    analyse: Analyse = seen_by_look,
    write: Write = written_by_template,
) -> Drafted:
    """The draft of a thing with these photos, the first the leading one. Facts that are given win over what is seen.

    A photo that cannot be opened is left out. Raises: what analyse, write and `price_item` raise.
    """
    photos, refused = _looked_at(contents)
    usable = [content for place, content in enumerate(contents) if place not in refused]
    analysis = analyse(desk, usable) if usable else Analysis()
    known = with_seen(facts, analysis)
    written = write(desk, known, language, tone)
    priced = price_item(desk, _subject(known, written.text), selling_of(desk))
    complete = completeness(known, written.text, photos, advised(priced))
    return Drafted(analysis, known, priced, written, complete, photos, refused)


def with_seen(facts: Facts, analysis: Analysis) -> Facts:
    """The facts, with what the photos surely show where nothing is known yet."""
    seen: dict[str, Any] = {
        name: analysis.fields[name][0].value
        for name in _OF_FACTS
        if name in analysis.sure and analysis.fields.get(name) and not getattr(facts, name)
    }
    if "colours" in analysis.sure and not facts.colours:
        seen["colours"] = tuple(str(one.value) for one in analysis.fields.get("colours", ())[:MOST_COLOURS])
    return replace(facts, **seen)


def advised(priced: Priced) -> Decimal | None:
    """The price that is advised, in EUR and cents; None where nobody knows one."""
    return Decimal(f"{priced.advice.ask:.2f}") if isinstance(priced.advice, Advice) else None


def _looked_at(contents: Sequence[bytes]) -> tuple[tuple[OwnPhoto, ...], Mapping[int, PhotoError]]:
    photos, refused = [], {}
    for place, content in enumerate(contents):
        try:
            photos.append(OwnPhoto(place, hashlib.sha256(content).hexdigest(), hints=judged(content)))
        except PhotoError as error:
            refused[place] = error
    return tuple(photos), refused


def _seen(guess: Guess, value: int | str, source: Source) -> Seen:
    return Seen(value, guess.labels, min(guess.probability, 1.0), source)


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
