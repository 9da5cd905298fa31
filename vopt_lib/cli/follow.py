"""This is where `vopt follow` says what is collected again and again."""

from __future__ import annotations

from typing import Annotated

import typer

from vopt_lib.cli.speech import NOTHING_FOLLOWED, console, say, words
from vopt_lib.words import N_

_ = words().say

follow_app = typer.Typer(
    help=_(N_("Say which searches to watch: add, list, pause, resume, remove.")), no_args_is_help=True
)
Name = Annotated[str, typer.Argument(help=_(N_("Name or id, as `vopt follow list` shows it.")), metavar=_(N_("NAME")))]


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.add_typer(follow_app, name="follow")


@follow_app.command("add", help=_(N_("Watch a search: a link copied from Vinted, or words.")))
def add(
    link: Annotated[
        str | None,
        typer.Argument(help=_(N_("Address of a Vinted results page.")), metavar=_(N_("[LINK]")), show_default=False),
    ] = None,
    catalog: Annotated[str | None, typer.Option(help=_(N_("Catalogue, for instance “Donna > Vestiti”.")))] = None,
    brand: Annotated[list[str] | None, typer.Option(help=_(N_("Brand; repeat it for several.")))] = None,
    size: Annotated[list[str] | None, typer.Option(help=_(N_("Size; repeat it for several.")))] = None,
    condition: Annotated[list[str] | None, typer.Option(help=_(N_("Condition, for instance “ottime”.")))] = None,
    price: Annotated[str | None, typer.Option(help=_(N_("Asked price in euro, for instance 5-30.")))] = None,
    text: Annotated[str | None, typer.Option(help=_(N_("Words to search for.")))] = None,
    market: Annotated[str, typer.Option(help=_(N_("Country of the site: it, fr, de …")))] = "it",
    name: Annotated[str | None, typer.Option(help=_(N_("A name of your own for it.")))] = None,
) -> None:
    """Follow a query given as a link or as words."""
    from vopt_lib.desk.follow import add_follow
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.wanted import Wanted, query_from

    desk = open_desk()
    wanted = Wanted(link, market, catalog, brand or (), size or (), condition or (), price, text)
    follow = add_follow(desk, query_from(desk, wanted), name)
    say(N_("Following “{name}” from now on. Collect it with `vopt collect`."), name=follow.name)


@follow_app.command("list", help=_(N_("Show what is watched, what it costs and what it sees.")))
def show() -> None:
    """Show every follow with its requests a day, share seen and last result."""
    from rich.table import Table

    from vopt_lib.desk.follow import followed
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.runs import headline

    rows = followed(open_desk())
    if not rows:
        say(NOTHING_FOLLOWED)
        return
    table = Table(_(N_("Name")), _(N_("Requests a day")), _(N_("Share seen")), _(N_("Last result")), box=None)
    for row in rows:
        name = row.follow.name + (" " + _(N_("(paused)")) if row.follow.paused else "")
        requests = "–" if row.requests_a_day is None else words().number(row.requests_a_day)
        share = "–" if row.share_seen is None else words().percent(min(row.share_seen, 1.0))
        table.add_row(name, requests, share, headline(row.last, words()) if row.last else _(N_("not collected yet")))
    console().print(table)


@follow_app.command("pause", help=_(N_("Stop collecting one for now.")))
def pause(name: Name) -> None:
    """Pause a follow."""
    _set_paused(name, paused=True)


@follow_app.command("resume", help=_(N_("Collect a paused one again.")))
def resume(name: Name) -> None:
    """Resume a follow."""
    _set_paused(name, paused=False)


@follow_app.command("remove", help=_(N_("Stop watching one; what it collected stays.")))
def remove(name: Name) -> None:
    """Remove a follow."""
    from vopt_lib.desk.follow import remove_follow
    from vopt_lib.desk.instance import open_desk

    say(N_("“{name}” is no longer followed. What it collected stays."), name=remove_follow(open_desk(), name).name)


def _set_paused(name: str, *, paused: bool) -> None:
    from vopt_lib.desk.follow import set_paused
    from vopt_lib.desk.instance import open_desk

    follow = set_paused(open_desk(), name, paused=paused)
    say(N_("“{name}” is paused.") if paused else N_("“{name}” is collected again."), name=follow.name)
