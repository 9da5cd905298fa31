"""This is where `vopt import` takes in what she has at home: her archive, her e-mails."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from vopt_lib.cli.help import Command, family
from vopt_lib.cli.speech import console, harmless, say, tell, tell_error, words
from vopt_lib.words import N_

if TYPE_CHECKING:
    from vopt_lib.desk.instance import Desk
    from vopt_lib.desk.shop.importing import Options
    from vopt_lib.schema.own_imports import ImportReport
    from vopt_lib.schema.own_shop import Member

import_app = family(N_("Take in what you have at home: your Vinted archive, your e-mails, your tables."))

Person = Annotated[str | None, typer.Option(metavar=N_("NAME"), help=N_("Whose it is; otherwise the owner's."))]
Account = Annotated[
    str | None,
    typer.Option(metavar=N_("LOGIN"), help=N_("The login on Vinted; needed once, to tell sales from purchases.")),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help=N_("Only show what would become of it; nothing is kept."))]
AsJson = Annotated[bool, typer.Option("--json", help=N_("Answer in JSON, for programs."))]

Source = TypeVar("Source", str, Path)


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.add_typer(import_app, name="import")


@import_app.command("archive", cls=Command, help=N_("Take in the archive that Vinted sent you (.zip)."))
def archive(
    file: Annotated[Path, typer.Argument(metavar=N_("FILE"), help=N_("The archive, not unpacked."))],
    person: Person = None,
    account: Account = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take in listings, photos and orders of an archive."""
    from vopt_lib.desk.shop.importing import import_archive

    _take_in(import_archive, [file], _Asked(person, account, dry_run, as_json))


@import_app.command("mail", cls=Command, help=N_("Take in e-mails of Vinted (.eml, mbox)."))
def mail(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar=N_("FILE"), help=N_("Saved e-mails, or a whole mailbox."))
    ] = None,
    mailbox: Annotated[
        str | None,
        typer.Option(metavar=N_("ADDRESS"), help=N_("Read a mailbox that `vopt mailbox set` knows instead.")),
    ] = None,
    person: Person = None,
    account: Account = None,
    mail_server: Annotated[
        str | None,
        typer.Option(metavar=N_("NAME"), help=N_("Your mail server, as it signs what it checked; remembered.")),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take in what e-mails tell of sales, labels and payments."""
    from functools import partial

    from vopt_lib.desk.shop.importing import import_mails
    from vopt_lib.desk.shop.taking import import_mailbox

    asked = _Asked(person, account, dry_run, as_json)
    if bool(files) == bool(mailbox):
        raise typer.BadParameter(words().say(N_("Name the files, or a mailbox with --mailbox.")))
    if mailbox:
        _take_in(import_mailbox, [mailbox], asked)
    else:
        _take_in(partial(import_mails, mail_server=mail_server), files or [], asked)


@import_app.command("table", cls=Command, help=N_("Take in a table of your own (.csv, .xlsx)."))
def table(
    file: Annotated[Path, typer.Argument(metavar=N_("FILE"), help=N_("A table with a line of headings."))],
    columns: Annotated[
        str | None,
        typer.Option(
            "--map",
            metavar=N_("FIELD=HEADING,…"),
            help=N_("Which column is what, where vopt guesses wrong."),
        ),
    ] = None,
    person: Person = None,
    account: Account = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take in articles and sales of her own table."""
    from vopt_lib.desk.shop.tables import mapping_for
    from vopt_lib.desk.shop.taking import import_table

    def take_in(desk: Desk, member: Member, path: Path, options: Options) -> ImportReport:
        mapping = mapping_for(desk, member, path, columns)
        if not as_json:
            known = ", ".join(f"{field}={heading}" for field, heading in mapping.items())
            say(N_("Columns: {known}"), known=harmless(known))
        return import_table(desk, member, path, mapping, options=options)

    _take_in(take_in, [file], _Asked(person, account, dry_run, as_json))


@import_app.command("wardrobe", cls=Command, help=N_("Take in your own closet on Vinted."))
def wardrobe(
    where: Annotated[
        str, typer.Argument(metavar=N_("ADDRESS|FILE"), help=N_("The address of your profile, or a saved page of it."))
    ],
    person: Person = None,
    account: Account = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take in what her public closet shows."""
    from vopt_lib.desk.shop.taking import import_wardrobe

    _take_in(import_wardrobe, [where], _Asked(person, account, dry_run, as_json))


@dataclass(frozen=True)
class _Asked:
    """What she asked for."""

    person: str | None
    account: str | None
    dry_run: bool
    as_json: bool


def _take_in(
    take_in: Callable[[Desk, Member, Source, Options], ImportReport], files: list[Source], asked: _Asked
) -> None:
    """Take in files one after the other; one that fails does not keep the others out."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.importing import Options
    from vopt_lib.desk.shop.opening import member_called
    from vopt_lib.errors import IngestError

    desk = open_desk()
    member = member_called(desk, asked.person)
    reports, failed = [], False
    for file in files:
        try:
            with _progress(file) as progress:
                options = Options(asked.account, is_trial=asked.dry_run, progress=progress)
                reports.append(take_in(desk, member, file, options))
        except IngestError as error:
            tell_error(error)
            failed = True
        else:
            if not asked.as_json:
                tell_report(reports[-1])
    if asked.as_json:
        tell(json.dumps([report.as_json() for report in reports], ensure_ascii=False, indent=2))
    if failed:
        raise typer.Exit(1)


@contextmanager
def _progress(file: str | Path) -> Iterator[Callable[[int], None]]:
    """One line that counts, where somebody watches."""
    from rich.text import Text

    def line(done: int) -> Text:
        told = words().count(N_("{file}: {n} row read…"), N_("{file}: {n} rows read…"), done, file=Path(file).name)
        return Text(harmless(told))

    with console(errors=True).status("") as live:
        yield lambda done: live.update(line(done))


def tell_report(report: ImportReport) -> None:
    """Say what became of a file."""
    from vopt_lib.desk.shop.import_told import told

    tell("\n".join(told(report, words())))
    if report.is_trial:
        say(N_("Nothing was kept. Without --dry-run it is taken in."))
