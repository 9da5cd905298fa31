"""A visit to a listing's page says what became of it, and nothing of any other listing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sources.vinted.conftest import OpenClient, ScriptedVinted
from tests.sources.vinted.pages_by_hand import item_page, plugins
from vopt_lib.errors import Challenged, UnexpectedAnswer
from vopt_lib.sources.vinted.answer import Origin
from vopt_lib.sources.vinted.parse import Page, frames
from vopt_lib.sources.vinted.pseudonyms import Pseudonyms
from vopt_lib.sources.vinted.visit import is_gone, visit

ORIGIN = Origin("vinted", "it", "recheck-1")
Visit = Callable[..., Page]


@pytest.fixture
def visited(open_client: OpenClient) -> Visit:
    def visit_one(listing_id: int = 7001, address: str | None = "https://www.vinted.it/items/7001-gonna") -> Page:
        return visit(open_client(), listing_id, address, origin=ORIGIN, pseudonyms=Pseudonyms(bytes(32)))

    return visit_one


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({}, "on_sale"),
        ({"is_closed": True, "item_closing_action": "sold"}, "sold"),
        ({"is_reserved": True}, "reserved"),
        ({"is_hidden": True}, "hidden"),
    ],
)
def test_the_page_says_what_became_of_the_listing(
    visited: Visit, vinted: ScriptedVinted, said: dict[str, object], state: str
) -> None:
    vinted.on("/items/7001-gonna", vinted.reply(200, item_page(flight=plugins(**said))))
    [item] = visited().items
    assert item.state == state


@pytest.mark.parametrize(("status", "location"), [(404, ""), (410, ""), (302, "/catalog")])
def test_a_page_that_is_gone_says_that_the_listing_was_deleted(
    visited: Visit, vinted: ScriptedVinted, status: int, location: str
) -> None:
    vinted.on("/items/7001-gonna", vinted.reply(status, "<html></html>", location=location))
    page = visited()
    assert is_gone(page)
    written = frames([page])
    told = written["listing_seen"].select("listing_id", "state", "shape", "asked_amount", "run_id")
    assert told.rows() == [(7001, "deleted", "item-page", None, "recheck-1")]
    assert written["rejected"].is_empty()


def test_a_listing_whose_address_is_not_known_is_found_by_its_id(visited: Visit, vinted: ScriptedVinted) -> None:
    vinted.on("/items/7001", vinted.reply(301, b"", location="/items/7001-gonna"))
    vinted.on("/items/7001-gonna", vinted.reply(200, item_page()))
    assert not is_gone(visited(address=None))


def test_the_page_of_another_listing_is_none_of_this_one(visited: Visit, vinted: ScriptedVinted) -> None:
    vinted.on("/items/7001-gonna", vinted.reply(200, item_page()))
    with pytest.raises(UnexpectedAnswer):
        visited(listing_id=7002)


def test_a_challenge_is_no_proof_of_anything(visited: Visit, vinted: ScriptedVinted) -> None:
    vinted.on("/items/7001-gonna", vinted.reply(403, "<html><title>Just a moment</title></html>"))
    with pytest.raises(Challenged):
        visited()
