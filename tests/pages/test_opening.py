"""Every page, opened over its websocket: it runs without an error, in her language, and strangers' words stay words."""

from __future__ import annotations

import subprocess
import sys
from itertools import product
from urllib.parse import quote, urlsplit

import pytest

from tests.markets import BAGS, HOSTILE, HOSTILE_BRANDS
from tests.pages.conftest import Open
from tests.pages.english import english_in
from tests.pages.texts import elements
from tests.servers import REPOSITORY
from vopt_lib.imports.mail_servers import PROVIDERS
from vopt_lib.server.pages import PAGES
from vopt_lib.words import Language

STATES = ("fresh", "old", "empty", "resting", "hostile")
BAG_PAGE = "listing?id=19001"
BAGS_PAGE = f"market?catalog={BAGS.id}"
BRAND_PAGE = "brand?brand=Zara"
INVENTORY = "inventory?text=abito&state=published&brand=Zara&price_from=1&price_to=99&days=1&order=slowest&page=2"
ADDRESSES = (
    *(page.name for page in PAGES),
    BAG_PAGE,
    "listing?id=19005",
    "deals?brand=Zara&price_to=20",
    "sales?period=all&person=1&catalog=19&state=completed&page=2",
    BAGS_PAGE,
    f"{BAGS_PAGE}&brand=Zara&size=M&condition=1&price_from=5&price_to=40&mine=25&days=90&order=cheapest",
    f"{BAGS_PAGE}&brand={quote(HOSTILE_BRANDS[0] or '')}",
    f"{BRAND_PAGE}&catalog={BAGS.id}&days=90",
    f"brand?brand={quote(HOSTILE_BRANDS[0] or '')}",
    "price?title=borsa&catalog=19&brand=Zara&size=M&condition=2&cost=5&offer=8",
    *(
        "price?own=1",
        "price?own=2&condition=3",
        f"price?title={quote(HOSTILE[0])}&brand={quote(HOSTILE_BRANDS[0] or '')}",
    ),
    "similar?listing=19001&catalog=19&price_to=99&state=on_sale",
    *("similar?own=1", "studio?id=1", "studio?id=2"),
    *("inventory?id=1", "inventory?new=True", "inventory?text=abiot&id=2", INVENTORY),
)
NONSENSE = (
    "market?catalog=0",
    "market?catalog=999999999999999999999",
    "market?catalog=x&days=-1&order=&mine=NaN",
    "market?market=xx&catalog=19",
    f"{BAGS_PAGE}&brand={quote('<script>')}&size={quote('%s{0}')}&price_from=9&price_to=1",
    f"{BAGS_PAGE}&catalog=9000001&brand=%ff%00",
    "brand?brand=Nobody&catalog=x&days=0",
    f"brand?brand={quote('<script>')}%00&market=zz",
    f"{BRAND_PAGE}&catalog=999999999999999999999",
    "price?own=0&title=&catalog=x&condition=-1&cost=abc&offer=1e9",
    f"price?own=99999999&title={quote('<script>')}%00",
    f"price?title={'a' * 400}&brand={quote('%s{0}')}&size={quote('</div>')}&market=zz",
    "similar?listing=x&own=0&catalog=-1&state=lost&price_from=NaN&brand=%00",
    f"similar?listing=7&brand={quote('<script>')}",
    *("studio?id=0", "studio?id=99999999", "studio?id=<b>"),
    "price_model?version=<b>",
    "listing?id=0",
    "listing?id=99999999999999999999999",
    "listing?id=7",
    "listing?id=x&market=<b>",
    "deals?catalog=-1&price_to=NaN&brand=" + quote("<script>"),
    "sales?period=-1&person=x&catalog=0&state=sold&currency=euro&page=0",
    "sales?period=2099&person=999999&currency=XXX&page=99999",
    "inventory?id=0&page=-1&order=worst&state=lost&days=x&price_from=NaN",
    "inventory?id=2147483647&new=maybe&account=99999999999999999999",
    "inventory?page=99999&tag=" + quote("%_\\'\"<script>") + "&text=" + quote("\u0000\u202e%"),
    "follow?x=1&x=2&=&%",
    "home?" + "a=1&" * 300,
    "sql?sql=" + quote("DROP TABLE x"),
    "sql?" + quote("\u0000\u202e<script>"),
)


OPENED = (
    *product((*STATES, "damaged"), ADDRESSES, ("it",)),
    *product(("fresh", "empty"), ADDRESSES, ("en",)),
)


@pytest.mark.parametrize(("state", "address", "language"), OPENED)
def test_a_page_runs(open_in: Open, state: str, address: str, language: Language) -> None:
    opened = open_in(state, address, language)
    assert opened.errors == {}
    assert "vopt-" in opened.html
    assert "Traceback" not in opened.html


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("state", STATES)
def test_an_italian_page_says_nothing_in_english(open_in: Open, state: str, address: str) -> None:
    html = open_in(state, address, "it").html
    strangers = [text for text in (*HOSTILE, *HOSTILE_BRANDS) if text]
    assert [text for text in english_in(html) if text not in strangers] == []


@pytest.mark.parametrize("address", NONSENSE)
@pytest.mark.parametrize("state", ["fresh", "empty"])
def test_an_address_that_makes_no_sense_opens_the_page_all_the_same(open_in: Open, state: str, address: str) -> None:
    opened = open_in(state, address, "en")
    assert opened.errors == {}
    assert "Traceback" not in opened.html


FORMS = {"/own/mailbox"}
PROVIDERS_PAGES = {one.app_passwords for one in PROVIDERS}
"""Where forms and links of ours lead: a stranger's would lead elsewhere."""


@pytest.mark.parametrize("address", ADDRESSES)
def test_strangers_words_stay_words(open_in: Open, address: str) -> None:
    for element in elements(open_in("hostile", address, "it").html):
        assert element.tag not in ("script", "iframe", "object", "embed", "base", "meta", "link"), element.tag
        assert element.tag != "form" or element.get("action") in FORMS
        assert not [name for name in element.attrib if name.startswith("on")]
        for name in ("href", "src", "action", "xlink:href"):
            target = urlsplit("" if element.get(name) in PROVIDERS_PAGES else element.get(name, ""))
            assert target.scheme in ("", "https", "data"), element.get(name)
            assert target.hostname is None or target.hostname.endswith((".vinted.it", ".vinted.net")), target
            assert target.scheme != "data" or target.path.startswith("image/")


def test_strangers_words_are_shown(open_in: Open) -> None:
    html = open_in("hostile", BAGS_PAGE, "it").html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert HOSTILE[0] not in html


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("state", STATES)
def test_a_page_tells_nothing_of_this_computer(open_in: Open, state: str, address: str) -> None:
    html = open_in(state, address, "it").html
    assert str(REPOSITORY) not in html
    assert "/tmp/" not in html


def test_the_notebooks_are_as_marimo_wants_them() -> None:
    command = [sys.executable, "-m", "marimo", "check", "--strict", "notebooks", "tests/server/notebooks"]
    checked = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
