"""This is where `vopt evaluate` is: how right vopt is, on made-up markets whose truth is known, on real
prices, on labelled photos, and in what language models write.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.help import Command, family
from vopt_lib.cli.speech import console, tell, words
from vopt_lib.words import N_

if TYPE_CHECKING:
    from rich.status import Status

evaluate_app = family(N_("Measure how right vopt is, on made-up markets, on real prices and on photos."))


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.add_typer(evaluate_app, name="evaluate")


@evaluate_app.command("market", cls=Command, help=N_("Watch a made-up market for some weeks; compare with its truth."))
def market(
    seed: Annotated[int, typer.Option(min=0, metavar=N_("N"), help=N_("Number that the market is made from."))] = 0,
    days: Annotated[int, typer.Option(min=1, max=365, metavar=N_("N"), help=N_("Virtual days to watch it."))] = 40,
    drop: Annotated[
        float,
        typer.Option(min=0.0, max=0.9, metavar=N_("SHARE"), help=N_("Share of sightings left out, 0 to 0.9.")),
    ] = 0.15,
    scale: Annotated[
        float,
        typer.Option(min=0.05, max=100.0, metavar=N_("X"), help=N_("Size of the market; 1: 8,000 listings.")),
    ] = 1.0,
    pages: Annotated[
        int, typer.Option(min=0, metavar=N_("N"), help=N_("Pages of listings to visit in a day at most."))
    ] = 360,
    budget: Annotated[
        int | None,
        typer.Option(min=10, metavar=N_("N"), help=N_("Searching requests in a day at most, at a polite pace.")),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False,
) -> None:
    """Watch a fresh made-up market and print how right the figures are; the page of data quality shows them too."""
    from vopt_lib.desk.evaluate import Trial, evaluate_market
    from vopt_lib.desk.evaluation_told import lines
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.last_evaluation import keep_evaluation

    desk = open_desk()
    trial = Trial(seed=seed, days=days, dropped=drop, scale=scale, pages_a_day=pages, requests_a_day=budget)
    with console().status("") as live:
        done = evaluate_market(trial, on_day=lambda day: _show(live, day, days))
    keep_evaluation(desk, done)
    _tell(done.as_json, lines(done, words()), as_json=as_json)


@evaluate_app.command("prices", cls=Command, help=N_("Learn prices from most of a table, then tell the others."))
def prices(
    path: Annotated[
        Path, typer.Argument(metavar=N_("FILE"), help=N_("Things with prices: .csv, .tsv, .xlsx, .parquet or .jsonl."))
    ],
    mapping: Annotated[
        str,
        typer.Option(
            "--map",
            metavar=N_("NAME=COLUMN,…"),
            help=N_("Which column is what, e.g. title=name,category=gender+type,price=price; the rest is guessed."),
        ),
    ] = "",
    where: Annotated[
        list[str] | None,
        typer.Option(metavar=N_("COLUMN=VALUE"), help=N_("Keep only these rows; may be given several times.")),
    ] = None,
    salt: Annotated[
        list[str] | None,
        typer.Option(metavar=N_("TEXT"), help=N_("Parts the things in another way; several: the mean of all.")),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False,
) -> None:
    """Learn from nine tenths of a table and print how far the told prices of the last tenth are from the asked ones."""
    from vopt_lib.desk.evaluate_prices import evaluate_prices
    from vopt_lib.desk.prices_evaluation_told import lines

    with console().status("") as live:
        done = evaluate_prices(
            path,
            mapping=mapping,
            where=where or (),
            salts=salt or ("",),
            on_salt=lambda name: live.update(words().say(N_("Learning prices (salt “{salt}”)…"), salt=name)),
        )
    _tell(done.as_json, lines(done, words()), as_json=as_json)


@evaluate_app.command(
    "advice", cls=Command, help=N_("Advise on prices in a made-up market; compare with who knows all of it.")
)
def advice(
    seed: Annotated[int, typer.Option(min=0, metavar=N_("N"), help=N_("Number that the market is made from."))] = 0,
    scale: Annotated[
        float,
        typer.Option(min=0.5, max=100.0, metavar=N_("X"), help=N_("Size of the market; 1: 8,000 listings.")),
    ] = 8.0,
    as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False,
) -> None:
    """Watch a fresh made-up market, learn from it, and print how good the prices are that vopt would ask there."""
    from vopt_lib.desk.advice_told import lines
    from vopt_lib.desk.evaluate_advice import AdviceTrial, evaluate_advice

    with console().status(words().say(N_("A market is made, watched and learnt from…"))):
        done = evaluate_advice(AdviceTrial(seed=seed, scale=scale))
    _tell(done.as_json, lines(done, words()), as_json=as_json)


@evaluate_app.command("photos", cls=Command, help=N_("Look for each of some photos; count what is found rightly."))
def photos(
    folder: Annotated[Path, typer.Argument(metavar=N_("FOLDER"), help=N_("Where the photos are."))],
    labels: Annotated[
        Path,
        typer.Option(metavar=N_("FILE"), help=N_("Table with the columns path (in the folder) and label.")),
    ],
    embedder: Annotated[
        str, typer.Option(metavar=N_("NAME"), help=N_("What compares the photos; shapes-1 is built in."))
    ] = "shapes-1",
    as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False,
) -> None:
    """Look for each labelled photo among all others and print how many of the most alike have its label."""
    from vopt_lib.desk.evaluate_photos import evaluate_photos
    from vopt_lib.desk.photos_evaluation_told import lines

    with console().status("") as live:
        done = evaluate_photos(
            folder,
            labels,
            name=embedder,
            on_photos=lambda n, of: live.update(words().say(N_("Photo {n} of {of}…"), n=n, of=of)),
        )
    _tell(done.as_json, lines(done, words()), as_json=as_json)


@evaluate_app.command(
    "analysis", cls=Command, help=N_("Look at photos of things on a made-up market; compare with what they are.")
)
def analysis(
    seed: Annotated[int, typer.Option(min=0, metavar=N_("N"), help=N_("Number that the market is made from."))] = 0,
    listings: Annotated[
        int, typer.Option(min=12, max=5_000, metavar=N_("N"), help=N_("Listings whose photos are described."))
    ] = 1_500,
    things: Annotated[
        int, typer.Option(min=2, max=2_000, metavar=N_("N"), help=N_("Other things whose photos are looked at."))
    ] = 300,
    as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False,
) -> None:
    """Draw photos of things whose truth is known, and print how often what they tell is right, field by field."""
    from vopt_lib.desk.analysis_told import lines
    from vopt_lib.desk.evaluate_analysis import AnalysisTrial, evaluate_analysis

    with console().status(words().say(N_("Photos of a made-up market are drawn and described…"))) as live:
        done = evaluate_analysis(
            AnalysisTrial(seed=seed, listings=listings, things=things),
            on_thing=lambda n, of: live.update(words().say(N_("Thing {n} of {of}…"), n=n, of=of)),
        )
    _tell(done.as_json, lines(done, words()), as_json=as_json)


@evaluate_app.command("drafts", cls=Command, help=N_("Let every language model write; count what it invents."))
def drafts(
    seed: Annotated[int, typer.Option(min=0, metavar=N_("N"), help=N_("Number that the things are made from."))] = 0,
    sets: Annotated[
        int, typer.Option(min=1, max=1000, metavar=N_("N"), help=N_("Made-up things to write about."))
    ] = 40,
    as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False,
) -> None:
    """Let each model that is set, and the template, write about made-up things whose notes ask to invent; print what
    was caught and what was refused."""
    from vopt_lib.desk.drafts_evaluation_told import lines
    from vopt_lib.desk.evaluate_drafts import DraftsTrial, evaluate_drafts
    from vopt_lib.desk.instance import open_desk

    with console().status("") as live:
        done = evaluate_drafts(
            open_desk(),
            DraftsTrial(seed, sets),
            on_draft=lambda who, n, of: live.update(
                words().say(N_("{who} writes draft {n} of {of}…"), who=who, n=n + 1, of=of)
            ),
        )
    _tell(done.as_json, lines(done, words()), as_json=as_json)


def _show(live: Status, day: int, of: int) -> None:
    live.update(words().say(N_("Day {day} of {of}…"), day=day, of=of))


def _tell(json_of: Callable[[], str], told: Iterable[str], *, as_json: bool) -> None:
    """An evaluation, for programs or for people."""
    if as_json:
        sys.stdout.write(json_of() + "\n")
        return
    for line in told:
        tell(line)
