"""This is where a person's words become a thing to be priced, and what is known of its price becomes lines and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from vopt_lib.desk import suggest
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.price_item import Offer, price_item
from vopt_lib.desk.price_page import selling_of
from vopt_lib.desk.pricing_known import Pricing
from vopt_lib.errors import NoPrice, UnknownTerm
from vopt_lib.schema.comparables import FairPrice, Shortage, Subject
from vopt_lib.schema.price import price_of
from vopt_lib.schema.price_page import Priced
from vopt_lib.schema.price_words import days_said, factor_said, offer_said, signed_money, sooner_said, strong_factors
from vopt_lib.schema.pricing import Advice, OfferAdvice, Unlearnt, Worth
from vopt_lib.schema.vinted_terms import conditions
from vopt_lib.sources.vinted.terms import CATALOGUE, NOTHING, find_catalogue, find_condition
from vopt_lib.words import N_, Words


@dataclass(frozen=True)
class Described:
    """A thing in a person's words. catalog: an id, a path or the end of one; condition: an id or a label; cost, offer:
    prices as she writes them.
    """

    title: str
    brand: str | None = None
    catalog: str | None = None
    size: str | None = None
    condition: str | None = None
    cost: str | None = None
    offer: str | None = None


def price_described(desk: Desk, told: Described, *, market: str = "it", pricing: Pricing | None = None) -> Priced:
    """What a thing is worth that is only described. pricing: as for `price_item`.

    Raises: UnknownTerm, with what is near; NoPrice. That nothing is published is no failure: the answer says it.
    """
    subject = Subject(
        catalog_id=_catalogue(desk, told.catalog, market) if told.catalog else None,
        title=told.title.strip(),
        brand=told.brand,
        size=told.size,
        condition_id=_condition(told.condition) if told.condition else None,
    )
    offer = Offer(_price(told.offer)) if told.offer else None
    selling = selling_of(desk, _price(told.cost) if told.cost else None)
    return price_item(desk, subject, selling, market=market, offer=offer, pricing=pricing)


def lines(priced: Priced, words: Words) -> Iterator[str]:
    """What is known of its price, a line each."""
    if priced.path:
        said = N_("Catalogue: {path}, guessed from the title.") if priced.is_guessed else N_("Catalogue: {path}.")
        yield words.say(said, path=priced.path)
    if isinstance(priced.worth, Unlearnt):
        yield words.say(priced.worth.sentence)
    else:
        yield _worth_said(priced.worth, words)
        yield from _advised(priced, words)
        yield from _factors(priced.worth, words)
    if priced.offered is not None and isinstance(priced.worth, Worth):
        asked = words.say(N_("Take {price}?"), price=words.money(priced.offered.eur))
        yield f"{asked} {offer_said(priced.offered, words)}"
    yield from _compared(priced, words)


def as_json(priced: Priced) -> str:
    """The same for programs: amounts in EUR, what is not known is null."""
    worth, advice = priced.worth, priced.advice
    told: dict[str, Any] = {
        "thing": asdict(priced.subject),
        "catalogue": {"id": priced.subject.catalog_id, "path": priced.path, "is_guessed": priced.is_guessed},
        "worth": asdict(worth) if isinstance(worth, Worth) else None,
        "advice": _advice_plain(advice) if isinstance(advice, Advice) else None,
        "offer": _offer_plain(priced),
        "comparables": _compared_plain(priced),
        "lack": None if isinstance(advice, Advice) else advice.value,
    }
    return json.dumps(_rounded(told), indent=2, ensure_ascii=False)


def _catalogue(desk: Desk, words: str, market: str) -> int:
    if not words.strip().isdecimal():
        return find_catalogue(words, is_real=desk.site(market).is_real).id
    known = next((term for term in suggest.catalogues(desk, market) if str(term.id) == words.strip()), None)
    if known is None:
        raise UnknownTerm(kind=CATALOGUE, name=words, near=NOTHING)
    return known.id


def _condition(words: str) -> int:
    known = next((one.id for one in conditions() if str(one.id) == words.strip()), None)
    return find_condition(words).id if known is None else known


def _price(written: str) -> float:
    price = price_of(written)
    if price is None:
        raise NoPrice(price=written[:40])
    return float(price)


def _worth_said(worth: Worth, words: Words) -> str:
    low, middle, high = (words.money(one) for one in (worth.low, worth.middle, worth.high))
    told = N_("Worth {middle}: half of such things ask more, eight in ten ask {low} to {high}.")
    return words.say(told, low=low, middle=middle, high=high)


def _advised(priced: Priced, words: Words) -> Iterator[str]:
    advice = priced.advice
    if not isinstance(advice, Advice):
        yield words.say(advice.sentence)
        return
    named = (
        (advice.ask, N_("Ask {price}: {days}.")),
        (advice.quick, N_("To sell fast: {price}, {days}.")),
        (advice.patient, N_("If you can wait: {price}, {days}.")),
    )
    for price, said in named:
        yield words.say(said, price=words.money(price), days=days_said(advice, price, words))
    yield words.say(N_("Not below {price}: keep it rather."), price=words.money(advice.floor))
    sooner = sooner_said(advice, words)
    if sooner:
        yield sooner


def _factors(worth: Worth, words: Words) -> Iterator[str]:
    told = []
    for factor in strong_factors(worth):
        name, value = factor_said(factor, words)
        told.append(f"{name} {value} {signed_money(factor.change_eur, words)}")
    if told:
        yield words.say(N_("What makes its price: {factors}."), factors="; ".join(told))


def _compared(priced: Priced, words: Words) -> Iterator[str]:
    """What is asked and what was last seen before a sale are told apart."""
    if priced.compared is None:
        return
    fair, last_seen = priced.compared.fair, priced.compared.last_seen
    if isinstance(fair, Shortage):
        if priced.worth is not Unlearnt.NO_CATALOGUE:  # which was said already
            yield words.say(fair.sentence)
    else:
        told = N_("Compared with {n} listings on sale: half of them ask more than {middle}, adjusted.")
        yield words.say(told, n=fair.listings, middle=words.money(fair.middle))
    if isinstance(last_seen, FairPrice):
        told = N_("Of {n} sold with proof, half were last seen above {middle}, adjusted; that is not what was paid.")
        yield words.say(told, n=last_seen.listings, middle=words.money(last_seen.middle))


def _advice_plain(advice: Advice) -> dict[str, Any]:
    names = ("ask", "quick", "patient", "floor", "days_by_2_eur")
    return {name: getattr(advice, name) for name in names} | {"curve": advice.curve.to_dicts()}


def _offer_plain(priced: Priced) -> dict[str, Any] | None:
    if priced.offered is None:
        return None
    advice = priced.offered.advice
    known = asdict(advice) if isinstance(advice, OfferAdvice) else {"accept": None, "lack": advice.value}
    return {"eur": priced.offered.eur, **known}


def _compared_plain(priced: Priced) -> dict[str, Any] | None:
    if priced.compared is None:
        return None
    prices = {"asked": priced.compared.fair, "last_seen": priced.compared.last_seen}
    return {name: asdict(one) if isinstance(one, FairPrice) else None for name, one in prices.items()}


def _rounded(told: Any) -> Any:
    """The same with at most four digits after the point: more is not known."""
    match told:
        case float():
            return round(told, 4)
        case dict():
            return {name: _rounded(one) for name, one in told.items()}
        case list() | tuple():
            return [_rounded(one) for one in told]
    return told
