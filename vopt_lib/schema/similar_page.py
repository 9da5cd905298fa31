"""This is where we say what the page of look-alikes is told: by the desk, which looks for them, to the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vopt_lib.errors import VoptError
from vopt_lib.schema.market_page import Choice, Freshness
from vopt_lib.schema.similar import Similar


@dataclass(frozen=True)
class Asked:
    """The photo that look-alikes are looked for of, or the words.

    kind: a file that she brought, a listing of the market, one of her own, or words. title: the file's name, the
    listing's title, empty where nobody knows it, or the words. listing_id: on the marketplace, or in the shop.
    preview: a small JPEG of what was brought; photo_name: of her own photo; thumbnail_url: where the photo of a
    listing of the market is.
    """

    kind: Literal["brought", "listing", "own", "words"]
    title: str
    listing_id: int | None = None
    preview: bytes | None = None
    photo_name: str | None = None
    thumbnail_url: str | None = None


@dataclass(frozen=True)
class SimilarPage:
    """Everything the page of look-alikes shows. asked, found: None while no photo is asked about, or in trouble.

    catalogues, brands: what can be chosen. models: by which photos, or the words that are asked, can be compared;
    model: the one that compares; None is shapes and colours. knows_words: whether there is one that also knows words.
    """

    freshness: Freshness
    asked: Asked | None = None
    found: Similar | None = None
    catalogues: tuple[Choice, ...] = ()
    brands: tuple[Choice, ...] = ()
    models: tuple[str | None, ...] = ()
    model: str | None = None
    knows_words: bool = False
    may_fetch_photos: bool = False
    trouble: VoptError | None = None
