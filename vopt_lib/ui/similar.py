"""This is where what looks like a photo becomes a page: the photo, what its look-alikes ask, and each of them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from vopt_lib.errors import IndexMissing, ListingNotDescribed, OwnPhotoMissing
from vopt_lib.schema.filters import InventoryFilters, ListingAddress, PriceFilters, SimilarAddress
from vopt_lib.schema.own_states import State
from vopt_lib.schema.similar import EVIDENCE, PriceBand, Similar
from vopt_lib.schema.similar_page import Asked, SimilarPage
from vopt_lib.schema.tile import Tile
from vopt_lib.ui.cells import MISSING, condition_words
from vopt_lib.ui.filters import counted, dropdown, price_field
from vopt_lib.ui.inventory import thumbnail
from vopt_lib.ui.layout import bar, button_link, buttons_row, card
from vopt_lib.ui.links import link
from vopt_lib.ui.listings import beside_title, listing_address, photo_cell, shown_title
from vopt_lib.ui.markup import Content, embedded, plain, show, tag, together
from vopt_lib.ui.states import dated_head, empty, failed, notice
from vopt_lib.ui.tiles import tiles
from vopt_lib.ui.upload import upload_box
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

ACCEPTED: Final = "image/*,.heic,.heif,.avif"
"""What a browser offers first; a telephone offers its camera, too."""

PHOTO_PX: Final = 960
MOST_SIGNS: Final = 300
"""Of the words that are looked for: an address takes no more."""

CHIPS: Final = {"on_sale": "is-published", "sold": "is-sold", "left": ""}


def head(page: SimilarPage, words: Words) -> Markup:
    """The page's name and question, and how fresh the listings are."""
    question = words.say(N_("What looks like this photo, and what does that cost?"))
    return dated_head(words.say(N_("Look-alikes")), question, page.freshness, words)


def photo_box(words: Words, on_upload: Callable[[str, str], None], *, most_mb: int) -> mo.Html:
    """A place to drop a photo, for a cell of its own, bound to a name that it keeps. on_upload: as `upload_box`."""
    return upload_box(
        words,
        on_upload,
        most_mb=most_mb,
        asks=words.say(N_("Drop a photo here, choose one, or take one")),
        hint=words.say(N_("It is looked at on this computer, and not kept.")),
        accept=ACCEPTED,
    )


def missing(page: SimilarPage, filters: SimilarAddress, words: Words) -> Markup:
    """What is said where there is nothing to show, and what to do next; nothing where there are look-alikes."""
    if page.trouble is not None:
        return _trouble(page, words)
    if page.found is None:
        text = N_(
            "Drop one above. Or open one of your listings, or one of the market, and see there what looks like it."
        )
        inventory = button_link(words.say(N_("See your listings")), "/inventory")
        prices = button_link(words.say(N_("See prices")), "/market")
        return empty(words.say(N_("Which photo?")), words.say(text), inventory, prices)
    if not page.found.market.is_empty():
        return Markup("")
    if not page.found.photos:
        return notice(words.say(N_("No photo of a listing is known yet. `vopt embed` fetches some.")))
    text = words.say(N_("None of {n} photos of listings fits what you ask for."), n=page.found.photos)
    every = button_link(words.say(N_("Clear filters")), f"?{filters.unfiltered.as_query()}")
    return empty(words.say(N_("Nothing fits")), text, every if filters != filters.unfiltered else None)


def answer(page: SimilarPage, filters: SimilarAddress, words: Words) -> Markup:
    """The photo that is asked about, what it is of, and the prices that its look-alikes imply."""
    if page.asked is None or page.found is None:
        return Markup("")
    asked = page.asked
    titles = {
        "brought": N_("Your photo"),
        "own": N_("A listing of yours"),
        "listing": N_("A listing of the market"),
        "words": N_("Your words"),
    }
    told = tag(
        "div",
        tag("p", words.say(titles[asked.kind]), class_="vopt-eyebrow"),
        tag("h2", shown_title({"title": asked.title}, words), dir="auto"),
        _bands(page.found, filters, words),
        _ways_on(asked, filters.market, words),
    )
    photo = None if asked.kind == "words" else _photo(asked, page)
    return tag("section", photo, told, class_="vopt-card vopt-asked-photo")


