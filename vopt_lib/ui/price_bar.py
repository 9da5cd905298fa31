"""This is where the fields are in which she describes a thing to be priced, or picks one of her own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from vopt_lib.schema.filters import PriceFilters
from vopt_lib.schema.market_page import Choice
from vopt_lib.schema.price_page import PricePage
from vopt_lib.schema.queries import Term
from vopt_lib.ui.filters import counted, price_field
from vopt_lib.ui.layout import card
from vopt_lib.ui.markup import Content, embedded, plain, show, tag
from vopt_lib.ui.own_words import catalogue_name
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

MANY: Final = 12
WIDE: Final = ("own", "title", "catalog")


def price_bar(page: PricePage, asked: PriceFilters, words: Words, on_query: Callable[[str], None]) -> mo.Html:
    """The fields, filled with what is known. `on_query` is told the address of the page after each of them. Bind it to
    a name of its cell.
    """
    filled = page.filled

    def chosen(name: str) -> Callable[[object], None]:
        return lambda value: on_query(asked.but(**{name: value or None}).as_query())

    held: dict[str, Any] = {}
    if page.own:
        nothing = words.say(N_("Another thing"))
        held["own"] = _choice(
            words.say(N_("One of yours")), {nothing: None, **counted(page.own, words)}, asked.own, chosen("own")
        )
    held |= {
        "title": _text(words.say(N_("Title")), filled.title, chosen("title")),
        "catalog": _choice(words.say(N_("Catalogue")), _catalogues(page, words), filled.catalog, chosen("catalog")),
        "brand": _choice(
            words.say(N_("Brand")), _brands(page.brands, filled.brand, words), filled.brand, chosen("brand")
        ),
        "size": _text(words.say(N_("Size")), filled.size, chosen("size")),
        "condition": _choice(
            words.say(N_("Condition")), _conditions(page.conditions, words), filled.condition, chosen("condition")
        ),
        "cost": price_field(words.say(N_("It cost you, €")), filled.cost, words, chosen("cost")),
        "offer": price_field(words.say(N_("Somebody offers, €")), filled.offer, words, chosen("offer")),
    }
    fields = (tag("div", embedded(one), class_="is-wide" if name in WIDE else None) for name, one in held.items())
    made = show(card(tag("div", fields, class_="vopt-form vopt-thing"), foot=_clear(asked, words)))
    made.held = held  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return made


def _clear(asked: PriceFilters, words: Words) -> Content:
    bare = PriceFilters(market=asked.market)
    if asked == bare:
        return None
    return tag(
        "a", words.say(N_("Price another thing")), href=f"?{bare.as_query()}", class_="vopt-clear", data_stay=True
    )


def _text(label: str, value: str | None, on_change: Callable[[object], None]) -> mo.ui.text:
    import marimo as mo

    return mo.ui.text(value or "", label=label, on_change=on_change, full_width=True)


def _choice(
    label: str, options: dict[str, object], value: object, on_change: Callable[[object], None]
) -> mo.ui.dropdown:
    """A field to choose from `options` ({shown: value}); many can be searched."""
    import marimo as mo

    name = next((name for name, known in options.items() if known == value), next(iter(options)))
    many = len(options) > MANY
    return mo.ui.dropdown(options, name, label=label, on_change=on_change, searchable=many, full_width=True)


def _catalogues(page: PricePage, words: Words) -> dict[str, object]:
    options: dict[str, object] = {words.say(N_("Guess it from the title")): None}
    options |= {term.title: term.id for term in page.catalogues}
    own = page.filled.catalog
    return options if own in options.values() else options | {catalogue_name(own or 0): own}


def _brands(known: tuple[Choice, ...], brand: str | None, words: Words) -> dict[str, object]:
    options: dict[str, object] = {words.say(N_("not said")): None, **counted(known, words)}
    return options if brand in options.values() else options | {plain(brand or "", 48): brand}


def _conditions(known: tuple[Term, ...], words: Words) -> dict[str, object]:
    return {words.say(N_("not said")): None, **{term.title: term.id for term in known}}
