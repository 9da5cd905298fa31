"""How she asks the tables: from a ready question or her own, to an answer she can take away."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import polars as pl
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import NewWindow, address_of, served
from tests.markets import small_market_data
from tests.windows import Window

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(400)]

ANSWERED_WITHIN_MS = 60_000  # a query goes behind everything else that this computer does
ENDLESS = "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range * b.range % 7 = 3"


def editor(window: Window) -> Locator:
    return window.shown.get_by_role("textbox").first


def write(window: Window, sql: str) -> None:
    editor(window).press("ControlOrMeta+a")
    window.page.keyboard.insert_text(sql)
    window.settle()


def ask(window: Window, name: str = "Ask") -> None:
    window.shown.get_by_role("button", name=name, exact=True).click()


def told(window: Window) -> Locator:
    """What went wrong."""
    return window.shown.get_by_role("alert")


def answer(window: Window, name: str = "Answer") -> Locator:
    return window.shown.get_by_role("table", name=name, exact=True)


def answered(window: Window, name: str = "Answer") -> Locator:
    """The answer, once it is there."""
    expect(answer(window, name)).to_be_visible(timeout=ANSWERED_WITHIN_MS)
    return answer(window, name)


def take(window: Window, button: str, place: Path) -> str:
    """Download a file. Returns: what it is called."""
    with window.page.expect_download() as arriving:
        window.shown.get_by_text(button, exact=True).click()
    arriving.value.save_as(place)
    return arriving.value.suggested_filename


def test_from_a_ready_question_to_a_file_her_spreadsheet_opens(
    demo: str, new_window: NewWindow, tmp_path: Path
) -> None:
    window = new_window(demo, language="it")
    window.open("/sql")
    window.shown.get_by_role("link", name="Quali taglie sono più in vendita, e a che prezzo?").click()
    expect(editor(window)).to_contain_text("-- Quali taglie")
    expect(answer(window, "Risposta")).to_have_count(0)

    ask(window, "Chiedi")
    answered(window, "Risposta")
    name = take(window, "Scarica CSV", tmp_path / "taken.csv")

    assert re.fullmatch(r"vopt-\d{4}-\d\d-\d\d\.csv", name)
    taken = (tmp_path / "taken.csv").read_text(encoding="utf-8")
    assert taken.splitlines()[0] == "\ufeffsize;listings;median_eur"
    assert re.match(r".+;\d+;\d+,\d\d$", taken.splitlines()[1])
    assert window.complaints == []


@pytest.mark.parametrize("kind", ["JSON", "Parquet"])
def test_an_answer_can_be_taken_to_other_programs(demo: str, new_window: NewWindow, tmp_path: Path, kind: str) -> None:
    window = new_window(demo, language="en")
    window.open("/sql?sql=" + quote("SELECT 'é' AS a, 1 AS b"))
    ask(window)
    answered(window)
    take(window, f"Download {kind}", tmp_path / "taken")
    read = pl.read_json if kind == "JSON" else pl.read_parquet
    assert read(tmp_path / "taken").rows() == [("é", 1)]


def test_a_question_from_an_address_waits_until_she_asks(demo: str, new_window: NewWindow) -> None:
    window = new_window(demo, language="en")
    window.open("/sql?sql=" + quote("SELECT 6 * 7 AS n"))
    expect(editor(window)).to_have_text("SELECT 6 * 7 AS n")
    expect(answer(window)).to_have_count(0)
    ask(window)
    expect(answered(window).get_by_role("cell")).to_have_text("42")


def test_what_she_asked_is_in_the_address_and_the_way_back_brings_the_one_before(
    demo: str, new_window: NewWindow
) -> None:
    window = new_window(demo, language="en")
    window.open("/sql")
    for sql in ("SELECT 1 AS first", "SELECT 2 AS second"):
        write(window, sql)
        ask(window)
        expect(window.page).to_have_url(re.compile(re.escape(sql.replace(" ", "+")) + "$"))
    window.page.go_back()
    expect(editor(window)).to_have_text("SELECT 1 AS first")


def test_a_ready_question_does_not_lose_what_she_had_written(demo: str, new_window: NewWindow) -> None:
    window = new_window(demo, language="en")
    window.open("/sql")
    write(window, "SELECT 'mine'")
    window.shown.get_by_role("link", name="What do people like best right now?").click()
    window.shown.get_by_role("link", name="Bring back what I had written").click()
    expect(editor(window)).to_have_text("SELECT 'mine'")


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("SELECT titel FROM listing_seen", "Did you mean “title”?"),
        ("COPY listing_seen TO 'a.csv'", "Write exactly one SELECT: COPY is not allowed here."),
        ("SELECT * FROM read_text('/etc/passwd')", "outside the published tables"),
        (" ", "Write exactly one SELECT: this is empty."),
    ],
    ids=["a wrong column", "writing", "a file", "nothing"],
)
def test_what_cannot_be_asked_is_told_in_a_sentence(demo: str, new_window: NewWindow, sql: str, sentence: str) -> None:
    window = new_window(demo, language="en")
    window.open("/sql")
    write(window, sql)
    ask(window)
    expect(told(window)).to_contain_text(sentence, timeout=ANSWERED_WITHIN_MS)


def test_an_endless_question_shows_that_it_runs_and_is_stopped(tmp_path: Path, new_window: NewWindow) -> None:
    small_market_data(tmp_path)
    with served(tmp_path, sql_seconds="8") as pages:
        window = new_window(address_of(pages), language="en")
        window.open("/sql")
        write(window, ENDLESS)
        ask(window)
        expect(window.shown.get_by_text("Asking the tables…")).to_be_visible()
        expect(told(window)).to_contain_text("stopped after 8 seconds", timeout=ANSWERED_WITHIN_MS)
        write(window, "SELECT 1 AS again")
        ask(window)
        answered(window)


def test_a_column_of_a_table_leads_to_its_values(demo: str, new_window: NewWindow) -> None:
    window = new_window(demo, language="en", width=390)
    window.open("/sql")
    window.shown.get_by_text("listing_live", exact=True).click()
    window.shown.get_by_role("link", name="condition_id", exact=True).and_(
        window.shown.locator(":visible")
    ).first.click()
    expect(editor(window)).to_contain_text("SELECT condition_id, count(*) AS n")
    ask(window)
    answered(window)


def test_nothing_published_says_what_to_do(nothing: str, new_window: NewWindow) -> None:
    window = new_window(nothing, language="en")
    window.open("/sql")
    expect(window.shown.get_by_role("heading", name="Nothing to ask about yet")).to_be_visible()
    window.shown.get_by_role("link", name="Follow a search").click()
    expect(window.page).to_have_url(nothing + "/follow")