def similar_bar(page: SimilarPage, filters: SimilarAddress, words: Words, on_query: Callable[[str], None]) -> mo.Html:
    """What else than a photo is asked, and which answers are wanted. `on_query` is told the address of the page after
    each choice. Bind it to a name of its cell."""

    def chosen(name: str, **others: None) -> Callable[[object], None]:
        return lambda value: on_query(filters.but(**others, **{name: value or None}).as_query())

    ways: list[Any] = []
    narrowing: list[Any] = []
    if page.knows_words:
        ways.append(_words_field(filters, words, chosen("words", listing=None, own=None)))
    if len(page.models) > 1:
        ways.append(dropdown(words.say(N_("Compared by")), _models(page, words), page.model, chosen("model")))
    if page.found is not None and page.found.photos:
        any_one = words.say(N_("Any"))
        states: dict[str, object] = {any_one: None, **{words.say(EVIDENCE[name]): name for name in ("on_sale", "sold")}}
        catalogues = {any_one: None, **counted(page.catalogues, words)}
        brands = {words.say(N_("Any brand")): None, **counted(page.brands, words)}
        narrowing = [
            dropdown(words.say(N_("Catalogue")), catalogues, filters.catalog, chosen("catalog")),
            dropdown(words.say(N_("Brand")), brands, filters.brand, chosen("brand")),
            dropdown(words.say(N_("State")), states, filters.state, chosen("state")),
            price_field(words.say(N_("Price from, €")), filters.price_from, words, chosen("price_from")),
            price_field(words.say(N_("to, €")), filters.price_to, words, chosen("price_to")),
        ]
    asking = tag("div", bar(*map(embedded, ways)), class_="vopt-alike-ways") if ways else ""
    filtering = bar(*map(embedded, narrowing), _clear(filters, words)) if narrowing else ""
    made = show(together(asking, filtering) if ways else filtering)
    made.held = ways + narrowing  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return made


def look_alikes(page: SimilarPage, filters: SimilarAddress, words: Words) -> Markup:
    """The listings that look most like it, each with its price, condition, and whether it was sold."""
    if page.found is None or page.found.market.is_empty():
        return Markup("")
    rows = page.found.market.iter_rows(named=True)
    cards = [_look_alike({**row, "market": filters.market}, words, page.may_fetch_photos) for row in rows]
    note = words.say(
        N_("Compared with {n} photos of listings: {model}."), n=page.found.photos, model=_model(page.model, words)
    )
    if filters.words:
        note += " " + words.say(N_("A photo is never as like words as another photo is: 30% is much."))
    if not page.may_fetch_photos:
        note += " " + words.say(
            N_("Their photos are shown once you allow vopt to visit Vinted, on the page of searches.")
        )
    listed = tag("ul", cards, class_="vopt-lookalikes", role="list")
    return card(listed, title=words.say(N_("What looks most like it")), note=note)


def own(page: SimilarPage, words: Words) -> Markup:
    """Her own things that look like it; nothing where she has none with a photo."""
    if page.found is None or page.found.own.is_empty():
        return Markup("")
    cards = [_own(row, words) for row in page.found.own.iter_rows(named=True)]
    listed = tag("ul", cards, class_="vopt-lookalikes", role="list")
    return card(listed, title=words.say(N_("Among your own things")))


def _bands(found: Similar, filters: SimilarAddress, words: Words) -> Markup | None:
    """What those most alike ask, on sale and sold apart; a word where they are too few."""
    if found.market.is_empty():
        return None
    asked = _band(words.say(N_("Look-alikes on sale ask")), found.asked, words)
    sold = _band(words.say(N_("Those sold last asked")), found.sold, words)
    there = {"on_sale": [asked], "sold": [sold]}.get(filters.state or "", [asked, sold])
    told = words.say(
        N_("Of what is clearly alike a quarter asks less than the first price, a quarter more than the second.")
    )
    if filters.state != "on_sale":
        told += " " + words.say(N_("What a sold one asked last is not what was paid."))
    return together(tiles(there, words), tag("p", tag("small", told)))


def _trouble(page: SimilarPage, words: Words) -> Markup:
    error = page.trouble
    assert error is not None
    if isinstance(error, IndexMissing) and page.model is None:
        text = words.say(
            N_("`vopt embed` describes your photos, and those of listings, some at a time. Then look here.")
        )
        return empty(words.say(N_("No photo is described yet")), text)
    if isinstance(error, ListingNotDescribed | OwnPhotoMissing):
        return empty(words.say(N_("This photo is not known")), words.error(error))
    return failed(error, words)


