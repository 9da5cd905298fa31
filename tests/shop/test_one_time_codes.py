"""Codes of a second factor, against the examples of the standard."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from vopt_lib.shop import one_time_codes

SECRET = base64.b32encode(b"12345678901234567890").decode()


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    """Source: RFC 6238, appendix B (SHA-1), the last six of eight digits."""
    assert one_time_codes.step_of(SECRET, code, at(seconds), after=None) == seconds // 30


def test_a_clock_may_be_half_a_minute_wrong_and_no_more() -> None:
    steps = [one_time_codes.step_of(SECRET, "287082", at(59 + 30 * late), after=None) for late in (-1, 0, 1, 2)]
    assert steps == [1, 1, 1, None]


def test_a_code_counts_once() -> None:
    assert one_time_codes.step_of(SECRET, "287082", at(59), after=0) == 1
    assert one_time_codes.step_of(SECRET, "287082", at(59), after=1) is None


def test_a_clock_that_was_years_ahead_keeps_nobody_out() -> None:
    assert one_time_codes.step_of(SECRET, "287082", at(59), after=9_000_000) == 1


@pytest.mark.parametrize("code", ["", "28708", "2870822", "２８７０８２", "\ud800", "287082 or 1=1"])
def test_what_is_no_code_is_wrong(code: str) -> None:
    assert one_time_codes.step_of(SECRET, code, at(59), after=None) is None


def test_an_app_gets_all_it_needs_from_the_address() -> None:
    secret = one_time_codes.new_secret()
    address = urlsplit(one_time_codes.address_of(secret, "Anna Maria"))
    assert (address.scheme, address.netloc, address.path) == ("otpauth", "totp", "/vopt:Anna%20Maria")
    facts = {name: value[0] for name, value in parse_qs(address.query).items()}
    assert facts["secret"] == secret
    assert (facts["issuer"], facts["digits"], facts["period"]) == ("vopt", "6", "30")
    assert len(base64.b32decode(secret)) == 20
