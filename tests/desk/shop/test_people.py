"""People handed their data, and erased with their files: all of it, also where the process is killed in its midst."""

from __future__ import annotations

import json
import signal
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from tests.cradle import lived
from tests.desk.shop.described import MARKET_PHOTO, MODELS, Known, describe, files_of_older_versions, known
from tests.shop.full import SHARED_PHOTO, add_ben, fill
from tests.shop.people import author
from vopt_lib.commit_points import CommitPoint
from vopt_lib.desk import photo_index
from vopt_lib.desk.backup import back_up
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.restore import restore
from vopt_lib.desk.shop import people
from vopt_lib.desk.shop.hand_out import CONTENTS, archive_name, hand_out
from vopt_lib.desk.shop.opening import member_of, shop_of
from vopt_lib.errors import CannotWrite, NotAllowed, NotConfirmed, UnknownMarket, UnknownPerson
from vopt_lib.lake.maintenance import maintain
from vopt_lib.schema.tables import OWN
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop.tables import ChannelAccount, Person

POINTS = [point for point in CommitPoint if point.startswith("erase.")]
HER_PHOTO, HER_LABEL = "2f" * 32, "2e" * 32
HER_FILES = {
    "state/uploads/2/x/archive.zip",
    f"photos/{HER_PHOTO}",
    f"thumbnails/{HER_PHOTO}-240.jpg",
    f"labels/{HER_LABEL}",
}
OTHERS_FILES = {
    "state/uploads/1/x/archive.zip",
    f"photos/{SHARED_PHOTO}",
    f"thumbnails/{SHARED_PHOTO}-240.jpg",
    f"labels/{'1e' * 32}",
}


