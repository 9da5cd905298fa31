"""This is where `vopt package` is: a listing of her own as files, ready to be carried to Vinted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vopt_lib.cli.help import Command
from vopt_lib.cli.speech import say, tell, words
from vopt_lib.words import N_


def add_to(app: typer.Typer) -> None:
    """Add this command to vopt."""
    told = N_("Pack a listing for Vinted: its photos, its text, and a checklist of what to choose there.")
    app.command("package", cls=Command, help=told)(package)


def package(
    listing: Annotated[
        str, typer.Argument(metavar=N_("LISTING"), help=N_("Its number, or the code of its thing such as A-0012."))
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            metavar=N_("FOLDER_OR_ZIP"), help=N_("New folder or zip file, otherwise a new folder in this one.")
        ),
    ] = None,
) -> None:
    """Write a listing as it goes to Vinted; nothing is sent anywhere."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.opening import member_of
    from vopt_lib.desk.shop.package import write_package
    from vopt_lib.desk.shop.phone import listing_called

    desk = open_desk()
    member = member_of(desk)
    done = write_package(desk, member, listing_called(desk, member, listing), output, words=words())
    say(N_("“{title}” is packed for Vinted: {place}"), title=done.package.title, place=str(done.place))
    if done.package.missing:
        missing = ", ".join(words().say(step.title) for step in done.package.missing)
        tell(words().say(N_("Vinted also asks for: {missing}."), missing=missing))
