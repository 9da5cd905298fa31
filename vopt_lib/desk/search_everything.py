"""This is where a few letters find what vopt knows: pages, her own things, catalogues, brands, and what is followed.

Each of these is looked up as its own page does; the market is everybody's, things are found as she may see them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from vopt_lib.desk.brands import newest_of_brands
from vopt_lib.desk.follow import follows
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.kept import Reading, kept, read_published
from vopt_lib.desk.prices import catalogues_with_figures
from vopt_lib.desk.progress import prices_at
from vopt_lib.desk.shop.opening import member_of, shop_of
from vopt_lib.errors import NothingPublished
from vopt_lib.schema.filters import InventoryFilters, MarketFilters
from vopt_lib.schema.vinted_terms import folded
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop.inventory import find_listings
from vopt_lib.words import N_

Kind = Literal["page", "thing", "search", "catalogue", "brand"]

KINDS: Final[dict[Kind, str]] = {
    "page": N_("Page"),
    "thing": N_("Yours"),
    "search": N_("Search you follow"),
    "catalogue": N_("Catalogue"),
    "brand": N_("Brand"),
}
"""What each is called; of two that fit alike, the one further up comes first."""

MOST: Final = 8
MOST_OF_A_KIND: Final = 4
"""So that a word in many titles does not hide everything else; what is left is filled up with more of them."""

LONGEST: Final = 80
"""Letters that are looked for."""


@dataclass(frozen=True)
class Hit:
    """Something found. told: what tells it from others; words: what it can be found by, beside its title."""

    kind: Kind
    title: str
    href: str
    told: str = ""
    words: str = ""


def search_everything(desk: Desk, visitor: Visitor, text: str, pages: Iterable[Hit] = ()) -> list[Hit]:
    """What fits best, at most MOST; nothing for no words. pages: those that she may open. Raises: ShopError."""
    asked = folded(text[:LONGEST]).split()
    if not asked:
        return []
    fitting = [hit for hit in (*pages, *_followed(desk), *_market(desk)) if _rank(hit, asked) is not None]
    known = sorted(fitting, key=lambda hit: _place(hit, asked))
    return _mixed([*known, *_things(desk, visitor, text[:LONGEST])], asked)


def _mixed(hits: list[Hit], asked: list[str]) -> list[Hit]:
    """The best of each kind first, then the rest of them, in the order in which they fit."""
    chosen: list[Hit] = []
    for kind in KINDS:
        chosen += islice((hit for hit in hits if hit.kind == kind), MOST_OF_A_KIND)
    chosen.sort(key=lambda hit: _place(hit, asked)[:2])
    rest = (hit for hit in hits if hit not in chosen)
    return [*chosen, *rest][:MOST]


def _place(hit: Hit, asked: list[str]) -> tuple[int, int, int]:
    rank = _rank(hit, asked)
    # Her things are found by the shop, which forgives what is misspelt.
    return (3 if rank is None else rank, list(KINDS).index(hit.kind), len(hit.title))


def _rank(hit: Hit, asked: list[str]) -> int | None:
    """How well the words fit: 0 the title begins so, 1 words of it do, 2 they stand somewhere; None: they do not."""
    title, all_words = folded(hit.title), folded(f"{hit.title} {hit.told} {hit.words}")
    if not all(word in all_words for word in asked):
        return None
    if title.startswith(" ".join(asked)):
        return 0
    begins = title.replace("-", " ").split()
    return 1 if all(any(one.startswith(word) for one in begins) for word in asked) else 2


def _things(desk: Desk, visitor: Visitor, text: str) -> Iterator[Hit]:
    member, words = member_of(desk, visitor), visitor.words
    with shop_of(desk).reading() as session:
        found = find_listings(session, member, InventoryFilters(text=text), now=desk.clock.now())
    for row in found.rows[:MOST]:
        facts = (words.say(row.state.label), row.brand, row.size, row.sku)
        told = " · ".join(fact for fact in facts if fact)
        yield Hit("thing", row.title or row.sku, f"/inventory?id={row.listing_id}", told)


def _followed(desk: Desk) -> Iterator[Hit]:
    for one in follows(desk):
        catalogue = one.query.catalog
        href = prices_at(one.query.market, catalogue.id if catalogue else None) or "/follow"
        yield Hit("search", one.name, href, catalogue.title if catalogue else "")


def _market(desk: Desk) -> Iterator[Hit]:
    """The catalogues and brands that have figures, in every market that is followed."""
    for market in dict.fromkeys([follow.query.market for follow in follows(desk)] or ["it"]):
        try:
            reading = read_published(desk, market)
        except NothingPublished:
            return
        for catalog_id, (title, path) in catalogues_with_figures(desk, reading).items():
            yield Hit("catalogue", title, prices_at(market, catalog_id) or "", path)
        yield from _brands(reading)


@kept
def _brands(reading: Reading) -> tuple[Hit, ...]:
    brands = newest_of_brands(reading)["brand"].unique(maintain_order=True)
    market = reading.market
    return tuple(
        Hit("brand", brand, f"/brand?{MarketFilters(market=market, brand=brand).as_query()}") for brand in brands
    )
