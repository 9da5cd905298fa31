"""This is where `vopt demo` and `vopt simulate` are: everything on a made-up market, nothing visited."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.speech import console, say, tell, words
from vopt_lib.words import N_

if TYPE_CHECKING:
    from vopt_lib.desk.demo import Demo

_ = words().say


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.command("demo", help=_(N_("Show everything on a made-up market: 30 days in about two minutes.")))(demo)
    app.command(
        "simulate",
        help=_(N_("Run the made-up market alone: a local web server that behaves like Vinted.")),
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    )(simulate)


def demo(
    serve: Annotated[bool, typer.Option(help=_(N_("Keep it open afterwards, until Ctrl-C.")))] = True,
    keep: Annotated[bool, typer.Option("--keep", help=_(N_("Go on with what an earlier demo collected.")))] = False,
    days: Annotated[int, typer.Option(min=2, max=30, help=_(N_("How many days to live through.")))] = 30,
) -> None:
    """Play the demo, print its summary, and keep serving."""
    from vopt_lib.desk.demo import running_demo
    from vopt_lib.desk.report import demo_summary
    from vopt_lib.settings import load_settings

    for wanted in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(wanted, _leave)
    started = time.monotonic()
    say(N_("vopt demo: {n} days of a made-up market. Nothing on the internet is visited."), n=days)
    today = datetime.now(UTC).date()
    with running_demo(load_settings(), days=days, keep=keep, language=words().language, last=today) as play:
        _follow_progress(play)
        for line in demo_summary(play.desk, words()):
            tell(line)
        say(N_("Done in {n} seconds."), n=round(time.monotonic() - started))
        if serve:
            say(
                N_("Prefect shows every run at {url}; log in with {auth}"), url=play.prefect.url, auth=play.prefect.auth
            )
            say(
                N_("Ask it anything: {command}"),
                command=f'VOPT_DATA={play.desk.paths.data} vopt sql "FROM catalog_day"',
            )
            say(N_("Press Ctrl-C to stop."))
            _wait_for_ctrl_c()


def simulate(context: typer.Context) -> None:
    """Run the simulator in this process; its own options are shown by --help."""
    from vopt_lib.desk.services import run_simulator

    raise typer.Exit(run_simulator(context.args))


def _follow_progress(play: Demo) -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console()) as bar:
        task = bar.add_task(_(N_("starting…")), total=play.days)
        for day in play.played():
            bar.update(task, advance=1, description=words().day(day))


def _leave(*_: object) -> None:
    raise KeyboardInterrupt


def _wait_for_ctrl_c() -> None:
    with suppress(KeyboardInterrupt):
        threading.Event().wait()
