"""The page that takes photos from a phone: one phone, one listing, photos only, and nothing for anybody else."""

from __future__ import annotations

import hashlib
import io
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from tests.desk.shop.takings import at_work
from tests.server.asgi import ask, websocket
from tests.server.phones import (
    CLOSING,
    ENDS_WITHIN_S,
    HOST,
    PHONE,
    Open,
    Phone,
    form,
    get,
    jpeg,
    opened,
    post,
    running,
    text_of,
)
from vopt_lib.desk.shop.photos import whole_photo
from vopt_lib.schema.phone import MOST_PHOTOS
from vopt_lib.schema.photo_limits import LARGEST_PHOTO
from vopt_lib.server.answers import BROKEN, UNCLEAR
from vopt_lib.server.phone import FOREIGN_FORM, NOT_AT_HOME, NOT_FOUND, NOTHING_CHOSEN, REQUESTS_A_MINUTE, TOO_OFTEN
from vopt_lib.shop import listings

ORIGIN = ("origin", f"http://{HOST}")
TAKEN = "Another phone or browser opened this page first. Ask vopt for a new code."
OVER = "This page is closed. What arrived before is kept. Ask vopt for a new code to send more."


@pytest.fixture
def one(tmp_path: Path) -> Open:
    return opened(tmp_path)


def test_photos_that_are_sent_are_the_listings_in_their_order(one: Open) -> None:
    with running(one) as phone:
        assert phone.open().status == 200
        assert phone.send(jpeg(1), jpeg(2)).status == 200
        answer = phone.send(jpeg(3))
    assert (answer.status, "3 photos have arrived." in text_of(answer.body)) == (200, True)
    assert one.photos() == [hashlib.sha256(jpeg(n)).hexdigest() for n in (1, 2, 3)]
    assert {file.name: file.read_bytes() for file in one.files()} == dict(
        zip(one.photos(), map(jpeg, (1, 2, 3)), strict=True)
    )


def test_the_page_is_one_form_that_runs_and_loads_nothing(one: Open) -> None:
    with running(one) as phone:
        answer = phone.open(("accept-language", "it-IT,it;q=0.9"))
    page = answer.body.decode()
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert {name: answer.headers[name] for name in ("cache-control", "referrer-policy", "x-frame-options")} == {
        "cache-control": "no-store",
        "referrer-policy": "same-origin",
        "x-frame-options": "DENY",
    }
    assert "server" not in answer.headers
    assert '<html lang="it">' in page
    assert "<script" not in page
    assert "src=" not in page
    assert '<input type="file" name="photos" accept="image/*" multiple required' in page
    (cookie,) = answer.cookies
    assert cookie.endswith(f"; Path={one.path}; Max-Age=900; HttpOnly; SameSite=Lax")


def test_a_title_is_text_on_the_page(one: Open) -> None:
    with at_work(one.home) as session:
        listings.edit(session, listings.find(session, one.home.anna, 1), {"title": "<script>alert(1)</script>"})
    one.upload.title = "<script>alert(1)</script>"
    assert "<script" not in get(one.app(), one.path).text


def test_the_same_photo_twice_is_one(one: Open) -> None:
    with running(one) as phone:
        phone.open()
        phone.send(jpeg(1), jpeg(1))
        assert "1 photo has arrived." in text_of(phone.send(jpeg(1)).body)
    assert len(one.photos()) == 1


def test_a_code_that_was_used_up_opens_nothing_more_and_its_server_is_gone(one: Open) -> None:
    with running(one) as phone:
        phone.open()
        phone.send(jpeg(1))
        answer = phone.send(body=CLOSING)
    assert text_of(answer.body).endswith("Done 1 photo has arrived. This page is closed. Go on at your computer.")
    with pytest.raises(ConnectionRefusedError):
        phone.open()
    assert (get(one.app(), one.path).status, OVER in get(one.app(), one.path).text) == (410, True)


def test_a_code_is_over_after_fifteen_minutes_and_the_server_stops_by_itself(one: Open) -> None:
    with running(one) as phone:
        phone.open()
        one.clock.pass_by(timedelta(minutes=15))
        phone.server.join(ENDS_WITHIN_S)
        assert not phone.server.is_alive()
        with pytest.raises(ConnectionRefusedError):
            phone.send(jpeg())


