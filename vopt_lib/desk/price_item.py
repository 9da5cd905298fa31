"""This is where a thing is priced: what it is worth and why, what to ask for it, and whether to take an offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from vopt_lib.desk.comparables import book_of
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.kept import Reading, read_published
from vopt_lib.desk.priced_rows import category_paths
from vopt_lib.desk.pricing_known import Pricing, pricing_of
from vopt_lib.errors import NothingPublished
from vopt_lib.market.comparables import comparables_for
from vopt_lib.market.fitness import warns_of
from vopt_lib.market.likely import likely_catalogues
from vopt_lib.market.wording import meaning
from vopt_lib.schema.comparables import Comparables, Subject, Unfit
from vopt_lib.schema.price_page import Offered, Priced
from vopt_lib.schema.pricing import PRICED, Advice, AdviceOrLack, Selling, Unlearnt, Worth
from vopt_lib.schema.survival import Lack
from vopt_lib.schema.vinted_terms import conditions

MOST_GUESSED: Final = 300
"""Things whose catalogue is guessed at once: that takes a second in a large market."""


@dataclass(frozen=True)
class Offer:
    """What somebody offers for a thing that asks so much (None: what is advised), so many days after it was listed."""

    eur: float
    asked_eur: float | None = None
    days_listed: float = 0.0


def price_item(
    desk: Desk,
    subject: Subject,
    selling: Selling,
    *,
    market: str = "it",
    offer: Offer | None = None,
    pricing: Pricing | None = None,
) -> Priced:
    """What a thing is worth, what to ask for it, what it was compared with, and what to do with an offer.

    Where nobody says in which catalogue it lies, the listings with such titles do. pricing: what prices it; None: what
    is published.
    """
    known = pricing or pricing_of(desk, market)
    reading = _published(desk, market)
    guessed = _guess(reading, subject) if reading and subject.catalog_id is None else None
    if guessed is not None:
        subject = replace(subject, catalog_id=guessed)
    worth = _worth(desk, known, subject)
    priced = Priced(
        subject=subject,
        selling=selling,
        worth=worth,
        compared=_compared(reading, subject) if reading else None,
        advice=_advice(known, worth, selling),
        path=None if subject.catalog_id is None else category_paths(desk).get(subject.catalog_id),
        is_guessed=guessed is not None,
    )
    return priced if offer is None else replace(priced, offered=_offered(known, priced, offer))


def with_likely_catalogues(desk: Desk, market: str, things: Sequence[Subject]) -> list[Subject]:
    """The same things, those without a catalogue in the likely one; as they are while nothing is published."""
    reading = _published(desk, market)
    lost = [one for one in things if one.catalog_id is None and one.title][:MOST_GUESSED]
    if reading is None or not lost:
        return list(things)
    found = dict(zip(map(id, lost), likely_catalogues(book_of(reading), lost), strict=True))
    return [replace(one, catalog_id=found[id(one)]) if id(one) in found else one for one in things]


def priced_rows(desk: Desk, things: Sequence[Subject]) -> pl.DataFrame:
    """Things as a price model reads them: PRICED, without a price, in their order. id: its place."""
    paths = category_paths(desk)
    rows = [_row(str(place), one, paths) for place, one in enumerate(things)]
    return pl.DataFrame(rows, schema=PRICED).with_columns(listed_on=desk.clock.now().date())


def _row(thing: str, subject: Subject, paths: Mapping[int, str]) -> dict[str, str | None]:
    return {
        "id": thing,
        "title": subject.title or None,
        "brand": subject.brand,
        "category": None if subject.catalog_id is None else paths.get(subject.catalog_id),
        "size": subject.size,
        "condition": next((one.labels["it"] for one in conditions() if one.id == subject.condition_id), None),
        "color": subject.color,
        "material": subject.material,
        "description": subject.description,
        "listed_on": None,
        "price_eur": None,
    }


def is_one_thing(title: str) -> bool:
    """Whether a title tells of one thing without a flaw: nothing else is priced."""
    return warns_of(title) not in (Unfit.BUNDLE, Unfit.FLAWED)


def _worth(desk: Desk, known: Pricing, subject: Subject) -> Worth | Unlearnt:
    if isinstance(known.model, Unlearnt):
        return known.model
    return known.model.worth(priced_rows(desk, [subject])) if is_one_thing(subject.title) else Unlearnt.NOT_ONE_THING


def _published(desk: Desk, market: str) -> Reading | None:
    try:
        return read_published(desk, market)
    except NothingPublished:
        return None


def _guess(reading: Reading, subject: Subject) -> int | None:
    return likely_catalogues(book_of(reading), [subject])[0] if subject.title else None


def _compared(reading: Reading, subject: Subject) -> Comparables:
    return comparables_for(book_of(reading), subject, meaning=meaning())


def _advice(known: Pricing, worth: Worth | Unlearnt, selling: Selling) -> AdviceOrLack:
    if isinstance(worth, Unlearnt):
        return worth
    return known.adviser if isinstance(known.adviser, Lack) else known.adviser.advise(worth.middle, selling)


def _offered(known: Pricing, priced: Priced, offer: Offer) -> Offered:
    """The answer to an offer rests on what is asked: her own price, else what she is advised to ask."""
    worth, advice = priced.worth, priced.advice
    if isinstance(worth, Unlearnt):
        return Offered(offer.eur, worth)
    if not isinstance(advice, Advice):
        return Offered(offer.eur, advice)
    if isinstance(known.adviser, Lack):
        return Offered(offer.eur, known.adviser)
    asked = advice.ask if offer.asked_eur is None else offer.asked_eur
    told = known.adviser.on_offer(
        offer.eur, worth.middle, priced.selling, asked_eur=asked, days_listed=offer.days_listed
    )
    return Offered(offer.eur, told)
