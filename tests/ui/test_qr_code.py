"""A QR code on a page."""

from __future__ import annotations

from datetime import UTC, datetime

from vopt_lib.schema.phone import PhonePage, PhoneShown
from vopt_lib.schema.qr_code import QrCode
from vopt_lib.ui.qr_code import phone_card, qr_drawing
from vopt_lib.words import Words

CODE = QrCode("http://192.168.1.7:8422/x", ((True, False), (False, True)))


def test_a_code_is_drawn_dark_on_white_dot_by_dot() -> None:
    drawn = qr_drawing(CODE, "the code")
    assert 'd="M0 0h1v1h-1zM1 1h1v1h-1z" fill="#000"' in drawn
    assert '<rect width="2" height="2" fill="#fff">' in drawn
    assert 'viewBox="0 0 2 2" role="img" aria-label="the code"' in drawn


def test_the_card_says_what_it_is_for_and_until_when() -> None:
    page = PhonePage(CODE.text, "<b>Abito", datetime(2026, 11, 20, 9, 15, tzinfo=UTC))
    card = phone_card(Words("en"), PhoneShown(page, CODE))
    assert "add photos to “&lt;b&gt;Abito”" in card
    assert "<code>http://192.168.1.7:8422/x</code>" in card
    assert "at most 20 photos" in card
