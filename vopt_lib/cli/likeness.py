"""This is where `vopt embed` and `vopt similar` are: photos made comparable, and what looks like one of hers."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.help import Command
from vopt_lib.cli.speech import console, say, tell, words
from vopt_lib.words import N_

if TYPE_CHECKING:
    from rich.status import Status

    from vopt_lib.desk.instance import Desk

Market = Annotated[str, typer.Option(metavar=N_("COUNTRY"), help=N_("Country of the site: it, fr, de …"))]
Model = Annotated[str, typer.Option(metavar=N_("NAME"), help=N_("What compares the photos; shapes-1 is built in."))]


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.command(
        "embed",
        cls=Command,
        help=N_("Make photos comparable: yours, and those of listings, which it fetches politely."),
    )(embed)
    app.command(
        "similar", cls=Command, help=N_("Find listings that look like a photo or as words say, and what they cost.")
    )(similar)


def embed(
    market: Market = "it",
    model: Model = "shapes-1",
    most: Annotated[
        int | None,
        typer.Option(min=0, metavar=N_("N"), help=N_("Photos to fetch at most; default: as VOPT_PHOTOS_A_RUN says.")),
    ] = None,
    own: Annotated[bool, typer.Option("--own", help=N_("Only your own photos; visits nothing."))] = False,
    download: Annotated[
        bool,
        typer.Option("--download", help=N_("First fetch the model's weights, once, from huggingface.co.")),
    ] = False,
) -> None:
    """Describe own photos, then those of listings."""
    from vopt_lib.desk.embedding import embed_own
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.market_embedding import embed_market
    from vopt_lib.desk.runs import headline

    desk = open_desk()
    if download:
        _download(desk, model)
    with console().status("") as live:
        shown = partial(_show, live)
        runs = [embed_own(desk, model=model, on_photo=shown)]
        if not own:
            runs.append(embed_market(desk, market, model=model, most=most, on_photo=shown))
    for run in runs:
        tell(headline(run, words()))
    if any(run.outcome == "failed" for run in runs):
        raise typer.Exit(1)


def similar(
    photo: Annotated[Path | None, typer.Argument(metavar=N_("PHOTO"), help=N_("The file of a photo."))] = None,
    listing: Annotated[
        int | None,
        typer.Option(min=1, metavar=N_("NUMBER"), help=N_("Instead of a file: a listing, by its number on Vinted.")),
    ] = None,
    sentence: Annotated[
        str | None,
        typer.Option("--words", metavar=N_("WORDS"), help=N_("Instead of a file: words such as giacca di jeans blu.")),
    ] = None,
    market: Market = "it",
    category: Annotated[
        str | None,
        typer.Option(metavar=N_("CATALOGUE"), help=N_("Only there: a path, the end of one, or a number.")),
    ] = None,
    brand: Annotated[str | None, typer.Option(metavar=N_("BRAND"), help=N_("Only of this brand."))] = None,
    sold: Annotated[bool, typer.Option("--sold", help=N_("Only listings that are known to be sold."))] = False,
    most: Annotated[int, typer.Option(min=1, max=200, metavar=N_("N"), help=N_("Listings to show."))] = 10,
    model: Annotated[
        str | None, typer.Option(metavar=N_("NAME"), help=N_("What compares; otherwise shapes-1, and clip for words."))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False,
) -> None:
    """Print what looks like a photo, the most alike first."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.opening import member_of
    from vopt_lib.desk.similar import catalogue_meant, question_of_words, similar_to
    from vopt_lib.desk.similar_asked import sought
    from vopt_lib.desk.similar_told import as_json as plain
    from vopt_lib.desk.similar_told import lines
    from vopt_lib.schema.similar import SimilarFilters

    if (photo, listing, sentence).count(None) != 2:
        raise typer.BadParameter(words().say(N_("Name a photo, a listing with --listing, or words with --words.")))
    desk = open_desk()
    catalog_id = None if category is None else catalogue_meant(desk, market, category)
    filters = SimilarFilters(market, catalog_id, brand, sold=True if sold else None)
    if sentence is not None:
        question = question_of_words(desk, sentence, model or "clip")
    else:
        question = sought(desk, market, photo or listing or 0, model=model or "shapes-1").question
    found = similar_to(desk, question, member_of(desk), filters, most=most)
    if as_json:
        sys.stdout.write(json.dumps(plain(found), indent=2, ensure_ascii=False) + "\n")
        return
    for line in lines(found, words()):
        tell(line)
    if sentence is not None and not found.market.is_empty():
        say(N_("A photo is never as like words as another photo is: 30% is much."))


def _download(desk: Desk, model: str) -> None:
    """Fetch the weights of a model, saying how large they are before, and how far it is."""
    from vopt_lib.desk.clip_download import download, fetch

    wanted = download(desk, model)
    if wanted is None:
        say(N_("Nothing to fetch: what {model} needs is here."), model=model)
        return
    size = words().number(wanted.size_mb, 0)
    say(N_("Fetching the weights of {model}: {size} MB from {host}."), model=model, size=size, host=wanted.remote.host)
    with console().status("") as live:
        fetch(desk, wanted, lambda here, of: live.update(_how_far(here / of, size)))


def _how_far(share: float, size: str) -> str:
    return words().say(N_("{share} of {size} MB…"), share=words().percent(share), size=size)


def _show(live: Status, done: int, of: int) -> None:
    live.update(words().say(N_("Photo {n} of {of}…"), n=done, of=of))
