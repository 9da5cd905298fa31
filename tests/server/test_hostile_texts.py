"""What strangers and members wrote is text wherever it is shown: on every page, to an admin, too."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest

from tests.markets import HOSTILE_STRANGERS, small_market_data
from tests.server.live_html import live
from tests.server.lockeds import BENS, Browser, Locked, locked_pages
from tests.shop.people import author
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.server.pages import PAGES
from vopt_lib.shop.tables import Listing, Person

HOSTILE = "<img src=x onerror=alert(1)>"
HEADER = '"\r\nSet-Cookie: owned=1\u202e'
BENS_WORD = f"Zebrawort{HOSTILE}"
OPENED = {
    "inventory": {"person": 2, "id": 2}, "studio": {"id": 2}, "similar": {"id": 2}, "brand": {"brand": "<b>Zara</b>"},
    "market": {"catalog": 19}, "deals": {"catalog": 19}, "follow": {"way": "words", "text": HOSTILE, "name": HOSTILE},
    "sql": {"sql": f"SELECT title, '{HOSTILE}' FROM listing_seen"},
}  # fmt: skip


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Locked]:
    """A market whose listings are hostile, and a member who is: she calls herself so, and so does her browser."""
    data = tmp_path_factory.mktemp("hostile")
    small_market_data(data, strangers=HOSTILE_STRANGERS)
    with locked_pages(data, bens=BENS_WORD) as running:
        browser = running.browser(("User-Agent", HOSTILE))
        assert browser.sign_in("Ben", BENS).status == 303
        with shop_of(running.desk).writing(author()) as session:
            session.get_one(Person, 2).name = f"Ben {HOSTILE}{HEADER}"
            session.get_one(Listing, 2).title = f"Dress {HOSTILE}{HEADER}"
        yield running


@pytest.fixture(scope="module")
def anna(locked: Locked) -> Browser:
    return locked.anna()


def test_the_check_sees_what_would_run() -> None:
    assert live(HOSTILE)
    assert live("<a href=' javascript:alert(1)'>")
    assert live("""<marimo-button data-label='"&lt;img src=x onerror=alert(1)&gt;"'></marimo-button>""")
    assert live("&lt;img src=x onerror=alert(1)&gt;") == []


@pytest.mark.slow
@pytest.mark.parametrize("page", [page.name for page in PAGES])
def test_what_they_wrote_is_text_on_every_page(anna: Browser, page: str) -> None:
    with anna.visitor.opens(page, urlencode(OPENED.get(page, {}))) as tab:
        shown = [text for mimetype, text in tab.shown.values() if mimetype == "text/html"]
        assert [found for text in shown for found in live(text)] == []
        if page in ("inventory", "people", "admin", "follow"):
            assert "onerror" in tab.text


def test_what_they_wrote_is_text_in_the_frame(anna: Browser) -> None:
    for target in ("/", "/admin", "/account", "/login", f"/login?next=/{HOSTILE}", f"/market?brand={HOSTILE}"):
        answer = anna.get(target.replace(" ", "%20"))
        assert HOSTILE.encode() not in answer.body, target
    for target in ("/api/v1/search?q=zebrawort", "/api/v1/alerts", "/api/v1/me"):
        answer = anna.get(target)
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "target",
    ["/own/everything/2.zip", "/own/export/year.zip?person=2", "/own/export/sales.csv?person=2", "/own/package/2.zip",
     f"/login?next={quote('/market' + HEADER)}", f"/market?brand={quote(HEADER)}"],
)  # fmt: skip
def test_no_name_of_theirs_brings_a_header(anna: Browser, target: str) -> None:
    answer = anna.get(target)
    assert answer.status in (200, 303), answer.body
    assert not [cookie for cookie in answer.cookies if "owned" in cookie]
    name = answer.headers.get("content-disposition", "")
    assert name.isascii()
    assert not set(name.partition("filename")[2]) & set("<>\r\n")