def test_an_old_code_is_refused(one: Open) -> None:
    app, cookie = one.app(), one.cookie()
    one.clock.pass_by(timedelta(minutes=15))
    for came in (get(app, one.path, cookie), post(app, one.path, form(jpeg()), headers=[ORIGIN, cookie])):
        assert (came.status, OVER in came.text) == (410, True)
    assert one.photos() == []


def test_until_then_it_says_how_long(one: Open) -> None:
    app, cookie = one.app(), one.cookie()
    one.clock.pass_by(timedelta(minutes=13, seconds=59))
    assert "closes by itself in 2 minutes" in get(app, one.path, cookie).text
    one.clock.pass_by(timedelta(seconds=59))
    assert "closes by itself in 1 minute." in get(app, one.path, cookie).text


HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n" + jpeg(),
        HTML,
        b"\xff\xd8\xff" + HTML,
        HTML + jpeg(),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(99),
        b"PK\x03\x04" + jpeg(),
        jpeg(side=400)[:900],
        b"",
    ],
    ids=["PDF", "HTML", "HTML as JPEG", "JPEG in HTML", "SVG", "GIF", "zip", "cut off", "nothing"],
)
def test_other_files_are_refused_and_nothing_of_them_stays(one: Open, content: bytes) -> None:
    answer = post(one.app(), one.path, form(content, name="IMG_9.jpg"), headers=[ORIGIN, one.cookie()])
    assert answer.status == 422
    assert "IMG_9.jpg: This photo cannot be opened:" in text_of(answer.text.encode())
    assert (one.photos(), one.files()) == ([], [])


def test_a_photo_that_is_also_another_file_shows_as_a_photo_alone(one: Open) -> None:
    assert post(one.app(), one.path, form(jpeg() + HTML), headers=[ORIGIN, one.cookie()]).status == 200
    (kept,) = one.photos()
    shown = whole_photo(one.home.desk, one.home.anna, kept)
    assert HTML not in shown
    assert Image.open(io.BytesIO(shown)).size == (64, 64)


def test_one_bad_file_does_not_keep_the_others_back(one: Open) -> None:
    answer = post(one.app(), one.path, form(jpeg(1), b"%PDF-", jpeg(2)), headers=[ORIGIN, one.cookie()])
    assert (answer.status, len(one.photos())) == (200, 2)


def test_a_files_name_is_text_on_the_page(one: Open) -> None:
    answer = post(one.app(), one.path, form(b"x", name="<img src=x>.jpg"), headers=[ORIGIN, one.cookie()])
    assert "&lt;img src=x&gt;.jpg:" in answer.text


def test_no_more_photos_come_in_than_a_code_lets(one: Open) -> None:
    answer = post(one.app(), one.path, form(*map(jpeg, range(MOST_PHOTOS + 1))), headers=[ORIGIN, one.cookie()])
    assert "20 photos are here, as many as one code lets in." in text_of(answer.text.encode())
    assert 'type="file"' not in answer.text
    assert len(one.photos()) == MOST_PHOTOS


def test_hundreds_of_files_are_not_even_looked_at(one: Open) -> None:
    answer = post(one.app(), one.path, form(*[jpeg()] * 100), headers=[ORIGIN, one.cookie()])
    assert (answer.status, UNCLEAR in answer.text, one.photos()) == (400, True, [])


def test_too_large_a_photo_is_told(one: Open) -> None:
    answer = post(one.app(), one.path, form(jpeg() + bytes(LARGEST_PHOTO)), headers=[ORIGIN, one.cookie()])
    assert answer.status == 422
    assert "This photo is too large: at most 20 MB" in answer.text
    assert one.files() == []


def test_a_form_that_says_it_is_too_large_is_not_read(one: Open) -> None:
    headers = [ORIGIN, one.cookie(), ("content-length", str(10**9))]
    answer = post(one.app(), one.path, b"never read", headers=headers)
    assert (answer.status, "at most 20 photos of 20 MB each" in answer.text) == (413, True)


def test_a_form_that_does_not_say_how_large_it_is_is_cut_off(one: Open) -> None:
    body = form(jpeg() + bytes(3000))
    pieces = [body[at : at + 500] for at in range(0, len(body), 500)]
    app, headers = one.app(most_body=2000), [ORIGIN, one.cookie()]
    assert post(app, one.path, *pieces, headers=headers).status == 413
    assert (one.photos(), one.files()) == ([], [])


