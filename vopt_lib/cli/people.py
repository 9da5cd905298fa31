"""This is where `vopt people` is: who of the household sells, on which accounts, and what is hers."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from vopt_lib.cli.help import Command, family
from vopt_lib.cli.speech import answer_to, say, tell, words
from vopt_lib.words import N_

if TYPE_CHECKING:
    from vopt_lib.desk.instance import Desk
    from vopt_lib.schema.own_people import OwnPerson
    from vopt_lib.schema.own_shop import Member

people_app = family(N_("Say who of your household sells, and on which accounts; hand out or erase what is hers."))
account_app = family(N_("Say which accounts on Vinted are whose: add, rename, move, remove."))


class RoleName(StrEnum):
    """What somebody may do."""

    ADMIN = "admin"
    MEMBER = "member"


class LanguageName(StrEnum):
    """What somebody reads in."""

    IT = "it"
    EN = "en"


Name = Annotated[str, typer.Argument(metavar=N_("NAME"), help=N_("Her name, or how it begins."))]
Login = Annotated[str, typer.Argument(metavar=N_("LOGIN"), help=N_("Her name on Vinted."))]
AsRole = Annotated[
    RoleName,
    typer.Argument(metavar=N_("ROLE"), help=N_("admin: may see and change everything; member: her own only.")),
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    people_app.add_typer(account_app, name="account")
    app.add_typer(people_app, name="people")


@people_app.command("list", cls=Command, help=N_("Show everybody with her accounts, listings and sales."))
def show(as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False) -> None:
    """Show the household."""
    from vopt_lib.desk.shop.people import people

    desk, by = here()
    everybody = people(desk, by)
    if as_json:
        sys.stdout.write(json.dumps([asdict(one) for one in everybody], ensure_ascii=False, indent=2) + "\n")
        return
    for one in everybody:
        tell("\n".join([*_about(one), ""]))


@people_app.command("add", cls=Command, help=N_("Let somebody else of your household have things of her own here."))
def add(
    name: Annotated[str, typer.Argument(metavar=N_("NAME"), help=N_("What she is called."))],
    role: Annotated[
        RoleName,
        typer.Option(metavar=N_("ROLE"), help=N_("admin: may see and change everything; member: her own only.")),
    ] = RoleName.MEMBER,
    language: Annotated[
        LanguageName | None, typer.Option(metavar=N_("LANGUAGE"), help=N_("What she reads in: it or en."))
    ] = None,
) -> None:
    """Add a person."""
    from vopt_lib.desk.shop import people

    desk, by = here()
    people.add(desk, by, name, role=role.value, language=language.value if language else None)
    say(N_("{name} belongs to your household now."), name=name)


@people_app.command("rename", cls=Command, help=N_("Call somebody differently."))
def rename(
    name: Name, new_name: Annotated[str, typer.Argument(metavar=N_("NEW-NAME"), help=N_("What she is called."))]
) -> None:
    """Rename a person."""
    from vopt_lib.desk.shop import people

    desk, by = here()
    person = people.person_called(desk, by, name)
    people.rename(desk, by, person.id, new_name)
    say(N_("“{before}” is “{name}” from now on."), before=person.name, name=new_name)


@people_app.command("role", cls=Command, help=N_("Say what somebody may see and change."))
def give_role(name: Name, role: AsRole) -> None:
    """Change a person's role."""
    from vopt_lib.desk.shop import people

    desk, by = here()
    person = people.person_called(desk, by, name)
    people.give_role(desk, by, person.id, role.value)
    is_admin = role is RoleName.ADMIN
    say(N_("{name} sees and changes everything.") if is_admin else N_("{name} sees her own only."), name=person.name)


@people_app.command("language", cls=Command, help=N_("Say what somebody reads in."))
def give_language(
    name: Name,
    language: Annotated[LanguageName, typer.Argument(metavar=N_("LANGUAGE"), help=N_("What she reads in: it or en."))],
) -> None:
    """Change a person's language."""
    from vopt_lib.desk.shop import people

    desk, by = here()
    person = people.person_called(desk, by, name)
    people.give_language(desk, by, person.id, language.value)
    say(N_("{name} reads in “{language}”."), name=person.name, language=language.value)


@people_app.command("remove", cls=Command, help=N_("Put somebody aside; what is hers stays, and she can come back."))
def remove(name: Name) -> None:
    """Remove a person."""
    from vopt_lib.desk.shop import people

    desk, by = here()
    person = people.person_called(desk, by, name)
    people.remove(desk, by, person.id)
    say(N_("{name} is removed. What is hers stays; `vopt people restore` brings her back."), name=person.name)


@people_app.command("restore", cls=Command, help=N_("Bring somebody back who was removed."))
def restore(name: Name) -> None:
    """Restore a person."""
    from vopt_lib.desk.shop import people

    desk, by = here()
    person = people.person_called(desk, by, name)
    people.restore(desk, by, person.id)
    say(N_("{name} is back."), name=person.name)


