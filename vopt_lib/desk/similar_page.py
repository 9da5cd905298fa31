"""This is where the page of look-alikes learns what it shows, and where a photo that is dropped on it is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from vopt_lib.desk import permission
from vopt_lib.desk.comparables import freshness
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.kept import read_published
from vopt_lib.desk.photo_index import indexed_models
from vopt_lib.desk.photos_prepare import read_photo
from vopt_lib.desk.shop.inventory_moves import Remembered
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.desk.shop.uploads import claim, let_go
from vopt_lib.desk.similar import PRICED_BY, described_listings, question_of_words, similar_to
from vopt_lib.desk.similar_asked import Sought, sought_listing, sought_own, sought_photo
from vopt_lib.errors import NothingPublished, VoptError
from vopt_lib.market.catalogues import short_titles
from vopt_lib.schema.filters import SimilarAddress
from vopt_lib.schema.market_page import Choice, Freshness
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.photo_limits import LARGEST_PHOTO
from vopt_lib.schema.similar import SimilarFilters
from vopt_lib.schema.similar_page import Asked, SimilarPage
from vopt_lib.schema.vinted_terms import catalogue_nodes
from vopt_lib.schema.visitor import Visitor
from vopt_lib.vision.clip_weights import SHORT as CLIP
from vopt_lib.vision.embedder import DEFAULT
from vopt_lib.vision.index_store import open_index

MOST_BRANDS: Final = 100
MOST_OWN: Final = 6


@dataclass(frozen=True)
class Brought:
    """A photo that was dropped on the page, as far as the page keeps it, or why it could not be looked at."""

    sought: Sought | None = None
    trouble: VoptError | None = None


@dataclass(frozen=True)
class Moves:
    """What she can do on the page. brought: the photo that she dropped last; query: where the page is."""

    desk: Desk
    visitor: Visitor | None
    brought: Remembered[Brought | None]
    query: Remembered[str]

    @property
    def most_mb(self) -> int:
        """The largest file that a photo may be."""
        return min(self.desk.settings.upload_max_mb, LARGEST_PHOTO // 2**20)

    def arrived(self, upload_id: str, name: str) -> None:
        """She dropped a photo: look for it, and no longer for what the address names."""
        self.brought.set(bring(self.desk, self.visitor, upload_id, name))
        here = SimilarAddress.from_query(self.query.get())
        self.query.set(here.but(listing=None, own=None, words=None).as_query())


def bring(desk: Desk, visitor: Visitor | None, upload_id: str, name: str) -> Brought:
    """Look at a photo that arrived, and let its file go at once, whatever is on it: it is never stored."""
    try:
        member = member_of(desk, visitor)
        try:
            content = read_photo(claim(desk, member, upload_id))
        finally:
            let_go(desk, member, upload_id)
        return Brought(sought_photo(desk, content, name))
    except VoptError as error:
        return Brought(trouble=error)


def similar_page(
    desk: Desk, visitor: Visitor | None, asked: SimilarAddress, brought: Brought | None = None
) -> SimilarPage:
    """Everything the page shows; what stands in the way is its `trouble`.

    brought: what she dropped; it counts where the address names no words, no listing and no thing of hers.
    """
    page = SimilarPage(Freshness())
    try:
        listings = described_listings(desk, asked.market)
        page = _choices(desk, asked, listings)
        model = page.model or DEFAULT
        open_index(desk.paths.photo_index(model), model)
        member = member_of(desk, visitor)
        sought = _sought(desk, member, asked, brought, model=model)
        if sought is None:
            return page
        found = similar_to(desk, sought.question, member, filters_of(asked), most=PRICED_BY, listings=listings)
        return replace(page, asked=sought.asked, found=replace(found, own=found.own.head(MOST_OWN)))
    except VoptError as error:
        return replace(page, trouble=error)


def filters_of(asked: SimilarAddress) -> SimilarFilters:
    """What an address says of the listings that are wanted."""
    return SimilarFilters(
        market=asked.market,
        category=asked.catalog,
        brand=asked.brand,
        price_from=None if asked.price_from is None else float(asked.price_from),
        price_to=None if asked.price_to is None else float(asked.price_to),
        sold=None if asked.state is None else asked.state == "sold",
    )


def _sought(desk: Desk, member: Member, asked: SimilarAddress, brought: Brought | None, *, model: str) -> Sought | None:
    if asked.words is not None:
        return Sought(question_of_words(desk, asked.words, model), Asked("words", asked.words))
    if asked.listing is not None:
        return sought_listing(desk, asked.market, asked.listing, model=model)
    if asked.own is not None:
        return sought_own(desk, member, asked.own, model=model)
    if brought is None:
        return None
    if brought.trouble is not None:
        raise brought.trouble
    return None if brought.sought is None else _by(desk, brought.sought, model)


def _by(desk: Desk, sought: Sought, model: str) -> Sought:
    """What was brought, by this model: of its file only what the page shows is left."""
    seen = sought.asked.preview
    if sought.question.model == model or seen is None:
        return sought
    return replace(sought, question=sought_photo(desk, seen, sought.asked.title, model=model).question)


def _choices(desk: Desk, asked: SimilarAddress, listings: pl.DataFrame) -> SimilarPage:
    known = indexed_models(desk)
    with_words = [model for model in known if model != DEFAULT]
    models = tuple(None if model == DEFAULT else model for model in (with_words if asked.words else known))
    chosen = asked.model or (next(iter(with_words), CLIP) if asked.words else None)
    page = SimilarPage(Freshness(), models=models, model=chosen, knows_words=bool(with_words))
    try:
        reading = read_published(desk, asked.market)
    except NothingPublished:
        return page
    return replace(
        page,
        freshness=freshness(desk, reading),
        catalogues=_catalogues(listings, asked.catalog),
        brands=_brands(listings, asked.brand),
        may_fetch_photos=permission.is_given(desk, asked.market),
    )


def _catalogues(market: pl.DataFrame, chosen: int | None) -> tuple[Choice, ...]:
    counts = dict(market.drop_nulls("catalog_id").group_by("catalog_id").len().rows())
    if chosen is not None:
        counts.setdefault(chosen, 0)
    paths = {node.catalog_id: node.path for node in catalogue_nodes()}
    titles = short_titles({one: paths.get(one, f"#{one}") for one in counts})
    return tuple(Choice(one, titles[one], counts[one] or None) for one in sorted(counts, key=lambda one: titles[one]))


def _brands(market: pl.DataFrame, chosen: str | None) -> tuple[Choice, ...]:
    counted = market.drop_nulls("brand").group_by("brand").len("n").sort("n", "brand", descending=[True, False])
    counts = dict(counted.head(MOST_BRANDS).rows())
    if chosen is not None:
        counts.setdefault(chosen, 0)
    return tuple(Choice(brand, listings=n or None) for brand, n in counts.items())
