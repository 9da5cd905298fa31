"""This is where it is looked for what looks like a photo, among the listings of a market and among own things."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from PIL.Image import Image

from vopt_lib.desk.comparables import known_listings
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.kept import Reading, kept, read_published
from vopt_lib.desk.market_reads import source
from vopt_lib.desk.search_words import in_english
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.errors import NothingPublished
from vopt_lib.market.catalogues import ancestors, within
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.similar import FOUND, OWN_FOUND, PriceBand, Similar, SimilarFilters
from vopt_lib.schema.tables import LISTING_PHOTO
from vopt_lib.schema.vinted_terms import catalogue_nodes
from vopt_lib.shop.photographed import her_photos
from vopt_lib.sources.vinted.navigation import known_tree
from vopt_lib.sources.vinted.terms import find_catalogue
from vopt_lib.vision import descriptor
from vopt_lib.vision.clip_weights import SHORT as CLIP
from vopt_lib.vision.decode import open_photo
from vopt_lib.vision.embedder import DEFAULT, Embedder, embedder, words_embedder
from vopt_lib.vision.index import Index
from vopt_lib.vision.index_store import open_index
from vopt_lib.vision.vectors import Matrix

COLOUR: Final = 0.4
"""How much colours count against shapes, where the built-in descriptor looks: on 2,880 drawn photos of 12 kinds in 8
colours 85 % of the ten most alike then have both the kind and the colour, 93 % the kind."""

LEAST_ALIKE: Final = 0.35
"""Likeness below which the price of a listing tells nothing, where the built-in descriptor looks with COLOUR: on 480
listings of a simulated market, six catalogues, 52 % of the pairs above it are of the same one, of those below 8 %."""

MOST: Final = 10

PRICED_BY: Final = 30
"""Look-alikes whose prices make a band, at most."""

LEAST_PRICED: Final = 3
"""Prices below which there is no band."""

NO_FILTERS: Final = SimilarFilters()


@dataclass(frozen=True)
class Question:
    """A vector to look for, and what the products with it are to be multiplied by to say how alike photos are.

    least: likeness below which prices do not count. listing_id, item_id: the listing of the market and the own thing
    that it is asked about, and which do not answer.
    """

    model: str
    vector: Matrix
    by: float = 1.0
    least: float = -1.0
    listing_id: int | None = None
    item_id: int | None = None


def similar(
    desk: Desk,
    photo: bytes,
    member: Member | None = None,
    filters: SimilarFilters = NO_FILTERS,
    *,
    model: str = DEFAULT,
    most: int = MOST,
) -> Similar:
    """The listings, and the things of hers (`member`; None: no own things), that look most like a photo.

    A listing is told once, by its photo that is most alike.
    Raises: PhotoError; UnknownEmbedder; ClipError; LikenessError, IndexMissing while no photo is described; ShopError.
    """
    made_by = embedder(model, desk.paths.weights)
    question = question_of(open_photo(photo, longest=made_by.longest), made_by)
    return similar_to(desk, question, member, filters, most=most)


def similar_to(
    desk: Desk,
    question: Question,
    member: Member | None = None,
    filters: SimilarFilters = NO_FILTERS,
    *,
    most: int = MOST,
    listings: pl.DataFrame | None = None,
) -> Similar:
    """As `similar`, for what is known already of a photo, or words. listings: `described_listings`, where at hand.

    Raises: LikenessError, IndexMissing; ShopError.
    """
    index = open_index(desk.paths.photo_index(question.model), question.model)
    market = described_listings(desk, filters.market) if listings is None else listings
    shown = market.filter(_wanted(filters), pl.col("listing_id").ne_missing(question.listing_id))
    nearest = _nearest(index, question, shown, max(most, PRICED_BY))
    priced = nearest.head(PRICED_BY).filter(pl.col("likeness") >= question.least)
    own = _own(desk, member) if member else OWN_FOUND.to_frame().drop("likeness")
    own = own.filter(pl.col("item_id").ne_missing(question.item_id))
    return Similar(
        market=nearest.head(most).select(FOUND.names()),
        own=_nearest(index, question, own, most).head(most).select(OWN_FOUND.names()),
        asked=_band(priced, "on_sale"),
        sold=_band(priced, "sold"),
        photos=int(np.sum(index.vectors.rows_of(market["photo_sha256"].unique().to_list()) >= 0)),
    )


def catalogue_meant(desk: Desk, market: str, words: str) -> int:
    """The catalogue of this number, path or end of a path. Raises: UnknownTerm, with those near it."""
    if words.isdecimal():
        return int(words)
    site = desk.site(market)
    tree = known_tree(desk.paths.host_state(site.host), market)
    return find_catalogue(words, tree, is_real=site.is_real).id


def question_of(photo: Image, made_by: Embedder) -> Question:
    """What a photo (mode RGB) is looked for by."""
    return question_by(made_by.vectors([photo]), made_by.name)


def question_of_words(desk: Desk, sentence: str, model: str = CLIP) -> Question:
    """What words, Italian or English, are looked for by, with a model that knows words.

    Photos are never as like words as they are like each other: a likeness of .3 is much.
    Raises: WordsNotCompared; UnknownEmbedder; ClipError.
    """
    made_by = words_embedder(model, desk.paths.weights)
    return Question(made_by.name, made_by.words([f"a photo of {in_english(sentence)}"]))


def question_by(vectors: Matrix, model: str) -> Question:
    """What a photo is looked for by, given its vector by this model: (1, length)."""
    if model != descriptor.NAME:
        return Question(model, vectors)
    by = float(descriptor.likeness(np.ones(1, dtype=np.float32), colour=COLOUR)[0])
    return Question(model, descriptor.asked(vectors, colour=COLOUR), by, LEAST_ALIKE)


def _nearest(index: Index, question: Question, shown: pl.DataFrame, count: int) -> pl.DataFrame:
    """What shows the photos most alike, each listing once. Needs: photo_sha256, listing_id. Adds: likeness."""
    hashes = shown["photo_sha256"].unique().to_list()
    found = index.search(question.vector, model=question.model, count=count, among=hashes)
    return (
        found.select("photo_sha256", likeness=pl.col("likeness") * question.by)
        .join(shown, on="photo_sha256", maintain_order="left_right")
        .unique("listing_id", keep="first", maintain_order=True)
    )


def _wanted(filters: SimilarFilters) -> pl.Expr:
    price = pl.col("price_eur").cast(pl.Float64)
    asked = [pl.lit(True)]
    if filters.category is not None:
        asked.append(pl.col("catalog_id").is_in(within(ancestors(catalogue_nodes()), filters.category)))
    if filters.brand is not None:
        asked.append(pl.col("brand").str.to_lowercase() == filters.brand.lower())
    if filters.price_from is not None:
        asked.append(price >= filters.price_from)
    if filters.price_to is not None:
        asked.append(price <= filters.price_to)
    if filters.sold is not None:
        asked.append(pl.col("evidence") == ("sold" if filters.sold else "on_sale"))
    return pl.all_horizontal(asked)


def described_listings(desk: Desk, market: str) -> pl.DataFrame:
    """The published listings of a market whose photos are known, none while none is published: FOUND, no likeness.

    thumbnail_url: of a listing that ended, where its photo was when it was described.
    """
    try:
        reading = read_published(desk, market)
    except NothingPublished:
        return FOUND.to_frame().drop("likeness")
    shown = photo_links(desk, market, source(reading))
    found = _listings(reading).join(shown, on="listing_id")
    here = found.with_columns(thumbnail_url=pl.coalesce("thumbnail_url", "photo_url"))
    return here.select([name for name in FOUND if name != "likeness"])


def photo_links(desk: Desk, market: str, from_source: str | None) -> pl.DataFrame:
    """Which photo a listing of a market shows: listing_id, photo_sha256, photo_url; of a changed one the newer."""
    links = desk.lake.scan(LISTING_PHOTO.name, version="newest").filter(
        pl.col("market") == market, pl.col("source").eq_missing(from_source)
    )
    newest = links.sort("observed_at", "photo_sha256").unique("listing_id", keep="last", maintain_order=True)
    return newest.select("listing_id", "photo_sha256", "photo_url").collect()


@kept
def _listings(reading: Reading) -> pl.DataFrame:
    here = source(reading)
    listings = known_listings(lambda name: reading.scan(name).filter(pl.col("source").eq_missing(here)))
    named = listings.with_columns(catalog_id="leaf_catalog_id")
    return named.select([name for name in FOUND if name not in ("likeness", "photo_sha256")]).collect()


def _own(desk: Desk, member: Member) -> pl.DataFrame:
    """Her things: OWN_FOUND without likeness; of those listed several times the last listing."""
    with shop_of(desk).reading() as session:
        rows = her_photos(session, member)
    schema = pl.Schema({name: dtype for name, dtype in OWN_FOUND.items() if name != "likeness"})
    return pl.DataFrame(rows, schema=schema).unique(["item_id", "photo_sha256"], keep="last", maintain_order=True)


def _band(found: pl.DataFrame, evidence: str) -> PriceBand | None:
    prices = found.filter(pl.col("evidence") == evidence)["price_eur"].drop_nulls().cast(pl.Float64)
    if len(prices) < LEAST_PRICED:
        return None
    low, middle, high = np.quantile(prices.to_numpy(), (0.25, 0.5, 0.75)).tolist()
    return PriceBand(low, middle, high, len(prices))
