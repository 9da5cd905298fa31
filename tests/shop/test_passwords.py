"""Passwords: how they are hashed, and which ones others guess at once."""

from __future__ import annotations

import pytest

from vopt_lib.errors import PasswordUnusable, SignInBusy
from vopt_lib.shop import passwords

GOOD = "giraffe in garden"


def test_a_hash_says_how_it_was_made_and_opens_for_its_password_alone() -> None:
    kept = passwords.hash_of(GOOD)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert len(kept) <= 200
    assert kept != passwords.hash_of(GOOD), "each has salt of its own"
    assert [passwords.is_right(one, kept) for one in (GOOD, GOOD + "s", "", GOOD * 100)] == [True, False, False, False]


def test_nobodys_hash_opens_for_nothing() -> None:
    assert [passwords.is_right(one, None) for one in (GOOD, "")] == [False, False]


def test_a_hash_of_other_parameters_is_dated() -> None:
    assert passwords.is_dated("$argon2id$v=19$m=12288,t=3,p=1$c2FsdA$aGFzaA")
    assert not passwords.is_dated("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA")


@pytest.mark.parametrize(
    "password", [GOOD, "x7 y8 z9 w", "così è più sicuro", "密码密碼暗号合言葉です", "x" + "yz1" * 66]
)
def test_a_password_of_any_letters_is_good(password: str) -> None:
    passwords.must_be_usable(password, "Anna")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("123456789", "10 letters or more"),
        ("ab" * 101, "200 letters at most"),
        ("\u0301" * 100_000, "200 letters at most"),
        (" ANNA  maria rossi", "it is your name"),
        ("Password 123", "first that anybody tries"),
        ("1212121212", "first that anybody tries"),
        ("          ", "first that anybody tries"),
    ],
)
def test_a_password_that_others_guess_is_refused_and_told_why(password: str, why: str) -> None:
    with pytest.raises(PasswordUnusable, match=why):
        passwords.must_be_usable(password, "Anna Maria Rossi")


def test_nobody_waits_for_ever_for_others_to_be_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "WAITS_S", 0.01)
    with passwords._turn(), passwords._turn(), pytest.raises(SignInBusy):
        passwords.hash_of(GOOD)
    assert passwords.hash_of(GOOD)