def _photo(asked: Asked, page: SimilarPage) -> Markup:
    if asked.kind == "own":
        return thumbnail(asked.photo_name, PHOTO_PX)
    if asked.preview is None:
        return photo_cell({"thumbnail_url": asked.thumbnail_url}, page.may_fetch_photos)
    held = base64.b64encode(asked.preview).decode("ascii")
    return tag("span", tag("img", src=f"data:image/jpeg;base64,{held}", alt=""), class_="vopt-photo")


def _ways_on(asked: Asked, market: str, words: Words) -> Markup | None:
    if asked.kind in ("brought", "words"):
        return None
    if asked.kind == "listing":
        opened, worth = f"/listing?{ListingAddress(market=market, id=asked.listing_id).as_query()}", None
    else:
        opened = f"/inventory?{InventoryFilters(id=asked.listing_id).as_query()}"
        address = f"/price?{PriceFilters(own=asked.listing_id).as_query()}"
        worth = button_link(words.say(N_("What is it worth?")), address)
    return buttons_row(button_link(words.say(N_("Open it")), opened), worth)


def _words_field(filters: SimilarAddress, words: Words, on_change: Callable[[str], None]) -> mo.ui.text:
    import marimo as mo

    return mo.ui.text(
        filters.words or "",
        label=words.say(N_("Or in words")),
        placeholder=words.say(N_("blue denim jacket")),
        on_change=lambda written: on_change(written[:MOST_SIGNS]),
    )


def _models(page: SimilarPage, words: Words) -> dict[str, object]:
    return {_model(name, words): name for name in page.models}


def _model(name: str | None, words: Words) -> str:
    return words.say(N_("shapes and colours")) if name is None else name.removeprefix("open_clip:")


def _clear(filters: SimilarAddress, words: Words) -> Content:
    if filters == filters.unfiltered:
        return None
    href = f"?{filters.unfiltered.as_query()}"
    return tag("a", words.say(N_("Clear filters")), href=href, class_="vopt-clear", data_stay=True)


def _band(title: str, band: PriceBand | None, words: Words) -> Tile:
    if band is None:
        return Tile(title, MISSING, detail=words.say(N_("too few to tell")))
    listings = words.count(N_("{n} listing"), N_("{n} listings"), band.listings)
    half = words.say(N_("half of them less than {middle}"), middle=words.money(band.middle))
    between = words.say(N_("{low} to {high}"), low=words.money(band.low), high=words.money(band.high))
    return Tile(title, between, detail=f"{half} · {listings}")


def _look_alike(row: Mapping[str, Any], words: Words, with_photos: bool) -> Markup:
    price = MISSING if row["price_eur"] is None else words.money(row["price_eur"])
    before = None if row["evidence"] == "on_sale" else tag("small", words.say(N_("last asked")), " ")
    chip = tag("span", words.say(EVIDENCE[row["evidence"]]), class_=f"vopt-chip {CHIPS[row['evidence']]}".rstrip())
    facts = dict(row)
    title = link(shown_title(facts, words), listing_address(facts), dir_="auto")
    told = (row["brand"], row["size"], condition_words(row["condition_id"], words))
    about = tag("span", " · ".join(plain(one, 40) for one in told if one and one != MISSING), dir="auto")
    return tag(
        "li",
        photo_cell(facts, with_photos),
        _likeness(row["likeness"], words),
        tag("p", before, tag("b", price), " ", chip),
        tag("p", title),
        beside_title(facts, words, about),
    )


def _own(row: Mapping[str, Any], words: Words) -> Markup:
    state = State(row["state"])
    price = MISSING if row["asked"] is None else words.money(row["asked"], row["currency"])
    href = f"/inventory?{InventoryFilters(id=row['listing_id']).as_query()}"
    chip = tag("span", words.say(state.label), class_=f"vopt-chip is-{state.value}")
    told = (row["brand"], row["size"])
    return tag(
        "li",
        thumbnail(row["photo_sha256"], PHOTO_PX),
        _likeness(row["likeness"], words),
        tag("p", tag("b", price), " ", chip),
        tag("p", link(shown_title({"title": row["title"]}, words), href, dir_="auto")),
        tag("small", " · ".join(plain(one, 40) for one in told if one), dir="auto"),
    )


def _likeness(likeness: float, words: Words) -> Markup:
    return tag("span", words.say(N_("{share} alike"), share=words.percent(max(likeness, 0.0))), class_="vopt-likeness")