ANNAS = {"1f" * 32, SHARED_PHOTO}
STAYS = {MARKET_PHOTO, *ANNAS}
ALL_KNOWN = Known({HER_PHOTO, *ANNAS}, {HER_PHOTO, *STAYS}, ({HER_PHOTO, *STAYS},) * 2)
OTHERS_KNOWN = Known(ANNAS, STAYS, (STAYS,) * 2)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Anna and Ben, each with something in every table and with files; one photo is the same."""
    desk = open_desk(data=tmp_path / "data")
    shop = shop_of(desk)
    with shop.writing(author()) as session:
        session.get_one(Person, 1).name = "Anna"
        session.add(ChannelAccount(household_id=1, person_id=1, channel="vinted", market="it", name="anna_r"))
    add_ben(shop)
    fill(shop, 1, "Giraffenwort")
    fill(shop, 2, "Zebrawort")
    for name in (*HER_FILES, *OTHERS_FILES):
        path = desk.paths.data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF-" if "labels" in name else b"RIFF....WEBPVP8 ")
    describe(desk)
    return desk


def files_there(desk: Desk) -> set[str]:
    folders = (desk.paths.photos, desk.paths.labels, desk.paths.thumbnails, desk.paths.uploads)
    return {str(path.relative_to(desk.paths.data)) for one in folders for path in one.rglob("*") if path.is_file()}


def erase(desk: Desk, typed: str = "Ben") -> None:
    by = member_of(desk)
    people.erase(desk, by, people.person_called(desk, by, "Ben").id, typed=typed)


def names(desk: Desk) -> list[str]:
    return [one.name for one in people.people(desk, member_of(desk))]


def test_who_is_erased_takes_her_files_along_and_nobody_elses(desk: Desk) -> None:
    erase(desk, " ben ")
    assert names(desk) == ["Anna"]
    assert files_there(desk) == OTHERS_FILES
    assert not desk.paths.erasing.exists()
    files = [path for path in desk.paths.data.rglob("*") if path.is_file()]
    assert [path.name for path in files if b"Zebrawort" in path.read_bytes()] == []


def test_who_is_erased_takes_along_what_was_made_of_her_photos_and_nobody_elses(desk: Desk) -> None:
    assert known(desk) == ALL_KNOWN
    erase(desk)
    assert known(desk) == OTHERS_KNOWN
    own = desk.lake.scan("listing_photo", version="newest").filter(market=OWN).collect()
    assert set(own["listing_id"]) == {1}, "the photo that both have is Anna's alone now"


def test_her_vectors_leave_the_disk_with_the_next_tidying_a_day_later(desk: Desk) -> None:
    erase(desk)
    assert files_of_older_versions(desk) != []
    maintain(desk.lake, now=desk.clock.now() + timedelta(days=2), snapshots_kept=3)
    assert files_of_older_versions(desk) == []
    assert known(desk) == OTHERS_KNOWN


def test_an_index_that_cannot_be_written_anew_goes(desk: Desk) -> None:
    damaged, writable = (desk.paths.photo_index(model) for model in MODELS)
    (damaged / "index.json").write_bytes(b"{")
    erase(desk)
    assert (damaged.exists(), writable.exists()) == (False, True)


def test_a_damaged_lake_keeps_nobody_out_of_the_shop(desk: Desk) -> None:
    [damaged] = desk.lake.files("embedding", desk.lake.version("embedding"))[:1]
    aside = Path(damaged).rename(desk.paths.data / "aside")
    erase(desk)
    assert names(desk) == ["Anna"]
    assert files_there(desk) == OTHERS_FILES
    assert HER_PHOTO not in desk.paths.erasing.read_text()
    aside.rename(damaged)
    assert names(desk) == ["Anna"]
    assert not desk.paths.erasing.exists()
    assert known(desk) == OTHERS_KNOWN


def test_while_an_index_is_written_an_erasing_waits_for_the_next_who_opens_the_shop(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_index, "WAIT_S", 0.0)
    with photo_index.index_to_itself(desk, desk.paths.photo_index(MODELS[1])):
        erase(desk)
        assert desk.paths.erasing.exists()
    assert names(desk) == ["Anna"]
    assert known(desk) == OTHERS_KNOWN
    assert not desk.paths.erasing.exists()


def test_what_a_restore_put_aside_forgets_the_shop_and_its_files_and_keeps_the_market(
    desk: Desk, tmp_path: Path
) -> None:
    made = back_up(desk).file
    restore(desk, made, force=True)
    aside = desk.paths.before_restore
    market = aside / "lake" / "listing_seen" / "x"
    market.parent.mkdir(parents=True)
    market.write_bytes(b"")
    assert (aside / "lake" / "embedding").is_dir()
    assert any(b"Zebrawort" in path.read_bytes() for path in aside.glob("shop.sqlite*"))
    erase(desk)
    assert [path for path in aside.rglob("*") if path.is_file()] == [market]
    files = [path for path in desk.paths.data.rglob("*") if path.is_file() and path != made]
    assert [path.name for path in files if b"Zebrawort" in path.read_bytes()] == []


def test_where_nobody_was_erased_what_a_restore_put_aside_stays(desk: Desk) -> None:
    restore(desk, back_up(desk).file, force=True)
    with pytest.raises(NotConfirmed):
        erase(desk, "Carla")
    assert (desk.paths.before_restore / "shop.sqlite").exists()


@pytest.mark.parametrize("typed", ["", "be", "Anna", "Ben Ben"])
def test_who_types_another_name_erases_nobody(desk: Desk, typed: str) -> None:
    with pytest.raises(NotConfirmed):
        erase(desk, typed)
    assert names(desk) == ["Anna", "Ben"]
    assert files_there(desk) == HER_FILES | OTHERS_FILES


@pytest.mark.parametrize("point", POINTS)
def test_killed_while_erasing_all_is_there_or_nothing_of_hers(desk: Desk, point: CommitPoint) -> None:
    assert lived("tests.desk.shop.erase_child", str(desk.paths.data), point) == -signal.SIGKILL
    if point == CommitPoint.ERASE_LISTED:
        assert names(desk) == ["Anna", "Ben"]
        assert files_there(desk) == HER_FILES | OTHERS_FILES
        assert known(desk) == ALL_KNOWN
    else:
        assert names(desk) == ["Anna"]
        assert files_there(desk) == OTHERS_FILES
        assert b"Zebrawort" not in desk.paths.shop.read_bytes()
        assert known(desk) == OTHERS_KNOWN
    assert not desk.paths.erasing.exists()


def test_what_could_not_be_ended_because_somebody_read_is_ended_by_the_next(desk: Desk) -> None:
    with shop_of(desk).reading() as session:
        session.scalars(select(Person)).all()
        erase(desk)
        assert desk.paths.erasing.exists()
    assert names(desk) == ["Anna"]
    assert not desk.paths.erasing.exists()


def test_all_that_is_hers_comes_in_one_zip_that_says_what_is_in_it(desk: Desk, tmp_path: Path) -> None:
    by = member_of(desk)
    contents = hand_out(desk, by, people.person_called(desk, by, "Ben"), tmp_path / "ben.zip")
    with ZipFile(tmp_path / "ben.zip") as archive:
        assert archive.testzip() is None
        told = json.loads(archive.read(CONTENTS))
        assert {*archive.namelist()} == {*contents, CONTENTS}
        assert (told["person"], told["files"]) == ("Ben", contents)
        assert json.loads(archive.read("listing.json"))[0]["title"] == "Dress of Zebrawort"
        assert archive.read(f"photos/{HER_PHOTO}.webp") == b"RIFF....WEBPVP8 "
        assert f"labels/{HER_LABEL}.pdf" in archive.namelist()
        everything = b"".join(map(archive.read, archive.namelist()))
    for secret in ("Giraffenwort", "hash-Zebrawort", "locked-code", "27" * 32, "28" * 32):
        assert secret.encode() not in everything
    assert contents["listing.json"] == contents["order.json"] == 1
    assert (tmp_path / "ben.zip").stat().st_mode & 0o777 == 0o600


def test_a_member_takes_her_own_and_nobody_elses(desk: Desk, tmp_path: Path) -> None:
    anna, ben = people.people(desk, member_of(desk))
    as_ben = member_of(desk, Visitor("x", member=2))
    assert hand_out(desk, as_ben, ben, tmp_path / "ben.zip")["item.json"] == 1
    with pytest.raises(NotAllowed):
        hand_out(desk, as_ben, anna, tmp_path / "anna.zip")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["ben.zip"]


def test_what_cannot_be_written_is_told_and_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    by = member_of(desk)
    ben = people.person_called(desk, by, "Ben")
    with pytest.raises(CannotWrite, match="its folder does not exist"):
        hand_out(desk, by, ben, tmp_path / "nowhere" / "x.zip")
    with pytest.raises(CannotWrite, match="it is a folder"):
        hand_out(desk, by, ben, desk.paths.data)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_file_is_called_after_her(desk: Desk) -> None:
    by = member_of(desk)
    people.rename(desk, by, 2, "Ben / ../ è")
    assert archive_name(desk, people.person_called(desk, by, "Ben")).startswith("vopt-ben-è-20")


def test_somebody_is_found_by_how_her_name_begins(desk: Desk) -> None:
    by = member_of(desk)
    people.remove(desk, by, 2)
    people.add(desk, by, "Bea")
    assert people.person_called(desk, by, "BE").name == "Bea"
    assert people.person_called(desk, by, "ben").is_removed
    with pytest.raises(UnknownPerson, match="Anna, Ben, Bea"):
        people.person_called(desk, by, "Carla")


def test_an_account_of_a_country_without_vinted_is_refused(desk: Desk) -> None:
    with pytest.raises(UnknownMarket):
        people.add_account(desk, member_of(desk), 2, "x", market="zz")
