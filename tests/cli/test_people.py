"""`vopt people`: who sells, whose account is which, and what is hers handed out or erased."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Vopt


@pytest.fixture
def household(vopt: Vopt) -> Vopt:
    """The owner, and Ben with an account."""
    vopt("people", "add", "Ben", "--language", "en")
    vopt("people", "account", "add", "Ben", "@ben_b", "--market", "fr")
    return vopt


def told(vopt: Vopt, name: str = "Ben") -> dict[str, object]:
    """What is told of somebody, for programs."""
    everybody = json.loads(vopt("people", "list", "--json").out)
    return next(one for one in everybody if one["name"] == name)


def test_somebody_is_told_with_her_account(household: Vopt) -> None:
    account = {"id": 1, "channel": "vinted", "market": "fr", "name": "ben_b"}
    assert told(household) == {
        "id": 2,
        "name": "Ben",
        "role": "member",
        "language": "en",
        "is_removed": False,
        "accounts": [account],
        "listings": 0,
        "sales": 0,
        "sees_household": False,
        "signs_in": False,
        "has_code": False,
    }
    assert household("people", "list").lines[-4:-1] == [
        "Ben",
        "  member, en, 0 listings, 0 sales",
        "  ben_b (vinted.fr)",
    ]


def test_somebody_is_changed(household: Vopt) -> None:
    household("people", "rename", "Ben", "Benno")
    household("people", "role", "benno", "admin")
    household("people", "language", "benno", "it")
    household("people", "account", "rename", "ben_b", "benno_b")
    ben = told(household, "Benno")
    assert (ben["role"], ben["language"], ben["accounts"][0]["name"]) == ("admin", "it", "benno_b")  # type: ignore[index]


def test_an_account_moves_and_is_removed(household: Vopt) -> None:
    household("people", "add", "Carla")
    household("people", "account", "move", "ben_b", "Carla")
    assert (told(household)["accounts"], told(household, "Carla")["accounts"][0]["name"]) == ([], "ben_b")  # type: ignore[index]
    household("people", "account", "remove", "ben_b")
    assert told(household, "Carla")["accounts"] == []


def test_somebody_is_removed_and_comes_back(household: Vopt) -> None:
    household("people", "remove", "Ben")
    assert told(household)["is_removed"]
    assert "Ben (removed)" in household("people", "list").lines
    household("people", "restore", "Ben")
    assert not told(household)["is_removed"]


def test_all_that_is_hers_is_written_to_a_file(household: Vopt, tmp_path: Path) -> None:
    answer = household("people", "export", "Ben", "--output", str(tmp_path / "ben.zip"))
    assert "  channel_account.json: 1 row" in answer.lines
    assert (tmp_path / "ben.zip").exists()
    for_programs = json.loads(household("people", "export", "Ben", "--output", str(tmp_path / "b.zip"), "--json").out)
    assert (for_programs["file"], for_programs["files"]["person.json"]) == (str(tmp_path / "b.zip"), 1)


@pytest.mark.parametrize(("typed", "status"), [("Ben\n", 0), ("Bem\n", 1), ("\n", 1), ("", 1)])
def test_who_erases_types_the_name(household: Vopt, typed: str, status: int) -> None:
    answer = household("people", "erase", "Ben", answer=typed)
    assert answer.status == status
    assert ("Backups made before still hold" in answer.out) == (status == 0)
    assert len(json.loads(household("people", "list", "--json").out)) == (2 if status else 1)


def test_who_is_sure_is_not_asked(household: Vopt) -> None:
    assert household("people", "erase", "Ben", "--yes").status == 0
    assert "Ben" not in household("people", "list").out


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("rename", "Nobody", "x"), "Nobody in your shop is called “Nobody”."),
        (("add", "ben"), "There is a “ben” in your shop already."),
        (("account", "add", "Ben", "ben_b"), "is in your shop already: it belongs to Ben."),
        (("account", "add", "Ben", "x", "--market", "zz"), "Vinted has no country “zz”."),
        (("account", "remove", "x"), "There is no account “x”"),
        (("erase", "{owner}", "--yes"), "is the only admin."),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(household: Vopt, command: tuple[str, ...], told: str) -> None:
    owner = json.loads(household("people", "list", "--json").out)[0]["name"]
    answer = household("people", *(word.format(owner=owner) for word in command))
    assert (answer.status, answer.out) == (1, "")
    assert told in answer.err
    assert "Traceback" not in answer.err
