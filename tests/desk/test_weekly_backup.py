"""Each week everything is copied; the oldest such copies leave, and those that a person made never do."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from vopt_lib.desk import weekly_backup
from vopt_lib.desk.backup import back_up
from vopt_lib.desk.backup_file import look_over
from vopt_lib.desk.flow_runs import done_under_watch
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.weekly_backup import back_up_weekly
from vopt_lib.errors import CannotWrite


class At:
    """A clock that stands still."""

    def now(self) -> datetime:
        return datetime(2026, 11, 22, 4, 10, tzinfo=UTC)

    def sleep(self, seconds: float) -> None:
        raise AssertionError


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path / "data", clock=At())


def names(desk: Desk) -> list[str]:
    return sorted(path.name for path in desk.paths.backups.iterdir())


def test_the_newest_copies_stay_and_whatever_a_person_put_there(desk: Desk) -> None:
    by_hand = back_up(desk).file
    for day in range(1, 6):
        (desk.paths.backups / f"vopt-backup-202610{day:02}T041000Z-weekly.tar").write_bytes(b"an older one")
    done = back_up_weekly(desk)
    assert done.file.name == "vopt-backup-20261122T041000Z-weekly.tar"
    assert names(desk) == [
        "vopt-backup-20261003T041000Z-weekly.tar",
        "vopt-backup-20261004T041000Z-weekly.tar",
        "vopt-backup-20261005T041000Z-weekly.tar",
        "vopt-backup-20261122T041000Z-weekly.tar",
        by_hand.name,
    ]


def test_a_copy_does_not_hold_that_it_is_under_way(desk: Desk) -> None:
    done = done_under_watch(desk, "backup", lambda: back_up_weekly(desk))
    assert [name for name in look_over(done.file).members if name.startswith("state/flows")] == []


def test_a_copy_that_fails_costs_no_older_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise CannotWrite(file="x", why="the disk is full")

    desk.paths.backups.mkdir(parents=True)
    for day in range(1, 6):
        (desk.paths.backups / f"vopt-backup-202610{day:02}T041000Z-weekly.tar").write_bytes(b"an older one")
    monkeypatch.setattr(weekly_backup, "back_up", full)
    with pytest.raises(CannotWrite):
        back_up_weekly(desk)
    assert len(names(desk)) == 5
