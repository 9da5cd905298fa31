"""This is where `vopt tidy`, `backup` and `restore` are: how the data stays small, and safe."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.help import Command
from vopt_lib.cli.speech import console, say, tell, words
from vopt_lib.words import N_

if TYPE_CHECKING:
    from rich.status import Status

    from vopt_lib.desk.backup import Backup

MEGABYTE = 10**6

_PARTS = {
    "market": N_("the market"),
    "shop": N_("your shop"),
    "photos": N_("photos"),
    "labels": N_("labels of parcels"),
    "models": N_("models"),
    "state": N_("settings and keys"),
}


class LeftOut(StrEnum):
    """What `vopt backup` can leave out: what can be collected again."""

    MARKET = "market"


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.command("tidy", cls=Command, help=N_("Remove what is old and join small files, now."))(tidy)
    app.command("backup", cls=Command, help=N_("Copy everything into one file, while vopt goes on working."))(backup)
    app.command("restore", cls=Command, help=N_("Put back what `vopt backup` copied, all of it or nothing."))(restore)


def tidy() -> None:
    """Do one round of maintenance and tell what it did, table by table."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.report import event_line
    from vopt_lib.desk.runs import headline
    from vopt_lib.desk.upkeep import tidy as tidy_up

    run = tidy_up(open_desk())
    tell(headline(run, words()))
    for event in run.events:
        tell("• " + event_line(event, words()))


def backup(
    output: Annotated[
        Path | None, typer.Option(metavar=N_("FILE"), help=N_("File to write to, instead of one in data/backups."))
    ] = None,
    without: Annotated[
        LeftOut | None, typer.Option(metavar="market", help=N_("Leave out the market: it can be collected again."))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False,
) -> None:
    """Back everything up and tell what is in the file."""
    from vopt_lib.desk.backup import back_up
    from vopt_lib.desk.backup_parts import Part
    from vopt_lib.desk.instance import open_desk

    left_out = frozenset({Part(without.value)} if without else ())
    with console(errors=as_json).status("") as live:
        done = back_up(open_desk(), output, without=left_out, on_progress=partial(_show, live))
    if as_json:
        parts = {part: {"files": files, "bytes": size} for part, (files, size) in done.parts.items()}
        told = {**vars(done), "file": str(done.file), "made_at": done.made_at.isoformat(), "parts": parts}
        sys.stdout.write(json.dumps(told, indent=2) + "\n")
    else:
        _tell_backup(done)


def _tell_backup(done: Backup) -> None:
    say(N_("Everything is in {file} ({megabytes} MB):"), file=str(done.file), megabytes=_megabytes(done.bytes))
    for part, what in _PARTS.items():
        files, size = done.parts.get(part, (0, 0))
        if not files:
            continue
        line = words().count(N_("{what}: {n} file, {megabytes} MB"), N_("{what}: {n} files, {megabytes} MB"), files,
                             what=words().say(what), megabytes=_megabytes(size))  # fmt: skip
        tell("• " + line)
    if done.lake_elsewhere:
        say(N_("The market on {place} is not in it: copy that place itself."), place=done.lake_elsewhere)
    elif done.left_out:
        say(N_("The market is not in it."))
    say(N_("It holds the keys to your accounts: keep it where only you can read it."))


def restore(
    file: Annotated[Path, typer.Argument(metavar=N_("FILE"), help=N_("A file that `vopt backup` wrote."))],
    force: Annotated[bool, typer.Option("--force", help=N_("Put aside the data that is here now."))] = False,
) -> None:
    """Restore a backup and tell what came back."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.restore import restore as put_back

    with console().status("") as live:
        done = put_back(open_desk(), file, force=force, on_progress=partial(_show, live))
    say(N_("Everything is as it was on {at} ({files} files)."), at=done.made_at, files=done.files)
    if done.left_out:
        say(N_("The backup holds no market: the one that is here stays."))
    if done.put_aside:
        say(
            N_("What was here before lies in {folder} until the next restore. Remove it when you do not need it."),
            folder=str(done.put_aside),
        )


def _show(live: Status, done: int, of: int) -> None:
    live.update(words().say(N_("{done} of {of} MB…"), done=done // MEGABYTE, of=-(-of // MEGABYTE)))


def _megabytes(size: int) -> str:
    return words().number(size / MEGABYTE, 1)
