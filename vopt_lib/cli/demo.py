"""This is where `vopt demo` and `vopt simulate` are: everything on a made-up market, nothing visited."""

from __future__ import annotations

import signal
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.help import Command
from vopt_lib.cli.speech import WIDTH, console, say, tell, tell_wrapped, words
from vopt_lib.words import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.table import Table

    from vopt_lib.desk.demo import Demo
    from vopt_lib.desk.runs import Run
    from vopt_lib.desk.summary import Movement


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.command("demo", cls=Command, help=N_("Show everything on a made-up market: 30 days in about three minutes."))(
        demo
    )
    app.command(
        "simulate",
        cls=Command,
        help=N_("Run the made-up market alone: a local web server that behaves like Vinted."),
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    )(simulate)


def demo(
    serve: Annotated[bool, typer.Option(help=N_("Keep it open afterwards, until Ctrl-C."))] = True,
    keep: Annotated[bool, typer.Option("--keep", help=N_("Go on with an earlier demo instead of a new one."))] = False,
    days: Annotated[int, typer.Option(min=5, max=30, metavar=N_("N"), help=N_("How many days to live through."))] = 30,
) -> None:
    """Play the demo, print its summary, and keep serving."""
    from vopt_lib.desk.demo import day_ahead, running_demo
    from vopt_lib.settings import load_settings

    for wanted in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(wanted, _leave)
    started = time.monotonic()
    say(N_("vopt demo: {n} days of a made-up market. Nothing on the internet is visited."), n=days)
    last = day_ahead(datetime.now(UTC))
    settings = load_settings()
    try:
        with running_demo(settings, days=days, keep=keep, language=words().language, last=last) as play:
            with _saying_goodbye():
                _follow_progress(play)
                _tell_summary(play, time.monotonic() - started)
            if serve:
                _serve(play, settings.pages_port)
    except KeyboardInterrupt:
        say(N_("Stopped, and nothing is left running. `vopt demo --keep` goes on from here."))
        raise typer.Exit(130) from None


def simulate(context: typer.Context) -> None:
    """Run the simulator in this process; its own options are shown by --help."""
    from vopt_lib.desk.services import run_simulator

    raise typer.Exit(run_simulator(context.args))


@contextmanager
def _saying_goodbye() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        # Programs under way take a few seconds to end in order.
        say(N_("Stopping…"))
        raise


def _follow_progress(play: Demo) -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console(), transient=True, disable=not console().is_terminal) as bar:
        task = bar.add_task(words().say(N_("starting…")), total=play.ahead)
        for day in play.played():
            bar.update(task, advance=1, description=words().day(day))
        bar.update(task, description=words().say(N_("filling the shop…")))
        play.fill_shop(now=datetime.now(UTC))
        bar.update(task, description=words().say(N_("looking at photos…")))
        play.describe_photos()
        bar.update(task, description=words().say(N_("learning prices…")))
        play.lesson.wait()


def _tell_summary(play: Demo, seconds: float) -> None:
    from vopt_lib.desk.report import newest_runs
    from vopt_lib.desk.summary import collected_lines, movements, trouble_lines

    runs = newest_runs(play.desk, limit=10_000)
    tell("")
    tell_wrapped(collected_lines(play.desk, runs, words()))
    tell("")
    console().print(_price_table(movements(play.desk)), soft_wrap=False, width=min(console().width, WIDTH))
    tell("")
    tell_wrapped(
        [
            words().say(
                N_("The week is the newest 7 days against the 7 before; new and gone are of the newest 7 days known.")
            )
        ]
    )
    tell("")
    say(N_("What went wrong, and how it was handled:"))
    late = [day.day for day in play.days if day.is_late]
    tell_wrapped(trouble_lines(runs, late, words()), bullet="• ")
    tell("")
    _tell_shop(play)
    _tell_prices(runs)
    if play.ahead:
        say(N_("{days} days in {n} seconds."), days=play.ahead, n=round(seconds))


def _tell_prices(runs: Iterable[Run]) -> None:
    """How good the prices are that the demo learnt; nothing if it learnt none."""
    from vopt_lib.desk.runs import headline

    newest = next((run for run in runs if run.kind == "train"), None)
    if newest is not None:
        tell_wrapped([headline(newest, words())])
        tell("")


def _tell_shop(play: Demo) -> None:
    from vopt_lib.desk.demo_family import command_to_try, shop_told

    tell_wrapped([shop_told(play.desk, words())])
    say(N_("Their files are in {folder}"), folder=play.desk.paths.family)
    if command := command_to_try(play.desk):
        tell_wrapped([words().say(N_("One list of costs is left for you. Drop it on the page of imports, or try:"))])
        tell(f"  {command}")
    tell("")


def _price_table(rows: Iterable[Movement]) -> Table:
    from rich.table import Table

    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    table.add_column(words().say(N_("What is followed")), vertical="bottom")
    for title in (N_("median price"), N_("in a week"), N_("on sale"), N_("new"), N_("gone")):
        table.add_column(words().say(title), justify="right", max_width=9, vertical="bottom")
    for row in rows:
        median = "–" if row.median is None else words().money(row.median)
        table.add_row(row.name, median, _signed(row.change), *map(_count, (row.seen, row.new, row.gone)))
    return table


def _signed(share: float | None) -> str:
    if share is None:
        return "–"
    return ("+" if round(share, 3) > 0 else "") + words().percent(round(share, 3) or 0.0, 1)


def _count(number: int | None) -> str:
    return "–" if number is None else words().number(number)


def _serve(play: Demo, pages_port: int) -> None:
    with (
        suppress(KeyboardInterrupt),
        play.pages(pages_port, now=datetime.now(UTC)) as pages,
        _saying_goodbye(),
    ):
        say(N_("Your market: {url}"), url=f"http://127.0.0.1:{pages.port}/")
        say(N_("From now on it lives in real time: collect on its pages, and something new comes in."))
        say(N_("Prefect shows every run at {url}"), url=play.prefect.url)
        say(N_("It asks for a password: {auth}"), auth=play.prefect.auth)
        say(N_("Ask it anything: {command}"), command=f'VOPT_DATA={play.desk.paths.data} vopt sql "FROM catalog_day"')
        say(N_("Press Ctrl-C to stop."))
        play.serve(pages)


def _leave(*_: object) -> None:
    raise KeyboardInterrupt
