"""This is where the page for SQL gets its pieces: examples, the tables explained, the answer and its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl
from markupsafe import Markup

from vopt_lib.schema import tables
from vopt_lib.schema.asking import Example, query_of
from vopt_lib.schema.gold import VIEWS, View
from vopt_lib.schema.own_views import OWN_VIEWS
from vopt_lib.schema.readme import sql_type
from vopt_lib.schema.tables import DERIVED, TABLES, Table
from vopt_lib.ui.layout import as_of_line, button_link, buttons_row, card, grid, page_head
from vopt_lib.ui.markup import embedded, tag
from vopt_lib.ui.states import empty, loading, notice
from vopt_lib.ui.tables import Column, plain_table, table
from vopt_lib.words import N_, Words

_TYPES = {
    "BOOLEAN": N_("yes or no"),
    "VARCHAR": N_("text"),
    "DATE": N_("day"),
    "TIMESTAMP WITH TIME ZONE": N_("day and time (UTC)"),
    "INTEGER": N_("whole number"),
    "BIGINT": N_("whole number"),
}


@dataclass(frozen=True)
class Shown:
    """What the editor is filled with, and what of hers stood there before: empty when nothing was lost."""

    sql: str
    lost: str = ""


class Draft:
    """What stands in the editor now; the page's cells share it, and none of them runs because of it."""

    def __init__(self, sql: str) -> None:
        self.shown = Shown(sql)
        self.text = sql

    def write(self, text: str) -> None:
        """Remember what she typed."""
        self.text = text

    def replaced_by(self, sql: str) -> Shown:
        """Put another question into the editor. Returns: what to show there."""
        is_hers = self.text.strip() not in ("", sql.strip(), self.shown.sql.strip())
        self.shown, self.text = Shown(sql, self.text if is_hers else ""), sql
        return self.shown


def head(words: Words, *, published_at: datetime | None, newest_day: date | None, share_seen: float | None) -> Markup:
    """The page's head: what it answers, and how fresh that is."""
    return page_head(
        words.say(N_("Questions")),
        words.say(N_("What do you want to know about your market?")),
        as_of=as_of_line(words, published_at=published_at, newest_day=newest_day, share_seen=share_seen),
    )


def asked(example: Example, words: Words) -> str:
    """An example as it stands in the editor: the question in her language above it."""
    return f"-- {words.say(example.title)}\n{example.sql.strip()}"


def editor(shown: Shown, on_change: Callable[[str], None], words: Words) -> Any:
    """Where she writes: a control of marimo's."""
    import marimo as mo

    return mo.ui.code_editor(
        shown.sql,
        language="sql",
        show_copy_button=False,
        on_change=on_change,
        label=words.say(N_("Your question, as one SELECT")),
    )


def run_button(on_click: Callable[[Any], None], words: Words) -> Any:
    """What runs the question, by a click or by keys: a control of marimo's."""
    import marimo as mo

    return mo.ui.run_button(
        kind="success",
        label=words.say(N_("Ask")),
        tooltip=words.say(N_("Ctrl + Enter, on a Mac ⌘ + Enter")),
        on_change=on_click,
    )


def file_button(make: Callable[[], bytes], words: Words, *, title: str, name: str, media_type: str) -> Any:
    """What downloads a file that is made when it is pressed: a control of marimo's."""
    import marimo as mo

    return mo.download(make, name, media_type, label=words.say(N_("Download {kind}"), kind=title))


def writing(editor: Any, run: Any, shown: Shown, words: Words, *, examples: Sequence[Example]) -> Markup:
    """Where she writes and runs, and the examples beside it."""
    back = tag("a", words.say(N_("Bring back what I had written")), href=link_to(shown.lost), data_stay=True)
    asks = card(
        embedded(editor),
        buttons_row(embedded(run), back if shown.lost else None),
        title=words.say(N_("Your question")),
        note=words.say(N_("One SELECT over the tables below. It only reads: nothing can break.")),
    )
    return tag("div", asks, _ready_questions(examples, words), class_="vopt-sql")


def under_way(words: Words) -> Markup:
    """What stands in place of the answer while the tables are asked."""
    asking = loading(words.say(N_("Asking the tables…")))
    return tag("div", card(asking), class_="vopt-answer is-under-way")


def answer(rows: pl.DataFrame, words: Words, *, seconds: float, is_truncated: bool, files: Sequence[Any]) -> Markup:
    """The rows of a query: how many, how long it took, the first ones, and the files to take away."""
    took = words.number(seconds, 1)
    told = words.count(N_("{n} row in {seconds} s"), N_("{n} rows in {seconds} s"), rows.height, seconds=took)
    if rows.is_empty():
        nothing = words.say(N_("Look at the conditions after WHERE, or widen them."))
        return card(empty(words.say(N_("No row fits")), nothing), note=told)
    cut = N_("There are more than {n} rows; the others were left out. Narrow the query to see them.")
    return card(
        notice(words.say(cut, n=rows.height), kind="warn") if is_truncated else None,
        plain_table(rows, words, caption=words.say(N_("Answer"))),
        title=words.say(N_("Answer")),
        note=told,
        foot=buttons_row(embedded(file) for file in files),
    )


