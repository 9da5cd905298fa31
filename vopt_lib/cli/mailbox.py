"""This is where `vopt mailbox` lets Vinted's e-mails be read from her mailbox: set, check, list, forget."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from vopt_lib.cli.help import Command, family
from vopt_lib.cli.speech import say, tell, words
from vopt_lib.words import N_

mailbox_app = family(N_("Let vopt read Vinted's e-mails in your mailbox, and nothing else: set, check, list, forget."))
Address = Annotated[str, typer.Argument(metavar=N_("ADDRESS"), help=N_("The e-mail address of the mailbox."))]
Person = Annotated[
    str | None, typer.Option("--person", metavar=N_("NAME"), help=N_("Whose it is; without it, the owner's."))
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.add_typer(mailbox_app, name="mailbox")


@mailbox_app.command("set", cls=Command, help=N_("Set a mailbox; its password is asked for, and kept encrypted."))
def set_(
    address: Address,
    host: Annotated[
        str | None, typer.Option(metavar=N_("SERVER"), help=N_("Server for incoming mail (IMAP), if vopt asks for it."))
    ] = None,
    port: Annotated[int | None, typer.Option(metavar=N_("NUMBER"), min=1, max=65535, help=N_("Its port."))] = None,
    starttls: Annotated[
        bool, typer.Option("--starttls", help=N_("The server encrypts only after a first word (port 143)."))
    ] = False,
    folder: Annotated[
        str | None, typer.Option(metavar=N_("NAME"), help=N_("Folder in which Vinted's e-mails lie, if not the inbox."))
    ] = None,
    checked_by: Annotated[
        str | None,
        typer.Option(
            metavar=N_("NAME"),
            help=N_("How the server calls itself in the line “Authentication-Results” of an e-mail that it received."),
        ),
    ] = None,
    person: Person = None,
) -> None:
    """Look into a mailbox and keep it."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.mailbox import mailbox_of, set_mailbox
    from vopt_lib.desk.shop.mailbox_page import opens
    from vopt_lib.desk.shop.opening import member_called

    desk = open_desk()
    security = "starttls" if starttls else None
    given = {"host": host, "port": port or (143 if starttls else None), "security": security, "folder": folder}
    mailbox = mailbox_of(address.strip(), **given, authserv_id=checked_by)
    found = set_mailbox(desk, member_called(desk, person), mailbox, _password(mailbox.address))
    tell(opens(mailbox.address, found, words()))
    if mailbox.authserv_id is None:
        say(N_("Every e-mail will wait for your look, because vopt does not know how your server signs: --checked-by."))


@mailbox_app.command("check", cls=Command, help=N_("Look into a mailbox and say what lies there, or what is wrong."))
def check(address: Address, person: Person = None) -> None:
    """Look into a mailbox that was set."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.mailbox import check_mailbox
    from vopt_lib.desk.shop.mailbox_page import opens
    from vopt_lib.desk.shop.opening import member_called

    desk = open_desk()
    tell(opens(address, check_mailbox(desk, member_called(desk, person), address), words()))


@mailbox_app.command("list", cls=Command, help=N_("Show the mailboxes that are set."))
def show(person: Person = None) -> None:
    """Show every mailbox with its server."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.mailbox import mailboxes
    from vopt_lib.desk.shop.opening import member_called

    desk = open_desk()
    known = mailboxes(desk, member_called(desk, person))
    for one in known:
        tell(f"{one.address}  {one.host}:{one.port}  {one.folder}")
    if not known:
        say(N_("No mailbox is set yet. Set one with `vopt mailbox set`, followed by its address."))


@mailbox_app.command("forget", cls=Command, help=N_("Forget a mailbox and its password; what was read stays."))
def forget(address: Address, person: Person = None) -> None:
    """Forget a mailbox."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.mailbox import forget_mailbox
    from vopt_lib.desk.shop.opening import member_called

    desk = open_desk()
    forget_mailbox(desk, member_called(desk, person), address)
    say(N_("The mailbox {address} is forgotten, with its password. What was read of it stays."), address=address)


def _password(address: str) -> str:
    """The password, typed where nobody sees it, or from a pipe. It is never an argument: others could read those."""
    import getpass

    if sys.stdin and sys.stdin.isatty():
        return getpass.getpass(words().say(N_("Password of {address}: "), address=address))
    return sys.stdin.readline().rstrip("\r\n") if sys.stdin else ""
