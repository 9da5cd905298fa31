"""This is where it is told by what look-alikes are looked for: a photo that is brought, a listing's, an own thing's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.kept import read_published
from vopt_lib.desk.market_reads import source
from vopt_lib.desk.photos_prepare import read_photo
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.desk.similar import Question, described_listings, photo_links, question_by, question_of
from vopt_lib.errors import ListingNotDescribed, OwnPhotoMissing, PhotoError
from vopt_lib.schema.own_photos import photo_name
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.similar_page import Asked
from vopt_lib.shop.photographed import photographed
from vopt_lib.vision.cleaning import small_jpeg, turned
from vopt_lib.vision.decode import open_photo
from vopt_lib.vision.embedder import DEFAULT, embedder, vectors_name
from vopt_lib.vision.index import Index
from vopt_lib.vision.index_store import open_index

PREVIEW: Final = 480
"""Pixels of the longer side of a brought photo beside what looks like it: it is kept by the page alone."""


@dataclass(frozen=True)
class Sought:
    """What look-alikes are looked for by, and what a page shows of it."""

    question: Question
    asked: Asked


def sought(desk: Desk, market: str, named: Path | int, *, model: str = DEFAULT) -> Sought:
    """What somebody names: the file of a photo, or a listing of a market by its number there.

    Raises: PhotoError; as `sought_listing`.
    """
    if isinstance(named, int):
        return sought_listing(desk, market, named, model=model)
    return sought_photo(desk, read_photo(named), named.name, model=model)


def sought_photo(desk: Desk, content: bytes, name: str, *, model: str = DEFAULT) -> Sought:
    """A photo that is brought. Raises: PhotoUnreadable; PhotoTooLarge; UnknownEmbedder."""
    made_by = embedder(model, desk.paths.weights)
    photo = open_photo(content, longest=max(made_by.longest, PREVIEW))
    return Sought(question_of(photo, made_by), Asked("brought", name, preview=small_jpeg(photo, PREVIEW)))


def sought_listing(desk: Desk, market: str, listing_id: int, *, model: str = DEFAULT) -> Sought:
    """The photo of a listing of the market, by the number that it has there.

    Raises: IndexMissing; NothingPublished; ListingNotDescribed.
    """
    index = _index(desk, model)
    is_it = pl.col("listing_id") == listing_id
    links = photo_links(desk, market, source(read_published(desk, market))).filter(is_it)
    for sha256, url in links.select("photo_sha256", "photo_url").iter_rows():
        question = _question(desk, index, desk.paths.market_photos / sha256)
        if question is not None:
            known = described_listings(desk, market).filter(is_it).select("title", "thumbnail_url").rows()
            title, thumbnail_url = known[0] if known else (None, url)
            asked = Asked("listing", title or "", listing_id, thumbnail_url=thumbnail_url)
            return Sought(replace(question, listing_id=listing_id), asked)
    raise ListingNotDescribed(id=listing_id)


def sought_own(desk: Desk, member: Member, listing_id: int, *, model: str = DEFAULT) -> Sought:
    """The first photo of a listing of hers, by the shop's own number; on the market, it does not answer itself.

    Raises: IndexMissing; UnknownListing; OwnPhotoMissing; ShopError.
    """
    index = _index(desk, model)
    with shop_of(desk).reading() as session:
        thing = photographed(session, member, listing_id)
    for sha256, quarters in thing.photos:
        question = _question(desk, index, desk.paths.photos / sha256, quarters)
        if question is not None:
            asked = Asked("own", thing.title, listing_id, photo_name=photo_name(sha256, quarters))
            return Sought(replace(question, listing_id=thing.external_id, item_id=thing.item_id), asked)
    raise OwnPhotoMissing(title=thing.title)


def _index(desk: Desk, model: str) -> Index:
    name = vectors_name(model, desk.paths.weights)
    return open_index(desk.paths.photo_index(name), name)


def _question(desk: Desk, index: Index, file: Path, quarters: int = 0) -> Question | None:
    """By what a photo is looked for: by its vector where that is known, else by its file; None without either.

    quarters: how often it is turned clockwise; its vector is that of the file as it came.
    """
    model = index.vectors.model
    [row] = index.vectors.rows_of([file.name])
    if row >= 0 and not quarters:
        return question_by(index.vectors.matrix[row : row + 1], model)
    try:
        made_by = embedder(model, desk.paths.weights)
        return question_of(turned(open_photo(read_photo(file), longest=made_by.longest), quarters), made_by)
    except PhotoError:
        return None