def tables_explained(rows: Mapping[str, int], words: Words) -> Markup:
    """Every table that SQL may read: what a row is, how many there are, and its columns to unfold.

    Those that are not empty come first, and of them the figures.
    """
    askable = (one for one in TABLES.values() if one.sql)
    listed = sorted(askable, key=lambda one: (not rows.get(one.name), one.name not in DERIVED))
    return card(
        *(_explained(one, rows.get(one.name, 0), words) for one in listed),
        title=words.say(N_("What you can ask about")),
        note=words.say(N_("Unfold a table to see its columns. Prices are asked prices, times are UTC.")),
    )


def explained(rows: Mapping[str, int], words: Words) -> Markup:
    """Everything that can be asked about: the gold views, her own shop, and the tables with their rows."""
    return grid(views_explained(words), own_explained(words), tables_explained(rows, words), columns=1)


def views_explained(words: Words) -> Markup:
    """Every gold view: what it tells, and its columns to unfold."""
    return card(
        *(_view_explained(one, words) for one in VIEWS.values()),
        title=words.say(N_("Ready-made views")),
        note=words.say(N_("What is asked most, made of the tables below and as fresh as they are.")),
    )


def own_explained(words: Words) -> Markup:
    """Every view of her own shop: what it tells, and its columns to unfold."""
    return card(
        *(_view_explained(one, words) for one in OWN_VIEWS.values()),
        title=words.say(N_("Your own shop")),
        note=words.say(N_("What you sell, sold and spent, as it is now. Nobody sees what is somebody else's.")),
    )


def nothing_to_ask(words: Words) -> Markup:
    """What is said where nothing is published yet."""
    text = words.say(N_("The tables fill when a search is collected. Follow one, and come back after the first day."))
    follow = button_link(words.say(N_("Follow a search")), "/follow", primary=True)
    again = button_link(words.say(N_("Look again")), "?")
    return card(empty(words.say(N_("Nothing to ask about yet")), text, follow, again))


def link_to(sql: str) -> str:
    """The address of the page with this SQL in its editor."""
    return "?" + query_of(sql)


def _ready_questions(examples: Sequence[Example], words: Words) -> Markup:
    links = [
        tag("li", tag("a", words.say(one.title), href=link_to(asked(one, words)), data_stay=True)) for one in examples
    ]
    return card(
        tag("ul", links),
        title=words.say(N_("Questions to start from")),
        note=words.say(N_("Choose one, then change it as you like.")),
    )


def _explained(one: Table, rows: int, words: Words) -> Markup:
    amount = words.count(N_("{n} row"), N_("{n} rows"), rows)
    kept = words.say(N_("Kept: {how_long}."), how_long=one.kept)
    look = tag("a", words.say(N_("Look at its rows")), href=link_to(f"FROM {one.name}\nLIMIT 100"))
    return tag(
        "details",
        tag(
            "summary",
            tag("code", one.name, class_="vopt-table-name"),
            tag("span", words.say(N_("One row: {what}"), what=one.grain), class_="vopt-table-grain"),
            tag("span", amount, class_="vopt-table-rows"),
        ),
        tag("p", kept, " ", look),
        _columns_explained(one, words),
        class_="vopt-more vopt-explained",
    )


def _view_explained(one: View, words: Words) -> Markup:
    return tag(
        "details",
        tag(
            "summary",
            tag("code", one.name, class_="vopt-table-name"),
            tag("span", words.say(one.tells), class_="vopt-table-grain"),
        ),
        tag("p", tag("a", words.say(N_("Look at its rows")), href=link_to(one.example))),
        _columns_explained(one, words),
        class_="vopt-more vopt-explained",
    )


def _columns_explained(one: Table | View, words: Words) -> Markup:
    rows = pl.DataFrame([_column(column, words) for column in one.columns])
    shown = (
        Column("name", words.say(N_("Column")), "name", href=lambda row: link_to(_values(one.name, row["name"]))),
        Column("meaning", words.say(N_("Meaning"))),
        Column("kind", words.say(N_("Kind"))),
        Column("unit", words.say(N_("Unit"))),
    )
    return table(rows, shown, words, caption=words.say(N_("Columns of {table}"), table=one.name))


def _column(column: tables.Column, words: Words) -> dict[str, str]:
    return {
        "name": column.name,
        "meaning": words.say(column.meaning),
        "kind": _kind(sql_type(column.dtype), words),
        "unit": words.say(column.unit) if column.unit else "",
    }


def _values(table: str, column: str) -> str:
    """The question which values a column has."""
    return f"SELECT {column}, count(*) AS n\nFROM {table}\nGROUP BY ALL\nORDER BY n DESC\nLIMIT 50"


def _kind(type_: str, words: Words) -> str:
    if type_.endswith("[]"):
        return words.say(N_("list"))
    return words.say(_TYPES.get(type_, N_("number")))
