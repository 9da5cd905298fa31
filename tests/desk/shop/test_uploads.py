"""What somebody drops on a page is hers, whole, and there for a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.desk.shop.clocks import at
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.uploads import Upload, arriving, claim, file_name, let_go
from vopt_lib.errors import UploadGone, UploadNotKept
from vopt_lib.schema.own_shop import Member

ANNA, BEN = Member(1, 1, "Anna", "admin"), Member(1, 2, "Ben", "member")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path, clock=at())


def drop(desk: Desk, member: Member = ANNA, content: bytes = b"x") -> Upload:
    with arriving(desk, member, "a.zip") as file:
        file.write(content)
        return file.finish()


def broken_off(desk: Desk) -> None:
    """Begin an upload that ends with her browser."""
    with arriving(desk, ANNA, "a.zip") as file:
        file.write(b"half")
        raise ConnectionAbortedError


def later(desk: Desk, hours: float) -> Desk:
    return replace(desk, clock=at(timedelta(hours=hours)))


def test_an_upload_can_be_claimed_again_until_it_is_let_go(desk: Desk) -> None:
    upload = drop(desk, content=b"all of it")
    assert claim(desk, ANNA, upload.id).read_bytes() == b"all of it"
    assert claim(desk, ANNA, upload.id).name == "a.zip"
    let_go(desk, ANNA, upload.id)
    with pytest.raises(UploadGone):
        claim(desk, ANNA, upload.id)


def test_one_person_does_not_fill_the_disk(desk: Desk) -> None:
    small = replace(desk, settings=desk.settings.model_copy(update={"upload_max_mb": 1}))
    kept = [drop(small, content=bytes(2**20)) for _ in range(3)]
    with pytest.raises(UploadNotKept, match="too many files of yours wait"):
        drop(small)
    assert drop(small, BEN)
    assert len(list(desk.paths.uploads.glob("1/*"))) == 3
    let_go(small, ANNA, kept[0].id)
    assert drop(small)


def test_another_person_cannot_claim_it_not_even_an_admin(desk: Desk) -> None:
    upload = drop(desk, BEN)
    with pytest.raises(UploadGone):
        claim(desk, ANNA, upload.id)


@pytest.mark.parametrize("upload_id", ["", "..", "../1", "0" * 33, "0" * 34, "*", "x" * 34])
def test_nothing_else_can_be_claimed(desk: Desk, upload_id: str) -> None:
    drop(desk)
    with pytest.raises(UploadGone):
        claim(desk, ANNA, upload_id)


def test_what_breaks_off_leaves_nothing(desk: Desk) -> None:
    with pytest.raises(OSError, match="kept"):
        broken_off(desk)
    assert list(desk.paths.uploads.glob("*/*")) == []


def test_what_is_still_arriving_cannot_be_claimed(desk: Desk) -> None:
    with arriving(desk, ANNA, "a.zip") as file:
        file.write(b"half")
        (folder,) = desk.paths.uploads.glob("*/*")
        with pytest.raises(UploadGone):
            claim(desk, ANNA, folder.name)


def test_after_a_day_it_is_gone_and_the_next_one_removes_it(desk: Desk) -> None:
    upload = drop(desk)
    assert claim(later(desk, 23.9), ANNA, upload.id)
    with pytest.raises(UploadGone):
        claim(later(desk, 24.1), ANNA, upload.id)
    kept = drop(later(desk, 24.1), BEN)
    assert [path.name for path in desk.paths.uploads.glob("*/*")] == [kept.id]


@pytest.mark.parametrize(
    ("told", "called"),
    [
        ("archivio.zip", "archivio.zip"),
        ("..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("C:%5CUsers%5CAnna%5Cle%20mie%20foto.zip", "le mie foto.zip"),
        ("%E2%80%AEpiz.exe", "piz.exe"),
        ("a%00b%0A.eml", "ab.eml"),
        (".arriving", "arriving"),
        ("..", "file"),
        ("", "file"),
        ("%FF%FE.zip", "��.zip"),
        ("%F0%9F%91%97" * 300 + ".zip", "👗" * 50 + ".zip"),
        ("a" * 300, "a" * 50),
    ],
)
def test_a_file_keeps_its_name_as_far_as_that_is_safe(told: str, called: str) -> None:
    assert file_name(told) == called
