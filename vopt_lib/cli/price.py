"""This is where `vopt price` is: what a thing is worth, and what to ask for it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from vopt_lib.cli.help import Command
from vopt_lib.cli.speech import tell_wrapped, words
from vopt_lib.words import N_


def add_to(app: typer.Typer) -> None:
    """Add this command to vopt."""
    app.command(
        "price", cls=Command, help=N_("Tell what a thing is worth, what to ask, and whether to take an offer.")
    )(price)


def price(
    title: Annotated[str, typer.Argument(metavar=N_("TITLE"), help=N_("Its title, as on a listing, in quotes."))],
    brand: Annotated[str | None, typer.Option(metavar=N_("NAME"), help=N_("Its brand."))] = None,
    condition: Annotated[
        str | None, typer.Option(metavar=N_("CONDITION"), help=N_("Its condition, as Vinted words or numbers it."))
    ] = None,
    catalog: Annotated[
        str | None,
        typer.Option(
            metavar=N_("CATALOGUE"), help=N_("Its catalogue: a path, the end of one, or a number. Else it is guessed.")
        ),
    ] = None,
    size: Annotated[str | None, typer.Option(metavar=N_("SIZE"), help=N_("Its size, as on a listing."))] = None,
    cost: Annotated[str | None, typer.Option(metavar=N_("EUR"), help=N_("What it cost you."))] = None,
    offer: Annotated[str | None, typer.Option(metavar=N_("EUR"), help=N_("What somebody offers you for it."))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False,
) -> None:
    """Print what the thing is worth, what to ask for it, and why."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.price_told import Described, lines, price_described
    from vopt_lib.desk.price_told import as_json as written

    described = Described(title, brand, catalog, size=size, condition=condition, cost=cost, offer=offer)
    priced = price_described(open_desk(), described)
    if as_json:
        sys.stdout.write(written(priced) + "\n")
        return
    tell_wrapped(lines(priced, words()))
