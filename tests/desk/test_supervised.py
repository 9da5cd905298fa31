"""A program is started again when it ends or hangs, later each time, and as it was wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from vopt_lib.desk.guarded import Launch
from vopt_lib.desk.supervised import LETS_FIRST_S, READY_WITHIN_S, BackOff, Change, Program, Supervised


@dataclass
class Fake:
    """A program that does what the test says."""

    ended_with: int | None = None
    answered: float | None = None
    asked: int = 0
    killed: int = 0

    def status(self) -> int | None:
        return self.ended_with

    def pid(self) -> int:
        return 1

    def answered_at(self) -> float | None:
        return self.answered

    def ask_to_end(self) -> None:
        self.asked += 1

    def kill(self) -> None:
        self.killed += 1
        self.ended_with = -9


@dataclass
class Stage:
    """One supervised program, all of its starts, and what was told."""

    program: Program
    is_up: Callable[[str], bool] = lambda _: True
    started: list[Fake] = field(default_factory=list)
    told: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.one = Supervised(self.program, self._begin, self.told.append, lambda name: self.is_up(name))

    def _begin(self, _: Program) -> Fake:
        self.started.append(Fake())
        return self.started[-1]

    @property
    def kinds(self) -> list[str]:
        return [change.kind for change in self.told]


def pages(**more: str) -> Stage:
    return Stage(Program("pages", lambda: Launch([], {}), 8420, **more))


def test_a_port_that_another_program_took_is_told_and_tried_again() -> None:
    stage = pages()
    stage.one.is_taken = {8420}.__contains__
    stage.one.step(0)
    assert (stage.kinds, stage.started, stage.one.failures) == (["port_taken"], [], 1)
    stage.one.is_taken = lambda _: False
    stage.one.step(0.5)
    assert stage.started == []
    stage.one.step(1)
    assert stage.kinds == ["port_taken", "started"]


def test_each_pause_is_twice_the_one_before_up_to_five_minutes() -> None:
    back_off = BackOff()
    assert [back_off.pause_after(1) for _ in range(11)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_after_ten_good_minutes_an_end_is_the_first_one_again() -> None:
    back_off = BackOff()
    for _ in range(5):
        back_off.pause_after(1)
    assert back_off.pause_after(600) == 1


def test_a_thousand_ends_are_no_trouble() -> None:
    assert BackOff(failures=1000).pause_after(0) == 300


def test_a_program_is_up_when_it_answers() -> None:
    stage = pages()
    stage.one.step(0)
    stage.one.step(1)
    assert (stage.one.state, stage.kinds) == ("starting", ["started"])
    stage.started[0].answered = 1.5
    stage.one.step(2)
    assert (stage.one.state, stage.kinds) == ("up", ["started", "up"])


def test_a_program_that_ends_is_started_again_after_its_pause() -> None:
    stage = pages()
    stage.one.step(0)
    stage.started[0].ended_with = 3
    stage.one.step(10)
    assert stage.told[-1] == Change("pages", "ended", 3, 1.0)
    stage.one.step(10.9)
    assert len(stage.started) == 1
    stage.one.step(11)
    assert len(stage.started) == 2
    assert (stage.one.restarts, stage.one.failures, stage.one.last_exit) == (1, 1, 3)


def test_a_program_that_runs_well_again_has_its_failures_forgotten() -> None:
    stage = pages()
    stage.one.step(0)
    stage.started[0].ended_with = 1
    stage.one.step(1)
    stage.one.step(2)
    stage.started[1].answered = 3
    stage.one.step(3)
    stage.started[1].answered = 602
    stage.one.step(602)
    assert (stage.one.failures, stage.one.restarts, stage.kinds[-1]) == (0, 1, "steady")


def test_a_program_that_lives_and_does_not_answer_for_a_minute_is_started_again() -> None:
    stage = pages()
    stage.one.step(0)
    stage.started[0].answered = 1
    stage.one.step(1)
    stage.one.step(60)
    assert stage.one.state == "up"
    stage.one.step(62)
    assert (stage.one.state, stage.started[0].asked, stage.started[0].killed) == ("ending", 1, 0)
    stage.one.step(67)
    assert stage.started[0].killed == 1
    stage.one.step(67.1)
    stage.one.step(68.2)
    assert len(stage.started) == 2
    assert stage.kinds == ["started", "up", "silent", "ended", "started"]


def test_a_program_that_never_answers_is_started_again() -> None:
    stage = pages()
    stage.one.step(0)
    stage.one.step(READY_WITHIN_S + 1)
    assert (stage.one.state, stage.kinds[-1]) == ("ending", "silent")


def test_nothing_starts_before_what_it_needs() -> None:
    stage = pages(needs="prefect")
    stage.is_up = lambda _: False
    stage.one.step(0)
    assert not stage.started
    stage.is_up = lambda _: True
    stage.one.step(1)
    assert stage.started


def test_silence_is_excused_while_what_it_needs_is_down() -> None:
    stage = pages(needs="prefect")
    stage.one.step(0)
    stage.started[0].answered = 1
    stage.one.step(1)
    stage.is_up = lambda _: False
    stage.one.step(500)
    stage.is_up = lambda _: True
    stage.one.step(550)
    assert stage.one.state == "up"
    stage.one.step(561)
    assert stage.one.state == "ending"


def test_a_program_holds_back_for_another_one_but_not_for_ever() -> None:
    stage = pages(lets_first="other")
    stage.is_up = lambda _: False
    stage.one.step(100)
    stage.one.step(100 + LETS_FIRST_S - 0.1)
    assert not stage.started
    stage.one.step(100 + LETS_FIRST_S)
    assert stage.started


def test_a_program_that_cannot_be_started_is_tried_again() -> None:
    def fail(_: Program) -> Fake:
        raise BlockingIOError

    told: list[Change] = []
    one = Supervised(Program("pages", lambda: Launch([], {}), 1), fail, told.append, lambda _: True)
    one.step(0)
    one.step(1)
    assert [(change.kind, change.pause_s) for change in told] == [("not_started", 1.0), ("not_started", 2.0)]


def test_a_wanted_end_is_no_failure_and_nothing_is_started_after_it() -> None:
    stage = pages()
    stage.one.step(0)
    stage.one.end(1)
    stage.one.end(1.1)
    assert stage.started[0].asked == 1
    stage.started[0].ended_with = 0
    stage.one.step(2)
    stage.one.step(100)
    assert (stage.one.state, stage.one.restarts, len(stage.started)) == ("ended", 0, 1)


def test_what_waits_for_its_next_start_ends_at_once() -> None:
    stage = pages()
    stage.one.end(0)
    assert stage.one.state == "ended"


@pytest.mark.parametrize("kill", [True, False], ids=["in a hurry", "by its time"])
def test_what_does_not_end_is_killed(kill: bool) -> None:
    stage = pages()
    stage.one.step(0)
    stage.one.end(1)
    if kill:
        stage.one.kill()
    stage.one.step(1 + stage.program.end_within_s)
    assert stage.started[0].killed == 1
    stage.one.step(10)
    assert stage.one.state == "ended"
