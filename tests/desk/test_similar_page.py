"""The page of look-alikes: what it learns of a dropped photo, a listing or an own thing, and that no file stays."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.desk.alike import describe_market
from tests.desk.photographed import photographed
from tests.markets import BAGS, small_market_data
from tests.simulator.drawn import drawn, offers_of
from vopt_lib.desk import similar, similar_asked
from vopt_lib.desk.embedding import embed_own
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.inventory_moves import Remembered
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.desk.shop.uploads import arriving
from vopt_lib.desk.similar import PRICED_BY
from vopt_lib.desk.similar_page import Brought, Moves, bring, similar_page
from vopt_lib.errors import IndexMissing, ListingNotDescribed, PhotoTooLarge, PhotoUnreadable, UploadGone
from vopt_lib.schema.filters import SimilarAddress
from vopt_lib.schema.photo_limits import LARGEST_PHOTO
from vopt_lib.schema.similar_page import Asked
from vopt_lib.schema.visitor import Visitor
from vopt_lib.vision.decode import open_photo
from vopt_lib.vision.descriptor import ShapesEmbedder
from vopt_lib.vision.embedder import DEFAULT
from vopt_lib.vision.index_store import Photos, open_index, update_index
from vopt_lib.vision.vectors import Matrix

CLIP = "open_clip:ViT-B-32/mine@12345678"
ANNA = Visitor("anna", "en", role="admin")
PHOTOS = [drawn(offer, size=(310, 430)).photo for offer in offers_of(("dress", "handbag"), (7,), each=1)]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A vopt with described listings, and one thing of its owner's."""
    desk = small_market_data(tmp_path_factory.mktemp("similar") / "data")
    describe_market(desk, PHOTOS)
    photographed(desk, "Il mio abito", PHOTOS[0])
    embed_own(desk)
    return desk


def dropped(desk: Desk, content: bytes, name: str = "foto.webp") -> str:
    """A file on its way to the page has arrived. Returns: its id."""
    with arriving(desk, member_of(desk), name) as file:
        file.write(content)
        return file.finish().id


def test_a_dropped_photo_is_looked_for_and_its_file_is_gone(desk: Desk) -> None:
    brought = bring(desk, ANNA, dropped(desk, PHOTOS[0]), "foto.webp")
    assert list(desk.paths.uploads.glob("*/*")) == []
    page = similar_page(desk, ANNA, SimilarAddress(), brought)
    assert page.trouble is None
    assert page.asked is not None
    assert (page.asked.kind, page.asked.title) == ("brought", "foto.webp")
    assert page.found is not None
    assert page.found.market.height == PRICED_BY
    assert page.found.own["title"].to_list() == ["Il mio abito"]
    assert page.found.asked is not None
    assert page.freshness.newest_day is not None
    assert page.may_fetch_photos
    assert page.found.photos == len(PHOTOS)


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"no photo", PhotoUnreadable), (PHOTOS[0][:900], PhotoUnreadable), (bytes(LARGEST_PHOTO + 1), PhotoTooLarge)],
    ids=["no photo", "cut off", "too large"],
)
def test_what_is_no_photo_is_told_and_does_not_stay_either(
    desk: Desk, content: bytes, expected: type[Exception]
) -> None:
    brought = bring(desk, ANNA, dropped(desk, content), "foto.webp")
    assert list(desk.paths.uploads.glob("*/*")) == []
    page = similar_page(desk, ANNA, SimilarAddress(), brought)
    assert isinstance(page.trouble, expected)
    assert (page.asked, page.found) == (None, None)


def test_a_file_that_is_not_there_is_told(desk: Desk) -> None:
    assert isinstance(bring(desk, ANNA, "0" * 34, "foto.webp").trouble, UploadGone)


def test_without_a_photo_it_offers_to_look_for_one(desk: Desk) -> None:
    page = similar_page(desk, ANNA, SimilarAddress())
    assert (page.trouble, page.asked, page.found) == (None, None, None)
    assert (page.models, page.model, page.knows_words) == ((None,), None, False)


def test_the_address_goes_before_what_was_dropped_and_its_filters_hold(desk: Desk) -> None:
    brought = bring(desk, ANNA, dropped(desk, PHOTOS[0]), "foto.webp")
    listing_id = BAGS.id * 1000 + 1
    asked = SimilarAddress(listing=listing_id, catalog=BAGS.id, brand="Zara", price_from=Decimal(5), state="on_sale")
    page = similar_page(desk, ANNA, asked, brought)
    assert page.asked is not None
    assert (page.asked.kind, page.asked.listing_id) == ("listing", listing_id)
    assert page.found is not None
    found = page.found.market
    assert found.height
    assert found.filter(
        pl.col("brand") == "Zara",
        pl.col("catalog_id") == BAGS.id,
        pl.col("price_eur").cast(pl.Float64) >= 5,
        pl.col("listing_id") != listing_id,
    ).equals(found)
    assert {choice.value for choice in page.brands} >= {"Zara", "Nike"}
    assert BAGS.id in {choice.value for choice in page.catalogues}


