"""What is pressed at the photos of a thing: it is done and told, for her own things only, and a kill leaves nothing."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from tests.desk.shop.clocks import at
from tests.desk.shop.takings import Home, at_work, home, write
from tests.vision.pictures import quarters, thing, written
from vopt_lib import commit_points
from vopt_lib.desk.shop import people
from vopt_lib.desk.shop.deleted_photos import let_deleted_go
from vopt_lib.desk.shop.inventory import own_pane
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.desk.shop.photo_panel import press_photo
from vopt_lib.desk.shop.photos import prepared_photo, small_photo
from vopt_lib.desk.shop.uploads import arriving
from vopt_lib.schema.filters import InventoryFilters
from vopt_lib.schema.inventory_page import Answered
from vopt_lib.schema.own_photos import OwnPhoto
from vopt_lib.schema.photo_hints import PhotoHint
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop.erasing import files_of
from vopt_lib.shop.tables import AuditEvent, DeletedPhoto, Photo

OWNER = Visitor("anna", "en", role="admin")
GOOD = written(thing(720, 960), "JPEG")
DARK = written(thing(720, 960).point(lambda value: value // 5), "JPEG")
TURNED = written(quarters().resize((600, 900)), "JPEG")
LATER = timedelta(days=1, minutes=1)


@pytest.fixture
def anna(tmp_path: Path) -> Home:
    """Whoever has a dress to sell."""
    at_home = home(tmp_path)
    write(at_home)
    return at_home


def press(of: Home, told: str, listing: int = 1, visitor: Visitor = OWNER) -> Answered:
    return press_photo(of.desk, visitor, listing, told)


def add(of: Home, *contents: bytes, name: str = "IMG_1.jpg") -> Answered:
    ids = []
    for content in contents:
        with arriving(of.desk, of.anna, name) as file:
            file.write(content)
            ids.append(file.finish().id)
    return press(of, f"add {' '.join(ids)}")


def shown(of: Home) -> tuple[OwnPhoto, ...]:
    pane = own_pane(of.desk, OWNER, InventoryFilters(id=1))
    assert pane is not None
    assert pane.detail is not None, pane.trouble
    return pane.detail.photos


def numbers(of: Home) -> list[int]:
    return [photo.photo_id for photo in shown(of)]


def pixel(jpeg: bytes) -> tuple[float, ...]:
    """The colour near the upper left corner."""
    found = Image.open(io.BytesIO(jpeg)).convert("RGB").getpixel((12, 12))
    assert isinstance(found, tuple)
    return found


def test_photos_come_by_file_behind_the_others_and_what_is_refused_is_told(anna: Home) -> None:
    assert add(anna, GOOD, DARK).told.text == "2 photos were added."
    mixed = add(anna, b"%PDF-1.7", TURNED, name="scansione.pdf")
    assert mixed.told.kind == "warn"
    assert mixed.told.text.startswith("1 photo was added. scansione.pdf: This photo cannot be opened")
    assert add(anna, b"%PDF-1.7").told.kind == "bad"
    assert add(anna, GOOD).told.kind == "good"
    assert [photo.hints for photo in shown(anna)] == [(), (PhotoHint.DARK,), (PhotoHint.DARK,)]
    assert not list(anna.desk.paths.uploads.glob("*/*"))
    assert add(anna, GOOD).told.text == "1 photo was added."
    assert len(shown(anna)) == 3
    assert "no longer here" in press(anna, f"add {'0' * 34}").told.text


def test_each_press_is_answered_and_done(anna: Home) -> None:
    add(anna, GOOD, DARK, TURNED)
    first, second, third = numbers(anna)
    assert press(anna, f"move {third} 0").told.text == "The photo is number 1 now."
    assert numbers(anna) == [third, first, second]
    assert press(anna, f"turn {first} 3").told.text == "The photo is turned."
    gone = press(anna, f"delete {second}")
    assert (gone.told.text, numbers(anna)) == (
        "The photo is deleted. It can be brought back for a day.",
        [third, first],
    )
    assert press(anna, f"back {gone.photo}").told.text == "The photo is back in its place."
    assert [photo.quarters for photo in shown(anna)] == [0, 3, 0]
    with shop_of(anna.desk).reading() as session:
        deeds = session.scalars(select(AuditEvent.deed).order_by(AuditEvent.number)).all()
    assert deeds[-7:] == [*["add photo"] * 3, "arrange photos", "turn photo", "delete photo", "bring photo back"]


@pytest.mark.parametrize(
    "told", ["move 1", "move 1 2 3", "turn x 1", "delete", "shout 1", "back -1", "move 1 99999999999", ""]
)
def test_what_no_page_tells_does_nothing(anna: Home, told: str) -> None:
    add(anna, GOOD)
    assert press(anna, told).told.kind == "bad"
    assert len(shown(anna)) == 1


def test_photos_of_others_are_not_touched(anna: Home) -> None:
    ben = people.add(anna.desk, anna.anna, "Ben", role="member")
    add(anna, GOOD, DARK)
    before = shown(anna)
    stranger = Visitor("ben", "en", member=ben)
    for told in ("move 1 1", "turn 1 1", "delete 1"):
        assert press(anna, told, visitor=stranger).told.kind == "bad"
    assert shown(anna) == before


def test_four_turns_show_the_same_photo_and_each_is_made_from_the_file_as_it_came(anna: Home) -> None:
    add(anna, TURNED)
    (photo,) = shown(anna)
    names, corners = [], []
    for _ in range(4):
        press(anna, f"turn {photo.photo_id} 1")
        names.append(shown(anna)[0].name)
        corners.append(pixel(small_photo(anna.desk, anna.anna, names[-1], 240)))
    assert names == [f"{photo.sha256}-1", f"{photo.sha256}-2", f"{photo.sha256}-3", photo.sha256]
    blue, red, dark_red = (0, 0, 200), (200, 0, 0), (80, 0, 0)
    for corner, colour in zip(corners, (blue, blue, red, dark_red), strict=True):
        assert corner == pytest.approx(colour, abs=12)
    ready = Image.open(io.BytesIO(prepared_photo(anna.desk, anna.anna, names[0])))
    assert ready.width > ready.height
    assert [path.name for path in anna.desk.paths.photos.iterdir()] == [photo.sha256]


def test_a_photo_that_is_turned_onto_its_side_is_said_to_be_wide(anna: Home) -> None:
    add(anna, GOOD)
    press(anna, f"turn {numbers(anna)[0]} 1")
    assert shown(anna)[0].hints == (PhotoHint.WIDE,)


def test_a_photo_is_judged_once_and_one_without_its_file_not_at_all(anna: Home) -> None:
    add(anna, DARK, GOOD)
    for photo in shown(anna):
        (anna.desk.paths.photos / photo.sha256).unlink()
    assert [photo.hints for photo in shown(anna)] == [(PhotoHint.DARK,), ()]
    for kept in anna.desk.paths.thumbnails.glob("*-hints.json"):
        kept.unlink()
    assert [photo.hints for photo in shown(anna)] == [None, None]


def test_a_file_goes_a_day_after_its_photo_was_deleted_unless_something_has_it(anna: Home) -> None:
    other = write(anna, sku="17")
    add(anna, GOOD, DARK)
    shared = shown(anna)[0].sha256
    with at_work(anna) as session:
        session.add(Photo(household_id=1, item_id=2, sha256=shared, position=0))
    for photo in shown(anna):
        small_photo(anna.desk, anna.anna, photo.name, 240)
        gone = press(anna, f"delete {photo.photo_id}")
    assert other == 2
    later = replace(anna.desk, clock=at(LATER))
    let_deleted_go(anna.desk, shop_of(anna.desk))
    assert len(list(anna.desk.paths.photos.iterdir())) == 2
    let_deleted_go(later, shop_of(later), clock=at())
    assert len(list(anna.desk.paths.photos.iterdir())) == 2, "somebody may be taking it in"
    for path in anna.desk.paths.photos.iterdir():
        os.utime(path, (0, 0))
    let_deleted_go(later, shop_of(later), clock=at())
    assert [path.name for path in anna.desk.paths.photos.iterdir()] == [shared]
    assert {path.name[:64] for path in anna.desk.paths.thumbnails.iterdir()} == {shared}
    assert press(anna, f"back {gone.photo}").told.text == "This photo is not among yours."


@pytest.fixture
def killed() -> Iterator[None]:
    """The process dies when the file is kept, before any row has it."""

    def die(point: str) -> None:
        if point == commit_points.CommitPoint.IMPORT_PHOTO_STORED:
            raise KeyboardInterrupt

    commit_points.observe(die)
    yield
    commit_points.observe(lambda _: None)


@pytest.mark.usefixtures("killed")
def test_killed_between_the_file_and_its_row_nothing_is_wrong_and_nothing_stays(anna: Home) -> None:
    with pytest.raises(KeyboardInterrupt):
        add(anna, GOOD)
    assert shown(anna) == ()
    (file,) = anna.desk.paths.photos.iterdir()
    with shop_of(anna.desk).reading() as session:
        assert files_of(session, anna.anna.person_id).photos == {file.name}, "it is erased with her"
    commit_points.observe(lambda _: None)
    add(anna, GOOD)
    assert [photo.sha256 for photo in shown(anna)] == [file.name]
    os.utime(file, (0, 0))
    later = replace(anna.desk, clock=at(LATER))
    let_deleted_go(later, shop_of(later), clock=at())
    assert file.exists()
    with shop_of(anna.desk).reading() as session:
        assert session.scalars(select(DeletedPhoto)).all() == []


def test_two_at_once_lose_no_photo_and_no_place(anna: Home) -> None:
    add(anna, GOOD, DARK, TURNED)
    first, second, third = numbers(anna)

    def push(told: tuple[int, int]) -> str:
        return press(anna, f"move {told[0]} {told[1]}").told.kind

    moves = [(photo, place) for place in (2, 0, 1) for photo in (first, second, third)]
    with ThreadPoolExecutor(2) as both:
        assert set(both.map(push, moves)) == {"good"}
    assert sorted(numbers(anna)) == [first, second, third]
    with shop_of(anna.desk).reading() as session:
        rows = session.execute(select(Photo.position, Photo.is_primary).order_by(Photo.position)).all()
    assert [tuple(row) for row in rows] == [(0, True), (1, False), (2, False)]
