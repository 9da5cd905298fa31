from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vopt_lib.sources.vinted.cookies import CookieJar, parse_set_cookie

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
WWW = "https://www.vinted.it/"
API = "https://api.vinted.it/svc-catalogue/items"
DELETION = "access_token_web=; Max-Age=-1; Domain=.www.vinted.it; Path=/"
REAL = "access_token_web=eyJ.a.b; Max-Age=604800; Domain=.vinted.it; Path=/; Secure; HttpOnly; SameSite=Lax"


def jar_of(*lines: str, url: str = WWW) -> CookieJar:
    jar = CookieJar()
    jar.absorb(url, lines, NOW)
    return jar


@pytest.mark.parametrize("lines", [(DELETION, REAL), (REAL, DELETION)], ids=["deletion first", "deletion last"])
@pytest.mark.parametrize("url", [WWW, API])
def test_an_empty_deletion_cookie_leaves_the_real_token(lines, url):
    assert jar_of(*lines).header_for(url, NOW) == "access_token_web=eyJ.a.b"


@pytest.mark.parametrize("order", [1, -1])
def test_a_deletion_of_the_very_same_cookie_in_one_answer_leaves_the_real_token(order):
    lines = ("access_token_web=; Max-Age=0; Domain=.vinted.it; Path=/", REAL)[::order]
    assert jar_of(*lines).value_for("access_token_web", API, NOW) == "eyJ.a.b"


def test_a_deletion_in_a_later_answer_deletes():
    jar = jar_of(REAL)
    jar.absorb(WWW, ["access_token_web=; Max-Age=-1; Domain=.vinted.it; Path=/"], NOW)
    assert jar.header_for(WWW, NOW) == ""


def test_an_empty_value_without_an_age_is_a_deletion_too():
    assert jar_of("access_token_web=; Domain=.vinted.it; Path=/").header_for(WWW, NOW) == ""


@pytest.mark.parametrize(
    ("line", "reaches_www", "reaches_api"),
    [
        ("a=1; Domain=.vinted.it; Path=/", True, True),
        ("a=1; Domain=vinted.it; Path=/", True, True),
        ("a=1; Domain=.www.vinted.it; Path=/", True, False),
        ("a=1; Path=/", True, False),
        ("a=1; Domain=.api.vinted.it; Path=/", False, False),
        ("a=1; Domain=.it; Path=/", False, False),
        ("a=1; Domain=it; Path=/", False, False),
        ("a=1; Domain=.evil.example; Path=/", False, False),
        ("a=1; Domain=.ted.it; Path=/", False, False),
    ],
)
def test_a_cookie_reaches_only_the_hosts_of_its_domain(line, reaches_www, reaches_api):
    jar = jar_of(line)
    assert (jar.header_for(WWW, NOW) == "a=1", jar.header_for(API, NOW) == "a=1") == (reaches_www, reaches_api)


def test_a_domain_cookie_does_not_reach_a_host_that_only_ends_alike():
    assert jar_of(REAL).header_for("https://www.notvinted.it/", NOW) == ""


@pytest.mark.parametrize(
    ("path", "fits"), [("/", True), ("/svc-catalogue", True), ("/svc-catalogue/", True), ("/svc", False), ("/x", False)]
)
def test_a_cookie_reaches_only_the_paths_below_its_own(path, fits):
    jar = jar_of(f"a=1; Domain=.vinted.it; Path={path}")
    assert bool(jar.header_for(API, NOW)) is fits


def test_without_a_path_a_cookie_belongs_to_the_folder_it_was_set_in():
    jar = jar_of("a=1", url="https://www.vinted.it/member/login")
    assert jar.header_for("https://www.vinted.it/member/x", NOW) == "a=1"
    assert jar.header_for("https://www.vinted.it/items", NOW) == ""


def test_a_secure_cookie_travels_encrypted_or_not_beyond_this_machine():
    jar = jar_of("a=1; Domain=.vinted.localhost; Path=/; Secure", url="http://www.vinted.localhost:8421/")
    assert jar.header_for("http://api.vinted.localhost:8421/", NOW) == "a=1"
    assert jar_of(REAL).header_for("http://www.vinted.it/", NOW) == ""


@pytest.mark.parametrize(
    ("attributes", "ends_after"),
    [
        ("Max-Age=60", 60),
        ("Max-Age=60; Expires=Wed, 21 Oct 2035 07:28:00 GMT", 60),
        ("Expires=Fri, 20 Nov 2026 08:05:00 GMT", 300),
        ("Expires=Fri, 20-Nov-2026 08:05:00 GMT", 300),
        ("Max-Age=99999999999999", 400 * 86400),
        ("Expires=soon", None),
        ("Max-Age=soon", None),
        ("", None),
    ],
)
def test_max_age_comes_before_expires_and_what_cannot_be_read_does_not_count(attributes, ends_after):
    cookie = parse_set_cookie(f"a=1; {attributes}", WWW, NOW)
    assert cookie is not None
    assert cookie.expires_at == (None if ends_after is None else NOW + timedelta(seconds=ends_after))


def test_an_expired_cookie_is_not_sent():
    jar = jar_of("a=1; Max-Age=60")
    assert jar.header_for(WWW, NOW + timedelta(seconds=59)) == "a=1"
    assert jar.header_for(WWW, NOW + timedelta(seconds=60)) == ""


def test_a_later_cookie_of_the_same_name_and_place_replaces_the_earlier():
    jar = jar_of("a=1; Path=/")
    assert jar.absorb(WWW, ["a=2; Path=/"], NOW) is True
    assert jar.absorb(WWW, ["a=2; Path=/"], NOW) is False
    assert jar.header_for(WWW, NOW) == "a=2"


def test_the_longest_path_comes_first():
    jar = jar_of("a=1; Path=/", "b=2; Path=/items")
    assert jar.header_for("https://www.vinted.it/items/1", NOW) == "b=2; a=1"


def test_a_value_may_hold_an_equals_sign():
    assert jar_of("v_udt=a==; Path=/").header_for(WWW, NOW) == "v_udt=a=="


@pytest.mark.parametrize("line", ["", "=1", "flag", ";", "; Path=/"])
def test_what_is_no_cookie_is_left_alone(line):
    assert jar_of(line).header_for(WWW, NOW) == ""


def test_a_jar_comes_back_from_its_file_as_it_was():
    jar = jar_of(REAL, "anon_id=1; Path=/", "a=1; Max-Age=60")
    again = CookieJar.from_json(jar.as_json())
    assert again.as_json() == jar.as_json()
    assert again.header_for(WWW, NOW) == jar.header_for(WWW, NOW)


@given(st.lists(st.text(max_size=60), max_size=5))
def test_no_set_cookie_line_breaks_the_jar(lines):
    jar = jar_of(*lines)
    assert CookieJar.from_json(jar.as_json()).header_for(WWW, NOW) == jar.header_for(WWW, NOW)
