"""No secret goes into a log, in whatever form it is said."""

from __future__ import annotations

import base64
import time

import pytest

from vopt_lib.desk.masking import masked, secrets_of
from vopt_lib.settings import load_settings


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("postgresql+asyncpg://anna:geheim@db:5432/vopt", "postgresql+asyncpg://…@db:5432/vopt"),
        ("GET /first/aB3-_x9 200", "GET /first/… 200"),
        ("GET /invitation/aB3x", "GET /invitation/…"),
        ("/ws?session_id=s_x1y2z3&file=a", "/ws?session_id=…&file=a"),
        ("https://api.example/x?access_token=abc&n=1", "https://api.example/x?access_token=…&n=1"),
        ("Authorization: Basic YWRtaW46eA==", "Authorization: …"),
        ("'cookie': 'vopt=abc; other=d'", "'cookie': …"),
        ("Marimo-Session-Id: s_abcdef", "Marimo-Session-Id: …"),
        ('{"password": "abc def", "n": 1}', '{"password": "… def", "n": 1}'),
        ("PREFECT_API_AUTH_STRING=admin:abc", "PREFECT_API_AUTH_STRING=…"),
        ("sending to tgram://123456789:AAbbCC/42", "sending to tgram://…"),
        ("token eyJhbGciOi.eyJzdWIi.c2ln is old", "token … is old"),
        ("Collected 3 pages of http://www.vinted.localhost:8421/", "Collected 3 pages of http://www.vinted.localhost:8421/"),
        ("12 tokens read, key of the shop", "12 tokens read, key of the shop"),
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_is_hidden(said: str, kept: str) -> None:
    assert masked(said) == kept


def test_the_secrets_of_the_settings_are_hidden_in_every_form() -> None:
    settings = load_settings(
        prefect_database_url="postgresql://vopt:p%40ss-word@db/prefect", openai_key="sk-verysecret", data="/nowhere"
    )
    secrets = secrets_of(settings, "admin:abcdefghij")
    encoded = base64.b64encode(b"admin:abcdefghij").decode()
    for said in ("p%40ss-word", "sk-verysecret", "admin:abcdefghij", "abcdefghij", encoded):
        assert masked(f"<{said}>", secrets) == "<…>"


def test_a_very_short_secret_does_not_make_the_log_unreadable() -> None:
    assert secrets_of(load_settings(openai_key="abc", data="/nowhere")) == ()


@pytest.mark.parametrize(
    "hostile", ["a-" * 9000, "a." * 9000, "ey-" * 6000, "://" * 6000, "password" * 2200, "?token" * 3000, "1:" * 9000]
)
def test_a_hostile_line_does_not_take_long(hostile: str) -> None:
    begun = time.process_time()
    masked(hostile)
    assert time.process_time() - begun < 1
