"""This is where `vopt service` is: vopt started by the system itself, with the computer and again after a crash."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.help import Command, family
from vopt_lib.cli.speech import say
from vopt_lib.words import N_

if TYPE_CHECKING:
    from vopt_lib.desk.system_service import Manager, ServiceState

service_app = family(N_("Let the system start `vopt up` with this computer: install, status, remove."))

Force = Annotated[bool, typer.Option("--force", help=N_("Also where somebody changed the file."))]


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.add_typer(service_app, name="service")


@service_app.command("install", cls=Command, help=N_("Start vopt with this computer, and again when it ends badly."))
def install_command(
    only_print: Annotated[bool, typer.Option("--print", help=N_("Show the file instead of writing it."))] = False,
    force: Force = False,
) -> None:
    """Write the unit or the agent, start it, and tell what else there is to know."""
    from vopt_lib.desk.instance import make_folders
    from vopt_lib.desk.system_service import install
    from vopt_lib.paths import Paths
    from vopt_lib.settings import load_settings

    manager, paths = _manager(), Paths.of(load_settings())
    if only_print:
        sys.stdout.write(manager.text)
        return
    make_folders(paths, (paths.logs,))
    done = install(manager, force=force)
    if done.was_there:
        say(N_("The system looks after vopt already: {file} stays as it is."), file=str(done.file))
    else:
        say(N_("The system looks after vopt now: {file} says so."), file=str(done.file))
    _tell_notes(paths.data)


@service_app.command("status", cls=Command, help=N_("Tell whether the system looks after vopt, and whether it runs."))
def status_command() -> None:
    """Print how it is. Exit 1: it is not installed, or does not run."""
    from vopt_lib.desk.system_service import state_of

    state = state_of(_manager())
    _tell_state(state)
    if not state.is_installed or not state.runs:
        raise typer.Exit(1)


@service_app.command("remove", cls=Command, help=N_("Let the system end vopt, and start it no more."))
def remove_command(force: Force = False) -> None:
    """Stop vopt and remove what `install` wrote; data stays."""
    from vopt_lib.desk.system_service import remove

    file = remove(_manager(), force=force)
    say(N_("The system no longer looks after vopt: {file} is removed. Your data stays."), file=str(file))


def _manager() -> Manager:
    from vopt_lib.desk.service_files import manager_here
    from vopt_lib.settings import load_settings

    return manager_here(load_settings().data)


def _tell_state(state: ServiceState) -> None:
    file = str(state.file)
    if not state.is_installed:
        say(N_("The system does not look after vopt. `vopt service install` lets it."))
    if state.is_installed and state.runs:
        say(N_("The system looks after vopt, and it runs."))
    if state.is_installed and not state.runs:
        say(N_("The system should look after vopt, but it does not run: `vopt doctor` says what stands in the way."))
    if state.is_changed:
        say(N_("{file} was changed by somebody."), file=file)
    if state.is_old:
        say(N_("{file} names another vopt or another data folder: `vopt service install` renews it."), file=file)


def _tell_notes(data: Path) -> None:
    """What the system does otherwise than a terminal."""
    from vopt_lib.desk.examined import output_of
    from vopt_lib.desk.system_service import guarded_folder, only_here, vopt_program

    if named := only_here(os.environ):
        sentence = N_("These settings stand in this terminal only: {names}. Write them into {file}, too.")
        say(sentence, names=", ".join(named), file=str(data / "vopt.toml"))
    if platform.system() == "Darwin":
        if folder := guarded_folder([data, vopt_program()], Path.home()):
            say(N_("macOS keeps programs out of {folder}: move vopt and its data elsewhere."), folder=str(folder))
        say(N_("vopt runs while you are logged in on this Mac."))
    elif output_of("loginctl", "show-user", str(os.getuid()), "-p", "Linger", "--value") != "yes":
        say(N_("vopt runs while you are logged in. To let it run always: `loginctl enable-linger`."))
