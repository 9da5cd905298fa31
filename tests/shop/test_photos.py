"""The photos of a thing: each stands in one place whatever is done, turns come round, what was deleted comes back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.shop.keeping import ANNA, acting
from tests.shop.people import FAMILY, NOW, family
from vopt_lib.errors import PhotosEnough, UnknownPhoto
from vopt_lib.schema.own_photos import MOST_SHOWN
from vopt_lib.shop import listings, photos
from vopt_lib.shop.store import Shop, open_shop
from vopt_lib.shop.tables import AuditEvent, DeletedPhoto, Item, Photo


def thing(shop: Shop, names: str = "abc") -> int:
    with acting(shop, deed="create listing") as session:
        item = listings.create(session, ANNA, {"title": "Abito"}).item
        for name in names:
            add(session, item, name * 64)
        return item.id


def add(session: Session, item: Item, sha256: str) -> bool:
    coming = photos.announce_photo(session, item, sha256)
    if coming is not None:
        photos.bring_photo_back(session, item, coming)
    return coming is not None


@contextmanager
def at_photos(shop: Shop, item_id: int, deed: str = "arrange photos") -> Iterator[tuple[Session, Item]]:
    with acting(shop, deed=deed) as session:
        yield session, session.get_one(Item, item_id)


def order(shop: Shop, item_id: int) -> str:
    """The photos as they stand, by the first letter of their hashes; a turned one with its quarters."""
    with shop.reading() as session:
        found = session.scalars(select(Photo).where(Photo.item_id == item_id).order_by(Photo.position)).all()
        assert [photo.position for photo in found] == list(range(len(found)))
        assert [photo.is_primary for photo in found] == [True, False, False, False, False, False][: len(found)]
        return "".join(photo.name[0] + photo.name[65:] for photo in found)


@pytest.mark.parametrize(
    ("photo", "place", "becomes"),
    [(0, 1, "bac"), (0, 9, "bca"), (2, 0, "cab"), (2, 1, "acb"), (1, 1, "abc"), (1, -4, "bac")],
)
def test_a_photo_is_put_in_its_place_and_the_first_stands_for_the_thing(
    shop: Shop, photo: int, place: int, becomes: str
) -> None:
    item_id = thing(shop)
    with at_photos(shop, item_id) as (session, item):
        photos.move_photo(session, item, item.photos[photo].id, place)
        assert ("photos" in item.edited, item.version) == (True, 1)
    assert order(shop, item_id) == becomes


def test_four_turns_come_round_to_the_photo_as_it_came(shop: Shop) -> None:
    item_id, seen = thing(shop, "ab"), []
    for quarters in (1, 1, 1, 1, -1):
        with at_photos(shop, item_id) as (session, item):
            photos.turn_photo(session, item, item.photos[0].id, quarters)
        seen.append(order(shop, item_id))
    assert seen == ["a1b", "a2b", "a3b", "ab", "a3b"]


def test_a_deleted_photo_comes_back_to_its_place_as_it_was_turned(shop: Shop) -> None:
    item_id = thing(shop)
    with at_photos(shop, item_id) as (session, item):
        photos.turn_photo(session, item, item.photos[1].id, 1)
        gone = photos.delete_photo(session, item, item.photos[1].id)
    assert order(shop, item_id) == "ac"
    with at_photos(shop, item_id) as (session, item):
        photos.bring_photo_back(session, item, gone)
        with pytest.raises(UnknownPhoto):
            photos.bring_photo_back(session, item, gone)
    assert order(shop, item_id) == "ab1c"


def test_one_that_came_again_before_it_is_brought_back_is_there_once(shop: Shop) -> None:
    item_id = thing(shop)
    with at_photos(shop, item_id) as (session, item):
        gone = photos.delete_photo(session, item, item.photos[0].id)
        assert add(session, item, "a" * 64)
        photos.bring_photo_back(session, item, gone)
        assert session.scalars(select(DeletedPhoto)).all() == []
    assert order(shop, item_id) == "bca"


def test_photos_of_another_thing_are_not_touched(shop: Shop) -> None:
    item_id, other = thing(shop, "ab"), thing(shop, "cd")
    with shop.reading() as session:
        theirs = session.get_one(Item, other).photos[0].id
    with at_photos(shop, item_id) as (session, item):
        for deed in (photos.move_photo, photos.turn_photo):
            with pytest.raises(UnknownPhoto):
                deed(session, item, theirs, 1)
        with pytest.raises(UnknownPhoto):
            photos.delete_photo(session, item, theirs)
    with at_photos(shop, other) as (session, item):
        gone = photos.delete_photo(session, item, theirs)
    with at_photos(shop, item_id) as (session, item), pytest.raises(UnknownPhoto):
        photos.bring_photo_back(session, item, gone)
    assert (order(shop, item_id), order(shop, other)) == ("ab", "d")


def test_what_was_done_is_written_down_and_what_changed_nothing_is_not(shop: Shop) -> None:
    item_id = thing(shop, "ab")
    with at_photos(shop, item_id) as (session, item):
        photos.move_photo(session, item, item.photos[0].id, 0)
    with at_photos(shop, item_id) as (session, item):
        photos.move_photo(session, item, item.photos[1].id, 0)
    with shop.reading() as session:
        told = session.scalars(select(AuditEvent).where(AuditEvent.deed == "arrange photos")).all()
    assert [(one.about, one.about_id, one.before["photos"], one.after["photos"]) for one in told] == [
        ("item", item_id, ["a" * 64, "b" * 64], ["b" * 64, "a" * 64])
    ]


def test_there_is_room_for_as_many_as_a_listing_shows(shop: Shop) -> None:
    item_id = thing(shop, "")
    with at_photos(shop, item_id) as (session, item):
        for number in range(MOST_SHOWN):
            assert add(session, item, f"{number:064x}")
        with pytest.raises(PhotosEnough, match="20 photos"):
            add(session, item, "f" * 64)
        assert not add(session, item, f"{0:064x}")


def test_only_what_nothing_has_any_more_and_nobody_can_bring_back_is_not_needed(shop: Shop) -> None:
    first, second = thing(shop, "ab"), thing(shop, "a")
    with at_photos(shop, first) as (session, item):
        for _ in range(2):
            photos.delete_photo(session, item, item.photos[0].id)
        at = session.scalars(select(DeletedPhoto.deleted_at)).first() or NOW
    with shop.changing() as connection:
        assert photos.deleted_before(connection, at) == set()
        assert photos.is_needed(connection, "b" * 64, at)
        later = at + timedelta(seconds=1)
        assert photos.deleted_before(connection, later) == {"a" * 64, "b" * 64}
        assert [photos.is_needed(connection, name * 64, later) for name in "ab"] == [True, False]
        photos.forget_deleted(connection, "b" * 64, later)
        assert photos.deleted_before(connection, later) == {"a" * 64}
    assert (order(shop, first), order(shop, second)) == ("", "a")


DEEDS = st.lists(
    st.tuples(st.sampled_from(["move", "turn", "delete", "back", "add"]), st.integers(0, 5), st.integers(-2, 6)),
    max_size=12,
)


@pytest.fixture(scope="module")
def one_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shop, int]]:
    path: Path = tmp_path_factory.mktemp("photos") / "shop.sqlite"
    opened = open_shop(f"sqlite:///{path}")
    family(opened)
    yield opened, thing(opened, "")
    opened.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(deeds=DEEDS)
def test_whatever_is_done_every_photo_stands_in_one_place(one_shop: tuple[Shop, int], deeds: list[Any]) -> None:
    shop, item_id = one_shop
    with at_photos(shop, item_id) as (session, item):
        for photo in list(item.photos):
            session.delete(photo)
        session.expire(item, ["photos"])
        for name in "abcd":
            add(session, item, name * 64)
        gone, there = [], set("abcd")
        for deed, which, number in deeds:
            photo = item.photos[which] if which < len(item.photos) else None
            if deed == "move" and photo:
                photos.move_photo(session, item, photo.id, number)
            elif deed == "turn" and photo:
                photos.turn_photo(session, item, photo.id, number)
            elif deed == "delete" and photo:
                there.discard(photo.name[0])
                gone.append((photo.name[0], photos.delete_photo(session, item, photo.id)))
            elif deed == "back" and gone:
                name, number = gone.pop()
                there.add(name)
                photos.bring_photo_back(session, item, number)
            elif deed == "add":
                there.add("e")
                add(session, item, "e" * 64)
            assert [one.position for one in item.photos] == list(range(len(item.photos)))
            assert sorted(one.name[0] for one in item.photos) == sorted(there)
    assert set(order(shop, item_id).translate(str.maketrans("", "", "123"))) == there
    assert item.household_id == FAMILY
