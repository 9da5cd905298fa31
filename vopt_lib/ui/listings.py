"""This is where listings are shown: what somebody asks for what, since when, and how it was before."""

from __future__ import annotations

from typing import Any

import polars as pl
from markupsafe import Markup

from vopt_lib.schema.filters import ListingAddress
from vopt_lib.ui.cells import MISSING, change_mark, condition_words, day_cell, is_missing, is_visible
from vopt_lib.ui.icons import icon
from vopt_lib.ui.links import is_photo, is_web, link
from vopt_lib.ui.markup import Content, plain, tag, together
from vopt_lib.ui.states import empty
from vopt_lib.ui.tables import framed
from vopt_lib.words import N_, Words

Row = dict[str, Any]

TITLE_LETTERS = 120  # two lines of the table


def listing_table(rows: pl.DataFrame, words: Words, *, with_photos: bool) -> Markup:
    """Listings with photo, title, brand, size, condition, price and its cut, favourites, and since when.

    Needs: columns of listing_live. with_photos: whether photos may be fetched from where they lie.
    """
    if rows.is_empty():
        return _none(words)
    caption = words.say(N_("Listings on sale"))
    body = [_row(row, words, with_photos) for row in rows.iter_rows(named=True)]
    look = "vopt-table vopt-blocks vopt-listings"
    return framed(_head(words), body, caption=caption, class_=look if with_photos else f"{look} is-bare")


def _none(words: Words) -> Markup:
    text = words.say(N_("Nothing on sale fits what you have chosen. Choose a wider price, another size, or no brand."))
    return empty(words.say(N_("No listings here")), text)


def _head(words: Words) -> list[Markup]:
    photo = tag("span", words.say(N_("Photo")), class_="vopt-hidden")
    titles = (
        ("is-photo", photo),
        ("is-title", words.say(N_("Listing"))),
        ("is-size", words.say(N_("Size"))),
        ("is-condition", words.say(N_("Condition"))),
        ("is-price is-number", words.say(N_("Asked price"))),
        ("is-liked is-number", words.say(N_("Favourites"))),
        ("is-seen is-number", words.say(N_("First seen"))),
    )
    return [tag("th", title, class_=name, scope="col", role="columnheader") for name, title in titles]


def _row(row: Row, words: Words, with_photos: bool) -> Markup:
    cells = (
        ("is-photo", photo_cell(row, with_photos)),
        ("is-title", title_cell(row, words)),
        ("is-size" if row.get("size") else "is-size is-none", plain(row.get("size") or MISSING, 40)),
        ("is-condition", condition_words(row.get("condition_id"), words)),
        ("is-price is-number", _price(row, words)),
        ("is-liked is-number", _liked(row, words)),
        ("is-seen is-number", _seen(row, words)),
    )
    return tag("tr", [tag("td", content, class_=name, role="cell") for name, content in cells], role="row")


def photo_cell(row: Row, with_photos: bool) -> Markup:
    """The small photo of a listing, or what stands in its place."""
    address = row.get("thumbnail_url")
    if not with_photos or not address or not is_photo(address):
        return tag("span", icon("hanger"), class_="vopt-photo")
    photo = tag("img", src=address, alt="", loading="lazy", decoding="async", referrerpolicy="no-referrer")
    return tag("span", icon("hanger"), photo, class_="vopt-photo")


def title_cell(row: Row, words: Words) -> Markup:
    """A listing's title, which leads to its page here, its brand, and a small way out to the marketplace."""
    brand = tag("span", plain(row["brand"], 60), dir="auto") if row.get("brand") else None
    return together(link(shown_title(row, words), listing_address(row), dir_="auto"), beside_title(row, words, brand))


def beside_title(row: Row, words: Words, *told: Content) -> Markup | None:
    """The smaller line below a title, which ends with the way out to the marketplace; None where there is nothing."""
    address = row.get("url")
    out = tag("span", link(words.say(N_("on Vinted")), address)) if address and is_web(address) else None
    parts = [part for part in (*told, out) if part]
    between = [piece for part in parts for piece in (part, " · ")][:-1]
    return tag("small", *between) if parts else None


def shown_title(row: Row, words: Words) -> str:
    """A stranger's title as it can stand in a line; "Untitled" where nothing of it can be seen."""
    title = plain(row.get("title") or "", TITLE_LETTERS)
    return title if is_visible(title) else words.say(N_("Untitled"))


def listing_address(row: Row) -> str | None:
    """Where vopt tells all it knows of a listing; None without an id."""
    listing_id = row.get("listing_id")
    if listing_id is None:
        return None
    return f"/listing?{ListingAddress(market=row.get('market') or 'it', id=listing_id).as_query()}"


def _price(row: Row, words: Words) -> Markup:
    asked, first = row.get("last_asked_amount"), row.get("first_asked_amount")
    if asked is None or is_missing(asked):
        return Markup(MISSING)
    currency = row.get("currency") or "EUR"
    now = tag("b", words.money(asked, currency))
    if not first or is_missing(first) or first == asked:
        return now
    hidden = tag("span", words.say(N_("at first:")), class_="vopt-hidden")
    change = change_mark(float(asked / first) - 1, words)
    return together(now, tag("small", hidden, tag("s", words.money(first, currency)), " ", change))


def _liked(row: Row, words: Words) -> Markup:
    liked = row.get("favourite_count")
    if liked is None:
        return Markup(MISSING)
    return tag("span", icon("heart"), words.number(liked), class_="vopt-liked")


def _seen(row: Row, words: Words) -> Markup:
    first, days = row.get("first_seen_on"), row.get("days_seen")
    seen = None if days is None else tag("small", words.count(N_("seen {n} day"), N_("seen {n} days"), days))
    return together(day_cell(first, words) if first else MISSING, seen)
