"""The pages that there are."""

from __future__ import annotations

import re

import pytest

from vopt_lib.server.pages import PAGES, Page


def test_the_first_page_is_home() -> None:
    shown = [page.name for page in PAGES]
    own = ["home", "studio", "inventory", "sales", "price"]
    market = ["market", "brand", "deals", "follow", "similar"]
    upkeep = ["quality", "imports", "duplicates", "sql", "people", "admin"]
    assert shown == [*own, *market, *upkeep, "listing", "price_model", "assistant"]


def test_a_phone_has_room_for_four_pages_and_the_way_to_all() -> None:
    assert [page.name for page in PAGES if page.is_first] == ["home", "studio", "inventory", "sales"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_a_notebook_and_a_drawing(page: Page) -> None:
    assert page.notebook.is_file()
    assert re.fullmatch(r"[MLHVQCSZAmlhvqcsza0-9 .,-]+", page.icon)
