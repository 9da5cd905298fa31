"""This is where rows become tables: figures in the house's columns, listings, and the answer of any query."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl
from markupsafe import Markup

from vopt_lib.schema.tile import Better
from vopt_lib.ui.cells import (
    MISSING,
    SHOWN_LETTERS,
    TOLD_LETTERS,
    any_value,
    change_mark,
    condition_words,
    day_cell,
    digits_needed,
    is_missing,
    moment_cell,
)
from vopt_lib.ui.links import is_web, link
from vopt_lib.ui.markup import Content, plain, tag, together
from vopt_lib.ui.sparkline import sparkline
from vopt_lib.words import N_, Words

Kind = Literal["text", "money", "count", "percent", "change", "day", "moment", "spark", "link", "condition", "name"]
Row = dict[str, Any]

NUMBERS = ("money", "count", "percent", "change", "spark")
SCROLLS_FROM = 16  # rows: from here on a table scrolls within itself, its header in sight
SHOWN_ROWS = 200  # of a query's answer; the whole of it is for the download


@dataclass(frozen=True)
class Column:
    """One column of a table.

    name: the frame's column; title: what stands above it. money is in `currency`; percent and change are shares.
    better: which way of a change is good. href: where the cell leads, from the whole row. note: a second, smaller line
    (markup is its own element). quiet: rows whose cell rests on little. name: a word of SQL's, in no language.
    """

    name: str
    title: str
    kind: Kind = "text"
    better: Better = "neither"
    digits: int = 0
    currency: str = "EUR"
    href: Callable[[Row], str | None] | None = None
    note: Callable[[Row], Content] | None = None
    quiet: Callable[[Row], bool] | None = None

    @property
    def is_number(self) -> bool:
        """Whether it stands on the right, figure below figure."""
        return self.kind in NUMBERS


def table(
    rows: pl.DataFrame, columns: Sequence[Column], words: Words, *, caption: str, empty: Content = None
) -> Markup:
    """The rows as a table; on a phone each row is a block named by its first column.

    Needs: the columns named. `caption` tells screen readers what it is; `empty` stands where there is no row.
    """
    if rows.is_empty():
        return together(empty)
    head = [
        tag("th", column.title, scope="col", role="columnheader", class_="is-number" if column.is_number else None)
        for column in columns
    ]
    body = [
        tag("tr", [_cell(column, row, words) for column in columns], role="row") for row in rows.iter_rows(named=True)
    ]
    return framed(head, body, caption=caption, class_="vopt-table vopt-blocks")


def plain_table(rows: pl.DataFrame, words: Words, *, caption: str) -> Markup:
    """Any frame: names as they are, values by their type, long ones cut (whole in the tooltip), at most 200 rows.

    An address of the web is a link.
    """
    if rows.is_empty():
        return tag("p", words.say(N_("No rows.")), class_="vopt-table-foot", role="status")
    shown = rows.head(SHOWN_ROWS)
    head = [
        tag(
            "th",
            plain(name, SHOWN_LETTERS),
            scope="col",
            class_="is-number" if dtype.is_numeric() else None,
            translate="no",
        )
        for name, dtype in shown.schema.items()
    ]
    columns = [_plain_cells(series, words) for series in shown.get_columns()]
    body = [tag("tr", cells) for cells in zip(*columns, strict=True)]
    cut = _cut(shown.height, rows.height, words) if rows.height > shown.height else None
    return together(framed(head, body, caption=caption, class_="vopt-table vopt-plain"), cut)


def _cut(shown: int, rows: int, words: Words) -> Markup:
    told = words.say(N_("The first {shown} of {rows} rows. Download them to see all."), shown=shown, rows=rows)
    return tag("p", told, class_="vopt-table-foot")


def framed(head: Sequence[Markup], body: Sequence[Markup], *, caption: str, class_: str) -> Markup:
    """Cells of a head and rows of a body as a table, in a frame within which it scrolls."""
    scrolls = "vopt-scroll is-tall" if len(body) >= SCROLLS_FROM else "vopt-scroll"
    made = tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *head, role="row"), role="rowgroup"),
        tag("tbody", *body, role="rowgroup"),
        class_=class_,
        role="table",
    )
    return tag("div", made, class_=scrolls, tabindex=0, role="region", aria_label=caption)


def _cell(column: Column, row: Row, words: Words) -> Markup:
    value = row[column.name]
    content = Markup(MISSING) if is_missing(value) else _shown(column, row, words)
    note = column.note(row) if column.note else None
    is_quiet = column.quiet(row) if column.quiet else is_missing(value)
    classes = [name for name, on in (("is-number", column.is_number), ("is-quiet", is_quiet)) if on]
    return tag(
        "td",
        content,
        note if isinstance(note, Markup) or not note else tag("small", plain(note)),
        class_=" ".join(classes) or None,
        data_label=column.title,
        role="cell",
    )


def _shown(column: Column, row: Row, words: Words) -> Markup:
    value = row[column.name]
    content = _value(column, value, words)
    if column.href:
        href = column.href(row)
        return link(content, href) if href else together(content)
    return link(content, str(value)) if column.kind == "link" else together(content)


def _value(column: Column, value: Any, words: Words) -> Content:
    match column.kind:
        case "money":
            return words.money(value, column.currency)
        case "count":
            return words.number(value, column.digits)
        case "percent":
            return words.percent(value, column.digits)
        case "change":
            return change_mark(value, words, column.better)
        case "day":
            return day_cell(value, words)
        case "moment":
            return moment_cell(value, words)
        case "spark":
            return sparkline(value)
        case "condition":
            return condition_words(value, words)
        case "name":
            return tag("span", plain(str(value)), translate="no")
        case _:
            return plain(str(value))


def _plain_cells(series: pl.Series, words: Words) -> list[Markup]:
    values = series.to_list()
    is_id = series.name == "id" or series.name.endswith("_id")
    digits = series.dtype.scale if isinstance(series.dtype, pl.Decimal) else digits_needed(values)
    is_number = series.dtype.is_numeric()
    return [_plain_cell(str(v) if is_id and v is not None else v, words, digits, is_number) for v in values]


def _plain_cell(value: object, words: Words, digits: int, is_number: bool) -> Markup:
    whole = any_value(value, words, digits)
    shown = plain(whole, SHOWN_LETTERS)
    classes = [name for name, on in (("is-number", is_number), ("is-quiet", is_missing(value))) if on]
    tooltip = plain(whole, TOLD_LETTERS) if shown != whole else None
    content = link(shown, whole) if whole == value and is_web(whole) else shown
    return tag("td", content, class_=" ".join(classes) or None, title=tooltip)
