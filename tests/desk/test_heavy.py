"""Heavy work takes turns on a small computer, whoever starts it, and says who is at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from vopt_lib.desk.computer import Computer, this_computer
from vopt_lib.desk.heavy import heavy, patient
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.publish import refine_day
from vopt_lib.errors import AlreadyRunning, ComputerBusy
from vopt_lib.files import is_held, only_one, write_json

IMAC = Computer(cores=4, memory=16 * 1024**3)
SERVER = Computer(cores=16, memory=64 * 1024**3)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path / "data")


def busy_with(desk: Desk, work: str) -> None:
    """As another process leaves it: a lock belongs to an open file, so one of this process is as good."""
    write_json(desk.paths.heavy_lock.with_suffix(".json"), {"work": work})


def test_who_finds_the_computer_busy_hears_with_what(desk: Desk) -> None:
    busy_with(desk, "vopt train")
    with only_one(desk.paths.heavy_lock, "vopt train"), patient(0):
        said = pytest.raises(ComputerBusy, match=r"vopt train is under way \(process \d+\)")
        with said, heavy(desk, "vopt refine", computer=IMAC):
            pass
        with heavy(desk, "vopt refine", computer=SERVER):
            pass


def test_a_turn_ends_with_its_block_also_when_that_fails(desk: Desk) -> None:
    with pytest.raises(ZeroDivisionError), heavy(desk, "vopt train", computer=IMAC):
        assert 1 / (not is_held(desk.paths.heavy_lock))
    assert not is_held(desk.paths.heavy_lock)


def test_what_belongs_to_heavy_work_needs_no_turn_of_its_own(desk: Desk) -> None:
    with patient(0), heavy(desk, "vopt train", computer=IMAC), heavy(desk, "vopt refine", computer=IMAC):
        assert is_held(desk.paths.heavy_lock)
    assert not is_held(desk.paths.heavy_lock)


def test_what_the_work_itself_meets_stays_what_it_is(desk: Desk) -> None:
    with pytest.raises(AlreadyRunning, match="vopt other is already running"), heavy(desk, "vopt x", computer=IMAC):
        raise AlreadyRunning(work="vopt other", pid=7)


@pytest.mark.skipif(not this_computer().is_small, reason="this computer carries several heavy things at once")
def test_refining_by_hand_waits_for_its_turn_too(desk: Desk) -> None:
    with only_one(desk.paths.heavy_lock, "vopt backup"), patient(0), pytest.raises(ComputerBusy):
        refine_day(desk)
    refine_day(desk)
