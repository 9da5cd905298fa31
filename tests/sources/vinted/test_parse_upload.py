from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from vopt_lib.sources.vinted.parse_upload import upload_time

SEEN_AT = datetime(2026, 9, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("2 giorni fa", timedelta(days=2)),
        ("un'ora fa", timedelta(hours=1)),
        ("un minuto fa", timedelta(minutes=1)),
        ("3 mesi fa", timedelta(days=90)),
        ("un anno fa", timedelta(days=365)),
        ("il y a 2 jours", timedelta(days=2)),
        ("il y a un an", timedelta(days=365)),
        ("an hour ago", timedelta(hours=1)),
        ("5 minutes ago", timedelta(minutes=5)),
        ("hace 3 días", timedelta(days=3)),
        ("vor einer Woche", timedelta(weeks=1)),
        ("een maand geleden", timedelta(days=30)),
        ("2 miesiące temu", timedelta(days=60)),
        ("godzinę temu", timedelta(hours=1)),
    ],
)
def test_words_are_counted_back_from_the_moment_they_were_seen(text: str, ago: timedelta) -> None:
    assert upload_time(text, SEEN_AT) == SEEN_AT - ago


def test_an_exact_time_is_taken_as_it_is() -> None:
    assert upload_time("2026-09-01T10:00:00+02:00", SEEN_AT) == datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "proprio ora",
        "caricato",
        "2 giorni",
        "2026-09-01",
        "9999999 anni fa",
        "0001-01-01T00:00+05:00",
        "9" * 5000 + " giorni fa",
    ],
)
def test_what_is_not_understood_is_unknown(text: str | None) -> None:
    assert upload_time(text, SEEN_AT) is None
