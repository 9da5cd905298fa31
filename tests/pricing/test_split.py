"""Things are parted by their ids and a salt alone."""

from __future__ import annotations

import polars as pl
import pytest

from vopt_lib.pricing.split import parted, tenth


@pytest.mark.parametrize(
    ("text", "digit"),
    # printf %s TEXT | b2sum, that number modulo 10
    [("1", 0), ("19126896", 4), ("19126896a", 5), ("città", 3)],
)
def test_the_tenth_is_the_last_decimal_digit_of_blake2b(text: str, digit: int) -> None:
    assert tenth(text) == digit


def test_every_thing_is_on_one_side_and_the_salt_moves_it() -> None:
    rows = pl.DataFrame({"id": [str(number) for number in range(1_000)]})
    learnt, judged = parted(rows)
    _, salted = parted(rows, "a")
    assert learnt.height + judged.height == 1_000
    assert set(learnt["id"]).isdisjoint(judged["id"])
    assert 70 < judged.height < 130
    assert set(judged["id"]) != set(salted["id"])


def test_an_id_may_be_any_text() -> None:
    assert 0 <= tenth("\ud800") <= 9