def test_a_form_in_pieces_over_http_is_bounded_too(one: Open) -> None:
    with running(one) as phone:
        phone.open()
        said = (
            f"POST {one.path} HTTP/1.1\r\nHost: {phone.page.host}\r\nOrigin: http://{phone.page.host}\r\n"
            f"Cookie: {phone.cookie}\r\nContent-Type: multipart/form-data; boundary=XX\r\n"
            "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        ).encode()
        photo = form(jpeg(1))
        answer = phone.page.say(said + b"%x\r\n%b\r\n0\r\n\r\n" % (len(photo), photo))
    assert answer.startswith(b"HTTP/1.1 200")
    assert len(one.photos()) == 1


@pytest.mark.parametrize(
    "client",
    [
        *("8.8.8.8", "100.64.0.1", "172.32.0.1", "192.169.1.1", "169.254.1.1", "127.0.0.1", "0.0.0.0"),
        *("::1", "::ffff:192.168.1.23", "fe80::1", "2a00:1450::1", "192.168.1.23.evil", ""),
    ],
)
def test_other_addresses_are_refused(one: Open, client: str) -> None:
    came = get(one.app(), one.path, client=(client, 50000))
    assert (came.status, NOT_AT_HOME in came.text, "set-cookie" in came.headers) == (403, True, False)


def test_whoever_has_no_address_is_refused(one: Open) -> None:
    assert get(one.app(), one.path, client=None).status == 403


@pytest.mark.parametrize("client", ["10.0.0.9", "172.16.0.1", "172.31.255.254", "192.168.178.2"])
def test_home_networks_are_let_in(one: Open, client: str) -> None:
    assert get(one.app(), one.path, client=(client, 50000)).status == 200


@pytest.mark.parametrize(
    "host", ["192.168.1.7", "192.168.1.7:8423", "evil.example:8422", "192.168.1.7:8422.evil", "", f"{HOST},{HOST}"]
)
def test_another_host_is_refused(one: Open, host: str) -> None:
    assert get(one.app(), one.path, host=host).status == 403


@pytest.mark.parametrize("name", ["x-forwarded-for", "forwarded", "via", "x-real-ip", "cf-connecting-ip"])
def test_whoever_comes_through_a_proxy_is_refused(one: Open, name: str) -> None:
    assert get(one.app(), one.path, (name, "192.168.1.23")).status == 403
    assert get(one.app(), one.path, (name, "192.168.1.23"), client=("8.8.8.8", 1)).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("origin", "null")],
        [("origin", "https://evil.example")],
        [("origin", f"https://{HOST}")],
        [ORIGIN, ("sec-fetch-site", "cross-site")],
        [("referer", "http://192.168.1.7:8422.evil/")],
    ],
    ids=["nothing", "null", "foreign", "another scheme", "cross-site", "foreign referrer"],
)
def test_a_form_of_another_page_is_refused(one: Open, headers: list[tuple[str, str]]) -> None:
    answer = post(one.app(), one.path, form(jpeg()), headers=[*headers, one.cookie()])
    assert (answer.status, FOREIGN_FORM.partition("'")[0] in answer.text, one.photos()) == (403, True, [])


def test_an_old_browser_that_tells_its_page_as_referrer_only_may_send(one: Open) -> None:
    headers = [("referer", f"http://{HOST}{one.path}"), one.cookie()]
    assert post(one.app(), one.path, form(jpeg()), headers=headers).status == 200


def test_a_second_browser_is_refused_and_the_first_goes_on(one: Open) -> None:
    with running(one) as first:
        first.open()
        second = Phone(first.page, first.path, first.server)
        assert (second.open().status, second.cookie) == (403, "")
        assert TAKEN in text_of(second.send(jpeg(1)).body)
        second.cookie = first.cookie.partition("=")[0] + "=" + "x" * 43
        assert (second.open().status, second.send(jpeg(1)).status) == (403, 403)
        assert (first.open().status, first.send(jpeg(2)).status) == (200, 200)
    assert one.photos() == [hashlib.sha256(jpeg(2)).hexdigest()]


def test_a_form_before_the_page_was_opened_is_refused(one: Open) -> None:
    answer = post(one.app(), one.path, form(jpeg()), headers=[ORIGIN])
    assert (answer.status, TAKEN in answer.text) == (403, True)
    assert get(one.app(), one.path).status == 200


@pytest.mark.parametrize("cookie", ["vopt_phone_8422", "a=b; vopt_phone_8422=é", '"', ";;;=", "vopt_phone_8422=" * 500])
def test_strange_cookies_are_no_cookie(one: Open, cookie: str) -> None:
    one.cookie()
    assert get(one.app(), one.path, ("cookie", cookie)).status == 403


