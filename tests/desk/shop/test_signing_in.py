"""Signing in: who is let in, for how long, and who ends it."""

from __future__ import annotations

from datetime import datetime, timedelta
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
from tests.shop.people import author
from tests.shop.postgres import programs, server
from vopt_lib.desk.clock import MarketClock, real_clock
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop import people, signing_in
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.schema.clock import SystemClock
from vopt_lib.schema.signing_in import Where
from vopt_lib.shop.tables import Credential, WebSession

NEW = "a horse and a battery"


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def desk(tmp_path: Path, clock: MovingClock) -> Desk:
    return household(tmp_path / "data", clock)


def test_who_knows_the_password_is_in_and_told_as_she_is(desk: Desk) -> None:
    signing_in.remember(desk, enter(desk), language="it", theme="dark")
    found = signing_in.session_of(desk, enter(desk, " anna ", PASSWORDS["Anna"]))
    assert found
    assert (found.person_id, found.name, found.role, found.language, found.theme) == (1, "Anna", "admin", "it", "dark")


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Anna", "giraffe in Garden"),
        ("Anna", ""),
        ("Anna", "x" * 100_000),
        ("Ann", PASSWORDS["Anna"]),
        ("", PASSWORDS["Anna"]),
        ("Nobody", "giraffe in garden"),
        ("\ud800", "\ud800"),
    ],
    ids=["wrong", "empty", "long", "only begun", "no name", "unknown", "no text"],
)
def test_a_wrong_password_and_an_unknown_name_are_told_the_same(desk: Desk, name: str, password: str) -> None:
    assert refusal(lambda: enter(desk, name, password)) == "WrongPassword"


def test_a_password_is_the_same_however_the_keyboard_writes_its_letters(desk: Desk) -> None:
    signing_in.set_password(desk, person(desk), 2, "perché non città")
    assert is_in(desk, enter(desk, "Ben", "perche\u0301 non citta\u0300"))


def test_who_was_removed_is_out_at_once_and_stays_out(desk: Desk) -> None:
    token = enter(desk, "Ben")
    people.remove(desk, person(desk), 2)
    assert not is_in(desk, token)
    assert refusal(lambda: enter(desk, "Ben")) == "WrongPassword"
    people.restore(desk, person(desk), 2)
    assert not is_in(desk, token)
    assert is_in(desk, enter(desk, "Ben"))


def test_another_role_holds_at_once(desk: Desk) -> None:
    token = enter(desk, "Ben")
    people.give_role(desk, person(desk), 2, "admin")
    found = signing_in.session_of(desk, token)
    assert found
    assert found.role == "admin"


def test_a_session_lasts_as_long_as_she_comes_back_and_never_longer_than_it_may(desk: Desk, clock: MovingClock) -> None:
    token = enter(desk)
    for _ in range(6):
        clock.move(days=13, hours=23)
        assert is_in(desk, token)
    clock.move(days=6)
    assert is_in(desk, token)
    clock.move(hours=7)
    assert not is_in(desk, token), "90 days are over"


def test_a_session_ends_where_nobody_comes_back(desk: Desk, clock: MovingClock) -> None:
    token = enter(desk)
    clock.move(days=14)
    assert not is_in(desk, token)
    clock.move(days=-14)
    assert is_in(desk, token), "a clock that was wrong for a while ends nothing"


def test_that_she_was_seen_is_written_once_a_minute(desk: Desk, clock: MovingClock) -> None:
    token, begun = enter(desk), clock.now()

    def seen() -> object:
        assert is_in(desk, token)
        with shop_of(desk).reading() as session:
            return session.get_one(WebSession, 1).seen_at

    clock.move(seconds=59)
    assert seen() == begun
    clock.move(seconds=1)
    assert seen() == clock.now()


def test_every_time_she_signs_in_she_gets_another_token_that_the_shop_does_not_hold(desk: Desk) -> None:
    tokens = [enter(desk), enter(desk)]
    assert len(set(tokens)) == 2
    assert all(len(one) == 43 for one in tokens)
    with shop_of(desk).reading() as session:
        kept = [one.token_sha256 for one in session.query(WebSession)]
    assert not set(tokens) & set(kept)
    assert [is_in(desk, one) for one in (*kept, "", "x" * 10_000, "\ud800")] == [False] * 5


def test_a_token_is_worth_nothing_after_signing_out(desk: Desk) -> None:
    token, other = enter(desk), enter(desk)
    signing_in.sign_out(desk, token)
    signing_in.sign_out(desk, token)
    assert [is_in(desk, one) for one in (token, other)] == [False, True]


