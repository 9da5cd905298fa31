"""Signing in and out, links, and one's own account, over HTTP on a vopt whose pages are locked."""

from __future__ import annotations

import base64
import hmac
import re
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from urllib.parse import quote

import pytest

from tests.server.lockeds import ANNAS, BENS, Locked, locked_pages
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.desk.shop.signing_in import invite, reset_password, sessions_of, set_password
from vopt_lib.schema.visitor import Visitor


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Locked]:
    with locked_pages(tmp_path_factory.mktemp("locked")) as running:
        yield running


def text_of(answer_body: bytes) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", answer_body.decode()))


def test_who_signs_in_comes_to_the_page_she_wanted(locked: Locked) -> None:
    browser = locked.browser()
    asked = browser.get("/market?catalog=4&brand=A%26B")
    assert (asked.status, asked.headers["location"]) == (303, "/login?next=%2Fmarket%3Fcatalog%3D4%26brand%3DA%2526B")
    form = browser.get(asked.headers["location"]).body.decode()
    wanted = re.search(r'name="next" value="([^"]+)"', form)
    assert wanted
    came = browser.fill_in("/login", {"name": " anna ", "password": ANNAS, "next": unescape(wanted[1])})
    assert (came.status, came.headers["location"]) == (303, "/market?catalog=4&brand=A%26B")
    assert browser.get("/market?catalog=4").status == 200
    assert browser.get("/api/v1/me").json["name"] == "Anna"


@pytest.mark.parametrize(
    ("name", "password"),
    [("Anna", "wrong"), ("Anna", BENS), ("Nobody", ANNAS), ("", ""), ("Anna", ""), ("An", ANNAS), ("Anna\x00", ANNAS)],
)
def test_whoever_does_not_know_both_is_told_the_same(locked: Locked, name: str, password: str) -> None:
    came = locked.browser().sign_in(name, password)
    assert came.status == 403
    assert "This name and this password do not belong together." in text_of(came.body)
    assert "vopt_session" not in str(came.cookies)


def test_what_she_typed_as_name_stays_and_is_only_text(locked: Locked) -> None:
    body = locked.browser().sign_in('"><script>alert(1)</script>', "wrong-password").body.decode()
    assert 'value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in body
    assert "<script" not in body
    assert "wrong-password" not in body


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/%2f/evil.example", "http:evil",
     "javascript:alert(1)", "/market/../../evil", "/market//evil.example", "market", " /market", "/market\r\nX: y",
     "/market?a=b\r\nSet-Cookie: x=y", "/market?\u2028", "/market#x", "/market?a=<b>", "/nowhere", "/login", "/logout",
     "/first/x", "//", "///evil", "/@evil.example", "/.evil.example", "https:/evil.example", "",
     "/market?" + "a" * 5000],
)  # fmt: skip
def test_she_is_never_led_elsewhere(locked: Locked, wanted: str) -> None:
    browser = locked.browser()
    came = browser.fill_in("/login", {"name": "Ben", "password": BENS, "next": wanted})
    assert (came.status, came.headers["location"]) == (303, "/")
    assert browser.get(f"/login?next={quote(wanted)}").headers["location"] == "/"


def test_a_cookie_that_was_there_before_is_good_for_nothing_afterwards(locked: Locked) -> None:
    browser = locked.browser()
    port = locked.pages.port
    browser.cookies = {f"vopt_session_{port}": "chosen-by-somebody-else", f"vopt_visitor_{port}": "x.y"}
    field = browser.field_of("/login")
    assert browser.sign_in("Ben", BENS).status == 303
    assert browser.cookies[f"vopt_session_{port}"] != "chosen-by-somebody-else"
    first = browser.cookie
    assert browser.send("/login", {"form": field, "name": "Anna", "password": ANNAS}).status == 303
    assert browser.get("/api/v1/me").json["name"] == "Anna"
    assert locked.pages.ask("/api/v1/me", headers=[("Cookie", first)]).status == 401


def test_the_cookie_is_for_this_server_alone(locked: Locked) -> None:
    (cookie,) = locked.browser().sign_in("Ben", BENS).cookies
    name = f"vopt_session_{locked.pages.port}"
    assert re.fullmatch(rf"{name}=[\w-]{{43}}; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax", cookie)


def test_who_signed_out_does_not_come_back_with_the_old_cookie(locked: Locked) -> None:
    browser = locked.ben()
    old = browser.cookie
    came = browser.fill_in("/account", {}, to="/logout")
    assert (came.status, came.headers["location"]) == (303, "/login")
    assert f"vopt_session_{locked.pages.port}" not in browser.cookies
    for target, status in (("/", 303), ("/api/v1/me", 401), ("/p/home/", 401), ("/account", 303)):
        assert locked.pages.ask(target, headers=[("Cookie", old)]).status == status


FORMS = [
    ("/login", {"name": "Ben", "password": BENS}),
    ("/account", {"do": "password", "password": BENS, "new": "a-new-password-9", "again": "a-new-password-9"}),
    ("/account", {"do": "begin_code"}),
    ("/account", {"do": "end_others"}),
]


