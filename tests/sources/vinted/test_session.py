from __future__ import annotations

from datetime import timedelta

import pytest

from vopt_lib.errors import HomepageRefused
from vopt_lib.sources.vinted.cookies import CookieJar
from vopt_lib.sources.vinted.session import ASSUMED_LIFE, Session, SessionMemory, open_session, token_expiry


@pytest.fixture
def ask(vinted):
    return vinted.send


def test_the_head_of_the_home_page_is_enough(site, vinted, ask, clock):
    session = open_session(site, ask, clock.now)
    assert [request.method for _, request in vinted.sent] == ["HEAD"]
    assert session.anon_id == "11111111-2222-3333-4444-555555555555"
    assert session.is_good_for(site.items_url, clock.now())


def test_a_token_set_on_the_way_is_kept(site, vinted, ask, clock):
    token = vinted.token(clock.now() + timedelta(hours=2))
    vinted.on("/", vinted.reply(302, b"", location="/session-refresh?ref_url=%2F"), vinted.reply(200, "<html>"))
    vinted.on(
        "/session-refresh",
        vinted.reply(
            302, b"", f"access_token_web={token}; Domain=.vinted.it; Path=/", location="https://www.vinted.it/"
        ),
    )
    session = open_session(site, ask, clock.now)
    assert vinted.paths == ["/", "/session-refresh", "/"]
    assert session.jar.value_for("access_token_web", site.items_url, clock.now()) == token
    assert "access_token_web" in vinted.sent[-1][1].headers["cookie"]


def test_a_head_that_brings_no_token_is_followed_by_the_whole_page(site, vinted, ask, clock):
    vinted.on("/", vinted.reply(405), lambda request: vinted.home())
    open_session(site, ask, clock.now)
    assert [request.method for _, request in vinted.sent] == ["HEAD", "GET"]


@pytest.mark.parametrize("domain", ["; Domain=.www.vinted.it", ""], ids=["www domain", "host only"])
def test_a_token_that_only_www_may_see_opens_no_session_for_the_api(site, vinted, ask, clock, domain):
    token = vinted.token(clock.now() + timedelta(hours=2))
    vinted.on("/", vinted.reply(200, "<html>", f"access_token_web={token}{domain}; Path=/"))
    with pytest.raises(HomepageRefused, match="no access token"):
        open_session(site, ask, clock.now)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ({"status": 406}, "406"),
        ({"status": 404}, "404"),
        ({"status": 302, "location": "https://geo.example/"}, "→ geo.example"),
        ({"status": 302, "location": "http://www.vinted.it/"}, "→ www.vinted.it"),
        ({"status": 302, "location": "/"}, "it leads in a circle"),
    ],
)
def test_a_home_page_that_opens_no_session_is_refused_with_its_reason(site, vinted, ask, clock, reply, why):
    vinted.on("/", vinted.reply(reply.pop("status"), b"", **reply))
    with pytest.raises(HomepageRefused) as refused:
        open_session(site, ask, clock.now)
    assert refused.value.facts["why"] == why


def test_without_the_header_the_anon_id_comes_from_its_cookie(site, vinted, ask, clock):
    token = vinted.token(clock.now() + timedelta(hours=2))
    vinted.on(
        "/",
        vinted.reply(
            200,
            "<html>",
            f"access_token_web={token}; Domain=.vinted.it; Path=/",
            "anon_id=abc; Domain=.vinted.it; Path=/",
        ),
    )
    assert open_session(site, ask, clock.now).anon_id == "abc"


def test_a_token_ends_when_it_says_whatever_its_cookie_says(vinted, clock):
    expires_at = clock.now() + timedelta(hours=1)
    assert token_expiry(vinted.token(expires_at), clock.now()) == expires_at


@pytest.mark.parametrize(
    "token",
    ["opaque", "a.b.c", "..", "a.e30.c", "a.bnVsbA.c", "a.eyJleHAiOiJzb29uIn0.c", "a.eyJleHAiOjFlOTl9.c", "a.ü.c"],
)
def test_a_token_that_cannot_be_read_is_given_a_short_life(token, clock):
    assert token_expiry(token, clock.now()) == clock.now() + ASSUMED_LIFE


def test_a_token_that_is_over_by_our_clock_is_given_a_short_life(vinted, clock):
    # Either our clock is wrong or the site's is: asking the home page for each request would be worse.
    over = vinted.token(clock.now() - timedelta(hours=1))
    assert token_expiry(over, clock.now()) == clock.now() + ASSUMED_LIFE


def test_a_session_ends_a_minute_before_its_token(site, vinted, ask, clock):
    vinted.on("/", vinted.home(hours=1))
    session = open_session(site, ask, clock.now)
    assert session.is_good_for(site.items_url, clock.now() + timedelta(minutes=58))
    assert not session.is_good_for(site.items_url, clock.now() + timedelta(minutes=59))


def test_a_session_comes_back_from_its_file(tmp_path, site, vinted, ask, clock):
    session = open_session(site, ask, clock.now)
    SessionMemory(tmp_path, "it").save(session)
    again = SessionMemory(tmp_path, "it").load()
    assert again is not None
    assert (again.anon_id, again.opened_at, again.jar.as_json()) == (
        session.anon_id,
        session.opened_at,
        session.jar.as_json(),
    )
    assert SessionMemory(tmp_path, "fr").load() is None


def test_a_session_without_a_token_is_good_for_nothing(site, clock):
    assert not Session(CookieJar(), None, clock.now()).is_good_for(site.items_url, clock.now())
