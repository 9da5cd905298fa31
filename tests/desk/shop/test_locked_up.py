"""What is a family's own is locked up: nobody else on the machine reads it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.whole import whole_vopt
from vopt_lib.desk.backup import back_up
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.shop.opening import author_of, shop_of
from vopt_lib.shop.follows import write_follows
from vopt_lib.shop.store import open_shop


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_shop_its_keys_and_its_backups_are_for_their_owner_only(tmp_path: Path) -> None:
    desk = whole_vopt(tmp_path / "data")
    made = back_up(desk).file
    shop = shop_of(desk)
    with shop.writing(author_of(desk, None, "hold open")) as session:
        write_follows(session, 1, [])
        files = [*desk.paths.data.glob("shop.sqlite*"), desk.paths.shop_key, made]
        assert {path.name: rights(path) for path in files} == {
            "shop.sqlite": 0o600,
            "shop.sqlite-wal": 0o600,
            "shop.sqlite-shm": 0o600,
            "shop.key": 0o600,
            made.name: 0o600,
        }
    folders = (desk.paths.data, desk.paths.state, desk.paths.locks, desk.paths.backups)
    assert {folder.name: rights(folder) for folder in folders} == {folder.name: 0o700 for folder in folders}


def test_a_shop_that_others_could_read_is_locked_up_when_it_is_opened(tmp_path: Path) -> None:
    file = tmp_path / "shop.sqlite"
    open_shop(f"sqlite:///{file}").close()
    file.chmod(0o644)
    written = file.stat().st_mtime_ns
    open_shop(f"sqlite:///{file}").close()
    assert (rights(file), file.stat().st_mtime_ns) == (0o600, written)


def test_a_folder_that_she_made_herself_keeps_its_rights(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    shop_of(open_desk(data=folder))
    assert (rights(folder), rights(folder / "state"), rights(folder / "shop.sqlite")) == (0o755, 0o700, 0o600)
