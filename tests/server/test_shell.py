"""The frame around the pages."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from lxml.html import HtmlElement, document_fromstring

from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.pages import PAGES
from vopt_lib.server.shell import shell
from vopt_lib.words import Words

HOME = PAGES[0]
MARKET = next(page for page in PAGES if page.name == "market")
ANNA = Visitor("anna-browser", "it", "dark", role="admin")


def drawn(visitor: Visitor = ANNA, *, sign_out: str | None = None) -> HtmlElement:
    """The shell around the market page."""
    return document_fromstring(shell(MARKET, visitor, sign_out=sign_out))


def links(html: HtmlElement, where: str) -> list[tuple[str, str, str | None]]:
    """Where the pages are listed: address, title, whether it is the one shown."""
    found = html.xpath(f"{where}//a")
    return [(link.get("href"), link.text_content(), link.get("aria-current")) for link in found]


def test_it_links_to_every_page_by_groups_and_marks_the_one_shown() -> None:
    html = drawn()
    assert links(html, "//aside/nav") == [
        ("/", "Oggi", None),
        ("/studio", "Studio", None),
        ("/inventory", "Inventario", None),
        ("/sales", "Vendite", None),
        ("/price", "Quanto chiedere", None),
        ("/market", "Prezzi", "page"),
        ("/brand", "Brand", None),
        ("/deals", "Occasioni", None),
        ("/follow", "Ricerche", None),
        ("/similar", "Simili", None),
        ("/quality", "Qualità dei dati", None),
        ("/imports", "Importazioni", None),
        ("/duplicates", "Doppioni", None),
        ("/sql", "Domande", None),
        ("/people", "Persone", None),
        ("/admin", Words("it").say("Administration"), None),
    ]
    english = drawn(replace(ANNA, language="en"))
    assert english.xpath("//aside/nav//h2/text()") == ["Selling", "Market", "Keeping order"]


def test_a_member_is_not_led_to_administration() -> None:
    ben = Visitor("ben", "en", member=2)
    assert "/admin" not in [href for href, *_ in links(drawn(ben), "//nav")]
    assert "admin" not in json.loads(drawn(ben).get_element_by_id("vopt-shell").text)["pages"]


def test_a_phone_has_the_most_used_pages_and_a_sheet_with_all() -> None:
    html = drawn()
    bottom = "//nav[@class='vopt-bottom']"
    assert [title for _, title, _ in links(html, bottom)] == ["Oggi", "Studio", "Inventario", "Vendite"]
    assert html.xpath(f"{bottom}/button/@data-opens") == ["vopt-more"]
    assert links(html, "//dialog[@id='vopt-more']/nav") == links(html, "//aside/nav")


def test_it_is_in_her_language_and_theme() -> None:
    html = drawn()
    assert (html.get("lang"), html.get("data-theme-choice"), html.get("data-page")) == ("it", "dark", "market")
    assert html.findtext("head/title") == "Prezzi · vopt"
    chosen = {select.get("name"): select.xpath("option[@selected]/@value") for select in html.xpath("//select")}
    assert chosen == {"theme": ["dark"], "language": ["it"]}


@pytest.mark.parametrize(("language", "title"), [("it", "Oggi"), ("en", "Home")])
def test_its_scripts_learn_the_titles(language: str, title: str) -> None:
    facts = json.loads(drawn(Visitor("anna", language)).get_element_by_id("vopt-shell").text)  # type: ignore[arg-type]
    assert facts["pages"]["home"] == title
    assert set(facts["pages"]) == {page.name for page in PAGES if page.name != "admin"}


def test_it_has_a_place_for_the_pages_and_a_way_there_past_the_sidebar() -> None:
    html = drawn()
    assert html.xpath("boolean(//main[@id='pages']/div[@class='vopt-waiting'])")
    assert html.xpath("//body/*[1]/@href") == ["#pages"]


def test_it_does_not_say_which_browser_looks() -> None:
    assert "anna-browser" not in shell(MARKET, ANNA)


def test_who_is_signed_in_reads_her_name_and_can_sign_out() -> None:
    html = drawn(replace(ANNA, language="en", name="Anna <b>"), sign_out="to'ken")
    assert html.xpath("//button[@data-opens='vopt-me']/span/text()") == ["Anna <b>"]
    assert html.xpath("//button[@data-opens='vopt-me']//small/text()") == ["sees and changes everything"]
    [form] = html.xpath("//dialog[@id='vopt-me']//form")
    assert (form.get("action"), form.get("method"), dict(form.fields)) == ("/logout", "post", {"form": "to'ken"})
    assert html.xpath("//dialog[@id='vopt-me']/a/@href") == ["/account"]


def test_where_nobody_logs_in_there_are_preferences_and_the_way_to_a_password() -> None:
    html = drawn(replace(ANNA, language="en"))
    assert html.xpath("//button[@data-opens='vopt-me']")[0].text_content() == "Preferences"
    assert html.xpath("//dialog[@id='vopt-me']//select/@name") == ["theme", "language"]
    assert html.xpath("//dialog[@id='vopt-me']/a/text()") == ["Lock your pages with a password"]
    assert not html.xpath("//form")


def test_a_button_opens_each_panel() -> None:
    html = drawn()
    assert set(html.xpath("//@data-opens")) == set(html.xpath("//dialog/@id"))


def test_every_drawing_and_button_has_a_name_for_those_who_do_not_see_it() -> None:
    html = drawn()
    assert set(html.xpath("//svg/@aria-hidden")) == {"true"}
    assert all((one.get("aria-label") or one.text_content()).strip() for one in html.xpath("//button | //dialog"))


def test_nothing_in_it_acts_by_an_attribute() -> None:
    html = drawn(replace(ANNA, name="x"), sign_out="t")
    assert not [name for one in html.iter() for name in one.attrib if name.startswith("on")]
    assert {one.get("type") for one in html.iter("script") if not one.get("src")} == {"application/json"}