def test_a_member_sees_and_ends_her_own_sessions_and_an_admin_everybodys(desk: Desk) -> None:
    annas, bens = enter(desk), enter(desk, "Ben", where=AWAY)
    anna, ben = person(desk), person(desk, 2)
    assert [one.person for one in signing_in.sessions_of(desk, anna)] == ["Ben", "Anna"]
    assert [(one.person, one.where) for one in signing_in.sessions_of(desk, ben)] == [("Ben", AWAY)]
    assert refusal(lambda: signing_in.end_session(desk, ben, 1)) == "SignInOver"
    assert refusal(lambda: signing_in.end_sessions(desk, ben, 1)) == "NotAllowed"
    assert [is_in(desk, one) for one in (annas, bens)] == [True, True]
    signing_in.end_session(desk, anna, 2)
    assert [is_in(desk, one) for one in (annas, bens)] == [True, False]
    assert refusal(lambda: signing_in.end_session(desk, anna, 2)) == "SignInOver"


def test_all_her_sessions_end_but_the_one_that_she_keeps(desk: Desk) -> None:
    tokens = [enter(desk, "Ben") for _ in range(3)]
    kept = signing_in.session_of(desk, tokens[1])
    assert kept
    assert signing_in.end_sessions(desk, person(desk, 2), 2, besides=kept.session) == 2
    assert [is_in(desk, one) for one in tokens] == [False, True, False]


def test_one_person_has_so_many_sessions_at_most(desk: Desk) -> None:
    with shop_of(desk).writing(author()) as session:
        for number in range(60):
            session.add(_session(number, desk.clock.now()))
    token = enter(desk)
    assert len(signing_in.sessions_of(desk, person(desk))) == 50
    assert is_in(desk, token)


def test_another_password_ends_all_other_sessions(desk: Desk) -> None:
    here, there = enter(desk, "Ben"), enter(desk, "Ben")
    assert refusal(lambda: signing_in.change_password(desk, here, "not the old one", NEW)) == "WrongPassword"
    assert refusal(lambda: signing_in.change_password(desk, here, PASSWORDS["Ben"], "short")) == "PasswordUnusable"
    signing_in.change_password(desk, here, PASSWORDS["Ben"], NEW)
    assert [is_in(desk, one) for one in (here, there)] == [True, False]
    assert refusal(lambda: enter(desk, "Ben")) == "WrongPassword"
    assert is_in(desk, enter(desk, "Ben", NEW))


def test_a_hash_of_other_parameters_is_renewed_when_she_signs_in(desk: Desk) -> None:
    weak = "$argon2id$v=19$m=8192,t=1,p=1$c2FsdHNhbHRzYWx0c2E$UwpfWOeHazjY0uv98PIWLf0033N/23x94XDFlftVgXw"
    with shop_of(desk).writing(author()) as session:
        session.get_one(Credential, 2).password = weak
    assert is_in(desk, enter(desk, "Ben", "an old password"))
    with shop_of(desk).reading() as session:
        assert str(session.get_one(Credential, 2).password).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_in(desk, enter(desk, "Ben", "an old password"))


def test_a_second_factor_is_asked_once_she_confirmed_it_and_no_code_counts_twice(
    desk: Desk, clock: MovingClock
) -> None:
    token = enter(desk)
    secret = secret_of(signing_in.begin_code(desk, token))
    assert is_in(desk, enter(desk)), "not confirmed yet"
    assert refusal(lambda: signing_in.confirm_code(desk, token, "000000")) == "CodeWrong"
    signing_in.confirm_code(desk, token, code_of(secret, clock.now()))
    assert signing_in.has_code(desk, 1)
    assert refusal(lambda: signing_in.begin_code(desk, token)) == "CodeIsOn"
    assert refusal(lambda: enter(desk)) == "CodeNeeded"
    assert refusal(lambda: enter(desk, code=code_of(secret, clock.now()))) == "CodeWrong", "it was used to confirm"
    clock.move(seconds=30)
    code = code_of(secret, clock.now())
    assert is_in(desk, enter(desk, code=f"{code[:3]} {code[3:]}"))
    assert refusal(lambda: enter(desk, code=code)) == "CodeWrong"


