"""Where a link may lead, and what becomes of an address that may not."""

from __future__ import annotations

import pytest

from vopt_lib.ui.links import is_photo, is_web, link

HARMFUL = [
    "javascript:alert(1)",
    " javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "//evil.test/x",
    "/\\evil.test/x",
    "ftp://host/x",
    "file:///etc/passwd",
    "http:",
    "https:///x",
    "http://[broken",
    "",
]


@pytest.mark.parametrize("href", HARMFUL)
def test_an_address_of_neither_the_web_nor_ours_is_no_link(href: str) -> None:
    assert link("Zara", href) == "<b>Zara</b>"


@pytest.mark.parametrize("href", ["?brand=Zara", "/follow?x=1", "#prices"])
def test_a_link_of_ours_opens_in_place(href: str) -> None:
    assert link("Zara", href) == f'<a href="{href}">Zara</a>'


def test_another_site_opens_beside_and_is_not_told_where_she_came_from() -> None:
    assert link("<x>", "https://www.vinted.it/items/1?a=1&b=2") == (
        '<a href="https://www.vinted.it/items/1?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">&lt;x&gt;</a>'
    )


@pytest.mark.parametrize(
    ("href", "may_be_shown"),
    [
        ("https://images1.vinted.net/t/1.webp", True),
        ("http://images1.vinted.localhost:8421/t/1.webp", True),
        ("http://localhost/1.webp", True),
        ("http://127.0.0.1:8421/1.webp", True),
        ("http://[::1]/1.webp", True),
        ("http://images1.vinted.net/t/1.webp", False),
        ("http://localhost.evil.test/1.webp", False),
        ("http://evil.test/127.0.0.1", False),
        ("data:image/png;base64,AAAA", False),
        ("1.webp", False),
    ],
)
def test_a_photo_comes_safely_or_from_this_machine(href: str, may_be_shown: bool) -> None:
    assert is_photo(href) is may_be_shown


@pytest.mark.parametrize("href", HARMFUL)
def test_a_harmful_address_is_none_of_the_web(href: str) -> None:
    assert not is_web(href)
    assert not is_photo(href)
