"""This is where `vopt train` and `vopt models` are: how prices are learnt, and which model tells them."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.help import Command, family
from vopt_lib.cli.speech import console, say, tell, tell_error, words
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    from rich.status import Status

    from vopt_lib.schema.model_card import KeptModel, TrainingStep

models_app = family(N_("Show the price models that are kept, and go back to one: list, card, use."))
Market = Annotated[str, typer.Option(metavar=N_("COUNTRY"), help=N_("Country of the site: it, fr, de …"))]
AsJson = Annotated[bool, typer.Option("--json", help=N_("As JSON, for programs."))]
Version = Annotated[
    str, typer.Argument(metavar=N_("VERSION"), help=N_("Its name, or how it begins: `vopt models list` shows them."))
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.command("train", cls=Command, help=N_("Learn what things are worth from what was collected."))(train)
    app.add_typer(models_app, name="models")


def train(market: Market = "it", as_json: AsJson = False) -> None:
    """Learn a market's prices, and tell how good the new model is and whether it is used."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.price_training import train as learn
    from vopt_lib.desk.runs import outcome

    with console(errors=as_json).status("") as live:
        done = learn(open_desk(), market, on_step=lambda step, n: _show(live, step, n))
    if as_json:
        error = {"error": type(done.run.error).__name__, "why": str(done.run.error)} if done.run.error else {}
        card = done.card.as_json() if done.card else None
        _print({"outcome": done.run.outcome, "is_used": done.is_used, **error, "card": card})
    elif done.run.error is not None:
        tell_error(done.run.error)
    else:
        tell(outcome(done.run, words()))
    if not done.is_used:
        raise typer.Exit(1)


@models_app.command("list", cls=Command, help=N_("Show the price models that are kept, the newest first."))
def show(
    market: Annotated[str | None, typer.Option(metavar=N_("COUNTRY"), help=N_("Of one country only."))] = None,
    as_json: AsJson = False,
) -> None:
    """List the kept models: when they learnt, from how much, how far they are off, and which is in use."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.price_models import kept_models

    kept = kept_models(open_desk(), market)
    if as_json:
        _print([_plain(one) for one in kept])
        return
    if not kept:
        say(N_("No price model is kept yet. `vopt train` makes one from what was collected."))
    for one in kept:
        tell(("• " if one.is_published else "  ") + _line(one))


@models_app.command("card", cls=Command, help=N_("Read a model's card: what it learnt from, and how good it is."))
def card(version: Version) -> None:
    """Print a card, in Markdown."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.price_models import card_text

    tell(card_text(open_desk(), version).rstrip("\n"))


@models_app.command("use", cls=Command, help=N_("Go back to a model, or put one in use that was kept aside."))
def use(
    version: Version,
    anyway: Annotated[bool, typer.Option("--anyway", help=N_("Also one that was refused: you looked at it."))] = False,
) -> None:
    """Put a kept model in use."""
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.price_models import use_model

    used = use_model(open_desk(), version, anyway=anyway)
    say(N_("Prices come from {version} now. The next `vopt train` is held against it."), version=used.version)


def _line(one: KeptModel) -> str:
    """One model: its name, and how good it is or why that cannot be told."""
    if one.card is None:
        return f"{one.version}: " + (words().error(one.trouble) if one.trouble else "?")
    told = words().count(
        N_("{n} listing, half of its prices off by {error} or less"),
        N_("{n} listings, half of its prices off by {error} or less"),
        one.card.rows,
        error=words().percent(one.card.quality.median_ape, 1),
    )
    state = N_("in use") if one.is_published else N_("refused") if one.card.refused else N_("kept")
    return f"{one.version}, {words().moment(one.card.trained_at)}: {told} ({words().say(state)})"


def _plain(one: KeptModel) -> dict[str, object]:
    """The same for programs."""
    card, english = one.card, Words("en")
    return {
        "version": one.version,
        "is_published": one.is_published,
        "market": card.market if card else None,
        "trained_at": card.trained_at.isoformat() if card else None,
        "rows": card.rows if card else None,
        "median_ape": card.quality.median_ape if card else None,
        "coverage": card.quality.coverage if card else None,
        "refused": [english.say(reason.what, **reason.facts) for reason in card.refused] if card else [],
        "trouble": str(one.trouble) if one.trouble else None,
    }


def _show(live: Status, step: TrainingStep, n: int) -> None:
    live.update(words().say(step.sentence, n=n))


def _print(value: object) -> None:
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")
