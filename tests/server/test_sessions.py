"""A session and a file have an owner, and are forgotten in time."""

from __future__ import annotations

import pytest

from vopt_lib.server.sessions import Files, Sessions


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> Sessions:
    return Sessions(kept_s=120, clock=clock)


def test_the_same_id_of_the_same_person_on_the_same_page_is_one_session(sessions: Sessions) -> None:
    assert sessions.name("s_1", page="home", person="anna") == sessions.name("s_1", page="home", person="anna")


@pytest.mark.parametrize(
    ("session", "page", "person"),
    [
        ("s_1", "home", "ben"),
        ("s_1", "market", "anna"),
        ("s_2", "home", "anna"),
        ("s_1', 'home", "home", "anna"),
    ],
    ids=["another person", "another page", "another id", "an id that looks like two"],
)
def test_anything_else_is_another_session(sessions: Sessions, session: str, page: str, person: str) -> None:
    assert sessions.name(session, page=page, person=person) != sessions.name("s_1", page="home", person="anna")


def test_another_server_gives_other_names() -> None:
    one, other = Sessions(120), Sessions(120)
    assert one.name("s_1", page="home", person="anna") != other.name("s_1", page="home", person="anna")


def test_a_session_can_be_called_while_a_socket_of_it_is_open(sessions: Sessions, clock: Clock) -> None:
    assert not sessions.is_alive("it")
    sessions.opened("it")
    clock.now_s += 100_000
    assert sessions.is_alive("it")


def test_a_session_is_forgotten_when_its_last_socket_has_long_been_closed(sessions: Sessions, clock: Clock) -> None:
    sessions.opened("it")
    sessions.opened("it")
    sessions.closed("it")
    clock.now_s += 1000
    assert sessions.is_alive("it")
    sessions.closed("it")
    clock.now_s += 120
    assert sessions.is_alive("it")
    clock.now_s += 1
    assert not sessions.is_alive("it")


def test_a_session_that_is_opened_again_in_time_lives_on(sessions: Sessions, clock: Clock) -> None:
    sessions.opened("it")
    sessions.closed("it")
    clock.now_s += 100
    sessions.opened("it")
    clock.now_s += 100
    assert sessions.is_alive("it")


def test_nothing_is_kept_of_sessions_that_ended(sessions: Sessions, clock: Clock) -> None:
    for number in range(1000):
        sessions.opened(f"session {number}")
        sessions.closed(f"session {number}")
        clock.now_s += 121
    assert not sessions.is_alive("session 999")
    assert (len(sessions._open), len(sessions._closed_at)) == (0, 0)


def test_a_file_is_hers_to_whom_a_kernel_told_of_it() -> None:
    files = Files()
    files.told(r'{"data":"<a href=\"./@file/12-7-aBcD1234.csv\">here</a>"}', "anna")
    assert files.is_hers("12-7-aBcD1234.csv", "anna")
    assert not files.is_hers("12-7-aBcD1234.csv", "ben")


@pytest.mark.parametrize(
    "asked",
    ["13-7-aBcD1234.csv", "12-7-aBcD1234", "12-7-aBcD1234.csv/", "../12-7-aBcD1234.csv", "0-7-aBcD1234.csv", ""],
)
def test_a_file_of_another_name_is_nobodys(asked: str) -> None:
    files = Files()
    files.told('"./@file/12-7-aBcD1234.csv"', "anna")
    assert not files.is_hers(asked, "anna")


def test_naming_anothers_file_does_not_take_it_away() -> None:
    files = Files()
    files.told('"./@file/12-7-aBcD1234.csv"', "anna")
    files.told("SELECT '@file/12-7-aBcD1234.csv'", "ben")
    assert files.is_hers("12-7-aBcD1234.csv", "anna")
    assert not files.is_hers("12-7-aBcD1234.csv", "ben")


def test_the_oldest_files_are_forgotten_first() -> None:
    files = Files(most=2)
    files.told("@file/1-a.csv @file/1-b.csv @file/1-c.csv", "anna")
    assert [files.is_hers(name, "anna") for name in ("1-a.csv", "1-b.csv", "1-c.csv")] == [False, True, True]
