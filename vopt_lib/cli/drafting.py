"""This is where `vopt draft` is: photos in, the first draft of a listing out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from vopt_lib.cli.help import Command
from vopt_lib.cli.speech import complain, console, say, tell, words
from vopt_lib.words import N_

if TYPE_CHECKING:
    from vopt_lib.desk.draft_photos import Drafted
    from vopt_lib.desk.instance import Desk
    from vopt_lib.schema.listing_text import Tone

Name = TypeVar("Name", bound=str)


def add_to(app: typer.Typer) -> None:
    """Add this command to vopt."""
    app.command("draft", cls=Command, help=N_("Write the draft of a listing from photos of a thing, and price it."))(
        draft
    )


def draft(
    photos: Annotated[list[Path], typer.Argument(metavar=N_("PHOTO"), help=N_("Photos of one thing, or its folder."))],
    facts: Annotated[
        list[str] | None,
        typer.Option(metavar=N_("NAME=VALUE,…"), help=N_("What you know of it: brand=Zara,size=M,condition=2 …")),
    ] = None,
    language: Annotated[
        str, typer.Option("--lang", metavar=N_("LANGUAGE"), help=N_("What it is written in: it, en, fr, de or es."))
    ] = "it",
    tone: Annotated[str, typer.Option(metavar=N_("TONE"), help=N_("plain, friendly or lively."))] = "friendly",
    save: Annotated[bool, typer.Option("--save", help=N_("Keep it as a draft, with its photos."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False,
) -> None:
    """Print what the photos show, a price, a text, and what is still missing."""
    from vopt_lib.desk.draft_photos import drafted, looks_for, writes_for
    from vopt_lib.desk.draft_told import as_json as plain
    from vopt_lib.desk.draft_told import lines
    from vopt_lib.desk.facts_typed import facts_of
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.photos_prepare import photos_named, read_photo
    from vopt_lib.desk.shop.opening import member_of
    from vopt_lib.schema.listing_text import TEXT_LANGUAGES, TONES

    spoken, voice = _one_of(language, TEXT_LANGUAGES), _one_of(tone, TONES)
    desk, files = open_desk(), photos_named(photos)
    known, contents = facts_of(desk, facts or ()), [read_photo(file) for file in files]
    with console(errors=as_json).status(words().say(N_("Looking at the photos…"))):
        her = member_of(desk)
        made = drafted(
            desk, contents, known, language=spoken, tone=voice, analyse=looks_for(her), write=writes_for(her)
        )
    for place, error in made.refused.items():
        complain(f"{files[place].name}: {words().error(error)}")
    if as_json:
        told = plain(made) | ({"kept": _kept(desk, made, contents, voice)} if save else {})
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    else:
        for line in lines(made, words()):
            tell(line)
        if save:
            say(
                N_("It is kept as a draft, number {listing_id:d}, with the code {sku}."),
                **_kept(desk, made, contents, voice),
            )
    if made.refused:
        raise typer.Exit(1)


def _one_of(typed: str, known: Iterable[Name]) -> Name:
    found = next((name for name in known if name == typed.strip().lower()), None)
    if found is None:
        raise typer.BadParameter(
            words().say(N_("“{typed}” is none of these: {known}."), typed=typed, known=", ".join(known))
        )
    return found


def _kept(desk: Desk, made: Drafted, contents: Sequence[bytes], tone: Tone) -> dict[str, Any]:
    """Keep the draft and its photos; its number and its code."""
    from dataclasses import asdict

    from vopt_lib.desk.draft_kept import keep_draft, keep_photos
    from vopt_lib.desk.shop.opening import member_of

    member = member_of(desk)
    kept = keep_draft(desk, member, made, tone=tone)
    keep_photos(desk, member, kept.listing_id, [one for place, one in enumerate(contents) if place not in made.refused])
    return asdict(kept)
