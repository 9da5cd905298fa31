"""The frame around the pages."""

from __future__ import annotations

import json

import pytest
from lxml.html import HtmlElement, document_fromstring

from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.pages import PAGES
from vopt_lib.server.shell import shell

HOME = PAGES[0]
MARKET = next(page for page in PAGES if page.name == "market")
ANNA = Visitor("anna", "it", "dark")


def drawn(visitor: Visitor = ANNA) -> HtmlElement:
    """The shell around the market page."""
    return document_fromstring(shell(MARKET, visitor))


def test_it_links_to_every_page_and_marks_the_one_shown() -> None:
    links = drawn().xpath("//nav//a")
    assert [(link.get("href"), link.text_content(), link.get("aria-current")) for link in links] == [
        ("/", "Oggi", None),
        ("/studio", "Studio", None),
        ("/inventory", "Inventario", None),
        ("/sales", "Vendite", None),
        ("/price", "Quanto chiedere", None),
        ("/similar", "Simili", None),
        ("/duplicates", "Doppioni", None),
        ("/imports", "Importazioni", None),
        ("/market", "Prezzi", "page"),
        ("/brand", "Brand", None),
        ("/deals", "Occasioni", None),
        ("/follow", "Ricerche", None),
        ("/quality", "Qualità dei dati", None),
        ("/sql", "Domande", None),
        ("/people", "Persone", None),
    ]


def test_it_is_in_her_language_and_theme() -> None:
    html = drawn()
    assert (html.get("lang"), html.get("data-theme-choice"), html.get("data-page")) == ("it", "dark", "market")
    assert html.findtext("head/title") == "Prezzi · vopt"
    chosen = {select.get("name"): select.xpath("option[@selected]/@value") for select in html.xpath("//select")}
    assert chosen == {"theme": ["dark"], "language": ["it"]}


@pytest.mark.parametrize(("language", "title"), [("it", "Oggi"), ("en", "Home")])
def test_its_script_learns_the_titles(language: str, title: str) -> None:
    facts = json.loads(drawn(Visitor("anna", language)).get_element_by_id("vopt-shell").text)  # type: ignore[arg-type]
    assert facts["pages"]["home"] == title
    assert set(facts["pages"]) == {page.name for page in PAGES}


def test_it_has_a_place_for_the_pages() -> None:
    assert drawn().xpath("boolean(//main[@id='pages']/div[@class='vopt-waiting'])")


def test_it_does_not_say_who_looks() -> None:
    assert "anna" not in shell(MARKET, ANNA)
