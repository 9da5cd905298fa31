"""This is where deals become a page: each with what others like it ask, and how far below it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from vopt_lib.errors import NothingPublished
from vopt_lib.schema.filters import DealFilters
from vopt_lib.schema.listing_page import DealsPage
from vopt_lib.ui.cells import condition_words
from vopt_lib.ui.filters import counted, dropdown, price_field
from vopt_lib.ui.layout import bar, button_link, card
from vopt_lib.ui.links import link
from vopt_lib.ui.listings import beside_title, listing_address, photo_cell, shown_title
from vopt_lib.ui.markup import embedded, plain, show, tag, together
from vopt_lib.ui.states import dated_head, empty, failed
from vopt_lib.ui.tables import framed
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

MOST_SHOWN = 50


def head(page: DealsPage, words: Words) -> Markup:
    """The page's name and question, how they are found, and how fresh that is."""
    question = words.say(N_("What asks far less than others like it?"))
    return dated_head(words.say(N_("Deals")), question, page.freshness, words)


def deals_bar(page: DealsPage, filters: DealFilters, words: Words, on_query: Callable[[str], None]) -> mo.Html:
    """The filter bar. `on_query` is told the address of the page after each choice. Bind it to a name of its cell."""

    def chosen(name: str) -> Callable[[object], None]:
        return lambda value: on_query(filters.but(**{name: value}).as_query())

    held: list[Any] = []
    if page.known:
        catalogues = {words.say(N_("All that you follow")): None, **counted(page.catalogues, words)}
        brands = {words.say(N_("Any brand")): None, **counted(page.brands, words)}
        held = [
            dropdown(words.say(N_("Catalogue")), catalogues, filters.catalog, chosen("catalog")),
            dropdown(words.say(N_("Brand")), brands, filters.brand, chosen("brand")),
            price_field(words.say(N_("Price up to, €")), filters.price_to, words, chosen("price_to")),
        ]
    made = show(bar(*(embedded(control) for control in held)) if held else "")
    made.held = held  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return made


def missing(page: DealsPage, filters: DealFilters, words: Words) -> Markup:
    """What is said where there are no deals, and what to do next; nothing where there are some."""
    if page.deals.height:
        return Markup("")
    follow = button_link(words.say(N_("Choose what to follow")), "/follow", primary=True)
    if isinstance(page.trouble, NothingPublished):
        text = words.say(N_("Follow what you want to buy or sell. After the first collecting its deals stand here."))
        return empty(words.say(N_("No deals yet")), text, follow)
    if page.trouble:
        return failed(page.trouble, words)
    if page.known:
        text = words.say(N_("No deal has all that you chose."))
        all_of_them = DealFilters(market=filters.market)
        return empty(
            words.say(N_("No deals here")), text, button_link(words.say(N_("See all deals")), query_of(all_of_them))
        )
    text = words.say(
        N_("Of {n} listings compared with others, none asks far less. Deals need many listings that are alike."),
        n=page.compared,
    )
    return empty(words.say(N_("No deals now")), text, follow)


def ranking(page: DealsPage, words: Words) -> Markup:
    """The deals, the surest first."""
    if page.deals.is_empty():
        return Markup("")
    rows = page.deals.head(MOST_SHOWN)
    how = words.say(
        N_("Of {n} listings compared: what asks clearly less than eight in ten like it, and warns of nothing."),
        n=page.compared,
    )
    care = words.say(N_("Nothing is guaranteed: look at the photos, and ask why it costs so little."))
    care += " " + words.say(N_("The margin is how far it lies below the lowest of those eight."))
    shown = words.say(N_("{shown} of {n} deals, the surest first"), shown=rows.height, n=page.deals.height)
    look = "vopt-table vopt-blocks vopt-listings vopt-deals"
    body = [_row(row, words, page.may_fetch_photos) for row in rows.iter_rows(named=True)]
    made = framed(
        _head(words), body, caption=words.say(N_("Deals")), class_=look if page.may_fetch_photos else f"{look} is-bare"
    )
    return card(made, title=shown, note=f"{how} {care}")


def query_of(filters: DealFilters) -> str:
    """The filters as a link of the page."""
    return "?" + filters.as_query()


def _head(words: Words) -> list[Markup]:
    titles = (
        ("is-photo", tag("span", words.say(N_("Photo")), class_="vopt-hidden")),
        ("is-title", words.say(N_("Listing"))),
        ("is-price is-number", words.say(N_("Asks"))),
        ("is-usual is-number", words.say(N_("Others like it ask"))),
        ("is-margin is-number", words.say(N_("Below their middle"))),
        ("is-seen is-number", words.say(N_("At this price"))),
    )
    return [tag("th", title, class_=name, scope="col", role="columnheader") for name, title in titles]


def _row(row: dict[str, Any], words: Words, with_photos: bool) -> Markup:
    cells = (
        ("is-photo", "", photo_cell(row, with_photos)),
        ("is-title", "", _title(row, words)),
        ("is-price is-number", words.say(N_("Asks")), _price(row, words)),
        ("is-usual is-number", words.say(N_("Others like it ask")), _usual(row, words)),
        ("is-margin is-number", words.say(N_("Below their middle")), _margin(row, words)),
        ("is-seen is-number", words.say(N_("At this price")), _since(row, words)),
    )
    made = [tag("td", told, class_=name, role="cell", data_label=label or None) for name, label, told in cells]
    return tag("tr", made, role="row")


def _title(row: dict[str, Any], words: Words) -> Markup:
    known = (row.get("brand"), row.get("size"), condition_words(row.get("condition_id"), words))
    said = tag("span", " · ".join(plain(one, 40) for one in known if one), dir="auto")
    return together(link(shown_title(row, words), listing_address(row), dir_="auto"), beside_title(row, words, said))


def _price(row: dict[str, Any], words: Words) -> Markup:
    cut = None
    if row["cut"] > 0.005:
        cut = tag("small", words.say(N_("cut by {share}"), share=words.percent(row["cut"])))
    return together(tag("b", words.money(row["price_eur"])), cut)


def _usual(row: dict[str, Any], words: Words) -> Markup:
    low, high = words.money(row["low"]), words.money(row["high"])
    rests = words.say(N_("{n} compared"), n=row["listings"])
    return together(words.say(N_("{low} to {high}"), low=low, high=high), tag("small", rests))


def _margin(row: dict[str, Any], words: Words) -> Markup:
    safe = words.say(N_("margin {share}"), share=words.percent(row["margin"]))
    return together(tag("b", words.percent(row["below"])), tag("small", safe))


def _since(row: dict[str, Any], words: Words) -> str:
    days = int(row["days_at_price"])
    return words.count(N_("{n} day"), N_("{n} days"), days) if days else words.say(N_("since today"))
