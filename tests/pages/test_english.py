"""The finder of English finds it where it hides."""

from __future__ import annotations

import pytest

from tests.pages.english import english_in
from tests.pages.texts import texts


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<h1>Home</h1>", ["Home"]),
        ('<button aria-label="Appearance">x</button>', ["Appearance"]),
        ("<marimo-text data-label='\"&lt;span&gt;Language&lt;/span&gt;\"'></marimo-text>", ["Language"]),
        ("<p>Oggi: there is nothing.</p>", ["Oggi: there is nothing."]),
        ('<marimo-vega data-spec=\'{"axis": {"title": "The end of the day"}}\'></marimo-vega>', ["The end of the day"]),
        ("<p>Oggi non c'è niente.</p>", []),
        ('<td>listing</td><p class="the-end">Prezzi</p>', []),
    ],
    ids=["a heading", "what is heard", "a label", "a sentence", "a chart", "Italian", "names"],
)
def test_english_is_found(html: str, found: list[str]) -> None:
    assert english_in(html) == found


def test_every_text_is_read() -> None:
    html = (
        "<p>one<b>two</b>three</p><img alt='four'>"
        "<marimo-dropdown data-options='[\"five\"]' data-label='\"&lt;i title=six&gt;seven&lt;/i&gt;\"'>"
    )
    read = [*texts(html)]
    for text in ("one", "two", "three", "four", "five", "six", "seven"):
        assert text in read
