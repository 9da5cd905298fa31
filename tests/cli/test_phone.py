"""`vopt phone` shows a code, tells of each photo, and ends when the page is over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from tests.cli.conftest import Vopt
from vopt_lib.cli.phone import follow
from vopt_lib.cli.speech import words
from vopt_lib.schema.phone import PhonePage, PhotoArrived
from vopt_lib.schema.photo_hints import PhotoHint


@dataclass
class Played:
    """A page to which these photos come."""

    arriving: tuple[PhotoArrived, ...]
    page = PhonePage("http://192.168.1.7:8422/x", "Abito\x1b[2J nero", datetime(2026, 11, 20, 9, 15, tzinfo=UTC))

    def photos(self) -> Iterator[PhotoArrived]:
        """One after the other."""
        yield from self.arriving


def test_it_shows_the_code_and_tells_of_each_photo(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words.cache_clear()
    follow(Played((PhotoArrived(1), PhotoArrived(2, (PhotoHint.DARK,)))))  # type: ignore[arg-type]
    said = capsys.readouterr().out
    lines = [line for line in said.splitlines() if not set(line) <= set(" ▀▄█")]
    assert lines[0].startswith("Scan it with your phone's camera to add photos to “Abito")
    assert "\x1b" not in said
    assert lines[1] == "http://192.168.1.7:8422/x"
    assert lines[-3:] == [
        "Photo 1 is here.",
        "Photo 2 is here. Too dark: take it again by a window, in daylight.",
        "The page is closed. 2 photos arrived.",
    ]
    assert "▀" in said


def test_a_listing_that_there_is_not_is_told(vopt: Vopt) -> None:
    told = vopt("phone", "A-9999")
    assert (told.status, "There is no listing “A-9999” in your shop" in told.err) == (1, True)
