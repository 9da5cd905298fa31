"""This is where `vopt` starts: its commands, its version, and what a person sees when something fails."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from vopt_lib import __version__
from vopt_lib.cli import (
    alerts,
    assistant,
    collecting,
    demo,
    doctor,
    drafting,
    duplicates,
    evaluating,
    exporting,
    follow,
    importing,
    keeping,
    letting_in,
    likeness,
    looking,
    mailbox,
    package,
    people,
    phone,
    photos,
    price,
    publishing,
    service,
    serving,
    shipping,
    shop,
    training,
    tunnel,
    up,
)
from vopt_lib.cli.help import INTERRUPTED, CommandGroup, usage_error
from vopt_lib.cli.speech import complain, survive_any_terminal, tell, tell_error, words
from vopt_lib.errors import VoptError
from vopt_lib.words import N_

app = typer.Typer(
    cls=CommandGroup,
    help=N_("What is it worth, how fast will it sell, what do I do next? vopt watches Vinted's prices for you."),
    epilog=N_("Start with `vopt demo`: it shows everything on a made-up market, without visiting any website."),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _family in (
    demo,
    serving,
    up,
    follow,
    collecting,
    looking,
    alerts,
    training,
    price,
    importing,
    mailbox,
    shop,
    phone,
    photos,
    drafting,
    likeness,
    duplicates,
    assistant,
    package,
    shipping,
    exporting,
    publishing,
    people,
    keeping,
    service,
    tunnel,
    doctor,
    evaluating,
):
    _family.add_to(app)
letting_in.add_to(people.people_app)


def _show_version(wanted: bool) -> None:
    if wanted:
        tell(f"vopt {__version__}")
        raise typer.Exit


@app.callback()
def _vopt(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help=N_("Show the version and end."))
    ] = False,
) -> None:
    """Options that stand before any command."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end with its exit status; a failure is one sentence and 1, a mistyped command 2."""
    survive_any_terminal()
    sys.exit(_status(arguments))


def _status(arguments: Sequence[str] | None) -> int:
    try:
        return _run(arguments)
    except VoptError as error:
        tell_error(error)
    except typer.TyperException as error:
        return _mistyped(error)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output (head, less) has left.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except SystemExit:
        raise
    except BaseException as error:  # a panic in a library of Rust is no Exception
        _crashed(error)
    return 1


def _run(arguments: Sequence[str] | None) -> int:
    status: Any = app(arguments, prog_name="vopt", standalone_mode=False)
    sys.stdout.flush()
    return int(status or 0)


def _mistyped(error: typer.TyperException) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        tell(error.message.rstrip())
    else:
        complain(usage_error(error))
    return error.exit_code


def _crashed(error: BaseException) -> None:
    from vopt_lib.cli.crash import write_crash_report

    sentence = N_("Something unexpected happened ({what}). Nothing was lost; the details are in {file}.")
    complain(words().say(sentence, what=str(error) or type(error).__name__, file=str(write_crash_report(error))))
