"""Wrong passwords: who tries many waits, longer and longer, and keeps nobody out who signed in from there before."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.desk.shop.clocks import MovingClock
from tests.desk.shop.signed_in import AWAY, HOME, PASSWORDS, enter, household, is_in, person, refusal, told
from tests.shop.people import author
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop import signing_in
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.errors import TooManyTries
from vopt_lib.schema.signing_in import Where
from vopt_lib.shop import sign_in_tries
from vopt_lib.shop.tables import SignInTry

WRONG = "not the password"


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def desk(tmp_path: Path, clock: MovingClock) -> Desk:
    return household(tmp_path / "data", clock)


def tried(desk: Desk, times: int, name: str = "Anna", where: Where = AWAY) -> list[str]:
    return [refusal(lambda: enter(desk, name, WRONG, where)) for _ in range(times)]


def counted(desk: Desk, *names: str, where: Where = AWAY) -> None:
    """A wrong try with each of these names, without the time that a password takes."""
    for name in names:
        with shop_of(desk).writing(author()) as session:
            keys = sign_in_tries.counted_for(session, name, None, address=where.address, now=desk.clock.now())
            sign_in_tries.begin_try(session, keys, desk.clock.now())


def wait_s(desk: Desk, name: str = "Anna", where: Where = AWAY) -> float:
    with pytest.raises(TooManyTries) as refused:
        enter(desk, name, WRONG, where)
    until = refused.value.facts["until"]
    return float((until - desk.clock.now()).total_seconds())  # type: ignore[operator]


@pytest.mark.parametrize("name", ["Anna", "Nobody"])
def test_after_five_wrong_tries_one_waits_twice_as_long_each_time_whether_the_name_exists_or_not(
    desk: Desk, clock: MovingClock, name: str
) -> None:
    assert tried(desk, 6, name) == ["WrongPassword"] * 5 + ["TooManyTries"]
    waits = []
    for _ in range(7):
        waits.append(wait_s(desk, name))
        clock.move(seconds=waits[-1])
        assert tried(desk, 1, name) == ["WrongPassword"]
    assert waits == [30, 60, 120, 240, 480, 900, 900]


def test_the_right_password_is_refused_too_while_one_waits(desk: Desk, clock: MovingClock) -> None:
    tried(desk, 5)
    assert refusal(lambda: enter(desk, where=AWAY)) == "TooManyTries"
    clock.move(seconds=30)
    assert is_in(desk, enter(desk, where=AWAY))
    assert tried(desk, 4) == ["WrongPassword"] * 4, "she signed in: what was before is forgotten"


def test_strangers_keep_nobody_out_where_she_signed_in_before(desk: Desk, clock: MovingClock) -> None:
    enter(desk, where=HOME)
    for _ in range(200):
        tried(desk, 1)
        clock.move(seconds=20)
    assert refusal(lambda: enter(desk, where=AWAY)) == "TooManyTries"
    assert is_in(desk, enter(desk, where=HOME))
    assert is_in(desk, enter(desk, "Ben", where=HOME))


def test_who_waits_in_a_new_place_gets_in_with_a_link(desk: Desk) -> None:
    tried(desk, 5)
    link = signing_in.invite(desk, person(desk), 1)
    signing_in.accept(desk, link, "a horse and a battery", Where("198.51.100.4"))
    assert is_in(desk, enter(desk, "Anna", "a horse and a battery", Where("198.51.100.4")))


def test_a_thousand_tries_reach_the_password_a_dozen_times(desk: Desk, clock: MovingClock) -> None:
    said = []
    for _ in range(1000):
        said += tried(desk, 1)
        clock.move(seconds=1)
    assert (said.count("WrongPassword"), said.count("TooManyTries")) == (10, 990)
    assert told(desk, "wrong passwords") == [
        ("wrong passwords", None, {"wrong_tries": tries, "address": AWAY.address}) for tries in (5, 10)
    ]


def test_of_many_tries_at_the_same_moment_five_are_looked_at(desk: Desk) -> None:
    said: list[str] = []
    tries = [threading.Thread(target=lambda: said.extend(tried(desk, 1))) for _ in range(20)]
    for one in tries:
        one.start()
    for one in tries:
        one.join()
    assert (said.count("WrongPassword"), said.count("TooManyTries")) == (5, 15)


def test_an_address_waits_after_twenty_wrong_tries_with_whatever_names(desk: Desk) -> None:
    counted(desk, *(f"name {number}" for number in range(18)))
    said = [refusal(lambda name=name: enter(desk, name, WRONG, AWAY)) for name in ("Ada", "Ida", "Oda")]
    assert said == ["WrongPassword", "WrongPassword", "TooManyTries"]
    assert refusal(lambda: enter(desk, where=AWAY)) == "TooManyTries"
    assert is_in(desk, enter(desk, where=HOME))


def test_who_knows_one_password_does_not_try_others_for_ever(desk: Desk) -> None:
    counted(desk, *(f"name {number}" for number in range(19)))
    assert is_in(desk, enter(desk, "Ben", where=AWAY))
    assert tried(desk, 2, "Anna") == ["WrongPassword", "TooManyTries"]


def test_a_day_without_wrong_tries_forgets_them(desk: Desk, clock: MovingClock) -> None:
    tried(desk, 5)
    clock.move(hours=24, seconds=1)
    assert tried(desk, 6) == ["WrongPassword"] * 5 + ["TooManyTries"]


def test_a_clock_that_is_set_back_lets_nobody_wait(desk: Desk, clock: MovingClock) -> None:
    tried(desk, 5)
    clock.move(days=-400)
    assert is_in(desk, enter(desk, where=AWAY))


def test_a_million_names_take_no_more_room_than_ten_thousand(desk: Desk, clock: MovingClock) -> None:
    tried(desk, 5)
    clock.move(seconds=1)
    with shop_of(desk).changing() as connection:
        rows = [
            {"household_id": 1, "key": f"name {number}", "person_id": None, "tries": 1, "last_at": clock.now()}
            for number in range(10_000)
        ]
        connection.execute(SignInTry.__table__.insert(), rows)  # type: ignore[attr-defined]
    tried(desk, 1, "one more", HOME)
    with shop_of(desk).reading() as session:
        assert (session.scalar(select(func.count()).select_from(SignInTry)) or 0) < 9_100
    assert wait_s(desk) == 29, "what is counted about her stays"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("a proxy", "a proxy", True),
    ],
)
def test_a_home_is_one_place_however_many_addresses_it_has(one: str, other: str, is_same: bool) -> None:
    assert (sign_in_tries.place_of(one) == sign_in_tries.place_of(other)) == is_same


def test_places_are_known_for_a_while_and_so_many(desk: Desk, clock: MovingClock) -> None:
    places = [Where(f"198.51.100.{number}") for number in range(21)]
    for place in places:
        with shop_of(desk).writing(author()) as session:
            sign_in_tries.know_address(session, 1, place.address, clock.now())
        clock.move(seconds=1)
    with shop_of(desk).writing(author()) as session:
        keys = [
            sign_in_tries.counted_for(session, "Anna", 1, address=place.address, now=clock.now())[0].key
            for place in (places[0], places[1], places[20])
        ]
        later = clock.now() + timedelta(days=91)
        old = sign_in_tries.counted_for(session, "Anna", 1, address=places[20].address, now=later)[0].key
    assert keys == ["person 1", "person 1 at 198.51.100.1", "person 1 at 198.51.100.20"]
    assert old == "person 1"


def test_nothing_but_a_hash_is_kept_of_a_name_that_nobody_has(desk: Desk) -> None:
    tried(desk, 1, PASSWORDS["Anna"])
    with shop_of(desk).reading() as session:
        keys = list(session.scalars(select(SignInTry.key)))
    assert all("giraffe" not in key for key in keys)
