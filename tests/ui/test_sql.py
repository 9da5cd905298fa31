"""The page for SQL: nothing she wrote is lost, tables are told in her language, answers say how much they show."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from lxml import html
from markupsafe import Markup

from vopt_lib.schema.asking import Example, sql_of
from vopt_lib.schema.gold import VIEWS
from vopt_lib.schema.tables import TABLES
from vopt_lib.ui import sql as page
from vopt_lib.words import Words

WORDS = Words("en")
HOSTILE = {
    "markup": "<img src=x onerror=alert(1)>",
    "formula": "=HYPERLINK(1)",
    "long": "x" * 10_000,
    "right to left": "\u202eקנייה\u202c",
    "emoji": "👗" * 20,
}


class Control:
    """What stands for a control of marimo's."""

    text = "<marimo-control></marimo-control>"


def parsed(markup: Markup) -> Any:
    return html.fromstring(str(markup))


def links(markup: Markup) -> list[str]:
    return [sql_of(link.get("href")) for link in parsed(markup).iter("a")]


def answered(rows: pl.DataFrame, *, is_truncated: bool = False) -> Any:
    return parsed(page.answer(rows, WORDS, seconds=0.34, is_truncated=is_truncated, files=[Control()]))


def test_what_she_wrote_can_be_brought_back() -> None:
    draft = page.Draft("FROM run")
    draft.write("SELECT 1")
    shown = draft.replaced_by("FROM catalog_day")
    assert (shown, draft.text) == (page.Shown("FROM catalog_day", lost="SELECT 1"), "FROM catalog_day")


@pytest.mark.parametrize("written", [None, "", "  ", "FROM run ", "FROM catalog_day"])
def test_nothing_is_lost_where_she_wrote_nothing_of_her_own(written: str | None) -> None:
    draft = page.Draft("FROM run")
    if written is not None:
        draft.write(written)
    assert draft.replaced_by("FROM catalog_day").lost == ""


def test_an_example_stands_in_the_editor_under_its_question() -> None:
    assert page.asked(Example("No rows.", "FROM run\n"), Words("it")) == "-- Nessuna riga.\nFROM run"


def test_examples_and_the_way_back_are_links_that_only_fill_the_editor() -> None:
    shown = page.Shown("FROM run", lost="SELECT 1")
    made = page.writing(Control(), Control(), shown, WORDS, examples=[Example("How many?", "FROM run")])
    assert links(made) == ["SELECT 1", "-- How many?\nFROM run"]


def test_without_loss_there_is_no_way_back() -> None:
    assert links(page.writing(Control(), Control(), page.Shown("FROM run"), WORDS, examples=[])) == []


def test_every_table_that_may_be_asked_is_told_and_no_other() -> None:
    told = [summary.findtext("code") for summary in parsed(page.tables_explained({}, WORDS)).iter("summary")]
    assert set(told) == {table.name for table in TABLES.values() if table.sql}
    assert "page_raw" not in told


def test_full_tables_stand_before_empty_ones_and_figures_before_what_they_rest_on() -> None:
    rows = {"run": 2, "catalog_day": 1234, "listing_seen": 9}
    told = [summary.text_content() for summary in parsed(page.tables_explained(rows, WORDS)).iter("summary")]
    assert told[:3] == [
        "catalog_dayOne row: one catalogue on one day, from queries for the whole catalogue1,234 rows",
        "listing_seenOne row: one sighting of one listing9 rows",
        "runOne row: one run of one kind2 rows",
    ]


def test_a_column_tells_its_meaning_kind_and_unit_and_leads_to_its_values() -> None:
    (row,) = [
        row
        for row in parsed(page.tables_explained({}, WORDS)).iter("tr")
        if [cell.text_content() for cell in row.iter("td")][:1] == ["favourites_mean"]
    ][:1]
    assert [cell.text_content() for cell in row.iter("td")] == [
        "favourites_mean",
        "mean number of people who marked a listing",
        "number",
        "people",
    ]
    assert sql_of(next(row.iter("a")).get("href")).split("\n")[:2] == [
        "SELECT favourites_mean, count(*) AS n",
        "FROM catalog_day",
    ]


def test_every_link_of_the_tables_is_a_question() -> None:
    assert all(sql.startswith(("SELECT ", "FROM ")) for sql in links(page.tables_explained({}, WORDS)))


def test_every_view_says_what_it_tells_and_leads_to_its_rows() -> None:
    made = page.views_explained(WORDS)
    told = {summary.findtext("code"): summary.findtext("span") for summary in parsed(made).iter("summary")}
    assert told == {view.name: view.tells for view in VIEWS.values()}
    assert {view.example for view in VIEWS.values()} <= {*links(made)}


def test_an_answer_says_how_many_rows_and_how_long() -> None:
    told = answered(pl.DataFrame({"n": [1, 2]}))
    assert "2 rows in 0.3 s" in told.text_content()
    assert [cell.text_content() for cell in told.iter("td")] == ["1", "2"]


def test_a_long_answer_shows_its_beginning_and_says_so() -> None:
    told = answered(pl.DataFrame({"n": range(201)}))
    assert len(list(told.iter("td"))) == 200
    assert "The first 200 of 201 rows." in told.text_content()


def test_a_cut_answer_says_that_there_is_more() -> None:
    assert "There are more than 1 rows" in answered(pl.DataFrame({"n": [1]}), is_truncated=True).text_content()
    assert "There are more" not in answered(pl.DataFrame({"n": [1]})).text_content()


def test_an_empty_answer_says_what_to_look_at_and_offers_no_file() -> None:
    told = answered(pl.DataFrame({"n": []}))
    assert "WHERE" in told.text_content()
    assert not list(told.iter("marimo-control", "table"))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_strangers_text_is_shown_as_text(text: str) -> None:
    told = answered(pl.DataFrame({text[:50]: [text]}))
    assert not list(told.iter("img"))
    (cell,) = told.iter("td")
    assert len(cell.text_content()) <= 200
    assert "\u202e" not in cell.text_content()


def test_nothing_published_leads_to_following() -> None:
    assert [link.get("href") for link in parsed(page.nothing_to_ask(WORDS)).iter("a")] == ["/follow", "?"]


def test_the_head_says_how_fresh_the_tables_are() -> None:
    at = datetime(2026, 11, 20, 8, tzinfo=UTC)
    told = parsed(page.head(WORDS, published_at=at, newest_day=date(2026, 11, 20), share_seen=0.98)).text_content()
    assert "20 Nov 2026" in told
    assert "98%" in told


def test_the_controls_say_what_they_do() -> None:
    made = page.file_button(lambda: b"a", WORDS, title="CSV", name="vopt-2026-11-21.csv", media_type="text/csv")
    assert "Download CSV" in made.text
    assert "FROM run" in page.editor(page.Shown("FROM run"), print, WORDS).text
    assert "Ask" in page.run_button(print, WORDS).text


def test_it_shows_that_it_works() -> None:
    assert "status" in str(page.under_way(WORDS))
