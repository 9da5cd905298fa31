"""This is where what is told of a price gets its words, the same at a terminal and on a page."""

from __future__ import annotations

from typing import Final

from vopt_lib.schema.price_page import Offered
from vopt_lib.schema.pricing import Advice, Factor, OfferAdvice, Worth
from vopt_lib.schema.vinted_terms import condition_id, conditions
from vopt_lib.words import N_, Words

ATTRIBUTES: Final = {
    "title": N_("Title"),
    "brand": N_("Brand"),
    "category": N_("Catalogue"),
    "size": N_("Size"),
    "condition": N_("Condition"),
    "color": N_("Colour"),
    "material": N_("Material"),
    "description": N_("Description"),
}
"""{attribute of a `Factor`: its name}. Another one is called as it is."""


LEAST_EUR: Final = 0.05
"""What moves a price by less is not worth a word."""


def strong_factors(worth: Worth) -> tuple[Factor, ...]:
    """The factors that move the price by more than some cents, the strongest first."""
    return tuple(factor for factor in worth.factors if abs(factor.change_eur) >= LEAST_EUR)


def factor_said(factor: Factor, words: Words) -> tuple[str, str]:
    """A factor's attribute and its value, in her language."""
    name = ATTRIBUTES.get(factor.attribute)
    value = factor.value
    if factor.attribute == "condition":
        known = condition_id(value)
        value = next((one.labels[words.language] for one in conditions() if one.id == known), value)
    return words.say(name) if name else factor.attribute, value


def signed_money(amount: float, words: Words) -> str:
    """An amount with its sign: "+€4.20", "−€1.00"."""
    sign = "+" if amount >= 0.005 else "−" if amount <= -0.005 else ""
    return sign + words.money(abs(amount))


def offer_said(offered: Offered, words: Words) -> str:
    """The answer to an offer, in a sentence or two; what is missing for one."""
    advice = offered.advice
    if not isinstance(advice, OfferAdvice):
        return words.say(advice.sentence)
    waiting = words.money(advice.waiting_eur)
    if advice.accept:
        return words.say(N_("Yes: waiting for a better one is worth {waiting} now, this brings more."), waiting=waiting)
    said = words.say(N_("No: waiting for a better one is worth {waiting} now, this brings less."), waiting=waiting)
    if advice.counter_eur is None:
        return said
    return f"{said} {words.say(N_('Propose {price} instead.'), price=words.money(advice.counter_eur))}"


def days_said(advice: Advice, price: float, words: Words) -> str:
    """By when half of such things are sold at this price."""
    days = days_at(advice, price)
    if days is None:
        return words.say(N_("days are not known"))
    return words.count(N_("half sold in {n} day"), N_("half sold in {n} days"), max(round(days), 1))


def sooner_said(advice: Advice, words: Words) -> str | None:
    """What 2 € less buy in days; None: not known."""
    if advice.days_by_2_eur is None:
        return None
    return words.count(
        N_("{price} less than you are advised to ask sells it about {n} day sooner."),
        N_("{price} less than you are advised to ask sells it about {n} days sooner."),
        max(round(advice.days_by_2_eur), 0),
        price=words.money(2, digits=0),
    )


def days_at(advice: Advice, price: float) -> float | None:
    """Days until half of such things are sold at this price; None: not known."""
    nearest = min(advice.curve.iter_rows(named=True), key=lambda row: abs(row["price_eur"] - price), default=None)
    return None if nearest is None else nearest["median_days"]