@pytest.mark.parametrize(("target", "fields"), FORMS, ids=lambda part: str(part)[:20])
@pytest.mark.parametrize("field", [None, "", "0" * 64, "of another browser", "of another session"])
def test_a_form_that_is_not_from_our_page_does_nothing(
    locked: Locked, target: str, fields: dict[str, str], field: str | None
) -> None:
    browser, other = locked.ben() if target != "/login" else locked.browser(), locked.browser()
    browser.get("/login")
    other_session = locked.ben().field_of("/account")
    known = {"of another browser": other.field_of("/login"), "of another session": other_session}
    given = {} if field is None else {"form": known.get(field, field)}
    came = browser.send(target, {**fields, **given})
    assert came.status == 422
    assert "This form had been open for too long." in text_of(came.body)
    assert locked.browser().sign_in("Ben", BENS).status == 303


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:{port}", None])
@pytest.mark.parametrize("target", ["/login", "/logout", "/account", "/first/x", "/invitation/x"])
def test_a_foreign_page_sends_no_form(locked: Locked, target: str, origin: str | None) -> None:
    browser = locked.ben()
    told = [("Origin", origin.format(port=locked.pages.port))] if origin else []
    answer = locked.pages.ask(target, method="POST", headers=[("Cookie", browser.cookie), *told], body=b"form=x")
    assert answer.status == 403
    assert browser.get("/api/v1/me").status == 200


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/json", "text/plain", ""])
def test_a_form_is_a_form(locked: Locked, kind: str) -> None:
    headers = [("Origin", f"http://{locked.pages.host}"), ("Content-Type", kind)]
    for body in (b'{"name": "Anna"}', b"name=Anna"):
        assert locked.pages.ask("/login", method="POST", headers=headers, body=body).status == 400


def test_a_form_with_too_much_in_it_is_refused(locked: Locked) -> None:
    browser = locked.browser()
    assert browser.fill_in("/login", {"name": "x" * 2**16}).status == 413
    assert browser.fill_in("/login", {f"a{n}": "" for n in range(50)}).status == 400
    assert browser.fill_in("/login", {"name": "x" * 20_000, "password": "y" * 20_000}).status == 403


