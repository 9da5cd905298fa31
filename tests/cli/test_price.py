"""`vopt price`: before there is a model, and what it does not understand."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Vopt


def test_before_anything_is_collected_it_says_what_to_do(vopt: Vopt) -> None:
    told = vopt("price", "giacca jeans", "--brand", "Levi's", "--condition", "2")
    assert (told.status, told.err) == (0, "")
    assert "Collect a market, then run: vopt train" in told.out.replace("\n", " ")


def test_a_catalogue_and_a_size_are_told(vopt: Vopt) -> None:
    told = vopt("price", "giacca", "--catalog", "Donna > Borse", "--size", "M", "--cost", "5")
    assert told.lines[0] == "Catalogue: Donna > Borse."


def test_json_is_for_programs(vopt: Vopt) -> None:
    plain = json.loads(vopt("price", "giacca", "--offer", "18", "--json").out)
    assert (plain["worth"], plain["lack"], plain["offer"]["eur"]) == (None, "no_model", 18.0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--condition", "orribile"), "There is no condition called “orribile”."),
        (("--catalog", "Gonne"), "There is no catalogue called “Gonne”."),
        (("--cost", "abc"), "“abc” is not a price."),
    ],
    ids=["condition", "catalogue", "price"],
)
def test_what_is_not_understood_is_one_sentence(vopt: Vopt, arguments: tuple[str, str], said: str) -> None:
    told = vopt("price", "giacca", *arguments)
    assert (told.status, told.out) == (1, "")
    assert told.err.startswith(said)
    assert "Traceback" not in told.err
