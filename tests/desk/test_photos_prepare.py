"""Photos on her disk are prepared beside themselves: nothing of hers is ever replaced, and a bad one stops nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.vision.pictures import drawn, told_place, written
from vopt_lib.desk.photos_prepare import prepare_photos
from vopt_lib.errors import PhotoNotRead, PhotoNotWritten, PhotosMissing, PhotoUnreadable
from vopt_lib.schema.photo_hints import PhotoHint

PHOTO = written(drawn(900, 1200), "JPEG", exif=told_place().tobytes())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Her photos: two good ones, one cut off, and what else lies in such folders."""
    there = tmp_path / "foto"
    there.mkdir()
    (there / "b.JPG").write_bytes(PHOTO)
    (there / "a.heic").write_bytes(written(drawn(300, 400), "HEIC"))
    (there / "c.png").write_bytes(written(drawn(), "PNG")[:500])
    (there / "._b.JPG").write_bytes(b"what a Mac leaves")
    (there / "note.txt").write_text("vestito, M")
    (there / "old.jpg").mkdir()
    return there


def test_a_folder_of_photos_is_prepared_beside_them(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    done = list(prepare_photos([folder]))
    assert [one.file.name for one in done] == ["a.heic", "b.JPG", "c.png"]
    assert [one.copy for one in done] == [folder / "prepared/a.jpg", folder / "prepared/b.jpg", None]
    assert [one.size for one in done] == [(300, 400), (900, 1200), None]
    assert PhotoHint.SMALL in done[0].hints
    assert isinstance(done[2].error, PhotoUnreadable)
    assert sorted(path.name for path in (folder / "prepared").iterdir()) == ["a.jpg", "b.jpg"]
    assert {path: path.read_bytes() for path in before} == before


def test_prepared_again_nothing_changes(folder: Path) -> None:
    first = list(prepare_photos([folder]))
    times = {path: path.stat().st_mtime_ns for path in (folder / "prepared").iterdir()}
    assert [one.copy for one in prepare_photos([folder])] == [one.copy for one in first]
    assert {path: path.stat().st_mtime_ns for path in (folder / "prepared").iterdir()} == times


def test_an_original_is_never_replaced(folder: Path) -> None:
    (folder / "b.jpg").write_bytes(PHOTO)
    (folder / "b-2.jpg").symlink_to(folder / "nowhere")
    done = list(prepare_photos([folder / "b.jpg"], folder))
    assert done[0].copy == folder / "b-3.jpg"
    assert (folder / "b.jpg").read_bytes() == PHOTO
    assert not (folder / "nowhere").exists()


def test_two_photos_of_one_name_become_two(folder: Path) -> None:
    (folder / "a.jpg").write_bytes(PHOTO)
    done = list(prepare_photos([folder / "a.heic", folder / "a.jpg"], folder / "new" / "place"))
    assert [one.copy and one.copy.name for one in done] == ["a.jpg", "a-2.jpg"]
    assert [Image.open(one.copy).size for one in done if one.copy] == [(300, 400), (900, 1200)]


def test_a_photo_that_is_not_there_is_told_and_the_others_go_on(folder: Path) -> None:
    done = list(prepare_photos([folder / "x.jpg", folder / "b.JPG"]))
    assert isinstance(done[0].error, PhotoNotRead)
    assert done[1].copy is not None


def test_a_folder_without_photos_is_told(tmp_path: Path) -> None:
    (tmp_path / "note.txt").touch()
    with pytest.raises(PhotosMissing):
        list(prepare_photos([tmp_path]))


def test_a_place_that_cannot_be_written_to_ends_the_work(folder: Path) -> None:
    with pytest.raises(PhotoNotWritten):
        list(prepare_photos([folder / "b.JPG"], folder / "note.txt" / "below"))
