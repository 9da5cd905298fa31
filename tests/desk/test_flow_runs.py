"""How a flow ended is heard of: a failure at once, a kill by whoever comes next, a passing thing only if it lasts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.waiting import until
from vopt_lib.desk.alerts import alerts_of
from vopt_lib.desk.flow_runs import JOBS, SKIPS_TOLD, done_under_watch, tell_killed
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.errors import AlreadyRunning, LakeBusy, LakeKeptElsewhere, Unreachable
from vopt_lib.files import is_held
from vopt_lib.schema.clock import SystemClock
from vopt_lib.words import Words

EN = Words("en")

KILLED = """
import sys, time
from vopt_lib.desk.flow_runs import done_under_watch
from vopt_lib.desk.instance import open_desk
from vopt_lib.schema.clock import SystemClock
done_under_watch(open_desk(data=sys.argv[1], clock=SystemClock()), "embed", lambda: time.sleep(600))
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path / "data", clock=SystemClock())


def raising(error: BaseException) -> Callable[[], None]:
    def work() -> None:
        raise error

    return work


def told(desk: Desk) -> list[str]:
    """Alerts that last."""
    return [known.alert.line(EN) for known in alerts_of(desk) if known.ended_at is None]


def test_a_flow_that_does_well_is_no_alert_and_gives_what_it_made(desk: Desk) -> None:
    assert done_under_watch(desk, "collect", lambda: 7) == 7
    assert told(desk) == []
    assert tell_killed(desk) == []


def test_a_failure_is_an_alert_until_the_flow_does_well_again(desk: Desk) -> None:
    with pytest.raises(ZeroDivisionError):
        done_under_watch(desk, "backup", lambda: 1 / 0)
    assert told(desk) == [
        "The weekly backup failed: division by zero. It comes again at its next time. "
        "If this happens again, look at its log in Prefect, or ask `vopt doctor`."
    ]
    done_under_watch(desk, "backup", lambda: None)
    assert told(desk) == []
    assert tell_killed(desk) == []


def test_why_is_said_in_the_sentence_of_the_error(desk: Desk) -> None:
    error = Unreachable(host="www.vinted.it", why="nobody answers")
    with pytest.raises(Unreachable):
        done_under_watch(desk, "collect", raising(error))
    assert told(desk)[0].startswith(f"Collecting failed: {error}")


def test_what_passes_is_no_alert_unless_it_comes_every_time(desk: Desk) -> None:
    busy = LakeBusy(table="run", seconds=60)
    for _ in range(SKIPS_TOLD - 1):
        with pytest.raises(LakeBusy):
            done_under_watch(desk, "refine", raising(busy))
    assert told(desk) == []
    with pytest.raises(LakeBusy):
        done_under_watch(desk, "refine", raising(busy))
    assert told(desk)[0].startswith("Working out the figures was put off 3 times in a row: Another process has been")
    done_under_watch(desk, "refine", lambda: None)
    with pytest.raises(LakeBusy):
        done_under_watch(desk, "refine", raising(busy))
    assert told(desk) == []


def test_what_another_computer_does_is_never_an_alert_here(desk: Desk) -> None:
    kept = LakeKeptElsewhere(computer="studio", lake="s3://b/vopt", claim="s3://b/vopt/_vopt/keeper.ndjson")
    for _ in range(SKIPS_TOLD + 1):
        with pytest.raises(LakeKeptElsewhere):
            done_under_watch(desk, "refine", raising(kept))
    assert told(desk) == []


def test_a_flow_that_is_under_way_is_not_begun_again(desk: Desk) -> None:
    def again() -> None:
        done_under_watch(desk, "daily", lambda: None)

    with pytest.raises(AlreadyRunning, match="The daily round is already running"):
        done_under_watch(desk, "daily", again)


def test_a_flow_that_is_asked_to_end_is_no_failure(desk: Desk) -> None:
    with pytest.raises(KeyboardInterrupt):
        done_under_watch(desk, "daily", raising(KeyboardInterrupt()))
    assert told(desk) == []
    assert tell_killed(desk) == []


def test_a_flow_that_was_killed_is_told_once_by_whoever_comes_next(desk: Desk) -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED, str(desk.paths.data)]) as child:
        until((desk.paths.flows / "embed.json").exists)
        assert is_held(desk.paths.flow_lock("embed"))
        assert tell_killed(desk) == []
        child.kill()
    assert tell_killed(desk) == ["embed"]
    assert told(desk) == [
        "Describing photos was stopped in its middle, as by a power cut. "
        "Nothing that it had written is lost, and it comes again at its next time."
    ]
    assert tell_killed(desk) == []
    done_under_watch(desk, "embed", lambda: None)
    assert told(desk) == []


def test_every_flow_has_a_name_for_people() -> None:
    assert all(name.islower() and told[0].isupper() for name, told in JOBS.items())