@people_app.command("export", cls=Command, help=N_("Write all that is somebody's into one zip file."))
def export(
    name: Name,
    output: Annotated[
        Path | None, typer.Option(metavar=N_("FILE"), help=N_("File to write to; otherwise one in this folder."))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False,
) -> None:
    """Hand out a person's data."""
    from vopt_lib.desk.shop.hand_out import archive_name, hand_out
    from vopt_lib.desk.shop.people import person_called

    desk, by = here()
    person = person_called(desk, by, name)
    place = output or Path(archive_name(desk, person))
    contents = hand_out(desk, by, person, place)
    if as_json:
        sys.stdout.write(json.dumps({"file": str(place), "files": contents}, ensure_ascii=False, indent=2) + "\n")
        return
    for table, rows in contents.items():
        if table.endswith(".json"):
            tell(f"  {table}: {words().count(N_('{n} row'), N_('{n} rows'), rows)}")
    files = sum(not name.endswith(".json") for name in contents)
    told = words().count(N_("{n} photo or label"), N_("{n} photos and labels"), files)
    tell(f"  {told}")
    say(N_("All that is {name}'s is in {file}. Keep it in a safe place."), name=person.name, file=place)


@people_app.command("erase", cls=Command, help=N_("Erase somebody and all that is hers, for ever."))
def erase(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help=N_("Do not ask: I know that it cannot be undone."))] = False,
) -> None:
    """Erase a person."""
    from vopt_lib.desk.shop import people
    from vopt_lib.desk.shop.erasing import OLD_BACKUPS

    desk, by = here()
    person = people.person_called(desk, by, name)
    people.erase(desk, by, person.id, typed=person.name if yes else _typed(person))
    say(N_("{name} and all that was hers are erased."), name=person.name)
    say(OLD_BACKUPS)


@account_app.command("add", cls=Command, help=N_("Say which account on Vinted is somebody's; she may have several."))
def add_account(
    name: Name,
    login: Login,
    market: Annotated[str, typer.Option(metavar=N_("COUNTRY"), help=N_("Country of the site: it, fr, de …"))] = "it",
) -> None:
    """Add an account."""
    from vopt_lib.desk.shop import people

    desk, by = here()
    person = people.person_called(desk, by, name)
    people.add_account(desk, by, person.id, login, market=market)
    say(N_("The account “{login}” is {name}'s."), login=login, name=person.name)


@account_app.command("rename", cls=Command, help=N_("Say that an account has another name now."))
def rename_account(
    login: Login,
    new_login: Annotated[str, typer.Argument(metavar=N_("NEW-LOGIN"), help=N_("Her new name on Vinted."))],
) -> None:
    """Rename an account."""
    from vopt_lib.desk.shop import people

    desk, by = here()
    account = people.account_called(desk, by, login)
    people.rename_account(desk, by, account.id, new_login)
    say(N_("“{before}” is “{name}” from now on."), before=account.name, name=new_login)


@account_app.command("move", cls=Command, help=N_("Give an account to somebody else, with all that is on it."))
def move_account(login: Login, name: Name) -> None:
    """Move an account."""
    from vopt_lib.desk.shop import people

    desk, by = here()
    account, person = people.account_called(desk, by, login), people.person_called(desk, by, name)
    people.move_account(desk, by, account.id, person.id)
    say(N_("The account “{login}” is {name}'s."), login=account.name, name=person.name)


@account_app.command("remove", cls=Command, help=N_("Put an account aside; what was sold on it stays."))
def remove_account(login: Login) -> None:
    """Remove an account."""
    from vopt_lib.desk.shop import people

    desk, by = here()
    account = people.account_called(desk, by, login)
    people.remove_account(desk, by, account.id)
    say(N_("The account “{login}” is removed. What was sold on it stays."), login=account.name)


def here() -> tuple[Desk, Member]:
    """This vopt, and who sits before it: its owner."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.opening import member_of

    desk = open_desk()
    return desk, member_of(desk)


def _typed(person: OwnPerson) -> str:
    """What she types to confirm."""
    question = N_("This erases {name}, {listings} listings and {sales} sales for ever. Type the name to go on:")
    return answer_to(words().say(question, name=person.name, listings=person.listings, sales=person.sales))


def _about(person: OwnPerson) -> list[str]:
    """Her name, what she may do, her accounts, and how much is hers."""
    removed = " " + words().say(N_("(removed)")) if person.is_removed else ""
    role: dict[Literal["admin", "member"], str] = {"admin": N_("admin"), "member": N_("member")}
    accounts = ", ".join(f"{one.name} ({one.channel}.{one.market})" for one in person.accounts)
    listings = words().count(N_("{n} listing"), N_("{n} listings"), person.listings)
    sales = words().count(N_("{n} sale"), N_("{n} sales"), person.sales)
    facts = [words().say(role[person.role]), person.language or "", listings, sales]
    return [person.name + removed, *(f"  {line}" for line in (", ".join(filter(None, facts)), accounts) if line)]
