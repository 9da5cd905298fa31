"""This is where `vopt status` and `vopt sql` are: how a person looks at what there is."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.speech import console, say, tell, words
from vopt_lib.words import N_

if TYPE_CHECKING:
    import polars as pl

_ = words().say
TABLE_ROWS = 40  # what fits a screen or two; --format csv gives all


class Format(StrEnum):
    """How `vopt sql` writes its rows."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.command("status", help=_(N_("Show how fresh the data is, what ran and what needs attention.")))(status)
    app.command("sql", help=_(N_("Ask the published tables in SQL (DuckDB).")))(sql)


def status(as_json: Annotated[bool, typer.Option("--json", help=_(N_("As JSON, for programs.")))] = False) -> None:
    """Show the state of this vopt."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.status import lines, status_of

    desk = open_desk()
    if as_json:
        sys.stdout.write(status_of(desk).model_dump_json(indent=2) + "\n")
        return
    for line in lines(desk, words()):
        tell(line)


def sql(
    query: Annotated[str, typer.Argument(help=_(N_("One SELECT. Tables: see data/README.md or `SHOW TABLES`.")))],
    output_format: Annotated[Format, typer.Option("--format", help=_(N_("How to write the rows.")))] = Format.TABLE,
    output: Annotated[Path | None, typer.Option(help=_(N_("File to write to, instead of the screen.")))] = None,
) -> None:
    """Run one SELECT in the cage and write its rows."""
    from vopt_lib.desk.ask import as_bytes, ask
    from vopt_lib.desk.instance import open_desk

    answer = ask(open_desk(), query)
    if output_format is Format.TABLE and output is None:
        _print_table(answer.frame)
    else:
        body = as_bytes(answer.frame, output_format)
        if output is None:
            sys.stdout.buffer.write(body)
        else:
            output.write_bytes(body)
            say(N_("{n} rows written to {file}."), n=answer.frame.height, file=output)
    if answer.is_truncated:
        console(errors=True).print(
            _(N_("Only the first {n} rows are shown. Narrow the query to see the others."), n=answer.frame.height)
        )


def _print_table(rows: pl.DataFrame) -> None:
    from rich.table import Table

    table = Table(box=None, header_style="bold")
    for name, dtype in rows.schema.items():
        table.add_column(name, justify="right" if dtype.is_numeric() else "left", overflow="fold")
    for row in rows.head(TABLE_ROWS).iter_rows():
        table.add_row(*(_cell(value) for value in row))
    console().print(table)
    if rows.height > TABLE_ROWS:
        say(N_("… and {n} more rows. Use --format csv to get them all."), n=rows.height - TABLE_ROWS)


def _cell(value: object) -> str:
    from rich.markup import escape

    return "–" if value is None else escape(str(value))
