"""The frame around the pages: how it looks, which language it speaks, with keys only, and when vopt is gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewWindow, address_of, served
from tests.markets import small_market_data
from tests.windows import Window
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.ports import free_port
from vopt_lib.desk.services import Service
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.desk.shop.signing_in import set_password

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(400)]

PASSWORD = "Giraffenwort-7"


def theme_of(window: Window) -> set[str]:
    """How the shell and the page shown look."""
    return {
        frame.evaluate("document.documentElement.dataset.theme") for frame in (window.page.main_frame, window.frame)
    }


def paper_of(window: Window) -> str:
    return str(window.frame.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_it_looks_as_the_system_does_until_she_chooses(nothing: str, new_window: NewWindow) -> None:
    window = new_window(nothing, theme="dark")
    window.open("/")
    assert theme_of(window) == {"dark"}
    window.page.emulate_media(color_scheme="light")
    assert theme_of(window) == {"light"}


def test_a_browser_that_is_too_old_gets_a_sentence_and_no_page(nothing: str, new_window: NewWindow) -> None:
    window = new_window(nothing)
    sentence = window.page.locator(".vopt-too-old")
    window.open("/")
    expect(sentence).to_be_hidden()

    window.page.route("**/enough.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    window.page.goto(f"{nothing}/")

    expect(sentence).to_be_visible()
    expect(window.page.locator("iframe")).to_have_count(0)


def test_another_theme_is_there_at_once_and_stays(nothing: str, new_window: NewWindow) -> None:
    window, other = new_window(nothing), new_window(nothing)
    window.open("/")
    other.open("/")
    light = paper_of(window)
    window.asked.clear()

    window.choose("theme", "dark")

    expect(window.shown.locator("html")).to_have_attribute("data-theme", "dark")
    assert theme_of(window) == {"dark"}
    assert paper_of(window) != light
    assert window.asked == [f"{nothing}/preferences"]
    window.page.reload()
    window.settle()
    assert theme_of(window) == {"dark"}
    other.page.reload()
    other.settle()
    assert theme_of(other) == {"light"}


def test_another_language_keeps_the_place_and_stays(demo: str, new_window: NewWindow) -> None:
    window, other = new_window(demo, language="it"), new_window(demo, language="it")
    window.open("/market?catalog=9000042&order=cheapest")

    with window.page.expect_navigation():
        window.choose("language", "en")
    window.settle()

    assert window.place == "/market?catalog=9000042&order=cheapest"
    expect(window.shown.get_by_role("heading", name="Listings on sale")).to_be_visible()
    expect(window.page.get_by_role("link", name="Searches")).to_be_visible()
    assert window.shown.locator("html").get_attribute("lang") == "en"
    other.open("/")
    expect(other.page.get_by_role("link", name="Ricerche")).to_be_visible()


def test_an_opened_page_stays_as_it_was_left(demo: str, new_window: NewWindow) -> None:
    window = new_window(demo, language="en")
    window.open("/market?catalog=9000042")
    window.frame.evaluate("document.getElementById('App').scrollTop = 300")
    window.switch_to("Questions")
    assert window.place == "/sql"

    window.switch_to("Prices")

    assert window.place == "/market?catalog=9000042"
    assert window.frame.evaluate("document.getElementById('App').scrollTop") == 300


def test_keys_alone_reach_pages_preferences_and_controls(demo: str, new_window: NewWindow) -> None:
    window = new_window(demo, language="en")
    window.open("/market?catalog=9000042")
    reached = [name.partition(":")[0] for name in presses(window, "Tab", 26)]

    pages = ["Home", "Studio", "Inventory", "Sales", "What to ask", "Prices", "Brands", "Deals", "Searches"]
    pages += ["Look-alikes", "Data quality", "Imports", "Duplicates", "Questions", "People", "Administration"]
    assert reached[:21] == ["To the page", "vopt", "Find…", "Alerts", *pages, "Preferences"]
    assert reached[21:26] == ["All prices", "Catalogue", "Brand", "Size", "Condition"]


def test_keys_reach_the_page_past_the_sidebar(nothing: str, new_window: NewWindow) -> None:
    window = new_window(nothing, language="en")
    window.open("/")
    window.page.keyboard.press("Tab")
    window.page.keyboard.press("Enter")
    assert window.page.evaluate("document.activeElement.title") == "Home"


def presses(window: Window, key: str, times: int) -> Iterator[str]:
    """The names of what the keys reach; each must be seen to be reached."""
    for _ in range(times):
        window.page.keyboard.press(key)
        frame = window.page.main_frame
        if frame.evaluate("document.activeElement.tagName") == "IFRAME":
            frame = window.frame
        name, is_seen = frame.evaluate(
            """() => {
              let one = document.activeElement;
              while (one.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
              const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
              const label = one.labels?.[0]?.innerText ?? one.getAttribute("aria-label") ?? one.innerText;
              const isSeen = (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
              return [label.trim().split("\\n")[0], isSeen];
            }"""
        )
        assert is_seen, f"nobody sees that {name!r} has the focus"
        yield name


def test_enter_on_a_page_of_the_sidebar_opens_it(nothing: str, new_window: NewWindow) -> None:
    window = new_window(nothing, language="en")
    window.open("/")
    window.page.get_by_role("link", name="Prices").focus()
    window.page.keyboard.press("Enter")
    window.settle()
    assert window.place == "/market"
    expect(window.page.get_by_role("link", name="Prices")).to_have_attribute("aria-current", "page")


def test_a_slash_finds_and_enter_opens(demo: str, new_window: NewWindow) -> None:
    window = new_window(demo, language="en")
    window.open("/")
    window.shown.get_by_role("heading", level=1).click()
    window.page.keyboard.press("/")
    field = window.page.get_by_role("combobox", name="What to find")
    expect(field).to_be_focused()
    field.fill("donna jeans")
    expect(window.page.get_by_role("option").first).to_be_visible()
    field.fill("data qual")
    expect(window.page.get_by_role("option")).to_have_text(["Data qualityPage"])
    window.page.keyboard.press("Enter")
    window.settle()
    assert window.place == "/quality"
    expect(field).to_be_hidden()


def test_escape_closes_a_panel_and_gives_the_focus_back(nothing: str, new_window: NewWindow) -> None:
    window = new_window(nothing, language="en")
    window.open("/")
    bell = window.page.get_by_role("button", name="Alerts")
    bell.click()
    panel = window.page.get_by_role("dialog", name="Alerts")
    expect(panel.get_by_text("Nothing needs you.")).to_be_visible()
    window.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(bell).to_be_focused()


def test_on_a_phone_more_opens_every_page(nothing: str, new_window: NewWindow) -> None:
    window = new_window(nothing, language="en", width=390)
    window.open("/")
    bottom = window.page.get_by_role("navigation", name="Most used pages")
    expect(bottom.get_by_role("link")).to_have_text(["Home", "Studio", "Inventory", "Sales"])
    bottom.get_by_role("button", name="More").click()
    sheet = window.page.get_by_role("dialog", name="All pages")
    assert window.overflows() == []
    sheet.get_by_role("link", name="People").click()
    window.settle()
    assert window.place == "/people"
    expect(sheet).to_be_hidden()


def test_few_pages_stay_alive_and_one_with_something_typed_longer(nothing: str, new_window: NewWindow) -> None:
    window = new_window(nothing, language="en")
    window.open("/sql")
    window.shown.locator(".cm-content, textarea").first.click()
    window.page.keyboard.type("select 1")
    for title in ("Home", "Sales", "Prices", "Brands", "Deals", "Searches"):
        window.switch_to(title)
    frames = window.page.locator("#pages iframe")
    expect(frames).to_have_count(5)
    alive = frames.evaluate_all("all => all.map((one) => one.title)")
    assert sorted(alive) == ["Brands", "Deals", "Prices", "Questions", "Searches"]
    window.switch_to("Home")
    expect(frames).to_have_count(5)


def test_who_is_signed_in_signs_out_in_the_sidebar(tmp_path: Path, new_window: NewWindow) -> None:
    desk = open_desk(data=tmp_path)
    anna = member_of(desk)
    set_password(desk, anna, anna.person_id, PASSWORD)
    with served(tmp_path) as pages:
        window = new_window(address_of(pages), language="en")
        window.page.goto("/sales")
        window.page.locator("input[name=name]").fill(anna.name)
        window.page.locator("input[type=password]").fill(PASSWORD)
        window.page.locator("button[type=submit]").first.click()
        window.settle()
        assert window.place == "/sales"
        window.page.get_by_role("button", name=anna.name).click()
        window.page.get_by_role("button", name="Sign out").click()
        expect(window.page).to_have_url(re.compile("/login$"))
        window.page.goto("/sales")
        assert window.place == "/login?next=%2Fsales"


def test_a_browser_can_keep_it_as_an_app(nothing: str, new_window: NewWindow) -> None:
    window = new_window(nothing)
    window.open("/")
    chromium = window.page.context.new_cdp_session(window.page)
    assert chromium.send("Page.getAppManifest")["errors"] == []
    hindered = chromium.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # Every window of the tests is private, which a browser without windows of its own does not count.
    assert {one["errorId"] for one in hindered} <= {"in-incognito"}


class Vopt:
    """A vopt that can be ended and started again at the same address."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._running = ExitStack()
        self.port = free_port(0)

    def start(self) -> Service:
        return self._running.enter_context(served(self._data, self.port))

    def end(self) -> None:
        self._running.close()


@pytest.fixture
def vopt(tmp_path: Path) -> Iterator[Vopt]:
    one = Vopt(tmp_path)
    one.start()
    try:
        yield one
    finally:
        one.end()


def test_a_page_comes_back_where_she_was_when_vopt_does(vopt: Vopt, new_window: NewWindow) -> None:
    window = new_window(f"http://127.0.0.1:{vopt.port}", language="en")
    window.open("/market")
    window.shown.get_by_role("link", name="90 days").click()
    expect(window.page).to_have_url(re.compile("days=90"))

    vopt.end()
    trouble = window.page.get_by_role("status").filter(has_text="vopt does not answer")
    expect(trouble).to_be_visible()
    expect(window.shown.get_by_role("heading", level=1)).to_be_visible()
    vopt.start()

    expect(trouble).to_be_hidden(timeout=20_000)
    window.settle()
    assert window.place == "/market?days=90"
    window.shown.get_by_role("link", name="A year").click()
    expect(window.page).to_have_url(re.compile("days=365"))


def test_a_page_opened_while_vopt_is_gone_says_so_and_can_be_tried_again(vopt: Vopt, new_window: NewWindow) -> None:
    window = new_window(f"http://127.0.0.1:{vopt.port}", language="it")
    window.open("/")
    vopt.end()
    window.page.get_by_role("navigation", name="Pagine").get_by_role("link", name="Domande").click()
    trouble = window.page.get_by_role("status").filter(has_text="vopt")
    expect(trouble).to_be_visible()
    trouble.get_by_role("button", name="Riprova").click()
    expect(trouble).to_be_visible()

    vopt.start()

    expect(trouble).to_be_hidden(timeout=30_000)
    window.settle()
    expect(trouble).to_be_hidden()
    assert window.place == "/sql"


def test_a_page_that_fails_before_it_shows_anything_says_so(tmp_path: Path, new_window: NewWindow) -> None:
    desk = small_market_data(tmp_path)
    for file in Path(desk.paths.lake_root, "catalog_day").glob("market=*/**/*.parquet"):
        # As long as before: one that was cut off is known, and told by itself.
        file.write_bytes(b"?" * file.stat().st_size)
    with served(tmp_path) as pages:
        window = new_window(address_of(pages), language="it")
        window.page.goto("/market")
        told = window.shown.get_by_role("alert").filter(has_text="Qualcosa è andato storto in vopt.")
        expect(told).to_be_visible(timeout=20_000)
