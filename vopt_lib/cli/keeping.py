"""This is where `vopt tidy` is: how the tables stay small."""

from __future__ import annotations

import typer

from vopt_lib.cli.help import Command
from vopt_lib.cli.speech import tell, words
from vopt_lib.words import N_


def add_to(app: typer.Typer) -> None:
    """Add this command to vopt."""
    app.command("tidy", cls=Command, help=N_("Remove what is old and join small files, now."))(tidy)


def tidy() -> None:
    """Do one round of maintenance and tell what it did, table by table."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.report import event_line
    from vopt_lib.desk.runs import headline
    from vopt_lib.desk.upkeep import tidy as tidy_up

    run = tidy_up(open_desk())
    tell(headline(run, words()))
    for event in run.events:
        tell("• " + event_line(event, words()))
