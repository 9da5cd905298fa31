"""This is where `vopt people` lets people in at the web pages: invitations, passwords, sessions, and what they see."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.help import Command
from vopt_lib.cli.people import Name, here
from vopt_lib.cli.speech import say, tell, words
from vopt_lib.words import N_

if TYPE_CHECKING:
    from vopt_lib.schema.signing_in import OpenSession


def add_to(people_app: typer.Typer) -> None:
    """Add these commands to those of `vopt people`."""
    people_app.command(
        "invite", cls=Command, help=N_("Make a link with which somebody sets a password, and is let in.")
    )(invite)
    people_app.command("password", cls=Command, help=N_("Set somebody's password here, when nobody gets in any more."))(
        set_password
    )
    people_app.command("sessions", cls=Command, help=N_("Show who is signed in, from where, and when she was seen."))(
        show_sessions
    )
    people_app.command("sign-out", cls=Command, help=N_("Sign somebody out wherever she is signed in."))(sign_out)
    people_app.command(
        "code-off", cls=Command, help=N_("Let somebody in without the second factor, whose phone is gone.")
    )(end_code)
    people_app.command("share", cls=Command, help=N_("Let a member look at everything; she changes her own only."))(
        share
    )


def invite(
    name: Annotated[
        str, typer.Argument(metavar=N_("NAME"), help=N_("What she is called; whoever is new is added as a member."))
    ],
) -> None:
    """Print a link."""
    from vopt_lib.desk.shop import people, signing_in
    from vopt_lib.desk.shop.serving import invitation_address

    desk, by = here()
    known = [one for one in people.people(desk, by) if one.name.casefold() == " ".join(name.split()).casefold()]
    person_id = min(known, key=lambda one: one.is_removed).id if known else people.add(desk, by, name)
    link = invitation_address(desk, signing_in.invite(desk, by, person_id))
    if not known:
        say(N_("{name} belongs to your household now."), name=name)
    say(N_("Give {name} this link. It is good once, for {days:d} days:"), name=name, days=signing_in.INVITATION_DAYS)
    tell(f"  {link}")


def set_password(name: Name) -> None:
    """Set a password that is typed twice, or comes from a pipe."""
    from vopt_lib.desk.shop.people import person_called
    from vopt_lib.desk.shop.signing_in import set_password

    desk, by = here()
    person = person_called(desk, by, name)
    set_password(desk, by, person.id, _typed(person.name))
    say(N_("{name} signs in with this password now. Everywhere she was signed in, she is out."), name=person.name)


def show_sessions(
    name: Annotated[
        str | None, typer.Argument(metavar=N_("NAME"), help=N_("Hers only: her name, or how it begins."))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False,
) -> None:
    """Show the sessions."""
    from vopt_lib.desk.shop.people import person_called
    from vopt_lib.desk.shop.signing_in import sessions_of

    desk, by = here()
    whose = person_called(desk, by, name).id if name else None
    found = [one for one in sessions_of(desk, by) if whose in (None, one.person_id)]
    if as_json:
        sys.stdout.write(json.dumps([_plain(one) for one in found], ensure_ascii=False, indent=2) + "\n")
    elif not found:
        say(N_("Nobody is signed in."))
    else:
        for one in found:
            told = {"seen": words().moment(one.seen_at), "ends": words().moment(one.ends_at)}
            say(N_("{name}: seen {seen}, ends {ends}, from {address}"), **told, name=one.person, address=_of(one))


def sign_out(name: Name) -> None:
    """End all sessions of a person."""
    from vopt_lib.desk.shop.people import person_called
    from vopt_lib.desk.shop.signing_in import end_sessions

    desk, by = here()
    person = person_called(desk, by, name)
    ended = end_sessions(desk, by, person.id)
    tell(
        words().count(
            N_("{name} is signed out of {n} browser."),
            N_("{name} is signed out of {n} browsers."),
            ended,
            name=person.name,
        )
    )


def end_code(name: Name) -> None:
    """Switch a second factor off."""
    from vopt_lib.desk.shop.people import person_called
    from vopt_lib.desk.shop.signing_in import end_code_of

    desk, by = here()
    person = person_called(desk, by, name)
    end_code_of(desk, by, person.id)
    say(N_("{name} signs in with her password alone now."), name=person.name)


def share(
    name: Name, no: Annotated[bool, typer.Option("--no", help=N_("No more: she sees her own only."))] = False
) -> None:
    """Share the household's shop with a member, or no more."""
    from vopt_lib.desk.shop import people

    desk, by = here()
    person = people.person_called(desk, by, name)
    people.share(desk, by, person.id, not no)
    seen = N_("{name} sees her own only.") if no else N_("{name} looks at everything, and changes her own only.")
    say(seen, name=person.name)


def _typed(name: str) -> str:
    """What is typed where nobody sees it, or a line from a pipe. It is never an argument: others could read those."""
    import getpass

    if not (sys.stdin and sys.stdin.isatty()):
        return sys.stdin.readline().rstrip("\r\n") if sys.stdin else ""
    return twice(name, getpass.getpass)


def twice(name: str, ask: Callable[[str], str]) -> str:
    """A new password of hers, asked for twice. Raises: PasswordsDiffer."""
    from vopt_lib.errors import PasswordsDiffer

    typed = ask(words().say(N_("New password of {name}: "), name=name))
    if ask(words().say(N_("The same again: "))) != typed:
        raise PasswordsDiffer
    return typed


def _of(one: OpenSession) -> str:
    return f"{one.where.address} ({one.where.browser})" if one.where.browser else one.where.address


def _plain(one: OpenSession) -> dict[str, object]:
    moments = {name: getattr(one, name).isoformat() for name in ("begun_at", "seen_at", "ends_at")}
    place = {"address": one.where.address, "browser": one.where.browser}
    return {"id": one.id, "person_id": one.person_id, "person": one.person, **moments, **place}
