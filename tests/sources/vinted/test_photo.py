"""A photo is fetched at the address that was delivered: the marketplace's own hosts, and of a photo's size."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from vopt_lib.errors import ForeignAddress, UnexpectedAnswer
from vopt_lib.schema.clock import SystemClock
from vopt_lib.settings import Settings
from vopt_lib.sources.vinted.answer import Answer
from vopt_lib.sources.vinted.client import VintedClient
from vopt_lib.sources.vinted.pacing import Pacing
from vopt_lib.sources.vinted.photo import LARGEST, fetch_photo, is_whole, unsigned
from vopt_lib.sources.vinted.site import Site

PHOTO = "https://images1.vinted.net/t/06_1/310x430/1.webp?s=abc"


class Answering(VintedClient):
    """A client to which every address answers the same, and nothing is asked."""

    def __init__(self, state: Path, body: bytes) -> None:
        site = Site.of(Settings(), "it")
        super().__init__(site, state=state, clock=SystemClock(), pacing=Pacing.none(), transport=None)
        self.body = body

    def get(self, url_or_path: str, params: Any = None, *, kind: Any) -> Answer:
        """The body, whatever is asked."""
        return Answer(url_or_path, 200, "image/webp", self.body, datetime(2026, 11, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://images1.vinted.net/t/06_1/310x430/1.webp?s=abc", "https://images1.vinted.net/t/06_1/310x430/1.webp"),
        ("https://images1.vinted.net/t/06_1/310x430/1.webp", "https://images1.vinted.net/t/06_1/310x430/1.webp"),
        ("https://images1.vinted.net/1.webp#x", "https://images1.vinted.net/1.webp"),
        ("", ""),
    ],
)
def test_the_same_photo_has_the_same_address_however_it_is_signed(url: str, plain: str) -> None:
    assert unsigned(url) == plain


@pytest.mark.parametrize("url", ["", "//", "http://[", "/t/1.webp", "1.webp", "javascript:alert(1)"])
def test_what_names_no_host_is_no_address(url: str) -> None:
    assert not is_whole(url)


def test_a_photo_is_what_came_from_its_address(tmp_path: Path) -> None:
    assert fetch_photo(Answering(tmp_path, b"photo"), PHOTO) == b"photo"


def test_a_file_that_is_too_large_for_a_photo_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnexpectedAnswer):
        fetch_photo(Answering(tmp_path, bytes(LARGEST + 1)), PHOTO)


def test_what_is_no_address_is_not_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ForeignAddress):
        fetch_photo(Answering(tmp_path, b"photo"), "/t/06_1/1.webp")
