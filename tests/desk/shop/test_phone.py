"""A code for photos from a phone is for one listing of hers, and what it lets in is put behind the others."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.desk.shop.clocks import NOW, at
from tests.desk.shop.takings import Home, at_work, home, write
from tests.server.phones import jpeg
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.desk.shop.phone import begin, listing_called
from vopt_lib.errors import PhonePageTaken, UnknownListing
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop import listings
from vopt_lib.shop.tables import AuditEvent, Item, Photo

STRANGER = Member(1, 99, "Ben", "member")


@pytest.fixture
def anna(tmp_path: Path) -> Home:
    """Whoever has a dress to sell."""
    at_home = home(tmp_path)
    write(at_home)
    return at_home


def test_a_code_is_new_each_time_and_nobody_guesses_it(anna: Home) -> None:
    one, other = (begin(anna.desk, anna.anna, 1, clock=at()) for _ in range(2))
    assert one.token != other.token
    assert len(one.token) == 43
    assert one.ends_at == NOW + timedelta(minutes=15)
    assert [one.is_named(told) for told in (one.token, other.token, "", one.token[:-1], one.token + "x", "\udcff")] == [
        True,
        *[False] * 5,
    ]


def test_nobody_gets_a_code_for_what_she_may_not_see(anna: Home) -> None:
    for member, listing in ((STRANGER, 1), (anna.anna, 2)):
        with pytest.raises(UnknownListing):
            begin(anna.desk, member, listing)


def test_a_code_belongs_to_the_first_browser(anna: Home) -> None:
    code = begin(anna.desk, anna.anna, 1, clock=at())
    with pytest.raises(PhonePageTaken):
        code.check_browser("anything")
    secret = code.open_in("anything")
    assert code.open_in(secret) == secret
    for other in (None, "", "anything", secret[:-1]):
        with pytest.raises(PhonePageTaken):
            code.open_in(other)


def test_photos_from_a_phone_come_behind_the_others_and_no_import_moves_them(anna: Home) -> None:
    with at_work(anna) as session:
        item = listings.find(session, anna.anna, 1).item
        item.photos = [Photo(household_id=1, sha256="a" * 64, position=7, is_primary=True)]
    begin(anna.desk, anna.anna, 1, clock=at()).take(jpeg(1))
    with shop_of(anna.desk).reading() as session:
        photos = session.query(Photo).order_by(Photo.position).all()
        assert [(photo.position, photo.is_primary) for photo in photos] == [(0, True), (1, False)]
        assert "photos" in session.query(Item).one().edited
        written = [(row.deed, row.about) for row in session.query(AuditEvent)]
    assert ("photo from phone", "item") in written


def test_what_a_killed_process_had_begun_to_write_goes_with_the_next_code(anna: Home) -> None:
    folder = anna.desk.paths.photos
    folder.mkdir(exist_ok=True)
    for name, age in ((".old", timedelta(hours=2)), (".new", timedelta(minutes=1)), ("b" * 64, timedelta(days=9))):
        (folder / name).write_bytes(b"x")
        moment = (NOW - age).timestamp()
        os.utime(folder / name, (moment, moment))
    begin(anna.desk, anna.anna, 1, clock=at())
    assert sorted(path.name for path in folder.iterdir()) == [".new", "b" * 64]


def test_a_listing_is_called_by_its_number_or_by_the_code_of_its_thing(anna: Home) -> None:
    other = write(anna, sku="17")
    assert listing_called(anna.desk, anna.anna, "1") == 1
    assert listing_called(anna.desk, anna.anna, "A-0001") == 1
    assert listing_called(anna.desk, anna.anna, "17") == other
    for name in ("3", "A-9", "", "9" * 30, "²"):
        with pytest.raises(UnknownListing, match=f"“{name}”"):
            listing_called(anna.desk, anna.anna, name)
