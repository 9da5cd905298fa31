"""What happened to the programs of `vopt up` becomes alerts, and is over when it is over."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.shop.clocks import NOW, StillClock
from vopt_lib.desk.alerts import alerts_of
from vopt_lib.desk.housekeeping import alert_of, tell_of_programs
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.up_state import Up, UpProgram


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(clock=StillClock(NOW), data=tmp_path)


def up(**facts: object) -> Up:
    program = {"name": "worker", "state": "up", **facts}
    return Up(1, NOW, [UpProgram(**program)])  # type: ignore[arg-type]


def lasting(desk: Desk) -> dict[str, str]:
    return {known.alert.key: known.alert.level for known in alerts_of(desk) if known.ended_at is None}


def test_a_program_that_ended_by_itself_is_told_until_it_ran_well(desk: Desk) -> None:
    tell_of_programs(desk, up(state="waiting", failures=1))
    assert lasting(desk) == {"program:worker": "warn"}
    tell_of_programs(desk, up(failures=1))
    assert lasting(desk) == {"program:worker": "warn"}
    tell_of_programs(desk, up(failures=0))
    assert lasting(desk) == {}


def test_a_program_that_does_not_come_back_is_worse() -> None:
    assert alert_of(UpProgram("prefect", "waiting", failures=5)).level == "bad"


def test_an_alert_of_before_is_not_over_while_a_program_only_starts(desk: Desk) -> None:
    tell_of_programs(desk, up(failures=1))
    tell_of_programs(desk, up(state="starting"))
    assert lasting(desk) == {"program:worker": "warn"}
