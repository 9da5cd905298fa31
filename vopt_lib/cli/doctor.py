"""This is where `vopt doctor` is: what is wrong, in sentences, with what to do about it."""

from __future__ import annotations

import json
import sys
import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.help import Command
from vopt_lib.cli.speech import WIDTH, console, say, tell, words
from vopt_lib.words import N_

if TYPE_CHECKING:
    from vopt_lib.schema.health import Check

_MARKS = {"good": "✓", "warn": "!", "bad": "✗"}


def add_to(app: typer.Typer) -> None:
    """Add this command to vopt."""
    app.command("doctor", cls=Command, help=N_("Say what is wrong with vopt or this computer, and what to do."))(doctor)


def doctor(as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False) -> None:
    """Examine everything and tell it, what is wrong last, where the eye is. Exit 1: something is bad."""
    from vopt_lib.desk.doctor import examine

    with console(errors=True).status(""):
        found = examine(words())
    if as_json:
        sys.stdout.write(json.dumps([asdict(check) for check in found], indent=2, ensure_ascii=False) + "\n")
    else:
        tell_all(found)
    if any(check.state == "bad" for check in found):
        raise typer.Exit(1)


def tell_all(found: list[Check]) -> None:
    """Print what was found, what is wrong last, and how much that is."""
    for check in sorted(found, key=lambda one: ("good", "warn", "bad").index(one.state)):
        _tell(check)
    _sum_up(found)


def _tell(check: Check) -> None:
    width, mark = min(console().width, WIDTH), _MARKS[check.state]
    tell(textwrap.fill(check.text, width, initial_indent=f"{mark} ", subsequent_indent="  "))
    if check.next_step:
        tell(textwrap.fill(check.next_step, width, initial_indent="  → ", subsequent_indent="    "))


def _sum_up(found: list[Check]) -> None:
    bad, warn = (sum(check.state == state for check in found) for state in ("bad", "warn"))
    if not bad and not warn:
        say(N_("All is well."))
        return
    tell(
        words().count(N_("{n} thing is wrong"), N_("{n} things are wrong"), bad)
        + ", "
        + words().count(N_("{n} is worth a look."), N_("{n} are worth a look."), warn)
    )
