"""This is where `vopt serve` is: the pages, in the browser."""

from __future__ import annotations

import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.help import Command
from vopt_lib.cli.speech import say
from vopt_lib.words import N_

if TYPE_CHECKING:
    from vopt_lib.desk.instance import Desk
    from vopt_lib.schema.serving import Serving


def add_to(app: typer.Typer) -> None:
    """Add this command to vopt."""
    app.command("serve", cls=Command, help=N_("Show your market in the browser: prices, searches, questions."))(serve)


def serve(
    port: Annotated[int | None, typer.Option(metavar=N_("N"), help=N_("Port to use, instead of 8420."))] = None,
    show: Annotated[bool, typer.Option("--open", help=N_("Open the browser, too."))] = False,
) -> None:
    """Serve the pages on this computer until Ctrl-C."""
    from vopt_lib.desk.environment import settings_environment
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.ports import noted_ports, pages_port
    from vopt_lib.desk.services import pages_server
    from vopt_lib.desk.shop.serving import serving_of
    from vopt_lib.desk.up_programs import pages_address
    from vopt_lib.desk.up_state import running

    desk = open_desk()
    if port is None and (up := running(desk.paths)) and (kept := up.program("pages")):
        _tell_where(desk, f"{pages_address(desk.settings, kept.port)}/", show=show)
        return
    # After the lake's libraries: one of them lets Ctrl-C wait until a system call has ended.
    for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(wanted, _leave)
    chosen = pages_port(desk.settings, port)
    with suppress(KeyboardInterrupt), pages_server(desk.paths, chosen, settings_environment(desk.settings)) as pages:
        address = f"{pages_address(desk.settings, pages.port)}/"
        with noted_ports(desk.paths, {"pages": pages.port}):
            say(N_("Your pages: {address}"), address=address)
            serving = serving_of(desk, address)
            say_where_else(serving)
            if serving.is_locked:
                say(N_("They open only for whoever signs in. Press Ctrl-C to stop."))
            else:
                say(N_("They answer on this computer only. Press Ctrl-C to stop."))
            if show:
                typer.launch(address)
            pages.wait()


def _tell_where(desk: Desk, address: str, *, show: bool) -> None:
    """The pages that `vopt up` keeps open already."""
    from vopt_lib.desk.shop.serving import serving_of

    say(N_("Your pages: {address}"), address=address)
    say_where_else(serving_of(desk, address))
    say(N_("`vopt up` keeps them open."))
    if show:
        typer.launch(address)


def say_where_else(serving: Serving) -> None:
    """Where other devices reach the pages, and the one-time link while nobody can sign in yet."""
    for address in serving.elsewhere:
        say(N_("On other devices: {address}"), address=address)
    if serving.is_plain:
        say(N_("In your home network they come without encryption: use them only in a network that you trust."))
    if serving.first:
        say(N_("Set your password: {address}"), address=serving.first)


def _leave(*_: object) -> None:
    raise KeyboardInterrupt
