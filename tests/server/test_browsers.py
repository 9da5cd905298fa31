"""A browser is known by a cookie that only this vopt can have given."""

from __future__ import annotations

import pytest

from tests.server.asgi import http
from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.browsers import Browsers, header, preferred_language

KEY = bytes(32)


@pytest.fixture
def browsers() -> Browsers:
    return Browsers(KEY, 8420)


def cookie_of(browsers: Browsers) -> str:
    """The cookie of a browser that comes for the first time."""
    return browsers.welcome(http("/"))[1].partition(";")[0]


def person_by(browsers: Browsers, *cookies: str) -> str | None:
    """Whom these Cookie headers belong to."""
    visitor = browsers.identify(http("/", headers=[("cookie", cookie) for cookie in cookies]))
    return visitor and visitor.person


def test_a_browser_that_was_welcomed_is_known_again(browsers: Browsers) -> None:
    visitor, set_cookie = browsers.welcome(http("/", headers=[("accept-language", "it-IT,it;q=0.9")]))
    assert visitor == Visitor(visitor.person, "it", "system", "admin")
    assert set_cookie.endswith("; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax")
    assert person_by(browsers, set_cookie.partition(";")[0]) == visitor.person


def test_every_new_browser_is_another_person(browsers: Browsers) -> None:
    assert len({cookie_of(browsers) for _ in range(20)}) == 20


def test_a_cookie_outlives_a_restart(browsers: Browsers) -> None:
    cookie = cookie_of(browsers)
    assert person_by(Browsers(KEY, 8420), cookie) == person_by(browsers, cookie)


@pytest.mark.parametrize(
    "forge",
    [
        lambda cookie: "",
        lambda cookie: cookie.partition(".")[0],
        lambda cookie: cookie.partition(".")[0] + ".",
        lambda cookie: cookie[:-1],
        lambda cookie: cookie + "0",
        lambda cookie: cookie.replace("=", "=a", 1),
        lambda cookie: cookie.replace("=", '="', 1) + '"',
        lambda cookie: cookie.upper(),
        lambda cookie: cookie.replace(".", ".."),
        lambda cookie: cookie.replace(".", ".\xe9"),
        lambda cookie: "vopt_visitor_8420=." + cookie.partition(".")[2],
        lambda cookie: cookie.replace("8420", "8421"),
        lambda cookie: "vopt_visitor_8420=owner." + "0" * 64,
        lambda cookie: "vopt_visitor_8420",
    ],
)
def test_a_forged_cookie_is_nobodys(browsers: Browsers, forge) -> None:  # type: ignore[no-untyped-def]
    assert person_by(browsers, forge(cookie_of(browsers))) is None


def test_another_vopts_cookie_is_nobodys(browsers: Browsers) -> None:
    assert person_by(browsers, cookie_of(Browsers(b"1" * 32, 8420))) is None


@pytest.mark.parametrize(
    "beside",
    [
        "",
        "a=1; b",
        'x={"json": [1; 2]}',
        "=; ;;=",
        "vopt_visitor_8421=other.0",
        'q="unclosed',
        "\xff\xfe=1",
        "a" * 4000,
    ],
)
def test_cookies_of_other_programs_do_not_matter(browsers: Browsers, beside: str) -> None:
    cookie = cookie_of(browsers)
    known = person_by(browsers, cookie)
    assert known
    assert person_by(browsers, f"{beside}; {cookie}") == person_by(browsers, f"{cookie};{beside}") == known
    assert person_by(browsers, beside, cookie) == known


def test_of_two_cookies_of_the_name_the_one_that_is_ours_counts(browsers: Browsers) -> None:
    cookie = cookie_of(browsers)
    assert person_by(browsers, f"vopt_visitor_8420=ben.0; {cookie}") == person_by(browsers, cookie)


@pytest.mark.parametrize(
    ("reads", "language", "theme"),
    [
        ("language=it&theme=dark", "it", "dark"),
        ("language=en", "en", "system"),
        ("language=de&theme=pink", "it", "system"),
        ('language=it"><script>&theme=dark', "it", "dark"),
        ("%%%=&&&;", "it", "system"),
    ],
)
def test_language_and_theme_are_ours_or_the_browsers(browsers: Browsers, reads: str, language: str, theme: str) -> None:
    cookies = f"{cookie_of(browsers)}; vopt_reads_8420={reads}"
    visitor = browsers.identify(http("/", headers=[("cookie", cookies), ("accept-language", "it")]))
    assert visitor == Visitor(visitor.person if visitor else "", language, theme, "admin")  # type: ignore[arg-type]


def test_what_she_reads_in_is_remembered(browsers: Browsers) -> None:
    set_cookie = browsers.remember(Visitor("anna", "it", "dark"))
    assert set_cookie == ("vopt_reads_8420=language=it&theme=dark; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax")


@pytest.mark.parametrize(
    ("asked", "language"),
    [("it-IT,it;q=0.9,en;q=0.8", "it"), ("de-DE, en;q=0.5", "en"), ("IT", "it"), ("fr", "en"), ("*", "en"), ("", "en")],
)
def test_a_stranger_is_answered_in_her_browsers_language(asked: str, language: str) -> None:
    assert preferred_language(http("/", headers=[("accept-language", asked)])) == language


def test_a_header_that_comes_twice_is_not_one_of_them() -> None:
    assert header(http("/", headers=[("host", "evil")]), b"host") == "127.0.0.1:8420,evil"
    assert header(http("/"), b"origin") == ""
