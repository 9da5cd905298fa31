"""A listing packed for Vinted: its photos ready, its text, a checklist in the order of the form, always the same."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from PIL import Image
from sqlalchemy import update

from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.desk.shop.package import package_name, package_of, package_zip, write_package
from vopt_lib.errors import CannotWrite, FileThere, UnknownListing
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.package import STEPS, Package, with_hashtags, without_hashtags
from vopt_lib.shop import listings
from vopt_lib.shop.tables import ChannelAccount, Person, Photo
from vopt_lib.words import Words

EN, IT = Words("en"), Words("it")
JACKET = {
    "title": "Giacca jeans Levi's blu M",
    "description": "Portata poco, nessun difetto.\n\n#giaccajeans #levis",
    "catalog_id": 9000019,
    "brand": "Levi's",
    "size": "M",
    "condition_id": 2,
    "colour": "Blu",
    "second_colour": "Nero",
    "material": "Denim",
    "parcel_size": "Media",
    "asked": Decimal("24.50"),
}
SECRET = b"somewhere in Bologna"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path / "data")


def photo(shade: int) -> bytes:
    """A grey photo that says where it was taken."""
    told = Image.Exif()
    told[0x010E] = SECRET.decode()
    written = io.BytesIO()
    Image.new("RGB", (30, 40), (shade, shade, shade)).save(written, "JPEG", exif=told, comment=SECRET)
    return written.getvalue()


def draft(desk: Desk, photos: int = 2, **facts: Any) -> int:
    """A draft of the owner's with so many photos, each darker than the one before."""
    owner = member_of(desk)
    desk.paths.photos.mkdir(exist_ok=True)
    with shop_of(desk).writing(author_of(desk, owner, "create listing")) as session:
        made = listings.create(session, owner, JACKET | facts)
        for position in range(photos):
            content = photo(200 - position * 5)
            sha256 = hashlib.sha256(content).hexdigest()
            (desk.paths.photos / sha256).write_bytes(content)
            made.item.photos.append(Photo(household_id=1, sha256=sha256, position=position))
        return made.id


def packed(desk: Desk, listing_id: int, words: Words = EN) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package_zip(desk, member_of(desk), listing_id, words))) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def of(desk: Desk, listing_id: int, words: Words = EN) -> Package:
    return package_of(desk, member_of(desk), listing_id, words)


def seen(files: Mapping[str, bytes]) -> html.HtmlElement:
    return html.document_fromstring(files["checklist.html"].decode())


def test_a_package_has_photos_text_fields_and_a_checklist(desk: Desk) -> None:
    files = packed(desk, draft(desk))
    assert list(files) == ["01.jpg", "02.jpg", "listing.txt", "listing.json", "listing.csv", "checklist.html"]
    assert files["listing.txt"].decode() == (
        "Giacca jeans Levi's blu M\n\nPortata poco, nessun difetto.\n\n#giaccajeans #levis\n\n24,50\xa0€\n"
    )
    fields = json.loads(files["listing.json"])
    assert fields["hashtags"] == ["giaccajeans", "levis"]
    assert (fields["price"], fields["currency"], fields["condition"]) == ("24.50", "EUR", "Ottime")
    assert fields["category"][0] == "Donna"
    head, row = files["listing.csv"].decode().split("\n", 1)
    assert head.strip().startswith("SKU,Title,Description,Category,Brand,Size,Condition,Colour")
    assert row.startswith("A-0001,Giacca jeans Levi's blu M,")


def test_photos_go_along_in_order_and_say_nothing_of_where_they_were_taken(desk: Desk) -> None:
    files = packed(desk, draft(desk, photos=3))
    shots = [files[f"0{number}.jpg"] for number in (1, 2, 3)]
    shades = [Image.open(io.BytesIO(shot)).convert("L").getpixel((5, 5)) for shot in shots]
    assert shades == sorted(shades, reverse=True)  # type: ignore[type-var]
    assert not any(SECRET in shot or Image.open(io.BytesIO(shot)).getexif() for shot in shots)


def test_no_more_photos_go_along_than_vinted_shows(desk: Desk) -> None:
    listing_id = draft(desk, photos=22)
    files = packed(desk, listing_id)
    assert len([name for name in files if name.endswith(".jpg")]) == 20
    assert of(desk, listing_id).left_out == 2
    assert "2 more photos are left out" in seen(files).text_content()


def test_a_photo_that_cannot_be_opened_is_left_out_and_told(desk: Desk) -> None:
    listing_id = draft(desk, photos=3)
    (desk.paths.photos / of(desk, listing_id).photos[1]).write_bytes(b"broken")
    files = packed(desk, listing_id)
    assert [name for name in files if name.endswith(".jpg")] == ["01.jpg", "02.jpg"]
    assert json.loads(files["listing.json"])["photos"] == ["01.jpg", "02.jpg"]
    assert "1 photo cannot be opened" in seen(files).text_content()


def test_the_same_listing_gives_the_same_bytes(desk: Desk) -> None:
    listing_id, owner = draft(desk), member_of(desk)
    assert package_zip(desk, owner, listing_id, IT) == package_zip(desk, owner, listing_id, IT)


