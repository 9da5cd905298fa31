"""`vopt restore`: all of a backup or nothing, never over what somebody still needs."""

from __future__ import annotations

import io
import os
import random
import shutil
import signal
import socket
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.cradle import Born, born
from tests.desk.whole import NOW, everything_in, opened, told, whole_vopt
from tests.shop.postgres import programs, server
from vopt_lib.commit_points import CommitPoint
from vopt_lib.desk import restoring
from vopt_lib.desk.backup import back_up
from vopt_lib.desk.backup_file import MANIFEST, MARK, SEAL, Manifest, Writer, look_over, unpack
from vopt_lib.desk.backup_parts import Part
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.restore import restore
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.errors import (
    AlreadyRunning,
    BackupDamaged,
    BackupError,
    BackupTooNew,
    DataInTheWay,
    NoRoom,
    NotABackup,
    SettingsDiffer,
    VoptRuns,
)
from vopt_lib.files import only_one, write_json
from vopt_lib.lake.warehouse import ensure_snapshot
from vopt_lib.shop.tables import Person

NO_MARKET = frozenset({Part.MARKET})


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of Anna's vopt."""
    folder = tmp_path_factory.mktemp("anna")
    return back_up(whole_vopt(folder / "data"), folder / "anna.tar").file


def test_what_is_there_is_not_replaced_unless_she_says_so(tmp_path: Path, backup: Path) -> None:
    desk = whole_vopt(tmp_path / "data", name="Luca", listings=5)
    before = everything_in(desk.paths.data)
    with pytest.raises(DataInTheWay, match=r"holds data already \(.*shop\.sqlite.*--force"):
        restore(desk, backup)
    assert everything_in(desk.paths.data) == before


def test_with_force_it_is_put_aside_whole(tmp_path: Path, backup: Path) -> None:
    desk = whole_vopt(tmp_path / "data", name="Luca", listings=5)
    (desk.paths.state / "ancient.json").write_text("{}")
    lucas = told(opened(tmp_path / "data"))
    done = restore(desk, backup, force=True)
    assert done.put_aside == tmp_path / "data" / "before-restore"
    now = opened(tmp_path / "data")
    assert told(now)["sightings"] == [1, 2, 3]
    assert [row["name"] for row in told(now)["shop"]["person"]] == ["Anna"]
    assert not (now.paths.state / "ancient.json").exists()
    assert not now.paths.restoring.exists()
    (tmp_path / "luca").mkdir()
    for path in done.put_aside.iterdir():
        path.rename(tmp_path / "luca" / path.name)
    moved = opened(tmp_path / "luca")
    ensure_snapshot(moved.lake, moved.paths, 2)
    assert told(moved) == lucas


def test_only_the_newest_of_what_was_replaced_is_kept(tmp_path: Path, backup: Path) -> None:
    whole_vopt(tmp_path / "data", name="Luca")
    for _ in range(2):
        restore(opened(tmp_path / "data"), backup, force=True)
    aside = tmp_path / "data" / "before-restore"
    assert (aside / "models" / "prices" / "1" / "card.md").read_text() == "Anna"
    assert not (aside / "before-restore").exists()


def test_nothing_is_restored_while_vopt_is_at_work(tmp_path: Path, backup: Path) -> None:
    desk = opened(tmp_path / "data")
    with only_one(desk.paths.collect_lock("abiti"), "vopt collect"), pytest.raises(VoptRuns, match="collect-abiti"):
        restore(desk, backup)
    with socket.create_server(("127.0.0.1", 0)) as pages:
        port = pages.getsockname()[1]
        write_json(desk.paths.ports, {"pages": port})
        with pytest.raises(VoptRuns, match=f"pages, {port}"):
            restore(desk, backup)
    restore(desk, backup)


def test_two_restores_at_once_are_one(tmp_path: Path, backup: Path) -> None:
    desk = opened(tmp_path / "data")
    with only_one(desk.paths.restore_lock, "vopt restore"), pytest.raises(AlreadyRunning):
        restore(desk, backup)


def test_settings_that_keep_data_elsewhere_are_noticed(tmp_path: Path) -> None:
    made = whole_vopt(tmp_path / "data", lake=str(tmp_path / "big disk" / "lake"))
    (made.paths.data / "vopt.toml").write_text(f'lake = "{tmp_path}/big disk/lake"\n')
    file = back_up(made, tmp_path / "all.tar").file
    there = opened(tmp_path / "there")
    with pytest.raises(SettingsDiffer, match="VOPT_LAKE"):
        restore(there, file)
    assert not there.paths.restoring.exists()
    restore(opened(tmp_path / "there", lake=f"{tmp_path}/big disk/lake"), file, force=True)
    assert told(opened(tmp_path / "there"))["sightings"] == [1, 2, 3]


