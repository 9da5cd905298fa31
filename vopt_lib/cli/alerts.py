"""This is where `vopt alerts` tells what somebody should know of: list, seen, test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from vopt_lib.cli.help import Command, family
from vopt_lib.cli.speech import complain, say, tell, words
from vopt_lib.words import N_

if TYPE_CHECKING:
    from vopt_lib.schema.alerts import KnownAlert

alerts_app = family(N_("See what you should know of, and whether it reaches you: list, seen, test."))

_LEVELS = {"info": N_("good to know"), "warn": N_("look at it"), "bad": N_("urgent")}


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.add_typer(alerts_app, name="alerts")


@alerts_app.command("list", cls=Command, help=N_("Show what lasts, the most pressing first, and what was over lately."))
def show() -> None:
    """Show every alert with its next step."""
    from vopt_lib.desk.alerts import alerts_of
    from vopt_lib.desk.alerts_watch import watch
    from vopt_lib.desk.instance import open_desk

    desk = open_desk()
    watch(desk)
    known = alerts_of(desk)
    for one in known:
        tell("\n".join(_about(one)))
    if not any(one.ended_at is None for one in known):
        say(N_("There is nothing that you should know of now."))


@alerts_app.command("seen", cls=Command, help=N_("Put aside all that lasts: the pages no longer count it as new."))
def seen() -> None:
    """Put aside what is not yet."""
    from vopt_lib.desk.alerts import alerts_of, see_alerts
    from vopt_lib.desk.instance import open_desk

    desk = open_desk()
    new = [one.id for one in alerts_of(desk) if one.ended_at is None and not one.is_seen]
    see_alerts(desk, None, new)
    tell(words().count(N_("{n} alert put aside."), N_("{n} alerts put aside."), len(new)))


@alerts_app.command("test", cls=Command, help=N_("Send a trial to every channel that is set, and say what failed."))
def test() -> None:
    """Send a trial to every channel."""
    from vopt_lib.desk.alerts_sent import try_channels
    from vopt_lib.desk.instance import open_desk

    tried = try_channels(open_desk())
    if not tried:
        say(N_("Nothing is set yet. Set VOPT_ALERT_TO (ntfy://…, tgram://…) or VOPT_ALERT_SMTP_HOST, then try again."))
    for one in tried:
        if one.trouble is None:
            say(N_("{channel}: the trial was sent. Look whether it arrived."), channel=one.channel)
        else:
            complain(words().error(one.trouble))
    if any(one.trouble for one in tried):
        raise typer.Exit(1)


def _about(known: KnownAlert) -> list[str]:
    """The alert, how pressing it is, and since when."""
    alert, say_ = known.alert, words().say
    if known.ended_at is None:
        when = say_(N_("{level}, since {at}"), level=say_(_LEVELS[alert.level]), at=known.begun_at)
    else:
        when = say_(N_("over since {at}"), at=known.ended_at)
    aside = ", " + say_(N_("put aside")) if known.is_seen else ""
    next_step = alert.told_next(words()) if known.ended_at is None else ""
    return [alert.told(words()), *(f"  {line}" for line in (next_step, when + aside) if line), ""]
