"""This is where `vopt photos` is: the photos on her disk, made ready for Vinted."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.help import Command, family
from vopt_lib.cli.speech import complain, console, say, tell, words
from vopt_lib.words import N_

if TYPE_CHECKING:
    from vopt_lib.desk.photos_prepare import PhotoDone

photos_app = family(N_("Make your photos ready for Vinted."))


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.add_typer(photos_app, name="photos")


@photos_app.command(
    "prepare",
    cls=Command,
    help=N_("Copy photos as Vinted takes them, without where they were taken; say what could be better."),
)
def prepare(
    files: Annotated[list[Path], typer.Argument(metavar=N_("FILE"), help=N_("Photos, or folders of them."))],
    folder: Annotated[
        Path | None,
        typer.Option("--to", metavar=N_("FOLDER"), help=N_("Where to; without it, `prepared` beside the photos.")),
    ] = None,
    plain_background: Annotated[
        bool,
        typer.Option(
            "--plain-background", help=N_("Put the thing on a plain background; needs a model, see the README.")
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False,
) -> None:
    """Prepare photos one after the other; one that fails does not keep the others back."""
    from vopt_lib.desk.photos_prepare import prepare_photos, segmenter_here

    segmenter = segmenter_here() if plain_background else None
    done = []
    for one in prepare_photos(files, folder, segmenter=segmenter):
        done.append(one)
        if not as_json:
            _tell(one)
    if as_json:
        sys.stdout.write(json.dumps([one.as_json() for one in done], ensure_ascii=False, indent=2) + "\n")
    if any(one.error is not None for one in done):
        raise typer.Exit(1)


@photos_app.command(
    "suggest",
    cls=Command,
    help=N_("Say what a photo suggests about the thing on it: catalogue, colour, pattern."),
)
def suggest(
    photo: Annotated[Path, typer.Argument(metavar=N_("PHOTO"), help=N_("The file of a photo."))],
    market: Annotated[str, typer.Option(metavar=N_("COUNTRY"), help=N_("Country of the site: it, fr, de …"))] = "it",
    model: Annotated[
        str, typer.Option(metavar=N_("NAME"), help=N_("What looks at it: shapes-1 is built in, clip knows words."))
    ] = "shapes-1",
    as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False,
) -> None:
    """Print what the thing on a photo may be, the likeliest first."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.photo_suggestions import suggest_by_look, suggest_by_words
    from vopt_lib.desk.photo_suggestions_told import as_json as plain
    from vopt_lib.desk.photo_suggestions_told import lines
    from vopt_lib.desk.photos_prepare import read_photo

    desk, content = open_desk(), read_photo(photo)
    with console(errors=as_json).status(words().say(N_("Looking at the photo…"))):
        if model == "shapes-1":
            found = suggest_by_look(desk, content, market=market)
        else:
            found = suggest_by_words(desk, content, model=model)
    if as_json:
        sys.stdout.write(json.dumps(plain(found), ensure_ascii=False, indent=2) + "\n")
        return
    for line in lines(found, words()):
        tell(line)


def _tell(one: PhotoDone) -> None:
    if one.error is not None:
        complain(f"{one.file.name}: {words().error(one.error)}")
    if one.size is not None:
        width, height = one.size
        say(N_("{file}: {width:d} × {height:d} pixels"), file=str(one.copy), width=width, height=height)
    for hint in one.hints:
        tell("  " + words().say(hint.sentence))
    if one.background is not None:
        tell("  " + words().say(one.background.sentence))
