from __future__ import annotations

from datetime import UTC, datetime

import pytest

from vopt_lib.sources.vinted.kinds import Kind
from vopt_lib.sources.vinted.transport import Response
from vopt_lib.sources.vinted.verdict import challenge_shown, failure, passing_fault, retry_after

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def answer(status: int, body: bytes = b"", **headers: str) -> Response:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response("https://api.vinted.it/svc-catalogue/items", status, named, body)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("1.5", 1.5),
        ("Fri, 20 Nov 2026 08:10:00 GMT", 600),
        ("Fri, 20 Nov 2026 09:10:00 +0100", 600),
        ("Fri, 20 Nov 2026 07:00:00 GMT", 60),
        ("0", 60),
        ("-5", 60),
        ("soon", 60),
        ("", 60),
        ("1e9", 60),
    ],
)
def test_retry_after_is_a_number_or_a_date_and_else_a_minute(given, seconds):
    assert retry_after(answer(429, Retry_After=given), NOW) == seconds


def test_a_429_without_retry_after_means_a_minute():
    assert retry_after(answer(429), NOW) == 60


def test_a_503_that_names_a_time_gets_it_and_one_that_does_not_backs_off():
    named, unnamed = passing_fault(answer(503, Retry_After="20"), None, NOW), passing_fault(answer(503), None, NOW)
    assert named is not None
    assert unnamed is not None
    assert (named.wait_s, unnamed.wait_s) == (20, None)


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (404, b"<html><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script></html>", {}),
        (200, b'{"items": [{"title": "just a moment, captcha-delivery.com"}]}', {}),
        (400, b'{"code": "INVALID_REQUEST", "message": "client challenge"}', {}),
        (502, b"<html><title>502 Bad Gateway</title></html>", {}),
        (403, b'{"code": 106}', {}),
        (403, b"", {"content_type": "application/json"}),
        (200, b"<html><title>Zara</title>" + b" " * 300_000 + b"captcha-delivery.com</html>", {}),
    ],
)
def test_what_only_looks_like_a_challenge_is_none(status, body, headers):
    assert challenge_shown(answer(status, body, **headers), Kind.CATALOGUE) is None


@pytest.mark.parametrize("kind", list(Kind))
def test_a_200_of_the_wrong_media_type_is_a_failure_for_every_kind(kind):
    assert failure(answer(200, b"%PDF-1.4", content_type="application/pdf"), kind) is not None


@pytest.mark.parametrize(
    ("kind", "content_type", "body"),
    [
        (Kind.METADATA, "application/json", b'{"catalogs": []}'),
        (Kind.WARDROBE, "text/plain", b'{"items": []}'),
        (Kind.ITEM_PAGE, "text/html; charset=utf-8", b"<html></html>"),
        (Kind.IMAGE, "image/webp", b"RIFF"),
    ],
)
def test_a_200_of_the_right_media_type_is_good(kind, content_type, body):
    assert failure(answer(200, body, content_type=content_type), kind) is None
