"""This is where `vopt labels` prints what goes on parcels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.help import Command
from vopt_lib.cli.speech import say, tell, words
from vopt_lib.schema.shipping import Layout
from vopt_lib.words import N_

if TYPE_CHECKING:
    from vopt_lib.schema.shipping import ToShip


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.command("labels", cls=Command, help=N_("Print the labels of your parcels, or show what waits to be sent."))(
        labels
    )


def labels(
    every: Annotated[bool, typer.Option("--all", help=N_("The labels of all parcels that wait."))] = False,
    order: Annotated[
        list[int] | None,
        typer.Option(metavar=N_("NUMBER"), help=N_("The label of this sale; repeat it for several.")),
    ] = None,
    layout: Annotated[
        Layout,
        typer.Option(
            metavar=N_("LAYOUT"), help=N_("On paper: a4-1, a4-2, a4-4 (labels on a sheet) or thermal (100 × 150 mm).")
        ),
    ] = Layout.A4_1,
    output: Annotated[Path, typer.Option(metavar=N_("FILE"), help=N_("The PDF file to write."))] = Path("labels.pdf"),
) -> None:
    """Write a PDF with labels; without --all or --order, list what waits."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.opening import member_of
    from vopt_lib.desk.shop.shipping import labels_of, to_ship

    desk = open_desk()
    member = member_of(desk)
    waits = to_ship(desk, member)
    wanted = [one.order_id for one in waits.parcels if one.shipment_id is not None] if every else order or []
    if wanted:
        _save(labels_of(desk, member, wanted, layout), output)
        say(N_("The labels are in {file}."), file=str(output))
    else:
        _show(waits)


def _show(waits: ToShip) -> None:
    for one in waits.parcels:
        label = "" if one.shipment_id is not None else " " + words().say(N_("(no label yet)"))
        tell(f"{one.order_id:>6}  {words().moment(one.send_by)}  {', '.join(one.titles)}{label}")
    if any(one.shipment_id is not None for one in waits.parcels):
        say(N_("Print them with `vopt labels --all`, or some with --order NUMBER."))
    else:
        say(N_("There is no label to print."))


def _save(pdf: bytes, output: Path) -> None:
    from vopt_lib.errors import CannotWrite
    from vopt_lib.files import reason

    try:
        output.write_bytes(pdf)
    except OSError as error:
        raise CannotWrite(file=str(output), why=reason(error)) from error
