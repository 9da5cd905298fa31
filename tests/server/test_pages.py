"""The pages that there are."""

from __future__ import annotations

import re

import pytest

from vopt_lib.server.pages import PAGES, Page


def test_the_first_page_is_home() -> None:
    shown = [page.name for page in PAGES]
    own = ["home", "studio", "inventory", "sales", "price", "similar", "duplicates", "imports"]
    market = ["market", "brand", "deals", "follow"]
    assert shown == [*own, *market, "quality", "sql", "people", "listing", "price_model", "assistant"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_a_notebook_and_a_drawing(page: Page) -> None:
    assert page.notebook.is_file()
    assert re.fullmatch(r"[MLHVQCSZAmlhvqcsza0-9 .,-]+", page.icon)
