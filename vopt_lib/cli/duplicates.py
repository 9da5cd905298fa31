"""This is where `vopt duplicates` is: who shows her photos, and what she seems to offer twice."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from vopt_lib.cli.help import Command
from vopt_lib.cli.speech import tell, words
from vopt_lib.words import N_


def add_to(app: typer.Typer) -> None:
    """Add the command to vopt."""
    app.command("duplicates", cls=Command, help=N_("List who shows your photos, and what you seem to offer twice."))(
        duplicates
    )


def duplicates(
    as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False,
) -> None:
    """Print what waits for a decision, the most pressing first."""
    from vopt_lib.desk.duplicates import duplicates as find
    from vopt_lib.desk.duplicates_told import as_json as plain
    from vopt_lib.desk.duplicates_told import lines
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.opening import member_of

    desk = open_desk()
    found = find(desk, member_of(desk))
    if as_json:
        sys.stdout.write(json.dumps(plain(found), indent=2, ensure_ascii=False) + "\n")
        return
    for line in lines(found, words()):
        tell(line)
