"""This is where `vopt` starts: its commands, its version, and what a person sees when something fails."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from vopt_lib import __version__
from vopt_lib.cli import collecting, demo, follow, looking
from vopt_lib.cli.speech import say, speak_to_typer, tell, tell_error, words
from vopt_lib.errors import VoptError
from vopt_lib.words import N_

_ = words().say

app = typer.Typer(
    help=_(N_("What is it worth, how fast will it sell, what do I do next? vopt watches Vinted's prices for you.")),
    epilog=_(N_("Start with `vopt demo`: it shows everything on a made-up market, without visiting any website.")),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _family in (demo, follow, collecting, looking):
    _family.add_to(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        tell(f"vopt {__version__}")
        raise typer.Exit


@app.callback()
def _vopt(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help=_(N_("Show the version and end.")))
    ] = False,
) -> None:
    """Options that stand before any command."""


def main() -> None:
    """Run one command; a failure is one sentence and exit status 1."""
    speak_to_typer()
    try:
        app()
    except VoptError as error:
        tell_error(error)
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output (head, less) has left.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        from vopt_lib.cli.crash import write_crash_report

        report = write_crash_report(error)
        say(
            N_("Something unexpected happened ({what}). Nothing was lost; the details are in {file}."),
            what=error,
            file=report,
        )
        sys.exit(1)
