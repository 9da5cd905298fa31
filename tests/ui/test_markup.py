"""HTML: whatever comes from outside is text."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from vopt_lib.ui.markup import plain, show, tag, together


@pytest.mark.parametrize(
    ("written", "html"),
    [
        (tag("b", "<i>"), "<b>&lt;i&gt;</b>"),
        (tag("b", tag("i", "x")), "<b><i>x</i></b>"),
        (tag("a", "x", href='"><script>'), '<a href="&#34;&gt;&lt;script&gt;">x</a>'),
        (tag("p", ["a", None, tag("br")], class_="c", data_row=1), '<p class="c" data-row="1">a<br /></p>'),
        (tag("input", name="n", disabled=True, hidden=False, value=None), '<input name="n" disabled />'),
        (tag("p", "{0}", title="{x}"), '<p title="{x}">{0}</p>'),
        (together("a", None, [Markup("<br>"), "&"]), "a<br>&amp;"),
    ],
    ids=["text", "markup", "attribute", "pieces", "flags", "braces", "together"],
)
def test_what_is_written(written: Markup, html: str) -> None:
    assert written == html


@pytest.mark.parametrize(
    ("text", "calm"),
    [
        ("  two \n lines\t", "two lines"),
        ("a\u202etxt.exe", "atxt.exe"),
        ("zero\x00byte", "zero byte"),
        ("x" * 10_000, "x" * 199 + "…"),
        ("<b>👗 è</b>", "<b>👗 è</b>"),
    ],
    ids=["spaces", "turning", "control", "long", "as it is"],
)
def test_a_strangers_text_stays_in_its_line(text: str, calm: str) -> None:
    assert plain(text) == calm


def test_a_cell_shows_plain_text_to_marimo() -> None:
    # A subclass of str would arrive in the browser as an object.
    assert type(show(tag("b", "x")).text) is str
