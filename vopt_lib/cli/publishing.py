"""This is where `vopt publish` is: pages as files, for people without an account."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vopt_lib.cli.help import Command
from vopt_lib.cli.speech import words
from vopt_lib.schema.static_pages import StaticPage
from vopt_lib.words import N_


def add_to(app: typer.Typer) -> None:
    """Add this command to vopt."""
    told = N_("Write pages as files that anybody can open, without vopt and without the internet.")
    app.command("publish", cls=Command, help=told)(publish)


def publish(
    pages: Annotated[
        list[StaticPage],
        typer.Argument(
            metavar=N_("PAGE"),
            help=N_("prices: of what you follow. closet: what you have on sale. sales: what a year of sales earned."),
        ),
    ],
    output: Annotated[
        Path, typer.Option(metavar=N_("FOLDER"), help=N_("Folder to write; one that vopt wrote before is replaced."))
    ] = Path("vopt-pages"),
    person: Annotated[
        str | None, typer.Option(metavar=N_("NAME"), help=N_("Whose closet and sales, otherwise the owner's."))
    ] = None,
) -> None:
    """Write the pages; no seller, buyer, listing of others or note of yours is in them."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.services import run_publishing

    options = [*pages, "--output", str(output.absolute()), "--language", words().language]
    raise typer.Exit(run_publishing(open_desk(), [*options, *(["--person", person] if person else [])]))