def test_a_disk_that_is_too_small_is_noticed_before_anything_is_written(
    tmp_path: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = opened(tmp_path / "data")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type("Usage", (), {"free": 10}))
    with pytest.raises(NoRoom, match="0 MB"):
        restore(desk, backup)
    assert not desk.paths.restoring.exists()


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="it does not exist"):
        restore(opened(tmp_path / "data"), tmp_path / "nowhere.tar")


# Broken, foreign and hostile files


def members_of(file: Path) -> list[tuple[tarfile.TarInfo, bytes]]:
    with tarfile.open(file) as archive:
        return [(info, archive.extractfile(info).read()) for info in archive]  # type: ignore[union-attr]


def written(file: Path, members: list[tuple[tarfile.TarInfo, bytes]], form: int = tarfile.USTAR_FORMAT) -> Path:
    with tarfile.open(file, "w", format=form) as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    return file


def with_more(kind: bytes, name: str, linkname: str = "") -> Callable[[Path, Path], Path]:
    """The backup with one more member in its middle."""

    def make(backup: Path, file: Path) -> Path:
        more = tarfile.TarInfo(name)
        more.type, more.linkname = kind, linkname
        members = members_of(backup)
        form = tarfile.USTAR_FORMAT if len(name) < 100 else tarfile.GNU_FORMAT
        return written(file, [*members[:2], (more, b""), *members[2:]], form)

    return make


def made_by(name: str = "shop.sqlite", **facts: str) -> Callable[[Path, Path], Path]:
    """A backup whose seal is right, of somebody else: with a file of this name."""

    def make(backup: Path, file: Path) -> Path:
        manifest = look_over(backup)
        with file.open("wb") as stream:
            writer = Writer(stream, lambda _: None)
            (file.parent / "content").write_bytes(b"x")
            writer.add(name, file.parent / "content")
            told = {"vopt": manifest.vopt, "revision": manifest.revision, **facts}
            writer.end(Manifest(**told, made_at=manifest.made_at, members=writer.members))
        return file

    return make


def cut(share: float) -> Callable[[Path, Path], Path]:
    return lambda backup, file: _bytes(file, backup.read_bytes()[: int(backup.stat().st_size * share)])


def _bytes(file: Path, content: bytes) -> Path:
    file.write_bytes(content)
    return file


def _without(name: str) -> Callable[[Path, Path], Path]:
    return lambda backup, file: written(file, [one for one in members_of(backup) if one[0].name != name])


def _twice(backup: Path, file: Path) -> Path:
    members = members_of(backup)
    return written(file, [*members[:3], members[2], *members[3:]])


def _flipped(backup: Path, file: Path) -> Path:
    members = members_of(backup)
    place = next(number for number, (info, _) in enumerate(members) if info.name == "shop.sqlite")
    info, content = members[place]
    members[place] = info, content[:5000] + bytes([content[5000] ^ 1]) + content[5001:]
    return written(file, members)


