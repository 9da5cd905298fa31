"""A question in SQL travels in the address, whatever is in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vopt_lib.schema.asking import query_of, sql_of


@pytest.mark.parametrize(
    ("query", "sql"),
    [
        ("?sql=FROM+run", "FROM run"),
        ("sql=SELECT%20'%25'%20%26%201%0AFROM%20run", "SELECT '%' & 1\nFROM run"),
        ("?brand=Zara", ""),
        ("?sql=", ""),
        ("", ""),
        ({"sql": "FROM run"}, "FROM run"),
        ({}, ""),
    ],
)
def test_an_address_holds_a_question_or_none(query: str | dict[str, object], sql: str) -> None:
    assert sql_of(query) == sql


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip))
def test_a_question_comes_back_as_it_was(sql: str) -> None:
    assert sql_of(query_of(sql)) == sql


def test_too_long_a_question_gives_no_address() -> None:
    assert query_of("SELECT " + "1," * 4000) == ""


def test_nothing_to_ask_gives_no_address() -> None:
    assert query_of(" \n ") == ""
