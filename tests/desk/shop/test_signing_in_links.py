"""Links with which somebody sets her password: the owner's first, invitations and resets, each good once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.desk.shop.clocks import MovingClock
from tests.desk.shop.signed_in import (
    AWAY,
    HOME,
    PASSWORDS,
    code_of,
    enter,
    household,
    is_in,
    person,
    refusal,
    secret_of,
    told,
)
from tests.servers import REPOSITORY
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop import people, signing_in

NEW = "a horse and a battery"


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def desk(tmp_path: Path, clock: MovingClock) -> Desk:
    return household(tmp_path / "data", clock)


@pytest.fixture
def empty(tmp_path: Path, clock: MovingClock) -> Desk:
    """A vopt in which nobody has a password."""
    return open_desk(data=tmp_path / "data", clock=clock)


def test_the_owner_sets_her_password_with_any_of_the_links_that_were_printed(empty: Desk) -> None:
    printed = [signing_in.first_link(empty) for _ in range(3)]
    assert len(set(printed)) == 3
    token = signing_in.accept(empty, printed[0] or "", NEW, HOME)
    found = signing_in.session_of(empty, token)
    assert found
    assert found.role == "admin"
    assert signing_in.first_link(empty) is None
    assert [refusal(lambda one=one: signing_in.invited(empty, one or "")) for one in printed] == ["LinkUsed"] * 3


def test_first_links_do_not_pile_up(empty: Desk) -> None:
    printed = [signing_in.first_link(empty) or "" for _ in range(25)]
    good = [not refusal(lambda one=one: signing_in.invited(empty, one)) for one in printed]
    assert good == [False] * 5 + [True] * 20


def test_an_invitation_names_whom_it_is_for_and_is_good_once(desk: Desk) -> None:
    carla = people.add(desk, person(desk), "Carla")
    link = signing_in.invite(desk, person(desk), carla)
    assert signing_in.invited(desk, link) == "Carla"
    found = signing_in.session_of(desk, signing_in.accept(desk, link, NEW, AWAY))
    assert found
    assert (found.name, found.role) == ("Carla", "member")
    assert refusal(lambda: signing_in.accept(desk, link, NEW, AWAY)) == "LinkUsed"
    assert is_in(desk, enter(desk, "Carla", NEW))


@pytest.mark.parametrize("password", ["short", "x" * 201, "1212121212", "Password123", "benbenbenben"])
def test_a_password_that_others_guess_is_refused_and_the_link_stays_good(desk: Desk, password: str) -> None:
    people.rename(desk, person(desk), 2, "Ben Ben Ben Ben")
    link = signing_in.invite(desk, person(desk), 2)
    assert refusal(lambda: signing_in.accept(desk, link, password, HOME)) == "PasswordUnusable"
    assert not refusal(lambda: signing_in.accept(desk, link, NEW, HOME))


@pytest.mark.parametrize(("make", "days"), [(signing_in.invite, 7), (signing_in.reset_password, 1)])
def test_a_link_holds_for_a_while(desk: Desk, clock: MovingClock, make: object, days: int) -> None:
    link = make(desk, person(desk), 2)  # type: ignore[operator]
    clock.move(days=days, seconds=-1)
    assert signing_in.invited(desk, link) == "Ben"
    clock.move(seconds=1)
    assert refusal(lambda: signing_in.accept(desk, link, NEW, HOME)) == "LinkUsed"


def test_only_the_newest_link_of_somebody_is_good(desk: Desk) -> None:
    old, new = (signing_in.invite(desk, person(desk), 2) for _ in range(2))
    assert refusal(lambda: signing_in.invited(desk, old)) == "LinkUsed"
    signing_in.set_password(desk, person(desk), 2, NEW)
    assert refusal(lambda: signing_in.invited(desk, new)) == "LinkUsed", "she has a password since"


def test_a_reset_ends_her_password_and_her_sessions_at_once(desk: Desk) -> None:
    token = enter(desk, "Ben")
    link = signing_in.reset_password(desk, person(desk), 2)
    assert not is_in(desk, token)
    assert refusal(lambda: enter(desk, "Ben")) == "WrongPassword"
    assert signing_in.is_login_required(desk)
    assert is_in(desk, signing_in.accept(desk, link, NEW, HOME))


def test_only_an_admin_invites_and_resets_and_nobody_who_was_removed(desk: Desk) -> None:
    for make in (signing_in.invite, signing_in.reset_password):
        assert refusal(lambda make=make: make(desk, person(desk, 2), 2)) == "NotAllowed"
        assert refusal(lambda make=make: make(desk, person(desk), 7)) == "UnknownPerson"
    link = signing_in.invite(desk, person(desk), 2)
    people.remove(desk, person(desk), 2)
    assert refusal(lambda: signing_in.accept(desk, link, NEW, HOME)) == "LinkUsed"
    assert refusal(lambda: signing_in.invite(desk, person(desk), 2)) == "UnknownPerson"


def test_a_link_does_not_lead_around_a_second_factor(desk: Desk, clock: MovingClock) -> None:
    token = enter(desk, "Ben")
    secret = secret_of(signing_in.begin_code(desk, token))
    signing_in.confirm_code(desk, token, code_of(secret, clock.now()))
    link = signing_in.reset_password(desk, person(desk), 2)
    assert refusal(lambda: signing_in.accept(desk, link, NEW, AWAY)) == "CodeNeeded"
    wrong = [refusal(lambda: signing_in.accept(desk, link, NEW, AWAY, code="000000")) for _ in range(6)]
    assert wrong == ["CodeWrong"] * 5 + ["TooManyTries"]
    clock.move(minutes=5)
    assert is_in(desk, signing_in.accept(desk, link, NEW, AWAY, code=code_of(secret, clock.now())))


def test_of_two_who_use_a_link_at_the_same_moment_one_does(desk: Desk) -> None:
    link = signing_in.invite(desk, person(desk), 2)
    begin = [sys.executable, "-m", "tests.desk.shop.link_child", str(desk.paths.data), link]
    both = [
        subprocess.Popen([*begin, word * 10], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
        for word in ("abcd", "efgh")
    ]
    for one in both:
        assert one.stdout
        assert one.stdout.readline() == "ready\n"
    for one in both:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    said = [one.communicate(timeout=60)[0] for one in both]
    assert sorted(said) == ["\n", "LinkUsed\n"]
    chosen = ("abcd", "efgh")[said.index("\n")] * 10
    assert is_in(desk, enter(desk, "Ben", chosen))


def test_links_are_written_down_without_what_opens(desk: Desk) -> None:
    link = signing_in.invite(desk, person(desk), 2)
    signing_in.accept(desk, link, NEW, HOME)
    log = told(desk, "invite", "set password")
    assert [(deed, who) for deed, who, _ in log] == [("invite", 1), ("set password", 2)]
    assert link not in repr(log)


def test_known_passwords_do_not_stay_after_a_reset_of_the_only_admin(desk: Desk) -> None:
    signing_in.reset_password(desk, person(desk), 1)
    assert refusal(lambda: enter(desk, "Anna", PASSWORDS["Anna"])) == "WrongPassword"
    assert signing_in.first_link(desk) is None, "whoever starts vopt anew gets no way in"
    signing_in.set_password(desk, person(desk), 1, NEW)
    assert is_in(desk, enter(desk, "Anna", NEW))
