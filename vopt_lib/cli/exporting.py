"""This is where `vopt export` is: the shop's rows as files for a spreadsheet or an accountant."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from vopt_lib.cli.help import Command
from vopt_lib.cli.speech import tell, words
from vopt_lib.words import N_


class What(StrEnum):
    """What to export."""

    INVENTORY = "inventory"
    SALES = "sales"
    EXPENSES = "expenses"
    EVERYTHING = "everything"
    YEAR = "year"


class Format(StrEnum):
    """What kind of file to write."""

    CSV = "csv"
    XLSX = "xlsx"


class Form(StrEnum):
    """How to write numbers and dates."""

    ITALIAN = "italian"
    ISO = "iso"


def add_to(app: typer.Typer) -> None:
    """Add this command to vopt."""
    app.command("export", cls=Command, help=N_("Write your shop to a file, for a spreadsheet or your accountant."))(
        export
    )


def export(
    what: Annotated[
        What,
        typer.Argument(
            metavar=N_("WHAT"),
            help=N_("inventory, sales, expenses, everything (zip), or year: one person's year with the DAC7 numbers."),
        ),
    ],
    person: Annotated[
        str | None, typer.Option(metavar=N_("NAME"), help=N_("Only what is this person's, otherwise all you may see."))
    ] = None,
    year: Annotated[
        int | None, typer.Option(min=1990, max=2100, metavar=N_("YEAR"), help=N_("Only this year, for instance 2026."))
    ] = None,
    file_format: Annotated[
        Format, typer.Option("--format", metavar=N_("FORMAT"), help=N_("Kind of file: csv or xlsx (Excel)."))
    ] = Format.CSV,
    form: Annotated[
        Form, typer.Option(metavar=N_("FORM"), help=N_("italian: 12,50 and 20/11/2026. iso: 12.50 and 2026-11-20."))
    ] = Form.ITALIAN,
    output: Annotated[
        Path | None, typer.Option(metavar=N_("FILE"), help=N_("File to write to, otherwise a new one in this folder."))
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=N_("Replace the file where there is one."))] = False,
) -> None:
    """Export rows of the shop."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop import exporting
    from vopt_lib.desk.shop.opening import member_of
    from vopt_lib.schema.own_tables import FileForm, FileKind

    if year is not None and what is What.INVENTORY:
        raise typer.BadParameter(words().say(N_("An inventory is of now: --year goes with the others.")))
    if output is not None and not force:
        exporting.check_free(output)
    desk = open_desk()
    wanted = exporting.Wanted(exporting.What(what), year, FileKind(file_format), FileForm(form))
    member = exporting.whose(desk, member_of(desk), person, wanted)
    file = output or exporting.free_file(Path.cwd(), exporting.file_name(desk, member, wanted, words()))
    done = exporting.export_file(desk, member, wanted, words=words(), file=file)
    tell(words().count(N_("{n} row written to {file}."), N_("{n} rows written to {file}."), done.rows, file=done.file))
