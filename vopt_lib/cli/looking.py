"""This is where `vopt status` and `vopt sql` are: how a person looks at what there is."""

from __future__ import annotations

import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.help import Command
from vopt_lib.cli.speech import complain, say, tell, words
from vopt_lib.words import N_

if TYPE_CHECKING:
    import polars as pl


class Format(StrEnum):
    """How `vopt sql` writes its rows."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.command("status", cls=Command, help=N_("Show how fresh the data is, what ran and what needs attention."))(
        status
    )
    app.command("sql", cls=Command, help=N_("Ask the published tables in SQL (DuckDB)."))(sql)


def status(as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False) -> None:
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
    query: Annotated[
        str,
        typer.Argument(metavar=N_("QUERY"), help=N_("One SELECT, in quotes. “SHOW TABLES” names what can be asked.")),
    ],
    output_format: Annotated[
        Format,
        typer.Option("--format", metavar=N_("FORMAT"), help=N_("How to write the rows: table, csv, json or parquet.")),
    ] = Format.TABLE,
    output: Annotated[
        Path | None, typer.Option(metavar=N_("FILE"), help=N_("File to write to, instead of the screen."))
    ] = None,
    person: Annotated[
        str | None, typer.Option(metavar=N_("NAME"), help=N_("Whose shop the shop_… tables show; otherwise yours."))
    ] = None,
) -> None:
    """Run one SELECT in the cage and write its rows."""
    from vopt_lib.desk.ask import ask
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.opening import member_called

    desk = open_desk()
    answer = ask(desk, query, member_called(desk, person) if person else None)
    if output is not None:
        _save(answer.frame, output_format, output)
    elif output_format is Format.TABLE:
        _show(answer.frame)
    else:
        _pour(answer.frame, output_format)
    if answer.is_truncated:
        sentence = N_("There are more than {n} rows; the others were left out. Narrow the query to see them.")
        complain(words().say(sentence, n=answer.frame.height))


def _save(rows: pl.DataFrame, output_format: Format, output: Path) -> None:
    from vopt_lib.desk.ask import as_bytes
    from vopt_lib.errors import CannotWrite
    from vopt_lib.files import reason

    try:
        output.write_bytes(as_bytes(rows, output_format))
    except FileNotFoundError as error:
        raise CannotWrite(file=str(output), why=N_("its folder does not exist")) from error
    except OSError as error:
        raise CannotWrite(file=str(output), why=reason(error)) from error
    tell(words().count(N_("{n} row written to {file}."), N_("{n} rows written to {file}."), rows.height, file=output))


def _pour(rows: pl.DataFrame, output_format: Format) -> None:
    from vopt_lib.desk.ask import as_bytes

    if output_format is Format.PARQUET and sys.stdout.isatty():
        raise typer.BadParameter(words().say(N_("Parquet is not for a screen: say where to with --output FILE.")))
    sys.stdout.buffer.write(as_bytes(rows, output_format))
    sys.stdout.buffer.flush()


def _show(rows: pl.DataFrame) -> None:
    from vopt_lib.cli.tables import SHOWN, on_screen

    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in on_screen(rows, room):
        tell(line)
    if rows.is_empty():
        say(N_("No rows."))
    elif rows.height > SHOWN:
        say(N_("… and {n} more rows. Use --format csv to get them all."), n=rows.height - SHOWN)
