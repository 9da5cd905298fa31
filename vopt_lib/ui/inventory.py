"""This is where her own listings become a list: searched, narrowed, with pictures, and to be picked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, get_args

from markupsafe import Markup

from vopt_lib.schema.filters import InventoryFilters, Listed, PriceFilters
from vopt_lib.schema.inventory_page import ROWS_AT_ONCE, Answered, Found, InventoryPage, OwnChoices, OwnRow
from vopt_lib.schema.market_page import Choice
from vopt_lib.schema.own_states import State
from vopt_lib.ui.cells import MISSING, condition_words
from vopt_lib.ui.files import inventory_files
from vopt_lib.ui.filters import counted, dropdown, price_field
from vopt_lib.ui.icons import icon
from vopt_lib.ui.layout import bar, button_link, card, page_head
from vopt_lib.ui.listings import shown_title
from vopt_lib.ui.markup import embedded, plain, show, tag, together
from vopt_lib.ui.own_words import catalogue_name
from vopt_lib.ui.states import empty, failed, notice
from vopt_lib.ui.tables import framed
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

DAYS = (30, 60, 90, 180)
THUMBNAIL_PX = 240
UNSOLD = (State.DRAFT, State.PUBLISHED, State.RESERVED, State.PAUSED)


def head(words: Words) -> Markup:
    """The page's name and question, and the way to a new listing."""
    question = words.say(N_("What do I have to sell, and how is it doing?"))
    new = button_link(words.say(N_("New listing")), query_of(InventoryFilters(new=True)), primary=True)
    return page_head(words.say(N_("Inventory")), question, actions=new)


def told(answered: Answered | None, buttons: Sequence[Any]) -> Markup:
    """What the last press did, and the button that takes it back."""
    if answered is None:
        return Markup("")
    action = together(embedded(one) for one in buttons)
    return tag("div", notice(answered.told.text, kind=answered.told.kind, action=action or None), class_="vopt-told")


def inventory_bar(
    page: InventoryPage, filters: InventoryFilters, words: Words, on_query: Callable[[str], None]
) -> mo.Html:
    """The filters. `on_query` is told the address of the page after each choice. Bind it to a name of its cell."""
    if not page.choices.total and filters.state != "deleted":
        return show("")

    def chosen(name: str) -> Callable[[object], None]:
        return lambda value: on_query(filters.but(**{name: value or None}).as_query())

    first: list[Any] = [
        _search(filters, words, chosen("text")),
        dropdown(words.say(N_("State")), _states(page.choices, words), filters.state, chosen("state")),
        dropdown(words.say(N_("Order")), _orders(words), filters.order, chosen("order")),
    ]
    others: list[Any] = [
        dropdown(label, {every: None, **_with(known, getattr(filters, name))}, getattr(filters, name), chosen(name))
        for name, label, every, known in _others(page.choices, words)
        if known
    ]
    others += [
        price_field(words.say(N_("Price from, €")), filters.price_from, words, chosen("price_from")),
        price_field(words.say(N_("to, €")), filters.price_to, words, chosen("price_to")),
    ]
    more = tag("summary", _more_words(filters, words))
    unfolded = tag("details", more, bar(*map(embedded, others)), class_="vopt-more", open=_narrowed_more(filters))
    made = show(tag("div", bar(*map(embedded, first), _clear(filters, words)), unfolded, class_="vopt-inventory-bar"))
    made.held = [*first, *others]  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return made


def missing(page: InventoryPage, filters: InventoryFilters, words: Words) -> Markup:
    """What is said where there is nothing to show, and what to do next; nothing where there is something."""
    if page.trouble:
        return failed(page.trouble, words)
    if page.found.total:
        return Markup("")
    if filters.narrows:
        text = words.say(N_("No listing of yours has all that you chose."))
        every = button_link(words.say(N_("See all listings")), query_of(InventoryFilters()))
        return empty(words.say(N_("Nothing fits")), text, every)
    text = words.say(
        N_("Take in your archive from Vinted: your listings and sales then stand here. Or write a listing yourself.")
    )
    archive = button_link(words.say(N_("Take in your archive")), "/imports", primary=True)
    new = button_link(words.say(N_("New listing")), query_of(InventoryFilters(new=True)))
    return empty(words.say(N_("Your shop is empty")), text, archive, new)


