"""This is where `vopt follow` says what is collected again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.help import Command, family
from vopt_lib.cli.speech import NOT_COLLECTED_YET, NOTHING_FOLLOWED, say, tell, words
from vopt_lib.words import N_

if TYPE_CHECKING:
    from vopt_lib.desk.follow import Followed

follow_app = family(N_("Say which searches to watch: add, list, pause, resume, remove."))
Name = Annotated[
    str, typer.Argument(metavar=N_("NAME"), help=N_("Its name, or the short one that `vopt follow list` shows."))
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.add_typer(follow_app, name="follow")


@follow_app.command("add", cls=Command, help=N_("Watch a search: a link copied from Vinted, or words."))
def add(
    link: Annotated[
        str | None, typer.Argument(metavar=N_("LINK"), help=N_("Address of a page of Vinted results, in quotes."))
    ] = None,
    catalog: Annotated[
        str | None, typer.Option(metavar=N_("NAME"), help=N_("Catalogue, for instance “Donna > Vestiti”."))
    ] = None,
    brand: Annotated[
        list[str] | None, typer.Option(metavar=N_("NAME"), help=N_("Brand; repeat it for several."))
    ] = None,
    size: Annotated[list[str] | None, typer.Option(metavar=N_("NAME"), help=N_("Size; repeat it for several."))] = None,
    condition: Annotated[
        list[str] | None, typer.Option(metavar=N_("NAME"), help=N_("Condition, for instance “ottime”."))
    ] = None,
    price: Annotated[
        str | None, typer.Option(metavar=N_("FROM-TO"), help=N_("Asked price in euro: 5-30, 5- or -30."))
    ] = None,
    text: Annotated[str | None, typer.Option(metavar=N_("WORDS"), help=N_("Words to search for."))] = None,
    market: Annotated[str, typer.Option(metavar=N_("COUNTRY"), help=N_("Country of the site: it, fr, de …"))] = "it",
    name: Annotated[str | None, typer.Option(metavar=N_("NAME"), help=N_("A name of your own for it."))] = None,
) -> None:
    """Follow a query given as a link or as words."""
    from vopt_lib.desk.follow import add_follow
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.wanted import Wanted, query_from

    desk = open_desk()
    wanted = Wanted(link, market, catalog, brand or (), size or (), condition or (), price, text)
    follow = add_follow(desk, query_from(desk, wanted), name)
    say(N_("Following “{name}” from now on. Collect it with `vopt collect`."), name=follow.name)


@follow_app.command("list", cls=Command, help=N_("Show what is watched, what it costs and what it sees."))
def show() -> None:
    """Show every follow with its requests a day, share seen and last result."""
    from vopt_lib.desk.follow import followed
    from vopt_lib.desk.instance import open_desk

    rows = followed(open_desk())
    for row in rows:
        tell("\n".join([*_about(row), ""]))
    say(N_("pause, resume, remove and collect take the name or the short name below it.") if rows else NOTHING_FOLLOWED)


def _about(row: Followed) -> list[str]:
    """The name, the short name, what it costs and sees, and how it went last."""
    from vopt_lib.desk.runs import outcome

    paused = " " + words().say(N_("(paused)")) if row.follow.paused else ""
    last = f"{words().moment(row.last.ended_at)}: {outcome(row.last, words())}" if row.last else NOT_COLLECTED_YET
    known = []
    if row.requests_a_day is not None:
        known.append(words().count(N_("{n} request a day"), N_("{n} requests a day"), row.requests_a_day))
        share = words().percent(min(row.share_seen, 1.0)) if row.share_seen is not None else N_("unknown")
        known.append(words().say(N_("share seen: {share}"), share=share))
    below = [row.follow.id, ", ".join(known), words().say(last)]
    return [row.follow.name + paused, *(f"  {line}" for line in below if line)]


@follow_app.command("pause", cls=Command, help=N_("Stop collecting one for now."))
def pause(name: Name) -> None:
    """Pause a follow."""
    _set_paused(name, paused=True)


@follow_app.command("resume", cls=Command, help=N_("Collect a paused one again."))
def resume(name: Name) -> None:
    """Resume a follow."""
    _set_paused(name, paused=False)


@follow_app.command("remove", cls=Command, help=N_("Stop watching one; what it collected stays."))
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
