"""This is where `vopt embed` and `vopt similar` are: photos made comparable, and what looks like one of hers."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.help import Command
from vopt_lib.cli.speech import console, tell, words
from vopt_lib.words import N_

if TYPE_CHECKING:
    from rich.status import Status

Market = Annotated[str, typer.Option(metavar=N_("COUNTRY"), help=N_("Country of the site: it, fr, de …"))]
Model = Annotated[str, typer.Option(metavar=N_("NAME"), help=N_("What compares the photos; shapes-1 is built in."))]


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.command(
        "embed",
        cls=Command,
        help=N_("Make photos comparable: yours, and those of listings, which it fetches politely."),
    )(embed)
    app.command("similar", cls=Command, help=N_("Find listings that look like a photo, and what they cost."))(similar)


def embed(
    market: Market = "it",
    model: Model = "shapes-1",
    most: Annotated[
        int | None,
        typer.Option(min=0, metavar=N_("N"), help=N_("Photos to fetch at most; default: as VOPT_PHOTOS_A_RUN says.")),
    ] = None,
    own: Annotated[bool, typer.Option("--own", help=N_("Only your own photos; visits nothing."))] = False,
) -> None:
    """Describe own photos, then those of listings."""
    from vopt_lib.desk.embedding import embed_own
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.market_embedding import embed_market
    from vopt_lib.desk.runs import headline

    desk = open_desk()
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
    market: Market = "it",
    category: Annotated[
        str | None,
        typer.Option(metavar=N_("CATALOGUE"), help=N_("Only there: a path, the end of one, or a number.")),
    ] = None,
    brand: Annotated[str | None, typer.Option(metavar=N_("BRAND"), help=N_("Only of this brand."))] = None,
    sold: Annotated[bool, typer.Option("--sold", help=N_("Only listings that are known to be sold."))] = False,
    most: Annotated[int, typer.Option(min=1, max=200, metavar=N_("N"), help=N_("Listings to show."))] = 10,
    model: Model = "shapes-1",
    as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False,
) -> None:
    """Print what looks like a photo, the most alike first."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.opening import member_of
    from vopt_lib.desk.similar import catalogue_meant, similar_to
    from vopt_lib.desk.similar_asked import sought
    from vopt_lib.desk.similar_told import as_json as plain
    from vopt_lib.desk.similar_told import lines
    from vopt_lib.schema.similar import SimilarFilters

    named = listing if photo is None else photo
    if named is None or (photo and listing):
        raise typer.BadParameter(words().say(N_("Name a photo, or a listing with --listing.")))
    desk = open_desk()
    catalog_id = None if category is None else catalogue_meant(desk, market, category)
    filters = SimilarFilters(market, catalog_id, brand, sold=True if sold else None)
    question = sought(desk, market, named, model=model).question
    found = similar_to(desk, question, member_of(desk), filters, most=most)
    if as_json:
        sys.stdout.write(json.dumps(plain(found), indent=2, ensure_ascii=False) + "\n")
        return
    for line in lines(found, words()):
        tell(line)


def _show(live: Status, done: int, of: int) -> None:
    live.update(words().say(N_("Photo {n} of {of}…"), n=done, of=of))
