"""This is where the market page's filters become controls, and what narrows a page becomes chips to undo it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, get_args

from markupsafe import Markup

from vopt_lib.schema.brand_page import BrandPage
from vopt_lib.schema.filters import MarketFilters, Order
from vopt_lib.schema.market_page import Choice, Choices
from vopt_lib.schema.price import price_of, short_price
from vopt_lib.ui.cells import condition_words
from vopt_lib.ui.layout import bar, segments
from vopt_lib.ui.markup import embedded, plain, show, tag
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

PERIODS = (30, 90, 365)
LONGEST_NAME = 48
LISTINGS_AT_ONCE = 24


def market_bar(filters: MarketFilters, choices: Choices, words: Words, on_query: Callable[[str], None]) -> mo.Html:
    """The filter bar. `on_query` is told the address of the page after each choice. Bind it to a name of its cell."""

    def chosen(name: str) -> Callable[[object], None]:
        return lambda value: on_query(filters.but(**{name: value}).as_query())

    def choice(name: str, label: str, every: str, known: Iterable[tuple[str, object]]) -> mo.ui.dropdown:
        return dropdown(label, {every: None, **_options(known)}, getattr(filters, name), chosen(name))

    held: list[Any] = [
        choice(
            "catalog",
            words.say(N_("Catalogue")),
            words.say(N_("All that you follow")),
            ((choice.title or str(choice.value), choice.value) for choice in choices.catalogues),
        )
    ]
    if filters.catalog is not None and (choices.brands or choices.sizes or choices.conditions):
        held += [
            choice("brand", words.say(N_("Brand")), words.say(N_("Any brand")), _counted(choices.brands, words)),
            choice("size", words.say(N_("Size")), words.say(N_("Any size")), _counted(choices.sizes, words)),
            choice(
                "condition",
                words.say(N_("Condition")),
                words.say(N_("Any condition")),
                _counted(_conditions(choices, words), words),
            ),
            price_field(words.say(N_("My price, €")), filters.mine, words, chosen("mine")),
        ]
    made = show(bar(*(embedded(control) for control in held), _periods(filters, words), _clear(filters, words)))
    made.held = held  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return made


def brand_bar(filters: MarketFilters, page: BrandPage, words: Words, on_query: Callable[[str], None]) -> mo.Html:
    """The brand page's filters: which brand, in which catalogue, how far back. Bind it to a name of its cell."""

    def brand_chosen(brand: object) -> None:
        on_query(MarketFilters(market=filters.market, days=filters.days).but(brand=brand).as_query())

    def catalogue_chosen(catalog_id: object) -> None:
        on_query(filters.but(catalog=catalog_id).but(brand=page.brand).as_query())

    choose = words.say(N_("Choose a brand"))
    brands = {choose: None, **_options(_counted(page.choices, words))}
    held: list[Any] = [dropdown(words.say(N_("Brand")), brands, page.brand, brand_chosen)] if page.choices else []
    if page.prices:
        shelves = {plain(title, LONGEST_NAME): key for key, title in page.shelves.select("catalog_id", "title").rows()}
        label = words.say(N_("Catalogue"))
        held.append(dropdown(label, _options(shelves.items()), page.prices.catalog_id, catalogue_chosen))
    periods = _periods(filters, words) if page.prices else None
    made = show(bar(*(embedded(control) for control in held), periods) if held else None)
    made.held = held  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return made


def price_fields(filters: MarketFilters, words: Words, on_query: Callable[[str], None]) -> mo.ui.array:
    """The prices that the listings lie between, in two fields. Bind them to a name of their cell."""
    import marimo as mo

    def go(name: str, price: str | None) -> None:
        on_query(filters.but(**{name: price}).as_query())

    return mo.ui.array(
        [
            price_field(words.say(N_("Price from, €")), filters.price_from, words, partial(go, "price_from")),
            price_field(words.say(N_("to, €")), filters.price_to, words, partial(go, "price_to")),
        ]
    )


def listings_shown(asked: tuple[str, int] | None, filters: MarketFilters) -> int:
    """How many listings to show. `asked` is what `more_button` told last; it holds only for the same filters."""
    return asked[1] if asked is not None and asked[0] == filters.as_query() else LISTINGS_AT_ONCE


def more_button(
    shown: int, filters: MarketFilters, words: Words, on_more: Callable[[tuple[str, int]], None]
) -> mo.ui.button:
    """A button that asks for further listings, in a cell that does not read what it sets: marimo spares that one."""
    import marimo as mo

    wanted = (filters.as_query(), shown + LISTINGS_AT_ONCE)
    return mo.ui.button(label=words.say(N_("Show more")), on_click=lambda _: on_more(wanted))