def test_what_is_chosen_can_be_chosen_again_though_nothing_has_it(desk: Desk) -> None:
    page = similar_page(desk, ANNA, SimilarAddress(brand="Nobody", catalog=9000042))
    assert page.brands[-1].value == "Nobody"
    assert (9000042, None) in [(choice.value, choice.listings) for choice in page.catalogues]


def test_an_unknown_listing_is_told(desk: Desk) -> None:
    assert isinstance(similar_page(desk, ANNA, SimilarAddress(listing=7)).trouble, ListingNotDescribed)


@pytest.mark.parametrize("asked", [SimilarAddress(), SimilarAddress(listing=7), SimilarAddress(own=1)], ids=str)
def test_before_any_photo_is_described_it_says_so(tmp_path: Path, asked: SimilarAddress) -> None:
    assert isinstance(similar_page(open_desk(data=tmp_path), ANNA, asked).trouble, IndexMissing)


@dataclass(frozen=True)
class _Reader(ShapesEmbedder):
    """A model of another name that compares as the built-in one does, and for which any words mean the first photo."""

    name: str = CLIP
    sharpness: float = 100.0

    def words(self, sentences: Sequence[str]) -> Matrix:
        return np.repeat(self.vectors([open_photo(PHOTOS[0], longest=self.longest)]), len(sentences), axis=0)


@pytest.fixture
def clip(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Photos are also described by a model that knows words."""
    monkeypatch.setattr(similar_asked, "embedder", lambda name, weights: _Reader())
    monkeypatch.setattr(similar_asked, "vectors_name", lambda name, weights: name)
    monkeypatch.setattr(similar, "words_embedder", lambda name, weights: _Reader())
    folder, shapes = desk.paths.photo_index(CLIP), open_index(desk.paths.photo_index(DEFAULT), DEFAULT).vectors

    def vectors_of(keys: Sequence[str]) -> Matrix:
        return shapes.matrix[shapes.rows_of(keys)]

    folder.mkdir(parents=True)
    update_index(
        folder, Photos(CLIP, shapes.matrix.shape[1], sorted(str(key, "ascii") for key in shapes.keys)[1:], vectors_of)
    )
    yield
    shutil.rmtree(folder)


@pytest.mark.usefixtures("clip")
def test_where_photos_are_described_by_a_model_that_knows_words_they_are_found_by_words(desk: Desk) -> None:
    page = similar_page(desk, ANNA, SimilarAddress(words="abito lungo", brand="Zara"))
    assert (page.models, page.model, page.knows_words) == ((CLIP,), CLIP, True)
    assert page.asked == Asked("words", "abito lungo")
    assert page.found is not None
    assert set(page.found.market["brand"]) == {"Zara"}
    assert page.found.photos < len(PHOTOS), "as many as this model has described"


@pytest.mark.usefixtures("clip")
def test_the_same_photo_can_be_compared_by_another_model(desk: Desk) -> None:
    brought = bring(desk, ANNA, dropped(desk, PHOTOS[0]), "foto.webp")
    page = similar_page(desk, ANNA, SimilarAddress(model=CLIP), brought)
    assert (page.models, page.model) == ((None, CLIP), CLIP)
    assert page.found is not None
    assert page.found.market.height
    for asked in (SimilarAddress(listing=BAGS.id * 1000 + 1, model=CLIP), SimilarAddress(own=1, model=CLIP)):
        assert similar_page(desk, ANNA, asked).found is not None


@pytest.mark.parametrize("asked", [SimilarAddress(words="abito"), SimilarAddress(model="../../etc")], ids=str)
def test_by_a_model_that_has_described_nothing_nothing_is_found(desk: Desk, asked: SimilarAddress) -> None:
    assert isinstance(similar_page(desk, ANNA, asked).trouble, IndexMissing)


def test_dropping_a_photo_leaves_the_listing_that_was_asked_about_and_keeps_the_filters(desk: Desk) -> None:
    seen: list[Brought | None] = []
    places = ["listing=19001&words=abito&brand=Zara"]
    moves = Moves(
        desk,
        ANNA,
        brought=Remembered(lambda: None, seen.append),
        query=Remembered(lambda: places[-1], places.append),
    )
    moves.arrived(dropped(desk, PHOTOS[0]), "foto.webp")
    assert places[-1] == "brand=Zara"
    [brought] = seen
    assert brought is not None
    assert brought.sought is not None
    assert moves.most_mb == LARGEST_PHOTO // 2**20
