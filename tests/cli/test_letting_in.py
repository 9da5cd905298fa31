"""`vopt people`: who is let in at the pages, with which link or password, and for how long."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Vopt
from vopt_lib.cli.letting_in import twice
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop import signing_in
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.desk.shop.people import people
from vopt_lib.errors import CodeNeeded, PasswordsDiffer
from vopt_lib.schema.signing_in import Where

HOME = Where("192.168.1.20", "Firefox")
GOOD = "a horse and a battery"


@pytest.fixture
def desk(environment: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path / "data")


def names(desk: Desk) -> list[str]:
    return [one.name for one in people(desk, member_of(desk))]


def test_whoever_is_new_is_added_and_let_in_with_the_link(vopt: Vopt, desk: Desk) -> None:
    answer = vopt("people", "invite", "Ben")
    assert answer.lines[0] == "Ben belongs to your household now."
    assert "It is good once, for 7 days:" in answer.lines[1]
    address, _, token = answer.lines[2].strip().rpartition("/")
    assert address == "http://127.0.0.1:8420/invitation"
    found = signing_in.session_of(desk, signing_in.accept(desk, token, GOOD, HOME))
    assert found
    assert (found.name, found.role) == ("Ben", "member")
    again = vopt("people", "invite", "ben")
    assert len(again.lines) == 2
    assert names(desk)[1:] == ["Ben"]


def test_a_link_leads_to_the_public_address(vopt: Vopt, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("VOPT_PUBLIC_ADDRESS", "https://vopt.example.org")
    assert vopt("people", "invite", "Ben").lines[-1].startswith("  https://vopt.example.org/invitation/")


def test_a_password_comes_from_a_pipe_and_nobody_reads_it(vopt: Vopt, desk: Desk) -> None:
    vopt("people", "add", "Ben")
    answer = vopt("people", "password", "Ben", answer=f"{GOOD}\n")
    assert answer.status == 0
    assert GOOD not in answer.out + answer.err
    assert signing_in.sign_in(desk, "Ben", GOOD, HOME)


@pytest.mark.parametrize("typed", ["", "\n", "short\n"])
def test_a_password_that_is_none_is_refused_in_one_sentence(vopt: Vopt, typed: str) -> None:
    vopt("people", "add", "Ben")
    answer = vopt("people", "password", "Ben", answer=typed)
    assert (answer.status, answer.out) == (1, "")
    assert "This cannot be your password: it needs 10 letters or more" in answer.err


def test_who_types_a_password_types_the_same_twice() -> None:
    asked: list[str] = []
    assert twice("Ben", lambda question: asked.append(question) or GOOD) == GOOD
    assert asked == ["New password of Ben: ", "The same again: "]
    typed = iter([GOOD, "another one"])
    with pytest.raises(PasswordsDiffer):
        twice("Ben", lambda _: next(typed))


def test_sessions_are_told_and_ended(vopt: Vopt, desk: Desk) -> None:
    assert vopt("people", "sessions").lines == ["Nobody is signed in."]
    for name in ("Ben", "Carla"):
        vopt("people", "add", name)
        vopt("people", "password", name, answer=f"{GOOD}\n")
        signing_in.sign_in(desk, name, GOOD, HOME)
    told = vopt("people", "sessions", "Ben").lines
    assert len(told) == 1
    assert told[0].startswith("Ben: seen ")
    assert told[0].endswith("from 192.168.1.20 (Firefox)")
    everybody = json.loads(vopt("people", "sessions", "--json").out)
    assert [(one["person"], one["address"]) for one in everybody] == [
        ("Carla", "192.168.1.20"),
        ("Ben", "192.168.1.20"),
    ]
    assert vopt("people", "sign-out", "Ben").lines == ["Ben is signed out of 1 browser."]
    assert [one["person"] for one in json.loads(vopt("people", "sessions", "--json").out)] == ["Carla"]


def test_who_lost_her_phone_gets_in_without_it(vopt: Vopt, desk: Desk) -> None:
    from tests.desk.shop.signed_in import code_of, secret_of
    from vopt_lib.schema.clock import SystemClock

    vopt("people", "add", "Ben")
    vopt("people", "password", "Ben", answer=f"{GOOD}\n")
    token = signing_in.sign_in(desk, "Ben", GOOD, HOME)
    secret = secret_of(signing_in.begin_code(desk, token))
    signing_in.confirm_code(desk, token, code_of(secret, SystemClock().now()))
    with pytest.raises(CodeNeeded):
        signing_in.sign_in(desk, "Ben", GOOD, HOME)
    assert vopt("people", "code-off", "Ben").status == 0
    assert signing_in.sign_in(desk, "Ben", GOOD, HOME)


def test_what_a_member_may_look_at_is_given_and_taken(vopt: Vopt) -> None:
    vopt("people", "add", "Ben")
    assert vopt("people", "share", "Ben").lines == ["Ben looks at everything, and changes her own only."]
    assert json.loads(vopt("people", "list", "--json").out)[1]["sees_household"]
    assert vopt("people", "share", "Ben", "--no").lines == ["Ben sees her own only."]
    assert not json.loads(vopt("people", "list", "--json").out)[1]["sees_household"]
