"""What lasts becomes an alert once and ends by itself; the first page says each thing once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.desk.conftest import BAGS, START
from tests.desk.shop.clocks import NOW, StillClock
from tests.servers import RunningSimulator
from vopt_lib.desk import lasting
from vopt_lib.desk.alerts import alerts_of, end_alert, raise_alert, see_alerts
from vopt_lib.desk.alerts_watch import watch
from vopt_lib.desk.attention import attention
from vopt_lib.desk.collect import collect
from vopt_lib.desk.follow import add_follow
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.ports import free_port, noted_ports
from vopt_lib.desk.publish import publish_day, refine_day
from vopt_lib.desk.up_state import Up, UpProgram, note
from vopt_lib.errors import LakeBusy
from vopt_lib.files import only_one
from vopt_lib.schema.alerts import Alert
from vopt_lib.words import Words

EN = Words("en")
CALM = {"disk": (lambda desk: [], ("disk",))}
"""No look at this machine: its disk may be full."""


@pytest.fixture
def still(tmp_path: Path) -> Desk:
    """A vopt that follows nothing, and whose clock stands."""
    return open_desk(clock=StillClock(NOW), data=tmp_path)


def lasts(desk: Desk) -> dict[str, str]:
    """{key: what is told} of what lasts."""
    return {one.alert.key: one.alert.line(EN) for one in alerts_of(desk) if one.ended_at is None}


def look(desk: Desk) -> dict[str, str]:
    watch(desk, lasting.LOOKS | CALM)
    return lasts(desk)


def live_a_day(desk: Desk) -> None:
    collect(desk, BAGS)
    refine_day(desk)
    publish_day(desk)


def test_a_day_and_a_half_without_anything_is_told_until_something_comes(desk: Desk, market: RunningSimulator) -> None:
    add_follow(desk, BAGS.query)
    collect(desk, BAGS)
    assert look(desk) == {}
    market.clock.move_to(START + timedelta(hours=37))
    assert look(desk) == {}, "after a sleep it is caught up first"
    market.clock.move_to(START + timedelta(hours=37, minutes=15))
    assert look(desk)["quiet:it"].startswith("Nothing has come in since 1 Nov 2026")
    assert [one.kind for one in attention(desk, EN)] == ["quiet"]
    collect(desk, BAGS)
    assert look(desk) == {}


def test_a_rest_and_what_it_holds_back_are_told_once_each(
    desk: Desk, market: RunningSimulator, on_day: Callable[[int], None]
) -> None:
    add_follow(desk, BAGS.query)
    live_a_day(desk)
    on_day(3)
    market.switch_on("challenge_datadome:1@catalogue")
    live_a_day(desk)
    told = look(desk)
    assert sorted(told) == ["held_back", "resting:it"]
    assert told["resting:it"].startswith("Collecting rests until ")
    assert [one.kind for one in attention(desk, EN)] == ["held_back", "resting"]
    assert {one.alert.line(EN) for one in alerts_of(desk)} == {one.line for one in attention(desk, EN)}


@pytest.mark.parametrize(
    ("free", "of", "is_told"),
    [
        (5 * 10**8 - 1, 10**9, True),
        (2 * 10**9 - 1, 10**10, True),
        (2 * 10**9, 10**10, False),
        (49 * 10**9, 10**12, True),
        (50 * 10**9, 10**12, False),
    ],
)
def test_a_disk_with_less_than_two_gigabytes_or_a_twentieth_free_is_nearly_full(
    free: int, of: int, is_told: bool
) -> None:
    found = lasting.disk_alert(free, of)
    assert (found is not None) == is_told
    if found:
        assert found.level == ("bad" if free < 5 * 10**8 else "warn")
        assert found.told(EN) == f"The disk of vopt's data is nearly full: {free // 10**6:,} MB are free."


def test_a_backup_that_is_older_than_two_weeks_is_told_where_one_was_ever_made(still: Desk) -> None:
    assert look(still) == {}
    still.paths.backups.mkdir()
    for name in ("20261105T090000Z", "20261106T090000Z-2", "nonsense"):
        (still.paths.backups / f"vopt-backup-{name}.tar").touch()
    assert look(still) == {}
    later = replace(still, clock=StillClock(NOW + timedelta(minutes=1)))
    assert look(later) == {"backup": "The newest backup is of 6 Nov 2026. `vopt backup` makes another one."}


def test_a_clock_that_was_put_back_is_told(desk: Desk, market: RunningSimulator) -> None:
    collect(desk, BAGS)
    assert look(desk) == {}
    back = replace(desk, clock=StillClock(START - timedelta(days=1)))
    assert look(back)["clock"].startswith("The clock of this computer was put back: the newest data are of 1 Nov 2026")
    assert look(desk) == {}


def test_prefect_that_does_not_answer_is_told_unless_whoever_runs_it_says_so(still: Desk) -> None:
    with running_prefect(still, "up", free_port(0)):
        assert list(look(still)) == ["prefect"]
        raise_alert(still, Alert("program:prefect", "warn", "It ended."))
        assert list(look(still)) == ["program:prefect"]
    end_alert(still, "program:prefect")
    assert look(still) == {}


def test_nobody_complains_of_prefect_while_it_starts_or_where_nothing_should_run_it(still: Desk) -> None:
    with running_prefect(still, "starting", free_port(0)):
        assert look(still) == {}
    with noted_ports(still.paths, {"prefect": free_port(0)}):  # of a `vopt up` that lost its power
        assert look(still) == {}


@contextmanager
def running_prefect(desk: Desk, state: str, port: int) -> Iterator[None]:
    """A `vopt up` that says so of its Prefect server."""
    with only_one(desk.paths.up_lock, "vopt up"):
        note(desk.paths, Up(os.getpid(), NOW, [UpProgram("prefect", state, port=port)]))
        yield


def test_only_a_language_model_that_she_set_herself_is_expected_to_answer(still: Desk, tmp_path: Path) -> None:
    given = {"ollama_url": f"http://127.0.0.1:{free_port(0)}"}
    hers = open_desk(clock=StillClock(NOW), data=tmp_path / "hers", **given)
    [told] = look(hers).values()
    assert "Ollama" in told
    assert look(still) == {}


def test_a_look_that_fails_is_told_and_ends_nothing(still: Desk) -> None:
    def fails(_: Desk) -> list[Alert]:
        raise LakeBusy(table="run", seconds=60)

    raise_alert(still, Alert("held_back", "warn", "Not published."))
    watch(still, {"market": (fails, ("held_back",))})
    assert sorted(lasts(still)) == ["held_back", "look:market"]
    assert lasts(still)["look:market"].startswith("vopt could not look after itself: ")
    watch(still, {"market": (lambda _: [], ("held_back",))})
    assert lasts(still) == {}


def test_what_others_raised_is_left_to_them(still: Desk) -> None:
    raise_alert(still, Alert("flow:collect", "bad", "It failed."))
    assert list(look(still)) == ["flow:collect"]


def test_while_it_lasts_it_is_raised_once_and_nothing_is_written_where_nothing_lasts(still: Desk) -> None:
    lasting_one = {"disk": (lambda _: [Alert("disk", "bad", "Full.")], ("disk",))}
    for minutes in (0, 15, 30):
        watch(replace(still, clock=StillClock(NOW + timedelta(minutes=minutes))), lasting_one)
    [known] = alerts_of(still)
    assert (known.times, known.begun_at, known.last_at) == (1, NOW, NOW + timedelta(minutes=30))


def test_the_first_page_tells_the_other_alerts_until_they_are_put_aside(desk: Desk) -> None:
    for key, level in (("disk", "bad"), ("flow:collect", "warn"), ("assistant", "info"), ("held_back", "warn")):
        raise_alert(desk, Alert(key, level, f"About {key}.", "Do it."))  # type: ignore[arg-type]
    told = attention(desk, EN)
    assert [(one.kind, one.tone, one.line) for one in told] == [
        ("alert", "bad", "About disk. Do it."),
        ("alert", "warn", "About flow:collect. Do it."),
    ]
    see_alerts(desk, None, [one.id for one in alerts_of(desk)])
    assert attention(desk, EN) == []
