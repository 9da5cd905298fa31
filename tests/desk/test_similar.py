"""What looks like a photo: listings that fit what is asked for, own things of whoever asks, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from tests.desk.photographed import photographed
from tests.markets import small_market_data
from tests.simulator.drawn import drawn, offers_of
from vopt_lib.desk import market_embedding
from vopt_lib.desk.embedding import embed_own
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.market_embedding import embed_market
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.desk.similar import LEAST_ALIKE, catalogue_meant, similar
from vopt_lib.desk.similar_told import as_json, lines
from vopt_lib.errors import IndexMissing, PhotoUnreadable, UnknownEmbedder, UnknownTerm
from vopt_lib.schema.similar import FOUND, OWN_FOUND, SimilarFilters
from vopt_lib.words import Words

KINDS, COLOURS = ("dress", "handbag", "jeans", "boot"), (7, 9)


def some_photos() -> list[tuple[str, bytes]]:
    """Photos of ten things of each kind in red and blue, with what is on them."""
    drawings = [drawn(offer, size=(310, 430)) for offer in offers_of(KINDS, COLOURS, each=10)]
    return [(f"{one.kind} {one.colour_id}", one.photo) for one in drawings]


@pytest.fixture(scope="module")
def photos() -> list[tuple[str, bytes]]:
    return some_photos()


@pytest.fixture(scope="module")
def _described(
    tmp_path_factory: pytest.TempPathFactory, photos: list[tuple[str, bytes]]
) -> tuple[Desk, dict[int, str]]:
    """A vopt whose 73 listings show these photos, and what is on the photo of each."""
    desk = small_market_data(tmp_path_factory.mktemp("similar") / "data")
    shown: dict[str, tuple[str, bytes]] = {}

    def answered(client: object, url: str) -> bytes:
        return shown.setdefault(url, photos[len(shown) % len(photos)])[1]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(market_embedding, "fetch_photo", answered)
        embed_market(desk, most=100)
    links = desk.lake.scan("listing_photo", version="newest").select("listing_id", "photo_url").collect()
    return desk, {listing_id: shown[url][0] for listing_id, url in links.iter_rows()}


@pytest.fixture
def desk(_described: tuple[Desk, dict[int, str]]) -> Desk:
    return _described[0]


@pytest.fixture
def on_photo(_described: tuple[Desk, dict[int, str]]) -> dict[int, str]:
    return _described[1]


def kinds(found: pl.DataFrame, on_photo: dict[int, str]) -> Sequence[str]:
    return [on_photo[listing_id].partition(" ")[0] for listing_id in found["listing_id"]]


def test_listings_that_look_alike_are_found_the_most_alike_first(
    desk: Desk, on_photo: dict[int, str], photos: list[tuple[str, bytes]]
) -> None:
    named, photo = photos[0]
    found = similar(desk, photo, most=5)
    assert found.market.schema == FOUND
    assert found.own.schema == OWN_FOUND
    assert on_photo[found.market["listing_id"][0]] == named
    assert found.market["likeness"][0] == pytest.approx(1.0, abs=1e-3)
    assert found.market["likeness"].is_sorted(descending=True)
    assert kinds(found.market, on_photo) == ["dress"] * 5
    assert found.photos == len(on_photo)
    assert found.own.is_empty()


def test_colours_count_beside_shapes(desk: Desk, on_photo: dict[int, str], photos: list[tuple[str, bytes]]) -> None:
    for at in (0, 10):
        named, photo = photos[at]
        told = [on_photo[one] for one in similar(desk, photo, most=5).market["listing_id"]]
        assert told.count(named) >= 4


def test_what_is_told_of_a_listing_is_what_is_published_of_it(desk: Desk, photos: list[tuple[str, bytes]]) -> None:
    found = similar(desk, photos[0][1], most=80).market
    live = desk.lake.scan("listing_live").filter(pl.col("missed_at").is_null()).collect()
    both = found.join(live, on="listing_id", suffix="_live")
    assert both.height >= 50
    for name in ("title", "brand", "condition_id", "url", "thumbnail_url"):
        assert both[name].to_list() == both[f"{name}_live"].to_list()
    assert both["price_eur"].to_list() == both["last_price_eur"].to_list()
    assert set(both["evidence"]) == {"on_sale"}


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        (SimilarFilters(category=19), pl.col("catalog_id") == 19),
        (SimilarFilters(category=1904), pl.col("catalog_id").is_not_null()),
        (SimilarFilters(brand="zara"), pl.col("brand") == "Zara"),
        (SimilarFilters(price_from=20, price_to=30), pl.col("price_eur").cast(pl.Float64).is_between(20, 30)),
        (SimilarFilters(sold=False), pl.col("evidence") == "on_sale"),
        (SimilarFilters(sold=True), pl.col("evidence") == "sold"),
        (SimilarFilters(market="fr"), pl.lit(False)),
        (SimilarFilters(brand="Nobody"), pl.lit(False)),
    ],
    ids=str,
)
def test_a_filter_leaves_out_what_does_not_fit_and_loses_nothing_else(
    desk: Desk, photos: list[tuple[str, bytes]], filters: SimilarFilters, kept: pl.Expr
) -> None:
    photo = photos[0][1]
    everything = similar(desk, photo, most=200).market
    expected = everything.filter(kept)["listing_id"].to_list()
    assert similar(desk, photo, filters=filters, most=200).market["listing_id"].to_list() == expected


def test_prices_make_a_band_of_what_is_on_sale_and_one_of_what_was_sold(
    desk: Desk, photos: list[tuple[str, bytes]]
) -> None:
    found = similar(desk, photos[0][1], most=200)
    assert found.asked == similar(desk, photos[0][1], most=1).asked, "whatever is shown"
    alike = found.market.head(30).filter(pl.col("likeness") >= LEAST_ALIKE)
    asked = sorted(alike.filter(evidence="on_sale")["price_eur"].cast(pl.Float64))
    assert found.asked is not None
    assert found.asked.listings == len(asked)
    assert asked[0] <= found.asked.low <= found.asked.middle <= found.asked.high <= asked[-1]
    assert sum(price <= found.asked.middle for price in asked) >= len(asked) / 2
    assert found.sold is None, "nothing is proven to be sold"
    assert similar(desk, photos[0][1], filters=SimilarFilters(brand="Nobody")).asked is None


def test_own_things_are_found_by_whom_they_are_of(desk: Desk, photos: list[tuple[str, bytes]]) -> None:
    photographed(desk, "Il mio abito", photos[0][1])
    photographed(desk, "I miei stivali", photos[-1][1])
    embed_own(desk)
    found = similar(desk, photos[0][1], member_of(desk)).own
    assert found["title"].to_list() == ["Il mio abito", "I miei stivali"]
    assert found["likeness"][0] == pytest.approx(1.0, abs=1e-3)
    other = replace(member_of(desk), person_id=99, role="member")
    assert similar(desk, photos[0][1], other).own.is_empty()


def test_it_is_told_in_words_and_for_programs(desk: Desk, photos: list[tuple[str, bytes]]) -> None:
    found = similar(desk, photos[0][1], most=2)
    told = list(lines(found, Words("en")))
    assert told[0].startswith("100%  ")
    assert told[0].endswith(", on sale")
    assert told[1].strip().startswith("https://www.vinted.it/items/")
    assert told[-1].startswith("Look-alikes on sale ask €")
    plain = as_json(found)
    assert [row["listing_id"] for row in plain["market"]] == found.market["listing_id"].to_list()
    assert plain["sold"] is None
    assert isinstance(plain["market"][0]["price_eur"], str)
    nothing = similar(desk, photos[0][1], filters=SimilarFilters(brand="Nobody"))
    assert list(lines(nothing, Words("en"))) == [f"None of {found.photos} photos of listings fits what you ask for."]


def test_a_catalogue_is_meant_by_number_or_path(desk: Desk) -> None:
    assert catalogue_meant(desk, "it", "19") == catalogue_meant(desk, "it", "donna > borse") == 19
    with pytest.raises(UnknownTerm):
        catalogue_meant(desk, "it", "Nowhere")


def test_what_cannot_be_looked_for_is_refused(desk: Desk, tmp_path: Path, photos: list[tuple[str, bytes]]) -> None:
    with pytest.raises(PhotoUnreadable):
        similar(desk, b"no photo")
    with pytest.raises(UnknownEmbedder):
        similar(desk, photos[0][1], model="nobody")
    with pytest.raises(IndexMissing):
        similar(open_desk(data=tmp_path / "fresh"), photos[0][1])


def test_without_anything_published_own_things_are_found_all_the_same(
    tmp_path: Path, photos: list[tuple[str, bytes]]
) -> None:
    fresh = open_desk(data=tmp_path / "fresh")
    photographed(fresh, "Il mio abito", photos[0][1])
    embed_own(fresh)
    found = similar(fresh, photos[1][1], member_of(fresh))
    assert (found.market.height, found.own["title"].to_list(), found.photos) == (0, ["Il mio abito"], 0)
    told = list(lines(found, Words("en")))
    assert told[:2] == ["No photo of a listing is known yet. `vopt embed` fetches some.", "Among your own things:"]
    assert told[2].endswith("%  Il mio abito, Il mio abito, €9.50")