def chips(filters: MarketFilters, words: Words) -> Markup:
    """What narrows the listings, each with a link that undoes it; nothing where nothing does."""
    undone: list[tuple[str, dict[str, object]]] = []
    if filters.brand is not None:
        undone.append((plain(filters.brand, LONGEST_NAME), {"brand": None}))
    if filters.size is not None:
        undone.append((words.say(N_("size {size}"), size=plain(filters.size, LONGEST_NAME)), {"size": None}))
    if filters.condition is not None:
        undone.append((condition_words(filters.condition, words), {"condition": None}))
    if filters.price_from is not None or filters.price_to is not None:
        undone.append((band_words(filters, words), {"price_from": None, "price_to": None}))
    made = [_chip(name, filters.but(**change), words) for name, change in undone]
    return tag("p", made, class_="vopt-chips") if made else Markup("")


def orders(filters: MarketFilters, words: Words) -> Markup:
    """The orders of the listings, to choose from."""
    titles = (
        words.say(N_("Newest")),
        words.say(N_("Cheapest")),
        words.say(N_("Dearest")),
        words.say(N_("Most liked")),
    )
    known = zip(titles, get_args(Order), strict=True)
    choices = ((title, query_of(filters.but(order=order)), order == filters.order) for title, order in known)
    return segments(choices, words.say(N_("Order")))


def band_words(filters: MarketFilters, words: Words) -> str:
    """The prices asked for: "10,00 € – 14,99 €", "from 50,00 €", "up to 20,00 €"."""
    low, high = filters.price_from, filters.price_to
    if high is None:
        return words.say(N_("from {price}"), price=words.money(low or 0))
    if low is None:
        return words.say(N_("up to {price}"), price=words.money(high))
    return f"{words.money(low)} – {words.money(high)}"


def query_of(filters: MarketFilters) -> str:
    """The filters as a link of the page."""
    return "?" + filters.as_query()


def dropdown(
    label: str, options: dict[str, object], value: object, on_change: Callable[[object], None]
) -> mo.ui.dropdown:
    """A field to choose from `options` ({shown: value}); `on_change` is told the value."""
    import marimo as mo

    shown = next((name for name, known in options.items() if known == value), next(iter(options)))
    return mo.ui.dropdown(options=options, value=shown, label=label, on_change=on_change)


def price_field(label: str, price: Decimal | None, words: Words, on_change: Callable[[str | None], None]) -> mo.ui.text:
    """A price as she writes it; marimo's field for numbers would make 1250 of an Italian's 12.50."""
    import marimo as mo

    def told(written: str) -> None:
        on_change(short_price(price_of(written)))

    shown = "" if price is None else words.number(price, 0 if price == int(price) else 2)
    return mo.ui.text(shown, label=label, on_change=told)


def _periods(filters: MarketFilters, words: Words) -> Markup:
    titles = (words.say(N_("30 days")), words.say(N_("90 days")), words.say(N_("A year")))
    known = zip(titles, PERIODS, strict=True)
    choices = ((title, query_of(filters.but(days=days)), days == filters.days) for title, days in known)
    return segments(choices, words.say(N_("How far back")))


def _clear(filters: MarketFilters, words: Words) -> Markup | None:
    """A link that leaves only the catalogue; None where nothing else is chosen."""
    bare = MarketFilters(market=filters.market, catalog=filters.catalog)
    if filters.catalog is None or filters == bare:
        return None
    return tag("a", words.say(N_("Clear filters")), href=query_of(bare), class_="vopt-clear", data_stay=True)


def _chip(name: str, without: MarketFilters, words: Words) -> Markup:
    undo = tag("span", words.say(N_("remove")), class_="vopt-hidden")
    return tag("a", name, tag("span", "×", aria_hidden="true"), undo, href=query_of(without), data_stay=True)


def counted(choices: Sequence[Choice], words: Words) -> dict[str, object]:
    """{shown: value} of choices, with how many listings each has."""
    return _options(_counted(choices, words))


def _counted(choices: Sequence[Choice], words: Words) -> Iterable[tuple[str, object]]:
    for choice in choices:
        name = plain(choice.title or str(choice.value), LONGEST_NAME)
        counted = "" if choice.listings is None else f" · {words.number(choice.listings)}"
        yield name + counted, choice.value


def _conditions(choices: Choices, words: Words) -> tuple[Choice, ...]:
    return tuple(
        Choice(choice.value, condition_words(int(choice.value), words), choice.listings)
        for choice in choices.conditions
    )


def _options(known: Iterable[tuple[str, object]]) -> dict[str, object]:
    """{shown: value}; names that look alike are told apart by a number."""
    options: dict[str, object] = {}
    for name, value in known:
        twins = sum(shown == name or shown.startswith(f"{name} (") for shown in options)
        options[f"{name} ({twins + 1})" if twins else name] = value
    return options
