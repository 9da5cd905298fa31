"""What pages asked before is remembered: as long as it holds, and no more than fits."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import polars as pl

from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.kept import Memory, Reading, kept, read_published


def asked(memory: Memory, *questions: str, rows: int = 1) -> str:
    """Those of the questions that had to be answered anew."""
    answered = []

    def compute(question: str) -> Callable[[], pl.DataFrame]:
        return lambda: answered.append(question) or pl.DataFrame({"n": pl.repeat(1, rows, dtype=pl.Int64, eager=True)})

    for question in questions:
        memory.answer(question, compute(question))
    return "".join(answered)


def test_a_question_is_answered_once() -> None:
    assert asked(Memory(), *"abab") == "ab"


def test_what_was_not_asked_for_longest_is_forgotten_first() -> None:
    assert asked(Memory(most=2), *"abacab") == "abcb"


def test_large_answers_are_forgotten_sooner() -> None:
    assert asked(Memory(most_mb=1), *"abab", rows=100_000) == "abab"
    assert asked(Memory(most_mb=2), *"abab", rows=100_000) == "ab"


def test_an_answer_larger_than_the_memory_is_remembered_alone() -> None:
    assert asked(Memory(most_mb=0.5), *"aab", rows=100_000) == "ab"


def test_everything_can_be_forgotten() -> None:
    memory = Memory()
    asked(memory, "a")
    memory.forget()
    assert asked(memory, "a") == "a"


def test_equal_versions_that_were_published_again_may_hold_other_rows(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path)

    @kept
    def moment(reading: Reading) -> int:
        return reading.published_ns

    desk.paths.published.write_text('{"run": 1}')
    for published_ns in (10**18, 2 * 10**18):
        os.utime(desk.paths.published, ns=(published_ns, published_ns))
        assert moment(read_published(desk, "it")) == published_ns
