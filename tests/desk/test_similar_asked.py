"""By what look-alikes are looked for: a photo that is brought, a listing's, an own thing's; none answers itself."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import update

from tests.desk.alike import describe_market
from tests.desk.photographed import photographed
from tests.markets import small_market_data
from tests.selling import sell
from tests.simulator.drawn import drawn, offers_of
from vopt_lib.desk.embedding import embed_own
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.desk.similar import similar_to
from vopt_lib.desk.similar_asked import PREVIEW, sought, sought_listing, sought_own, sought_photo
from vopt_lib.errors import IndexMissing, ListingNotDescribed, OwnPhotoMissing, PhotoTooLarge, UnknownListing
from vopt_lib.schema.photo_limits import LARGEST_PHOTO
from vopt_lib.shop.tables import Listing, Photo

PHOTOS = [drawn(offer, size=(310, 430)).photo for offer in offers_of(("dress", "boot"), (7, 9), each=1)]
RED_DRESS, BLUE_DRESS, RED_BOOT, BLUE_BOOT = range(4)


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, dict[int, int]]:
    """A vopt whose listings show these photos in turn, and which each of them shows."""
    desk = small_market_data(tmp_path_factory.mktemp("asked") / "data")
    return desk, describe_market(desk, PHOTOS, most=24)


def one_with(shown: dict[int, int], photo: int) -> int:
    return min(listing_id for listing_id, place in shown.items() if place == photo)


def test_a_listing_is_looked_for_by_its_photo_and_does_not_answer_itself(
    described: tuple[Desk, dict[int, int]],
) -> None:
    desk, shown = described
    asked = one_with(shown, RED_DRESS)
    told = sought_listing(desk, "it", asked)
    assert (told.asked.kind, told.asked.listing_id, told.question.listing_id) == ("listing", asked, asked)
    assert told.asked.title
    assert told.asked.thumbnail_url
    found = similar_to(desk, told.question, most=100).market["listing_id"].to_list()
    assert asked not in found
    twins = [listing_id for listing_id, place in shown.items() if place == RED_DRESS and listing_id != asked]
    assert set(found[: len(twins)]) == set(twins)
    assert set(found) == set(shown) - {asked}


def test_what_is_known_of_a_photo_answers_as_its_file_does(described: tuple[Desk, dict[int, int]]) -> None:
    desk, shown = described
    known = sought_listing(desk, "it", one_with(shown, BLUE_BOOT)).question
    asked = sought_photo(desk, PHOTOS[BLUE_BOOT], "stivali.webp").question
    np.testing.assert_allclose(known.vector, asked.vector, atol=1e-5)
    assert known.by == asked.by


def test_a_listing_without_a_known_photo_is_none(described: tuple[Desk, dict[int, int]], tmp_path: Path) -> None:
    desk, _ = described
    with pytest.raises(ListingNotDescribed):
        sought_listing(desk, "it", 7)
    with pytest.raises(IndexMissing):
        sought_listing(open_desk(data=tmp_path), "it", 7)


def test_a_file_or_a_number_names_it(described: tuple[Desk, dict[int, int]], tmp_path: Path) -> None:
    desk, shown = described
    (tmp_path / "abito.webp").write_bytes(PHOTOS[RED_DRESS])
    assert sought(desk, "it", tmp_path / "abito.webp").asked.title == "abito.webp"
    assert sought(desk, "it", one_with(shown, RED_BOOT)).asked.kind == "listing"


def test_a_brought_photo_is_shown_small_and_upright(tmp_path: Path) -> None:
    large = BytesIO()
    Image.new("RGB", (1200, 900), "red").save(large, "jpeg", exif=bytes.fromhex(TURNED))
    preview = sought_photo(open_desk(data=tmp_path), large.getvalue(), "IMG_1.jpg").asked.preview
    assert preview is not None
    with Image.open(BytesIO(preview)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (PREVIEW * 900 // 1200, PREVIEW))
        assert not shown.getexif()


TURNED = "457869660000" + "49492a0008000000" + "0100" + "120103000100000006000000" + "00000000"
"""EXIF that says: turn it a quarter."""


def test_a_file_larger_than_any_photo_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PhotoTooLarge):
        sought_photo(open_desk(data=tmp_path), bytes(LARGEST_PHOTO + 1), "film.mp4")


def test_her_own_thing_is_looked_for_by_its_first_photo_whether_it_is_described_or_not(
    described: tuple[Desk, dict[int, int]],
) -> None:
    desk, shown = described
    her = member_of(desk)
    [first, _] = photographed(desk, "Il mio abito", PHOTOS[BLUE_DRESS], PHOTOS[RED_BOOT])
    told = sought_own(desk, her, newest(desk))
    assert (told.asked.kind, told.asked.title, told.asked.photo_name) == ("own", "Il mio abito", first)
    found = similar_to(desk, told.question, her)
    assert shown[found.market["listing_id"][0]] == BLUE_DRESS
    embed_own(desk)
    assert similar_to(desk, told.question, her).own.is_empty(), "the thing itself does not answer"
    other = replace(told.question, item_id=None)
    assert similar_to(desk, other, her).own["title"].to_list() == ["Il mio abito"]


def test_a_photo_that_she_turned_is_looked_for_as_she_turned_it(described: tuple[Desk, dict[int, int]]) -> None:
    desk, shown = described
    lying = BytesIO()
    with Image.open(BytesIO(PHOTOS[BLUE_DRESS])) as upright:
        upright.transpose(Image.Transpose.ROTATE_90).save(lying, "webp", lossless=True)
    [sha256] = photographed(desk, "Il mio abito", lying.getvalue())
    embed_own(desk)
    with shop_of(desk).writing(author_of(desk, None, "test")) as session:
        session.execute(update(Photo).where(Photo.sha256 == sha256).values(quarters=1))
    told = sought_own(desk, member_of(desk), newest(desk))
    assert told.asked.photo_name == f"{sha256}-1"
    found = similar_to(desk, told.question).market
    assert shown[found["listing_id"][0]] == BLUE_DRESS
    assert found["likeness"][0] > 0.95


def test_her_own_listing_on_the_market_does_not_answer_itself(described: tuple[Desk, dict[int, int]]) -> None:
    desk, shown = described
    hers = one_with(shown, RED_BOOT)
    photographed(desk, "I miei stivali", PHOTOS[RED_BOOT])
    with shop_of(desk).writing(author_of(desk, None, "test")) as session:
        session.execute(update(Listing).where(Listing.title == "I miei stivali").values(external_id=hers))
    question = sought_own(desk, member_of(desk), newest(desk)).question
    found = similar_to(desk, question, most=100).market["listing_id"]
    assert hers not in found
    assert found.len() == len(shown) - 1


def test_a_thing_without_a_photo_or_of_somebody_else_is_none(described: tuple[Desk, dict[int, int]]) -> None:
    desk, _ = described
    [bare] = sell(desk, "Senza foto")
    with pytest.raises(OwnPhotoMissing, match="Senza foto"):
        sought_own(desk, member_of(desk), bare)
    stranger = replace(member_of(desk), person_id=99, role="member")
    with pytest.raises(UnknownListing):
        sought_own(desk, stranger, bare)


def newest(desk: Desk) -> int:
    """The number of the listing of hers that was made last."""
    with shop_of(desk).reading() as session:
        return max(number for (number,) in session.query(Listing.id))
