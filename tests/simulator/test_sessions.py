import base64
import json
from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.simulator.small_market import START
from vopt_lib.simulator.sessions import Sessions, token_cookies


def claims(token: str) -> dict:
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def test_a_token_says_until_when_it_is_valid_on_the_virtual_clock():
    sessions = Sessions(seed=1, lifetime_s=3600)
    token = sessions.open(START).access_token
    assert claims(token)["exp"] == int((START + timedelta(hours=1)).timestamp())
    assert (claims(token)["purpose"], claims(token)["scope"], claims(token)["client_id"]) == ("access", "public", "web")
    assert sessions.is_valid(token, START + timedelta(minutes=59))
    assert not sessions.is_valid(token, START + timedelta(hours=1))


def test_an_expired_session_is_not_valid_from_the_start():
    sessions = Sessions(seed=1, lifetime_s=3600)
    assert not sessions.is_valid(sessions.open(START, expired=True).access_token, START)


def test_a_refresh_token_is_no_access_token():
    sessions = Sessions(seed=1, lifetime_s=3600)
    session = sessions.open(START)
    assert not sessions.is_valid(session.refresh_token, START)
    assert sessions.refresh(session.access_token, START) is None


def test_refreshing_keeps_the_visitor_and_rotates_the_token():
    sessions = Sessions(seed=1, lifetime_s=3600)
    first = sessions.open(START)
    later = START + timedelta(hours=2)
    second = sessions.refresh(first.refresh_token, later)
    assert second is not None
    assert second.anon_id == first.anon_id
    assert sessions.is_valid(second.access_token, later)
    assert sessions.refresh(first.refresh_token, later) is None
    assert sessions.refresh(second.refresh_token, later) is not None


def test_a_refresh_token_ends_after_seven_days():
    sessions = Sessions(seed=1, lifetime_s=3600)
    assert sessions.refresh(sessions.open(START).refresh_token, START + timedelta(days=7)) is None


def test_tokens_of_another_seed_are_strange():
    assert not Sessions(seed=1, lifetime_s=3600).is_valid(
        Sessions(seed=2, lifetime_s=3600).open(START).access_token, START
    )


@given(st.text())
def test_no_text_is_a_token(text):
    sessions = Sessions(seed=1, lifetime_s=3600)
    assert not sessions.is_valid(text, START)
    assert sessions.refresh(text, START) is None


@pytest.mark.parametrize("keep", ["first", "last"])
def test_a_reader_that_keeps_cookies_by_name_alone_ends_with_an_empty_token(keep):
    session = Sessions(seed=1, lifetime_s=3600).open(START)
    named = [next(iter(SimpleCookie(line).values())) for line in token_cookies(session)]
    tokens = [cookie.value for cookie in named if cookie.key == "access_token_web"]
    assert tokens[0 if keep == "first" else -1] == ""
    assert session.access_token in tokens