def listed(page: InventoryPage, filters: InventoryFilters, words: Words) -> Markup:
    """The listings of one page of the list, to be opened and picked."""
    found = page.found
    if not found.rows:
        return Markup("")
    body = [_row(row, filters, words) for row in found.rows]
    caption = words.say(N_("Your listings"))
    made = framed(_head(words), body, caption=caption, class_="vopt-table vopt-blocks vopt-listings vopt-inventory")
    first = (min(filters.page, -(-found.total // ROWS_AT_ONCE)) - 1) * ROWS_AT_ONCE + 1
    shown = words.say(
        N_("{first} to {last} of {n} listings"), first=first, last=first + len(found.rows) - 1, n=found.total
    )
    foot = inventory_files(page, filters, words)
    return card(made, _pages(found, filters, words), title=shown, note=_instead(found, words), foot=foot)


def query_of(filters: InventoryFilters) -> str:
    """The filters as a link of the page."""
    return "?" + filters.as_query()


def thumbnail(name: str | None, size: int = THUMBNAIL_PX) -> Markup:
    """A small photo of her own (`photo_name`), or what stands in its place. size: pixels of its longer side."""
    if name is None:
        return tag("span", icon("hanger"), class_="vopt-photo")
    photo = tag("img", src=f"/own/photo/{name}?size={size}", alt="", loading="lazy", decoding="async")
    return tag("span", icon("hanger"), photo, class_="vopt-photo")


def state_chip(row: OwnRow, words: Words) -> Markup:
    """How it stands, as a small label."""
    return tag("span", words.say(row.state.label), class_=f"vopt-chip is-{row.state.value}")


def _search(filters: InventoryFilters, words: Words, on_change: Callable[[object], None]) -> mo.ui.text:
    import marimo as mo

    hint = words.say(N_("title, brand, code"))
    return mo.ui.text(filters.text or "", label=words.say(N_("Search")), placeholder=hint, on_change=on_change)


def _states(choices: OwnChoices, words: Words) -> dict[str, object]:
    known = [Choice(one.value, words.say(one.title or ""), one.listings) for one in choices.states]
    return {words.say(N_("Any")): None, **counted(known, words), words.say(N_("deleted")): "deleted"}


def _orders(words: Words) -> dict[str, object]:
    titles = (
        words.say(N_("Newest")),
        words.say(N_("Oldest")),
        words.say(N_("Cheapest")),
        words.say(N_("Dearest")),
        words.say(N_("Longest on the market")),
        words.say(N_("Most viewed")),
        words.say(N_("Most liked")),
    )
    return dict(zip(titles, get_args(Listed), strict=True))


def _others(choices: OwnChoices, words: Words) -> Iterable[tuple[str, str, str, dict[str, object]]]:
    """Each further filter: its name, label, what stands for all, and what can be chosen; people only where several."""
    catalogues = [Choice(one.value, catalogue_name(int(one.value)), one.listings) for one in choices.catalogues]
    conditions = [Choice(one.value, condition_words(int(one.value), words), one.listings) for one in choices.conditions]
    any_one = words.say(N_("Any"))
    days = {words.say(N_("{n} days or more"), n=days): days for days in DAYS}
    several = choices.people if len(choices.people) > 1 else ()
    accounts = choices.accounts if len(choices.accounts) > 1 else ()
    yield "brand", words.say(N_("Brand")), words.say(N_("Any brand")), counted(choices.brands, words)
    yield "catalog", words.say(N_("Catalogue")), any_one, counted(catalogues, words)
    yield "size", words.say(N_("Size")), words.say(N_("Any size")), counted(choices.sizes, words)
    yield "condition", words.say(N_("Condition")), words.say(N_("Any condition")), counted(conditions, words)
    yield "place", words.say(N_("Place")), any_one, counted(choices.places, words)
    yield "tag", words.say(N_("Tag")), any_one, counted(choices.tags, words)
    yield "person", words.say(N_("Person")), any_one, counted(several, words)
    yield "account", words.say(N_("Account")), any_one, counted(accounts, words)
    yield "days", words.say(N_("On the market")), any_one, dict(days)


def _with(known: dict[str, object], value: object) -> dict[str, object]:
    """The choices and what is chosen, also where nothing has it any more."""
    return known if value is None or value in known.values() else {**known, plain(str(value), 40): value}


def _narrowed_more(filters: InventoryFilters) -> bool:
    return filters.model_copy(update={"text": None, "state": None}).narrows


def _more_words(filters: InventoryFilters, words: Words) -> str:
    return words.say(N_("More filters, some are set")) if _narrowed_more(filters) else words.say(N_("More filters"))


def _clear(filters: InventoryFilters, words: Words) -> Markup | None:
    if not filters.narrows:
        return None
    bare = InventoryFilters(order=filters.order, id=filters.id, new=filters.new)
    return tag("a", words.say(N_("Clear filters")), href=query_of(bare), class_="vopt-clear", data_stay=True)


def _head(words: Words) -> list[Markup]:
    every = words.say(N_("Pick all listings of this page"))
    pick = tag("input", type="checkbox", class_="vopt-pick", data_pick="all", aria_label=every)
    titles = (
        ("is-pick", pick),
        ("is-photo", tag("span", words.say(N_("Photo")), class_="vopt-hidden")),
        ("is-title", words.say(N_("Listing"))),
        ("is-state", words.say(N_("State"))),
        ("is-place", words.say(N_("Place"))),
        ("is-price is-number", words.say(N_("Price"))),
        ("is-liked is-number", words.say(N_("Views"))),
        ("is-seen is-number", words.say(N_("On the market"))),
    )
    return [tag("th", title, class_=name, scope="col", role="columnheader") for name, title in titles]


def _row(row: OwnRow, filters: InventoryFilters, words: Words) -> Markup:
    days = MISSING if row.days is None else words.count(N_("{n} day"), N_("{n} days"), row.days)
    cells = (
        ("is-pick", _pick(row, words)),
        ("is-photo", thumbnail(row.photo)),
        ("is-title", _title(row, filters, words)),
        ("is-state", state_chip(row, words)),
        ("is-place" if row.place or row.tags else "is-place is-none", _place(row)),
        ("is-price is-number", _price(row, words)),
        ("is-liked is-number", _liked(row, words)),
        ("is-seen is-number", days),
    )
    is_open = "is-open" if filters.id == row.listing_id else None
    views = words.say(N_("Views"))
    made = [
        tag("td", told, class_=name, role="cell", data_label=views if "is-liked" in name else None)
        for name, told in cells
    ]
    return tag("tr", made, role="row", class_=is_open)


def _pick(row: OwnRow, words: Words) -> Markup:
    label = words.say(N_("Pick “{title}”"), title=shown_title({"title": row.title}, words))
    return tag("input", type="checkbox", class_="vopt-pick", data_pick=row.listing_id, aria_label=label)


def _title(row: OwnRow, filters: InventoryFilters, words: Words) -> Markup:
    opened = query_of(filters.but(id=row.listing_id))
    title = tag("a", shown_title({"title": row.title}, words), href=opened, dir="auto", data_stay=True)
    known = (row.brand, row.size, row.sku)
    return together(title, tag("small", " · ".join(plain(one, 40) for one in known if one), dir="auto"))


def _price(row: OwnRow, words: Words) -> Markup:
    """What it asks; while it can be sold, a click tells what it is worth."""
    asked = None if row.asked is None else tag("b", words.money(row.asked, row.currency))
    if row.state not in UNSOLD:
        return asked or tag("b", MISSING)
    worth = words.say(N_("What is it worth?"))
    shown_text = together(asked, " ", tag("span", worth, class_="vopt-hidden")) if asked else worth
    return tag("a", shown_text, href=f"/price?{PriceFilters(own=row.listing_id).as_query()}", title=worth)


def _place(row: OwnRow) -> Markup:
    tags = tag("small", " · ".join(plain(one, 30) for one in row.tags[:4]), dir="auto") if row.tags else None
    return together(tag("span", plain(row.place or MISSING, 40), dir="auto"), tags)


def _liked(row: OwnRow, words: Words) -> Markup:
    if row.views is None and row.favourites is None:
        return Markup(MISSING)
    views = MISSING if row.views is None else words.number(row.views)
    hearts = None
    if row.favourites is not None:
        said = tag("span", words.say(N_("Favourites")), class_="vopt-hidden")
        hearts = tag("small", tag("span", said, icon("heart"), words.number(row.favourites), class_="vopt-liked"))
    return together(views, hearts)


def _instead(found: Found, words: Words) -> str | None:
    told = [
        words.say(N_("Nothing has “{word}”: shown is what has “{instead}”."), word=plain(word, 40), instead=near[0])
        for word, near in found.instead.items()
        if near
    ]
    return " ".join(told) or None


def _pages(found: Found, filters: InventoryFilters, words: Words) -> Markup | None:
    last = -(-found.total // ROWS_AT_ONCE)
    now = min(filters.page, last)
    if last == 1:
        return None
    place = tag("span", words.say(N_("Page {page} of {last}"), page=now, last=last))
    before = _step(words.say(N_("Previous")), filters, now - 1) if now > 1 else None
    after = _step(words.say(N_("Next")), filters, now + 1) if now < last else None
    return tag("nav", before, place, after, class_="vopt-pages", aria_label=words.say(N_("Pages")))


def _step(label: str, filters: InventoryFilters, page: int) -> Markup:
    return tag("a", label, href=query_of(filters.but(page=page)), class_="vopt-button")