def test_codes_are_guessed_as_rarely_as_passwords(desk: Desk, clock: MovingClock) -> None:
    token = enter(desk)
    secret = secret_of(signing_in.begin_code(desk, token))
    signing_in.confirm_code(desk, token, code_of(secret, clock.now()))
    tried = [refusal(lambda: enter(desk, code="000000")) for _ in range(4)]
    assert tried == ["CodeWrong"] * 4
    assert refusal(lambda: enter(desk)) == "CodeNeeded", "which forgets no wrong code"
    assert [refusal(lambda: enter(desk, code="000000")) for _ in range(2)] == ["CodeWrong", "TooManyTries"]


def test_a_second_factor_is_switched_off_with_the_password_or_by_an_admin(desk: Desk, clock: MovingClock) -> None:
    for name, number in (("Anna", 1), ("Ben", 2)):
        token = enter(desk, name)
        signing_in.confirm_code(desk, token, code_of(secret_of(signing_in.begin_code(desk, token)), clock.now()))
        if number == 1:
            assert refusal(lambda token=token: signing_in.remove_code(desk, token, "wrong")) == "WrongPassword"
            signing_in.remove_code(desk, token, PASSWORDS["Anna"])
    assert refusal(lambda: enter(desk, "Ben")) == "CodeNeeded"
    assert refusal(lambda: signing_in.end_code_of(desk, person(desk, 2), 2)) == "NotAllowed"
    signing_in.end_code_of(desk, person(desk), 2)
    assert [is_in(desk, enter(desk, name)) for name in ("Anna", "Ben")] == [True, True]


def test_what_is_sensitive_is_written_down_and_no_secret_with_it(desk: Desk) -> None:
    token = enter(desk, where=Where(AWAY.address, "B" * 1000))
    signing_in.sign_out(desk, token)
    assert told(desk, "sign in", "sign out") == [
        ("sign in", 1, {"signed_in": True, "address": AWAY.address, "browser": "B" * 200, "wrong": 0}),
        ("sign out", 1, {"signed_out": True}),
    ]
    signing_in.set_password(desk, person(desk), 2, NEW)
    log = repr(told(desk, "set password", "test"))
    assert "argon2" not in log
    assert NEW not in log


def test_sessions_live_by_real_time_where_the_market_is_made_up() -> None:
    still = MovingClock()
    assert real_clock(still) is still
    assert isinstance(real_clock(MarketClock("http://127.0.0.1:1")), SystemClock)


def test_nobody_must_sign_in_before_anybody_has_a_password(tmp_path: Path, clock: MovingClock) -> None:
    desk = open_desk(data=tmp_path / "data", clock=clock)
    assert not signing_in.is_login_required(desk)
    token = signing_in.first_link(desk)
    assert token
    assert not signing_in.is_login_required(desk)
    signing_in.accept(desk, token, NEW, HOME)
    assert signing_in.is_login_required(desk)


@pytest.mark.slow
@pytest.mark.skipif(programs() is None, reason="no PostgreSQL server is installed here")
def test_a_shop_on_a_server_lets_people_in_like_one_in_a_file(tmp_path: Path, clock: MovingClock) -> None:
    with server() as address:
        desk = household(tmp_path / "data", clock, database_url=address)
        token = enter(desk)
        secret = secret_of(signing_in.begin_code(desk, token))
        signing_in.confirm_code(desk, token, code_of(secret, clock.now()))
        assert [refusal(lambda: enter(desk, code="000000")) for _ in range(6)] == ["CodeWrong"] * 5 + ["TooManyTries"]
        clock.move(minutes=1)
        assert is_in(desk, enter(desk, code=code_of(secret, clock.now())))
        link = signing_in.invite(desk, person(desk), 2)
        bens = signing_in.accept(desk, link, NEW, AWAY)
        assert refusal(lambda: signing_in.accept(desk, link, NEW, AWAY)) == "LinkUsed"
        assert [one.person for one in signing_in.sessions_of(desk, person(desk))] == ["Ben", "Anna", "Anna"]
        signing_in.change_password(desk, token, PASSWORDS["Anna"], NEW)
        people.remove(desk, person(desk), 2)
        assert [is_in(desk, one) for one in (token, bens)] == [True, False]
        shop_of(desk).close()


def _session(number: int, now: datetime) -> WebSession:
    times = {"begun_at": now, "seen_at": now, "ends_at": now + timedelta(days=1), "over_at": now + timedelta(days=1)}
    place = {"address": "", "browser": "", "token_sha256": f"{number:064d}"}
    return WebSession(household_id=1, person_id=1, **times, **place)
