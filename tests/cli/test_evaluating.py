"""`vopt evaluate prices`: what it says, and what it says of tables that it cannot use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Vopt
from tests.pricing.things import things


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "cose.csv"
    things(300).rename({"title": "cosa"}).drop("size", "color", "material", "description").write_csv(file)
    return file


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--map", "title=cose"], "There is no column “cose” in this table. Did you mean “cosa”?"),
        (["--map", "title"], "“title” says of no column what it is"),
        (["--map", "extra=views"], "“views” may not tell a price"),
        (["--map", "price="], "vopt does not know which column of cose.csv is the price."),
        (["--where", "brand"], "“brand” does not say which rows to keep: write --where COLUMN=VALUE."),
        (["--where", "brand=Nessuna"], "cose.csv has 0 things with a price, too few"),
    ],
)
def test_what_cannot_be_judged_is_told_in_one_sentence(
    vopt: Vopt, table: Path, arguments: list[str], told: str
) -> None:
    answer = vopt("evaluate", "prices", str(table), *arguments)
    assert (answer.status, answer.out) == (1, "")
    assert told in answer.err
    assert "Traceback" not in answer.err


def test_a_file_that_is_not_there_is_told(vopt: Vopt, tmp_path: Path) -> None:
    answer = vopt("evaluate", "prices", str(tmp_path / "nulla.csv"))
    assert answer.status == 1
    assert "it does not exist" in answer.err


def test_the_help_fits_eighty_columns(vopt: Vopt) -> None:
    page = vopt("evaluate", "prices", "--help")
    assert page.status == 0
    assert max(map(len, page.lines)) <= 80


def test_prices_are_judged_beside_plain_ways(vopt: Vopt, table: Path) -> None:
    answer = vopt("evaluate", "prices", str(table), "--map", "title=cosa", "--salt", "a", "--json")
    assert answer.status == 0
    told = json.loads(answer.out)
    assert [scores["salt"] for scores in told["salts"]] == ["a"]
    assert list(told["baselines"]) == ["median", "boosting", "ridge", "nets", "blend"]
    assert "blend of these four" in vopt("evaluate", "prices", str(table), "--map", "title=cosa").out
