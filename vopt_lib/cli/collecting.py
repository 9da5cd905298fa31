"""This is where `vopt collect`, `refine`, `ingest` and `consent` are: how data comes in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.help import Command
from vopt_lib.cli.speech import (
    NOTHING_FOLLOWED,
    console,
    harmless,
    is_agreed,
    say,
    tell,
    tell_error,
    tell_wrapped,
    words,
)
from vopt_lib.words import N_

if TYPE_CHECKING:
    from rich.status import Status

    from vopt_lib.desk.instance import Desk
    from vopt_lib.desk.refresh import Refreshed, Step
    from vopt_lib.schema.queries import Follow


UP_TO_DATE = N_("The figures are up to date. See them with `vopt status` or `vopt sql`.")
ALL_PAUSED = N_("Everything you follow is paused. `vopt follow resume` collects it again.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.command("collect", cls=Command, help=N_("Collect what is followed, politely, now."))(collect)
    app.command("recheck", cls=Command, help=N_("Ask about listings that searches no longer show: were they sold?"))(
        recheck
    )
    app.command("refine", cls=Command, help=N_("Turn what was collected into figures and publish them."))(refine)
    app.command("ingest", cls=Command, help=N_("Take in answers and pages of Vinted saved as files; visits nothing."))(
        ingest
    )
    app.command("consent", cls=Command, help=N_("Read and accept the conditions for visiting Vinted."))(consent)


def collect(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar=N_("NAME"), help=N_("Which searches; all that are followed when none is named.")),
    ] = None,
) -> None:
    """Collect follows, one after the other, then refine and publish."""
    from vopt_lib.desk.follow import follow_named, follows
    from vopt_lib.desk.instance import open_desk

    desk = open_desk()
    chosen = [follow_named(desk, name) for name in names] if names else [f for f in follows(desk) if not f.paused]
    if not chosen:
        say(ALL_PAUSED if follows(desk) else NOTHING_FOLLOWED)
        return
    done = _refresh(desk, chosen)
    if any(run.outcome == "failed" for run in done.collected):
        raise typer.Exit(1)


def recheck(
    market: Annotated[str, typer.Option(metavar=N_("COUNTRY"), help=N_("Country of the site: it, fr, de …"))] = "it",
    pages: Annotated[
        int | None,
        typer.Option(min=1, metavar=N_("N"), help=N_("Pages to visit; default: as many as one hour allows.")),
    ] = None,
) -> None:
    """Visit pages of missed listings, then refine and publish."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.refresh import refresh_missed
    from vopt_lib.desk.runs import headline

    with console().status("") as live:
        shown = partial(_show_page, live)
        done = refresh_missed(open_desk(), market, pages=pages, on_page=shown)
    run = done.collected[0]
    tell(headline(run, words()))
    if done.published.error is not None:
        tell_error(done.published.error)
    if run.outcome == "failed":
        raise typer.Exit(1)


def _show_page(live: Status, done: int, of: int) -> None:
    live.update(words().say(N_("{done} of {of} pages visited…"), done=done, of=of))


def refine(
    anyway: Annotated[
        bool, typer.Option("--anyway", help=N_("Publish also what looks wrong: you looked, and it is right."))
    ] = False,
) -> None:
    """Refine and publish what was collected."""
    from vopt_lib.desk.instance import open_desk

    if anyway:
        from vopt_lib.desk.publish import publish, refine_day

        desk = open_desk()
        refine_day(desk)
        publish(desk)
        say(UP_TO_DATE)
        return
    if _refresh(open_desk(), ()).published.error is not None:
        raise typer.Exit(1)


def _refresh(desk: Desk, chosen: Sequence[Follow]) -> Refreshed:
    """Bring these follows up to date while she watches, and tell how it went."""
    from vopt_lib.desk.refresh import refresh
    from vopt_lib.errors import NothingPublished

    with console().status("") as live:
        done = refresh(desk, chosen, on_step=partial(_show, live))
    if done.published.error is not None:
        tell_error(done.published.error)
        return done
    is_empty = desk.lake.scan("listing_seen").head(1).collect().is_empty()
    say(NothingPublished.message if is_empty else UP_TO_DATE)
    return done


def _show(live: Status, step: Step) -> None:
    """One line that changes while a follow is collected, and stays when it is over."""
    from rich.text import Text

    from vopt_lib.desk.runs import headline

    if step.run and step.is_over:
        live.stop()
        tell(headline(step.run, words()))
        return
    if step.follow is None:
        line = words().say(N_("Working out the figures…"))
    else:
        line = headline(step.run, words()) if step.run else step.follow.name
    live.update(Text(harmless(line)))
    live.start()


def ingest(
    files: Annotated[list[Path], typer.Argument(metavar=N_("FILE"), help=N_("Saved answers or pages (JSON or HTML)."))],
    market: Annotated[
        str | None,
        typer.Option(metavar=N_("COUNTRY"), help=N_("Country they come from, where the file does not say: it, fr …")),
    ] = None,
    catalog: Annotated[
        int | None, typer.Option(metavar=N_("ID"), help=N_("Id of the catalogue they show, if you know it."))
    ] = None,
    observed_at: Annotated[
        datetime | None,
        typer.Option(metavar=N_("TIME"), help=N_("When they were saved (UTC), for instance 2026-09-19T10:00.")),
    ] = None,
) -> None:
    """Ingest files, then refine and publish."""
    from vopt_lib.desk.ingest import Said
    from vopt_lib.desk.ingest import ingest as ingest_files
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.schema.contract import REASONS

    results = ingest_files(open_desk(), files, Said(market, catalog, observed_at))
    for result in results:
        if result.error is not None:
            tell_error(result.error)
        elif result.already:
            say(N_("{file}: taken in before, nothing new."), file=result.file.name)
        else:
            line = words().count(
                N_("{file}: {n} sighting"), N_("{file}: {n} sightings"), result.rows, file=result.file.name
            )
            for reason, n in result.rejects_by_reason.items():
                why = words().say(REASONS.get(reason, reason))
                line += ", " + words().count(N_("{n} row refused ({why})"), N_("{n} rows refused ({why})"), n, why=why)
            tell(line)
    if any(result.error for result in results):
        raise typer.Exit(1)


def consent(
    market: Annotated[str, typer.Option(metavar=N_("COUNTRY"), help=N_("Country of the site: it, fr, de …"))] = "it",
    yes: Annotated[bool, typer.Option("--yes", help=N_("Accept without being asked."))] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help=N_("Take an earlier consent back."))] = False,
) -> None:
    """Show the conditions and remember the answer."""
    from vopt_lib.desk import permission
    from vopt_lib.desk.instance import open_desk

    desk = open_desk()
    if withdraw:
        permission.withdraw(desk, market)
        say(N_("Consent withdrawn: vopt no longer visits Vinted."))
        return
    tell(permission.heading(desk, market, words()) + "\n")
    tell_wrapped(permission.conditions(words()), bullet="• ")
    tell("")
    if not yes and not is_agreed(N_("Do you accept?")):
        say(N_("Nothing was changed: vopt does not visit Vinted."))
        raise typer.Exit(1)
    permission.accept(desk, market)
    say(N_("Accepted. Follow something with `vopt follow add`, then `vopt collect`."))
