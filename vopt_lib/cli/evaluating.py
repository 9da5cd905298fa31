"""This is where `vopt evaluate` is: how right vopt is, on made-up markets whose truth is known."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.help import Command, family
from vopt_lib.cli.speech import console, tell, words
from vopt_lib.words import N_

if TYPE_CHECKING:
    from rich.status import Status

evaluate_app = family(N_("Measure how right vopt is, on made-up markets whose truth is known."))


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.add_typer(evaluate_app, name="evaluate")


@evaluate_app.callback()
def _evaluate() -> None:
    """Let `market` be a command of its own."""


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
    if as_json:
        sys.stdout.write(done.as_json() + "\n")
        return
    for line in lines(done, words()):
        tell(line)


def _show(live: Status, day: int, of: int) -> None:
    live.update(words().say(N_("Day {day} of {of}…"), day=day, of=of))