@pytest.mark.parametrize(
    "path",
    ["/", "/favicon.ico", "/own/photo/1", "/assets/x", "/%00", "//", "/é", "/\udcff", "/TOKEN/", "/TOKEN/x", "/TOKE"],
)
def test_there_is_nothing_else(one: Open, path: str) -> None:
    there = path.replace("TOKEN", one.upload.token).replace("TOKE", one.upload.token[:-1])
    came = get(one.app(), there)
    assert (came.status, NOT_FOUND in came.text, "set-cookie" in came.headers) == (404, True, False)
    assert post(one.app(), there, form(jpeg()), headers=[ORIGIN, one.cookie()]).status == 404


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "get"])
def test_there_is_no_other_way_to_ask(one: Open, method: str) -> None:
    came = get(one.app(), one.path, method=method)
    assert (came.status, "set-cookie" in came.headers) == (404, False)


def test_there_are_no_websockets(one: Open) -> None:
    assert ask(one.app(), websocket(one.path, host=HOST) | {"client": PHONE}).status == 4404


def test_what_other_pages_load_in_the_background_does_not_take_the_page(one: Open) -> None:
    assert get(one.app(), one.path, ("sec-fetch-mode", "no-cors")).status == 404
    assert get(one.app(), one.path, ("sec-fetch-mode", "navigate")).status == 200


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"--XX--\r\n", NOTHING_CHOSEN),
        (form(b"", name=""), NOTHING_CHOSEN),
        (form(jpeg(), field="other"), NOTHING_CHOSEN),
        (b"no form", UNCLEAR),
        (form(jpeg())[:-8], NOTHING_CHOSEN),
        (b"--XX\r\nContent-Disposition: form-data\r\n\r\nx\r\n--XX--\r\n", UNCLEAR),
        (b'--XX\r\nContent-Disposition: form-data; name="photos"\r\n\r\n' + bytes(2000) + b"\r\n--XX--\r\n", UNCLEAR),
    ],
    ids=["empty", "no file", "another field", "no form", "cut off", "no name", "a long word"],
)
def test_a_form_without_photos_is_told(one: Open, body: bytes, says: str) -> None:
    answer = post(one.app(), one.path, body, headers=[ORIGIN, one.cookie()])
    assert (answer.status, BROKEN in answer.text, one.photos()) == (400, False, [])
    assert says in answer.text


def test_another_kind_of_form_is_not_read(one: Open) -> None:
    kind = ("content-type", "application/x-www-form-urlencoded")
    scope_headers = [kind, ORIGIN, one.cookie()]
    with running(one) as phone:
        answer = phone.page.ask(one.path, method="POST", headers=_at(phone, scope_headers), body=b"photos=1")
    assert answer.status == 400


def _at(phone: Phone, headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same headers at the address of a running server."""
    port = str(phone.page.port)
    return [(name, value.replace(HOST, phone.page.host).replace("8422", port)) for name, value in headers]


def test_one_address_that_asks_too_often_waits_a_minute_and_others_do_not(one: Open) -> None:
    app, cookie = one.app(), one.cookie()
    assert {get(app, "/guess").status for _ in range(REQUESTS_A_MINUTE)} == {404}
    assert TOO_OFTEN in get(app, one.path, cookie).text
    assert get(app, one.path, cookie, client=("192.168.1.24", 1)).status == 200
    one.clock.pass_by(timedelta(seconds=61))
    assert get(app, one.path, cookie).status == 200


def test_two_forms_at_once_let_in_no_more_than_one_after_the_other(one: Open) -> None:
    with running(one) as phone:
        phone.open()
        halves = [form(*map(jpeg, range(12))), form(*map(jpeg, range(12, 24)))]
        both = [threading.Thread(target=phone.send, kwargs={"body": half}) for half in halves]
        for sending in both:
            sending.start()
        for sending in both:
            sending.join()
    assert len(one.photos()) == len(set(one.photos())) == len(one.files()) == MOST_PHOTOS


def test_a_listing_that_was_deleted_meanwhile_takes_no_photo(one: Open) -> None:
    with at_work(one.home) as session:
        listings.delete(session, listings.find(session, one.home.anna, one.upload.listing_id))
    answer = post(one.app(), one.path, form(jpeg()), headers=[ORIGIN, one.cookie()])
    assert (answer.status, "It may have been deleted." in answer.text, one.files()) == (422, True, [])