HOSTILE = {
    "nothing": (lambda _, file: _bytes(file, b""), NotABackup),
    "a letter": (lambda _, file: _bytes(file, b"Dear aunt, " * 1000), NotABackup),
    "another tar": (lambda _, file: written(file, [(tarfile.TarInfo("photo.jpg"), b"")]), NotABackup),
    "cut at a third": (cut(0.33), BackupDamaged),
    "cut near its end": (cut(0.97), BackupDamaged),
    "without its list": (_without(MANIFEST), BackupDamaged),
    "without its seal": (_without(SEAL), BackupDamaged),
    "without a file": (_without("vopt.toml"), BackupDamaged),
    "a file twice": (_twice, BackupDamaged),
    "a bit of the shop": (_flipped, BackupDamaged),
    "something added": (lambda backup, file: _bytes(file, backup.read_bytes() + b"x" * 512), BackupDamaged),
    "a file that is not listed": (with_more(tarfile.REGTYPE, "photos/x.jpg"), BackupDamaged),
    "a link": (with_more(tarfile.SYMTYPE, "photos/x.jpg", "/etc/passwd"), NotABackup),
    "a hard link": (with_more(tarfile.LNKTYPE, "photos/x.jpg", "shop.sqlite"), NotABackup),
    "a device": (with_more(tarfile.CHRTYPE, "photos/x.jpg"), NotABackup),
    "a sparse file": (with_more(tarfile.GNUTYPE_SPARSE, "photos/x.jpg"), NotABackup),
    "an endless name": (with_more(tarfile.REGTYPE, "photos/" + "x" * 5000), NotABackup),
    "a way out": (with_more(tarfile.REGTYPE, "photos/../../x"), NotABackup),
    "a place of its own": (with_more(tarfile.REGTYPE, "/tmp/x"), NotABackup),
    "a way out for Windows": (with_more(tarfile.REGTYPE, "photos\\..\\x"), NotABackup),
    "a newer vopt": (made_by(vopt="99.0.0"), BackupTooNew),
    "a newer shop": (made_by(revision="9999"), BackupTooNew),
    "files that are none of vopt's": (made_by("bin/sh"), NotABackup),
    "locks": (made_by("state/locks/x.lock"), NotABackup),
    "a table that there is not": (made_by("lake/passwords/x.parquet"), NotABackup),
    "no shop": (made_by("vopt.toml"), NotABackup),
    "a shop that is none": (made_by("shop.sqlite"), BackupDamaged),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_not_a_whole_backup_of_ours_is_refused_and_touches_nothing(
    tmp_path: Path, backup: Path, kind: str
) -> None:
    make, error = HOSTILE[kind]
    desk = opened(tmp_path / "data")
    (desk.paths.data / "vopt.toml").write_text("")
    before = everything_in(tmp_path / "data")
    file = make(backup, tmp_path / "given.tar")
    with pytest.raises(error) as refused:
        restore(desk, file, force=True)
    assert type(refused.value) is error
    assert "Nothing was changed" in str(refused.value) or error is BackupTooNew
    assert everything_in(tmp_path / "data") == before


@given(place=st.floats(0, 1, exclude_max=True), flipped=st.integers(1, 255))
def test_a_changed_byte_anywhere_is_noticed_or_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, small_backup: Path, place: float, flipped: int
) -> None:
    whole = small_backup.read_bytes()
    where = int(place * len(whole))
    folder = tmp_path_factory.mktemp("flipped")
    file = _bytes(folder / "given.tar", whole[:where] + bytes([whole[where] ^ flipped]) + whole[where + 1 :])
    try:
        unpack(file, look_over(file), lambda name: folder / "new" / name, lambda _: None)
    except NotABackup:
        return
    assert {path.name: path.read_bytes() for path in (folder / "new").iterdir()} == SMALL


SMALL = {"vopt.toml": b'language = "it"\n', "published.json": b"{}"}


@pytest.fixture(scope="module")
def small_backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    with (folder / "small.tar").open("wb") as stream:
        writer = Writer(stream, lambda _: None)
        for name, content in SMALL.items():
            writer.add(name, _bytes(folder / name, content))
        writer.end(Manifest("0.1.0", "0002", NOW, members=writer.members))
    return folder / "small.tar"


def test_a_backup_begins_with_its_mark(backup: Path) -> None:
    assert backup.read_bytes().startswith(MARK.encode())


# Killed


BEFORE_THE_DECISION = (CommitPoint.RESTORE_UNPACKED, CommitPoint.RESTORE_READY)
ASIDE, IN = CommitPoint.RESTORE_PUT_ASIDE, CommitPoint.RESTORE_PUT_IN
AFTER_IT = (CommitPoint.RESTORE_DECIDED, f"{ASIDE}:shop.sqlite", CommitPoint.RESTORE_SHOWN)
AFTER_IT_TOO = (
    *(f"{ASIDE}:{name}" for name in ("snapshots", "listing_seen", "shop.key", "vopt.toml")),
    *(f"{IN}:{name}" for name in ("listing_seen", "shop.sqlite", "shop.key", "vopt.toml")),
    CommitPoint.RESTORE_DONE,
)


def keeper(job: str, data: Path, file: Path, point: str = "-") -> Born:
    return born("tests.desk.keeper", job, str(data), str(file), point)


def killed(job: str, data: Path, file: Path, point: str) -> None:
    process = keeper(job, data, file, point)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, f"never reached {point}"


@pytest.mark.parametrize("point", BEFORE_THE_DECISION)
def test_killed_before_the_decision_the_old_is_there_and_restoring_again_works(
    tmp_path: Path, backup: Path, point: str
) -> None:
    data = tmp_path / "data"
    whole_vopt(data, name="Luca", listings=5)
    lucas = told(opened(data))
    killed("restore", data, backup, point)
    assert told(opened(data)) == lucas
    restore(opened(data), backup, force=True)
    assert told(opened(data))["sightings"] == [1, 2, 3]


