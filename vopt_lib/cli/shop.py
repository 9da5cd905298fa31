"""This is where `vopt shop` is: what a person asks of her own shop at a terminal."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.help import Command, family
from vopt_lib.cli.speech import tell, words
from vopt_lib.errors import NotAPeriod
from vopt_lib.words import N_

if TYPE_CHECKING:
    from vopt_lib.desk.instance import Desk
    from vopt_lib.schema.own_figures import Period

shop_app = family(N_("Ask your own shop: what was sold, and what that earned."))
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.add_typer(shop_app, name="shop")


@shop_app.command("figures", cls=Command, help=N_("Show what was sold, what it earned, and what is in stock."))
def figures(
    person: Annotated[
        str | None, typer.Option(metavar=N_("NAME"), help=N_("Whose; without it, the whole household's."))
    ] = None,
    year: Annotated[
        int | None, typer.Option(metavar=N_("YEAR"), min=2000, max=2100, help=N_("A calendar year."))
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar=N_("DAY"), help=N_("First day, for instance 2026-01-31."))
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar=N_("DAY"), help=N_("Last day; without it, today."))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))] = False,
) -> None:
    """Show the figures of a period, a year until today where none is said."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.figures import as_json as plain
    from vopt_lib.desk.shop.figures import report
    from vopt_lib.desk.shop.figures_told import lines

    desk = open_desk()
    told = report(desk, _period(desk, year, first, last), person)
    if as_json:
        sys.stdout.write(json.dumps(plain(told), indent=2, ensure_ascii=False) + "\n")
        return
    for line in lines(told, words()):
        tell(line)


def _period(desk: Desk, year: int | None, first: str | None, last: str | None) -> Period:
    from vopt_lib.desk.shop.figures import lately
    from vopt_lib.schema.own_figures import Period

    usual = lately(desk)
    to = _day(last) if last else usual.last
    since = _day(first) if first else Period.until(to, usual.days).first
    if not EARLIEST <= since <= to <= LATEST or (year is not None and (first or last)):
        raise NotAPeriod
    return Period(since, to) if year is None else Period.of_year(year)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise NotAPeriod from error