def test_the_checklist_goes_down_the_form(desk: Desk) -> None:
    lines = seen(packed(desk, draft(desk))).xpath("//ol/li")
    assert [line.xpath(".//label")[0].text_content() for line in lines] == list(STEPS.values())
    assert len(seen(packed(desk, 1)).xpath("//ol//input[@type='checkbox']")) == len(STEPS)
    assert lines[3].xpath("./p")[0].text.startswith("Donna › ")
    assert [one.text for one in lines[6].xpath("./p")] == ["Ottime", "Very good"]
    assert [one.text for one in lines[7].xpath("./p")] == ["Blu", "Nero", "Blue, Black"]


def test_the_words_are_those_of_the_site(desk: Desk) -> None:
    listing_id = draft(desk)
    with shop_of(desk).writing(author_of(desk, None, "test")) as session:
        session.execute(update(ChannelAccount).values(market="de"))
    made = of(desk, listing_id)
    assert made.step("condition").values == ("Sehr gut",)
    assert made.step("price").values == ("24,50",)
    assert of(desk, draft(desk, asked=Decimal("25.00"))).step("price").values == ("25",)


def test_a_hostile_title_stays_text(desk: Desk) -> None:
    title = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    files = packed(desk, draft(desk, title=title, brand="=HYPERLINK(A1)", description="]]></style><script>"))
    page = seen(files)
    assert page.xpath("//script | //img") == []
    assert title in page.xpath("//h1")[0].text
    assert "'=HYPERLINK(A1)" in files["listing.csv"].decode()
    assert b"http" not in files["checklist.html"].replace(b"http-equiv", b"")


def test_what_is_missing_is_told_and_packed_all_the_same(desk: Desk) -> None:
    bare = dict.fromkeys(JACKET) | {"title": "x", "description": ""}
    listing_id = draft(desk, photos=0, **bare)
    made = of(desk, listing_id)
    assert {step.name for step in made.missing} == {
        *("photos", "description", "category", "condition", "price", "parcel_size")
    }
    page = seen(packed(desk, listing_id))
    assert len(page.xpath("//p[@class='missing']")) == 6
    assert page.text_content().count("Nothing said") == 4


def test_an_empty_title_is_missing(desk: Desk) -> None:
    owner = member_of(desk)
    with shop_of(desk).writing(author_of(desk, owner, "test")) as session:
        listing_id = listings.create(session, owner, {"title": "x"}).id
        listings.find(session, owner, listing_id).title = ""
    assert "title" in {step.name for step in of(desk, listing_id).missing}
    assert package_name(of(desk, listing_id)) == "A-0001"


def test_a_member_gets_only_what_is_hers(desk: Desk) -> None:
    listing_id = draft(desk)
    with shop_of(desk).writing(author_of(desk, None, "test")) as session:
        session.add(Person(household_id=1, name="Ben", role="member"))
    with pytest.raises(UnknownListing):
        package_zip(desk, Member(1, 2, "Ben", "member"), listing_id, EN)


def test_a_folder_is_written_whole_under_a_name_of_its_own(desk: Desk, tmp_path: Path) -> None:
    listing_id, owner, here = draft(desk), member_of(desk), tmp_path / "here"
    here.mkdir()
    places = [write_package(desk, owner, listing_id, words=EN, here=here).place for _ in range(2)]
    places.append(write_package(desk, owner, listing_id, here, words=EN).place)
    assert [place.name for place in places] == [
        *(
            "A-0001-Giacca-jeans-Levi-s-blu-M",
            "A-0001-Giacca-jeans-Levi-s-blu-M-2",
            "A-0001-Giacca-jeans-Levi-s-blu-M-3",
        )
    ]
    assert sorted(file.name for file in places[0].iterdir()) == sorted(packed(desk, listing_id))
    assert len(list(here.iterdir())) == 3


def test_nothing_that_is_there_is_replaced(desk: Desk, tmp_path: Path) -> None:
    listing_id, owner = draft(desk), member_of(desk)
    for name in ("mine", "mine.zip"):
        (tmp_path / name).write_text("mine")
        with pytest.raises(FileThere):
            write_package(desk, owner, listing_id, tmp_path / name, words=EN)
        assert (tmp_path / name).read_text() == "mine"
    with pytest.raises(CannotWrite, match="does not exist"):
        write_package(desk, owner, listing_id, tmp_path / "none" / "there", words=EN)
    made = write_package(desk, owner, listing_id, tmp_path / "new.zip", words=EN)
    assert made.place.read_bytes() == package_zip(desk, owner, listing_id, EN)


@pytest.mark.parametrize(
    ("description", "kept", "tags"),
    [
        ("Come nuova. #jeans #Levis", "Come nuova.", ("jeans", "Levis")),
        ("Come nuova.\n\n#jeans\n#jeans", "Come nuova.", ("jeans",)),
        ("#solo", "", ("solo",)),
        ("Un #1 della moda", "Un #1 della moda", ()),
        ("La mia giacca #1", "La mia giacca #1", ()),
        ("Libro di C#", "Libro di C#", ()),
        ("Libro C#sharp", "Libro C#sharp", ()),
        ("", "", ()),
    ],
)
def test_hashtags_are_the_last_words_of_a_description(description: str, kept: str, tags: tuple[str, ...]) -> None:
    assert without_hashtags(description) == (kept, tags)
    assert without_hashtags(with_hashtags(kept, tags)) == (kept, tags)
