"""This is where pages become files for people without an account: one file each, which needs no server and no network.

They are made of the same parts as the pages behind log-in, and of less data: prices without the listings and sellers
they come from, of what is hers only what a visitor of her closet sees, of her sales only sums. Nothing in them runs.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qs, urlsplit

import lxml.html
from markupsafe import Markup

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.prices import market_page
from vopt_lib.desk.shop.inventory import inventory_page
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.desk.shop.photos import small_photo
from vopt_lib.desk.shop.sales import sales_page
from vopt_lib.errors import PhotoError, UnknownPhoto
from vopt_lib.schema.filters import InventoryFilters, MarketFilters, SalesFilters
from vopt_lib.schema.inventory_page import ROWS_AT_ONCE, OwnRow
from vopt_lib.schema.static_pages import StaticPage
from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.assets import OURS
from vopt_lib.ui import market, sales
from vopt_lib.ui.cells import condition_words
from vopt_lib.ui.charts.drawn import with_pictures
from vopt_lib.ui.layout import page_head
from vopt_lib.ui.links import is_web, link
from vopt_lib.ui.markup import plain, tag, together
from vopt_lib.words import N_, Words

STYLES: Final = ("page.css", "charts.css", "market.css", "static.css")

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'"
"""What a browser may do with one of these files: show what is in it, and nothing else."""

PHOTO_PIXELS: Final = 240

_DARK = '@media not print {\n  :root[data-theme="dark"] {'
_DARK_AS_SYSTEM = "@media screen and (prefers-color-scheme: dark) {\n  :root {"
_FONT = re.compile(r'url\("(inter-[a-z]+\.woff2)"\)')
_IDLE = ("script", "button", "input", "select", "form")
"""Elements that would do nothing in a file."""


@dataclass(frozen=True)
class File:
    """One page on its way: what it is called ("prices-12.html"), its name for people, and what stands in it."""

    name: str
    title: str
    body: Markup


def files(desk: Desk, visitor: Visitor, pages: Iterable[StaticPage]) -> Iterator[tuple[str, bytes]]:
    """The name and content of each file, `index.html` first. What is hers is the visitor's.

    Raises: VoptError, of whatever stands in the way of a page: nothing is left out silently. ExtraMissing.
    """
    made = [file for page in dict.fromkeys(pages) for file in _PAGES[page](desk, visitor)]
    names = {file.name: file.title for file in made}
    first = [file for file in made if "-" not in file.name]
    yield "index.html", _whole(File("index.html", "vopt", _contents(first, visitor.words)), names, visitor.words)
    for file in made:
        yield file.name, _whole(file, names, visitor.words)


def _prices(desk: Desk, visitor: Visitor) -> Iterator[File]:
    """All that is followed, and a page for each catalogue of it; no single listing."""
    words, filters = visitor.words, MarketFilters()
    page = market_page(desk, filters)
    if page.trouble:
        raise page.trouble
    parts = (market.head(page, filters, words), market.missing(page, filters, words))
    yield File("prices.html", words.say(N_("Prices")), together(*parts, market.overview(page, filters, words)))
    for choice in page.choices.catalogues:
        yield _catalogue(desk, filters.but(catalog=choice.value), words)


def _catalogue(desk: Desk, filters: MarketFilters, words: Words) -> File:
    page = market_page(desk, filters)
    if page.trouble:
        raise page.trouble
    body = together(
        market.head(page, filters, words),
        market.missing(page, filters, words) if page.prices is None else None,
        market.figures(page, words),
        market.groups(page, words),
        market.history(page, words),
        market.brands_alone(page, filters, words),
    )
    title = page.prices.title if page.prices else f"#{filters.catalog}"
    return File(f"prices-{filters.catalog}.html", title, body)


def _closet(desk: Desk, visitor: Visitor) -> Iterator[File]:
    """What she has on sale, as whoever opens her closet sees it: photo, title, size, condition, price."""
    words = visitor.words
    rows = list(_on_sale(desk, visitor))
    told = words.count(N_("{n} thing on sale."), N_("{n} things on sale."), len(rows))
    head = page_head(words.say(N_("Closet")), words.say(N_("What is on sale?")), as_of=tag("p", told))
    things = tag("div", (_thing(desk, visitor, row) for row in rows), class_="vopt-closet")
    yield File("closet.html", words.say(N_("Closet")), together(head, things))


def _on_sale(desk: Desk, visitor: Visitor) -> Iterator[OwnRow]:
    number, goes_on = 1, True
    while goes_on:
        page = inventory_page(desk, visitor, InventoryFilters(state="published", page=number))
        if page.trouble:
            raise page.trouble
        yield from page.found.rows
        goes_on = number * ROWS_AT_ONCE < page.found.total
        number += 1


def _thing(desk: Desk, visitor: Visitor, row: OwnRow) -> Markup:
    words, title = visitor.words, plain(row.title)
    condition = condition_words(row.condition_id, words) if row.condition_id else None
    told = " · ".join(filter(None, (row.brand and plain(row.brand, 60), row.size and plain(row.size, 40), condition)))
    photo = None
    with suppress(PhotoError, UnknownPhoto):
        photo = _photo(desk, visitor, row.photo) if row.photo else None
    asked = None if row.asked is None else words.money(row.asked, row.currency)
    return tag(
        "article",
        tag("div", photo, class_="vopt-closet-photo"),
        tag("h2", link(title, row.url) if row.url and is_web(row.url) else title),
        tag("p", told) if told else None,
        tag("strong", asked) if asked else None,
        class_="vopt-card",
    )


def _photo(desk: Desk, visitor: Visitor, name: str) -> Markup:
    content = small_photo(desk, member_of(desk, visitor), name, PHOTO_PIXELS)
    return tag("img", src=_data("image/jpeg", content), alt="", width=PHOTO_PIXELS)


def _sales(desk: Desk, visitor: Visitor) -> Iterator[File]:
    """What her sales of a year were worth, in sums: no order, no buyer, no thing."""
    words = visitor.words
    page = sales_page(desk, visitor, SalesFilters())
    if page.trouble:
        raise page.trouble
    nothing = sales.missing(page, SalesFilters(), words)
    body = together(sales.head(page, words), nothing, sales.figures(page, words), sales.over_time(page, words))
    yield File("sales.html", words.say(N_("Sales")), body)


_PAGES: Final[Mapping[StaticPage, Callable[[Desk, Visitor], Iterator[File]]]] = {
    StaticPage.PRICES: _prices,
    StaticPage.CLOSET: _closet,
    StaticPage.SALES: _sales,
}


def _contents(pages: Iterable[File], words: Words) -> Markup:
    links = tag("ul", (tag("li", tag("a", page.title, href=page.name)) for page in pages), class_="vopt-contents")
    return together(page_head("vopt", words.say(N_("What is there to see?"))), links)


def _whole(file: File, names: Mapping[str, str], words: Words) -> bytes:
    """The whole file."""
    away = [
        ("index.html", words.say(N_("Contents"))),
        *((one, title) for one, title in names.items() if "-" not in one),
    ]
    links = (tag("a", title, href=name, aria_current="page" if name == file.name else None) for name, title in away)
    made = words.say(N_("Made by vopt, which watches what is asked on Vinted. Not affiliated with Vinted."))
    body = tag(
        "body",
        tag("nav", links, class_="vopt-static-links", aria_label=words.say(N_("Pages"))),
        tag("main", _still(with_pictures(file.body), names)),
        tag("footer", tag("p", made)),
        class_="vopt-static",
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="robots", content="noindex"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", f"{file.title} · vopt"),
        tag("style", _style()),
    )
    return (Markup("<!doctype html>") + tag("html", head, body, lang=words.language)).encode()


def _still(html: Markup, names: Mapping[str, str]) -> Markup:
    """The same without what would do nothing in a file: buttons, and links to pages that are not there."""
    root = lxml.html.fragment_fromstring(str(html), create_parent="div")
    for element in root.xpath("|".join(f"//{name}" for name in _IDLE)):
        element.drop_tree()
    for element in root.xpath("//a"):
        there = _target(element.get("href", ""), names)
        if there:
            element.set("href", there)
        elif "vopt-button" in element.get("class", ""):
            element.drop_tree()
        else:
            element.tag = "span"
            element.attrib.pop("href", None)
    return Markup(lxml.html.tostring(root, encoding="unicode"))


def _target(href: str, names: Mapping[str, str]) -> str | None:
    """Where a link leads among these files, or outside; None: nowhere."""
    if is_web(href):
        return href
    parts = urlsplit(href)
    asked = {name: value[-1] for name, value in parse_qs(parts.query).items() if name not in ("market", "days")}
    if parts.path not in ("", "/market") or asked.keys() - {"catalog"} or href.startswith("#"):
        return None
    name = f"prices-{asked['catalog']}.html" if asked else "prices.html"
    return name if name in names else None


@lru_cache
def _style() -> Markup:
    """All styles in one, with the fonts in it; dark where the reader's system is."""
    sheets = "\n".join((OURS / name).read_text("utf-8") for name in STYLES)
    assert _DARK in sheets
    in_one = sheets.replace(_DARK, _DARK_AS_SYSTEM)
    return Markup(_FONT.sub(lambda found: f'url("{_data("font/woff2", (OURS / found[1]).read_bytes())}")', in_one))


def _data(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"
