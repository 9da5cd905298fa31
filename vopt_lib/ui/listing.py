"""This is where one listing becomes a page: its price over time, what others like it ask, and how fast those sell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from vopt_lib.errors import NothingPublished
from vopt_lib.schema.comparables import FairPrice
from vopt_lib.schema.filters import MarketFilters, PriceFilters, SimilarAddress
from vopt_lib.schema.listing_page import ListingPage, Offer
from vopt_lib.schema.tile import Tile
from vopt_lib.ui.cells import MISSING, condition_words
from vopt_lib.ui.charts import price_steps, shown
from vopt_lib.ui.comparables import asked_card, compared_cards
from vopt_lib.ui.layout import as_of_line, button_link, card, grid, page_head
from vopt_lib.ui.links import is_web
from vopt_lib.ui.listings import photo_cell, shown_title
from vopt_lib.ui.markup import plain, tag, together
from vopt_lib.ui.speed import speed_card
from vopt_lib.ui.states import empty, failed, notice, stale
from vopt_lib.ui.tiles import tiles
from vopt_lib.words import N_, Words

Row = Mapping[str, Any]

ENDS = {
    "sold": N_("Sold: its page said so."),
    "reserved": N_("Reserved when it was last seen, then gone."),
    "deleted": N_("Taken down by its seller."),
    "hidden": N_("Hidden by its seller."),
    "unknown": N_("Gone. Nobody knows whether it was sold."),
}


def head(page: ListingPage, words: Words) -> Markup:
    """What is offered, the way back, how fresh the answer is, and the way out to the marketplace."""
    fresh = page.freshness
    as_of = as_of_line(words, published_at=fresh.published_at, newest_day=fresh.newest_day, share_seen=fresh.share_seen)
    if page.offer is None:
        return page_head(words.say(N_("Listing")), words.say(N_("What is known of this listing?")), as_of=as_of)
    facts = page.offer.facts
    address = facts.get("url")
    worth = button_link(words.say(N_("What is it worth?")), _priced(facts))
    alike = button_link(words.say(N_("What looks like it?")), _looks_like(facts))
    out = button_link(words.say(N_("See it on Vinted")), address) if address and is_web(address) else None
    old = stale(words, since=fresh.seen_at) if fresh.is_stale and fresh.seen_at else None
    title = tag("span", shown_title(dict(facts), words), dir="auto")
    return together(
        page_head(_way_back(page.offer, words), title, as_of=as_of, actions=together(worth, alike, out)), old
    )


def missing(page: ListingPage, words: Words) -> Markup:
    """What is said where there is no such listing; nothing where there is."""
    if page.offer is not None:
        return Markup("")
    prices = button_link(words.say(N_("See prices")), "/market")
    if isinstance(page.trouble, NothingPublished):
        text = words.say(N_("Follow what you sell or want to sell. After the first collecting you find them here."))
        follow = button_link(words.say(N_("Choose what to follow")), "/follow", primary=True)
        return empty(words.say(N_("No listings yet")), text, follow)
    if page.trouble:
        return failed(page.trouble, words)
    if page.listing_id is None:
        text = words.say(N_("Choose a listing on one of these pages: a click on its title opens it here."))
        return empty(words.say(N_("Which listing?")), text, prices, button_link(words.say(N_("See deals")), "/deals"))
    text = words.say(
        N_("Listing {id:d} was never seen in what you follow, or so long ago that it was tidied away."),
        id=page.listing_id,
    )
    return empty(words.say(N_("No such listing")), text, prices)


def facts(page: ListingPage, words: Words) -> Markup:
    """The photo, what it is, and the figures that matter most."""
    offer = page.offer
    if offer is None:
        return Markup("")
    row = dict(offer.facts)
    known = [
        (words.say(N_("Brand")), plain(row["brand"], 60) if row.get("brand") else MISSING),
        (words.say(N_("Size")), plain(row["size"], 40) if row.get("size") else MISSING),
        (words.say(N_("Condition")), condition_words(row.get("condition_id"), words)),
        (words.say(N_("Catalogue")), offer.path or MISSING),
    ]
    told = tag("dl", [(tag("div", tag("dt", name), tag("dd", value, dir="auto"))) for name, value in known])
    about = tag("div", photo_cell(row, page.may_fetch_photos), told, class_="vopt-offer")
    return grid(card(about), tiles(_tiles(offer, words), words), _ended(offer, words), columns=1)


def history(page: ListingPage, words: Words) -> Markup:
    """What it asked over time."""
    offer = page.offer
    if offer is None or offer.prices.is_empty():
        return Markup("")
    currency = offer.facts.get("currency") or "EUR"
    again = ""
    if offer.others:
        again = words.count(
            N_("It was gone and came back {n} time."), N_("It was gone and came back {n} times."), offer.others
        )
    note = words.say(N_("From each change until the next, as it was seen."))
    return card(
        shown(price_steps(offer.prices, words, currency=currency)),
        title=words.say(N_("Asked price over time")),
        note=f"{note} {again}".strip(),
    )


def fair_price(page: ListingPage, words: Words) -> Markup:
    """What others like it ask, and where its own price stands among them."""
    offer = page.offer
    if offer is None or offer.compared is None:
        return Markup("")
    own = offer.facts.get("last_price_eur") if offer.is_live else None
    return asked_card(offer.compared, words, own=None if own is None else float(own))


def comparables(page: ListingPage, words: Words) -> Markup:
    """The comparables on sale, those that were sold, and what was left out and why."""
    offer = page.offer
    if offer is None or offer.compared is None:
        return Markup("")
    return compared_cards(offer.compared, words, market=offer.facts.get("market") or "it")


def selling(page: ListingPage, words: Words) -> Markup:
    """How long things like it take to sell."""
    if page.offer is None or page.offer.speed is None:
        return Markup("")
    speed = page.offer.speed
    whose = words.say(N_("All listings of its catalogue."))
    if speed.brand:
        whose = words.say(N_("Listings of {brand} in its catalogue."), brand=plain(speed.brand, 40))
    return speed_card(speed, words, title=words.say(N_("How long things like it take to sell")), whose=whose)


def _priced(facts: Row) -> str:
    """The page that says what such a thing is worth."""
    known = {name: facts.get(name) for name in ("market", "title", "brand", "size")}
    known |= {"catalog": facts.get("leaf_catalog_id"), "condition": facts.get("condition_id")}
    filters = PriceFilters.from_query({name: str(value) for name, value in known.items() if value is not None})
    return f"/price?{filters.as_query()}"


def _looks_like(facts: Row) -> str:
    """The page that shows what looks like it."""
    filters = SimilarAddress(market=facts.get("market") or "it", listing=facts.get("listing_id"))
    return f"/similar?{filters.as_query()}"


def _way_back(offer: Offer, words: Words) -> Markup:
    market, catalog_id = offer.facts.get("market") or "it", offer.facts.get("leaf_catalog_id")
    steps = [(words.say(N_("All prices")), f"/market?{MarketFilters(market=market).as_query()}")]
    if catalog_id is not None and offer.path:
        steps.append(
            (offer.path.rpartition(" > ")[2], f"/market?{MarketFilters(market=market, catalog=catalog_id).as_query()}")
        )
    links = [tag("a", name, href=href) for name, href in steps]
    return tag("nav", links, class_="vopt-crumbs", aria_label=words.say(N_("The way back")))


def _tiles(offer: Offer, words: Words) -> list[Tile]:
    row = offer.facts
    currency, now, first = row.get("currency") or "EUR", row.get("last_asked_amount"), row.get("first_asked_amount")
    change = float(now / first) - 1 if now is not None and first else None
    fair = offer.compared.fair if offer.compared else None
    title = words.say(N_("Asked price")) if offer.is_live else words.say(N_("Last seen price"))
    listed = [
        Tile(
            title,
            "–" if now is None else words.money(now, currency),
            detail=words.say(N_("at first {price}"), price=words.money(first, currency)) if first and change else "",
            change=change or None,
        ),
        Tile(words.say(N_("First seen")), words.day(row["first_seen_at"].date())),
        Tile(
            words.say(N_("Last seen")),
            words.day(row["last_seen_at"].date()),
            detail=words.count(N_("seen on {n} day"), N_("seen on {n} days"), row["days_seen"]),
        ),
        Tile(
            words.say(N_("Favourites")),
            "–" if row.get("favourite_count") is None else words.number(row["favourite_count"]),
        ),
    ]
    if isinstance(fair, FairPrice):
        between = words.say(N_("{low} to {high}"), low=words.money(fair.low), high=words.money(fair.high))
        listed.insert(1, Tile(words.say(N_("Others like it ask")), words.money(fair.middle), detail=between))
    return listed


def _ended(offer: Offer, words: Words) -> Markup | None:
    """What became of it, and between which moments it left."""
    row = offer.facts
    if offer.is_live:
        return None
    left = words.say(N_("It left between {after} and {before}."), after=row["gone_after"], before=row["gone_before"])
    said = words.say(ENDS.get(row.get("evidence") or "unknown", ENDS["unknown"]))
    return notice(f"{said} {left}", title=words.say(N_("No longer on sale")))