@pytest.mark.parametrize("point", [*AFTER_IT, *(pytest.param(point, marks=pytest.mark.slow) for point in AFTER_IT_TOO)])
def test_killed_after_the_decision_the_next_command_finds_the_new(tmp_path: Path, backup: Path, point: str) -> None:
    data = tmp_path / "data"
    whole_vopt(data, name="Luca", listings=5)
    killed("restore", data, backup, point)
    now = told(opened(data))
    assert (now["sightings"], now["password"]) == ([1, 2, 3], told_by(backup, tmp_path)["password"])
    assert now == told_by(backup, tmp_path)
    assert (data / "before-restore" / "models" / "prices" / "1" / "card.md").read_text() == "Luca"
    assert not (data / ".restore" / "plan.json").exists()


def told_by(backup: Path, tmp_path: Path):  # type: ignore[no-untyped-def]
    """What a vopt knows that got this backup without being killed."""
    if not (tmp_path / "quiet").exists():
        restore(opened(tmp_path / "quiet"), backup)
    return told(opened(tmp_path / "quiet"))


@pytest.mark.parametrize("point", [point for point in CommitPoint if point.startswith("backup.")])
def test_a_killed_backup_leaves_a_whole_file_or_none_and_the_next_one_works(tmp_path: Path, point: str) -> None:
    data, file = tmp_path / "data", tmp_path / "all.tar"
    whole_vopt(data)
    killed("backup", data, file, point)
    assert file.exists() is (point == CommitPoint.BACKUP_NAMED)
    again = file if file.exists() else back_up(opened(data), file).file
    assert told_by(again, tmp_path) == told(opened(data))
    back_up(opened(data), tmp_path / "next.tar")
    assert not list(tmp_path.glob(".*"))
    assert not opened(data).paths.backing_up.exists()
    assert not opened(data).paths.held.exists()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_killed_at_any_moment_it_is_all_old_or_all_new(tmp_path: Path, backup: Path, seed: int) -> None:
    data, moments = tmp_path / "data", random.Random(seed)
    whole_vopt(data, name="Luca", listings=5)
    lucas, annas = told(opened(data)), told_by(backup, tmp_path)
    process = keeper("restore", data, backup)
    assert process.stdout
    for _ in range(moments.randint(0, 12)):
        process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert told(opened(data)) in (lucas, annas)


@pytest.mark.slow
def test_every_commit_point_of_both_is_passed(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "all.tar"
    whole_vopt(data)
    said = [keeper(job, data, file).communicate(timeout=60)[0].splitlines() for job in ("backup", "restore")]
    passed = {line.partition(":")[0] for lines in said for line in lines}
    ours = {str(point) for point in CommitPoint if point.startswith(("backup.", "restore."))}
    assert passed & ours == ours - {CommitPoint.RESTORE_SHOP_SENT}


def test_while_another_restore_puts_things_in_place_nobody_opens_the_data(
    tmp_path: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    whole_vopt(data, name="Luca")
    killed("restore", data, backup, CommitPoint.RESTORE_DECIDED)
    monkeypatch.setattr(restoring, "WAIT_S", 0.0)
    locks = data / "state" / "locks"
    with only_one(locks / "restore.lock", "vopt restore"), pytest.raises(AlreadyRunning):
        opened(data)
    assert told(opened(data))["sightings"] == [1, 2, 3]


# A shop on a server


@pytest.mark.slow
@pytest.mark.skipif(programs() is None, reason="no PostgreSQL server is installed here")
def test_a_shop_goes_from_a_file_to_a_server_and_back_killed_on_the_way(
    tmp_path: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    with server() as address:
        monkeypatch.setenv("VOPT_DATABASE_URL", address)
        whole_vopt(data, name="Luca", listings=5)
        with pytest.raises(DataInTheWay, match="VOPT_DATABASE_URL"):
            restore(opened(tmp_path / "new"), backup)
        for point in (CommitPoint.RESTORE_READY, CommitPoint.RESTORE_DECIDED, CommitPoint.RESTORE_SHOP_SENT):
            killed("restore", data, backup, point)
            assert named(opened(data)) == ["Luca" if point == CommitPoint.RESTORE_READY else "Anna"]
        file = back_up(opened(data), tmp_path / "from server.tar").file
        shop_of(opened(data)).close()
    assert not (data / "shop.sqlite").exists()
    monkeypatch.delenv("VOPT_DATABASE_URL")
    restore(opened(tmp_path / "elsewhere"), file)
    assert told(opened(tmp_path / "elsewhere")) == told_by(backup, tmp_path)


def named(desk: Desk) -> list[str]:
    """The people of a shop."""
    with shop_of(desk).reading() as session:
        return list(session.scalars(select(Person.name)))