def test_these_pages_are_kept_nowhere_and_framed_by_nobody(locked: Locked) -> None:
    link = invite(locked.desk, member_of(locked.desk), 2)
    for target, browser in (
        ("/login", locked.browser()),
        ("/account", locked.ben()),
        (f"/invitation/{link}", locked.ben()),
    ):
        answer = browser.get(target)
        assert (answer.status, answer.headers["cache-control"], answer.headers["x-frame-options"]) == (
            200,
            "no-store",
            "DENY",
        )
        assert "script-src" not in answer.headers["content-security-policy"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert b"<script" not in answer.body


def test_fields_are_named_as_password_keepers_expect(locked: Locked) -> None:
    link = invite(locked.desk, member_of(locked.desk), 2)
    for target, names in (
        ("/login", ["username", "current-password", "one-time-code"]),
        (f"/invitation/{link}", ["username", "new-password", "new-password"]),
    ):
        page = locked.browser().get(target).body.decode()
        assert re.findall(r'autocomplete="([^"]+)"', page) == names


def test_the_pages_speak_her_language(locked: Locked) -> None:
    assert '<html lang="it"' in locked.browser(("Accept-Language", "it")).get("/login").body.decode()
    assert '<html lang="en"' in locked.browser(("Accept-Language", "en")).get("/login").body.decode()


def test_an_invitation_is_good_once(locked: Locked) -> None:
    link = "/invitation/" + reset_password(locked.desk, member_of(locked.desk), 2)
    assert locked.browser().sign_in("Ben", BENS).status == 403
    browser = locked.browser()
    assert "Hello Ben." in text_of(browser.get(link).body)
    for new, again, told in (
        ("short", "short", "at least"),
        ("a-fine-password", "another-password", "not the same"),
    ):
        came = browser.fill_in(link, {"new": new, "again": again})
        assert (came.status, told in text_of(came.body)) == (422, True), text_of(came.body)
    came = browser.fill_in(link, {"new": BENS, "again": BENS})
    assert (came.status, came.headers["location"]) == (303, "/")
    assert browser.get("/api/v1/me").json["name"] == "Ben"
    used = locked.browser().get(link)
    assert (used.status, "used already" in text_of(used.body)) == (410, True)


@pytest.mark.parametrize(
    "token", ["x", "%00", "..%2f..", "a" * 5000, "%0d%0aSet-Cookie:%20a=b", "'%20OR%201=1--", "%F0%9F"]
)
@pytest.mark.parametrize("at", ["/first/", "/invitation/"])
def test_a_link_that_was_never_given_opens_nothing(locked: Locked, at: str, token: str) -> None:
    answer = locked.browser().get(at + token)
    assert answer.status in (404, 410)
    assert "a" not in answer.headers.get("set-cookie", "").partition("=")[0].replace("vopt_form_", "")


def test_a_changed_password_signs_out_everywhere_else(locked: Locked) -> None:
    here, there = locked.ben(), locked.ben()
    fields = {"do": "password", "password": BENS, "new": "Zebra-aus-dem-Zoo", "again": "Zebra-aus-dem-Zoo"}
    came = here.fill_in("/account", fields)
    assert (came.status, came.headers["location"]) == (303, "/account?done=password")
    assert "Your password is changed." in text_of(here.get("/account?done=password").body)
    assert (here.get("/api/v1/me").status, there.get("/api/v1/me").status) == (200, 401)
    set_password(locked.desk, member_of(locked.desk), 2, BENS)


@pytest.mark.parametrize(
    "fields",
    [{"do": "password", "password": "wrong", "new": "Zebra-aus-dem-Zoo", "again": "Zebra-aus-dem-Zoo"},
     {"do": "password", "password": BENS, "new": "short", "again": "short"},
     {"do": "password", "password": BENS, "new": "Zebra-aus-dem-Zoo", "again": "Zebra-aus-dem-zoo"},
     {"do": "remove_code", "password": "wrong"},
     {"do": "confirm_code", "code": "000000", "address": "otpauth://totp/x"},
     {"do": "end", "session": "1"}, {"do": "end", "session": "x"}, {"do": "end"}],
    ids=lambda fields: f"{fields['do']} {len(fields)}",
)  # fmt: skip
def test_what_cannot_be_is_said_on_her_page(locked: Locked, fields: dict[str, str]) -> None:
    ben = locked.ben()
    came = ben.fill_in("/account", fields)
    assert came.status in (403, 422)
    assert 'role="alert"' in came.body.decode()
    assert ben.get("/api/v1/me").status == 200


def test_she_sees_and_ends_her_own_sessions_alone(locked: Locked) -> None:
    anna, ben, phone = locked.anna(), locked.ben(), locked.ben()
    annas = max(one.id for one in sessions_of(locked.desk, member_of(locked.desk)) if one.person_id == 1)
    page = ben.get("/account").body.decode()
    shown = re.findall(r'name="session" value="(\d+)"', page)
    assert str(annas) not in shown
    assert ben.fill_in("/account", {"do": "end", "session": str(annas)}).status == 422
    assert anna.get("/api/v1/me").status == 200
    (hers,) = [one.id for one in sessions_of(locked.desk, member_of(locked.desk, Visitor("", member=2)))][:1]
    assert str(hers) in shown
    assert ben.fill_in("/account", {"do": "end", "session": str(hers)}).status == 303
    assert (ben.get("/api/v1/me").status, phone.get("/api/v1/me").status) == (200, 401)
    other = locked.ben()
    assert ben.fill_in("/account", {"do": "end_others"}).headers["location"] == "/account?done=end_others"
    assert (ben.get("/api/v1/me").status, other.get("/api/v1/me").status) == (200, 401)


def one_time_code(secret: str, at: datetime) -> str:
    """The code of an app at this moment (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(at.timestamp()) // 30), "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def test_a_second_factor_is_set_up_asked_for_and_removed(locked: Locked) -> None:
    ben, now = locked.ben(), datetime.now(UTC)
    page = ben.fill_in("/account", {"do": "begin_code"}).body.decode()
    address = re.search(r'name="address" value="(otpauth://[^"]+)"', page)
    assert address
    secret = re.search(r"secret=([A-Z2-7]+)", address[1])
    assert secret
    assert 'role="img"' in page
    wrong = ben.fill_in("/account", {"do": "confirm_code", "code": "abc", "address": unescape(address[1])})
    assert (wrong.status, 'role="img"' in wrong.body.decode()) == (422, True)
    code = one_time_code(secret[1], now)
    assert ben.fill_in("/account", {"do": "confirm_code", "code": code}).status == 303
    browser = locked.browser()
    asked = browser.sign_in("Ben", BENS)
    assert (asked.status, "Enter the code" in text_of(asked.body), "vopt_session" in browser.cookie) == (
        422,
        True,
        False,
    )
    again = browser.fill_in("/login", {"name": "Ben", "password": BENS, "code": code})
    assert (again.status, "vopt_session" in browser.cookie) == (422, False)  # each code is good once
    assert ben.fill_in("/account", {"do": "remove_code", "password": BENS}).status == 303
    assert locked.browser().sign_in("Ben", BENS).status == 303


def test_language_and_theme_follow_her_to_another_browser(locked: Locked) -> None:
    ben = locked.ben()
    for choice in ({"language": "it"}, {"theme": "dark"}):
        came = ben.send("/preferences", choice)
        assert (came.status, came.cookies) == (204, ())
    told = locked.ben().get("/api/v1/me").json
    assert (told["language"], told["theme"]) == ("it", "dark")
    assert 'data-theme="dark"' in ben.get("/account").body.decode()
    for choice in ({"language": "en"}, {"theme": "system"}):
        ben.send("/preferences", choice)
