"""A page and the address bar agree."""

from __future__ import annotations

from vopt_lib.ui.address import address


def test_the_page_says_where_it_is() -> None:
    here = address("catalog=4&brand=%22", lambda query: None)
    assert 'data-query="catalog=4&amp;brand=%22"' in here.text


def test_where_she_goes_reaches_the_page() -> None:
    asked: list[str] = []
    here = address("", asked.append)
    here.goes._update("?catalog=5")  # as marimo does when the control changes
    assert asked == ["catalog=5"]


def test_a_page_that_is_shown_again_looks_for_news_and_stays_where_it_is() -> None:
    asked, looked = [], []
    here = address("catalog=4", asked.append, lambda: looked.append(True))
    here.goes._update("!1")
    assert (asked, looked) == ([], [True])
    assert "data-looks" in here.text
    assert "data-looks" not in address("", asked.append).text
